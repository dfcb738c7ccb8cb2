"""A run -> what there is to see of it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import values, words
from dd_jupyter.display.profile import PROFILED_RECORDS, profiles
from dd_jupyter.display.view_model import (
    ColumnHeadView,
    ColumnProgressView,
    FactView,
    FailureView,
    LogLineView,
    NoticeView,
    RecordsView,
    RecordView,
    RunView,
    WayOnView,
)
from dd_jupyter.errors import NotReadyError
from dd_jupyter.execution import Creation, Preview, Run
from dd_jupyter.execution.events import Progress, Usage
from dd_jupyter.resources.secrets import redact

if TYPE_CHECKING:
    import pandas as pd

    from dd_jupyter.engine import Column

# The library begins its lines with pictures, many of them chosen at random.
_EMOJI = re.compile("[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+ ?")

TABLE_RECORDS = 10
FULL_RECORDS = 5
LISTED_FAILURES = 100
LOG_LINES = 200
LARGER_RUN = 1_000
"""The forecast is for this many records, or ten times a larger run."""

KINDS = {
    "seed-dataset": "seed",
    "sampler": "sampler",
    "expression": "expression",
    "llm-text": "LLM text",
    "llm-code": "LLM code",
    "llm-structured": "LLM structured",
    "llm-judge": "LLM judge",
    "validation": "validation",
    "embedding": "embedding",
    "image": "image",
    "custom": "custom",
}
"""The library's column types in a person's words; a plugin's type is shown as it is."""


def live_view(run: Run[Any]) -> RunView:
    """The run as it goes on: cheap enough for four times a second."""
    rows = list(run.sample)
    if not rows:
        return _view(run)
    # All columns from the start, in their place, so that the table does not jump as they fill up.
    names = [column.name for column in run.columns if column.kept]
    return _view(run, records=_records(run, names, rows, run.complete))


def final_view(run: Run[Any]) -> RunView:
    """The run as it ended, with profile, failures, records in full and log."""
    frame = _frame(run)
    if frame is None or frame.empty:
        return _view(run)
    rows: list[dict[str, Any]] = frame.head(TABLE_RECORDS).to_dict(orient="records")  # type: ignore[assignment]
    records = _records(run, [str(name) for name in frame.columns], rows, run.complete, full=FULL_RECORDS)
    kinds = {name: kind for name, (kind, _) in _kinds(run.columns).items()}
    return _view(run, records=records, columns=profiles(frame, kinds, run.statistics))


def view_of(run: Run[Any]) -> RunView:
    """The run as it stands."""
    return live_view(run) if run.state == "running" else final_view(run)


def _view(run: Run[Any], **parts: Any) -> RunView:
    kinds = _kinds(run.columns)
    return RunView(
        title="Preview" if isinstance(run, Preview) else "Create",
        name=run.name or (run.workload.dataset_name if isinstance(run, Creation) else ""),
        where=run.where,
        state=run.state,
        step=run.step,
        elapsed_seconds=round(run.seconds, 2),
        notices=tuple(_notices(run)),
        progress=tuple(
            ColumnProgressView(
                name=progress.column,
                kind=kinds.get(progress.column, ("", ""))[0],
                done=progress.done,
                total=progress.total,
                failed=progress.failed,
                rate=progress.rate if _goes_on(run, progress) else None,
                seconds_left=progress.seconds_left if _goes_on(run, progress) else None,
            )
            for progress in _made_columns(run)
        ),
        failures=tuple(
            FailureView(record=failed.record, column=failed.column, reason=failed.reason)
            for failed in run.failed_records[:LISTED_FAILURES]
        ),
        failed_records=len(run.failed_records),
        log=tuple(
            LogLineView(
                time=time.strftime("%H:%M:%S", time.localtime(line.time)),
                level=_level(line.level),
                text=redact(_EMOJI.sub("", line.message)),
            )
            for line in tuple(run.log)[-LOG_LINES:]
        ),
        facts=tuple(_facts(run)),
        forecast=_forecast(run),
        way_on=tuple(_ways_on(run)),
        **parts,
    )


def _frame(run: Run[Any]) -> pd.DataFrame | None:
    """The records to draw, `PROFILED_RECORDS` at most."""
    try:
        if isinstance(run, Creation):
            return run.head(PROFILED_RECORDS)
        return run.dataset.head(PROFILED_RECORDS) if isinstance(run, Preview) else None
    except NotReadyError:
        return None


def _records(
    run: Run[Any], names: Sequence[str], rows: Sequence[dict[str, Any]], total: int, *, full: int = 0
) -> RecordsView:
    kinds, types, languages = _kinds(run.columns), _types(run.columns), _languages(run)
    scales = _scales(run)
    folder: Path | None = run.path if isinstance(run, Creation) else None
    heads = tuple(
        ColumnHeadView(
            name=name,
            kind=kinds.get(name, ("", ""))[0],
            detail=kinds.get(name, ("", ""))[1],
            numeric=any(values.is_number(row.get(name)) for row in rows),
        )
        for name in names
    )
    cells = tuple(
        tuple(
            values.cell(row[name], types.get(name, ""), scale=scales.get(name)) if name in row else values.PENDING
            for name in names
        )
        for row in rows
    )
    details = tuple(
        RecordView(
            number=number,
            fields=tuple(
                field
                for name in names
                for field in values.fields(
                    name, row.get(name), types.get(name, ""), kinds.get(name, ("", ""))[0],
                    language=languages.get(name, ""), scale=scales.get(name), folder=folder,
                )
            ),
        )
        for number, row in enumerate(rows[:full], start=1)
    )  # fmt: skip
    return RecordsView(columns=heads, rows=cells, total=total, expected=run.workload.num_records, full=details)


def _notices(run: Run[Any]) -> Iterable[NoticeView]:
    if run.error is not None:
        yield NoticeView(level="error", text=str(run.error))
    for waiting in tuple(run.waiting.values()):
        since = words.elapsed(run.waited_seconds(waiting))
        times = f"{words.counted(waiting.tries, 'time')} " if waiting.tries else ""
        if run.state != "running":
            text = f"Provider `{waiting.provider}` had kept the run waiting for {since}: {times}{waiting.reason}"
        else:
            text = (
                f"Provider `{waiting.provider}` has kept the run waiting for {since}: {times}{waiting.reason} "
                f"It is asked again; {_how_to_stop(run)}"
            )
        yield NoticeView(level="warning", text=text)
    if run.still_busy:
        yield NoticeView(level="warning", text=run.still_busy)
    if run.state == "cancelled" or (isinstance(run, Creation) and run.state == "failed" and run.complete):
        yield NoticeView(level="info", text=_what_is_kept(run))
    moved = run.path.name if isinstance(run, Creation) and run.has_path else None
    if isinstance(run, Creation) and moved is not None and moved != run.workload.dataset_name:
        yield NoticeView(
            level="info",
            text=f"A dataset `{run.workload.dataset_name}` was there already and is untouched; this one is `{moved}`.",
        )


def _how_to_stop(run: Run[Any]) -> str:
    if run.background:
        return f"`{run.name}.cancel()` stops the run."
    return "interrupt the kernel (■) to stop."


def _what_is_kept(run: Run[Any]) -> str:
    if isinstance(run, Creation):
        if not run.has_path:
            return "Stopped before anything was made."
        if not run.complete:
            return "Stopped before the first batch was on disk. The same cell with `--resume` starts over there."
        records = words.counted(run.complete, "record")
        return f"Stopped with {records} on disk. The same cell with `--resume` goes on from there."
    if run.complete:
        return f"Stopped. The {words.counted(run.complete, 'record')} that had all their columns are kept."
    return "Stopped before a record had all its columns."


def _facts(run: Run[Any]) -> Iterable[FactView]:
    if run.usage:
        each = "; ".join(map(_usage, tuple(run.usage.values())))
        yield FactView(text=f"{words.tokens(run.tokens)} tokens", hint=each)
    if run.failed_records:
        yield FactView(text=f"{words.counted(len(run.failed_records), 'record')} failed")
    if isinstance(run, Creation) and run.has_path:
        yield FactView(text=_from_here(run.path), hint="The dataset's folder")
    for name, records in tuple(run.processor_outputs.items()):
        yield FactView(text=f"{name}: {words.counted(len(records), 'record')}", hint="Made by a processor")


def _from_here(path: Path) -> str:
    """Relative below the current folder, so that a saved notebook says nothing of the machine it ran on."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


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


def _kinds(columns: Sequence[Column]) -> dict[str, tuple[str, str]]:
    """What makes each column and by which model, for the columns and what they bring along."""
    kinds: dict[str, tuple[str, str]] = {}
    for column in columns:
        kinds[column.name] = (KINDS.get(column.type, column.type), ", ".join(column.aliases))
        for extra in column.side_effects:
            kinds[extra] = (f"from {column.name}", "")
    return kinds


def _types(columns: Sequence[Column]) -> dict[str, str]:
    return {column.name: column.type for column in columns}


def _languages(run: Run[Any]) -> dict[str, str]:
    configs = run.workload.builder.get_column_configs()
    return {config.name: str(config.code_lang) for config in configs if config.column_type == "llm-code"}


def _made_columns(run: Run[Any]) -> Iterable[Progress]:
    """How far the columns are that are made; what the seed brings is there at once."""
    for column in run.columns:
        if column.type != "seed-dataset" and column.name in run.progress:
            yield run.progress[column.name]


def _goes_on(run: Run[Any], progress: Progress) -> bool:
    return run.state == "running" and progress.done < progress.total


def _scales(run: Run[Any]) -> dict[str, int]:
    """The best score of each judge column whose answers are numbers, where it has one score."""
    scales: dict[str, int] = {}
    for config in run.workload.builder.get_column_configs():
        if config.column_type == "llm-judge" and len(config.scores) == 1:
            answers = [str(answer) for answer in config.scores[0].options]
            if answers and all(answer.isdecimal() for answer in answers):
                scales[config.name] = max(map(int, answers))
    return scales


def _level(name: str) -> Any:
    level = name.lower()
    return level if level in {"debug", "info", "warning"} else "error"
