"""What a job in NeMo Services has left so far, and where it lies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, ValidationError

from dd_jupyter.errors import NotFoundError, NotReadyError, RefusedError
from dd_jupyter.execution.dataset import RECORDS_FOLDER
from dd_jupyter.execution.part_file import Wanted
from dd_jupyter.execution.transfer import Origin
from dd_jupyter.nemo.files import FileInfo, FileReference, Files
from dd_jupyter.nemo.job_answers import ENDED
from dd_jupyter.nemo.jobs import Jobs

if TYPE_CHECKING:
    from dd_jupyter.nemo.http import Http

ARTIFACTS, ANALYSIS = "artifacts", "analysis"
"""The names of a job's results, and of what lies below ``results/ATTEMPT/`` in its fileset."""

METADATA_NAME = "metadata.json"

_BATCH = re.compile(r"batch_\d+\.parquet")
_BEING_UPLOADED = re.compile(r"\.tmp\.[0-9a-f]{8}$")  # the name of a file that the Files API still receives


class JobFacts(BaseModel):
    """What has to be known of a job to find what it leaves.

    Attributes:
        id: Its own for ever.
        fileset: Where it writes.
        attempt_id: Its present attempt, under which its results lie; None where the server does not tell.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    name: str
    workspace: str
    status: str
    fileset: str = ""
    attempt_id: str | None = None

    @property
    def ended(self) -> bool:
        """Whether what it left stays as it is."""
        return self.status in ENDED

    def not_ready(self, what: str) -> NotReadyError:
        """The error for what it has not left, or not yet."""
        if self.ended:
            return NotReadyError(f"Job `{self.name}` ended without {what}; its status is {self.status}.")
        return NotReadyError(
            f"Job `{self.name}` is {self.status} and has no {what} yet. `.progress` shows how far it is; ask later."
        )


@dataclass(frozen=True, slots=True)
class ArtifactFile:
    """A file that a job left.

    Attributes:
        path: Below the job's artifacts, parted by slashes: ``dataset/parquet-files/batch_00000.parquet``.
        size: In bytes.
    """

    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """What a job has left so far.

    Attributes:
        origin: Where it is.
        root: The folder of the artifacts in the fileset, without a slash at the end.
        files: Below `root`.
        dataset: The folder below `root` that is the dataset.
        analysis: The profile of the columns, once it is there.
    """

    origin: Origin
    root: str
    files: tuple[ArtifactFile, ...]
    dataset: str
    analysis: FileInfo | None

    def in_dataset(self, folder: str = "") -> list[Wanted]:
        """The files of the dataset, or of one of its folders, named as they are to be on disk."""
        start, inside = f"{self.dataset}/", f"{folder}/" if folder else ""
        found = [
            Wanted(f"{self.root}/{file.path}", file.path.removeprefix(start), file.size)
            for file in self.files
            if file.path.startswith(start)
        ]
        return [file for file in found if file.name.startswith(inside)]

    def batches(self) -> list[Wanted]:
        """The files with the records, in the order of the records."""
        records = self.in_dataset(RECORDS_FOLDER)
        return sorted((file for file in records if _is_batch(file.name)), key=lambda file: file.name)


async def facts(http: Http, workspace: str, job: str) -> JobFacts:
    """Ask for a job; only the core route tells its attempt and its fileset (nemo-platform 0.3.0).

    Raises:
        NotFoundError: When there is none of that name.
    """
    address = f"/apis/jobs/v2/workspaces/{quote(workspace, safe='')}/jobs/{quote(job, safe='')}"
    return JobFacts.model_validate(await http.get(address))


async def list_artifacts(http: Http, job: JobFacts) -> Listing | None:
    """What a job has left; None as long as it has left nothing.

    The present attempt is looked at first: a job may have no result to name while its first batches are
    there already. Where that is empty the result says where its artifacts are.

    A job that was paused and resumed starts from scratch under the same attempt (nemo-platform 0.3.0), and
    its new batches take the place of the old ones one by one: only those that its own metadata counts are listed.

    Raises:
        DeniedError: When the fileset cannot be read.
        NotFoundError: When there is no such fileset.
    """
    files = Files(http)
    fileset = job.fileset or f"job-fileset-{job.name}"
    listing = None
    if job.attempt_id:
        listing = await _list(files, job, job.workspace, fileset, f"results/{job.attempt_id}")
    if listing is None:
        told = await artifacts_reference(http, job)
        if told is not None:
            place = told.path.strip("/").rpartition("/")[0]
            listing = await _list(files, job, told.workspace or job.workspace, told.fileset, place)
    return listing


async def artifacts_reference(http: Http, job: JobFacts) -> FileReference | None:
    """Where the job's results say that its artifacts are; None where they do not yet."""
    for result in await Jobs(http).results(job.workspace, job.name):
        if result.name == ARTIFACTS:
            try:
                return FileReference.parse(result.artifact_url)
            except RefusedError:  # kept somewhere else than in a fileset
                return FileReference(None, "", "")
    return None


def dataset_folder(paths: list[str]) -> str:
    """Which of the folders at the top holds the dataset: the library adds the time to a name that is taken."""
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    with_records = {path.partition("/")[0] for path in paths if path.split("/")[1:2] == [RECORDS_FOLDER]}
    return max(with_records or tops, default="")


async def _list(files: Files, job: JobFacts, workspace: str, fileset: str, place: str) -> Listing | None:
    found = await files.list_files(workspace, fileset, place)
    root = f"{place}/{ARTIFACTS}"
    artifacts = [
        ArtifactFile(file.path.removeprefix(f"{root}/"), file.size)
        for file in found
        if file.path.startswith(f"{root}/") and not _BEING_UPLOADED.search(file.path)
    ]
    if not artifacts:
        return None
    folder = dataset_folder([file.path for file in artifacts])
    has_metadata = any(file.path == f"{folder}/{METADATA_NAME}" for file in artifacts)
    counted = await _counted(files, workspace, fileset, f"{root}/{folder}/{METADATA_NAME}") if has_metadata else set()
    analysis = next((file for file in found if file.path == f"{place}/{ANALYSIS}"), None)
    return Listing(
        origin=Origin(files, workspace, fileset, owner=job.id, changing=not job.ended),
        root=root,
        files=tuple(file for file in artifacts if _is_current(file, counted)),
        dataset=folder,
        analysis=analysis,
    )


async def _counted(files: Files, workspace: str, fileset: str, path: str) -> set[str]:
    """The names of the batches that the dataset's own metadata counts; none where it does not tell."""
    try:
        metadata = _Metadata.model_validate_json(await files.read(workspace, fileset, path))
    except (ValidationError, NotFoundError):  # another library's; or just being replaced
        return set()
    return metadata.batches()


class _Metadata(BaseModel):
    """What the library writes down beside the records."""

    file_paths: dict[str, object] = {}

    def batches(self) -> set[str]:
        """The names of the batches that are done; none where it does not tell."""
        paths = self.file_paths.get(RECORDS_FOLDER)
        return (
            {PurePosixPath(path).name for path in paths if isinstance(path, str)} if isinstance(paths, list) else set()
        )


def _is_current(file: ArtifactFile, counted: set[str]) -> bool:
    """Whether a file is of the job's last start; of those that are no batches there is one only."""
    name = file.path.rpartition("/")[2]
    return not counted or not _is_batch(name) or name in counted


def _is_batch(path: str) -> bool:
    return _BATCH.fullmatch(path.rpartition("/")[2]) is not None
