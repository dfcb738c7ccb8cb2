"""An engine whose work a test tells itself, and the time as the test has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dd_jupyter.engine import Column, Generation
from dd_jupyter.execution.events import Progress, Records
from dd_jupyter.execution.watch import Watch

COLUMNS = ("size", "review", "label")


class Clock:
    """The time, as the test has it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


class Buffers:
    """What the engine keeps of each row group until it is on disk."""

    def __init__(self, row_groups: dict[int, int]) -> None:
        self._buffers: dict[int, list[dict[str, Any]]] = {
            group: [{} for _ in range(size)] for group, size in row_groups.items()
        }
        self._dropped: dict[int, set[int]] = {}


class Engine:
    """Tells a watch of its work as the real one does."""

    def __init__(self, row_groups: dict[int, int], records_before: int = 0, own_code: str = "") -> None:
        self.buffers = Buffers(row_groups)
        self.watch = Watch()
        columns = tuple(Column(name, "custom" if name == own_code else "sampler") for name in COLUMNS)
        starts = {group: group * max(row_groups.values()) for group in row_groups}
        self.watch.generating(Generation(columns, dict(row_groups), starts, records_before, Path(), self.buffers))

    def make(self, *columns: str, group: int = 0, rows: Any = None, seconds: float = 0.0) -> None:
        """Make cells one by one, or the whole row group at once without `rows`."""
        for row in [None] if rows is None else rows:
            for index, record in enumerate(self.buffers._buffers[group]):
                if row in (None, index):
                    record.update(dict.fromkeys(columns, f"{group}.{index}"))
            self.watch.made(columns, group, row, seconds)

    def fail(self, column: str, row: int, group: int = 0, why: str = "It broke.") -> None:
        """Fail to make one cell, and give its record up."""
        self.watch.failed(column, group, row, ValueError(why))
        self.watch.dropped(column, group, row)
        self.buffers._dropped.setdefault(group, set()).add(row)

    def finish(self, group: int = 0) -> None:
        """Write a row group to disk."""
        self.watch.finishing(group)
        del self.buffers._buffers[group]

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Done and failed of each column."""
        self.news(Progress)
        return {name: (count.done, count.failed) for name, count in self.watch._columns.items()}

    def news(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.watch.news() if isinstance(event, kind)]

    @property
    def complete(self) -> int:
        (records,) = self.news(Records)
        return int(records.complete)
