"""A deployment as it is now, for the browser."""

from __future__ import annotations

import asyncio
import re

from dd_jupyter.display import words
from dd_jupyter.errors import ConfigError, ServicesError, UnreachableError
from dd_jupyter.nemo.connection import Connection, look_at
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.secrets import redact
from dd_jupyter.server.model import ConnectionView
from dd_jupyter.server.services import answer_of

_REQUEST = re.compile(r" \([A-Z]+ [^()]*\)$")
"""What was asked, at the end of an error: of use where someone asked for it, and not where a panel looks by itself."""


def connection_of(deployment: Deployment) -> ConnectionView:
    """Ask a deployment what it is and how it is; what is wrong is part of the answer."""
    try:
        connection, workspaces = answer_of(deployment, _look(deployment))
    except (ConfigError, ServicesError) as error:
        return ConnectionView(
            base_url=deployment.base_url,
            workspace=deployment.workspace,
            reachable=not isinstance(error, UnreachableError | ConfigError),
            problem=words.shortened(redact(_REQUEST.sub("", str(error)))),
        )
    return ConnectionView(
        base_url=deployment.base_url,
        workspace=deployment.workspace,
        workspaces=workspaces,
        identity=words.cut(connection.identity, 200),
        version=words.cut(connection.version, 100),
        reachable=True,
        runs_jobs=connection.runs_jobs and connection.schema.has_data_designer,
        problem=_problem(connection),
    )


async def _look(deployment: Deployment) -> tuple[Connection, tuple[str, ...]]:
    await deployment.platform.status_at_once()  # whether anybody is there is not to be waited for
    return await asyncio.gather(look_at(deployment), _workspaces(deployment))


async def _workspaces(deployment: Deployment) -> tuple[str, ...]:
    try:
        return tuple(await deployment.platform.workspaces())
    except ServicesError:  # whoever may not look at workspaces may work in one all the same
        return ()


def _problem(connection: Connection) -> str:
    """What stands in the way, in the words of a place without magics."""
    if not connection.schema.has_data_designer:
        return "This deployment has no Data Designer service, so nothing can be submitted to it."
    if connection.problem:
        return words.shortened(
            redact(connection.problem.replace("Choose one with `%dd_connect -w WORKSPACE`.", "Choose one of them."))
        )
    if not connection.runs_jobs:
        return "The jobs service, or what starts jobs, is not ready: a job that is submitted now would wait."
    return ""
