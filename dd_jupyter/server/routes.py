"""Everything that can be asked below ``dd-jupyter/``: what the handlers and their description are made from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

BASE = "dd-jupyter"

Method = Literal["GET", "POST"]


@dataclass(frozen=True, slots=True)
class Route:
    """Something that can be asked.

    Attributes:
        method: "GET" changes nothing; "POST" does.
        path: Below ``dd-jupyter/``; what is in braces is a name in it.
        answer: The method of `Answering` that answers. Its parameters are what may be given with it, and its
            docstring says what it is.
        waits: Whether NeMo Services are waited for.
    """

    method: Method
    path: str
    answer: str
    waits: bool = False

    @property
    def pattern(self) -> str:
        """The paths that are meant, as a regular expression with a group for each name."""
        parts = (
            rf"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part) for part in self.path.split("/")
        )
        return f"/{BASE}/{'/'.join(parts)}"

    @property
    def names(self) -> tuple[str, ...]:
        """What is named in the path."""
        return tuple(re.findall(r"{(.+?)}", self.path))


ROUTES = (
    Route("GET", "deployments", "deployments"),
    Route("GET", "connection", "connection", waits=True),
    Route("GET", "runs", "runs", waits=True),
    Route("GET", "runs/{id}", "run"),
    Route("GET", "runs/{id}/answer", "run_answer"),
    Route("POST", "runs/{id}/cancel", "cancel_run"),
    Route("GET", "jobs/{workspace}/{name}", "job", waits=True),
    Route("GET", "jobs/{workspace}/{name}/answer", "job_answer", waits=True),
    Route("POST", "jobs/{workspace}/{name}/cancel", "cancel_job", waits=True),
    Route("POST", "jobs/{workspace}/{name}/sample", "sample_job", waits=True),
    Route("POST", "jobs/{workspace}/{name}/download", "download_job", waits=True),
    Route("GET", "schema", "schema"),
    Route("GET", "tutorials", "tutorials"),
    Route("GET", "tutorials/{name}", "tutorial"),
    Route("GET", "openapi.json", "openapi"),
)
