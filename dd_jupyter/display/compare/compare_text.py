"""A comparison as plain text: for terminals, logs and the ``text/plain`` of a notebook."""

from __future__ import annotations

from collections.abc import Iterator

from dd_jupyter.display.compare.compare_model import ChangedTextView, ColumnRowView, CompareView, Pieces
from dd_jupyter.display.lines import GAP, LINE, aligned, cut, filled
from dd_jupyter.display.live_model import SideView
from dd_jupyter.display.requests.comparison import MeasureView
from dd_jupyter.display.text_parts import bar, heading, joined, notices
from dd_jupyter.display.words import counted, one_line

NAME = 32
"""Characters of a column's name."""

VALUE_LINES = 4
"""Lines of a value."""


def compare_to_text(view: CompareView) -> str:
    """Write a comparison; the same view always gives the same text."""
    sides = [f"Compare {_side(view.before)} -> {_side(view.after)}", f"{view.status.mark} {view.status.text}"]
    return joined(
        [
            [*heading(sides), *notices(view.notices)],
            _columns(view),
            _settings(view),
            _records(view),
        ]
    )


def _side(side: SideView) -> str:
    return f"{side.name} ({counted(side.records, 'record')}{', ' + side.where if side.where else ''})"


def _columns(view: CompareView) -> Iterator[str]:
    if view.columns:
        rows = [_row(row, view) for row in view.columns]
        yield from (cut(line, LINE) for line in aligned(rows, {3}))
    if view.same and view.columns:
        yield cut(f"The same: {', '.join(map(one_line, view.same))}", LINE)


def _row(row: ColumnRowView, view: CompareView) -> list[str]:
    column = row.column
    name, kind = cut(one_line(column.name), NAME), cut(one_line(column.kind), NAME)
    if column.only != "both":
        side = view.before if column.only == "before" else view.after
        return [name, kind, f"only in {one_line(side.name)}", "", ""]
    said = [*map(measure_text, row.measures), one_line(column.types), "made otherwise" if column.settings else ""]
    how_many = f"{column.changed:,} of {view.compared:,}" if column.changed else "the same"
    return [name, kind, bar(column.changed, 0, view.compared), how_many, "; ".join(filter(None, said))]


def measure_text(measure: MeasureView) -> str:
    """``mean 3.1 -> 4.2, 6 better, 2 worse``."""
    more, less = ("better", "worse") if measure.judged else ("higher", "lower")
    parts = [f"{one_line(measure.name)} mean {measure.before} -> {measure.after}".strip()]
    parts += [f"{n:,} {word}" for n, word in ((measure.up, more), (measure.down, less)) if n]
    return ", ".join(parts)


def _settings(view: CompareView) -> Iterator[str]:
    if view.settings:
        yield "Made otherwise"
    for setting in view.settings:
        yield cut(f"  {one_line(', '.join(setting.columns))} · {one_line(setting.name)}", LINE)
        yield from _change(setting, 24)


def _records(view: CompareView) -> Iterator[str]:
    if not view.records:
        return
    total = len(view.records) + view.more
    yield "Records that differ" if not view.more else f"The first {len(view.records)} of {total:,} records that differ"
    for record in view.records:
        yield f"  Record {record.number:,}"
        for value in record.values:
            yield cut(f"    {one_line(value.columns[0])}", LINE)
            yield from _change(value, VALUE_LINES)
        if record.more:
            yield f"    {counted(record.more, 'more column')}"


def _change(change: ChangedTextView, most: int) -> Iterator[str]:
    for sign, pieces in (("-", change.before), ("+", change.after)):
        lines = filled(_plain(pieces), LINE - 8)
        for line in lines[:most]:
            yield f"    {sign}{GAP}{line}".rstrip()
        if len(lines) > most:
            yield f"    {sign}{GAP}…"


def _plain(pieces: Pieces | None) -> str:
    return "(none)" if pieces is None else one_line("".join(piece.text for piece in pieces))
