"""Data of any kind as the records and columns of a table, nothing of it converted before it is looked at."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dd_jupyter.display.table.comparable import Kind
from dd_jupyter.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Piece = Callable[[], "pa.Array"]
"""Gives the values of some records in a row, in a form that can be compared; may be called from any thread."""

PIECE_RECORDS = 65_536
"""What is converted at once: little memory, and a search that is no longer waited for ends soon."""

NAME_CHARACTERS = 300
"""A longer column name is cut: every table holds its names in the browser all the time."""


class Frame(Protocol):
    """Records, by their number from 0.

    Attributes:
        names: The columns; each name is there once.
        detail: What the data is, in words: "pandas DataFrame".
    """

    names: tuple[str, ...]
    detail: str

    def __len__(self) -> int: ...

    def rows(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """These records, in this order."""
        ...

    def values(self, name: str, numbers: range) -> list[Any]:
        """The values of some records in one column."""
        ...

    def head(self, records: int) -> pd.DataFrame:
        """The first records."""
        ...

    def dtype(self, name: str) -> str:
        """What the data itself calls the type of a column."""
        ...

    def looks_numeric(self, name: str) -> bool:
        """Whether a column holds numbers, as far as that can be told without reading it all."""
        ...

    def kind(self, name: str) -> Kind:
        """How the values of a column are compared."""
        ...

    def pieces(self, name: str) -> list[Piece]:
        """A column, piece by piece: see `comparable`."""
        ...

    def nulls(self, name: str) -> int | None:
        """Records without a value in a column; None where counting them would take long."""
        ...


def frame_of(data: Any, first: Sequence[str] = ()) -> Frame:
    """The records of a DataFrame, of anything that speaks Arrow, or of Parquet files.

    Args:
        data: A DataFrame or Series of pandas or polars, a pyarrow Table, anything else with
            ``__arrow_c_stream__``, a Parquet file, a folder of them or a list of them.
        first: Of Parquet files, columns that come first, where they are there.

    Raises:
        ConfigError: When it is none of these, or cannot be read.
    """
    pandas = sys.modules.get("pandas")  # what is not imported has made no DataFrame
    if pandas is not None and isinstance(data, pandas.Series):
        data = data.to_frame()
    if pandas is not None and isinstance(data, pandas.DataFrame):
        from dd_jupyter.display.table.pandas_frame import PandasFrame

        return PandasFrame(data)
    if isinstance(data, str | Path) or _is_list_of_paths(data):
        from dd_jupyter.display.table.parquet_frame import ParquetFrame, parquet_files

        return ParquetFrame(parquet_files(data), first)
    return _arrow_frame(data)


def unique_names(labels: Iterable[Any]) -> tuple[str, ...]:
    """Column labels of any type as names of which each is there once: "a", "a (2)"."""
    names: dict[str, None] = {}
    for label in labels:
        written = " · ".join(map(str, label)) if isinstance(label, tuple) else str(label)
        short = written if len(written) <= NAME_CHARACTERS else written[: NAME_CHARACTERS - 1] + "…"
        name, more = short, 2
        while name in names:
            name, more = f"{short} ({more})", more + 1
        names[name] = None
    return tuple(names)


def _is_list_of_paths(data: Any) -> bool:
    return isinstance(data, list | tuple) and bool(data) and all(isinstance(item, str | Path) for item in data)


def _arrow_frame(data: Any) -> Frame:
    import pyarrow as pa

    from dd_jupyter.display.table.arrow_frame import ArrowFrame

    # polars is no dependency of ours, so it is known by its name.
    of_polars = type(data).__module__.partition(".")[0] == "polars"
    if of_polars and hasattr(data, "collect"):
        raise ConfigError("A LazyFrame has no records yet. Give its result instead: `ddj.table(frame.collect())`.")
    if of_polars and hasattr(data, "to_frame"):
        data = data.to_frame()
    detail = f"{type(data).__module__.partition('.')[0]} {type(data).__name__}"
    try:
        if of_polars and hasattr(data, "to_arrow"):
            return ArrowFrame(data.to_arrow(), detail)
        if isinstance(data, pa.Table):
            return ArrowFrame(data, detail)
        if hasattr(data, "__arrow_c_stream__") or isinstance(data, pa.RecordBatch):
            return ArrowFrame(pa.table(data), detail)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise ConfigError(f"The {detail} cannot be read as a table: {error}.") from error
    raise ConfigError(
        f"A {type(data).__name__} is no table. Give a DataFrame of pandas or polars, an Arrow table, or the path of "
        "Parquet files."
    )
