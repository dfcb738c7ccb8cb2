"""What every kind of resource answers, so that the report is a loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from dd_jupyter.resources.places import Here, There
from dd_jupyter.resources.report import Finding, Kind, Location, Move, Row
from dd_jupyter.resources.secrets import redact

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

Operation = Literal["preview", "create"]

FAULT = "Looking this up failed, which is a fault of dd_jupyter"
"""How a row begins that should not be."""

_log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource as a configuration names it.

    Attributes:
        name: As it is shown; "" where there is but one of its kind.
        used_by: What needs it, in words, columns in backticks.
    """

    name: str
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SeedColumns:
    """The columns of a configuration's seed.

    Attributes:
        names: None where they could not be read, or were not asked for.
        problem: What was raised when they were read; None if nothing was.
        num_records: How many records there are; None where counting them would take long.
    """

    names: tuple[str, ...] | None
    problem: Exception | None = None
    num_records: int | None = None


@dataclass(frozen=True)
class Inquiry:
    """One look at a configuration: what is asked, whom, and what was found once for all kinds.

    Attributes:
        locations: Where it is to be carried out.
        operation: What is to be made; None where that is not known, or is all the same.
    """

    builder: DataDesignerConfigBuilder
    here: Here
    there: There
    locations: tuple[Location, ...]
    operation: Operation | None = None
    _asked: dict[Hashable, asyncio.Task[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    async def seed_columns(self) -> SeedColumns:
        """The columns of the seed, read once."""
        from dd_jupyter.resources.seed_columns import read_columns

        return await self.once("seed columns", lambda: read_columns(self))

    async def once(self, question: Hashable, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to a question that NeMo Services have no part in, put once however often it is asked."""
        task = self._asked.get(question)
        if task is None:
            task = self._asked[question] = asyncio.create_task(ask())
        return await asyncio.shield(task)


R = TypeVar("R", bound=Reference)


class ResourceKind(Protocol[R]):
    """One kind of resource: which ones a configuration names, and what becomes of each in both locations."""

    kind: Kind

    def references(self, inquiry: Inquiry) -> Iterable[R]:
        """The resources of this kind that the configuration names, each one once."""

    async def resolve_run(self, reference: R, inquiry: Inquiry) -> Finding | None:
        """What was found of one for a run in this kernel; None where it plays no part."""

    async def resolve_submit(self, reference: R, inquiry: Inquiry) -> Finding | None:
        """What was found of one for NeMo Services; None where it plays no part."""

    def moves(self, reference: R, inquiry: Inquiry) -> tuple[Move, ...]:
        """What would bring it to the other place."""


class Check(Protocol):
    """What is looked at beside resources: the configuration itself, and the services."""

    async def rows(self, inquiry: Inquiry) -> list[Row]:
        """What was found."""


async def rows_of(kind: ResourceKind[Any], inquiry: Inquiry) -> list[Row]:
    """A row for each resource of a kind."""
    references = list(kind.references(inquiry))
    return list(await asyncio.gather(*(_row(kind, reference, inquiry) for reference in references)))


async def _row(kind: ResourceKind[R], reference: R, inquiry: Inquiry) -> Row:
    run, submit = await asyncio.gather(
        _if(kind.resolve_run, reference, inquiry, "run"), _if(kind.resolve_submit, reference, inquiry, "submit")
    )
    return Row(
        kind=kind.kind,
        name=reference.name,
        used_by=reference.used_by,
        run=run,
        submit=submit,
        moves=kind.moves(reference, inquiry),
    )


async def _if(
    resolve: Callable[[R, Inquiry], Any], reference: R, inquiry: Inquiry, location: Location
) -> Finding | None:
    if location not in inquiry.locations:
        return None
    try:
        found: Finding | None = await resolve(reference, inquiry)
    except Exception as error:  # of ours: it hides no other row
        return fault(error)
    return found


def fault(error: Exception) -> Finding:
    """What is said of a look-up that failed as none should."""
    _log.debug("a look-up failed", exc_info=error)
    words = redact(" ".join(str(error).split())) or type(error).__name__
    return Finding(status="not checked", sentence=f"{FAULT}: {words}")


def named(names: Iterable[str]) -> tuple[str, ...]:
    """Names of columns as they stand in a report, each once."""
    return tuple(f"`{name}`" for name in dict.fromkeys(names))
