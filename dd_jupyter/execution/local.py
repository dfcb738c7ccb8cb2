"""Running a workload in this process, on the data-designer library."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path

from dd_jupyter.engine import EngineRun, Settings, Stopped
from dd_jupyter.execution import dataset
from dd_jupyter.execution.batches import batch_size
from dd_jupyter.execution.cancel import Cancel
from dd_jupyter.execution.events import (
    Analysis,
    Artifacts,
    Cancelled,
    Columns,
    Dataset,
    Done,
    Event,
    Failed,
    Heartbeat,
    ProcessorOutput,
    Resolved,
    Usage,
)
from dd_jupyter.execution.explain import Circumstances, explain
from dd_jupyter.execution.run_record import RunRecord, check_resumable
from dd_jupyter.execution.watch import Watch
from dd_jupyter.execution.workload import CreateWorkload, LocalWorkload, PreviewWorkload
from dd_jupyter.resources.local_run import Resolved as ResolvedForRun
from dd_jupyter.resources.local_run import find_providers, resolve_for_run
from dd_jupyter.resources.report import ResolutionReport
from dd_jupyter.resources.resolution import refusal

TICK_SECONDS = 0.25
"""How often the state of a run is asked for: as often as a person is shown it. The engine has the rest
of the interpreter's time; its end and a wish to stop do not wait for this."""

STOP_SECONDS = 0.8
"""How long a stopped engine is waited for. What blocks longer is a person's own code, which nothing can stop."""

STILL_BUSY = (
    "Code of your own, or the reading of a seed, cannot be stopped from outside and is still at work in a thread; "
    "no request is sent any more, and what it makes is thrown away."
)


def run(workload: LocalWorkload, cancel: Cancel) -> Generator[Event]:
    """Run a workload and tell what happens; the last event is `Done`, `Cancelled` or `Failed`.

    The engine works in a thread of its own. An interrupt of the thread that asks for events stops it
    as `cancel` does: the events that are left still come, then the interrupt is raised again.
    """
    work = _Work(workload)
    cancel.on_request(work.stop)
    work.start()
    interrupt: KeyboardInterrupt | None = None
    try:
        while not work.ended.is_set():
            try:
                work.ended.wait(TICK_SECONDS)
            except KeyboardInterrupt as raised:
                interrupt = interrupt or raised
                cancel.request()
            yield from work.news()
            yield Heartbeat()
            if cancel.requested and work.stopping_seconds > STOP_SECONDS:
                break
        yield from work.news()
        yield from work.outcome()
        if interrupt is not None:
            raise interrupt
    finally:
        work.stop()


class _Work:
    """The engine's thread and what comes out of it."""

    def __init__(self, workload: LocalWorkload) -> None:
        self.ended = threading.Event()
        self._workload = workload
        self._watch = Watch()
        self._engine = EngineRun(workload.settings, self._watch)
        self._outcome: list[Event] = []
        self._usage: dict[str, Usage] = {}
        self._report: ResolutionReport | None = None
        self._told_columns = False
        self._stopped_at: float | None = None

    def start(self) -> None:
        threading.Thread(target=self._work, name="dd_jupyter-run", daemon=True).start()

    def stop(self) -> None:
        if self._stopped_at is None and not self.ended.is_set():
            self._stopped_at = time.monotonic()
            self._engine.stop()

    @property
    def stopping_seconds(self) -> float:
        return 0.0 if self._stopped_at is None else time.monotonic() - self._stopped_at

    def news(self) -> Iterator[Event]:
        report, self._report = self._report, None
        if report is not None:
            yield Resolved(report)
        generation = self._watch.generation
        if generation is not None and not self._told_columns:
            self._told_columns = True
            yield Columns(generation.columns)
            if isinstance(self._workload, CreateWorkload):
                yield Artifacts(generation.path)
        yield from self._watch.news()
        for model, tokens_in, tokens_out, requests, failed in self._engine.usage():
            usage = Usage(model.alias, model.name, model.provider, tokens_in, tokens_out, requests, failed)
            if self._usage.get(model.alias) != usage:
                self._usage[model.alias] = usage
                yield usage

    def outcome(self) -> Iterator[Event]:
        """The events that end the run."""
        if self.ended.is_set():
            yield from self._outcome
        else:  # stopped, but code that nothing can stop is still at it
            yield from self._what_there_is()
            yield Cancelled(still_busy=STILL_BUSY)

    def _work(self) -> None:
        try:
            self._outcome = self._ending()
        finally:
            self.ended.set()  # whatever happens: a person waits for it

    def _ending(self) -> list[Event]:
        try:
            return list(self._run())
        except Stopped:
            return [*self._what_there_is(), Cancelled()]
        except Exception as error:
            return [*self._what_there_is(), Failed(explain(error, self._circumstances()))]
        except BaseException as error:
            # asyncio.CancelledError comes this way after a stop; without one it is a fault of the engine.
            ending = Cancelled() if self._stopped_at is not None else Failed(explain(error))
            return [*self._what_there_is(), ending]

    def _run(self) -> Iterator[Event]:
        workload = self._workload
        self._engine.check_stop()
        resolved = self._resolved()
        self._report = resolved.report
        error = refusal(resolved.report, "run")
        if error is not None:
            raise error
        self._go_on_with(resolved.settings)
        if isinstance(workload, PreviewWorkload):
            yield from self._preview(workload)
        else:
            yield from self._create(workload)

    def _resolved(self) -> ResolvedForRun:
        """Everything that the run depends on; what must be known of it in any case, where it is not to be checked."""
        workload, check_stop = self._workload, self._engine.check_stop
        if not workload.check:
            return find_providers(workload.builder, workload.here, check_stop)
        return resolve_for_run(workload.builder, workload.here, check_stop, operation=workload.operation)

    def _go_on_with(self, settings: Settings) -> None:
        self._engine = EngineRun(settings, self._watch)
        # A wish to stop that came before the line above reached an engine that is no longer used.
        if self._stopped_at is not None:
            raise Stopped

    def _preview(self, workload: PreviewWorkload) -> Iterator[Event]:
        with tempfile.TemporaryDirectory(prefix="dd_jupyter-preview-") as scratch:
            results = self._engine.preview(workload.builder, num_records=workload.num_records, scratch=Path(scratch))
        frame = dataset.in_order(results.dataset, self._watch.columns)
        yield Dataset(frame)
        for name, records in (results.processor_artifacts or {}).items():
            yield ProcessorOutput(name, records)
        if results.analysis is not None:
            yield Analysis(results.analysis)
        yield self._done(len(frame))

    def _create(self, workload: CreateWorkload) -> Iterator[Event]:
        record = RunRecord.of(workload)
        if workload.resume:
            check_resumable(workload, record)
        self._watch.when_generating = lambda generation: record.write(generation.path)
        results = self._engine.create(
            workload.builder,
            num_records=workload.num_records,
            dataset_name=workload.dataset_name,
            artifact_path=workload.artifact_path,
            batch_size=batch_size(workload),
            resume=workload.resume,
        )
        path = Path(results.artifact_storage.base_dataset_path)
        yield Artifacts(path)
        yield Analysis(results.load_analysis())
        yield self._done(dataset.count(path))

    def _circumstances(self) -> Circumstances:
        return Circumstances(
            violations=self._watch.violations,
            endpoints=self._watch.endpoints,
            mcp_servers=[server.name for server in self._workload.settings.mcp_providers],
            seed=_seed_place(self._workload),
            last_failed=self._watch.last_failed,
        )

    def _done(self, num_records: int) -> Done:
        return Done(num_records, self._watch.own_code_seconds, dict(self._watch.busy_seconds))

    def _what_there_is(self) -> Iterator[Event]:
        """The records of a preview that was cut short; those of a create are on disk."""
        if isinstance(self._workload, PreviewWorkload):
            rows = self._watch.complete_rows()
            if rows:
                yield Dataset(dataset.from_rows(rows, self._watch.columns))


def _seed_place(workload: LocalWorkload) -> str:
    """Where the seed is, in words; "" without one."""
    seed = workload.builder.get_seed_config()
    if seed is None:
        return ""
    path = getattr(seed.source, "path", None)
    endpoint = getattr(seed.source, "endpoint", None)
    return (f"`{path}`" if path else "a DataFrame") + (f" at {endpoint}" if endpoint else "")
