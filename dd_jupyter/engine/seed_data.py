"""The records of a seed, whatever its kind, as a run would read them."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dd_jupyter.engine.designer import Settings, seed_readers
from dd_jupyter.errors import DDJupyterError, ResourceError

if TYPE_CHECKING:
    import pyarrow as pa
    from data_designer.config.seed_source import SeedSource
    from data_designer.engine.resources.seed_reader import SeedReader
    from data_designer.engine.secret_resolver import SecretResolver

BATCH_RECORDS = 2048
"""What DuckDB hands out at a time."""

BATCH_FILES = 16
"""What is read at a time where a record is a whole file."""

ROW_GROUP_BYTES = 4 << 20
ROW_GROUP_RECORDS = 1 << 16
"""Where a row group of the Parquet file ends: it is held in memory until then."""


@dataclass(frozen=True, slots=True)
class Written:
    """A Parquet file that was written.

    Attributes:
        rows: Its records.
        bytes: Its size.
        sha256: Of the file; the same for the same records, written by the same version of pyarrow.
        as_json: Columns whose lists and objects were written as JSON text, from which templates read them again.
    """

    rows: int
    bytes: int
    sha256: str
    as_json: tuple[str, ...] = ()


class SeedData:
    """A seed, read with the readers that a run has.

    Its methods block. Reading raises what the reader raises, of many kinds; writing a `ResourceError`.
    """

    def __init__(self, source: SeedSource, settings: Settings, secret_resolver: SecretResolver | None = None) -> None:
        """Read nothing yet.

        Args:
            source: As the configuration has it.
            settings: Those of the run: readers, and the deployment that Filesets are in.
            secret_resolver: Finds the token that a seed names; None for that of the settings.
        """
        self.source = source
        self._settings = settings
        self._secret_resolver = secret_resolver or settings.secret_resolver or _NoSecrets()
        self._attached: SeedReader[Any] | None = None

    def columns(self) -> list[str]:
        """Names of the columns, in order. Of text files only the beginning is read, of file contents nothing."""
        return list(self._reader.get_column_names())

    def num_records(self) -> int:
        """How many there are for a selection to count; where records come from files, the files."""
        return int(self._reader.get_seed_dataset_size())

    def write_parquet(self, path: Path, progress: Callable[[int], object] = lambda rows: None) -> Written:
        """Write all records, in their order and batch by batch.

        Args:
            path: The file, which is replaced.
            progress: Is told how many records are written; what it raises ends the writing.

        Raises:
            ResourceError: When the seed cannot be read, has no records, or does not fit into Parquet.
        """
        import pyarrow.parquet as pq

        with self._in_a_sentence("read"):
            reader = self._reader.create_batch_reader(batch_size=self._at_once, index_range=None, shuffle=False)
            batches = _batches(reader)
            first = next(batches, None)
        if first is None:
            raise ResourceError(f"{self._named} has no records, so there is nothing to make others from. Name another.")
        rows, as_json = 0, dict[str, None]()
        with tempfile.TemporaryFile(prefix="dd_jupyter-seed-") as spool:
            with self._in_a_sentence("read"):
                schema, tables = self._tables(_with_first(first, batches), spool, as_json)
            self._check(schema)
            with pq.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
                for group in self._row_groups(tables, schema):
                    with self._in_a_sentence("written as Parquet"):
                        writer.write_table(group)
                    rows += group.num_rows
                    progress(rows)
        if not rows:
            raise ResourceError(f"{self._named} has no records, so there is nothing to make others from. Name another.")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Written(rows, path.stat().st_size, digest, tuple(as_json))

    @property
    def _reader(self) -> SeedReader[Any]:
        if self._attached is None:
            from data_designer.engine.resources.seed_reader import SeedReaderRegistry

            registry = SeedReaderRegistry(readers=seed_readers(self._settings))
            self._attached = registry.get_reader(self.source, self._secret_resolver)
            if not self._reads_files(self._attached):
                # Else DuckDB draws a progress bar on standard output once it has read for two seconds.
                self._attached._get_duckdb_connection().execute("SET enable_progress_bar = false")
        return self._attached

    @staticmethod
    def _reads_files(reader: SeedReader[Any]) -> bool:
        """Whether its records come from files one by one."""
        from data_designer.engine.resources.seed_reader import FileSystemSeedReader

        return isinstance(reader, FileSystemSeedReader)

    @property
    def _at_once(self) -> int:
        return BATCH_FILES if self._reads_files(self._reader) else BATCH_RECORDS

    @property
    def _named(self) -> str:
        path = getattr(self.source, "path", None)
        return f"The seed, `{path}`," if path else "The seed"

    def _tables(
        self, batches: Iterable[Any], spool: Any, as_json: dict[str, None]
    ) -> tuple[pa.Schema, Iterator[pa.Table]]:
        """The schema of all records, and the records, of which some may still be unread."""
        import pyarrow as pa

        batches = iter(batches)
        first = next(batches)
        if isinstance(first, pa.RecordBatch):  # from DuckDB, which knows the types before the first record
            schema = pa.schema([pa.field(field.name, _plain(field.type)) for field in first.schema])
            return schema, (pa.Table.from_batches([batch]).cast(schema) for batch in _with_first(first, batches))
        return self._reconciled(_with_first(first, batches), spool, as_json)

    def _reconciled(
        self, batches: Iterable[Any], spool: Any, as_json: dict[str, None]
    ) -> tuple[pa.Schema, Iterator[pa.Table]]:
        """Records that come without types: these are known when all were seen, so they are put aside until then."""
        import pyarrow as pa

        types: dict[str, pa.DataType] = {}
        count = 0
        for batch in batches:
            table = self._typed(batch.to_pandas(), as_json)
            for field in table.schema:
                types[field.name] = self._common(field.name, types.get(field.name, pa.null()), field.type)
            with pa.ipc.new_stream(spool, table.schema) as stream:
                stream.write_table(table)
            count += 1
        spool.seek(0)
        # A column without any value is text to whoever reads it.
        fields = [pa.field(name, pa.string() if pa.types.is_null(kind) else kind) for name, kind in types.items()]
        schema = pa.schema(fields)

        def put_aside() -> Iterator[pa.Table]:
            for _ in range(count):
                with pa.ipc.open_stream(spool) as stream:
                    table = stream.read_all()
                with self._in_a_sentence("written as Parquet"):
                    yield table.select(schema.names).cast(schema, safe=True)

        return schema, put_aside()

    def _typed(self, frame: Any, as_json: dict[str, None]) -> pa.Table:
        """A batch of the library's as Arrow, lists and objects as JSON text."""
        import pyarrow as pa

        columns = {}
        for name in frame.columns:
            values = frame[name].tolist()
            if any(isinstance(value, dict | list | tuple) for value in values):
                as_json[str(name)] = None
                values = [self._json(str(name), value) for value in values]
            try:
                columns[str(name)] = pa.array(values, from_pandas=True)
            except (pa.ArrowException, OverflowError) as error:
                raise ResourceError(
                    f"{self._named} has values of different types in column `{name}`, which Parquet cannot hold. Make "
                    "them all text, for one."
                ) from error
        return pa.table(columns)

    def _json(self, column: str, value: Any) -> Any:
        if not isinstance(value, dict | list | tuple):
            return value
        try:
            return json.dumps(_as_templates_see(value), ensure_ascii=False)
        except (TypeError, ValueError) as error:
            raise ResourceError(
                f"{self._named} has values in column `{column}` that neither Parquet nor JSON can hold: {error}. Make "
                "them text."
            ) from error

    def _common(self, column: str, one: pa.DataType, other: pa.DataType) -> pa.DataType:
        import pyarrow as pa

        if one == other or pa.types.is_null(other):
            return one
        if pa.types.is_null(one):
            return other
        if {one, other} == {pa.int64(), pa.float64()}:
            return pa.float64()  # whole numbers with gaps; casting refuses those that would be rounded
        raise ResourceError(
            f"{self._named} has values of type {one} and of type {other} in column `{column}`, which Parquet cannot "
            "hold together. Make them all text, for one."
        )

    def _check(self, schema: pa.Schema) -> None:
        """Refuse types that Parquet does not have."""
        import io

        import pyarrow as pa
        import pyarrow.parquet as pq

        for field in schema:
            try:
                pq.ParquetWriter(io.BytesIO(), pa.schema([field]), version="2.6").close()
            except pa.ArrowException as error:
                raise ResourceError(
                    f"{self._named} has column `{field.name}` of type {field.type}, which Parquet cannot hold. Convert "
                    "it, to text for one."
                ) from error

    def _row_groups(self, tables: Iterator[pa.Table], schema: pa.Schema) -> Iterator[pa.Table]:
        """The records in pieces whose size follows from the records alone, not from how they came."""
        import pyarrow as pa

        group: list[pa.Table] = []
        rows = weight = 0
        for piece in self._pieces(tables):
            group.append(piece)
            rows += piece.num_rows
            weight += sum(_weight(chunk) for column in piece.columns for chunk in column.chunks)
            if weight >= ROW_GROUP_BYTES or rows >= ROW_GROUP_RECORDS:
                yield pa.concat_tables(group).combine_chunks()
                group, rows, weight = [], 0, 0
        if group:
            yield pa.concat_tables(group).combine_chunks()

    def _pieces(self, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        import pyarrow as pa

        size = self._at_once
        held: list[pa.Table] = []
        rows = 0
        while True:
            with self._in_a_sentence("read"):
                table = next(tables, None)
            if table is None:
                break
            while table.num_rows:
                part = table.slice(0, size - rows)
                table = table.slice(part.num_rows)
                held.append(part)
                rows += part.num_rows
                if rows == size:
                    yield pa.concat_tables(held)
                    held, rows = [], 0
        if held:
            yield pa.concat_tables(held)

    @contextmanager
    def _in_a_sentence(self, what: str) -> Iterator[None]:
        try:
            yield
        except DDJupyterError:
            raise
        except Exception as error:  # DuckDB, Arrow, pandas, the library and the disk raise all sorts
            why = " ".join(str(error).removeprefix("🛑 ").split()) or type(error).__name__
            raise ResourceError(f"{self._named} cannot be {what}: {why}") from error


class _NoSecrets:
    """For whoever reads seeds that need no token."""

    def resolve(self, secret: str) -> str:
        raise ResourceError("The seed names a token, and nothing was given that finds its value.")


def _batches(reader: Any) -> Iterator[Any]:
    """The library's batches, until it raises StopIteration."""
    while True:
        try:
            yield reader.read_next_batch()
        except StopIteration:
            return


def _with_first(first: Any, others: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from others


def _as_templates_see(value: Any) -> Any:
    """A value in which text that is a JSON object or list is one.

    Within lists and objects the library reads such text before it renders a template; within JSON text it does not.
    """
    match value:
        case dict():
            return {key: _as_templates_see(part) for key, part in value.items()}
        case list() | tuple():
            return [_as_templates_see(part) for part in value]
        case str() if value.lstrip()[:1] in ("{", "["):
            with suppress(ValueError):
                return json.loads(value)
    return value


def _plain(kind: pa.DataType) -> pa.DataType:
    """A type without dictionary, which is a matter of storage."""
    import pyarrow as pa

    return cast("pa.DictionaryType", kind).value_type if pa.types.is_dictionary(kind) else kind


def _weight(array: Any) -> int:
    """About how many bytes values take, counted so that it does not depend on how they lie in memory."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind, count = array.type, len(array)
    if pa.types.is_struct(kind):
        return sum(_weight(field) for field in array.flatten())
    if pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        return 4 * count + _weight(array.flatten())
    if pa.types.is_map(kind):
        return 4 * count + _weight(array.keys) + _weight(array.items)
    if pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_large_string(kind):
        letters = pc.sum(pc.binary_length(array))
        return 4 * count + (letters.as_py() or 0)
    try:
        return count * int(kind.bit_width) // 8
    except ValueError:
        return 8 * count
