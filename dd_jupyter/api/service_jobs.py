"""Jobs in NeMo Services: making, listing and finding them."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter import config_source
from dd_jupyter.api.carrying_out import Watch, at_least_one, carry_out
from dd_jupyter.errors import ConfigError, JobError
from dd_jupyter.execution import submission
from dd_jupyter.execution.attaching import attached
from dd_jupyter.execution.job import Job
from dd_jupyter.execution.job_list import JobList, list_jobs
from dd_jupyter.execution.runs import Journal
from dd_jupyter.execution.workload import JobWorkload
from dd_jupyter.nemo import background, deployment

if TYPE_CHECKING:
    from dd_jupyter.execution.artifacts import Transferred


READING_SECONDS = 10.0
"""How long the log of a job that has ended may take to read before it is handed out all the same."""

LONGEST_STEM = 24
"""With the time behind it, a name is well below what the services take."""


def submit(
    source: Any,
    *,
    num_records: int = 100,
    job_name: str | None = None,
    workspace: str | None = None,
    wait: bool = False,
    profile: str | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
    check: bool = True,
    name: str = "",
    watch: Watch | None = None,
) -> Job:
    """Have NeMo Services make a dataset, in a job that is followed from a thread.

    Args:
        source: A config builder, a dict, or a path to a Python module, YAML or JSON file.
        num_records: Records to make, at least 1.
        job_name: The job's name; one with the time in it if None.
        workspace: Its workspace; that of the connection if None.
        wait: Wait for its end. An interrupt then asks the services to cancel it, a second one leaves it.
        profile: The execution profile, where the deployment lets one choose.
        options: Options of the job's backend, where the deployment takes them: ``{"kubernetes": {"x": "y"}}``.
        check: Look up first what it depends on, and stop if something is not there.
        name: What to call it where it is shown.
        watch: Called at the start and after each event, from a thread, to show the job.

    Returns:
        The job, while it is at work: `progress`, `logs()`, `head(n)`, `cancel()`, `wait()`, `download()`.

    Raises:
        ConfigError: When the source holds no configuration, or one that the library refuses.
        ResourceError: When something that it depends on is not there for NeMo Services; nothing is sent then.
        RefusedError: When the deployment does not accept it.
        ConflictError: When there is a job of that name.
        UnreachableError: When the deployment cannot be reached.
        JobError: With `wait`, when the job fails.
    """
    there = deployment.current().in_workspace(workspace)
    workload = JobWorkload(
        builder=config_source.load(source),
        num_records=at_least_one(num_records),
        job_name=job_name or name_with_time(name),
        workspace=there.workspace,
        check=check,
    )
    try:
        submitted = background.wait_for(submission.submit(there, workload, profile=profile, options=options))
    except KeyboardInterrupt:
        name_there = workload.job_name
        raise KeyboardInterrupt(
            f"interrupted while job `{name_there}` was being submitted: it may have been made. `%dd_attach "
            f"{name_there}` finds it then, and `%dd_cancel {name_there}` stops it"
        ) from None
    job = Job(workload, there, status=submitted.job.status, name=name)
    job.report = submitted.report
    carry_out(job, Journal(there.base_url, there.workspace), watch)
    if wait:
        _wait_or_cancel(job)
    return job


def attach(job_name: str, *, workspace: str | None = None, name: str = "", watch: Watch | None = None) -> Job:
    """Find a job again, with the configuration that it was made from, and follow it if it has not ended.

    Args:
        job_name: Its name, or "workspace/name".
        workspace: Its workspace; that of the connection if None.
        name: What to call it where it is shown.
        watch: Called at the start and after each event, from a thread, to show the job.

    Raises:
        NotFoundError: When there is no such job.
        UnreachableError: When the deployment cannot be reached.
    """
    job = _found(job_name, workspace, name)
    carry_out(job, Journal(job.deployment.base_url, job.workspace), watch)
    if job.has_ended:  # then it is all there in a moment, and can be looked at at once
        with contextlib.suppress(JobError, TimeoutError):
            job.wait(READING_SECONDS)
    return job


def cancel(job_name: str, *, workspace: str | None = None) -> None:
    """Ask NeMo Services to stop a job; batches that are finished stay.

    Args:
        job_name: Its name, or "workspace/name".
        workspace: Its workspace; that of the connection if None.

    Raises:
        NotFoundError: When there is no such job.
        ServicesError: When the services cannot be asked, or refuse; the job runs on then.
    """
    _found(job_name, workspace).cancel()


def download(
    job_name: str,
    folder: Path | str | None = None,
    *,
    workspace: str | None = None,
    progress: Callable[[Transferred], None] | None = None,
    overwrite: bool = False,
) -> Path:
    """Bring what a job has made so far to this machine; goes on where an earlier download broke off.

    Args:
        job_name: Its name, or "workspace/name".
        folder: Where to; ``artifacts/<job>`` if None.
        workspace: Its workspace; that of the connection if None.
        progress: Called with files and bytes as they come.
        overwrite: Whether a folder may be filled that holds another dataset.

    Returns:
        The folder, laid out as that of a local dataset.

    Raises:
        NotFoundError: When there is no such job.
        DDJupyterError: When the folder holds something else, or cannot be written.
        ServicesError: When a file cannot be fetched; what is there is kept for the next call.
    """
    return _found(job_name, workspace).download(folder, progress=progress, overwrite=overwrite)


def jobs(
    *, status: str | None = None, workspace: str | None = None, page: int = 1, page_size: int = 20, oldest: bool = False
) -> JobList:
    """The Data Designer jobs of a workspace, newest first.

    Args:
        status: Only those in this status, "active" for one.
        workspace: That of the connection if None.
        page: Which page, from 1.
        page_size: Jobs on a page.
        oldest: Oldest first.
    """
    if page < 1 or page_size < 1:
        raise ConfigError("Pages count from 1, and have at least one job.")
    there = deployment.current().in_workspace(workspace)
    return background.wait_for(list_jobs(there, status=status, page=page, page_size=page_size, oldest=oldest))


def _wait_or_cancel(job: Job) -> None:
    """Wait for the end of a job; the first interrupt asks the services to cancel it, the second leaves it."""
    try:
        job.wait()
    except KeyboardInterrupt as interrupt:
        job.cancel()
        with contextlib.suppress(JobError):  # how it ended is in its view; the person asked for the end
            job.wait()
        raise interrupt from None


def _found(job_name: str, workspace: str | None, name: str = "") -> Job:
    if "/" in job_name:
        named, _, job_name = job_name.partition("/")
        if workspace not in {None, named}:
            raise ConfigError(
                f"`{named}/{job_name}` names another workspace than `{workspace}`: leave one of them out."
            )
        workspace = named
    if not job_name or workspace == "":
        raise ConfigError("A job is named as `job`, or as `workspace/job`. `%dd_jobs` lists those that there are.")
    return attached(deployment.current().in_workspace(workspace), job_name, name=name)


def name_with_time(name: str) -> str:
    """A name that no other job has, and that says when: ``reviews-20261121-103501-k3f9``."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower())[:LONGEST_STEM].strip("-")
    if not stem[:1].isalpha() or name.startswith("_"):  # names begin with a letter, and `_dd` is nobody's choice
        stem = "dataset"
    return f"{stem}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
