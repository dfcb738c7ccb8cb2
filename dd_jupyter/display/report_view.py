"""A resolution report -> what there is to see of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dd_jupyter.display import words
from dd_jupyter.display.report_model import FindingView, LocationView, QuestionView, ReportView, ResourceView
from dd_jupyter.display.view_parts import StatusView, WayOnView
from dd_jupyter.resources.places import UNASKED
from dd_jupyter.resources.report import Backend, Finding, Kind, Location, Move, ResolutionReport, Row, Status
from dd_jupyter.resources.secrets import redact

NAME_CHARACTERS = 200
SENTENCE_CHARACTERS = 1_000
"""An error of somebody else may be quoted in a sentence; beyond this nobody reads on."""

USER_CHARACTERS = 60
LISTED_USERS = 6
"""Enough to see what it is for."""

KINDS: dict[Kind, str] = {
    "services": "NeMo Services",
    "configuration": "Configuration",
    "seed": "Seed",
    "provider": "Provider",
    "secret": "Secret",
    "personas": "Personas",
    "tool": "Tool",
    "custom code": "Custom code",
    "validator": "Validator",
    "images": "Images",
    "artifacts": "Artifacts",
}

_STATUSES: dict[Status, StatusView] = {
    "ok": StatusView(mark="✓", text="OK", tone="completed"),
    "missing": StatusView(mark="✕", text="Missing", tone="failed"),
    "not accepted": StatusView(mark="✕", text="Not accepted", tone="failed"),
    "denied": StatusView(mark="✕", text="Denied", tone="failed"),
    "unreachable": StatusView(mark="✕", text="Unreachable", tone="failed"),
    "not checked": StatusView(mark="○", text="Not checked", tone="waiting"),
}
_WARNING = StatusView(mark="▲", text="Warning", tone="warning")
_ANSWERS = {
    True: StatusView(mark="✓", text="Yes", tone="completed"),
    False: StatusView(mark="✕", text="No", tone="failed"),
    None: StatusView(mark="○", text="Not checked", tone="waiting"),
}
_BACKENDS: dict[Location, Backend] = {"run": "local", "submit": "services"}
_LABELS: dict[Location, str] = {"run": "Run", "submit": "Submit"}
_CAN: dict[Location, str] = {"run": "Runs in this kernel", "submit": "Can be submitted"}
_CANNOT: dict[Location, str] = {"run": "Cannot run in this kernel", "submit": "Cannot be submitted"}


def report_view(report: ResolutionReport, name: str = "", source: str = words.USUAL_SOURCE) -> ReportView:
    """A row a resource, a column a location.

    Args:
        report: What was found.
        name: The variable that holds the report; "" without one.
        source: What the report is about, as it was named with ``-c``.
    """
    return ReportView(
        title="Resources",
        name=words.cut(name, NAME_CHARACTERS),
        locations=tuple(
            LocationView(
                location=location,
                head=_head(report, location),
                label=_LABELS[location],
                status=_status(report, location),
                moves=_moves(report, location),
            )
            for location in report.locations
        ),
        resources=tuple(_resource(report, row) for row in report.rows),
        checklist=tuple(_checklist(report)),
        checked=_checked(report),
        way_on=tuple(_ways_on(report, words.option("-c", source))),
    )


def _head(report: ResolutionReport, location: Location) -> str:
    if location == "run":
        return "Run in this kernel"
    workspace = f" · {words.cut(report.workspace, NAME_CHARACTERS)}" if report.workspace else ""
    return f"Submit to NeMo Services{workspace}"


def _status(report: ResolutionReport, location: Location) -> StatusView:
    """Whether it can be carried out there, and what is to do first."""
    if location == "submit" and not _services_told(report):
        return StatusView(mark="○", text="Submission not checked", tone="waiting")
    found = [(row, finding) for row in report.rows if (finding := row.at(location)) is not None]
    stopping = [row for row, finding in found if finding.stops]
    if stopping:
        return StatusView(mark="✕", text=_cannot(location, stopping), tone="failed")
    warnings = len(report.warnings(location))
    unchecked = sum(finding.status == "not checked" for _, finding in found)
    limits = [words.counted(warnings, "warning")] if warnings else []
    limits += [f"{unchecked:,} not checked"] if unchecked else []
    status = _WARNING if warnings else _STATUSES["ok"]
    return status.model_copy(update={"text": ", ".join([_CAN[location], *limits])})


def _cannot(location: Location, stopping: Sequence[Row]) -> str:
    moves = sum(_move(row, location) is not None for row in stopping)
    to_fix = len(stopping) - moves
    if not to_fix:
        return f"{_CANNOT[location]} yet: {words.counted(moves, 'move')}"
    return f"{_CANNOT[location]}: {to_fix:,} to fix" + (f", {words.counted(moves, 'move')}" if moves else "")


def _moves(report: ResolutionReport, location: Location) -> int:
    return sum(_move(row, location) is not None for row in report.rows) if _services_told(report) else 0


def _services_told(report: ResolutionReport) -> bool:
    """Whether there was somebody to ask; what cannot be asked for says nothing of the other rows."""
    found = _services(report)
    return found is None or found.status not in {"unreachable", "not checked"}


def _services(report: ResolutionReport) -> Finding | None:
    """What was found of NeMo Services themselves, whose row is the first of their kind; None without one."""
    return next((row.submit for row in report.rows if row.kind == "services"), None)


def _resource(report: ResolutionReport, row: Row) -> ResourceView:
    findings = [(location, row.at(location)) for location in report.locations]
    return ResourceView(
        kind=KINDS[row.kind],
        name=words.cut(row.name, NAME_CHARACTERS),
        used_by=_users(row.used_by),
        findings=tuple(None if found is None else _finding(report, row, at, found) for at, found in findings),
        stops=any(found is not None and found.stops for _, found in findings),
    )


def _users(users: Sequence[str]) -> str:
    named = ", ".join(_user(user) for user in users[:LISTED_USERS])
    more = len(users) - LISTED_USERS
    return f"{named} and {more:,} more" if more > 0 else named


def _user(text: str) -> str:
    """One of those that need it; what is cut stays code to its end."""
    short = words.cut(text, USER_CHARACTERS)
    return f"{short}`" if short.count("`") % 2 and text.count("`") % 2 == 0 else short


def _finding(report: ResolutionReport, row: Row, location: Location, finding: Finding) -> FindingView:
    move = _move(row, location)
    warned = finding.warning and not finding.stops
    return FindingView(
        status=_WARNING if warned else _STATUSES[finding.status],
        text=_sentence(finding.sentence if row.kind == "services" else _news(report, finding)),
        move="" if move is None else _sentence(move.text),
    )


def _move(row: Row, location: Location) -> Move | None:
    """What would take it out of the way; where it only could not be asked for, a move is no answer."""
    finding = row.at(location)
    stops = finding is not None and finding.stops and finding.status != "unreachable"
    return row.move_to(_BACKENDS[location]) if stops else None


def _news(report: ResolutionReport, finding: Finding) -> str:
    """The sentence without what the row of NeMo Services says already; "" if nothing is left."""
    services = _services(report)
    if services is None or services.status == "ok":
        return finding.sentence
    if finding.sentence in {UNASKED.sentence, services.sentence}:
        return ""
    before, repeated, after = finding.sentence.partition(services.sentence)
    return f"{before.rstrip(' :')}.{after}" if repeated else finding.sentence


def _sentence(text: str) -> str:
    return words.cut(redact(text), SENTENCE_CHARACTERS)


def _checklist(report: ResolutionReport) -> Iterable[QuestionView]:
    for item in report.checklist:
        answers = {"run": item.run, "submit": item.submit}
        yield QuestionView(
            question=item.question,
            answers=tuple(_ANSWERS[answers[location]] for location in report.locations),
            note=item.answer,
        )


def _checked(report: ResolutionReport) -> str:
    """``run 5 of 5 · submit 2 of 5``."""
    items = report.checklist
    answers = {"run": [item.run for item in items], "submit": [item.submit for item in items]}
    return " · ".join(
        f"{_LABELS[location].lower()} {sum(answer is True for answer in answers[location])} of {len(items)}"
        for location in report.locations
    )


def _ways_on(report: ResolutionReport, of_it: str) -> Iterable[WayOnView]:
    told = _services_told(report)
    if "submit" in report.locations:
        if not told:
            yield WayOnView(text="Look again", code=f"%dd_check {of_it}")
        elif report.to_move("services"):
            yield WayOnView(text="Plan the moves", code=f"%dd_migrate moved {of_it}")
        elif report.ok_for("submit"):
            yield WayOnView(text="Submit it", code=f"%dd_create made {of_it} --submit -n 1000")
    if "run" in report.locations:
        if report.to_move("local") and told:
            yield WayOnView(text="Plan the moves to this machine", code=f"%dd_migrate moved {of_it} --to local")
        elif report.ok_for("run"):
            yield WayOnView(text="Run it here", code=f"%dd_preview sample {of_it}")
