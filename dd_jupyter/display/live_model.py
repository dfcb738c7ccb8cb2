"""What a view in the browser holds all the time: names, counts and states, which a notebook may keep.

No record, no profile, no line of a log and nothing secret is in it: those travel as answers (`requests`).
"""

from __future__ import annotations

from typing import Literal

from dd_jupyter.display.view_model import ColumnHeadView, RunHeadView
from dd_jupyter.display.view_parts import NoticeView, StatusView, View


class TableView(View):
    """A table that can be asked for its rows.

    Attributes:
        version: Changes with the records, which are to be asked for anew then.
        rows: How many there are; None where that is not known.
        told: Whether its rows are told while a run makes them, and cannot be asked for yet.
    """

    version: int
    columns: tuple[ColumnHeadView, ...]
    rows: int | None
    told: bool = False


class JobLiveView(View):
    """What a job has beyond a run.

    Attributes:
        steps: How it came to where it is: "created", "pending", "active"; the last one is at work.
        deployment: The base URL of NeMo Services that it is in.
        workspace: Its workspace.
        job_name: Its name there.
        address: What `%dd_attach` finds it by.
        folder: Where a download goes unless one says otherwise.
        has_records: Whether there may be records that can be fetched.
        transfer: How far a download is, in words; "" while there is none.
    """

    steps: tuple[StatusView, ...]
    deployment: str
    workspace: str
    job_name: str
    address: str
    folder: str
    has_records: bool
    transfer: str = ""


class LiveRunView(RunHeadView):
    """A preview, a create or a job.

    Attributes:
        expected: Records that were asked for.
        log_lines: Lines of the log so far.
        resources: Resources in the report; None where nothing was looked up.
        stopping: How many of those are in the way, or are not as they should be.
        variable: The variable that holds it; "" without one.
        table: The records; None before the first.
        job: Of a job, what there is more; else None.
    """

    view: Literal["run"] = "run"
    expected: int = 0
    log_lines: int = 0
    resources: int | None = None
    stopping: int = 0
    variable: str = ""
    table: TableView | None = None
    job: JobLiveView | None = None


class LiveTableView(View):
    """A DataFrame.

    Attributes:
        name: What it is called; "" without a name.
        detail: What it is, in words: "pandas DataFrame".
    """

    view: Literal["table"] = "table"
    name: str
    detail: str
    table: TableView


class SideView(View):
    """One of two previews that are compared."""

    name: str
    records: int
    where: str = ""


class ChangedColumnView(View):
    """How much a column differs between the two.

    Attributes:
        kind: What makes the column, in words.
        changed: Records in which it does, of those that both have.
        only: "before" or "after" for a column that but one of them has; else "both".
        types: "number, was text" where its values are of another type, "3 null, 0 before"; else "".
        settings: Whether the configuration makes it otherwise.
    """

    name: str
    kind: str
    changed: int
    types: str = ""
    only: Literal["both", "before", "after"] = "both"
    settings: bool = False


class LiveCompareView(View):
    """Two previews, record by record.

    Attributes:
        notices: What to mind when they are compared: samplers that drew anew, for one.
        table: The records of the later one; a cell that differs holds the earlier value too.
        compared: Records that both have.
        changed: Records of those that differ.
        columns: The columns that differ, or are made otherwise.
    """

    view: Literal["compare"] = "compare"
    before: SideView
    after: SideView
    notices: tuple[NoticeView, ...] = ()
    table: TableView
    compared: int
    changed: int
    columns: tuple[ChangedColumnView, ...]


class LiveReportView(View):
    """A resolution report; what is in it is asked for.

    Attributes:
        version: Changes with the report, which is to be asked for anew then.
        variable: The variable that holds the configuration as it was moved; "" before it was.
        at_work: What the kernel is busy with for this view, in words; "" for nothing.
        elapsed_seconds: Since when it is; told every few seconds, as a sign of life.
    """

    view: Literal["report"] = "report"
    title: str
    name: str
    version: int
    variable: str
    at_work: str = ""
    elapsed_seconds: float = 0.0
