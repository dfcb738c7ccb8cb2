"""What a view may ask of a resolution report, and of what would bring resources elsewhere."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dd_jupyter.display.migration_model import MigrationView
from dd_jupyter.display.report_model import ReportView
from dd_jupyter.display.requests.request import Index, Request
from dd_jupyter.display.view_parts import View


class Resources(Request):
    """What was found of the resources that the configuration depends on."""

    op: Literal["resources"] = "resources"


class ResourcesView(View):
    """The report; None where nothing was looked up."""

    report: ReportView | None


class Check(Request):
    """Look everything up anew."""

    op: Literal["check"] = "check"


class Plan(Request):
    """Plan how resources come to the other place; nothing is changed.

    Attributes:
        to: Where they are to come from.
        resources: Rows of the report, from 0; () for all that can be moved.
    """

    op: Literal["plan"] = "plan"
    to: Literal["local", "services"]
    resources: Annotated[tuple[Index, ...], Field(max_length=1000)] = ()


class Apply(Request):
    """Carry out the plan that was shown last.

    Attributes:
        plan: Which one it was, as `PlanView` told.
    """

    op: Literal["apply"] = "apply"
    plan: int


class PlanView(View):
    """A plan, or what was done of it.

    Attributes:
        plan: Its number.
        can_apply: Whether there is something to carry out, and nothing that a view may not ask for.
        applied: Whether it is carried out, and there is a new configuration.
    """

    plan: int
    migration: MigrationView
    can_apply: bool
    applied: bool = False


class PlanTold(PlanView):
    """How far a plan is carried out."""

    tell: Literal["plan"] = "plan"


class ReportTold(ResourcesView):
    """A report that was looked up anew."""

    tell: Literal["report"] = "report"
