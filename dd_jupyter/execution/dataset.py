"""Records as a DataFrame in the configuration's column order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from dd_jupyter.engine import Column

RECORDS_FOLDER = "parquet-files"
"""Where the library keeps the records inside the folder of a dataset."""


def in_order(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """`frame` with its columns in the order of `columns`, each followed by what it brings along.

    The library leaves them in the order in which they were finished, which varies from run to run.
    What no column accounts for, a processor's work for one, comes last in the order it has.
    """
    wanted = [name for column in columns for name in (column.name, *column.side_effects)]
    present = [name for name in dict.fromkeys(wanted) if name in frame.columns]
    known = set(present)
    return frame[[*present, *(name for name in frame.columns if name not in known)]]


def from_rows(rows: Sequence[dict[str, Any]], columns: Sequence[Column]) -> pd.DataFrame:
    """Records that are still a list of dicts; columns that are to be dropped are left out."""
    import pandas as pd

    frame = pd.DataFrame(list(rows))
    dropped = [column.name for column in columns if not column.kept and column.name in frame.columns]
    return in_order(frame.drop(columns=dropped), columns)


def read(dataset_path: Path, columns: Iterable[Column], *, limit: int | None = None) -> pd.DataFrame:
    """The records in the folder of a dataset, finished or not.

    Args:
        dataset_path: The dataset's folder.
        columns: For the order.
        limit: How many to read, from the start; None for all.
    """
    import pandas as pd

    frames: list[pd.DataFrame] = []
    missing = limit
    for file in record_files(dataset_path):
        frame = pd.read_parquet(file, dtype_backend="pyarrow")
        frames.append(frame if missing is None else frame.head(missing))
        if missing is not None:
            missing -= len(frames[-1])
            if missing <= 0:
                break
    if not frames:
        return pd.DataFrame()
    return in_order(pd.concat(frames, ignore_index=True), columns)


def count(dataset_path: Path) -> int:
    """How many records the folder of a dataset holds, from the files' footers."""
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(file).num_rows for file in record_files(dataset_path))


def record_files(dataset_path: Path) -> list[Path]:
    """The Parquet files of a dataset, in the order of its records."""
    return sorted((dataset_path / RECORDS_FOLDER).glob("batch_*.parquet"))
