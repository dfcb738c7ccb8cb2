"""Which deployments of NeMo Services may be asked, and as whom: what configuration says, never a page."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType

from dd_jupyter.errors import ConfigError
from dd_jupyter.execution.runs import RunEntry, entries
from dd_jupyter.nemo import background
from dd_jupyter.nemo.context import DEFAULT_WORKSPACE, NemoContext, find_context, is_base_url, stored_contexts
from dd_jupyter.nemo.credentials import NoCredentials, same_place
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.server.model import DeploymentsView, DeploymentView
from dd_jupyter.server.settings import Settings

MOST = 50
"""More are not listed: nobody works with so many."""

CONFIGURED = "the configuration of the Jupyter server"
OF_A_RUN = "a run on this machine"
_DEFAULT = "the default"
_ARGUMENT = "the argument"


class Deployments:
    """The deployments that may be asked, by configuration, environment, config file and run records.

    Each is asked with the login that belongs to it: that of the environment goes to the base URL of the environment,
    one of the config file to its own cluster, and a deployment of which only a run record is known is asked without.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._open: dict[str, Deployment] = {}
        self._lock = threading.Lock()

    def view(self) -> DeploymentsView:
        """What may be asked, the one that is meant first.

        Raises:
            ConfigError: When the config file cannot be read.
        """
        known = self._known()
        return DeploymentsView(
            chosen=known[0].base_url,
            deployments=tuple(
                DeploymentView(
                    base_url=context.base_url, origin=context.origins["base_url"], workspace=context.workspace
                )
                for context in known
            ),
        )

    def find(
        self, base_url: str | None, workspace: str | None = None, recorded: Sequence[RunEntry] | None = None
    ) -> Deployment:
        """A deployment that may be asked, in a workspace.

        Args:
            base_url: One that is listed; None for the one that is meant without.
            workspace: The workspace; that of the deployment if None.
            recorded: The run records, where they were just read.

        Raises:
            ConfigError: When it is not listed, or the config file cannot be read.
        """
        known = self._known(recorded)
        wanted = known[0].base_url if base_url is None else base_url.strip().rstrip("/")
        context = next((context for context in known if context.base_url == wanted), None)
        if context is None:  # its address is not repeated, since a page made it up
            raise ConfigError(
                "This Jupyter server knows no NeMo Services at that base URL. Name them in a context of the `nemo` "
                "command, or in `c.DDJupyterServer.base_url` of the server's configuration."
            )
        return self._deployment(context).in_workspace(workspace)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for deployment in self._open.values():
                background.start(deployment.http.aclose())
            self._open.clear()

    def _deployment(self, context: NemoContext) -> Deployment:
        with self._lock:
            before = self._open.get(context.base_url)
            if before is not None and before.context == context:
                return before
            if before is not None:
                background.start(before.http.aclose())
            made = self._open[context.base_url] = Deployment(context)
            return made

    def _known(self, recorded: Sequence[RunEntry] | None = None) -> list[NemoContext]:
        """All that may be asked, each place once, the one that is meant first."""
        known: dict[str, NemoContext] = {}
        for context in (*self._configured(), *stored_contexts()):
            known.setdefault(context.base_url, context)
        of_runs = self._of_runs(entries() if recorded is None else recorded, known)
        for context in of_runs:
            known.setdefault(context.base_url, context)
        return list(known.values())[:MOST]

    def _configured(self) -> Iterable[NemoContext]:
        """What the server's configuration says, and what the environment does."""
        chosen = self._settings
        by_environment = find_context()
        if chosen.base_url or chosen.context or chosen.workspace:
            context = find_context(
                base_url=chosen.base_url or None, workspace=chosen.workspace or None, context=chosen.context or None
            )
            yield _from(CONFIGURED, context) if context.origins["base_url"] == _ARGUMENT else context
            if by_environment.origins["base_url"] == _DEFAULT:
                return
        yield by_environment

    def _of_runs(self, recorded: Sequence[RunEntry], known: dict[str, NemoContext]) -> Iterable[NemoContext]:
        """Where runs of this machine were, the latest first."""
        seen: set[str] = set()
        for entry in recorded:
            if entry.base_url is None or entry.base_url in seen or entry.base_url in known:
                continue
            seen.add(entry.base_url)
            if not is_base_url(entry.base_url):
                continue
            at = next((one for one in known.values() if same_place(one.base_url, entry.base_url)), None)
            like = at or next(iter(known.values()))
            yield _from(
                OF_A_RUN,
                replace(
                    like,
                    base_url=entry.base_url.rstrip("/"),
                    workspace=entry.workspace or DEFAULT_WORKSPACE,
                    credentials=like.credentials if at is not None else NoCredentials(),
                    name="",
                ),
            )


def _from(origin: str, context: NemoContext) -> NemoContext:
    return replace(context, origins=MappingProxyType({**context.origins, "base_url": origin}))
