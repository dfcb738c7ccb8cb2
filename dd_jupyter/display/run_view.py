"""A run -> what there is to see of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import words
from dd_jupyter.display.bounds import NAME_CHARACTERS, REASON_CHARACTERS, in_bounds
from dd_jupyter.display.log_view import log_line
from dd_jupyter.display.notices import notices_of
from dd_jupyter.display.profile import PROFILED_RECORDS, profiles
from dd_jupyter.display.records_view import kinds_of, records_of
from dd_jupyter.display.report_view import report_view
from dd_jupyter.display.table.frames import NAME_CHARACTERS as COLUMN_CHARACTERS
from dd_jupyter.display.table.frames import unique_names
from dd_jupyter.display.view_model import ColumnProgressView, FailureView, RunView
from dd_jupyter.display.view_parts import FactView, WayOnView
from dd_jupyter.errors import NotReadyError
from dd_jupyter.execution.events import Progress, Usage
from dd_jupyter.execution.results import Creation, Preview
from dd_jupyter.execution.run import Run
from dd_jupyter.execution.workload import JobWorkload

if TYPE_CHECKING:
    import pandas as pd

KEPT_RECORDS = 50
"""Records that an output keeps; static HTML and text show the first of them."""

LISTED_FAILURES = 100
LOG_LINES = 200

LARGER_RUN = 1_000
"""The forecast is for this many records, or ten times a larger run."""


def live_view(run: Run[Any]) -> RunView:
    """The run as it goes on: cheap enough for four times a second."""
    rows = list(run.sample)
    if not rows:
        return _view(run)
    # All columns from the start, in their place, so that the table does not jump as they fill up.
    names = [column.name for column in run.columns if column.kept]
    return _view(run, records=records_of(run, names, rows, run.complete))


def final_view(run: Run[Any]) -> RunView:
    """The run as it ended, with profile, failures, records in full and log."""
    frame = _frame(run)
    if frame is None or frame.empty:
        return _view(run)
    rows: list[dict[str, Any]] = frame.head(KEPT_RECORDS).to_dict(orient="records")  # type: ignore[assignment]
    names = [str(name) for name in frame.columns]
    records = records_of(run, names, rows, _count(run, len(frame)), full=KEPT_RECORDS)
    kinds = {name: kind for name, (kind, _) in kinds_of(run.columns).items()}
    return _view(run, records=records, columns=profiles(frame, kinds, run.statistics))


def view_of(run: Run[Any]) -> RunView:
    """The run as it stands."""
    return live_view(run) if run.state == "running" else final_view(run)


def failures_of(run: Run[Any], most: int) -> tuple[FailureView, ...]:
    """The first records that are missing from the dataset."""
    return tuple(
        FailureView(
            record=failed.record,
            column=words.clipped(failed.column, COLUMN_CHARACTERS),
            reason=words.shortened(failed.reason, REASON_CHARACTERS),
        )
        for failed in run.failed_records[:most]
    )


def outline(run: Run[Any]) -> RunView:
    """How the run stands, without its records."""
    return _view(run)


def _view(run: Run[Any], **parts: Any) -> RunView:
    view = RunView(
        title="Preview" if isinstance(run, Preview) else "Create",
        name=run.name or (run.workload.dataset_name if isinstance(run, Creation) else ""),
        where=run.where,
        state=run.state,
        step=run.step,
        elapsed_seconds=round(run.seconds, 2),
        notices=tuple(notices_of(run)),
        progress=tuple(_bars(run)),
        failures=failures_of(run, LISTED_FAILURES),
        failed_records=len(run.failed_records),
        log=tuple(log_line(line) for line in tuple(run.log)[-LOG_LINES:]),
        facts=tuple(_facts(run)),
        forecast=_forecast(run),
        way_on=tuple(_ways_on(run)),
        resources=None if run.report is None else report_view(run.report),
        **parts,
    )
    if not isinstance(run.workload, JobWorkload):
        return in_bounds(view)
    # What speaks to NeMo Services is imported with the first job, not with the first preview.
    from dd_jupyter.display.job_view import as_job

    return in_bounds(as_job(view, run))


def _frame(run: Run[Any]) -> pd.DataFrame | None:
    """The records to draw, `PROFILED_RECORDS` at most."""
    if isinstance(run.workload, JobWorkload):
        from dd_jupyter.display.job_view import sample_of

        return sample_of(run)
    try:
        if isinstance(run, Creation):
            return run.head(PROFILED_RECORDS)
        return run.dataset.head(PROFILED_RECORDS) if isinstance(run, Preview) else None
    except NotReadyError:
        return None


def _count(run: Run[Any], sampled: int) -> int | None:
    if isinstance(run.workload, JobWorkload):
        from dd_jupyter.display.job_view import count_of

        return count_of(run, sampled)
    return run.complete


def _facts(run: Run[Any]) -> Iterable[FactView]:
    if run.usage:
        each = "; ".join(map(_usage, tuple(run.usage.values())))
        yield FactView(text=f"{words.tokens(run.tokens)} tokens", hint=each)
    if run.failed_records:
        yield FactView(text=f"{words.counted(len(run.failed_records), 'record')} failed")
    if isinstance(run, Creation) and run.has_path:
        yield FactView(text=words.from_here(run.path), hint="The dataset's folder")
    for name, records in tuple(run.processor_outputs.items()):
        yield FactView(text=f"{name}: {words.counted(len(records), 'record')}", hint="Made by a processor")
    if run.heartbeats:
        yield FactView(
            text=words.counted(run.heartbeats, "heartbeat"), hint="Signs of life that NeMo Services sent meanwhile"
        )


def _usage(usage: Usage) -> str:
    requests = words.counted(usage.requests, "request")
    return f"{usage.alias}: {usage.input_tokens:,} in, {usage.output_tokens:,} out, {requests}"


def _forecast(run: Run[Any]) -> str:
    if not isinstance(run, Preview) or run.state != "completed":
        return ""
    num_records = max(LARGER_RUN, 10 * run.workload.num_records)
    expected = run.forecast(num_records)
    if expected is None:
        return ""
    tokens = f", {words.tokens(expected.tokens)} tokens" if expected.tokens else ""
    return f"{num_records:,} records: {words.about(expected.seconds)}{tokens}"


def _ways_on(run: Run[Any]) -> Iterable[WayOnView]:
    if run.state != "completed" or not run.name:
        return
    yield WayOnView(text="The records", code=f"{run.name}.dataset")
    if run.failed_records:
        yield WayOnView(text="What failed", code=f"{run.name}.failures")


def _bars(run: Run[Any]) -> Iterable[ColumnProgressView]:
    kinds = kinds_of(run.columns)
    made = list(_made_columns(run))
    for progress, name in zip(made, unique_names(progress.column for progress in made), strict=True):
        goes_on = run.state == "running" and progress.done < progress.total
        yield ColumnProgressView(
            name=name,
            kind=words.clipped(kinds.get(progress.column, ("", ""))[0], NAME_CHARACTERS),
            done=progress.done,
            total=progress.total,
            failed=progress.failed,
            rate=progress.rate if goes_on else None,
            seconds_left=progress.seconds_left if goes_on else None,
        )


def _made_columns(run: Run[Any]) -> Iterable[Progress]:
    """How far the columns are that are made; what the seed brings is there at once."""
    progress = dict(run.progress)
    # A job's log counts a column when its first records are made: until then it has its place already.
    counted_late = isinstance(run.workload, JobWorkload) and run.state != "completed" and bool(progress)
    for column in run.columns:
        found = progress.pop(column.name, None)
        if column.type == "seed-dataset":
            continue
        if found is not None:
            yield found
        elif counted_late and column.aliases:
            yield Progress(column.name, 0, run.workload.num_records)
    yield from progress.values()  # of a job whose configuration cannot be read here
