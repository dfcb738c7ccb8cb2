"""What there is to see of the form that makes a dataset, or has NeMo Services make it."""

from __future__ import annotations

from typing import Literal

from dd_jupyter.display.report_model import ReportView
from dd_jupyter.display.view_parts import StatusView, View
from dd_jupyter.resources.report import Location

FieldName = Literal["records", "job_name", "workspace", "dataset_name", "artifact_path"]


class LiveSubmitView(View):
    """The form.

    Attributes:
        name: The variable that is to hold the result; "" without one.
        location: Where it is to be made, to begin with; so are the fields below it.
        records: As it is typed: "5,000".
        workspace: "" for that of the connection.
        state: "busy" from the press of the button on, "done" once there is a job or a run.
        step: What it is busy with; "" else.
        chosen: What was chosen, in a line, once it is done; in backticks what is code.
    """

    view: Literal["submit"] = "submit"
    name: str
    location: Location
    records: str
    job_name: str
    workspace: str
    dataset_name: str
    artifact_path: str
    state: Literal["open", "busy", "done"] = "open"
    step: str = ""
    chosen: str = ""


class ProblemView(View):
    """What is wrong with a field, and what to do; in backticks what is code."""

    field: FieldName
    text: str


class DraftView(View):
    """What the form would do as it stands.

    Attributes:
        forecast: "about 7 min, 2.6 M tokens, from the last preview"; "" while unknown.
        words: What the button does, as a sentence; "" while a field has a problem.
        code: The line that does the same; "" while a field has a problem.
    """

    problems: tuple[ProblemView, ...] = ()
    forecast: str = ""
    words: str = ""
    code: str = ""


class LookUpView(View):
    """What the configuration depends on, in the place where it is to be made.

    Attributes:
        status: How that is in all: "3 of 5 need to move first".
        moves: How many are in the way and can be moved.
        others: How many are in the way and cannot.
    """

    report: ReportView
    status: StatusView
    moves: int
    others: int


class WorkspacesView(View):
    """The workspaces that there are to choose from.

    Attributes:
        usual: The one that is meant without a choice.
        names: () where the deployment does not list them.
    """

    usual: str
    names: tuple[str, ...]


class SubmittedView(View):
    """What came of it: problems of the fields, or none if there is a job or a run now."""

    problems: tuple[ProblemView, ...] = ()
