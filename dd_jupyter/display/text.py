"""A run, or a panel, as plain text: for terminals, logs and the ``text/plain`` of a notebook."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dd_jupyter.display import words
from dd_jupyter.display.folding import fold
from dd_jupyter.display.lines import GAP, LINE, aligned, cut, width, wrapped
from dd_jupyter.display.panel import EntryView, PanelView
from dd_jupyter.display.report_text import resources_in_short
from dd_jupyter.display.text_parts import bar, foot, heading, joined, meter, notices
from dd_jupyter.display.view_model import CellView, ColumnProgressView, RecordsView, RunView
from dd_jupyter.display.words import one_line

if TYPE_CHECKING:
    from dd_jupyter.display.table.sample import TableSampleView

NARROWEST = 12
"""A column of long texts says something from this width on; below it whole columns are left out instead."""

WIDEST = 48
"""No column takes more than this."""

ROWS = 10
FAILURES = 5
LOG_LINES = 8
JOB_ROOM = (WIDEST, 24, 14, 20, LINE)


def to_text(view: RunView) -> str:
    """Write a run; the same view always gives the same text.

    Lines stay within `LINE` characters, but for code to copy and words that are longer by themselves.
    """
    blocks = [
        [*heading(_of_run(view)), *notices(view.notices)],
        _progress(view),
        _records(view.records),
        _failures(view),
        resources_in_short(view.resources),
        _log_tail(view),
        foot(view.facts, view.forecast, view.way_on),
    ]
    return joined(blocks)


def table_to_text(view: TableSampleView) -> str:
    """Write the first records of a table; the same view always gives the same text."""
    return joined([[*heading([f"Table {view.name}", view.detail])], _records(view.records)])


def panel_to_text(view: PanelView) -> str:
    """Write anything that is no run; the same view always gives the same text."""
    status = f"{view.status.mark} {view.status.text}" if view.status else ""
    blocks = [
        [*heading([f"{view.title} {view.name}", view.where, view.time, status]), *notices(view.notices)],
        meter(view.meter),
        _entries(view.entries),
        _jobs(view),
        foot(view.facts, "", view.way_on),
    ]
    return joined(blocks)


def _of_run(view: RunView) -> list[str]:
    mark, state = (view.status.mark, view.status.text) if view.status else words.STATES[view.state]
    step = view.step if view.state == "running" else ""
    return [f"{view.title} {view.name}", view.where, words.elapsed(view.elapsed_seconds), f"{mark} {state}", step]


def _progress(view: RunView) -> list[str]:
    columns, folded = fold(view.progress)
    rows = [[folded.name, "", bar(1, 0, 1), folded.how_far, "", "", ""]] if folded else []
    rows += [_progress_row(column) for column in columns]
    return [cut(line, LINE) for line in aligned(rows, numeric={3, 4, 5})]


def _progress_row(column: ColumnProgressView) -> list[str]:
    return [
        cut(one_line(column.name), WIDEST // 2),
        cut(one_line(column.kind), WIDEST // 2),
        bar(column.done, column.failed, column.total),
        words.out_of(column.done, column.total),
        words.rate(column.rate),
        words.left(column.seconds_left),
        f"{column.failed:,} failed" if column.failed else "",
    ]


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
    fitted = [[cut(text, room) for text, room in zip(row, widths, strict=False)] for row in table]
    heads, *lines = aligned(fitted, numeric)
    yield heads
    yield GAP.join("-" * max(width(row[index]) for row in fitted) for index in range(len(widths)))
    yield from lines

    omitted = [one_line(head.name) for head in records.columns[len(widths) - 1 :]]
    if omitted:
        yield cut(f"{words.counted(len(omitted), 'more column')}: {', '.join(omitted)}", LINE)


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
        yield cut(f"  {failure.record:,}  {one_line(failure.column)}: {one_line(failure.reason)}", LINE)
    if shown and failed > len(shown):
        yield f"  and {failed - len(shown):,} more"


def _log_tail(view: RunView) -> Iterator[str]:
    """The newest lines of a job's log while they tell how it goes, or why it failed."""
    if view.status is None or view.state not in {"running", "failed"}:
        return
    for line in view.log[-LOG_LINES:]:
        yield cut(f"{line.time}  {one_line(line.text)}", LINE)


def _entries(entries: Sequence[EntryView]) -> Iterator[str]:
    terms = max((width(one_line(entry.term)) for entry in entries), default=0)
    for entry in entries:
        parts = [entry.text.replace("`", ""), *(f"{chip.mark} {chip.text}" for chip in entry.chips)]
        value = GAP.join(one_line(part) for part in parts if part)
        note = f" ({one_line(entry.note.replace('`', ''))})" if entry.note else ""
        term = one_line(entry.term)
        first, *others = wrapped(f"{term}{' ' * (terms - width(term))}{GAP}{value}{note}")
        yield first
        yield from (f"{' ' * terms}{GAP}{line}" for line in others)


def _jobs(view: PanelView) -> Iterator[str]:
    if not view.jobs:
        if view.empty:
            yield from wrapped(one_line(view.empty))
        return
    rows = [["Name", "Status", "Records", "Made", "Columns"]]
    for job in view.jobs:
        status = f"{job.status.mark} {job.status.text}"
        row = [job.name, status, job.records, job.made, job.columns]
        rows.append([cut(one_line(text), room) for text, room in zip(row, JOB_ROOM, strict=True)])
    for line in aligned(rows, numeric={2}):
        yield cut(line, LINE)
