"""A run as a person holds it: what its events have told, and what can be done about it."""

from __future__ import annotations

import contextlib
import contextvars
import threading
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar

from dd_jupyter.engine import Column
from dd_jupyter.errors import DDJupyterError, NotReadyError
from dd_jupyter.execution import events as happened
from dd_jupyter.execution.cancel import Cancel
from dd_jupyter.execution.events import Event
from dd_jupyter.execution.forecast import Forecast, forecast
from dd_jupyter.execution.workload import Workload

if TYPE_CHECKING:
    import pandas as pd
    from data_designer.config.analysis.dataset_profiler import DatasetProfilerResults

    from dd_jupyter.resources.report import ResolutionReport

State = Literal["running", "completed", "cancelled", "failed"]
LOG_LINES = 1_000
"""Lines of the log that are kept, the newest ones."""

_W = TypeVar("_W", bound=Workload)
Executor = Callable[[_W, Cancel], Generator[Event]]
"""Carries a workload out, somewhere, and tells what happens."""


class Run(ABC, Generic[_W]):
    """A run and all that is known of it. `Preview` and `Creation` are the two kinds.

    Attributes:
        workload: What is run.
        name: What a person calls it: a variable, a dataset; "" if nothing.
        where: Where it runs, in words.
        state: "running", "completed", "cancelled" or "failed".
        error: Why it failed; None unless it did.
        report: What was found of the resources that it depends on; None if that was not asked for.
        step: What it is busy with, in words; "" once it ended.
        columns: The dataset's columns, once the engine said so; before that those of the builder.
        progress: How far each column is, by its name.
        waiting: Providers that keep the run waiting, by name.
        usage: What each model was asked for, by alias.
        log: The last 1,000 lines of the engine's log.
        logged: How many lines there have been in all.
        sample: The first records, while they are made.
        complete: How many records have all their columns.
        processor_outputs: What processors made beside the dataset, by processor.
        failed_records: The records given up on so far.
        heartbeats: How many signs of life NeMo Services have sent; 0 for a run in this kernel.
        still_busy: What was still at work when it was cancelled, as a sentence; "" if nothing was.
        background: Whether the cell that started it does not wait for it.
    """

    def __init__(
        self,
        workload: _W,
        execute: Executor[_W],
        *,
        name: str = "",
        where: str = "run in this kernel",
        background: bool = False,
    ) -> None:
        self.workload = workload
        self.name = name
        self.where = where
        self.state: State = "running"
        self.error: DDJupyterError | None = None
        self.report: ResolutionReport | None = None
        self.step = "Starting"
        self.columns: tuple[Column, ...] = _columns_of(workload)
        self.progress: dict[str, happened.Progress] = {}
        self.waiting: dict[str, happened.Waiting] = {}
        self.usage: dict[str, happened.Usage] = {}
        self.log: deque[happened.Log] = deque(maxlen=LOG_LINES)
        self.logged = 0
        self.sample: tuple[dict[str, Any], ...] = ()
        self.complete = 0
        self.processor_outputs: dict[str, list[dict[str, Any]]] = {}
        self.failed_records: list[happened.RecordFailed] = []
        self.heartbeats = 0
        self.still_busy = ""
        self.background = background
        self._execute = execute
        self._cancel = Cancel()
        self._analysis: DatasetProfilerResults | None = None
        self._done: happened.Done | None = None
        self._started = time.monotonic()
        self._seconds: float | None = None
        self._ended_at: float | None = None
        self._ended = threading.Event()

    # What a person asks.

    @property
    def seconds(self) -> float:
        """Since its start; once it ended, how long it took."""
        return time.monotonic() - self._started if self._seconds is None else self._seconds

    def waited_seconds(self, waiting: happened.Waiting) -> float:
        """How long a provider has kept the run waiting; once it ended, had."""
        return (self._ended_at or time.time()) - waiting.since

    @property
    def tokens(self) -> int:
        """Tokens sent to and received from all models."""
        return sum(usage.tokens for usage in tuple(self.usage.values()))

    @property
    def analysis(self) -> DatasetProfilerResults:
        """The library's profile of the columns.

        Raises:
            NotReadyError: Before the run completed.
        """
        if self._analysis is None:
            raise self._not_ready("analysis")
        return self._analysis

    @property
    def statistics(self) -> dict[str, Any]:
        """The library's statistics of each column by its name; {} before the run completed."""
        if self._analysis is None:
            return {}
        return {column.column_name: column for column in self._analysis.column_statistics or ()}

    @property
    def failures(self) -> pd.DataFrame:
        """What failed and why.

        A row a record, with `record` (its place among those asked for, from 1), `column` and `reason`.
        """
        import pandas as pd

        rows = [(failed.record, failed.column, failed.reason) for failed in self.failed_records]
        return pd.DataFrame(rows, columns=["record", "column", "reason"])

    def forecast(self, num_records: int) -> Forecast | None:
        """What `num_records` records would take.

        None until this run completed with some, and where models were asked by NeMo Services, which do not
        tell how long each took.
        """
        if self._done is None or (self.usage and not self._done.busy_seconds):
            return None
        made = self._done.num_records + len(self.failed_records)
        models = {config.alias: config for config in self.workload.builder.model_configs}
        columns = sum(column.type != "seed-dataset" for column in self.columns)
        return forecast(num_records, made, self._done, self.usage.values(), models, columns)

    def note(self, line: happened.Log) -> None:
        """Add a line to the log."""
        self.log.append(line)
        self.logged += 1

    def cancel(self) -> None:
        """Stop the run, from any thread: no request goes out after this. Nothing if it has ended."""
        self._cancel.request()

    def wait(self, timeout: float | None = None) -> Self:
        """Wait until the run ended; an interrupt of the kernel ends the waiting, not the run.

        Args:
            timeout: Seconds to wait at most; None for as long as it takes.

        Raises:
            TimeoutError: When it takes longer.
            DDJupyterError: When it failed, its own error.
        """
        if not self._ended.wait(timeout):
            raise TimeoutError(f"{self!r} has not ended after {timeout:g} s. Wait again, or stop it with `.cancel()`.")
        if self.error is not None:
            raise self.error
        return self

    # Carrying it out.

    def follow(self, watch: Callable[[Run[Any]], None]) -> None:
        """Carry it out and wait for its end, whatever that is; `watch` is called after each event.

        Raises:
            KeyboardInterrupt: After the run was stopped because of it.
        """
        try:
            try:
                interrupt = self._follow(watch)
            except KeyboardInterrupt as second:  # it does not wait for the engine
                interrupt = second
            except BaseException:
                self._break_off()
                with contextlib.suppress(Exception):  # the first error is the one to tell, the watch's own perhaps
                    watch(self)
                raise
            self._break_off()
            watch(self)
        finally:
            self._ended.set()
        if interrupt is not None:
            raise interrupt

    def follow_in_background(self, watch: Callable[[Run[Any]], None]) -> None:
        """Carry it out in a thread and return at once."""
        # ipykernel finds the cell that a message belongs to in the context; 7.0 fails without it.
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(self.follow, watch), name=f"dd_jupyter-{self.name or 'run'}", daemon=True
        ).start()

    def _break_off(self) -> None:
        if self.state == "running":  # by an interrupt, or an error that nobody foresaw
            self._end("cancelled")

    def _follow(self, watch: Callable[[Run[Any]], None]) -> KeyboardInterrupt | None:
        """Take in all events; the interrupt that stopped the run, if one did."""
        interrupt: KeyboardInterrupt | None = None
        with closing(self._execute(self.workload, self._cancel)) as events:
            while self.state == "running":
                try:
                    event = next(events, None)
                    if event is None:
                        break
                    self._apply(event)
                    watch(self)
                except KeyboardInterrupt as raised:
                    if interrupt is not None:
                        raise  # the second one does not wait for the engine
                    interrupt = raised
                    self._cancel.request()
            # The events are over, but for an interrupt that the executor kept until now.
            try:
                next(events, None)
            except KeyboardInterrupt as raised:
                interrupt = raised
        return interrupt

    def _apply(self, event: Event) -> None:
        match event:
            case happened.Columns(columns):
                self.columns = columns
            case happened.Resolved(report):
                self.report = report
            case happened.Step(text):
                self.step = text
            case happened.Log():
                self.note(event)
            case happened.Heartbeat(count):
                self.heartbeats = count or self.heartbeats
            case happened.Progress(column=column):
                self.progress[column] = event
            case happened.Records(rows, complete):
                self.sample, self.complete = rows, complete
            case happened.RecordFailed():
                self.failed_records.append(event)
            case happened.Waiting(provider=provider):
                self.waiting[provider] = event
            case happened.Resumed(provider):
                self.waiting.pop(provider, None)
            case happened.Usage(alias=alias):
                self.usage[alias] = event
            case happened.Analysis(results):
                self._analysis = results
            case happened.ProcessorOutput(name, records):
                self.processor_outputs[name] = records
            case happened.Dataset() | happened.Artifacts():
                self._keep(event)
            case happened.Done():
                self._done = event
                self.complete = event.num_records
                self._end("completed")
            case happened.Cancelled(still_busy):
                self.still_busy = still_busy
                self._end("cancelled")
            case happened.Failed(error):
                self.error = error
                self._end("failed")

    @abstractmethod
    def _keep(self, event: happened.Dataset | happened.Artifacts) -> None:
        """Take what the run leaves: records in memory, or a folder."""

    def _end(self, state: State) -> None:
        self._seconds = self.seconds
        self._ended_at = time.time()
        self.state = state
        self.step = ""
        if state == "completed":
            self.waiting.clear()

    def _not_ready(self, what: str) -> NotReadyError:
        if self.state == "running":
            return NotReadyError(f"The {what} comes when the run has ended. Wait for it with `.wait()`.")
        why = f": {self.error}" if self.error else "."
        return NotReadyError(f"There is no {what}, because the run was {self.state}{why}")


def _columns_of(workload: Workload) -> tuple[Column, ...]:
    return tuple(
        Column(
            config.name, str(config.column_type), tuple(config.get_model_aliases()), tuple(config.side_effect_columns)
        )
        for config in workload.builder.get_column_configs()
    )
