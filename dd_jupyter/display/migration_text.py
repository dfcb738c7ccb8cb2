"""A migration as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from dd_jupyter.display.lines import GAP, LINE, cut, filled, side_by_side, width
from dd_jupyter.display.migration_model import MigrationView, StepView
from dd_jupyter.display.report_text import NAME_ROOM
from dd_jupyter.display.text_parts import foot, heading, joined, meter, notices
from dd_jupyter.display.words import counted, one_line, plain_line

HEADS = ("Step", "From", "To", "Size", "State")
ROOMS = (28, 24, 28, 14, 18)
DIFF_LINES = 60


def migration_to_text(view: MigrationView) -> str:
    """Write a migration; the same view always gives the same text."""
    status = f"{view.status.mark} {view.status.text}"
    blocks = [
        [*heading([f"{view.title} {cut(view.name, NAME_ROOM)}", view.where, status]), *notices(view.notices)],
        meter(view.meter),
        _steps(view),
        _diff(view),
        foot((), "", view.way_on),
    ]
    return joined(blocks)


def _steps(view: MigrationView) -> Iterator[str]:
    if not view.steps:
        yield "Every resource is there already."
        return
    rows = [_cells(step) for step in view.steps]
    widest = [max(map(width, column)) for column in zip(HEADS, *rows, strict=True)]
    rooms = [min(wide, room) for wide, room in zip(widest, ROOMS, strict=True)]
    yield from side_by_side([[head] for head in HEADS], rooms)
    yield GAP.join("-" * room for room in rooms)
    for step, row in zip(view.steps, rows, strict=True):
        yield from side_by_side([filled(text, room) for text, room in zip(row, rooms, strict=True)], rooms)
        if step.text:
            yield from (f"  {line}" for line in filled(_plain(step.text), LINE - 2))


def _cells(step: StepView) -> list[str]:
    resource = f"{step.kind} {step.name}".strip()
    what = one_line(f"{step.action}: {resource}" if step.action and resource else step.action or resource)
    size = ", ".join(map(one_line, step.size))
    return [what, _plain(step.source), one_line(step.target), size, f"{step.status.mark} {step.status.text}"]


def _diff(view: MigrationView) -> Iterator[str]:
    if not view.diff:
        return
    yield f"Configuration: +{view.added:,} -{view.removed:,}"
    shown = view.diff[:DIFF_LINES]
    yield from (cut(plain_line(f"{line.sign} {line.text}"), LINE) for line in shown)
    left_out = len(view.diff) - len(shown) + view.diff_cut
    if left_out:
        yield f"  and {counted(left_out, 'more line')}"


def _plain(text: str) -> str:
    return one_line(text.replace("`", ""))
