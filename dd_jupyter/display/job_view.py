"""A job in NeMo Services -> what there is to see of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from dd_jupyter.display import words
from dd_jupyter.display.bounds import NAME_CHARACTERS, REASON_CHARACTERS
from dd_jupyter.display.job_status import end_of, status_view
from dd_jupyter.display.view_model import ColumnProgressView, RunView
from dd_jupyter.display.view_parts import FactView, NoticeView, StatusView, WayOnView
from dd_jupyter.execution.following import SERVICES
from dd_jupyter.execution.job import SAMPLE_RECORDS, Job
from dd_jupyter.execution.run import Run

if TYPE_CHECKING:
    import pandas as pd

USUAL_WORKSPACE = "default"
"""Jobs of other workspaces are written with theirs."""

_AT_REST = {"pausing", "paused", "resuming", "cancelling"}


def as_job(view: RunView, run: Run[Any]) -> RunView:
    """The view of a run, with what is different about a job.

    The end is told as soon as the services tell it, some seconds before the last lines of the log are there.
    """
    job = cast("Job", run)
    end = end_of(job.status)
    state = end if end is not None and job.state == "running" else job.state
    return view.model_copy(
        update={
            "title": "Job",
            "name": words.cut(job.job_name, NAME_CHARACTERS),
            "where": words.cut(job.where, NAME_CHARACTERS),
            "state": state,
            "status": _status(job),
            "stop": "none" if state != "running" or job.status == "cancelling" else "cancel",
            "step": _step(job),
            "progress": _progress(view, job),
            "notices": tuple(_notices(job)),
            "facts": tuple(_facts(view, job)),
            "way_on": tuple(_ways_on(job)),
        }
    )


def sample_of(run: Run[Any]) -> pd.DataFrame | None:
    """The records that came with the end of a job; they are not fetched for a view."""
    return cast("Job", run).sample_frame


def count_of(run: Run[Any], sampled: int) -> int | None:
    """How many records an ended job has; None where only the first are known."""
    if run.complete >= sampled:
        return run.complete
    return sampled if sampled < SAMPLE_RECORDS else None


def _left_alone(job: Job) -> bool:
    """Whether the job goes on without being followed."""
    return job.state != "running" and end_of(job.status) is None


def _status(job: Job) -> StatusView:
    if _left_alone(job):
        return StatusView(mark="○", text="Not followed", tone="warning")
    return status_view(job.status)


def _step(job: Job) -> str:
    """What it is busy with, unless the chip or a notice says so already."""
    said = status_view(job.status).text
    if job.step == said or job.status == "paused" or end_of(job.status) is not None:
        return ""
    return job.step.removeprefix(f"{said}: ")


def _progress(view: RunView, job: Job) -> tuple[ColumnProgressView, ...]:
    """The bars; with rate and time left only while records are made."""
    if job.status in _AT_REST or end_of(job.status) is not None:
        return tuple(bar.model_copy(update={"rate": None, "seconds_left": None}) for bar in view.progress)
    return view.progress


def _notices(job: Job) -> Iterable[NoticeView]:
    if job.error is not None:
        yield NoticeView(level="error", text=str(job.error))
    for waiting in tuple(job.waiting.values()):
        yield NoticeView(level="warning", text=_waiting(job, waiting))
    if job.state == "running" and job.status == "paused":
        yield NoticeView(
            level="info",
            text=f"A paused job does not go on by itself. {_method(job, 'resume')} starts it again from its first "
            f"record; {_method(job, 'cancel')} ends it.",
        )
    if job.state == "running":
        return
    if job.status == "cancelled" and job.sample_frame is None:
        text = "Cancelled before its first batch was finished. Submit the configuration again for a new job."
        yield NoticeView(level="info", text=text)
    elif job.status == "cancelled":
        text = "The batches that it had finished are kept. It cannot be gone on with: submit it again for a new job."
        yield NoticeView(level="info", text=text)
    elif job.status == "error" and has_some(job):
        text = "Batches that it had finished, if any, are kept. When the cause is mended, submit it again as a new job."
        yield NoticeView(level="info", text=text)


def _waiting(job: Job, waiting: Any) -> str:
    since = words.elapsed(job.waited_seconds(waiting))
    reason = words.shortened(waiting.reason, REASON_CHARACTERS)
    if waiting.provider == SERVICES:
        goes_on = " They are asked again." if job.state == "running" else ""
        return f"NeMo Services {'have' if goes_on else 'had'} not answered for {since}: {reason}{goes_on}"
    provider = words.clipped(waiting.provider, NAME_CHARACTERS)
    # Its log counts the requests, and the reason begins with them.
    number = f"{words.count(waiting.tries)} " if waiting.tries > 1 else ""
    if job.state != "running":
        return f"Provider `{provider}` had kept the job waiting for {since}: {number}{reason}"
    return (
        f"Provider `{provider}` has kept the job waiting for {since}: {number}{reason} "
        f"{_method(job, 'cancel')} stops the job."
    )


def _facts(view: RunView, job: Job) -> Iterable[FactView]:
    if not view.progress and job.workload.num_records:
        yield FactView(text=f"{words.counted(job.workload.num_records, 'record')} asked for")
    yield from view.facts


def _ways_on(job: Job) -> Iterable[WayOnView]:
    address = address_of(job)
    if job.name and has_some(job):
        yield WayOnView(text="First records", code=f"{job.name}.head()")
    if job.name and job.state == "completed":
        yield WayOnView(text="All records", code=f"{job.name}.load_dataset()")
        if job.failed_records:
            yield WayOnView(text="What failed", code=f"{job.name}.failures")
    if job.state != "running" and has_some(job):
        yield WayOnView(text="To this machine", code=f"%dd_download {address}")
    if job.status not in {"cancelled", "error"} and not _left_alone(job):
        yield WayOnView(text="In another notebook", code=f"%dd_attach {address}")


def has_some(job: Job) -> bool:
    """Whether there may be records of it."""
    if job.status in {"created", "pending", "resuming"} or _left_alone(job):
        return False
    if job.status == "error":
        return any(progress.done > progress.failed for progress in tuple(job.progress.values()))
    return job.status != "cancelled" or job.sample_frame is not None or job.state == "running"


def _method(job: Job, name: str) -> str:
    return f"`{words.clipped(job.name, NAME_CHARACTERS)}.{name}()`" if job.name else f"`.{name}()`"


def address_of(job: Job) -> str:
    """What finds the job again: its name, with the workspace where that is not the usual one."""
    return words.one_line(job.job_name if job.workspace == USUAL_WORKSPACE else f"{job.workspace}/{job.job_name}")
