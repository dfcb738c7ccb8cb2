"""What there is to see of a resolution report."""

from __future__ import annotations

from dd_jupyter.display.view_parts import StatusView, View, WayOnView
from dd_jupyter.resources.report import Location


class LocationView(View):
    """A column of the report.

    Attributes:
        head: What stands above the column: "Submit to NeMo Services · default".
        label: The same in a word, for where there is no room for columns.
        status: Whether the configuration can be carried out there.
        moves: Resources in the way there that can be moved; 0 where there is nobody to move them to.
    """

    location: Location
    head: str
    label: str
    status: StatusView
    moves: int = 0


class FindingView(View):
    """What was found of a resource in one location.

    Attributes:
        status: Its text is the status in a word, said where the mark cannot be seen, and alone without `text`.
        text: The sentence; in backticks what is code. "" where another row has said it.
        move: What would bring the resource there, as an order; "" where it is there, or cannot be moved.
    """

    status: StatusView
    text: str = ""
    move: str = ""


class ResourceView(View):
    """A row of the report.

    Attributes:
        kind: "Seed", "Provider".
        name: As the configuration names it; "" where there is but one of its kind.
        used_by: What needs it, in a line; in backticks what is code.
        findings: One for each location; None where it plays no part there.
        stops: Whether it is in the way in one of them.
    """

    kind: str
    name: str
    used_by: str
    findings: tuple[FindingView | None, ...]
    stops: bool = False


class QuestionView(View):
    """A question of the checklist for moving between locations.

    Attributes:
        answers: One for each location.
        note: More to it; in backticks what is code.
    """

    question: str
    answers: tuple[StatusView, ...]
    note: str = ""


class ReportView(View):
    """A resolution report, whole.

    Attributes:
        name: The variable it is about; "" without one.
        locations: Those that were asked for.
        checklist: Its questions; in `checked` how many of them are answered with yes, by location, in words.
        way_on: For the foot: code to type next, each with its words.
    """

    title: str
    name: str
    locations: tuple[LocationView, ...]
    resources: tuple[ResourceView, ...]
    checklist: tuple[QuestionView, ...] = ()
    checked: str = ""
    way_on: tuple[WayOnView, ...] = ()
