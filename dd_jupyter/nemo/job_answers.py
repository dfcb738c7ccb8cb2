"""What the Jobs API answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dd_jupyter.nemo.answers import Answer

ENDED = frozenset({"completed", "error", "cancelled"})
"""Statuses that a job does not leave."""

OURS = "dd_jupyter"
"""What this package notes among a job's custom fields stands below this key."""


def _in_utc(time: datetime) -> datetime:
    """The services' times are UTC and do not say so."""
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _or_empty(value: Any) -> Any:
    return {} if value is None else value


Time = Annotated[datetime, AfterValidator(_in_utc)]
Details = Annotated[dict[str, Any], BeforeValidator(_or_empty)]


class Job(Answer):
    """A job as it was submitted, with its status at the time of asking.

    Of its specification only what a person wrote is kept: the services add what providers are called
    with, which may be a token.

    Attributes:
        id: The services' own id, which a job of the same name made later does not have.
        status: One of created, pending, active, cancelling, cancelled, error, completed, paused,
            pausing, resuming; a newer server may know others.
        config: The configuration, as the library reads it back; {} where the server does not tell.
        num_records: Records asked for; None where the server does not tell.
        custom_fields: What whoever made it noted with it.
    """

    id: str | None = None
    name: str
    workspace: str | None = None
    description: str | None = None
    status: str = "created"
    created_at: Time | None = None
    updated_at: Time | None = None
    config: Details = Field(default_factory=dict, repr=False)
    num_records: int | None = None
    custom_fields: Details = Field(default_factory=dict, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _of_spec(cls, answer: Any) -> Any:
        """Take configuration and count from where the server puts them: compiled, or as they were sent."""
        if not isinstance(answer, dict):
            return answer
        told = {key: value for key, value in answer.items() if value is not None}
        spec = told.pop("spec", None)
        if isinstance(spec, dict):
            spec = spec.get("job_config", spec)
        if isinstance(spec, dict):
            told |= {key: spec[key] for key in ("config", "num_records") if key in spec}
        return told

    @property
    def submission(self) -> str | None:
        """The id that this package gave it on submitting; None if another client made it."""
        noted = self.custom_fields.get(OURS)
        submission = noted.get("submission") if isinstance(noted, dict) else None
        return submission if isinstance(submission, str) else None


class _Stage(Answer):
    name: str
    status: str
    status_details: Details = Field(default_factory=dict)
    error_details: Details = Field(default_factory=dict)
    created_at: Time | None = None
    updated_at: Time | None = None

    @property
    def message(self) -> str:
        """What the services say of it; "" if nothing."""
        said = self.error_details.get("message") or self.status_details.get("message") or ""
        return str(said)


class TaskStatus(_Stage):
    """How one process of a step is.

    Attributes:
        error_stack: The end of what it wrote, if it failed.
    """

    error_stack: str | None = Field(default=None, repr=False)


class StepStatus(_Stage):
    """How one step of a job is, with its tasks."""

    tasks: tuple[TaskStatus, ...] = ()


class Status(_Stage):
    """How a job is, with its steps. It never says how far the records are: the log does."""

    steps: tuple[StepStatus, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether it is at its end, well or not."""
        return self.status in ENDED

    @property
    def changed_at(self) -> datetime | None:
        """When it, a step or a task last changed, by the server's clock; the job's own time stands still."""
        stages: list[_Stage] = [self, *self.steps, *(task for step in self.steps for task in step.tasks)]
        return max((stage.updated_at for stage in stages if stage.updated_at), default=None)


class LogLine(Answer):
    """One line that a job wrote."""

    timestamp: Time
    job_step: str = ""
    job_task: str = ""
    message: str = ""


class LogPage(Answer):
    """Some lines of a log, oldest first.

    Attributes:
        total: Lines of the whole log; 0 also for a page beyond its end.
        next_page: The cursor of the next page; None at the end.
    """

    data: tuple[LogLine, ...] = ()
    total: int = 0
    next_page: str | None = None


class Result(Answer):
    """Something that a job left: "artifacts" and "analysis", for Data Designer.

    Attributes:
        artifact_url: ``workspace/fileset#path``.
    """

    name: str
    artifact_url: str = ""
    artifact_storage_type: str = ""
    download_url: str | None = None


class ExecutionProfile(Answer):
    """A way in which the deployment runs jobs: "cpu/default" by docker, for one."""

    provider: str = ""
    profile: str = ""
    backend: str = ""

    @property
    def name(self) -> str:
        """How it is written in a request."""
        return f"{self.provider}/{self.profile}"


class Results(Answer):
    """What a job left."""

    data: tuple[Result, ...] = ()


class JobPage(Answer):
    """Some of a workspace's jobs.

    Attributes:
        page: Which page this is, from 1.
        total_pages: How many there are.
        total: Jobs on all of them.
    """

    jobs: tuple[Job, ...] = Field(validation_alias="data")
    page: int = 1
    total_pages: int = 1
    total: int = 0

    @model_validator(mode="before")
    @classmethod
    def _of_pagination(cls, answer: Any) -> Any:
        if not isinstance(answer, dict) or not isinstance(answer.get("pagination"), dict):
            return answer
        pagination = answer["pagination"]
        places = {"page": "page", "total_pages": "total_pages", "total": "total_results"}
        return answer | {ours: pagination[theirs] for ours, theirs in places.items() if theirs in pagination}
