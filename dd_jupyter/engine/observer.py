"""What the engine tells about a run while it works, and to whom."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

INTERNAL_ROW_ID = "_internal_row_id"
"""A column that the library adds, and drops, when nothing else starts a record."""

SKIP_MARKS = "__internal_skipped_columns"
"""A key under which the library notes in a record which of its columns were skipped."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model as a run uses it: its alias in the configuration, its name, its provider."""

    alias: str
    name: str
    provider: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the engine makes it.

    Attributes:
        type: The library's ``column_type``; "seed-dataset" for what the seed brings.
        aliases: Model aliases it uses.
        side_effects: Columns that it brings along, such as ``NAME__trace``.
        kept: Whether it stays in the dataset.
    """

    name: str
    type: str
    aliases: tuple[str, ...] = ()
    side_effects: tuple[str, ...] = ()
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Violation:
    """What the library finds wrong with a configuration.

    Attributes:
        column: The column it is about; None if it is about none in particular.
        is_error: Whether the configuration cannot run because of it.
    """

    column: str | None
    message: str
    is_error: bool


@dataclass(slots=True)
class Generation:
    """The making of records, from the moment the engine is ready for it.

    Attributes:
        columns: Seed columns first, then in the configuration's order.
        row_groups: Size of each row group that is still to be made, by its number.
        starts: Place of its first record among all that are asked for, from 0, likewise.
        records_before: Records that an earlier run had made already.
        path: Folder of the dataset; of a preview a folder that will be gone.
    """

    columns: tuple[Column, ...]
    row_groups: dict[int, int]
    starts: dict[int, int]
    records_before: int
    path: Path
    _buffers: Any = field(repr=False)

    def rows(self, row_group: int, limit: int | None = None) -> list[dict[str, Any]]:
        """The first records of a row group in the making, dropped ones left out; [] once it is written.

        May be called from any thread while the engine works.
        """
        rows: list[dict[str, Any]] = self._buffers._buffers.get(row_group) or []
        dropped: set[int] = self._buffers._dropped.get(row_group) or set()
        kept = (row for index, row in enumerate(rows) if index not in dropped)
        # Copying a dict is one step of the interpreter: no cell can be added in the middle of it.
        return [_without_marks(row.copy()) for row in itertools.islice(kept, limit)]


class Observer(Protocol):
    """Who is told what the engine does.

    Called from the engine's threads while it works: each method must be quick and must not raise.
    A row group is the engine's unit of work, `row` an index in it, None for all its rows.
    """

    def logged(self, record: logging.LogRecord) -> None: ...
    def violated(self, violations: Sequence[Violation]) -> None: ...
    def checking(self, models: Sequence[Model]) -> None: ...
    def generating(self, generation: Generation) -> None: ...
    def profiling(self) -> None: ...
    def made(self, columns: Sequence[str], row_group: int, row: int | None, seconds: float) -> None: ...
    def failed(self, column: str, row_group: int, row: int | None, error: Exception) -> None: ...
    def dropped(self, column: str | None, row_group: int, row: int) -> None: ...
    def finishing(self, row_group: int) -> None: ...
    def asked(self, model: Model) -> None: ...
    def answered(self, model: Model, seconds: float, error: BaseException | None) -> None: ...


current_observer: ContextVar[Observer | None] = ContextVar("dd_jupyter_observer", default=None)
"""The observer of the run that the present thread or task belongs to."""


def _without_marks(row: dict[str, Any]) -> dict[str, Any]:
    row.pop(INTERNAL_ROW_ID, None)
    row.pop(SKIP_MARKS, None)
    return row
