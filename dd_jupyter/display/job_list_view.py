"""A page of a workspace's jobs -> what there is to see of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dd_jupyter.display import words
from dd_jupyter.display.bounds import NAME_CHARACTERS
from dd_jupyter.display.job_status import status_view
from dd_jupyter.display.job_view import USUAL_WORKSPACE
from dd_jupyter.display.panel import JobRowView, PanelView
from dd_jupyter.display.view_parts import FactView, WayOnView
from dd_jupyter.execution.job_list import JobList, ListedJob

LISTED_COLUMNS = 6
"""Enough to know a configuration again."""

USUAL_PAGE = 20
"""Jobs on a page of `%dd_jobs` without ``-n``."""


def job_list_view(jobs: JobList, now: datetime | None = None) -> PanelView:
    """A row a job, newest or oldest first as they were asked for.

    Args:
        jobs: The page.
        now: What "2 h ago" counts from; the present if None.
    """
    now = now or datetime.now().astimezone()
    return PanelView(
        title="Jobs",
        where=" · ".join(_where(jobs)),
        jobs=tuple(_row(job, now) for job in jobs),
        empty=_empty(jobs),
        facts=tuple(_facts(jobs, now)),
        way_on=tuple(_ways_on(jobs)),
    )


def _where(jobs: JobList) -> Iterable[str]:
    yield f"NeMo Services · workspace {words.cut(jobs.workspace, NAME_CHARACTERS)}"
    if jobs.status is not None:
        yield f"only those with status {words.cut(jobs.status, NAME_CHARACTERS)}"


def _row(job: ListedJob, now: datetime) -> JobRowView:
    columns = ", ".join(words.cut(column, NAME_CHARACTERS) for column in job.columns[:LISTED_COLUMNS])
    more = len(job.columns) - LISTED_COLUMNS
    return JobRowView(
        name=words.cut(job.name, NAME_CHARACTERS),
        status=status_view(job.status),
        records="" if job.num_records is None else words.count(job.num_records),
        made="" if job.created is None else words.ago((now - job.created).total_seconds()),
        made_at="" if job.created is None else f"{job.created.astimezone(now.tzinfo):%Y-%m-%d %H:%M:%S}",
        columns=f"{columns} and {more} more" if more > 0 else columns,
    )


def _empty(jobs: JobList) -> str:
    if jobs.page > 1:
        return f"Page {jobs.page:,} is empty: there {_are(jobs.pages, 'page')}."
    if jobs.status is not None:
        status = words.cut(jobs.status, NAME_CHARACTERS).replace("`", "")
        return f"No job has status `{status}`. `{_line(jobs, status=False)}` lists all of them."
    return "There are no jobs yet. `%%dd_create NAME --submit -n 1000` above a configuration makes one."


def _are(number: int, noun: str) -> str:
    return f"{'is' if number == 1 else 'are'} {words.counted(number, noun)}"


def _facts(jobs: JobList, now: datetime) -> Iterable[FactView]:
    if jobs.jobs:
        # Only the last page may be shorter than the others.
        before = jobs.total - len(jobs) if jobs.page >= jobs.pages else (jobs.page - 1) * len(jobs)
        if jobs.pages > 1:
            yield FactView(text=f"{before + 1:,}–{before + len(jobs):,} of {jobs.total:,}")
        else:
            yield FactView(text=words.counted(jobs.total, "job"))
    # What a saved notebook says is ago was so then.
    yield FactView(text=f"as of {now:%Y-%m-%d %H:%M}")


def _ways_on(jobs: JobList) -> Iterable[WayOnView]:
    if not jobs.jobs:
        if jobs.page > 1 and jobs.total:
            yield WayOnView(text="The last page", code=_line(jobs, page=jobs.pages))
        return
    if jobs.page < jobs.pages:
        yield WayOnView(text="More", code=_line(jobs, page=jobs.page + 1))
    yield WayOnView(text="Follow one", code="%dd_attach JOB")
    yield WayOnView(text="Bring one here", code="%dd_download JOB")


def _line(jobs: JobList, *, page: int = 1, status: bool = True) -> str:
    """The line that lists another page of the same jobs."""
    parts = ["%dd_jobs"]
    if status and jobs.status is not None:
        parts.append(f"--status {words.cut(jobs.status, NAME_CHARACTERS)}")
    if jobs.workspace != USUAL_WORKSPACE:
        parts.append(f"-w {words.cut(jobs.workspace, NAME_CHARACTERS)}")
    if page > jobs.page and len(jobs) not in {0, USUAL_PAGE}:
        parts.append(f"-n {len(jobs)}")
    if page > 1:
        parts.append(f"--page {page}")
    return " ".join(parts)
