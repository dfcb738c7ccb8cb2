"""An Arrow table as the records and columns of a table; nothing of it is copied."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dd_jupyter.display.table.comparable import Kind, comparable, kind_of, python
from dd_jupyter.display.table.frames import PIECE_RECORDS, Piece, unique_names

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


class ArrowFrame:
    """An Arrow table."""

    def __init__(self, table: pa.Table, detail: str) -> None:
        self.names = unique_names(table.column_names)
        self.detail = detail
        self._table = table
        self._columns: dict[str, pa.ChunkedArray] = dict(zip(self.names, table.columns, strict=True))

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def rows(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """These records, in this order."""
        columns = [picked(column, numbers) for column in self._columns.values()]
        return rows_of(self.names, columns, len(numbers))

    def values(self, name: str, numbers: range) -> list[Any]:
        """The values of some records in one column."""
        return [python(value) for value in self._columns[name].slice(numbers.start, len(numbers))]

    def head(self, records: int) -> pd.DataFrame:
        """The first records."""
        return as_pandas(self._table.rename_columns(list(self.names)).slice(0, records))

    def dtype(self, name: str) -> str:
        """What Arrow calls the type of a column."""
        return str(self._columns[name].type)

    def looks_numeric(self, name: str) -> bool:
        """Whether a column holds numbers."""
        return self.kind(name) == "number"

    def kind(self, name: str) -> Kind:
        """How the values of a column are compared."""
        return kind_of(self._columns[name].type)

    def pieces(self, name: str) -> list[Piece]:
        """A column, piece by piece."""
        return pieces_of(self._columns[name])

    def nulls(self, name: str) -> int | None:
        """Records without a value in a column."""
        return nulls_of(self._columns[name])


def rows_of(names: Sequence[str], columns: Sequence[Sequence[Any]], records: int) -> list[dict[str, Any]]:
    """Columns as records; of a table without columns they are there, and empty."""
    rows = zip(*columns, strict=True) if columns else itertools.repeat((), records)
    return [dict(zip(names, row, strict=True)) for row in rows]


def picked(column: pa.ChunkedArray, numbers: Sequence[int]) -> list[Any]:
    """Some values of a column. Arrow's own `take` puts all chunks of a text column together first."""
    return [python(column[int(number)]) for number in numbers]


def pieces_of(column: pa.ChunkedArray) -> list[Piece]:
    """A column of Arrow, piece by piece."""
    return [
        lambda chunk=chunk, start=start: comparable(chunk.slice(start, PIECE_RECORDS))  # type: ignore[misc]
        for chunk in column.chunks
        for start in range(0, len(chunk), PIECE_RECORDS)
    ]


def nulls_of(column: pa.ChunkedArray) -> int:
    """Values that are missing, those that are not a number among them."""
    import pyarrow.compute as pc
    import pyarrow.types as types

    if types.is_float32(column.type) or types.is_float64(column.type):
        return int(pc.sum(pc.is_null(column, nan_is_null=True)).as_py() or 0)
    return int(column.null_count)


def as_pandas(table: pa.Table) -> pd.DataFrame:
    """A few records for pandas, with the types that they have."""
    import pandas as pd

    frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
    return frame
