"""The two places where resources are looked for: this kernel, and NeMo Services."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dd_jupyter.engine import Settings
from dd_jupyter.errors import ConfigError, DDJupyterError, DeniedError, NotFoundError, ServicesError, UnreachableError
from dd_jupyter.resources.providers import LocalProviders
from dd_jupyter.resources.report import Finding, Status

if TYPE_CHECKING:
    from data_designer.config.models import ModelProvider

    from dd_jupyter.nemo.deployment import Deployment

T = TypeVar("T")

_SERVER_FAILED = 500

_KNOCK = 0.9
"""Part of its time after which nobody is there, if by then no question at all was answered: said once, for all."""

PATIENCE_SECONDS = 5.0
"""How long one look-up may take before it counts as unreachable; the others do not wait for it."""


class NotAskedError(DDJupyterError):
    """NeMo Services were not to be asked, or did not answer at all, which is said in one place."""


@dataclass(frozen=True)
class Here:
    """This kernel.

    Attributes:
        settings: Providers, MCP servers and the like, as a run would have them.
        artifact_path: Where a create would write; None for a preview.
        num_records: How many records are to be made; None where that is not known.
    """

    settings: Settings = field(default_factory=Settings)
    artifact_path: Path | None = None
    num_records: int | None = None

    @cached_property
    def providers(self) -> LocalProviders:
        """The providers that are known without asking anybody."""
        return LocalProviders.of(self.settings)


class There:
    """NeMo Services, each question asked once and given up after a while.

    Attributes:
        providers: Of the Inference Gateway that were found, for the library, by the name in the configuration.
        silence: Why nobody answers; None as long as somebody may.
    """

    def __init__(self, find: Callable[[], Deployment] | None, patience: float = PATIENCE_SECONDS) -> None:
        """Make a place; nothing is asked.

        Args:
            find: Gives the deployment, when there is a first question; None where nothing is to be asked.
            patience: Seconds that one question may take.
        """
        self.providers: dict[str, ModelProvider] = {}
        self.silence: UnreachableError | None = None
        self._find = find
        self._patience = patience
        self._asked: dict[Hashable, asyncio.Task[Any]] = {}
        self._silent = asyncio.Event()
        self._knock: asyncio.Task[None] | None = None

    @cached_property
    def deployment(self) -> Deployment | None:
        """Whom to ask; None where nothing is to be asked, or where it cannot be known whom."""
        if self._find is None:
            return None
        try:
            return self._find()
        except ConfigError as error:
            self.silence = UnreachableError(str(error))
            return None

    @property
    def workspace(self) -> str:
        """The workspace that is meant where none is named; "" where nobody is asked."""
        return self.deployment.workspace if self.deployment is not None else ""

    @property
    def base_url(self) -> str:
        """Where they are; "" where nobody is asked."""
        return self.deployment.base_url if self.deployment is not None else ""

    @property
    def was_asked(self) -> bool:
        """Whether there was any question."""
        return self._knock is not None or self.silence is not None

    async def ask(self, question: Hashable, ask: Callable[[Deployment], Coroutine[Any, Any, T]]) -> T:
        """The answer to a question, which is put once however often it is asked.

        Args:
            question: Tells it from others: ``("secret", "default", "openai-api-key")``.
            ask: Puts it.

        Raises:
            NotAskedError: When nobody is to be asked, or nobody answers at all.
            UnreachableError: When this one takes too long.
            ServicesError: What the answer is instead.
        """
        if self.deployment is None or self.silence is not None:
            raise NotAskedError("NeMo Services were not asked.")
        if self._knock is None:
            self._knock = asyncio.create_task(self._knocked(self.deployment))
        task = self._asked.get(question)
        if task is None:
            task = self._asked[question] = asyncio.create_task(self._patiently(ask(self.deployment)))
        silent = asyncio.create_task(self._silent.wait())
        await asyncio.wait({task, silent}, return_when=asyncio.FIRST_COMPLETED)
        silent.cancel()
        if self._silent.is_set() and (not task.done() or task.cancelled()):
            task.cancel()
            raise NotAskedError("NeMo Services do not answer.")
        return task.result()  # type: ignore[no-any-return]

    def close(self) -> None:
        """Leave what is still asked."""
        for task in (self._knock, *self._asked.values()):
            if task is not None:
                task.cancel()

    async def _knocked(self, deployment: Deployment) -> None:
        """Ask once, without the client's retries, whether anybody is there; if not, all questions end."""
        try:
            async with asyncio.timeout(_KNOCK * self._patience), deployment.http.stream("GET", "/status"):
                return
        except TimeoutError:
            if not any(task.done() for task in self._asked.values()):
                base_url, seconds = deployment.base_url, _KNOCK * self._patience
                self._nobody(UnreachableError(f"{base_url} did not answer within {seconds:.1f} s."))
        except UnreachableError as error:
            self._nobody(error)
        except ServicesError:
            return  # there is somebody, who may have no such page

    def _nobody(self, error: UnreachableError) -> None:
        # What was asked is of no interest: nothing is answered.
        self.silence = UnreachableError(str(error).partition(" (GET ")[0])
        self._silent.set()

    async def _patiently(self, answer: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._patience):
                return await answer
        except TimeoutError as error:
            raise UnreachableError(f"{self.base_url} did not answer within {self._patience:.0f} s.") from error


def status_of(error: ServicesError) -> Status:
    """What it means for a resource that NeMo Services answered with an error."""
    match error:
        case NotFoundError():
            return "missing"
        case DeniedError():
            return "denied"
        case UnreachableError():
            return "unreachable"
    return "unreachable" if error.status is None or error.status >= _SERVER_FAILED else "missing"


UNASKED = Finding(status="not checked", sentence="NeMo Services were not asked.")
"""The finding for what only NeMo Services could tell; where they are silent, one row says why."""
