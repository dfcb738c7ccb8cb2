"""Parquet files of any size as the records and columns of a table; they are never in memory whole."""

from __future__ import annotations

import bisect
import functools
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dd_jupyter.display import values
from dd_jupyter.display.answers.awaiting import check
from dd_jupyter.display.table.arrow_frame import as_pandas
from dd_jupyter.display.table.comparable import Kind, comparable, kind_of, python
from dd_jupyter.display.table.frames import Piece, unique_names
from dd_jupyter.display.table.unpacked import BATCH_RECORDS, Unpacked
from dd_jupyter.errors import ConfigError, NotReadyError
from dd_jupyter.execution.dataset import RECORDS_FOLDER

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq


class _Group(NamedTuple):
    file: Path
    number: int
    records: int


class ParquetFrame:
    """Parquet files, one after the other."""

    def __init__(self, files: Sequence[Path], first: Sequence[str] = ()) -> None:
        """Read the footers of the files.

        Args:
            files: In the order of their records.
            first: Columns that come first, where they are there.

        Raises:
            ConfigError: When one cannot be read.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.detail = "Parquet file" if len(files) == 1 else f"{len(files):,} Parquet files"
        self._groups: list[_Group] = []
        schemas: dict[pa.Schema, None] = {}
        for file in files:
            try:
                metadata = pq.read_metadata(file)
                schemas[metadata.schema.to_arrow_schema().remove_metadata()] = None
            except (OSError, pa.ArrowException) as error:
                raise ConfigError(f"`{file}` cannot be read as Parquet: {error}.") from error
            self._groups += (
                _Group(file, index, rows)
                for index in range(metadata.num_row_groups)
                if (rows := metadata.row_group(index).num_rows)
            )
        there = _together(list(schemas))
        real = [*(name for name in first if name in there), *(name for name in there if name not in set(first))]
        self._schema: pa.Schema = pa.schema([pa.field(name, there[name]) for name in real])
        self.names = unique_names(real)
        self._of_name = dict(zip(self.names, real, strict=True))
        self._ends = list(itertools.accumulate(group.records for group in self._groups))
        self._unpacked = Unpacked(functools.partial(_batches, self._groups, self._schema))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def rows(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """These records, in this order."""
        groups = [bisect.bisect_right(self._ends, int(number)) for number in numbers]
        places = [(at, int(number) - self._start(at)) for at, number in zip(groups, numbers, strict=True)]
        found = self._unpacked.records(places, check())
        return [dict(zip(self.names, row, strict=True)) for row in found]

    def values(self, name: str, numbers: range) -> list[Any]:
        """The values of some records in one column."""
        found: list[Any] = []
        group = bisect.bisect_right(self._ends, numbers.start)
        while len(found) < len(numbers):
            column = self._only(self._groups[group], name)
            found += map(python, column.slice(max(0, numbers.start - self._start(group)), len(numbers) - len(found)))
            group += 1
        return found

    def head(self, records: int) -> pd.DataFrame:
        """The first records."""
        import pyarrow as pa

        tables, missing = [], records
        groups = (_batches(self._groups, self._schema, at) for at in range(len(self._groups)))
        for batch in itertools.chain.from_iterable(groups):
            tables.append(batch.slice(0, missing))
            missing -= len(tables[-1])
            if missing <= 0:
                break
        table = pa.concat_tables(tables) if tables else self._schema.empty_table()
        return as_pandas(table.rename_columns(list(self.names)))

    def dtype(self, name: str) -> str:
        """What Arrow calls the type of a column."""
        return str(self._schema.field(self._of_name[name]).type)

    def looks_numeric(self, name: str) -> bool:
        """Whether a column holds numbers."""
        return self.kind(name) == "number"

    def kind(self, name: str) -> Kind:
        """How the values of a column are compared."""
        return kind_of(self._schema.field(self._of_name[name]).type)

    def pieces(self, name: str) -> list[Piece]:
        """A column, a row group at a time, and no other column with it."""
        return [lambda group=group: self._column(group, name) for group in self._groups]  # type: ignore[misc]

    def nulls(self, name: str) -> int | None:
        """Records without a value in a column: not counted, as it would have to be read."""
        return None

    def _start(self, group: int) -> int:
        return self._ends[group] - self._groups[group].records

    def _column(self, group: _Group, name: str) -> pa.Array:
        import pyarrow as pa

        pieces = [comparable(chunk) for chunk in self._only(group, name).chunks]
        return pieces[0] if len(pieces) == 1 else pa.concat_arrays(pieces)

    def _only(self, group: _Group, name: str) -> pa.ChunkedArray:
        """One column of a row group."""
        import pyarrow as pa

        wanted = self._schema.field(self._of_name[name])
        with _opened(group.file) as file:
            if wanted.name not in file.schema_arrow.names:
                return pa.chunked_array([pa.nulls(group.records, wanted.type)])
            return _as_type(file.read_row_group(group.number, columns=[wanted.name]).column(wanted.name), wanted.type)


def parquet_files(data: Any) -> list[Path]:
    """The Parquet files that a path, a folder or a list of paths stands for.

    Raises:
        ConfigError: When there is none.
    """
    paths = [Path(data)] if isinstance(data, str | Path) else [Path(path) for path in data]
    files = [file for path in paths for file in (_in_folder(path) if path.is_dir() else [path])]
    if not files:
        raise ConfigError(f"There is no Parquet file in `{paths[0]}`. Name the folder that holds the records.")
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        raise ConfigError(f"There is no file `{missing}`. Give a Parquet file, a folder of them or a list of them.")
    return files


def _in_folder(folder: Path) -> list[Path]:
    """The files with records. In the folder of a dataset those of processors and dropped columns are beside them."""
    records = folder / RECORDS_FOLDER
    return sorted((records if records.is_dir() else folder).rglob("*.parquet"))


@contextmanager
def _opened(file: Path) -> Iterator[pq.ParquetFile]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file) as opened:
            yield opened
    except (OSError, pa.ArrowException) as error:
        raise NotReadyError(f"`{file}` cannot be read any more: {error}. Run the cell again.") from error


def _batches(groups: Sequence[_Group], schema: pa.Schema, at: int) -> Iterator[pa.Table]:
    """A row group from its first record on, `BATCH_RECORDS` at a time."""
    import pyarrow as pa

    with _opened(groups[at].file) as file:
        for batch in file.iter_batches(batch_size=BATCH_RECORDS, row_groups=[groups[at].number]):
            there = dict(zip(batch.schema.names, batch.columns, strict=True))
            columns = [
                _as_type(pa.chunked_array([there[field.name]]), field.type)
                if field.name in there
                else pa.chunked_array([pa.nulls(len(batch), field.type)])
                for field in schema
            ]
            yield pa.table(columns, schema=schema)


def _together(schemas: Sequence[pa.Schema]) -> dict[str, pa.DataType]:
    """The columns of all files. A batch without any value has another type than the next one, for example."""
    types: dict[str, pa.DataType] = {}
    for schema in schemas:
        for field in schema:
            types[field.name] = _common(types.get(field.name, field.type), field.type)
    return types


def _common(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """A type for the values of both; texts where there is no other."""
    import pyarrow as pa

    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    schemas = [pa.schema([pa.field("c", dtype)]) for dtype in (one, other)]
    try:
        found = pa.unify_schemas(schemas, promote_options="permissive").field("c").type
    except pa.ArrowException:
        return pa.large_string()
    return pa.large_string() if pa.types.is_nested(found) else found


def _as_type(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    """A column of one file in the type that all files have in common."""
    import pyarrow as pa

    if column.type == wanted:
        return column
    if not pa.types.is_large_string(wanted) or pa.types.is_string(column.type):
        return column.cast(wanted)
    return pa.chunked_array([pa.array([values.written(python(value)) for value in column], wanted)])
