"""Handing a configuration to NeMo Services: what is sent, and what could not work there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dd_jupyter.engine import Column
from dd_jupyter.errors import RefusedError, ServicesError
from dd_jupyter.resources.fileset_seed import FILESET_SEED_TYPES
from dd_jupyter.resources.places import There
from dd_jupyter.resources.report import ResolutionReport
from dd_jupyter.resources.resolution import refusal, resolve
from dd_jupyter.resources.sent import NO_FILESET_SEEDS, sent

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.execution.workload import JobWorkload, PreviewWorkload
    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.nemo.jobs import Job
    from dd_jupyter.nemo.platform import Schema


@dataclass(frozen=True, slots=True)
class Submitted:
    """A job that was made, and what was found of its resources before."""

    job: Job
    report: ResolutionReport


async def submit(
    deployment: Deployment,
    workload: JobWorkload,
    *,
    profile: str | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
) -> Submitted:
    """Make a job; a repetition of a request that was answered too late makes no second one.

    Args:
        deployment: Where.
        workload: What.
        profile: The execution profile, where the deployment lets one choose.
        options: Options of the job's backend by backend and name, where the deployment takes them.

    Raises:
        ConfigError: When the configuration does not hold together.
        ResourceError: When something that it depends on is not there for the deployment.
        RefusedError: When the deployment does not accept the configuration, profile or options.
        ConflictError: When there is a job of that name.
    """
    report = await look_up(deployment, workload)
    error = refusal(report, "submit")
    if error is not None:
        raise error
    schema = await deployment.platform.schema()
    extra: dict[str, Any] = {}
    if profile is not None:
        await _check_accepted(deployment, schema, "profile")
        extra["profile"] = profile
    if options:
        await _check_accepted(deployment, schema, "options")
        extra["options"] = {backend: dict(values) for backend, values in options.items()}
    config = config_for(workload.builder, schema)
    job = await deployment.jobs.create(
        workload.workspace,
        name=workload.job_name,
        config=config,
        num_records=workload.num_records,
        extra=extra,
    )
    return Submitted(job, report)


async def look_up(deployment: Deployment, workload: JobWorkload | PreviewWorkload) -> ResolutionReport:
    """What the configuration depends on, for a deployment; without questions where it is not to be checked."""
    there = There((lambda: deployment) if workload.check else None)
    return await resolve(workload.builder, workload.here, there, locations=("submit",), operation=workload.operation)


def config_for(builder: DataDesignerConfigBuilder, schema: Schema) -> dict[str, Any]:
    """The configuration as a deployment reads it.

    Raises:
        RefusedError: When the deployment has no Data Designer API, or takes no Fileset seeds.
    """
    if not schema.has_data_designer:
        raise RefusedError("This deployment has no Data Designer API. `%dd_connect` shows which services it has.")
    config = sent(builder, schema)
    seed = (config.get("seed_config") or {}).get("source") or {}
    if seed.get("seed_type") in FILESET_SEED_TYPES and schema.fileset_seed_type is None:
        raise RefusedError(NO_FILESET_SEEDS)
    return config


def columns_of(builder: DataDesignerConfigBuilder) -> tuple[Column, ...]:
    """The columns that a configuration makes, in its order."""
    return tuple(
        Column(
            name=config.name,
            type=str(config.column_type),
            aliases=tuple(config.get_model_aliases()),
            side_effects=tuple(config.side_effect_columns),
            kept=not config.drop,
        )
        for config in builder.get_column_configs()
    )


async def _check_accepted(deployment: Deployment, schema: Schema, field: str) -> None:
    if field in schema.job_fields:
        return
    option = "--option" if field == "options" else f"--{field}"
    try:
        offered = ", ".join(profile.name for profile in await deployment.jobs.execution_profiles())
    except ServicesError:
        offered = ""  # what they are is beside the point
    raise RefusedError(
        f"This deployment would ignore `{option}`: its jobs API has no such field. Leave it "
        f"out; it runs jobs in the way its operator chose (it offers: {offered or 'nothing'})."
    )
