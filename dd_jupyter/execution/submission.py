"""Handing a configuration to NeMo Services: what is sent, and what could not work there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dd_jupyter.engine import Column
from dd_jupyter.errors import RefusedError, ResourceError, ServicesError

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.execution.workload import JobWorkload
    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.nemo.jobs import Job
    from dd_jupyter.nemo.platform import Schema

_LOCAL_SEEDS = {
    "local": "a local file",
    "df": "a DataFrame",
    "directory": "a local folder",
    "file_contents": "local files",
    "agent_rollout": "local agent rollouts",
}


async def submit(
    deployment: Deployment,
    workload: JobWorkload,
    *,
    profile: str | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
) -> Job:
    """Make a job; a repetition of a request that was answered too late makes no second one.

    Args:
        deployment: Where.
        workload: What.
        profile: The execution profile, where the deployment lets one choose.
        options: Options of the job's backend by backend and name, where the deployment takes them.

    Raises:
        ResourceError: When the configuration depends on something that only this kernel has.
        RefusedError: When the deployment does not accept the configuration, profile or options.
        ConflictError: When there is a job of that name.
    """
    check_sendable(workload.builder)
    schema = await deployment.platform.schema()
    extra: dict[str, Any] = {}
    if profile is not None:
        await _check_accepted(deployment, schema, "profile")
        extra["profile"] = profile
    if options:
        await _check_accepted(deployment, schema, "options")
        extra["options"] = {backend: dict(values) for backend, values in options.items()}
    config = config_for(workload.builder, schema)
    return await deployment.jobs.create(
        workload.workspace,
        name=workload.job_name,
        config=config,
        num_records=workload.num_records,
        extra=extra,
    )


def config_for(builder: DataDesignerConfigBuilder, schema: Schema) -> dict[str, Any]:
    """The configuration, which is `check_sendable`, as a deployment reads it.

    Raises:
        RefusedError: When the deployment has no Data Designer API, or takes no Fileset seeds.
    """
    if not schema.has_data_designer:
        raise RefusedError("This deployment has no Data Designer API. `%dd_connect` shows which services it has.")
    config: dict[str, Any] = json.loads(builder.build().model_dump_json())
    source = (config.get("seed_config") or {}).get("source") or {}
    if source.get("seed_type") in {"nmp", "nhx"}:
        if schema.fileset_seed_type is None:
            raise RefusedError(
                "This deployment does not accept Fileset seeds: its installation lacks the seed plugin. Ask its "
                "operator to install `dd-jupyter` beside the services, or use a HuggingFace seed."
            )
        source["seed_type"] = schema.fileset_seed_type
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


def check_sendable(builder: DataDesignerConfigBuilder) -> None:
    """Refuse what cannot be sent: what only this kernel has would be lost on the way, or fail there late.

    Raises:
        ResourceError: When the configuration depends on such a thing.
    """
    seed = builder.get_seed_config()
    kind = _LOCAL_SEEDS.get(seed.source.seed_type) if seed is not None else None
    if kind is not None:
        raise ResourceError(
            f"The seed is {kind}, which NeMo Services cannot read. Upload it to a Fileset and name it with "
            "`dd_jupyter.FilesetFileSeedSource(path='workspace/fileset#path')`, or run in this kernel without "
            "`--submit`."
        )
    for column in builder.get_column_configs():
        own_code = column.column_type == "custom" or getattr(column, "validator_type", "") == "local_callable"
        if own_code:
            raise ResourceError(
                f"Column `{column.name}` is made by a function of this kernel, which NeMo Services do not run. Leave "
                "it out, or run in this kernel without `--submit`."
            )
    if builder.tool_configs:
        raise ResourceError(
            f"Tools (`{builder.tool_configs[0].tool_alias}`) work in this kernel only. Leave them out, or run without "
            "`--submit`."
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
