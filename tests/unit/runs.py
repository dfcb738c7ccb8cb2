"""Runs whose events a test tells itself."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any, TypeVar

import data_designer.config as dd
import pandas as pd

from dd_jupyter.display.run_view import view_of
from dd_jupyter.display.view_model import RunView
from dd_jupyter.execution.cancel import Cancel
from dd_jupyter.execution.events import Artifacts, Cancelled, Columns, Dataset, Done, Event
from dd_jupyter.execution.results import Creation, Preview
from dd_jupyter.execution.run import Executor, Run
from dd_jupyter.execution.workload import CreateWorkload, PreviewWorkload
from tests.support.builders import builder_with

R = TypeVar("R", bound=Run[Any])


def telling(*events: Event | BaseException) -> Executor:
    """An executor that tells these events, and raises the errors among them."""

    def execute(_workload: Any, _cancel: Cancel) -> Generator[Event]:
        for event in events:
            if isinstance(event, BaseException):
                raise event
            yield event

    return execute


def preview_of(
    execute: Executor,
    *,
    builder: dd.DataDesignerConfigBuilder | None = None,
    num_records: int = 10,
    name: str = "sample",
    background: bool = False,
) -> Preview:
    """A preview that has not been carried out."""
    workload = PreviewWorkload(builder or builder_with(), num_records)
    return Preview(workload, execute, name=name, background=background)


def creation_of(
    execute: Executor,
    artifact_path: Path,
    *,
    builder: dd.DataDesignerConfigBuilder | None = None,
    num_records: int = 10,
    dataset_name: str = "reviews",
    name: str = "",
    background: bool = False,
) -> Creation:
    """A create that has not been carried out."""
    workload = CreateWorkload(builder or builder_with(), num_records, dataset_name, artifact_path)
    return Creation(workload, execute, name=name, background=background)


def previewed(*events: Event | BaseException, frame: Any = None, **options: Any) -> Preview:
    """A preview that was carried out: these events, then, with a frame, its end as asked."""
    ending: list[Event] = [] if frame is None else [Dataset(frame), done(len(frame))]
    return followed(preview_of(telling(*events, *ending), **options))


def created(folder: Path, *events: Event | BaseException, **options: Any) -> Creation:
    """A create that was carried out: it fills `folder`, then these events."""
    return followed(creation_of(telling(Artifacts(folder), *events), folder.parent, **options))


def followed(run: R) -> R:
    """The run after its end."""
    run.follow(lambda _: None)
    return run


def done(num_records: int = 10, own_code: float = 0.0, **busy_seconds: float) -> Done:
    """The end of a run as asked."""
    return Done(num_records, own_code, busy_seconds)


def columns_of(builder: dd.DataDesignerConfigBuilder) -> Columns:
    """The columns event of a builder."""
    return Columns(preview_of(telling(), builder=builder).columns)


def dataset_folder(folder: Path, *frames: pd.DataFrame) -> Path:
    """A dataset as the library leaves it: a file for each frame."""
    files = folder / "parquet-files"
    files.mkdir(parents=True)
    for number, frame in enumerate(frames):
        frame.to_parquet(files / f"batch_{number:05}.parquet", index=False)
    return folder


def while_running(run: Run[Any], *events: Event) -> RunView:
    """How a run looks after these events, while it goes on."""
    views: list[RunView] = []
    run._execute = telling(*events, Cancelled())
    run.follow(lambda run: views.append(view_of(run)))
    return views[len(events) - 1]


def notices(view: RunView) -> list[tuple[str, str]]:
    """Level and text of each notice."""
    return [(notice.level, notice.text) for notice in view.notices]
