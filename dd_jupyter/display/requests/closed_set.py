"""Everything that may be asked and told, in one place: what is not here is refused."""

from __future__ import annotations

import json

from dd_jupyter.display.requests.comparison import Changes, ChangesView
from dd_jupyter.display.requests.form import Draft, LookUp, Submit, Workspaces
from dd_jupyter.display.requests.report import (
    Apply,
    Check,
    Plan,
    PlanTold,
    PlanView,
    ReportTold,
    Resources,
    ResourcesView,
)
from dd_jupyter.display.requests.request import Code, Forget, Hello, Request, SayView
from dd_jupyter.display.requests.run import (
    Download,
    Failures,
    FailuresView,
    Generator,
    GeneratorView,
    Load,
    Log,
    LogTold,
    LogView,
    Sample,
    Stop,
)
from dd_jupyter.display.requests.table import (
    Profile,
    ProfileView,
    Record,
    RecordFieldsView,
    Rows,
    RowsTold,
    RowsView,
    Text,
    TextView,
)
from dd_jupyter.display.submit_model import DraftView, LookUpView, SubmittedView, WorkspacesView
from dd_jupyter.display.view_parts import View

REQUESTS: dict[type[Request], type[View] | None] = {
    Hello: None,
    Code: None,
    Forget: None,
    Rows: RowsView,
    Record: RecordFieldsView,
    Text: TextView,
    Profile: ProfileView,
    Generator: GeneratorView,
    Changes: ChangesView,
    Failures: FailuresView,
    Resources: ResourcesView,
    Log: LogView,
    Stop: SayView,
    Load: SayView,
    Sample: SayView,
    Download: SayView,
    Check: ResourcesView,
    Plan: PlanView,
    Apply: PlanView,
    Draft: DraftView,
    LookUp: LookUpView,
    Workspaces: WorkspacesView,
    Submit: SubmittedView,
}
"""Everything that may be asked, and what answers it. A view answers those that concern it."""

TOLD: tuple[type[View], ...] = (RowsTold, LogTold, PlanTold, ReportTold)

_BY_OP: dict[str, type[Request]] = {kind.model_fields["op"].default: kind for kind in REQUESTS}


def parsed(asked: object) -> Request:
    """What the browser asks.

    Raises:
        ValueError: When it is nothing that may be asked.
    """
    op = asked.get("op") if isinstance(asked, dict) else None
    kind = _BY_OP.get(op) if isinstance(op, str) else None
    if kind is None:
        raise ValueError("This view cannot be asked for that.")
    # As JSON, since only there a list may stand for a tuple while nothing else is converted.
    return kind.model_validate_json(json.dumps(asked))
