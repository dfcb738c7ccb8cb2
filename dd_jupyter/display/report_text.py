"""A resolution report as plain text."""

from __future__ import annotations

from collections.abc import Iterator

from dd_jupyter.display.lines import GAP, LINE, cut, filled, side_by_side, width
from dd_jupyter.display.report_model import FindingView, ReportView, ResourceView
from dd_jupyter.display.text_parts import foot, heading, joined
from dd_jupyter.display.words import one_line

NAME_ROOM = 40
RESOURCE_ROOM = 26
USERS_ROOM = 16


def report_to_text(view: ReportView) -> str:
    """Write a report; the same view always gives the same text."""
    chips = (f"{location.status.mark} {location.status.text}" for location in view.locations)
    blocks = [
        heading([f"{view.title} {cut(view.name, NAME_ROOM)}", *chips]),
        _table(view),
        _checklist(view),
        foot((), "", view.way_on),
    ]
    return joined(blocks)


def resources_in_short(view: ReportView | None) -> Iterator[str]:
    """How many resources there are, and those that are in the way or do not work as they should."""
    if view is None:
        return
    worth_saying = {"failed", "warning"}
    lines = [
        f"{finding.status.mark} {_resource(resource)}: {_said(finding)}"
        for resource in view.resources
        for finding in resource.findings
        if finding is not None and finding.status.tone in worth_saying
    ]
    stopping = sum(resource.stops for resource in view.resources)
    yield f"Resources: {len(view.resources):,}" + (f", {stopping:,} in the way" if stopping else "")
    for line in lines:
        yield from _hanging(line, LINE)


def _table(view: ReportView) -> Iterator[str]:
    resources = [_resource(resource) for resource in view.resources]
    users = [_plain(resource.used_by) for resource in view.resources]
    rooms = [_room("Resource", resources, RESOURCE_ROOM), _room("Used by", users, USERS_ROOM)]
    left = LINE - sum(rooms) - len(GAP) * (1 + len(view.locations))
    rooms += [left // max(1, len(view.locations))] * len(view.locations)

    heads = ["Resource", "Used by", *(one_line(location.head) for location in view.locations)]
    yield from side_by_side([filled(head, room) for head, room in zip(heads, rooms, strict=True)], rooms)
    yield GAP.join("-" * room for room in rooms)
    for resource, name, used_by in zip(view.resources, resources, users, strict=True):
        cells = [filled(name, rooms[0]), filled(used_by, rooms[1])]
        cells += [_finding(found, room) for found, room in zip(resource.findings, rooms[2:], strict=True)]
        yield from side_by_side(cells, rooms)


def _room(head: str, texts: list[str], most: int) -> int:
    return min(most, max(width(text) for text in [head, *texts]))


def _resource(resource: ResourceView) -> str:
    return f"{resource.kind} {one_line(resource.name)}".strip()


def _finding(finding: FindingView | None, room: int) -> list[str]:
    if finding is None:
        return ["-"]
    move = filled(f"Move: {_plain(finding.move)}", room - 2) if finding.move else []
    return [*_hanging(f"{finding.status.mark} {_said(finding)}", room), *(f"  {line}" for line in move)]


def _hanging(text: str, room: int) -> list[str]:
    """The text in lines, its mark alone at the left of them."""
    mark, said = text.split(" ", 1)
    first, *others = filled(said, room - 2)
    return [f"{mark} {first}", *(f"  {line}" for line in others)]


def _said(finding: FindingView) -> str:
    """``In this kernel.``, ``Not accepted: …``: what is more than fine has its status in a word."""
    text, word = _plain(finding.text), finding.status.text
    if not text:
        return word
    return text if finding.status.tone == "completed" or text.lower().startswith(word.lower()) else f"{word}: {text}"


def _checklist(view: ReportView) -> Iterator[str]:
    if not view.checklist:
        return
    rooms = [max(width(question.question) for question in view.checklist)]
    rooms += [len(location.label) for location in view.locations]
    yield from side_by_side([["Checklist"], *([location.label] for location in view.locations)], rooms)
    for question in view.checklist:
        marks = [[answer.mark] for answer in question.answers]
        yield from side_by_side([[question.question], *marks], rooms)


def _plain(text: str) -> str:
    return one_line(text.replace("`", ""))
