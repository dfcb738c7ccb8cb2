"""A job's log, read as the events of the same run in this kernel."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dd_jupyter.engine import Column
from dd_jupyter.execution.events import (
    Columns,
    Event,
    Log,
    Progress,
    RecordFailed,
    Resumed,
    Step,
    Usage,
    Waiting,
)
from dd_jupyter.execution.job_lines import JOB_FAILED, RECORD_FAILED, RUNNER, Entry, parse, read_line, reason, why

__all__ = ["RATE_SECONDS", "Entry", "ProgressReader", "parse", "read_line", "reason"]

RATE_SECONDS = 10.0
"""A rate looks back this far, as that of a run in this kernel does; the log tells counts every five seconds."""

# The lines of data-designer 0.7.0 to 0.9.6.
_CHECKING = re.compile(r"Checking '(?P<model>.+)' in provider named '(?P<provider>.+)' for model alias '(?P<alias>.+)'")
_DISPATCHING = re.compile(r"\((?P<group>\d+)/\d+\) Dispatching with (?P<size>\d+) records")
_SAMPLING = re.compile(r"(?:\(\d+/\d+\) )?Preparing samplers to generate (?P<size>\d+) records")
_RENDERING = re.compile(r"(?:\((?P<group>\d+)/\d+\) )?Generating column `(?P<column>.+)` from expression")
_PROGRESS = re.compile(
    r"^\s*\|-- \S+ (?P<label>.+): (?P<done>\d+)/(?P<total>\d+) \(\d+%\)"
    r"(?: complete, \d+ ok, (?P<failed>\d+) failed)?(?:, \d+ skipped)?,? (?P<rate>\d+(?:\.\d+)?) rec/s"
    r"(?:, \d+ skipped|, eta .*)?$"
)
_LABEL = re.compile(r"column '(?P<column>.+)'(?: progress)?$")
_RENDER_FAILED = re.compile(r"Expression column '(?P<column>.+)' dropped (?P<failed>\d+)/\d+ rows after render")
_DEGRADED = re.compile(r"Provider showing degraded performance: (?P<percent>\d+)% of last (?P<window>\d+)")
_PRESERVING = re.compile(r"Preserving (?P<tries>\d+) retryable task\(s\)")
_GENERATED = re.compile(r"Generated (?P<made>\d+) of \d+ requested records")
_PROCESSED = re.compile(r"process_after_generation complete\. Final dataset has (?P<made>\d+) rows")
_MODEL = re.compile(r"^\s*\|-- model: (?P<model>[^'].*)$")
_TOKENS = re.compile(r"^\s*\|-- tokens: input=(?P<input>\d+), output=(?P<output>\d+)")
_REQUESTS = re.compile(r"^\s*\|-- requests: success=\d+, failed=(?P<failed>\d+), total=(?P<total>\d+)")
_BEGINNING = "Creating Data Designer dataset"
_USAGE = "Model usage summary:"
_PROFILING = "Measuring dataset column statistics:"
_COMPLETE = "Job complete"


class ProgressReader:
    """Turns the lines of a job, in order, into the events of a run.

    The library writes counts for columns that models make, every five seconds. Of samplers and expressions
    it says when it begins with a batch, which takes milliseconds, so they count as made then. The lines
    themselves are events too, and not given here.

    Attributes:
        num_records: Records that the dataset has, as far as the log tells; None without a clue.
        profiling: Whether the records are all made.
        ended: Whether the job wrote its last word.
    """

    def __init__(self, num_records: int | None = None, config: Mapping[str, Any] | None = None) -> None:
        """Begin before the first line.

        Args:
            num_records: Records asked for.
            config: The configuration that the job was made from; without it only columns that the log counts
                are known, and models by what is written when they are checked.
        """
        self._asked_for = num_records
        self._columns = tuple(_columns(config or {}))
        self._models = dict(_models(config or {}))
        self._begin()

    def _begin(self) -> None:
        """Count from nothing: at first, and when a job was resumed, which is from scratch in the same log."""
        self.num_records = self._asked_for
        self.profiling = False
        self.ended = False
        self._counts: dict[str, _Count] = {}
        self._sizes: dict[int, int] = {}
        self._failed: set[tuple[int, int]] = set()
        self._usage: dict[str, int] | None = None
        self._model = ""
        self._waiting: Waiting | None = None
        self._step = ""

    def read(self, line: Log, logger: str = "") -> Iterator[Event]:
        """The events that a line stands for; most stand for none.

        Args:
            line: The line.
            logger: Whose it is, where that is known.
        """
        message = line.message
        if (found := _PROGRESS.match(message)) is not None:
            yield from self._counted(found, line.time)
        elif self._usage is not None and (found := _MODEL.match(message) or _TOKENS.match(message)) is not None:
            self._note_usage(found.groupdict())
        elif self._usage is not None and (found := _REQUESTS.match(message)) is not None:
            yield from self._used(found)
        elif (found := RECORD_FAILED.match(message)) is not None:
            yield from self._lost(found)
        elif (found := _DISPATCHING.search(message)) is not None:
            yield from self._dispatched(int(found["group"]), int(found["size"]))
        elif (found := _SAMPLING.search(message)) is not None:
            for column in self._columns:
                if column.type == "sampler":
                    yield from self._made(column.name, int(found["size"]))
        elif (found := _RENDERING.search(message)) is not None:
            size = self._sizes.get(int(found["group"] or 1), self._asked_for or 0)
            yield from self._made(found["column"], size)
        elif (found := _RENDER_FAILED.search(message)) is not None:
            yield from self._lost_in_batch(found["column"], int(found["failed"]))
        elif (found := _CHECKING.search(message)) is not None:
            self._models.setdefault(found["model"], (found["alias"], found["provider"]))
            yield from self._at(f"Checking `{found['model']}` at provider `{found['provider']}`")
        elif (found := _DEGRADED.search(message)) is not None:
            yield self._wait(line.time, round(int(found["percent"]) * int(found["window"]) / 100))
        elif (found := _PRESERVING.search(message)) is not None:
            yield self._wait(line.time, int(found["tries"]))
        elif (found := _GENERATED.search(message) or _PROCESSED.search(message)) is not None:
            self.num_records = int(found["made"])
        elif message.endswith(_BEGINNING):
            self._begin()
        elif message.endswith(_USAGE):
            self._usage = {}
        elif message.endswith(_PROFILING):
            self.profiling = True
            yield from self.complete()
            yield from self._at("Profiling columns")
        elif logger.startswith(RUNNER):
            self.ended = message == _COMPLETE or message.startswith(JOB_FAILED)

    def complete(self) -> Iterator[Progress]:
        """The columns that the log left unfinished, as finished: the run ended well, or its records are made."""
        for name, count in self._counts.items():
            if count.done < count.total:
                count.done = count.total
                yield count.progress(name)

    @property
    def seconds_left(self) -> float | None:
        """Until the last column is made, at the present rate; None if it is not known."""
        left = [count.seconds_left for count in self._counts.values() if count.done < count.total]
        known = [seconds for seconds in left if seconds is not None]
        return max(known) if known and len(known) == len(left) else None

    def _at(self, step: str) -> Iterator[Event]:
        if step != self._step:
            self._step = step
            yield Step(step)

    def _dispatched(self, group: int, size: int) -> Iterator[Event]:
        if not self._sizes:
            if self._columns:
                yield Columns(self._columns)
            yield from self._at("Making records")
        self._sizes[group] = size
        if self._asked_for is None:
            self.num_records = sum(self._sizes.values())

    def _count_of(self, column: str) -> _Count:
        if column not in self._counts:
            self._counts[column] = _Count(self._asked_for or sum(self._sizes.values()))
        return self._counts[column]

    def _made(self, column: str, size: int) -> Iterator[Progress]:
        count = self._count_of(column)
        count.total = max(count.total, count.done + size)
        count.done += size
        yield count.progress(column)

    def _counted(self, found: re.Match[str], time: float) -> Iterator[Event]:
        label = _LABEL.search(found["label"])
        column = label["column"] if label else found["label"]
        count = self._count_of(column)
        before = count.done
        count.done, count.total = int(found["done"]), int(found["total"])
        count.failed = max(count.failed, int(found["failed"] or 0))
        count.look(time, float(found["rate"]))
        if self._waiting is not None and count.done > before:
            yield Resumed(self._waiting.provider)
            self._waiting = None
        yield count.progress(column)

    def _lost(self, found: re.Match[str]) -> Iterator[Event]:
        column, group = found["column"], int(found["group"])
        start = sum(size for number, size in self._sizes.items() if number <= group)  # the log counts them from 1
        rows = [int(found["row"])] if found["row"] != "None" else range(self._sizes.get(group + 1, 0))
        because = why(found["reason"])
        for row in rows:
            if (group, row) not in self._failed:
                self._failed.add((group, row))
                self._count_of(column).failed += 1
                yield RecordFailed(start + row + 1, column, because)
        yield self._count_of(column).progress(column)

    def _lost_in_batch(self, column: str, failed: int) -> Iterator[Event]:
        count = self._count_of(column)
        count.failed += failed
        yield count.progress(column)

    def _wait(self, time: float, tries: int) -> Waiting:
        providers = dict.fromkeys(provider for _, provider in self._models.values())
        since = self._waiting.since if self._waiting else time
        because = "requests meet a rate limit, time out or fail on its side, and are tried again."
        self._waiting = Waiting(", ".join(providers) or "the provider", because, since, tries)
        return self._waiting

    def _note_usage(self, found: Mapping[str, str]) -> None:
        if "model" in found:
            self._model, self._usage = found["model"], {}
        else:
            self._usage = {kind: int(tokens) for kind, tokens in found.items()}

    def _used(self, found: re.Match[str]) -> Iterator[Usage]:
        tokens = self._usage or {}
        alias, provider = self._models.get(self._model, (self._model, ""))
        total, failed = int(found["total"]), int(found["failed"])
        yield Usage(alias, self._model, provider, tokens.get("input", 0), tokens.get("output", 0), total, failed)


@dataclass(slots=True)
class _Count:
    """How far a column is; `track` has when it was at which count."""

    total: int
    done: int = 0
    failed: int = 0
    rate: float | None = None
    track: deque[tuple[float, int]] = field(default_factory=deque)

    def look(self, time: float, average: float) -> None:
        """Note how far it is now; the rate is the log's average until there is a past to compare with."""
        self.track.append((time, self.done))
        while len(self.track) > 2 and time - self.track[1][0] >= RATE_SECONDS:
            self.track.popleft()
        began, begun = self.track[0]
        self.rate = (self.done - begun) / (time - began) if time > began else average

    @property
    def seconds_left(self) -> float | None:
        return (self.total - self.done) / self.rate if self.rate else None

    def progress(self, name: str) -> Progress:
        done = min(max(self.done, self.failed), self.total)
        return Progress(name, done, self.total, min(self.failed, done), self.rate or None)


def _columns(config: Mapping[str, Any]) -> Iterator[Column]:
    for column in config.get("columns") or ():
        if isinstance(column, Mapping) and isinstance(column.get("name"), str):
            alias = column.get("model_alias")
            yield Column(
                column["name"],
                str(column.get("column_type", "")),
                aliases=(alias,) if isinstance(alias, str) else (),
                kept=not column.get("drop"),
            )


def _models(config: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Alias and provider by the model's name; of several aliases of a model the log tells one sum."""
    for model in reversed(config.get("model_configs") or ()):
        if isinstance(model, Mapping):
            yield str(model.get("model", "")), (str(model.get("alias", "")), str(model.get("provider") or ""))
