"""Files of a fileset -> a folder: side by side, in bounded memory, going on where one broke off."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt, wait_exponential, wait_random

from dd_jupyter.errors import ServicesError, UnreachableError
from dd_jupyter.execution.download_folder import DownloadFolder, as_sentences, is_whole
from dd_jupyter.execution.part_file import PartFile, Wanted
from dd_jupyter.nemo.files import CHUNK_BYTES, FileInfo, Files, OpenFile

CONCURRENT_FILES = 4
"""Files fetched at once: enough to keep a deployment on the same machine busy."""

RESUMABLE_BYTES = 4 << 20
"""From this size on a file is gone on with where it broke off; a smaller one is soon fetched again."""

SEAL_BYTES = 64 << 10
"""How much of a file's end stands for the whole: in Parquet the footer, with the place and bounds of all there is."""

FRUITLESS_TRIES = 5
"""Tries in a row without one byte more, after which a file is given up."""

PAUSE = wait_exponential(multiplier=0.3, max=10.0) + wait_random(0, 0.3)
"""Seconds between tries: a deployment that restarts is back within the sum of them."""

BEYOND_THE_FILE = 416

_BUSY = {429, 502, 503, 504}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Transferred:
    """How far a download is.

    Attributes:
        files_done: Files that are whole.
        files: Files of the download, those included that were there already.
        bytes_done: Bytes on disk.
        bytes: Bytes of all files.
    """

    files_done: int
    files: int
    bytes_done: int
    bytes: int


Watch = Callable[[Transferred], None]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where files come from.

    Attributes:
        files: The Files API.
        workspace: Of the fileset.
        fileset: Its name.
        owner: The id of the job that writes it, so that a file begun is not gone on with from another.
        changing: Whether the job is still at work, so that a file may be another one by now.
    """

    files: Files
    workspace: str
    fileset: str
    owner: str
    changing: bool = False

    async def read(self, file: Wanted | FileInfo) -> bytes:
        """A whole file, in memory."""
        return await self.files.read(self.workspace, self.fileset, file.path)


class Transfer:
    """One download of files into a folder.

    A file is written beside its place, as ``NAME.part``, and renamed when it is whole. What broke off, or
    was cancelled, stays as ``.part`` if it is large enough and can be told from a later file of the same path:
    the service knows no version of a file, so the end of it is read first, and compared before going on.
    """

    def __init__(self, origin: Origin, folder: DownloadFolder, *, trusted: bool, watch: Watch | None = None) -> None:
        """Make a transfer.

        Args:
            origin: Where the files are.
            folder: Where they go.
            trusted: Whether a file of the right size that is in the folder is the one wanted. Otherwise its end is
                compared.
            watch: Told on the event loop how far it is, about once in a megabyte.
        """
        self._origin = origin
        self._folder = folder
        self._trusted = trusted
        self._watch = watch
        self._state = Transferred(0, 0, 0, 0)

    async def run(self, wanted: Sequence[Wanted]) -> None:
        """Fetch files, four at a time; those that are there are left.

        Raises:
            ServicesError: When a file cannot be fetched, or is not what the listing says.
            DDJupyterError: When a file cannot be written.
        """
        self._state = Transferred(0, len(wanted), 0, sum(file.size for file in wanted))
        # All are checked before one is written.
        targets = {file.name: self._folder.target(file.name) for file in wanted}
        self._folder.check_space(sum(file.size for file in wanted if not is_whole(targets[file.name], file.size)))
        self._tell()
        waiting = iter(wanted)

        async def fetch_some() -> None:
            for file in waiting:
                await self._fetch(file, targets[file.name])

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(CONCURRENT_FILES, len(wanted))):
                    group.create_task(fetch_some())
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from several.exceptions[0].__cause__

    # One file.

    async def _fetch(self, file: Wanted, target: Path) -> None:
        if is_whole(target, file.size) and (self._trusted or await self._is_same(file, target)):
            self._advance(file.size, files=1)
            return
        with as_sentences(target):
            part = PartFile(target, file, self._origin.owner)
            try:
                await self._fetch_into(part)
                part.finish()
            finally:
                part.leave()
        self._advance(0, files=1)

    async def _fetch_into(self, part: PartFile) -> None:
        try:
            tries = AsyncRetrying(
                retry=_Hope(part),
                wait=PAUSE,
                stop=stop_after_attempt(FRUITLESS_TRIES),
                sleep=asyncio.sleep,
                reraise=True,
            )
            async for attempt in tries:
                with attempt:
                    await self._go_on(part)
        except UnreachableError as error:
            raise UnreachableError(
                f"The download of `{part.file.path}` broke off at {part.size:,} of {part.file.size:,} bytes, and "
                f"{FRUITLESS_TRIES} tries brought no byte more. Download again: it goes on with what is there.",
                request_id=error.request_id,
            ) from error

    async def _go_on(self, part: PartFile) -> None:
        """Fetch what is missing of a file; all of it where what is there may be of another one."""
        seal = await self._end_of(part.file) if part.file.size >= RESUMABLE_BYTES else ""
        if not part.belongs_to(seal):
            part.begin_anew(seal)
        self._count(part)
        if part.is_whole:
            return
        async with self._open(part.file, part.size) as opened:
            if opened.size not in {None, part.file.size}:
                self._follow_change(part, opened)
            if opened.start not in {0, part.size}:
                raise UnreachableError(f"Of `{part.file.path}` another part came than was asked for.")
            if opened.start != part.size:
                part.begin_anew(seal)
            await self._receive(part, opened)
        if not part.is_whole:
            raise self._differs(part, f"{part.size:,}")

    async def _receive(self, part: PartFile, opened: OpenFile) -> None:
        """Write what comes, a megabyte at a time; of a body that breaks what came of the last one too."""
        arrived = bytearray()
        with part.open() as output:
            try:
                async for piece in opened.chunks():
                    arrived += piece
                    if part.size + len(arrived) > part.file.size:
                        raise self._differs(part, "more")
                    if len(arrived) >= CHUNK_BYTES:
                        full, arrived = arrived, bytearray()
                        await in_thread(output.write, full)
                        part.size += len(full)
                        self._count(part)
            finally:
                output.write(arrived)
                part.size += len(arrived)
        self._count(part)

    def _open(self, file: Wanted, start: int, end: int | None = None) -> AbstractAsyncContextManager[OpenFile]:
        return self._origin.files.stream(self._origin.workspace, self._origin.fileset, file.path, start, end)

    async def _end_of(self, file: Wanted) -> str:
        """What tells a file from others of the same path and size; "" where the server cannot read a part."""
        start = max(0, file.size - SEAL_BYTES)
        end = bytearray()
        try:
            async with self._open(file, start, file.size if start else None) as opened:
                if opened.start != start or opened.size not in {None, file.size}:
                    return ""
                async for chunk in opened.chunks():
                    end += chunk
                return _digest(end) + opened.validator
        except ServicesError as error:
            if error.status == BEYOND_THE_FILE:  # it is smaller by now
                return ""
            raise

    async def _is_same(self, file: Wanted, target: Path) -> bool:
        """Whether a file on disk ends as the one in the fileset does."""

        def digest_on_disk() -> str:
            with target.open("rb") as there:
                there.seek(max(0, file.size - SEAL_BYTES))
                return _digest(there.read(SEAL_BYTES))

        return not file.size or (await self._end_of(file)).startswith(await in_thread(digest_on_disk))

    def _follow_change(self, part: PartFile, opened: OpenFile) -> None:
        """Take a file as it is by now, where the job still writes it."""
        size = opened.size or 0
        if not self._origin.changing:
            raise self._differs(part, f"{size:,}")
        self._state = replace(self._state, bytes=self._state.bytes + size - part.file.size)
        part.file = replace(part.file, size=size)
        part.begin_anew("")
        if opened.start:
            raise UnreachableError(f"`{part.file.path}` was replaced while it was read.")

    def _differs(self, part: PartFile, found: str) -> ServicesError:
        file = part.file
        part.begin_anew("")
        return ServicesError(
            f"`{file.path}` has {found} bytes, where the listing of fileset `{self._origin.workspace}/"
            f"{self._origin.fileset}` says {file.size:,}. It was not kept; download again."
        )

    def _count(self, part: PartFile) -> None:
        self._advance(part.size - part.counted)
        part.counted = part.size

    def _advance(self, count: int, *, files: int = 0) -> None:
        state = self._state
        self._state = replace(state, files_done=state.files_done + files, bytes_done=state.bytes_done + count)
        if count or files:
            self._tell()

    def _tell(self) -> None:
        if self._watch is not None:
            self._watch(self._state)


class _Hope:
    """Whether a file is tried again: always anew while tries bring it on."""

    def __init__(self, part: PartFile) -> None:
        self._part = part
        self._most = part.size

    def __call__(self, state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome is not None else None
        if self._part.size > self._most:
            self._most = self._part.size
            state.attempt_number = 0  # the next one is the first again
        return isinstance(error, UnreachableError) or (isinstance(error, ServicesError) and error.status in _BUSY)


def _digest(content: bytes | bytearray) -> str:
    return hashlib.sha256(content).hexdigest()


async def in_thread(work: Callable[..., T], *arguments: object) -> T:
    """Run blocking work in a thread; a cancellation waits for its end, so that nothing is closed under it."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *arguments))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await running
        raise
