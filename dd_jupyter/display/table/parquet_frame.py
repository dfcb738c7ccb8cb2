"""Parquet files of any size as the records and columns of a table; they are never in memory whole."""

from __future__ import annotations

import bisect
import itertools
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dd_jupyter.display.table.arrow_frame import as_pandas
from dd_jupyter.display.table.comparable import Kind, comparable, kind_of, python
from dd_jupyter.display.table.frames import PIECE_RECORDS, Piece, unique_names
from dd_jupyter.errors import ConfigError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

UNPACKED_BYTES = 2 * 2**30
"""Room in the temporary folder for row groups that were looked at. There, one record is found at once, while
Parquet has to be unpacked from the group's first record on."""


class _Group(NamedTuple):
    file: Path
    index: int
    records: int


class ParquetFrame:
    """Parquet files, one after the other."""

    def __init__(self, files: Sequence[Path], first: Sequence[str] = ()) -> None:
        """Read the footers of the files.

        Args:
            files: In the order of their records. Columns are those of the first one.
            first: Columns that come first, where they are there.

        Raises:
            ConfigError: When one cannot be read.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.detail = "Parquet file" if len(files) == 1 else f"{len(files):,} Parquet files"
        self._groups: list[_Group] = []
        for at, file in enumerate(files):
            try:
                metadata = pq.read_metadata(file)
                if at == 0:
                    self._schema: pa.Schema = pq.read_schema(file)
            except (OSError, pa.ArrowException) as error:
                raise ConfigError(f"`{file}` cannot be read as Parquet: {error}.") from error
            self._groups += (
                _Group(file, index, rows)
                for index in range(metadata.num_row_groups)
                if (rows := metadata.row_group(index).num_rows)
            )
        there = dict.fromkeys(self._schema.names)
        self._real = [*(name for name in first if name in there), *(name for name in there if name not in set(first))]
        self.names = unique_names(self._real)
        self._of_name = dict(zip(self.names, self._real, strict=True))
        self._ends = list(itertools.accumulate(group.records for group in self._groups))
        self._unpacked: OrderedDict[int, tuple[pa.Table, Path, int]] = OrderedDict()
        self._unpacking = threading.Lock()

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def rows(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """These records, in this order."""
        wanted: dict[int, list[int]] = {}
        for number in map(int, numbers):
            wanted.setdefault(bisect.bisect_right(self._ends, number), []).append(number)
        found: dict[int, dict[str, Any]] = {}
        for group, members in wanted.items():
            start = self._ends[group] - self._groups[group].records
            table = self._table(group)
            for number in members:
                values = (python(table.column(at)[number - start]) for at in range(table.num_columns))
                found[number] = dict(zip(self.names, values, strict=True))
        return [found[int(number)] for number in numbers]

    def values(self, name: str, numbers: range) -> list[Any]:
        """The values of some records in one column."""
        found: list[Any] = []
        group = bisect.bisect_right(self._ends, numbers.start)
        while len(found) < len(numbers):
            start = self._ends[group] - self._groups[group].records
            column = self._only(self._groups[group], name)
            found += map(python, column.slice(max(0, numbers.start - start), len(numbers) - len(found)))
            group += 1
        return found

    def head(self, records: int) -> pd.DataFrame:
        """The first records."""
        import pyarrow as pa

        tables, missing = [], records
        for group in range(len(self._groups)):
            tables.append(self._table(group).slice(0, missing))
            missing -= len(tables[-1])
            if missing <= 0:
                break
        table = pa.concat_tables(tables) if tables else self._wanted_schema.empty_table()
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

    @cached_property
    def _wanted_schema(self) -> pa.Schema:
        import pyarrow as pa

        return pa.schema([self._schema.field(name) for name in self._real])

    @cached_property
    def _folder(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(prefix="dd_jupyter-", ignore_cleanup_errors=True)

    def _column(self, group: _Group, name: str) -> pa.Array:
        import pyarrow as pa

        pieces = [comparable(chunk) for chunk in self._only(group, name).chunks]
        return pieces[0] if len(pieces) == 1 else pa.concat_arrays(pieces)

    def _only(self, group: _Group, name: str) -> pa.ChunkedArray:
        """One column of a row group."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        wanted = self._schema.field(self._of_name[name])
        with pq.ParquetFile(group.file) as file:
            if wanted.name not in file.schema_arrow.names:
                return pa.chunked_array([pa.nulls(group.records, wanted.type)])
            return _as_type(file.read_row_group(group.index, columns=[wanted.name]).column(wanted.name), wanted.type)

    def _table(self, group: int) -> pa.Table:
        """A row group, unpacked on disk and mapped from there, so that it takes no memory of its own."""
        import pyarrow as pa

        with self._unpacking:
            if group in self._unpacked:
                self._unpacked.move_to_end(group)
                return self._unpacked[group][0]
            file = Path(self._folder.name) / f"{group}.arrow"
            with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, self._wanted_schema) as writer:
                for batch in self._read(group).to_batches(max_chunksize=PIECE_RECORDS):
                    writer.write_batch(batch)
            table = pa.ipc.open_file(pa.memory_map(str(file))).read_all()
            self._unpacked[group] = (table, file, file.stat().st_size)
            while len(self._unpacked) > 1 and sum(size for _, _, size in self._unpacked.values()) > UNPACKED_BYTES:
                _, (_, oldest, _) = self._unpacked.popitem(last=False)
                oldest.unlink(missing_ok=True)
            return table

    def _read(self, group: int) -> pa.Table:
        import pyarrow as pa
        import pyarrow.parquet as pq

        part = self._groups[group]
        with pq.ParquetFile(part.file) as file:
            table = file.read_row_group(part.index)
        columns = [
            _as_type(table.column(field.name), field.type)
            if field.name in table.column_names
            else pa.chunked_array([pa.nulls(len(table), field.type)])
            for field in self._wanted_schema
        ]
        return pa.table(columns, schema=self._wanted_schema)


def parquet_files(data: Any) -> list[Path]:
    """The Parquet files that a path, a folder or a list of paths stands for.

    Raises:
        ConfigError: When there is none.
    """
    paths = [Path(data)] if isinstance(data, str | Path) else [Path(path) for path in data]
    files = [file for path in paths for file in (sorted(path.rglob("*.parquet")) if path.is_dir() else [path])]
    if not files:
        raise ConfigError(f"There is no Parquet file in `{paths[0]}`. Name the folder that holds the records.")
    missing = next((file for file in files if not file.is_file()), None)
    if missing is not None:
        raise ConfigError(f"There is no file `{missing}`. Give a Parquet file, a folder of them or a list of them.")
    return files


def _as_type(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    """A column of one file as the first one has it: what was found in a batch may differ from batch to batch."""
    import pyarrow as pa

    from dd_jupyter.display import values

    if column.type == wanted:
        return column
    try:
        return column.cast(wanted)
    except pa.ArrowException:
        if not pa.types.is_string(wanted) and not pa.types.is_large_string(wanted):
            return pa.chunked_array([pa.nulls(len(column), wanted)])
        return pa.chunked_array([pa.array([values.written(python(value)) for value in column], wanted)])
