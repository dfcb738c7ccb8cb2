"""Choosing a deployment of NeMo Services."""

from __future__ import annotations

from dd_jupyter.nemo import background, deployment
from dd_jupyter.nemo.connection import Connection, look_at
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment


def connect(
    *,
    base_url: str | None = None,
    workspace: str | None = None,
    token: str | None = None,
    context: str | None = None,
) -> Connection:
    """Choose the deployment of NeMo Services that this process speaks to, and look at it.

    What is not given comes from the environment (NMP_BASE_URL, NMP_WORKSPACE, NMP_ACCESS_TOKEN,
    NMP_CURRENT_CONTEXT, or the same with NHX in front), then from the config file of the `nemo` command, then
    from its defaults. Without a call to this function the same is looked up when services are first needed.
    Without any argument the deployment stays the one that it is.

    Args:
        base_url: Where the deployment is, "http://localhost:8080" for one.
        workspace: The workspace that is meant where none is named.
        token: An access token.
        context: A context of the config file.

    Returns:
        Deployment, workspace, identity, which services are ready, whether jobs can run, which seeds it takes.

    Raises:
        ConfigError: When the config file cannot be read, or the context is not in it.
        ServicesError: When the deployment cannot be reached, or does not let one in. It stays as it was then.
    """
    asked = {"base_url": base_url, "workspace": workspace, "token": token, "context": context}
    chosen = Deployment(find_context(**asked)) if any(asked.values()) else deployment.current()
    connection = background.wait_for(look_at(chosen))
    deployment.use(chosen)
    return connection
