"""A run -> what its view in the browser holds all the time, and what it is told as the run goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dd_jupyter.display import words
from dd_jupyter.display.bounds import NAME_CHARACTERS
from dd_jupyter.display.job_status import status_view
from dd_jupyter.display.live_model import JobLiveView, LiveRunView, TableView
from dd_jupyter.display.log_view import log_line
from dd_jupyter.display.records_view import records_of
from dd_jupyter.display.requests.run import LogView
from dd_jupyter.display.requests.table import RowsTold
from dd_jupyter.display.run_view import outline
from dd_jupyter.display.view_model import RecordsView, RunHeadView
from dd_jupyter.execution.run import Run
from dd_jupyter.execution.workload import JobWorkload

if TYPE_CHECKING:
    from dd_jupyter.execution.job import Job

LOG_PAGE = 400
"""Lines of the log in one answer."""

_BUTTONS = ("%dd_attach", "%dd_download")
"""What the view of a job has in a place of its own."""


def live_run(run: Run[Any], table: TableView | None, transfer: str = "") -> LiveRunView:
    """The run as it stands, without its records and its log.

    Args:
        run: What is shown.
        table: Its records, as far as they can be looked at.
        transfer: How far a download is, in words; "" while there is none.
    """
    view = outline(run)
    is_job = isinstance(run.workload, JobWorkload)
    report = run.report
    stopping = 0 if report is None else sum(len(report.problems(location)) for location in report.locations)
    return LiveRunView(
        **{name: getattr(view, name) for name in RunHeadView.model_fields if name != "way_on"},
        expected=run.workload.num_records,
        log_lines=run.logged,
        resources=None if report is None else len(report.rows),
        stopping=stopping,
        variable=words.clipped(run.name, NAME_CHARACTERS),
        way_on=tuple(way for way in view.way_on if not (is_job and way.code.startswith(_BUTTONS))),
        table=table,
        job=_job(cast("Job", run), transfer) if is_job else None,
    )


def table_in_the_making(run: Run[Any], version: int) -> tuple[TableView, RowsTold] | None:
    """The first records of a run that goes on; None before there is one."""
    rows = list(run.sample)
    if not rows:
        return None
    # All columns from the start, in their place, so that the table does not jump as they fill up.
    names = [column.name for column in run.columns if column.kept]
    records: RecordsView = records_of(run, names, rows, run.complete)
    told = RowsTold(version=version, start=0, total=len(rows), numbers=tuple(range(len(rows))), rows=records.rows)
    return TableView(version=version, columns=records.columns, rows=run.complete, told=True), told


def log_of(run: Run[Any], after: int) -> LogView:
    """The lines of the log from number `after` on; of many the newest ones."""
    lines = tuple(run.log)
    next_line = run.logged
    first = max(after, next_line - len(lines), next_line - LOG_PAGE)
    kept = lines[len(lines) - (next_line - first) :] if next_line > first else ()
    return LogView(first=first, next=next_line, lines=tuple(log_line(line) for line in kept))


def _job(job: Job, transfer: str) -> JobLiveView:
    # What speaks to NeMo Services is imported with the first job, not with the first preview.
    from dd_jupyter.display.job_view import address_of, has_some

    return JobLiveView(
        steps=tuple(_steps(job)),
        deployment=words.cut(job.deployment.base_url, 2 * NAME_CHARACTERS),
        workspace=words.cut(job.workspace, NAME_CHARACTERS),
        job_name=words.cut(job.job_name, NAME_CHARACTERS),
        address=words.cut(address_of(job), 2 * NAME_CHARACTERS),
        folder=f"artifacts/{words.cut(job.job_name, NAME_CHARACTERS)}",
        has_records=has_some(job),
        transfer=transfer,
    )


def _steps(job: Job) -> Any:
    history = tuple(job.history)
    for place, (status, since) in enumerate(history):
        chip = status_view(status)
        last = place == len(history) - 1
        text = chip.text if last else f"{chip.text} {words.elapsed(history[place + 1][1] - since)}"
        yield chip.model_copy(update={"text": text})
