"""Jobs, lists of jobs and connections that a test makes up, without any services."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import data_designer.config as dd

from dd_jupyter.display.view_model import RunView
from dd_jupyter.execution.events import Event, JobStatus
from dd_jupyter.execution.job import Job
from dd_jupyter.execution.job_list import JobList, ListedJob
from dd_jupyter.execution.workload import JobWorkload
from dd_jupyter.nemo.connection import Connection
from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.credentials import NoCredentials
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.nemo.jobs import ExecutionProfile
from dd_jupyter.nemo.local_services import LocalServices
from dd_jupyter.nemo.platform import Controllers, Schema, ServicesReady, Status
from tests.support.builders import builder_with
from tests.unit.runs import followed, telling, while_running

NOBODY = "http://127.0.0.1:9"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def job_of(
    *,
    job_name: str = "reviews-1",
    workspace: str = "default",
    name: str = "job",
    status: str = "created",
    num_records: int = 10,
    builder: dd.DataDesignerConfigBuilder | None = None,
) -> Job:
    """A job that nobody follows."""
    workload = JobWorkload(builder or builder_with(), num_records, job_name, workspace)
    return Job(
        workload, Deployment(NemoContext(NOBODY, "default", "", "nmp", NoCredentials())), status=status, name=name
    )


def job_in(status: str, *events: Event, **options: Any) -> RunView:
    """How a job looks that is followed and has this status, after these events."""
    return while_running(job_of(**options), *events, JobStatus(status))


def ended_job(status: str, *events: Event | BaseException, **options: Any) -> Job:
    """A job that was followed to its end: these events, of which the last says how it ended."""
    job = job_of(**options)
    job._execute = telling(JobStatus(status), *events)
    return followed(job)


def listed(name: str = "reviews-1", status: str = "completed", **parts: Any) -> ListedJob:
    """A job of a list, made two hours and five minutes ago."""
    told = {"num_records": 5_000, "created": datetime(2026, 11, 21, 9, 55, tzinfo=UTC), "columns": ("a", "b"), **parts}
    return ListedJob(name=name, status=status, **told)


def list_of(*jobs: ListedJob, **parts: Any) -> JobList:
    """A page of jobs, the only one unless `parts` say otherwise."""
    told = {"workspace": "default", "status": None, "page": 1, "pages": 1, "total": len(jobs), **parts}
    return JobList(jobs=jobs, **told)


def connection(**parts: Any) -> Connection:
    """A connection to a deployment that can do everything."""
    told = {
        "base_url": "http://localhost:8080",
        "workspace": "default",
        "origins": MappingProxyType(
            {"base_url": "environment variable NMP_BASE_URL", "workspace": "", "token": "none"}
        ),
        "identity": "ada@example.com",
        "asks_who": True,
        "version": "0.3.0",
        "status": status_of(),
        "schema": Schema(True, frozenset(), frozenset({"hf", "nmp"})),
        "profiles": (ExecutionProfile(provider="cpu", profile="default", backend="docker"),),
        "problem": "",
        **parts,
    }
    return Connection(**told)


def status_of(not_ready: tuple[str, ...] = (), **loops: bool) -> Status:
    """Services that are ready but for some, and their control loops."""
    ready = tuple(name for name in ("entities", "jobs", "data-designer") if name not in not_ready)
    return Status(
        status="healthy",
        services=ServicesReady(ready=ready, not_ready=not_ready),
        controllers=Controllers(status=loops or {"job_scheduler": True, "job_reconciler": True}),
    )


def services_here(folder: Path, **parts: Any) -> LocalServices:
    """Local services that run and are ready."""
    told = {
        "state": "running",
        "base_url": "http://127.0.0.1:8080",
        "pid": 4711,
        "uptime": 7_500.0,
        "ready": ("entities", "jobs"),
        **parts,
    }
    return LocalServices(folder=folder, log=folder / "services.log", **told)
