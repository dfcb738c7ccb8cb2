"""Runs and jobs as a list shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from dd_jupyter.display import words
from dd_jupyter.display.bounds import NAME_CHARACTERS
from dd_jupyter.display.job_status import end_of, status_view
from dd_jupyter.display.view_model import RunState
from dd_jupyter.display.view_parts import StatusView, Tone
from dd_jupyter.execution.dataset import RECORDS_FOLDER
from dd_jupyter.execution.runs import RunEntry
from dd_jupyter.nemo.jobs import ENDED, Job
from dd_jupyter.server.model import ListedRunView

LOST = StatusView(mark="✕", text="Lost", tone="failed")
"""Of a run whose kernel is gone, and with it what became of it."""

_TONES: dict[str, Tone] = {
    "running": "running",
    "completed": "completed",
    "cancelled": "cancelled",
    "failed": "failed",
}
_WITHOUT_RECORDS = {"created", "pending", "resuming"}


def of_entry(entry: RunEntry, root: Path) -> ListedRunView:
    """A run of this machine, or a job as it was last written down."""
    state = state_of(entry)
    is_job = entry.kind == "job"
    place = f"jobs/{entry.workspace}/{entry.name}" if is_job else f"runs/{entry.id}"
    return ListedRunView(
        path=place,
        kind=entry.kind,
        name=words.cut(entry.name, NAME_CHARACTERS),
        where=where_of(entry),
        state=state,
        status=LOST if entry.is_lost else chip_of(state),
        num_records=entry.num_records,
        done=entry.done if entry.done or not is_job else None,  # of a job its log tells
        failed=entry.failed,
        started=entry.started,
        ended=entry.ended or "",
        deployment=entry.base_url or "",
        workspace=entry.workspace or "",
        notebook=notebook_of(entry, root),
        can_cancel=state == "running",
        has_records=state in {"running", "completed"} if is_job else _has_files(entry),
    )


def of_job(
    job: Job, base_url: str, workspace: str, entry: RunEntry | None, root: Path, done: int | None, failed: int
) -> ListedRunView:
    """A job as its deployment tells, with what was written down of it on this machine, if anything was.

    Args:
        job: What the deployment tells.
        base_url: The deployment.
        workspace: Its workspace.
        entry: Its record.
        root: The server's folder.
        done: Records made so far, by its log; None where that was not read.
        failed: Records given up on, by its log.
    """
    if entry is not None:
        done = max(done or 0, entry.done) if entry.done else done
        failed = max(failed, entry.failed)
    state = end_of(job.status) or "running"
    return ListedRunView(
        path=f"jobs/{workspace}/{job.name}",
        kind="job",
        name=words.cut(job.name, NAME_CHARACTERS),
        where=_services(workspace),
        state=state,
        status=status_view(job.status),
        num_records=job.num_records if job.num_records is not None else entry.num_records if entry else None,
        done=done,
        failed=failed,
        started=written(job.created_at) or (entry.started if entry else ""),
        ended=(entry.ended or "") if entry and state != "running" else "",
        deployment=base_url,
        workspace=workspace,
        notebook=notebook_of(entry, root) if entry else "",
        can_cancel=job.status not in ENDED and job.status != "cancelling",
        has_records=job.status not in _WITHOUT_RECORDS and (job.status not in {"error", "cancelled"} or done != 0),
    )


def with_status(view: ListedRunView, status: str) -> ListedRunView:
    """A job as it was written down, with the status that its deployment tells now."""
    state = end_of(status) or "running"
    return view.model_copy(
        update={
            "state": state,
            "status": status_view(status),
            "can_cancel": status not in ENDED and status != "cancelling",
            "has_records": status not in _WITHOUT_RECORDS and (state not in {"failed", "cancelled"} or view.done != 0),
        }
    )


def state_of(entry: RunEntry) -> RunState:
    """Where a run stands; one whose kernel is gone has failed."""
    if entry.is_lost:
        return "failed"
    return entry.state if entry.state in _TONES else "failed"  # type: ignore[return-value]


def chip_of(state: RunState) -> StatusView:
    """Where a run stands, as a chip."""
    mark, text = words.STATES[state]
    return StatusView(mark=mark, text=text, tone=_TONES[state])


def where_of(entry: RunEntry) -> str:
    """Where it ran, in words."""
    return "in a kernel of this machine" if entry.base_url is None else _services(entry.workspace or "")


def notebook_of(entry: RunEntry, root: Path) -> str:
    """The notebook that it was started in, relative to the server's folder; "" where that is not known."""
    if entry.notebook is None:
        return ""
    path = Path(entry.notebook)
    if not path.is_absolute():
        return "" if ".." in path.parts else path.as_posix()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else ""


def written(moment: datetime | None) -> str:
    """A time as the list tells it."""
    return "" if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")


def _services(workspace: str) -> str:
    return f"NeMo Services · workspace {words.cut(workspace, NAME_CHARACTERS)}"


def _has_files(entry: RunEntry) -> bool:
    return entry.artifact_path is not None and (Path(entry.artifact_path) / RECORDS_FOLDER).is_dir()
