"""A migration -> what there is to see of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from dd_jupyter.display import words
from dd_jupyter.display.migration_model import DiffLineView, MigrationView, StepView
from dd_jupyter.display.panel import MeterView
from dd_jupyter.display.report_view import KINDS, NAME_CHARACTERS, SENTENCE_CHARACTERS
from dd_jupyter.display.view_parts import NoticeView, StatusView, WayOnView
from dd_jupyter.errors import NotReadyError
from dd_jupyter.resources.migration.steps import PlannedStep, StepState
from dd_jupyter.resources.report import Backend
from dd_jupyter.resources.secrets import redact

DIFF_LINES = 400
DIFF_CHARACTERS = 500
"""A seed of file contents or a long prompt may stand in one line."""

USUAL_NAME = "moved"

_CHIPS: dict[StepState, StatusView] = {
    "to do": StatusView(mark="○", text="To do", tone="waiting"),
    "there already": StatusView(mark="✓", text="There already", tone="completed"),
    "impossible": StatusView(mark="✕", text="Cannot be moved", tone="failed"),
    "done": StatusView(mark="✓", text="Done", tone="completed"),
    "failed": StatusView(mark="✕", text="Failed", tone="failed"),
}
_OPEN: frozenset[StepState] = frozenset({"to do", "failed"})
_WORKING = StatusView(mark="●", text="At work", tone="running")


class Planned(Protocol):
    """What is shown of a migration.

    Attributes:
        to: Where the resources are to come from.
        workspace: Of NeMo Services, where new ones are made or old ones are; "" where that is not known.
        diff: The configuration before and after, as a unified diff; raises `NotReadyError` while there is none yet.
    """

    @property
    def to(self) -> Backend: ...  # noqa: D102 - told in the class

    @property
    def workspace(self) -> str: ...  # noqa: D102

    @property
    def steps(self) -> Sequence[PlannedStep]: ...  # noqa: D102

    @property
    def diff(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class AtWork:
    """How far the carrying out is: the first step that is still to do is at work.

    Attributes:
        bytes_done: Of that step.
        bytes: Of that step in all; 0 where that is no question, or not known.
    """

    bytes_done: int = 0
    bytes: int = 0


def migration_view(
    migration: Planned,
    name: str = "",
    at_work: AtWork | None = None,
    stopped: bool = False,
    source: str = words.USUAL_SOURCE,
) -> MigrationView:
    """The steps, and the configuration before and after.

    Args:
        migration: What is planned, or was done.
        name: The variable that is to hold the new configuration; "" without one.
        at_work: How far it is, while it is carried out.
        stopped: Whether carrying out was interrupted.
        source: The configuration that is migrated, as it was named with ``-c``.
    """
    steps = tuple(migration.steps)
    working = next((step for step in steps if step.state in _OPEN), None) if at_work is not None else None
    diff, later = _difference(migration)
    return MigrationView(
        title="Migration",
        name=words.cut(name, NAME_CHARACTERS),
        where=_where(migration),
        status=_status(steps, at_work is not None, stopped),
        notices=() if at_work is not None else tuple(_notices(steps, stopped, later)),
        steps=tuple(_step(step, working=step is working) for step in steps),
        meter=_meter(working, at_work),
        diff=tuple(diff[:DIFF_LINES]),
        added=sum(line.sign == "+" for line in diff),
        removed=sum(line.sign == "-" for line in diff),
        diff_cut=max(0, len(diff) - DIFF_LINES),
        way_on=() if at_work is not None else tuple(_ways_on(migration, steps, name, source)),
    )


def _where(migration: Planned) -> str:
    if migration.to == "local":
        return "to this machine"
    workspace = words.cut(migration.workspace, NAME_CHARACTERS)
    return f"to NeMo Services · workspace {workspace}" if workspace else "to NeMo Services"


def _status(steps: Sequence[PlannedStep], at_work: bool, stopped: bool) -> StatusView:
    states = [step.state for step in steps]
    failed, to_do, impossible = (states.count(state) for state in ("failed", "to do", "impossible"))
    beyond = f"{impossible:,} cannot be moved" if impossible else ""
    if at_work:
        return StatusView(mark="●", text=f"At work: {_how_far(steps)}", tone="running")
    if failed:
        return StatusView(mark="✕", text=f"Failed: {failed:,} of {words.counted(len(steps), 'step')}", tone="failed")
    if stopped:
        return StatusView(mark="■", text=f"Stopped: {to_do:,} to do", tone="cancelled")
    if to_do and impossible:
        return StatusView(mark="▲", text=f"Planned: {to_do:,} to do, {beyond}", tone="warning")
    if to_do:
        return StatusView(mark="○", text=f"Planned: {to_do:,} to do", tone="waiting")
    if "done" in states:
        done = StatusView(mark="✓", text="Done", tone="completed")
        return StatusView(mark="▲", text=f"Done, {beyond}", tone="warning") if impossible else done
    if impossible:
        return StatusView(mark="✕", text=f"Cannot be done: {impossible:,}", tone="failed")
    return StatusView(mark="✓", text="Nothing to do", tone="completed")


def _how_far(steps: Sequence[PlannedStep]) -> str:
    """``step 2 of 3``, of those that are carried out."""
    ended = sum(step.state == "done" for step in steps)
    in_all = ended + sum(step.state in _OPEN for step in steps)
    return f"step {min(ended + 1, in_all):,} of {in_all:,}"


def _notices(steps: Sequence[PlannedStep], stopped: bool, later: str) -> Iterable[NoticeView]:
    done = any(step.state == "done" for step in steps)
    if stopped or any(step.state == "failed" for step in steps):
        kept = "What was made stays and is found again: " if done else ""
        text = f"{kept}applying the plan once more goes on from here."
        yield NoticeView(level="info", text=f"{text[0].upper()}{text[1:]}")
    if later:
        yield NoticeView(level="info", text=later)


def _step(step: PlannedStep, *, working: bool) -> StepView:
    kind = KINDS[step.kind]
    action = "" if step.action == "None" else step.action
    return StepView(
        action=action,
        kind="" if kind.lower() in action.lower() else kind.lower() if action else kind,
        name=words.cut(step.name, NAME_CHARACTERS),
        source=_sentence(step.source),
        target=words.cut(step.target, NAME_CHARACTERS),
        size=tuple(_size(step)),
        status=_WORKING if working else _CHIPS[step.state],
        text=_sentence(step.sentence),
    )


def _size(step: PlannedStep) -> Iterable[str]:
    if step.rows is not None:
        yield words.counted(step.rows, "record")
    if step.bytes is not None:
        yield words.size(step.bytes)


def _meter(step: PlannedStep | None, at_work: AtWork | None) -> MeterView | None:
    if step is None or at_work is None or not at_work.bytes:
        return None
    how_much = f"{words.size(at_work.bytes_done)} of {words.size(at_work.bytes)}"
    return MeterView(share=at_work.bytes_done / at_work.bytes, parts=(how_much,))


def _difference(migration: Planned) -> tuple[list[DiffLineView], str]:
    """The lines, and why there are none yet."""
    try:
        return list(_diff(migration.diff)), ""
    except NotReadyError as error:
        return [], str(error)


def _diff(text: str) -> Iterable[DiffLineView]:
    lines = redact(text).split("\n")
    # Names of files come first, and there are none.
    if len(lines) > 1 and lines[0].startswith("---") and lines[1].startswith("+++"):
        lines = lines[2:]
    for line in lines if lines[-1] else lines[:-1]:
        if line.startswith("@@"):
            if not line.startswith("@@ -1,"):
                yield DiffLineView(sign=" ", text="…")
        elif line.startswith("+"):
            yield DiffLineView(sign="+", text=_line(line[1:]))
        elif line.startswith("-"):
            yield DiffLineView(sign="-", text=_line(line[1:]))
        else:
            yield DiffLineView(sign=" ", text=_line(line[1:]))


def _line(text: str) -> str:
    """A line of a configuration, whose indentation means something."""
    text = words.plain_line(text)
    return text if len(text) <= DIFF_CHARACTERS else f"{text[: DIFF_CHARACTERS - 1]}…"


def _sentence(text: str) -> str:
    return words.cut(redact(text), SENTENCE_CHARACTERS)


def _ways_on(migration: Planned, steps: Sequence[PlannedStep], name: str, source: str) -> Iterable[WayOnView]:
    variable = name if name.isidentifier() else USUAL_NAME
    states = {step.state for step in steps}
    there = " --to local" if migration.to == "local" else ""
    if states & _OPEN:
        # Without being told so, nothing is carried out while there is something that cannot be.
        text, without = ("Carry out the rest", " --leave-out") if "impossible" in states else ("Carry it out", "")
        of_it = words.option("-c", source)
        yield WayOnView(text=text, code=f"%dd_migrate {variable} {of_it}{there} --apply{without}")
    elif "impossible" in states:
        return
    elif migration.to == "services":
        yield WayOnView(text="Submit it", code=f"%dd_create made -c {variable} --submit -n 1000")
    else:
        yield WayOnView(text="Run it here", code=f"%dd_preview sample -c {variable}")
