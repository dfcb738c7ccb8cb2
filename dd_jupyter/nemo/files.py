"""The Files API: filesets, and the files in them.

What the service of nemo-platform 0.3.0 does, seen on the wire: a Range is answered with 206 and
Content-Range, one that begins or ends beyond the file, and any in an empty file, with 416. There is no
ETag, no Last-Modified and no checksum, in no answer, and If-Range is ignored: of a file only path and size are
known. A listing is not paged and takes a folder (or one file) as ``path``; an upload replaces a file at
once, so an answer that has begun goes on with what the file was.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dd_jupyter.errors import RefusedError
from dd_jupyter.nemo.answers import Answer, read, read_page

if TYPE_CHECKING:
    import httpx

from dd_jupyter.nemo.http import Http

CHUNK_BYTES = 1 << 20
"""How much of a file whoever streams it should hold at once."""

PAGE_SIZE = 100
"""The most that the listing of filesets gives in one answer; more is refused with 422."""


class Fileset(Answer):
    """A folder of files in a workspace.

    Attributes:
        id: Its own for ever: one that is deleted and made again has another.
        storage: Where the service keeps the files; ``{"type": "local", ...}`` for one.
    """

    id: str
    name: str
    workspace: str
    description: str = ""
    purpose: str = "generic"
    storage: Mapping[str, Any] = {}
    created_at: str = ""
    updated_at: str = ""


class FileInfo(Answer):
    """A file in a fileset.

    Attributes:
        path: Below the fileset, parted by slashes. The server says so: check it before it becomes a path on disk.
        size: In bytes.
    """

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class FileReference:
    """A place in a fileset, written ``[workspace/]fileset#path``.

    Attributes:
        workspace: None where the reference names none.
        path: A file, a folder, or a pattern; below the fileset.
    """

    workspace: str | None
    fileset: str
    path: str

    @classmethod
    def parse(cls, text: str) -> FileReference:
        """Read a reference.

        Raises:
            RefusedError: When it has another form.
        """
        place, hash_sign, path = text.partition("#")
        parts = place.split("/")
        if not hash_sign or len(parts) > 2 or not all(parts) or not path.strip("/") or any(c.isspace() for c in place):
            raise RefusedError(
                f"`{text}` is no reference to a file in NeMo Services. Write `workspace/fileset#path`, or "
                "`fileset#path` for the workspace that is connected."
            )
        return cls(parts[0] if len(parts) == 2 else None, parts[-1], path)

    def __str__(self) -> str:
        place = self.fileset if self.workspace is None else f"{self.workspace}/{self.fileset}"
        return f"{place}#{self.path}"


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file that is being read.

    Attributes:
        start: The first byte that comes: 0 where the server pays no heed to a Range.
        size: The size of the whole file as told with the answer; None where it was not told.
        validator: The strong ETag, or Last-Modified, if the server gave one; else "".
    """

    start: int
    size: int | None
    validator: str
    _http: Http
    _response: httpx.Response

    def chunks(self) -> AsyncIterator[bytes]:
        """The bytes as they arrive, in pieces of some kilobytes, so that of a body that breaks nothing is lost.

        Raises:
            UnreachableError: When the connection breaks before the end.
        """
        return self._http.chunks(self._response)


class Files:
    """The Files API of one deployment; every method raises a `ServicesError` where it is refused."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def filesets(self, workspace: str) -> list[Fileset]:
        """All filesets of a workspace, by name. Each job has one too: ``job-fileset-JOB``."""
        found: list[Fileset] = []
        page, pages = 1, 1
        while page <= pages:
            params = {"page": page, "page_size": PAGE_SIZE}
            answer = await self._http.get(_filesets(workspace), params=params)
            entries, pages = read_page(Fileset, answer)
            found += entries
            page += 1
        return sorted(found, key=lambda fileset: fileset.name)

    async def fileset(self, workspace: str, name: str) -> Fileset:
        """One fileset.

        Raises:
            NotFoundError: When there is none of that name.
        """
        return read(Fileset, await self._http.get(_fileset(workspace, name)))

    async def create_fileset(
        self,
        workspace: str,
        name: str,
        *,
        description: str = "",
        purpose: str = "generic",
        storage: Mapping[str, Any] | None = None,
        cache: bool = False,
    ) -> Fileset:
        """Make an empty fileset.

        Args:
            workspace: Where.
            name: Letters, digits, underscores, hyphens and dots.
            description: For people.
            purpose: "generic", "dataset" or "model".
            storage: Where to keep the files; None for the deployment's own storage.
            cache: Have the deployment keep what it reads from a storage of somebody else's.

        Raises:
            ConflictError: When there is one of that name.
        """
        body: dict[str, Any] = {"name": name, "description": description, "purpose": purpose}
        if storage is not None:
            body["storage"] = dict(storage)
        if cache:
            body["cache"] = True
        return read(Fileset, await self._http.post(_filesets(workspace), json=body))

    async def delete_fileset(self, workspace: str, name: str) -> None:
        """Delete a fileset with all its files."""
        await self._http.delete(_fileset(workspace, name))

    async def list_files(self, workspace: str, fileset: str, prefix: str = "") -> list[FileInfo]:
        """The files of a fileset, by path.

        Args:
            workspace: Where the fileset is.
            fileset: Its name.
            prefix: A folder, or one file, to look at only; "" for all.
        """
        folder = prefix.strip("/")
        params = {"path": folder} if folder else None
        answer = await self._http.get(f"{_fileset(workspace, fileset)}/files", params=params)
        found, _ = read_page(FileInfo, answer)
        # Object stores know prefixes, not folders: asked for `a` they may tell of `ab` too.
        inside = [file for file in found if not folder or file.path == folder or file.path.startswith(f"{folder}/")]
        return sorted(inside, key=lambda file: file.path)

    async def head(self, workspace: str, fileset: str, path: str) -> FileInfo:
        """One file, without reading it.

        Raises:
            NotFoundError: When it is not there.
        """
        headers = await self._http.head(_file(workspace, fileset, path))
        return FileInfo(path=path, size=int(headers["content-length"]))

    @asynccontextmanager
    async def stream(
        self, workspace: str, fileset: str, path: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[OpenFile]:
        """Read a file, or a part of it, as it comes; made once, never again.

        Args:
            workspace: Where the fileset is.
            fileset: Its name.
            path: The file.
            start: The first byte. Where the answer begins says `OpenFile.start`: not every server can skip.
            end: The byte after the last one, not beyond the file; None for the file's end.

        Raises:
            ServicesError: With status 416, when `start` or `end` is beyond the file.
        """
        # What is compressed on the way has another length than the file.
        headers = {"accept-encoding": "identity"}
        if start or end is not None:
            headers["range"] = f"bytes={start}-{'' if end is None else end - 1}"
        async with self._http.stream("GET", _file(workspace, fileset, path), headers=headers) as response:
            first, size = _place(response)
            yield OpenFile(first, size, _validator(response.headers), self._http, response)

    async def read(self, workspace: str, fileset: str, path: str, start: int = 0, end: int | None = None) -> bytes:
        """A file, or the part of it from `start` until before `end`, in memory.

        Raises:
            ServicesError: With status 416, when `start` or `end` is beyond the file.
        """
        if end is not None and end <= start:
            return b""
        read = bytearray()
        async with self.stream(workspace, fileset, path, start, end) as file:
            skip = start - file.start
            wanted = None if end is None else end - file.start
            async for chunk in file.chunks():
                read += chunk
                if wanted is not None and len(read) >= wanted:
                    break  # a server that pays no heed to a Range would send the whole file
        return bytes(read[skip:wanted])

    async def read_end(self, workspace: str, fileset: str, path: str, length: int) -> tuple[int, bytes] | None:
        """The last bytes of a file whose size need not be known, and where they begin.

        Returns:
            The first byte, and at most `length` bytes from there to the end; None where the server cannot skip.
        """
        headers = {"accept-encoding": "identity", "range": f"bytes=-{length}"}
        async with self._http.stream("GET", _file(workspace, fileset, path), headers=headers) as response:
            first, size = _place(response)
            if size is None or size - first > length:
                return None
            return first, b"".join([chunk async for chunk in self._http.chunks(response)])

    async def upload(
        self, workspace: str, fileset: str, path: str, content: AsyncIterator[bytes] | bytes, *, size: int | None = None
    ) -> FileInfo:
        """Put a file in a fileset; one of that path is replaced, whole and at once.

        Args:
            workspace: Where the fileset is.
            fileset: Its name.
            path: Where in the fileset; folders are made.
            content: The bytes, or what gives them piece by piece; pieces are sent as they come.
            size: How many bytes `content` will give; when told it is checked against what arrived.

        Raises:
            ServicesError: When something else arrived than was sent.
        """
        answer = await self._http.upload(_file(workspace, fileset, path), content)
        stored = read(FileInfo, answer)
        expected = len(content) if isinstance(content, bytes) else size
        if expected is not None and stored.size != expected:
            raise RefusedError(
                f"Of `{path}` {stored.size:,} of {expected:,} bytes arrived in fileset `{workspace}/{fileset}`. "
                "Upload it again."
            )
        return stored

    async def delete_file(self, workspace: str, fileset: str, path: str) -> None:
        """Delete a file."""
        await self._http.delete(_file(workspace, fileset, path))


def _place(response: httpx.Response) -> tuple[int, int | None]:
    """Where the body of an answer begins in the file, and how large the file is."""
    span, _, size = response.headers.get("content-range", "").removeprefix("bytes ").partition("/")
    first = span.partition("-")[0]
    if response.status_code == 206 and first.isdecimal():
        return int(first), int(size) if size.isdecimal() else None
    length = response.headers.get("content-length", "")
    return 0, int(length) if length.isdecimal() else None


def _validator(headers: httpx.Headers) -> str:
    etag: str = headers.get("etag", "")
    changed: str = headers.get("last-modified", "")
    return etag if etag and not etag.startswith("W/") else changed


def _filesets(workspace: str) -> str:
    return f"/apis/files/v2/workspaces/{quote(workspace, safe='')}/filesets"


def _fileset(workspace: str, name: str) -> str:
    return f"{_filesets(workspace)}/{quote(name, safe='')}"


def _file(workspace: str, fileset: str, path: str) -> str:
    parts = path.split("/")
    if not {"", ".", ".."}.isdisjoint(parts):  # would be the address of something else
        raise RefusedError(f"`{path}` is no path of a file in a fileset. Write it without `.`, `..` and empty parts.")
    return f"{_fileset(workspace, fileset)}/-/" + "/".join(quote(part, safe="") for part in parts)
