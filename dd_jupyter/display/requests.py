"""What a view in the browser may ask of the kernel, what it is answered, and what it is told unasked.

The set is closed: a message that is none of these, or whose arguments are not as described, is refused. A
message of the browser is ``{"request": ID, "ask": {"op": ..., ...}}``; the answer bears the same `request`, and
``reply`` or ``error``, a sentence. `Forget` is the one message without an answer. What is told unasked is
``{"tell": ..., ...}``. None of it is a trait, hence nothing of it is kept in a notebook.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dd_jupyter.display.migration_model import MigrationView
from dd_jupyter.display.report_model import ReportView
from dd_jupyter.display.submit_model import DraftView, LookUpView, SubmittedView, WorkspacesView
from dd_jupyter.display.view_model import (
    CellView,
    ColumnProfileView,
    FailureView,
    FieldView,
    LogLineView,
)
from dd_jupyter.display.view_parts import View
from dd_jupyter.resources.report import Location

PAGE_ROWS = 500
"""The most rows in one answer."""

SHORT = 1_000
"""The most characters of a name, a folder or a value to compare with."""

_Short = Annotated[str, Field(max_length=SHORT)]
_Index = Annotated[int, Field(ge=0, le=2**53)]


class Request(BaseModel):
    """Base of all requests: immutable, no unknown fields, nothing converted from another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


# Of any view.


class Hello(Request):
    """The browser has drawn this view, and hears what it is told from now on."""

    op: Literal["hello"] = "hello"


class Forget(Request):
    """An answer is no longer waited for."""

    op: Literal["forget"] = "forget"
    forgotten: _Short


# Of a table.


class Sort(Request):
    """By which column a table is sorted."""

    column: _Short
    descending: bool = False


Test = Literal["contains", "equals", "differs", "at least", "at most", "empty", "filled", "changed"]


class Filter(Request):
    """What the rows that are shown have in common.

    Attributes:
        column: None for any column, with the tests "contains" and "changed".
        test: "changed" is for comparisons alone: the value is not what it was before.
        value: As a person types it; of no meaning for "empty", "filled" and "changed". Texts are compared without
            regard to case.
    """

    column: _Short | None
    test: Test
    value: _Short = ""

    @model_validator(mode="after")
    def _any_column_contains(self) -> Filter:
        if self.column is None and self.test not in {"contains", "changed"}:
            raise ValueError("only `contains` and `changed` are looked for in any column")
        return self


class Rows(Request):
    """A page of a table as it is sorted and filtered.

    Attributes:
        sort: The first counts most; () for the records' own order.
        filters: All of them hold.
        start: First row, from 0, of those that pass the filters.
        end: The row after the last.
    """

    op: Literal["rows"] = "rows"
    sort: Annotated[tuple[Sort, ...], Field(max_length=8)] = ()
    filters: Annotated[tuple[Filter, ...], Field(max_length=32)] = ()
    start: _Index
    end: _Index

    @model_validator(mode="after")
    def _is_a_page(self) -> Rows:
        if not 0 <= self.end - self.start <= PAGE_ROWS:
            raise ValueError(f"a page has up to {PAGE_ROWS} rows")
        return self


class RowsView(View):
    """A page of a table.

    Attributes:
        version: Of the table, as in `TableView`.
        start: First row of the page.
        total: Rows that pass the filters.
        numbers: The number of each record in the dataset, from 0; sorting and filtering leave it.
        rows: A cell for each column.
    """

    version: int
    start: int
    total: int
    numbers: tuple[int, ...]
    rows: tuple[tuple[CellView, ...], ...]


class Record(Request):
    """One record in full.

    Attributes:
        number: Of the record in the dataset, from 0.
    """

    op: Literal["record"] = "record"
    number: _Index


class RecordFieldsView(View):
    """One record in full; `number` counts from 0. In a comparison `fields` are those of the later preview."""

    number: int
    fields: tuple[FieldView, ...]
    before: tuple[FieldView, ...] = ()


class Text(Request):
    """More of a long text, of which `Record` gives the beginning.

    Attributes:
        start: Characters to leave out.
    """

    op: Literal["text"] = "text"
    number: _Index
    column: _Short
    start: _Index


class TextView(View):
    """A piece of a text; `cut` characters follow it."""

    text: str
    cut: int = 0


class Profile(Request):
    """What the values of each column are like."""

    op: Literal["profile"] = "profile"


class ProfileView(View):
    """What the values of each column are like.

    Attributes:
        records: Records in the dataset.
        drawn: From how many of them, the first ones, the distributions are.
    """

    records: int
    drawn: int
    columns: tuple[ColumnProfileView, ...]


# Of a run, a job.


class Generator(Request):
    """How the configuration makes a column."""

    op: Literal["generator"] = "generator"
    column: _Short


class SettingView(View):
    """One setting of a column.

    Attributes:
        name: As a person reads it: "Prompt".
        text: Its value; a template of several lines, perhaps.
        code: Whether it is code or a template, to be set as such.
    """

    name: str
    text: str
    code: bool = False


class GeneratorView(View):
    """How the configuration makes a column; `settings` is empty for one that it does not make."""

    column: str
    kind: str
    settings: tuple[SettingView, ...]


# Of a comparison.


class Changes(Request):
    """How the two sides of a comparison are made otherwise, and how their numbers differ."""

    op: Literal["changes"] = "changes"


class SettingChangeView(View):
    """A setting that differs.

    Attributes:
        columns: Those that it is a setting of: of several where they have a model in common.
        name: As a person reads it: "Prompt".
        before: None where it was not set.
        after: None where it is not set any more.
        code: Whether it is code or a template, to be set as such.
    """

    columns: tuple[str, ...]
    name: str
    before: str | None
    after: str | None
    code: bool = False


class MeasureView(View):
    """The mean of a number, or of a judge's score, before and after.

    Attributes:
        name: Of the score; "" for the column's own value.
        before: Means, written out.
        up: Records in which it is higher than it was.
        down: Records in which it is lower.
        judged: Whether it is a judge's score, of which a higher one is better.
    """

    name: str
    before: str
    after: str
    up: int
    down: int
    judged: bool = False


class ColumnMeasuresView(View):
    """The means of one column."""

    column: str
    measures: tuple[MeasureView, ...]


class ChangesView(View):
    """What is made otherwise, and the means of columns that differ."""

    settings: tuple[SettingChangeView, ...]
    measures: tuple[ColumnMeasuresView, ...]


# Of a run, a job.


class Failures(Request):
    """The records that are missing from the dataset."""

    op: Literal["failures"] = "failures"


class FailuresView(View):
    """The records that are missing; the first ones of `total`."""

    total: int
    failures: tuple[FailureView, ...]


class Resources(Request):
    """What was found of the resources that the configuration depends on."""

    op: Literal["resources"] = "resources"


class ResourcesView(View):
    """The report; None where nothing was looked up."""

    report: ReportView | None


class Log(Request):
    """The log, from a line on.

    Attributes:
        after: Lines that the browser has, as `LogView.next` told it.
    """

    op: Literal["log"] = "log"
    after: _Index = 0


class LogView(View):
    """Lines of the log.

    Attributes:
        first: Number of the first of `lines`, from 0; larger than what was asked for where older ones are gone.
        next: Number of the line that comes next.
    """

    first: int
    next: int
    lines: tuple[LogLineView, ...]


class Stop(Request):
    """Stop the run; ask NeMo Services to cancel the job. Answered when that was heard, not when it has ended."""

    op: Literal["stop"] = "stop"


class SayView(View):
    """What came of it, in a sentence; in backticks what is code. "" where the view itself shows it."""

    text: str = ""


class Load(Request):
    """Keep the dataset in a variable of the notebook."""

    op: Literal["load"] = "load"
    variable: _Short


# Of a job.


class Sample(Request):
    """Fetch the records that a job has made so far; the table has them then."""

    op: Literal["sample"] = "sample"


class Download(Request):
    """Bring what a job has made to this machine.

    Attributes:
        folder: Where to; "" for the usual one.
    """

    op: Literal["download"] = "download"
    folder: _Short = ""


# Of a report, and of the form that submits.


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
    resources: Annotated[tuple[_Index, ...], Field(max_length=1000)] = ()


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


# Of the form that submits; `Plan` plans for what was looked up last.


class Fields(Request):
    """What stands in the fields of the form, as a person typed it."""

    location: Location
    records: _Short
    job_name: _Short
    workspace: _Short
    dataset_name: _Short
    artifact_path: _Short


class Draft(Request):
    """Say what the form would do as it stands, and what is wrong with it.

    Attributes:
        migrate: Whether something has to be moved first.
    """

    op: Literal["draft"] = "draft"
    fields: Fields
    migrate: bool = False


class LookUp(Request):
    """Look up what the configuration depends on, in the place that the form says."""

    op: Literal["look up"] = "look up"
    fields: Fields


class Workspaces(Request):
    """Say which workspaces there are to choose from."""

    op: Literal["workspaces"] = "workspaces"


class Submit(Request):
    """Make the dataset, or have NeMo Services make it; of one form, once.

    Attributes:
        plan: The plan to carry out before, as `PlanView` told; None for none.
    """

    op: Literal["submit"] = "submit"
    fields: Fields
    plan: int | None = None


REQUESTS: dict[type[Request], type[View] | None] = {
    Hello: None,
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

# What is told unasked.


class RowsTold(RowsView):
    """The records of a run in the making, as many as fit the eye."""

    tell: Literal["rows"] = "rows"


class LogTold(LogView):
    """New lines of the log."""

    tell: Literal["log"] = "log"


class PlanTold(PlanView):
    """How far a plan is carried out."""

    tell: Literal["plan"] = "plan"


class ReportTold(ResourcesView):
    """A report that was looked up anew."""

    tell: Literal["report"] = "report"


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
