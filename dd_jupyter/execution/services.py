"""Running a preview in NeMo Services, on the Data Designer API."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping
from typing import TYPE_CHECKING, Any

from dd_jupyter.engine import Column
from dd_jupyter.errors import DDJupyterError, RunError, UnreachableError
from dd_jupyter.execution import dataset
from dd_jupyter.execution.analysis import read_analysis
from dd_jupyter.execution.cancel import Cancel
from dd_jupyter.execution.events import (
    Analysis,
    Cancelled,
    Columns,
    Dataset,
    Done,
    Event,
    Failed,
    Heartbeat,
    Log,
    ProcessorOutput,
    RecordFailed,
    Resolved,
    Step,
)
from dd_jupyter.execution.job_lines import NO_RECORDS, why
from dd_jupyter.execution.job_log import ProgressReader
from dd_jupyter.execution.submission import columns_of, config_for, look_up
from dd_jupyter.execution.workload import PreviewWorkload
from dd_jupyter.nemo import background
from dd_jupyter.resources.resolution import refusal
from dd_jupyter.resources.secrets import redact

if TYPE_CHECKING:
    from dd_jupyter.nemo.deployment import Deployment

TICK_SECONDS = 0.25
"""How often there is a sign of life: as often as a person is shown it."""


def preview_in(deployment: Deployment) -> Callable[[PreviewWorkload, Cancel], Generator[Event]]:
    """An executor that streams previews from a deployment."""

    def stream(workload: PreviewWorkload, cancel: Cancel) -> Generator[Event]:
        """Have a preview made and tell what happens; the last event is `Done`, `Cancelled` or `Failed`.

        An interrupt, or `cancel`, closes the request, on which the deployment stops its work.
        """
        events = _told(deployment, workload)
        try:
            for event in background.iterate(events, tick=TICK_SECONDS, when_asked_to_stop=cancel.on_request):
                yield Heartbeat() if event is None else event
                if isinstance(event, Done | Failed):
                    return
        except DDJupyterError as error:
            yield Failed(error)
            return
        yield Cancelled()

    return stream


async def _told(deployment: Deployment, workload: PreviewWorkload) -> AsyncGenerator[Event]:
    yield Step("Looking up what it depends on")
    report = await look_up(deployment, workload)
    yield Resolved(report)
    error = refusal(report, "submit")
    if error is not None:
        raise error
    config = config_for(workload.builder, await deployment.platform.schema())
    yield Step("Asking the models whether they are there")
    frames = _Frames(workload, config)
    try:
        async for frame in deployment.data_designer.preview(deployment.workspace, config, workload.num_records):
            for event in frames.read(frame):
                yield event
    except UnreachableError as error:
        yield Failed(frames.broken(error))
        return
    if not frames.ended:
        yield Failed(frames.broken(None))


def _profile(analysis: dict[str, Any]) -> Analysis | Log:
    try:
        return Analysis(read_analysis(analysis))
    except DDJupyterError as error:  # the records are there all the same
        return Log("WARNING", str(error), time.time())


_NOTHING = "NeMo Services ended the preview without records, and give no reason; the log may say more. Run it again."


class _Frames:
    """Reads the stream's frames, and knows how far it came."""

    def __init__(self, workload: PreviewWorkload, config: Mapping[str, Any]) -> None:
        self.ended = False
        self._columns = columns_of(workload.builder)
        self._progress = ProgressReader(workload.num_records, config)
        self._kept, self._has_dataset = 0, False
        self._heartbeats = 0
        self._last_line = ""
        self._lost: RecordFailed | None = None

    def read(self, frame: Mapping[str, Any]) -> Generator[Event]:
        """The events in one frame; a kind that is not known is none."""
        match frame:
            case {"kind": "log", "message": str(message), **rest}:
                log = Log(str(rest.get("level", "info")).upper(), redact(message), time.time())
                self._last_line = log.message
                yield log
                for event in self._progress.read(log):
                    if isinstance(event, RecordFailed):
                        self._lost = event
                    if not isinstance(event, Columns):  # the configuration knows more of them
                        yield event
            case {"kind": "dataset_metadata", "metadata": {"seed_column_names": [*names]}}:
                seeds = tuple(Column(str(name), "seed-dataset") for name in names)
                self._columns = (*seeds, *self._columns)
                yield Columns(self._columns)
            case {"kind": "heartbeat"}:
                self._heartbeats += 1
                yield Heartbeat(self._heartbeats)
            case {"kind": "dataset", "records": [*records]}:
                self._kept, self._has_dataset = len(records), True
                yield Dataset(dataset.from_rows(records, self._columns))
            case {"kind": "processor_output", "processor_name": str(name), "records": [*records]}:
                yield ProcessorOutput(name, records)
            case {"kind": "analysis", "analysis": dict(analysis)}:
                yield _profile(analysis)
            case {"kind": "done"}:
                self.ended = True
                yield from self._progress.complete()
                yield Done(self._kept, 0.0, {}) if self._has_dataset else Failed(RunError(_NOTHING))
            case {"kind": "error", **rest}:
                self.ended = True
                because = self._why(str(rest.get("message") or "")) or "they give no reason; the log may say more."
                yield Failed(RunError(f"NeMo Services could not make the preview: {because}"))

    def _why(self, message: str) -> str:
        """The reason of a failure; with no record made, that of the last record."""
        if self._lost is not None and NO_RECORDS.search(message):
            return f"no record could be made. Column `{self._lost.column}` failed: {self._lost.reason}"
        return why(message)

    def broken(self, error: UnreachableError | None) -> RunError:
        """What to say of a stream that ended before its end."""
        how = "broke" if error is not None else "ended before it was complete"
        point = f"after the line “{self._last_line.strip()}”" if self._last_line else "before anything was made"
        kept = f"; its {self._kept} records are kept" if self._kept else "; no record had come"
        broken = RunError(f"The preview's stream from NeMo Services {how} {point}{kept}. Run the cell again.")
        broken.__cause__ = error
        return broken
