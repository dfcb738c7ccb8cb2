"""What there is to know of a deployment before it is used."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from dd_jupyter.errors import DeniedError, NotFoundError, ServicesError
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.nemo.jobs import ExecutionProfile
from dd_jupyter.nemo.platform import Schema, Status

FILESETS = "Filesets"
HUGGING_FACE = "HuggingFace"


@dataclass(frozen=True, slots=True)
class Connection:
    """A deployment as it was when it was looked at.

    Attributes:
        base_url: Where it is.
        workspace: The workspace that is meant where none is named.
        origins: Where base URL, workspace and token come from, in words.
        identity: As whom it is spoken to.
        asks_who: Whether it asks who one is.
        version: The platform's version; "" where it does not say.
        status: Its services and control loops.
        schema: What its API accepts.
        profiles: The ways in which it runs jobs.
        problem: What does not work with that workspace, as a sentence; "" if all is well.
    """

    base_url: str
    workspace: str
    origins: Mapping[str, str]
    identity: str
    asks_who: bool
    version: str
    status: Status
    schema: Schema
    profiles: tuple[ExecutionProfile, ...]
    problem: str

    @property
    def runs_jobs(self) -> bool:
        """Whether jobs can run: the jobs service and its control loops are there and healthy."""
        return self.status.runs_jobs

    @property
    def seeds(self) -> tuple[str, ...]:
        """The kinds of seeds that a submitted configuration may have."""
        if not self.schema.has_data_designer:
            return ()
        return (HUGGING_FACE, FILESETS) if self.schema.fileset_seed_type else (HUGGING_FACE,)


async def look_at(deployment: Deployment) -> Connection:
    """Ask a deployment what it is and how it is; all questions go out together.

    Raises:
        ServicesError: When it cannot be reached, or does not let one in.
    """
    platform = deployment.platform
    status, version, discovery, schema, profiles, workspaces = await asyncio.gather(
        platform.status(),
        platform.version(),
        platform.discovery(),
        platform.schema(),
        _profiles(deployment),
        _workspaces(deployment),
    )
    return Connection(
        base_url=deployment.base_url,
        workspace=deployment.workspace,
        origins=deployment.context.origins,
        identity=deployment.context.credentials.identity,
        asks_who=discovery.auth_enabled,
        version=version,
        status=status,
        schema=schema,
        profiles=profiles,
        problem=_problem(deployment.workspace, workspaces),
    )


async def _profiles(deployment: Deployment) -> tuple[ExecutionProfile, ...]:
    try:
        return await deployment.jobs.execution_profiles()
    except (NotFoundError, DeniedError):
        return ()  # a deployment without jobs, or one that does not let everybody see them


async def _workspaces(deployment: Deployment) -> list[str] | None:
    """The workspaces that one may see; None where one may not ask."""
    try:
        return await deployment.platform.workspaces()
    except DeniedError as error:
        if error.status == httpx.codes.UNAUTHORIZED:
            raise
        return None
    except ServicesError:
        return None


def _problem(workspace: str, workspaces: list[str] | None) -> str:
    if workspaces is None or workspace in workspaces:
        return ""
    return (
        f"Workspace `{workspace}` is not there; those you may see are {', '.join(workspaces) or 'none'}. Choose one "
        "with `%dd_connect -w WORKSPACE`."
    )
