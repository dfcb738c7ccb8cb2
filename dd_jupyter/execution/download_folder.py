"""The folder that a job is downloaded into: whose it is, and where in it a file may be written."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from dd_jupyter.errors import DDJupyterError, ServicesError
from dd_jupyter.execution.dataset import RECORDS_FOLDER

RECORD_NAME = "dd_jupyter-download.json"
"""Says which job a folder is the download of."""

PART_SUFFIX = ".part"
"""Ends the name of a file that is not whole yet."""

NOTE_SUFFIX = ".part.json"
"""Ends the name of what was written down about a file that is not whole yet."""

# Control characters, the Windows separator, and a drive letter are in no path that the library makes.
_NO_PATH = re.compile(r"[\x00-\x1f\x7f\\]|^[A-Za-z]:")
_WINDOWS_REFUSES = re.compile(r'(?i)[<>:"|?*]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)')


@dataclass(frozen=True, slots=True)
class DownloadRecord:
    """What stands in a folder about the job that it is the download of.

    Attributes:
        job_id: The job's own id, which no other job ever has, here or elsewhere.
        job: Its name.
        workspace: Where it is.
        final: Whether what was fetched was fetched after the job had ended, so that it is as it will stay.
    """

    job_id: str
    job: str
    workspace: str
    final: bool = False

    @classmethod
    def read(cls, folder: Path) -> DownloadRecord | None:
        """The record in a folder; None where there is none that can be read."""
        try:
            stored = json.loads((folder / RECORD_NAME).read_text())
            return cls(**{field.name: stored[field.name] for field in fields(cls)})
        except (OSError, ValueError, KeyError, TypeError):
            return None


class DownloadFolder:
    """A folder that belongs to the download of one job.

    Attributes:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def claim(self, record: DownloadRecord, *, overwrite: bool) -> DownloadRecord | None:
        """Make the folder that of a job, and tell what was in it of an earlier download of the same job.

        Args:
            record: The job.
            overwrite: Whether another dataset that is there is deleted first. Nothing but datasets is.

        Raises:
            DDJupyterError: When the folder holds something else.
        """
        earlier = DownloadRecord.read(self.path)
        if earlier is not None and earlier.job_id == record.job_id:
            return earlier
        with as_sentences(self.path):
            if self.path.is_symlink() or self.path.exists():
                self._make_room(overwrite)
            self.path.mkdir(parents=True, exist_ok=True)
        self.write(record)
        return None

    def write(self, record: DownloadRecord) -> None:
        """Write down whose the folder is."""
        self.write_file(RECORD_NAME, json.dumps(asdict(record), indent=2).encode())

    def write_file(self, name: str, content: bytes) -> None:
        """Write a small file, whole or not at all."""
        target, part = self.path / name, self.path / f"{name}{PART_SUFFIX}"
        with as_sentences(target):
            part.unlink(missing_ok=True)  # never through a link that is there
            part.write_bytes(content)
            part.replace(target)

    def target(self, path: str) -> Path:
        """Where a file goes whose path the server told; its folders are made.

        Raises:
            ServicesError: When it would be outside of the folder, or no file of a dataset.
            DDJupyterError: When something that is in the folder stands in the way.
        """
        check_path(path)
        target = self.path.joinpath(*path.split("/"))
        with as_sentences(target):
            for folder in reversed(target.relative_to(self.path).parents[:-1]):
                inside = self.path / folder
                _refuse_link(inside)
                inside.mkdir(exist_ok=True)
            _refuse_link(target)
            if target.is_dir():
                raise DDJupyterError(f"`{target}` is a folder where a file is to go. Choose another folder.")
        return target

    def check_space(self, needed: int) -> None:
        """Check that as many bytes can be written.

        Raises:
            DDJupyterError: When the disk is too full.
        """
        free = shutil.disk_usage(self.path).free
        if needed > free:
            raise DDJupyterError(
                f"The download needs {needed / 1e6:,.0f} MB in `{self.path}`, where {free / 1e6:,.0f} MB are free. "
                "Free some, or choose another folder."
            )

    def _make_room(self, overwrite: bool) -> None:
        if not self.path.is_dir():
            raise DDJupyterError(f"`{self.path}` is a file. Choose a folder to download to.")
        if next(self.path.iterdir(), None) is None:
            return
        is_dataset = (self.path / RECORD_NAME).is_file() or (self.path / RECORDS_FOLDER).is_dir()
        if not is_dataset:
            raise DDJupyterError(
                f"`{self.path}` holds something that is no dataset. Choose another folder; this one is left as it is."
            )
        if not overwrite:
            raise DDJupyterError(
                f"`{self.path}` holds another dataset. Choose another folder, or replace it with `overwrite=True`."
            )
        for entry in self.path.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def check_path(path: str) -> None:
    """Check that a path which the server told stays inside of the folder it is joined to.

    Raises:
        ServicesError: When it does not, or is one of the names that this package itself writes.
    """
    parts = path.split("/")
    leaves = _NO_PATH.search(path) or not {"", ".", ".."}.isdisjoint(parts)
    if leaves or (os.name == "nt" and any(_WINDOWS_REFUSES.search(part) for part in parts)):
        raise ServicesError(
            f"NeMo Services list a file {path!r}, which cannot be written inside of the download's folder. "
            "Nothing was written; tell whoever runs them."
        )
    if path == RECORD_NAME or path.endswith((PART_SUFFIX, NOTE_SUFFIX)):
        raise ServicesError(f"NeMo Services list a file {path!r}, a name that the download itself needs.")


@contextlib.contextmanager
def as_sentences(path: Path) -> Iterator[None]:
    """Say of `path` what the disk refuses, in one sentence."""
    try:
        yield
    except OSError as error:
        raise DDJupyterError(
            f"`{path}` could not be written: {error.strerror or error}. Make room or choose another folder; a repeated "
            "download goes on with what is there."
        ) from error


def is_whole(target: Path, size: int) -> bool:
    """Whether a file, and not a link to one, is there with that size."""
    try:
        found = target.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == size


def _refuse_link(path: Path) -> None:
    if path.is_symlink():
        raise DDJupyterError(
            f"`{path}` is a symbolic link, which is not followed. Remove it, or choose another folder."
        )
