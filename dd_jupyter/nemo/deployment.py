"""A deployment of NeMo Services: all of its APIs behind one connection pool."""

from __future__ import annotations

import copy
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from dd_jupyter.nemo import background
from dd_jupyter.nemo.context import NemoContext, find_context
from dd_jupyter.nemo.data_designer import DataDesignerApi
from dd_jupyter.nemo.files import Files
from dd_jupyter.nemo.http import Http
from dd_jupyter.nemo.jobs import Jobs
from dd_jupyter.nemo.models import Models
from dd_jupyter.nemo.platform import Platform
from dd_jupyter.nemo.secrets import Secrets

if TYPE_CHECKING:
    import httpx


class Deployment:
    """NeMo Services at one place, spoken to as one person, in one workspace unless another is named.

    Nothing is sent before it is asked for something. Its methods are coroutines for the background
    loop: ``background.wait_for(deployment.jobs.get("default", "reviews-1"))``.

    Attributes:
        context: Where, who, and which workspace.
        http: The connections.
        platform: What the deployment is, and how it is.
        data_designer: Previews.
        jobs: Jobs.
        files: Filesets.
        models: Model providers and the Inference Gateway.
        secrets: Secrets.
    """

    def __init__(self, context: NemoContext, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.context = context
        self.http = Http(
            context.base_url,
            context.credentials.authorization,
            certificate=context.ssl_certificate,
            transport=transport,
        )
        self.platform = Platform(self.http)
        self.data_designer = DataDesignerApi(self.http)
        self.jobs = Jobs(self.http)
        self.files = Files(self.http)
        self.models = Models(self.http)
        self.secrets = Secrets(self.http)

    @property
    def base_url(self) -> str:
        """Where it is."""
        return self.context.base_url

    @property
    def workspace(self) -> str:
        """The workspace that is meant where none is named."""
        return self.context.workspace

    def in_workspace(self, workspace: str | None) -> Deployment:
        """The same deployment, with the same connections, in another workspace."""
        if workspace is None or workspace == self.workspace:
            return self
        other = copy.copy(self)
        other.context = replace(self.context, workspace=workspace)
        return other

    def close(self) -> None:
        """Close its connections; it can still be used, and opens new ones."""
        background.wait_for(self.http.aclose())

    def __repr__(self) -> str:
        return f"<Deployment {self.base_url}, workspace {self.workspace}>"


_lock = threading.Lock()
_chosen: Deployment | None = None
_found: Deployment | None = None


def current() -> Deployment:
    """The deployment that `use` chose; without a choice the one that environment and config file say now.

    Raises:
        ConfigError: When the config file cannot be read, or says something that is not there.
    """
    global _found
    with _lock:
        if _chosen is not None:
            return _chosen
        context = find_context()
        if _found is None or _found.context != context:
            before, _found = _found, Deployment(context)
            if before is not None:
                background.start(before.http.aclose())
        return _found


def use(deployment: Deployment | None) -> None:
    """Choose the deployment of this process; None to go by environment and config file again."""
    global _chosen
    with _lock:
        _chosen = deployment
