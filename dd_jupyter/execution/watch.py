"""Counts what the engine tells of a run, and says when asked how things stand.

The engine calls in from its threads, once a cell; the run asks some ten times a second. So the calls
only count, and everything that costs is done when asked.
"""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dd_jupyter.engine import Column, Generation, Model, Violation
from dd_jupyter.execution.events import Event, Log, Progress, RecordFailed, Records, Resumed, Step, Waiting
from dd_jupyter.execution.explain import reason
from dd_jupyter.resources.secrets import redact

OWN_CODE_TYPES = {"custom", "validation"}
"""Columns whose cost only their author knows; of the others a cell's cost is known, or its requests are timed."""

_VOCABULARY = "cl100k_base"
NO_VOCABULARY = "The profile has no token counts: the library's tokenizer could not fetch its vocabulary."

SAMPLE_RECORDS = 10
"""Records shown while a run goes on; a page of the table."""

RATE_SECONDS = 10.0
"""A rate looks back this far: long enough to be steady, short enough to follow a provider."""

FIRST_PATIENCE_SECONDS = 3.0
"""How long the first answer of a provider may take before the person is told whom we wait for."""

PATIENCE_SECONDS = 30.0
"""The same once it has answered: a slow model is no news."""


class Watch:
    """An `Observer` of one run."""

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.generation: Generation | None = None
        self.when_generating: Callable[[Generation], None] = lambda generation: None
        self.busy_seconds: dict[str, float] = {}
        self.endpoints: dict[str, str] = {}
        self.last_failed: RecordFailed | None = None
        self._events: deque[Event] = deque()
        self._columns: dict[str, _ColumnCount] = {}
        self._failed_cells: dict[tuple[str, int, int | None], str] = {}
        self._dropped: dict[int, set[int]] = {}
        self._finished_groups: set[int] = set()
        self._sample: tuple[dict[str, Any], ...] = ()
        self._providers: dict[str, _ProviderCount] = {}
        self._told_of_vocabulary = False
        self._own_code: dict[str, tuple[float, float]] = {}

    # Told by the engine.

    def logged(self, record: logging.LogRecord) -> None:
        """Keep a line of the log."""
        message = redact(record.getMessage())
        if _VOCABULARY in message:  # two lines of a failed request for each column of a model
            if self._told_of_vocabulary:
                return
            self._told_of_vocabulary, message = True, NO_VOCABULARY
        self._events.append(Log(record.levelname, message, record.created))

    def violated(self, violations: Sequence[Violation]) -> None:
        """Keep what the library finds wrong with the configuration."""
        self.violations.extend(violations)

    def checking(self, models: Sequence[Model]) -> None:
        """Say which models are asked whether they are there."""
        if models:
            names = ", ".join(f"`{model.name}` at provider `{model.provider}`" for model in models)
            self._events.append(Step(f"Checking {names}"))

    def generating(self, generation: Generation) -> None:
        """Begin to count."""
        self.generation = generation
        total = sum(generation.row_groups.values()) + generation.records_before
        self._columns = {column.name: _ColumnCount(total, generation.records_before) for column in generation.columns}
        self._own_code = {
            column.name: (math.inf, -math.inf) for column in generation.columns if column.type in OWN_CODE_TYPES
        }
        self.when_generating(generation)
        self._events.append(Step("Making records"))

    def profiling(self) -> None:
        """The records are made."""
        self._events.append(Step("Profiling columns"))

    def made(self, columns: Sequence[str], row_group: int, row: int | None, seconds: float) -> None:
        """Count the cells of one record, or of all records of a row group."""
        if self.generation is None:
            return
        now = time.monotonic()
        for name in self._own_code.keys() & set(columns):
            began, _ = self._own_code[name]
            self._own_code[name] = (min(began, now - seconds), now)
        for name in columns:
            count = self._columns.get(name)
            if count is None:
                continue
            if row is None:
                size = self.generation.row_groups.get(row_group, 0)
                count.done += size - len(count.open_rows.pop(row_group, ()))
                count.whole_groups.add(row_group)
            elif row not in self._dropped.get(row_group, ()):
                count.done += 1
                count.open_rows.setdefault(row_group, set()).add(row)

    def failed(self, column: str, row_group: int, row: int | None, error: Exception) -> None:
        """Remember why a cell failed; whether that is final the engine tells by dropping the record."""
        self._failed_cells[column, row_group, row] = reason(error)

    def dropped(self, column: str | None, row_group: int, row: int) -> None:
        """Give a record up, and count it as done wherever it will not be made."""
        dropped = self._dropped.setdefault(row_group, set())
        if self.generation is None or row in dropped:
            return
        dropped.add(row)
        for name, count in self._columns.items():
            if row_group in count.whole_groups or row in count.open_rows.get(row_group, ()):
                continue
            count.done += 1
            count.open_rows.setdefault(row_group, set()).add(row)
            if name == column:
                count.failed += 1
        why = self._failed_cells.pop((column or "", row_group, row), None) or self._failed_cells.get(
            (column or "", row_group, None), "The value could not be made; the log says more."
        )
        record = self.generation.starts.get(row_group, 0) + row + 1
        self.last_failed = RecordFailed(record, column or "", why)
        self._events.append(self.last_failed)

    def finishing(self, row_group: int) -> None:
        """A row group goes to disk: keep a sample of the first one, and let go of its counts."""
        if self.generation is None:
            return
        if (missing := SAMPLE_RECORDS - len(self._sample)) > 0:
            self._sample = (*self._sample, *self.generation.rows(row_group, missing))
        self._finished_groups.add(row_group)
        self._failed_cells = {cell: why for cell, why in self._failed_cells.items() if cell[1] != row_group}
        for count in self._columns.values():
            count.open_rows.pop(row_group, None)

    def asked(self, model: Model) -> None:
        """A request goes out."""
        self.endpoints[model.provider] = model.endpoint
        self._provider(model.provider).asked()

    def answered(self, model: Model, seconds: float, error: BaseException | None) -> None:
        """A request came back, with an error or without; or it was given up."""
        self.busy_seconds[model.alias] = self.busy_seconds.get(model.alias, 0.0) + seconds
        provider = self._provider(model.provider)
        if error is None:
            if provider.answered():
                self._events.append(Resumed(model.provider))
        elif isinstance(error, Exception):
            provider.refused(reason(error))
        else:
            provider.given_up()

    # Asked by the run.

    def news(self) -> Iterator[Event]:
        """What happened since the last call, in order, then how far things are."""
        while self._events:
            yield self._events.popleft()
        yield from self._waiting()
        if self.generation is not None:
            now = time.monotonic()
            for name, count in self._columns.items():
                if (progress := count.progress(name, now)) is not None:
                    yield progress
            yield self._records(self.generation)

    def complete_rows(self) -> list[dict[str, Any]]:
        """The records that have all their columns, of those that the engine still holds."""
        if self.generation is None:
            return []
        names = {column.name for column in self.generation.columns}
        groups = (self.generation.rows(group) for group in self.generation.row_groups)
        return [row for rows in groups for row in rows if row.keys() >= names]

    @property
    def own_code_seconds(self) -> float:
        """From the first to the last cell of the column whose code, a person's own, took longest; 0 without one."""
        return max((ended - began for began, ended in self._own_code.values() if ended > began), default=0.0)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, once the engine said which they are."""
        return self.generation.columns if self.generation else ()

    def _provider(self, name: str) -> _ProviderCount:
        return self._providers.setdefault(name, _ProviderCount())

    def _waiting(self) -> Iterator[Waiting]:
        for name, provider in tuple(self._providers.items()):
            if (since := provider.waiting_since()) is not None:
                yield Waiting(name, provider.reason or "no answer yet.", since, provider.tries)

    def _records(self, generation: Generation) -> Records:
        sample = list(self._sample)
        for group in generation.row_groups:
            if len(sample) >= SAMPLE_RECORDS or (group in self._finished_groups and not self._sample):
                break
            if group not in self._finished_groups:
                rows = generation.rows(group, SAMPLE_RECORDS - len(sample))
                sample.extend(row for row in rows if row)
                if not rows:
                    break  # row groups are begun in order
        dropped = sum(map(len, tuple(self._dropped.values())))
        complete = min((count.done for count in self._columns.values()), default=0) - dropped
        return Records(tuple(sample), max(complete, 0))


class _ColumnCount:
    """How many records of one column are done.

    `open_rows` are those counted one by one in row groups that are not on disk yet; `whole_groups`
    those counted at once.
    """

    __slots__ = ("_shown", "_track", "done", "failed", "open_rows", "total", "whole_groups")

    def __init__(self, total: int, done: int) -> None:
        self.total = total
        self.done = done
        self.failed = 0
        self.open_rows: dict[int, set[int]] = {}
        self.whole_groups: set[int] = set()
        self._track: deque[tuple[float, int]] = deque([(time.monotonic(), done)])
        self._shown: tuple[int, int] | None = None

    def progress(self, name: str, now: float) -> Progress | None:
        """How far it is; None if nothing changed since the last call."""
        done, failed = self.done, self.failed
        if done != self._track[-1][1]:
            self._track.append((now, done))
        while len(self._track) > 2 and now - self._track[0][0] > RATE_SECONDS:
            self._track.popleft()
        if self._shown == (done, failed) and done == self.total:
            return None
        self._shown = (done, failed)
        began, begun = self._track[0]
        made = done - begun
        rate = made / (now - began) if made >= 2 and now > began else None
        return Progress(name, done, self.total, failed, rate)


class _ProviderCount:
    """How one provider answers. Times are in seconds since the epoch."""

    def __init__(self) -> None:
        self.reason = ""
        self.tries = 0
        self._patience = FIRST_PATIENCE_SECONDS
        self._refused_since: float | None = None
        self._silent_since = 0.0
        self._under_way = 0
        self._told = False

    def asked(self) -> None:
        if self._under_way == 0:
            self._silent_since = time.time()
        self._under_way += 1

    def answered(self) -> bool:
        """Note a success; True if the person was told before that we wait."""
        self._came_back()
        self._patience = PATIENCE_SECONDS
        was_told, self._told = self._told, False
        self._refused_since, self.reason, self.tries = None, "", 0
        return was_told

    def refused(self, why: str) -> None:
        self._came_back()
        self._refused_since = self._refused_since or time.time()
        self.reason = why
        self.tries += 1

    def given_up(self) -> None:
        """Note that a request was stopped from this side."""
        self._came_back()

    def waiting_since(self) -> float | None:
        """Since when the person waits; None while all is well."""
        since = self._refused_since
        if since is None and self._under_way and time.time() - self._silent_since > self._patience:
            since = self._silent_since
        self._told = self._told or since is not None
        return since

    def _came_back(self) -> None:
        self._under_way -= 1
        self._silent_since = time.time()
