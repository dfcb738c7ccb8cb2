"""NeMo Services on this machine, and the model providers that they serve."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dd_jupyter.nemo import deployment, local_services, provider_setup
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.nemo.local_services import LocalServices
from dd_jupyter.nemo.provider_setup import ProviderPlan, ProviderSetup

if TYPE_CHECKING:
    from pydantic import SecretStr

Tell = Callable[[str], object]
"""Is told what goes on, a sentence at a time."""


def start_services(
    folder: Path | str | None = None,
    *,
    python: Path | str | None = None,
    port: int | None = None,
    tell: Tell | None = None,
) -> LocalServices:
    """Start NeMo Services on this machine, or find those that run, and connect this process to them.

    Args:
        folder: Where they keep their data; one in the user's data folder if None.
        python: Interpreter or folder of an environment with ``nemo-platform[services]``; looked for if None.
        port: Where to listen; that of the last time, or a free one, if None.
        tell: Is told how far it is.

    Raises:
        DDJupyterError: When there is no such environment, the port is taken, or they do not come up.
    """
    running = local_services.start(folder, python=python, port=port, tell=tell or _nobody)
    deployment.use(Deployment(find_context(base_url=running.base_url)))
    return running


def stop_services(folder: Path | str | None = None, *, tell: Tell | None = None) -> LocalServices:
    """Stop what `start_services` started in a folder, in whatever process; what they keep stays."""
    return local_services.stop(folder, tell=tell or _nobody)


def services_status(folder: Path | str | None = None) -> LocalServices:
    """How the services in a folder are."""
    return local_services.status(folder)


def services_log(folder: Path | str | None = None, *, lines: int = 50) -> str:
    """The last lines of their log."""
    return local_services.logs(folder, lines)


def set_up_provider(
    provider: str,
    ask_key: Callable[[ProviderPlan], SecretStr | None],
    *,
    name: str | None = None,
    replace_key: bool = False,
    workspace: str | None = None,
    base_url: str | None = None,
    folder: Path | str | None = None,
    tell: Tell | None = None,
) -> ProviderSetup:
    """Register a model provider and its key with NeMo Services.

    Args:
        provider: One that is known by its name, "nvidia-build" for one, or the URL of an OpenAI-compatible server.
        ask_key: Gives its key when it is needed; None where it needs none. It is sent to the Secrets API only.
        name: What configurations call it; the known name, or one from the URL, if None.
        replace_key: Put the key in place of one that is there.
        workspace: Where; that of the connection if None.
        base_url: The deployment; if None the one on this machine if it runs, else that of the connection.
        folder: Of the deployment on this machine.
        tell: Is told how far it is.

    Returns:
        The provider's name and the models that a configuration can name now.
    """
    plan = provider_setup.plan_for(provider, name)
    there = _addressed(base_url, workspace, folder)
    return provider_setup.set_up(there, plan, lambda: ask_key(plan), replace_key=replace_key, tell=tell or _nobody)


def _addressed(base_url: str | None, workspace: str | None, folder: Path | str | None) -> Deployment:
    if base_url is None:
        local = local_services.status(folder)
        base_url = local.base_url if local.state == "running" else None
    if base_url is not None:
        return Deployment(find_context(base_url=base_url, workspace=workspace))
    return deployment.current().in_workspace(workspace)


def _nobody(sentence: str) -> None:
    """Is told in nobody's name."""
