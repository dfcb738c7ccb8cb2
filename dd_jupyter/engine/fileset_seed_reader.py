"""Reads seeds that are in Filesets of NeMo Services, wherever the library runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from data_designer.engine.resources.seed_reader import SeedReader

from dd_jupyter.engine.fileset_files import FilesetFiles, FilesetPath, find_files
from dd_jupyter.nemo import background

if TYPE_CHECKING:
    import duckdb
    from data_designer.config.seed_source import SeedSource

    from dd_jupyter.nemo.deployment import Deployment


class FilesetSeedReader(SeedReader[Any]):
    """Reads Parquet, CSV and JSON of a Fileset through DuckDB, which asks for the bytes that it needs.

    A run says which deployment; the library by itself makes a reader without arguments, which goes by
    environment and config file when it is first used.

    Raises:
        ResourceError: When the fileset or its files are not there or cannot be read.
    """

    seed_type: ClassVar[str]

    def __init__(self, deployment: Callable[[], Deployment] | None = None) -> None:
        self._deployment = deployment
        self._files: FilesetFiles | None = None

    def get_seed_type(self) -> str:
        """The tag on the wire."""
        return self.seed_type

    def on_attach(self) -> None:
        """Forget the files of the seed before."""
        self._files = None

    def create_duckdb_connection(self) -> duckdb.DuckDBPyConnection:
        """A connection that knows the files."""
        connection = connect()
        connection.register_filesystem(self._found())
        return connection

    def get_dataset_uri(self) -> str:
        """What to ask DuckDB for, as the library puts it into SQL: unescaped."""
        return self._found().uri.replace("'", "''")

    def get_seed_dataset_size(self) -> int:
        """Records in the seed."""
        with self._in_a_sentence():
            size: int = super().get_seed_dataset_size()
            return size

    def get_column_names(self) -> list[str]:
        """Columns of the seed."""
        with self._in_a_sentence():
            names: list[str] = super().get_column_names()
            return names

    def create_batch_reader(self, **how: Any) -> _Batches:
        """Records of the seed, batch by batch."""
        with self._in_a_sentence():
            return _Batches(super().create_batch_reader(**how), self._in_a_sentence)

    def _found(self) -> FilesetFiles:
        if self._files is None:
            from dd_jupyter.nemo.deployment import current

            deployment = (self._deployment or current)()
            place = FilesetPath.parse(self.source.path, deployment.workspace)
            sizes = background.wait_for(find_files(deployment, place))
            self._files = FilesetFiles(deployment, place, sizes)
        return self._files

    @contextmanager
    def _in_a_sentence(self) -> Iterator[None]:
        """Raise what the file system raised; DuckDB makes an error of its own of it."""
        try:
            yield
        except Exception as error:
            if self._files is not None and self._files.failure is not None:
                raise self._files.failure from error
            raise


class NmpFilesetSeedReader(FilesetSeedReader):
    """For the tag of NeMo Platform."""

    seed_type = "nmp"


class NhxFilesetSeedReader(FilesetSeedReader):
    """For the tag of NeMo Helix."""

    seed_type = "nhx"


FILESET_SEED_READERS = (NmpFilesetSeedReader, NhxFilesetSeedReader)


class _ReaderOfFound(FilesetSeedReader):
    """For one seed whose files are found, with a connection that was made while they were looked for."""

    def __init__(self, files: FilesetFiles, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__()
        self._there = files
        self._connection = connection

    def create_duckdb_connection(self) -> duckdb.DuckDBPyConnection:
        self._connection.register_filesystem(self._found())
        return self._connection

    def _found(self) -> FilesetFiles:
        self._files = self._there
        return self._there


def connect() -> duckdb.DuckDBPyConnection:
    """A connection to DuckDB, which takes longer to make than columns to read: 10 ms."""
    import duckdb

    return duckdb.connect()


def columns(source: SeedSource, files: FilesetFiles, connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Columns of a seed whose files are found, as the library's reader sees them."""
    return _reader(source, files, connection).get_column_names()


def columns_and_size(
    source: SeedSource, files: FilesetFiles, connection: duckdb.DuckDBPyConnection
) -> tuple[list[str], int]:
    """The same, and how many records there are, for which text files are read to their end."""
    reader = _reader(source, files, connection)
    return reader.get_column_names(), reader.get_seed_dataset_size()


def _reader(source: SeedSource, files: FilesetFiles, connection: duckdb.DuckDBPyConnection) -> _ReaderOfFound:
    from data_designer.engine.secret_resolver import PlaintextResolver

    reader = _ReaderOfFound(files, connection)
    reader.attach(source, PlaintextResolver())
    return reader


class _Batches:
    """The library's batches, with the reader's words for what goes wrong on the way."""

    def __init__(self, batches: Any, in_a_sentence: Callable[[], Any]) -> None:
        self._batches = batches
        self._in_a_sentence = in_a_sentence

    def read_next_batch(self) -> Any:
        try:
            with self._in_a_sentence():
                return self._batches.read_next_batch()
        except StopIteration:
            raise
