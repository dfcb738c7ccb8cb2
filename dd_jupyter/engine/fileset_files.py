"""Files of a Fileset for DuckDB: found by one listing, read in the ranges that are asked for."""

from __future__ import annotations

import difflib
import io
import re
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fsspec.spec import AbstractFileSystem  # type: ignore[import-untyped]
from fsspec.utils import glob_translate  # type: ignore[import-untyped]
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random

from dd_jupyter.errors import (
    DDJupyterError,
    DeniedError,
    NotFoundError,
    ResourceError,
    ServicesError,
    UnreachableError,
)
from dd_jupyter.nemo import background
from dd_jupyter.nemo.files import FileReference

if TYPE_CHECKING:
    from dd_jupyter.nemo.deployment import Deployment

BLOCK_BYTES = 16 * 1024
"""What is kept or fetched as one. DuckDB asks for whole columns, which begin anywhere; of what lies between
them little is moved."""

SMALL_BYTES = 128 * 1024
AHEAD_BYTES = 1024 * 1024
"""What is fetched at least when a file is read on in small pieces, as compressed text is: 6 MB in 7 requests
and not in 193."""

FOOTER_BYTES = 64 * 1024
"""What is fetched at least of the end of a Parquet file: most have their columns and row groups in it, and DuckDB
would ask for its last bytes first, and for the rest when it has those."""

LARGEST_RANGE_BYTES = 8 * 1024 * 1024
"""What is fetched at once at most, and held in memory."""

TRIES = 4
"""A seed of gigabytes is read over minutes; one connection that breaks does not end the run."""

_BACK_OFF = wait_exponential(multiplier=0.3, max=10.0) + wait_random(0, 0.3)
_BUSY = {429, 502, 503, 504}
_READABLE = re.compile(r"\.(parquet|(csv|tsv|json|jsonl|ndjson)(\.gz|\.zst)?)$", re.IGNORECASE)
_WILDCARD = re.compile(r"[*?\[{]")
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class FilesetPath:
    """Where seed data is: ``[workspace/]fileset#path``, the path with wildcards perhaps."""

    workspace: str
    fileset: str
    path: str

    @classmethod
    def parse(cls, text: str, workspace: str) -> FilesetPath:
        """Read a seed source's path; `workspace` is meant where it names none."""
        reference = FileReference.parse(text)
        return cls(reference.workspace or workspace, reference.fileset, reference.path.lstrip("/"))

    def __str__(self) -> str:
        return f"{self.workspace}/{self.fileset}#{self.path}"


async def find_files(deployment: Deployment, place: FilesetPath) -> dict[str, int]:
    """The files that a path means, in order of their names, with their sizes in bytes.

    Raises:
        ResourceError: When the fileset or the file is not there, cannot be read, or is of no known format.
    """
    fileset = f"`{place.workspace}/{place.fileset}`"
    try:
        listed = await deployment.files.list_files(place.workspace, place.fileset)
    except NotFoundError as error:
        raise ResourceError(
            f"Fileset {fileset}, which holds the seed, is not in NeMo Services at {deployment.base_url}. Check its "
            "name in the configuration, or upload the seed there."
        ) from error
    except DeniedError as error:
        raise ResourceError(f"Fileset {fileset}, which holds the seed, may not be read: {error}") from error
    except ServicesError as error:
        raise ResourceError(f"Fileset {fileset}, which holds the seed, cannot be looked up: {error}") from error
    sizes = {file.path.lstrip("/"): file.size for file in listed}
    found = _meant(place.path, sizes)
    if not found:
        raise ResourceError(
            f"`{place.path}`, the seed, is not in Fileset {fileset}{_those_there(place.path, list(sizes))}. "
            "Correct the path in the configuration."
        )
    for name in found:
        if not _READABLE.search(name):
            raise ResourceError(
                f"`{name}` in Fileset {fileset}, the seed, is no Parquet, CSV, JSON or JSON Lines file by its name. "
                "Name one that is, with its extension."
            )
    return {name: sizes[name] for name in found}


@dataclass(frozen=True, slots=True)
class End:
    """The last bytes of a file.

    Attributes:
        start: Where they begin.
    """

    start: int
    data: bytes


async def read_end(deployment: Deployment, place: FilesetPath) -> End | None:
    """The end of the Parquet file that a path names, with its columns in it; None where that is not to be had.

    It can be asked for before it is known whether there is such a file.
    """
    if not _footer(place.path) or _WILDCARD.search(place.path):
        return None
    try:
        found = await deployment.files.read_end(place.workspace, place.fileset, place.path, FOOTER_BYTES)
    except ServicesError:
        return None  # whoever looks for the file says what is wrong
    return None if found is None else End(*found)


class FilesetFiles(AbstractFileSystem):
    """Files found in a Fileset as a file system that can only be read.

    Bytes that were read once are kept in a temporary file, as long as this lives: DuckDB reads text
    files from the beginning for the columns, for the number of records and for the records.

    Attributes:
        failure: Why reading failed last; DuckDB does not always hand on what a file system raises.
    """

    protocol = "fileset"
    cachable = False

    def __init__(
        self, deployment: Deployment, place: FilesetPath, sizes: Mapping[str, int], end: End | None = None
    ) -> None:
        """Make a file system; nothing is asked.

        Args:
            deployment: Whom to ask.
            place: What was looked for.
            sizes: What `find_files` found.
            end: What `read_end` gave.
        """
        super().__init__()
        self.failure: DDJupyterError | None = None
        self._deployment = deployment
        self._place = place
        self._root = f"{place.workspace}/{place.fileset}#"
        self._blocks = {
            self._root + name: _Blocks(size, self._fetcher(name), _footer(name)) for name, size in sizes.items()
        }
        if end is not None and place.path in sizes:
            self._blocks[self._root + place.path].keep(end)

    @property
    def uri(self) -> str:
        """What to ask DuckDB for."""
        return f"{self.protocol}://{self._root}{self._place.path}"

    def glob(self, path: str, **_options: Any) -> list[str]:
        """The files that a path means; with other paths than the one given to the constructor, that file alone."""
        path = self._strip_protocol(path)
        return [path] if path in self._blocks else list(self._blocks)

    def info(self, path: str, **_options: Any) -> dict[str, Any]:
        """Name, size and type of a file."""
        path = self._strip_protocol(path)
        if path not in self._blocks:
            raise FileNotFoundError(path)
        return {"name": path, "size": self._blocks[path].size, "type": "file"}

    def ls(self, path: str, detail: bool = True, **_options: Any) -> list[Any]:
        """All files; there are no folders."""
        return [self.info(name) if detail else name for name in self._blocks]

    def modified(self, path: str) -> datetime:
        """A fixed time: within the life of this, files are what they were when they were found."""
        return datetime.fromtimestamp(0, UTC)

    def _open(self, path: str, mode: str = "rb", **_options: Any) -> io.BufferedReader | _File:
        if mode != "rb":
            raise OSError(f"{path} can only be read.")
        return _File(self._blocks[self._strip_protocol(path)])

    def _fetcher(self, name: str) -> Callable[[int, int], bytes]:
        place, files = self._place, self._deployment.files

        async def read(start: int, end: int) -> bytes:
            tries = AsyncRetrying(
                retry=retry_if_exception(_may_pass), wait=_BACK_OFF, stop=stop_after_attempt(TRIES), reraise=True
            )
            return await tries(files.read, place.workspace, place.fileset, name, start, end)

        def fetch(start: int, end: int) -> bytes:
            try:
                data = background.wait_for(read(start, end))
            except ServicesError as error:
                self.failure = ResourceError(f"The seed, `{self._root}{name}`, cannot be read: {error}")
                raise self.failure from error
            if len(data) != end - start:
                self.failure = ResourceError(
                    f"The seed, `{self._root}{name}`, changed while it was read: {len(data)} bytes came where "
                    f"{end - start} were listed. Run it again when the file is complete."
                )
                raise self.failure
            return data

        return fetch


class _Blocks:
    """The bytes of one file: those read before from a temporary file, the others fetched."""

    def __init__(self, size: int, fetch: Callable[[int, int], bytes], footer: int) -> None:
        self.size = size
        self._fetch = fetch
        self._footer = footer
        self._there: set[int] = set()
        self._fetched_to: int | None = None
        self._file: Any = None
        self._lock = threading.Lock()

    def read(self, start: int, end: int) -> bytes:
        end = min(end, self.size)
        if start >= end:
            return b""
        for first, last in self._missing(self._first_wanted(start, end), self._last_wanted(start, end)):
            # Not under the lock: DuckDB reads columns in several threads, and each waits for the network.
            data = self._fetch(first * BLOCK_BYTES, min(last * BLOCK_BYTES, self.size))
            self._keep(first, last, data)
            self._fetched_to = last
        with self._lock:
            self._file.seek(start)
            there: bytes = self._file.read(end - start)
            return there

    def keep(self, end: End) -> None:
        """Keep the blocks that are whole in the end of the file."""
        if end.start + len(end.data) != self.size:
            return  # it changed since, which is told when it is read
        first = -(-end.start // BLOCK_BYTES)
        data = end.data[first * BLOCK_BYTES - end.start :]
        if data:
            self._keep(first, -(-self.size // BLOCK_BYTES), data)

    def _keep(self, first: int, last: int, data: bytes) -> None:
        with self._lock:
            if self._file is None:
                self._file = tempfile.TemporaryFile(prefix="dd_jupyter-seed-")  # noqa: SIM115
                weakref.finalize(self, self._file.close)
            self._file.seek(first * BLOCK_BYTES)
            self._file.write(data)
            self._there.update(range(first, last))

    def _first_wanted(self, start: int, end: int) -> int:
        """The first block to have: further to the front than asked where that is the end of the file."""
        if end == self.size and self._footer and not self._there:
            start = min(start, max(end - self._footer, 0))
        return start // BLOCK_BYTES

    def _last_wanted(self, start: int, end: int) -> int:
        """The block behind the last one to have: further on than asked where small pieces follow each other."""
        wanted = -(-end // BLOCK_BYTES)
        before = self._fetched_to
        if end - start > SMALL_BYTES or before is None or not start // BLOCK_BYTES <= before < wanted:
            return wanted
        ahead = min(before * BLOCK_BYTES + AHEAD_BYTES, self.size)
        return max(wanted, -(-ahead // BLOCK_BYTES))

    def _missing(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """Runs of blocks that are not there, none longer than a range may be."""
        longest = LARGEST_RANGE_BYTES // BLOCK_BYTES
        begun: int | None = None
        for block in range(first, last + 1):
            wanted = block < last and block not in self._there
            if begun is not None and (not wanted or block - begun == longest):
                yield begun, block
                begun = None
            if wanted and begun is None:
                begun = block


class _File(io.RawIOBase):
    """One open file; DuckDB opens several on the same bytes."""

    def __init__(self, blocks: _Blocks) -> None:
        self._blocks = blocks
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        end = self._blocks.size if size < 0 else self._at + size
        data = self._blocks.read(self._at, end)
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._blocks.size}[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True


def _footer(name: str) -> int:
    return FOOTER_BYTES if name.lower().endswith(".parquet") else 0


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, UnreachableError) or (isinstance(error, ServicesError) and error.status in _BUSY)


def _meant(path: str, names: dict[str, int]) -> list[str]:
    if path in names:
        return [path]
    if not _WILDCARD.search(path):
        return []
    pattern = re.compile(glob_translate(path))
    return sorted(name for name in names if pattern.match(name))


def _those_there(path: str, names: list[str]) -> str:
    if not names:
        return ", which has no files"
    nearest = difflib.get_close_matches(path, names, n=_NAMES_SHOWN, cutoff=0.3) or sorted(names)[:_NAMES_SHOWN]
    more = len(names) - len(nearest)
    return f", which has {', '.join(f'`{name}`' for name in nearest)}{f' and {more} more' if more else ''}"
