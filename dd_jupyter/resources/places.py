"""The two places where resources are looked for: this kernel, and NeMo Services."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dd_jupyter.engine import Settings
from dd_jupyter.errors import ConfigError, DDJupyterError, DeniedError, NotFoundError, ServicesError, UnreachableError
from dd_jupyter.resources.local_providers import LocalProviders
from dd_jupyter.resources.report import Finding, Status

if TYPE_CHECKING:
    from data_designer.config.models import ModelProvider

    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.nemo.platform import Schema
    from dd_jupyter.nemo.platform import Status as DeploymentStatus

T = TypeVar("T")

_SERVER_FAILED = 500
_SCHEMA = ("schema",)

_KNOCK = 0.9
"""Part of its time after which nobody is there, if by then no question at all was answered: said once, for all."""

PATIENCE_SECONDS = 5.0
"""How long one look-up may take before it counts as unreachable; the others do not wait for it."""

_SCHEMA_TIMES = 4
"""How many times as long the schema may take: a deployment makes it when it is first asked, 4 s on two busy cores."""

_MOMENT = 0.01
"""How long after an answer what follows from it is surely asked."""

FEW = 3
"""Of a workspace so many things are asked for by name, and all of them listed where more are wanted: the services
take 20 ms of computing for each name, one after the other, and for a listing of a hundred twice that."""


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
        self._wanted: dict[Hashable, set[str]] = {}
        self._knock: asyncio.Task[DeploymentStatus | None] | None = None

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

    @cached_property
    def _silent(self) -> asyncio.Future[None]:
        """Is done when it is known that nobody answers; made in the loop in which it is asked."""
        return asyncio.get_running_loop().create_future()

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
            patience = self._patience * (_SCHEMA_TIMES if question == _SCHEMA else 1)
            task = self._asked[question] = asyncio.create_task(self._patiently(ask(self.deployment), patience))
        await asyncio.wait({task, self._silent}, return_when=asyncio.FIRST_COMPLETED)
        if self._silent.done() and (not task.done() or task.cancelled()):
            task.cancel()
            raise NotAskedError("NeMo Services do not answer.")
        return task.result()  # type: ignore[no-any-return]

    async def ask_by_name(
        self,
        kind: str,
        workspace: str,
        name: str,
        one: Callable[[Deployment], Coroutine[Any, Any, T]],
        every: Callable[[Deployment], Coroutine[Any, Any, Mapping[str, T]]],
    ) -> T:
        """One of the things of a workspace; where several are wanted at the same moment, all are listed in their place.

        Args:
            kind: What it is: "provider".
            workspace: Where.
            name: Its name.
            one: Asks for it.
            every: Asks for all that the workspace has, by name.

        Raises:
            NotAskedError: When nobody is to be asked, or nobody answers at all.
            ServicesError: `NotFoundError` when it is not there.
        """
        wanted = self._wanted.setdefault((kind, workspace), set())
        wanted.add(name)
        await asyncio.sleep(0)  # whoever wants another one at this moment has said so then
        if len(wanted) > FEW:
            try:
                return (await self.ask((kind, workspace), every))[name]
            except KeyError:
                raise NotFoundError(f"There is no {kind} `{workspace}/{name}`.") from None
            except UnreachableError:
                raise
            except ServicesError:
                pass  # who may not see all of them may see this one
        return await self.ask((kind, workspace, name), one)

    async def status(self) -> DeploymentStatus:
        """How they are: what was answered when it was asked whether anybody is there.

        Raises:
            NotAskedError: When nobody is to be asked, or nobody answers at all.
            ServicesError: What the answer is instead.
        """
        return await self.ask(("status",), self._status)

    async def schema(self) -> Schema:
        """What the deployment accepts; asked for once all else is answered, since nothing is while it is made.

        Raises:
            NotAskedError: When nobody is to be asked, or nobody answers at all.
            ServicesError: What the answer is instead.
        """
        return await self.ask(_SCHEMA, self._schema)

    def close(self) -> None:
        """Leave what is still asked."""
        for task in (self._knock, *self._asked.values()):
            if task is not None:
                task.cancel()

    async def _schema(self, deployment: Deployment) -> Schema:
        if not deployment.platform.knows_schema:
            others: set[asyncio.Task[Any]] = {self._knock} if self._knock is not None else set()
            while others:
                await asyncio.wait(others)
                await asyncio.sleep(_MOMENT)
                others = {task for question, task in self._asked.items() if question != _SCHEMA and not task.done()}
        return await deployment.platform.schema()

    async def _status(self, deployment: Deployment) -> DeploymentStatus:
        told = await asyncio.shield(self._knock) if self._knock is not None else None
        return await deployment.platform.status() if told is None else told

    async def _knocked(self, deployment: Deployment) -> DeploymentStatus | None:
        """Ask once, without the client's retries, whether anybody is there; if not, all questions end."""
        try:
            async with asyncio.timeout(_KNOCK * self._patience):
                return await deployment.platform.status_at_once()
        except TimeoutError:
            if not any(task.done() for task in self._asked.values()):
                base_url, seconds = deployment.base_url, _KNOCK * self._patience
                self._nobody(UnreachableError(f"{base_url} did not answer within {seconds:.1f} s."))
        except UnreachableError as error:
            self._nobody(error)
        except ServicesError:
            pass  # there is somebody, who may have no such page
        return None

    def _nobody(self, error: UnreachableError) -> None:
        # What was asked is of no interest: nothing is answered.
        self.silence = UnreachableError(str(error).partition(" (GET ")[0])
        if not self._silent.done():
            self._silent.set_result(None)

    async def _patiently(self, answer: Coroutine[Any, Any, T], patience: float) -> T:
        try:
            async with asyncio.timeout(patience):
                return await answer
        except TimeoutError as error:
            raise UnreachableError(f"{self.base_url} did not answer within {patience:.0f} s.") from error


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
