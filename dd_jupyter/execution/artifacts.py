"""What a job in NeMo Services leaves: read where it is, or downloaded."""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from dd_jupyter.errors import DeniedError, NotFoundError
from dd_jupyter.execution import dataset
from dd_jupyter.execution.analysis import read_analysis
from dd_jupyter.execution.archive import fetch_archive
from dd_jupyter.execution.artifact_listing import (
    ANALYSIS,
    ARTIFACTS,
    ArtifactFile,
    JobFacts,
    Listing,
    artifacts_reference,
    facts,
    list_artifacts,
)
from dd_jupyter.execution.download_folder import DownloadFolder, DownloadRecord, as_sentences, check_path
from dd_jupyter.execution.part_file import Wanted
from dd_jupyter.execution.transfer import Transfer, Transferred, Watch

if TYPE_CHECKING:
    import pandas as pd
    from data_designer.config.analysis.dataset_profiler import DatasetProfilerResults

    from dd_jupyter.engine import Column
    from dd_jupyter.nemo.deployment import Deployment

__all__ = ["ArtifactFile", "JobArtifacts", "Transferred"]

DOWNLOADS = Path("artifacts")
"""Where a download goes unless told otherwise: the library's own name for such a folder."""

ANALYSIS_NAME = "analysis.json"
"""The library's profile of the columns, in the folder of a download."""

PROCESSORS_FOLDER = "processors-files"
"""Where the library keeps what processors make, inside the folder of a dataset."""


class JobArtifacts:
    """What one job leaves: its records, batch by batch while it is active, and at the end their profile.

    All methods are coroutines for the background loop. They raise `NotFoundError` where there is no such job
    and `NotReadyError` where it has not left yet what is asked for. What is fetched to be loaded goes to a
    temporary folder that lives as long as this object, or comes from the last finished `download`.
    """

    def __init__(self, deployment: Deployment, workspace: str, job: str) -> None:
        """Nothing is sent yet.

        Args:
            deployment: Where the job runs.
            workspace: Where the job is.
            job: Its name.
        """
        self.workspace = workspace
        self.job = job
        self._http = deployment.http
        self._downloaded: Path | None = None
        self._cache: tempfile.TemporaryDirectory[str] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def files(self) -> list[ArtifactFile]:
        """The files that are there so far, by path; none while there is none.

        Raises:
            DeniedError: When the job's fileset cannot be read; a `download` may be possible all the same.
        """
        listing = await list_artifacts(self._http, await self._facts())
        return list(listing.files) if listing is not None else []

    async def head(self, num_records: int = 10, columns: Iterable[Column] = ()) -> pd.DataFrame:
        """The first finished records; may be called while the job is active.

        Reads the first batch, and the next only if that is too short. (Reading less of a batch than all was tried: the
        library's batches of 500 records are one page a column.)

        Args:
            num_records: How many at most.
            columns: For the order; what they do not account for comes last.

        Raises:
            NotReadyError: Before the first batch is finished.
        """
        import pandas as pd

        job = await self._facts()
        listing = await self._list(job)
        if listing is None:
            folder = await self._fetch_to_load(job, None, [])
            return await asyncio.to_thread(dataset.read, folder, tuple(columns), limit=num_records)
        frames: list[pd.DataFrame] = []
        missing = num_records
        for file in listing.batches():
            content = await listing.origin.read(file)
            frames.append((await asyncio.to_thread(_records, content)).head(missing))
            missing -= len(frames[-1])
            if missing <= 0:
                break
        if not frames:
            raise job.not_ready("finished batch of records")
        return dataset.in_order(pd.concat(frames, ignore_index=True), columns)

    async def download(
        self, folder: Path | str | None = None, progress: Watch | None = None, *, overwrite: bool = False
    ) -> Path:
        """Fetch all that is there so far into a folder shaped like a dataset of the library on this machine.

        What an earlier download of the same job left there is gone on with. The profile of the columns is put
        beside the rest as ``analysis.json``.

        Args:
            folder: Where to; ``artifacts/JOB`` below the working directory if not told.
            progress: Called on the background loop with a `Transferred`, about once in a megabyte.
            overwrite: Whether a dataset that is there and is not of this job is deleted first.

        Returns:
            The folder.

        Raises:
            DDJupyterError: When the folder holds something else, or cannot be written.
            ServicesError: When a file cannot be fetched; what is there is kept for the next download.
        """
        target = self._place(folder)
        job = await self._facts()
        listing = await self._list(job)
        wanted = _everything(listing) if listing is not None else []
        path = await self._fetch(job, listing, wanted, target, watch=progress, overwrite=overwrite)
        if job.ended:
            self._downloaded = path
        return path

    async def load_dataset(self, columns: Iterable[Column] = ()) -> pd.DataFrame:
        """All finished records; may be called while the job is active.

        Args:
            columns: For the order; what they do not account for comes last.

        Raises:
            NotReadyError: Before the first batch is finished.
        """
        job = await self._facts()
        listing = await self._list(job)
        batches = listing.batches() if listing is not None else []
        if listing is not None and not batches:
            raise job.not_ready("finished batch of records")
        folder = await self._fetch_to_load(job, listing, batches)
        return await asyncio.to_thread(dataset.read, folder, tuple(columns))

    async def load_analysis(self) -> DatasetProfilerResults:
        """The library's profile of the columns, which a job makes at its end.

        Raises:
            NotReadyError: Before.
            DDJupyterError: When the library here cannot read what the one there wrote.
        """
        job = await self._facts()
        listing = await self._list(job)
        try:
            if listing is None:
                return read_analysis(await self._http.get(self._result(ANALYSIS)))
            if listing.analysis is None:
                raise job.not_ready("analysis")
            return read_analysis(json.loads(await listing.origin.read(listing.analysis)))
        except NotFoundError as error:
            raise job.not_ready("analysis") from error

    async def load_processor_dataset(self, name: str) -> pd.DataFrame:
        """What the processor called `name` made.

        Raises:
            NotReadyError: When that processor left nothing so far.
        """
        job = await self._facts()
        listing = await self._list(job)
        wanted = listing.in_dataset(PROCESSORS_FOLDER) if listing is not None else []
        made = {file.name.split("/")[1] for file in wanted}
        if listing is not None and name not in made:
            raise job.not_ready(
                f"records of a processor `{name}`; those that have: {', '.join(sorted(made)) or 'none'}"
            )
        own = [file for file in wanted if file.name.startswith(f"{PROCESSORS_FOLDER}/{name}/")]
        folder = await self._fetch_to_load(job, listing, own)
        return await asyncio.to_thread(_read_processor, folder, name, job)

    # Where it comes from.

    async def _facts(self) -> JobFacts:
        return await facts(self._http, self.workspace, self.job)

    async def _list(self, job: JobFacts) -> Listing | None:
        """What the job left; None where its fileset cannot be read and there is an archive instead.

        Raises:
            NotReadyError: When it left nothing.
        """
        try:
            listing = await list_artifacts(self._http, job)
        except (DeniedError, NotFoundError):
            if await artifacts_reference(self._http, job) is None:
                raise job.not_ready("artifacts") from None
            return None
        if listing is None:
            raise job.not_ready("artifacts")
        return listing

    def _result(self, name: str) -> str:
        parts = (quote(part, safe="") for part in (self.workspace, self.job, name))
        return "/apis/data-designer/v2/workspaces/{}/jobs/create/{}/results/{}/download".format(*parts)

    # Where it goes.

    async def _fetch(
        self,
        job: JobFacts,
        listing: Listing | None,
        wanted: list[Wanted],
        target: Path,
        *,
        watch: Watch | None = None,
        overwrite: bool = False,
    ) -> Path:
        async with self._one_at_a_time:
            folder = DownloadFolder(target)
            record = DownloadRecord(job.id, job.name, job.workspace)
            earlier = folder.claim(record, overwrite=overwrite)
            trusted = earlier is not None and earlier.final
            if listing is not None:
                await Transfer(listing.origin, folder, trusted=trusted, watch=watch).run(wanted)
                _forget_earlier_batches(target, listing)
            elif not trusted:
                await self._fetch_archive(folder, watch)
            folder.write(replace(record, final=job.ended))
            return target

    async def _fetch_archive(self, folder: DownloadFolder, watch: Watch | None) -> None:
        await fetch_archive(self._http, self._result(ARTIFACTS), folder, watch=watch)
        try:
            async with self._http.stream("GET", self._result(ANALYSIS)) as response:
                content = b"".join([chunk async for chunk in self._http.chunks(response)])
        except NotFoundError:
            return  # the job did not get that far
        folder.write_file(ANALYSIS_NAME, content)

    async def _fetch_to_load(self, job: JobFacts, listing: Listing | None, wanted: list[Wanted]) -> Path:
        """Fetch files, unless an earlier download has them."""
        if self._downloaded is not None and DownloadRecord.read(self._downloaded) is not None:
            target = self._downloaded
        else:
            self._cache = self._cache or tempfile.TemporaryDirectory(prefix="dd_jupyter-", ignore_cleanup_errors=True)
            target = Path(self._cache.name)
        return await self._fetch(job, listing, wanted, target)

    def _place(self, folder: Path | str | None) -> Path:
        if folder is None:
            check_path(self.job)
            return (DOWNLOADS / self.job).absolute()
        return Path(folder).expanduser().absolute()


def _records(content: bytes) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(io.BytesIO(content), dtype_backend="pyarrow")


def _everything(listing: Listing) -> list[Wanted]:
    wanted = listing.in_dataset()
    if listing.analysis is not None:
        wanted.append(Wanted(listing.analysis.path, ANALYSIS_NAME, listing.analysis.size))
    return wanted


def _forget_earlier_batches(folder: Path, listing: Listing) -> None:
    """Remove batches of before the job was paused and resumed, which would count as records."""
    current = {file.name for file in listing.batches()}
    for file in dataset.record_files(folder):
        if f"{dataset.RECORDS_FOLDER}/{file.name}" not in current:
            with as_sentences(file):
                file.unlink()


def _read_processor(folder: Path, name: str, job: JobFacts) -> pd.DataFrame:
    import pandas as pd

    files = sorted((folder / PROCESSORS_FOLDER / name).glob("*.parquet"))
    if not files:
        raise job.not_ready(f"records of a processor `{name}`")
    return pd.concat([pd.read_parquet(file, dtype_backend="pyarrow") for file in files], ignore_index=True)
