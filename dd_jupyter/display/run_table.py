"""The records of a run -> the table that can be asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dd_jupyter.display.table.description import describe
from dd_jupyter.display.table.frames import frame_of
from dd_jupyter.display.table.table import Table
from dd_jupyter.errors import NotReadyError
from dd_jupyter.execution import dataset
from dd_jupyter.execution.results import Creation, Preview
from dd_jupyter.execution.run import Run
from dd_jupyter.execution.workload import JobWorkload

if TYPE_CHECKING:
    import pandas as pd

    from dd_jupyter.execution.job import Job


def table_of(run: Run[Any], version: int) -> Table | None:
    """All records of an ended run that are on this machine; None if there are none.

    Those of a dataset stay on disk and are read a page at a time. Of a job it is the sample that came with its end.
    """
    records: Any = None
    try:
        if isinstance(run, Preview):
            records = run.dataset
        elif isinstance(run, Creation):
            records = dataset.record_files(run.path)
        elif isinstance(run.workload, JobWorkload):
            records = cast("Job", run).sample_frame
    except NotReadyError:
        return None
    if records is None or len(records) == 0:
        return None
    order = [name for column in run.columns for name in (column.name, *column.side_effects)]
    return Table(frame_of(records, order), describe(run), version, run.statistics)


def table_of_sample(run: Run[Any], frame: pd.DataFrame, version: int) -> Table:
    """Some records of a run that goes on."""
    return Table(frame_of(frame), describe(run), version)
