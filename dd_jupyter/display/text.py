"""A run as plain text: for terminals, logs and the ``text/plain`` of a notebook."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from dd_jupyter.display import words
from dd_jupyter.display.folding import fold
from dd_jupyter.display.view_model import CellView, ColumnProgressView, RecordsView, RunView
from dd_jupyter.display.words import one_line

LINE = 120
"""Terminals and notebook outputs show this much without wrapping."""

NARROWEST = 12
"""A column of long texts says something from this width on; below it whole columns are left out instead."""

WIDEST = 48
"""No column takes more than this."""

ROWS = 10
FAILURES = 5
BAR = 20

GAP = "  "


def to_text(view: RunView) -> str:
    """Write a run; the same view always gives the same text.

    Lines stay within `LINE` characters, but for code to copy and words that are longer by themselves.
    """
    blocks = [
        [*_heading(view), *_notices(view)],
        _progress(view),
        _records(view.records),
        _failures(view),
        _foot(view),
    ]
    return "\n\n".join("\n".join(block) for block in map(list, blocks) if block)


def _heading(view: RunView) -> Iterator[str]:
    symbol, state = words.STATES[view.state]
    step = view.step if view.state == "running" else ""
    subject, elapsed = f"{view.title} {view.name}", words.elapsed(view.elapsed_seconds)
    parts = [subject, view.where, elapsed, f"{symbol} {state}", step]
    yield _cut(" · ".join(one_line(part) for part in parts if part), LINE)


def _notices(view: RunView) -> Iterator[str]:
    for notice in view.notices:
        yield from _wrapped(f"{words.LEVELS[notice.level]}: {one_line(notice.text)}")


def _progress(view: RunView) -> list[str]:
    columns, folded = fold(view.progress)
    rows = [[folded.name, "", _bar(1, 0, 1), folded.how_far, "", "", ""]] if folded else []
    rows += [_progress_row(column) for column in columns]
    return [_cut(line, LINE) for line in _aligned(rows, numeric={3, 4, 5})]


def _progress_row(column: ColumnProgressView) -> list[str]:
    return [
        _cut(one_line(column.name), WIDEST // 2),
        _cut(one_line(column.kind), WIDEST // 2),
        _bar(column.done, column.failed, column.total),
        words.out_of(column.done, column.total),
        words.rate(column.rate),
        words.left(column.seconds_left),
        f"{column.failed:,} failed" if column.failed else "",
    ]


def _bar(done: int, failed: int, total: int) -> str:
    filled = BAR * min(done, total) // total if total else 0
    crosses = min(filled, -(-BAR * failed // total)) if total else 0
    return f"[{'#' * (filled - crosses)}{'x' * crosses}{'-' * (BAR - filled)}]"


def _records(records: RecordsView | None) -> Iterator[str]:
    if records is None:
        return
    rows = records.rows[:ROWS]
    yield f"Records: {words.shown(len(rows), records.total, records.expected)}"
    if not rows:
        return

    table = [["#", *(one_line(head.name) for head in records.columns)]]
    table += [[str(number), *map(_cell, row)] for number, row in enumerate(rows, 1)]
    widths = _fitting([max(map(width, column)) for column in zip(*table, strict=False)])
    numeric = {0} | {index for index, head in enumerate(records.columns, 1) if head.numeric}
    cut = [[_cut(text, room) for text, room in zip(row, widths, strict=False)] for row in table]
    heads, *lines = _aligned(cut, numeric)
    yield heads
    yield GAP.join("-" * max(width(row[index]) for row in cut) for index in range(len(widths)))
    yield from lines

    omitted = [one_line(head.name) for head in records.columns[len(widths) - 1 :]]
    if omitted:
        yield _cut(f"{words.counted(len(omitted), 'more column')}: {', '.join(omitted)}", LINE)


def _cell(cell: CellView) -> str:
    text = one_line(cell.text) or ("-" if cell.form == "null" else "")
    return f"{text} {one_line(cell.note)}" if cell.note else text


def _fitting(widths: Sequence[int]) -> list[int]:
    """Widths that fit in a line: the widest give way first; what does not fit even so is left out from the right."""
    fitting = [min(wide, WIDEST) for wide in widths]
    while _total(fitting) > LINE and max(fitting) > NARROWEST:
        fitting[fitting.index(max(fitting))] -= 1
    while _total(fitting) > LINE:
        fitting.pop()

    # What the columns left out have freed goes back to the ones that were cut for them.
    while _total(fitting) < LINE:
        cut = [index for index, room in enumerate(fitting) if room < min(widths[index], WIDEST)]
        if not cut:
            break
        fitting[min(cut, key=lambda index: fitting[index])] += 1
    return fitting


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _failures(view: RunView) -> Iterator[str]:
    failed = max(view.failed_records, len(view.failures))
    if not failed:
        return
    shown = view.failures[:FAILURES]
    yield f"Failed records: {failed:,}"
    for failure in shown:
        yield _cut(f"  {failure.record:,}  {one_line(failure.column)}: {one_line(failure.reason)}", LINE)
    if shown and failed > len(shown):
        yield f"  and {failed - len(shown):,} more"


def _foot(view: RunView) -> Iterator[str]:
    facts = [one_line(fact.text) for fact in view.facts]
    if facts:
        yield from _wrapped(" · ".join(facts))
    if view.forecast:
        yield from _wrapped(one_line(view.forecast))
    for way in view.way_on:
        yield f"{one_line(way.text)} {one_line(way.code)}"


def _aligned(rows: Sequence[Sequence[str]], numeric: set[int]) -> list[str]:
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    kept = [index for index, wide in enumerate(widths) if wide]
    return [GAP.join(_padded(row[index], widths[index], index in numeric) for index in kept).rstrip() for row in rows]


def _padded(text: str, wide: int, numeric: bool) -> str:
    room = " " * (wide - width(text))
    return room + text if numeric else text + room


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) > LINE:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _cut(text: str, room: int) -> str:
    if width(text) <= room:
        return text
    kept, used = "", 0
    for character in text:
        used += _character_width(character)
        if used > room - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def width(text: str) -> int:
    """Columns of a terminal that a text takes: two for most Chinese, Japanese and Korean characters and emoji."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
