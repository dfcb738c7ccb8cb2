"""The archive of a job's artifacts, for where its files cannot be read one by one."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

from dd_jupyter.errors import ServicesError, UnreachableError
from dd_jupyter.execution.artifact_listing import dataset_folder
from dd_jupyter.execution.download_folder import PART_SUFFIX, DownloadFolder, as_sentences
from dd_jupyter.execution.transfer import FRUITLESS_TRIES, PAUSE, Transferred, Watch, in_thread
from dd_jupyter.nemo.files import CHUNK_BYTES
from dd_jupyter.nemo.http import Http

ARCHIVE_NAME = f"artifacts.tar.gz{PART_SUFFIX}"

PACKING_SECONDS = 900.0
"""The services pack the whole archive before its first byte comes."""


async def fetch_archive(http: Http, address: str, folder: DownloadFolder, *, watch: Watch | None = None) -> None:
    """Fetch an archive to disk and unpack what is below ``artifacts/DATASET/`` into a folder.

    It is packed anew for each request, differently each time, so one that broke off is begun again.

    Raises:
        ServicesError: When it cannot be fetched, or holds what no dataset holds.
        DDJupyterError: When it cannot be written.
    """
    archive = folder.path / ARCHIVE_NAME
    tries = AsyncRetrying(
        retry=retry_if_exception_type(UnreachableError),
        stop=stop_after_attempt(FRUITLESS_TRIES),
        wait=PAUSE,
        reraise=True,
    )
    with as_sentences(archive):
        try:
            async for attempt in tries:
                with attempt:
                    archive.unlink(missing_ok=True)  # never through a link that is there
                    await _stream(http, address, archive, watch)
            await in_thread(_unpack, archive, folder)
        finally:
            archive.unlink(missing_ok=True)


async def _stream(http: Http, address: str, archive: Path, watch: Watch | None) -> None:
    done = 0
    async with http.stream("GET", address, timeout=PACKING_SECONDS) as response:
        size = int(response.headers.get("content-length", 0))
        with archive.open("xb") as output:
            async for chunk in http.chunks(response, CHUNK_BYTES):
                await in_thread(output.write, chunk)
                done += len(chunk)
                if watch is not None:
                    watch(Transferred(0, 1, done, max(size, done)))
    if watch is not None:
        watch(Transferred(1, 1, done, done))


def _unpack(archive: Path, folder: DownloadFolder) -> None:
    try:
        with tarfile.open(archive, "r|gz") as tar:
            members = [(name, member.size) for name, member in _files(tar, folder)]
        dataset = dataset_folder([name for name, _ in members])
        kept = {name: name.removeprefix(f"{dataset}/") for name, _ in members if name.startswith(f"{dataset}/")}
        targets = {name: folder.target(place) for name, place in kept.items()}  # all are checked before one is written
        folder.check_space(sum(size for name, size in members if name in kept))
        with tarfile.open(archive, "r|gz") as tar:
            for name, member in _files(tar, folder):
                content = tar.extractfile(member)
                if name not in targets or content is None:
                    continue
                target = targets[name]
                part = target.with_name(target.name + PART_SUFFIX)
                part.unlink(missing_ok=True)
                with part.open("xb") as output:
                    shutil.copyfileobj(content, output, CHUNK_BYTES)
                part.replace(target)
    except (tarfile.TarError, EOFError) as error:
        raise ServicesError(f"The archive of the artifacts is no archive that can be unpacked: {error}.") from error


def _files(tar: tarfile.TarFile, folder: DownloadFolder) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """The files in an archive with their paths below ``artifacts/``; links and devices are refused."""
    for member in tar:
        safe = tarfile.data_filter(member, str(folder.path))
        if safe.isdir():
            continue
        if not safe.isreg():
            raise ServicesError(f"The archive of the artifacts holds {member.name!r}, which is no file. None was kept.")
        yield safe.name.removeprefix("./").removeprefix("artifacts/"), safe
