"""How far running jobs are, for a list of them: their logs are followed while the list is asked for."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from dd_jupyter.errors import ServicesError
from dd_jupyter.execution.events import JobStatus, Progress
from dd_jupyter.execution.following import follow
from dd_jupyter.nemo import background
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.nemo.jobs import Job

MOST = 5
"""More are not followed for a list: each is a request every few seconds."""

MOST_IN_ALL = 20
"""The same of all lists: several people, or several windows, may look at several workspaces."""

KEPT_SECONDS = 90.0
"""How long one is followed that no list asks for: a panel that rests looks about once a minute."""

Key = tuple[str, str, str]
"""Base URL, workspace and name of a job."""


@dataclass(slots=True)
class Glimpse:
    """How far a job is, as far as its log tells.

    Attributes:
        status: What the services said last; "" before they did.
        counted: How far each column is.
        models: Columns that a model makes, which the log counts.
        asked_at: When a list last asked, by the clock that only goes forward.
    """

    status: str = ""
    counted: dict[str, Progress] = field(default_factory=dict)
    models: tuple[str, ...] = ()
    asked_at: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int | None:
        """Records that have all their columns; None before the log counts any."""
        counted = dict(self.counted)
        if not counted:
            return None
        names = self.models or tuple(counted)
        return min(counted[name].done if name in counted else 0 for name in names)

    @property
    def failed(self) -> int:
        """Records given up on."""
        return max((progress.failed for progress in tuple(self.counted.values())), default=0)


class Glimpses:
    """Follows the jobs that are looked at, and no others."""

    def __init__(self, most: int = MOST, kept_seconds: float = KEPT_SECONDS) -> None:
        self._most = most
        self._kept_seconds = kept_seconds
        self._lock = threading.Lock()
        self._followed: dict[Key, tuple[Glimpse, Future[None]]] = {}

    def look(self, deployment: Deployment, jobs: Iterable[Job]) -> Mapping[str, Glimpse]:
        """What is known by now of the newest of these running jobs, which are followed from now on.

        Args:
            deployment: Where they are, in their workspace.
            jobs: The running jobs of a list, newest first.
        """
        place = (deployment.base_url, deployment.workspace)
        wanted = {(*place, job.name): job for job in list(jobs)[: self._most]}
        with self._lock:
            for key in [key for key in self._followed if key[:2] == place and key not in wanted]:
                self._followed.pop(key)[1].cancel()
            for key, job in wanted.items():
                if key not in self._followed:
                    glimpse = Glimpse(models=_of_models(job.config))
                    self._followed[key] = glimpse, background.start(self._follow(deployment, key, glimpse))
                self._followed[key][0].asked_at = time.monotonic()
            oldest = sorted(self._followed, key=lambda key: self._followed[key][0].asked_at)
            for key in oldest[: max(0, len(oldest) - MOST_IN_ALL)]:
                self._followed.pop(key)[1].cancel()
            return {name: self._followed[key][0] for key in wanted if key in self._followed for name in key[2:]}

    @property
    def followed(self) -> int:
        """How many jobs are followed."""
        with self._lock:
            return sum(not future.done() for _, future in self._followed.values())

    def stop(self) -> None:
        """Follow nothing any more."""
        with self._lock:
            for _, future in self._followed.values():
                future.cancel()
            self._followed.clear()

    async def _follow(self, deployment: Deployment, key: Key, glimpse: Glimpse) -> None:
        _, workspace, name = key
        with contextlib.suppress(ServicesError, asyncio.CancelledError):
            async with contextlib.aclosing(follow(deployment.jobs, workspace, name)) as events:
                async for event in events:
                    match event:
                        case JobStatus(status):
                            glimpse.status = status
                        case Progress(column):
                            glimpse.counted[column] = event
                    if time.monotonic() - glimpse.asked_at > self._kept_seconds:
                        break
        with self._lock:  # so that a list which asks again follows it again
            kept = self._followed.get(key)
            if kept is not None and kept[0] is glimpse:
                del self._followed[key]


def _of_models(config: Mapping[str, Any]) -> tuple[str, ...]:
    columns = config.get("columns")
    return tuple(
        str(column.get("name"))
        for column in (columns if isinstance(columns, list) else ())
        if isinstance(column, dict) and column.get("model_alias") and not column.get("drop")
    )
