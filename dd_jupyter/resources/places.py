"""The two places where resources are looked for: this kernel, and NeMo Services."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dd_jupyter.engine import Settings
from dd_jupyter.errors import DDJupyterError, DeniedError, NotFoundError, ServicesError, UnreachableError
from dd_jupyter.resources.providers import LocalProviders
from dd_jupyter.resources.report import Finding, Status

if TYPE_CHECKING:
    from data_designer.config.models import ModelProvider

    from dd_jupyter.nemo.deployment import Deployment

T = TypeVar("T")

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
        deployment: Whom to ask; None when nobody is to be asked.
        providers: Of the Inference Gateway that were found, for the library, by the name in the configuration.
        silence: Why nobody answers; None as long as somebody may.
    """

    def __init__(self, deployment: Deployment | None, patience: float = PATIENCE_SECONDS) -> None:
        self.deployment = deployment
        self.providers: dict[str, ModelProvider] = {}
        self.silence: UnreachableError | None = None
        self._patience = patience
        self._asked: dict[Hashable, asyncio.Task[Any]] = {}
        self._silent: asyncio.Event = asyncio.Event()

    @property
    def workspace(self) -> str:
        """The workspace that is meant where none is named."""
        return self.deployment.workspace if self.deployment is not None else ""

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
        task = self._asked.get(question)
        if task is None:
            task = self._asked[question] = asyncio.create_task(self._patiently(ask(self.deployment)))
        silent = asyncio.create_task(self._silent.wait())
        await asyncio.wait({task, silent}, return_when=asyncio.FIRST_COMPLETED)
        silent.cancel()
        if not task.done():
            task.cancel()
            raise NotAskedError("NeMo Services do not answer.")
        return task.result()  # type: ignore[no-any-return]

    async def knock(self) -> None:
        """Ask once, without the client's patience, whether anybody is there; if not, all questions end."""
        if self.deployment is None:
            return
        try:
            async with asyncio.timeout(self._patience), self.deployment.http.stream("GET", "/health/ready"):
                pass
        except TimeoutError:
            self._nobody(UnreachableError(f"{self.deployment.base_url} did not answer within {self._patience:.0f} s."))
        except UnreachableError as error:
            self._nobody(error)
        except ServicesError:
            return  # there is somebody, who may have no such page

    def close(self) -> None:
        """Leave what is still asked."""
        for task in self._asked.values():
            task.cancel()

    def _nobody(self, error: UnreachableError) -> None:
        self.silence = error
        self._silent.set()

    async def _patiently(self, answer: Coroutine[Any, Any, T]) -> T:
        try:
            async with asyncio.timeout(self._patience):
                return await answer
        except TimeoutError as error:
            assert self.deployment is not None  # noqa: S101 - somebody was asked
            raise UnreachableError(
                f"{self.deployment.base_url} did not answer within {self._patience:.0f} s."
            ) from error


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


_SERVER_FAILED = 500


def not_asked(there: There) -> Finding:
    """The finding for what only NeMo Services could tell, for a run in this kernel that needs it."""
    if there.silence is not None:
        return Finding(status="unreachable", sentence=str(there.silence))
    return Finding(status="not checked", sentence="NeMo Services were not asked.")


UNASKED = Finding(status="not checked", sentence="NeMo Services were not asked.")
"""The same for a submission, where the row of the services says why."""

Users = Mapping[str, tuple[str, ...]]
