"""Finding a job again: from another notebook, or after the kernel that made it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dd_jupyter import config_source
from dd_jupyter.errors import ConfigError
from dd_jupyter.execution.job import Job
from dd_jupyter.execution.workload import JobWorkload
from dd_jupyter.nemo import background
from dd_jupyter.nemo.jobs import Job as JobAnswer
from dd_jupyter.nemo.jobs import Status

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.nemo.deployment import Deployment


def attached(deployment: Deployment, job_name: str, *, name: str = "") -> Job:
    """A job that is there, with the configuration that it was made from.

    Raises:
        NotFoundError: When there is no such job.
    """
    answer, status = background.wait_for(_ask(deployment, job_name))
    builder, unreadable = _builder(answer.config)
    workload = JobWorkload(builder, answer.num_records or 0, job_name, deployment.workspace)
    job = Job(workload, deployment, status=status.status, name=name, age_seconds=_age(answer, status))
    if unreadable is not None:
        job.warn(f"The job's configuration cannot be read by the data-designer that is installed here: {unreadable}")
    return job


async def _ask(deployment: Deployment, job_name: str) -> tuple[JobAnswer, Status]:
    # One after the other: that there is no such job is better said once.
    answer = await deployment.jobs.get(deployment.workspace, job_name)
    return answer, await deployment.jobs.status(deployment.workspace, job_name)


def _builder(config: Mapping[str, Any]) -> tuple[DataDesignerConfigBuilder, ConfigError | None]:
    """The configuration; an empty one, and why, if another version of the library wrote it."""
    try:
        return config_source.load(dict(config)), None
    except ConfigError as unreadable:
        from data_designer.config.config_builder import DataDesignerConfigBuilder

        builder = DataDesignerConfigBuilder()
        for model in list(builder.model_configs):  # the library's own, which the job never had
            builder.delete_model_config(model.alias)
        return builder, unreadable


def _age(answer: JobAnswer, status: Status) -> float:
    """Seconds from its making to now, or to its end."""
    if answer.created_at is None:
        return 0.0
    until = status.changed_at if status.ended else datetime.now(UTC)
    if until is None:  # ended, and the services do not say when
        return 0.0
    return max(0.0, (until - answer.created_at).total_seconds())
