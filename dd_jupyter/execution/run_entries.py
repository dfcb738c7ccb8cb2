"""The files in which this machine remembers its runs and jobs, for any process to read."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from dd_jupyter.execution.process import is_alive
from dd_jupyter.folders import own_folder

KEPT_RECORDS = 1_000
"""Older ones are forgotten: a few years of a busy person."""

ONLY_ITS_OWNER = 0o600
"""The mode of files that name a person's datasets and notebooks."""

Kind = Literal["preview", "create", "job"]

_ID = re.compile(r"[\w-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One run or job. Nothing of the configuration, no data and no secret is in it.

    Attributes:
        id: Unique on this machine; its place in time, as ids sort by their start.
        kind: "preview", "create", or "job" for a dataset that NeMo Services make.
        name: What a person called it: the dataset, the job, or the variable of a preview.
        num_records: Records asked for.
        fingerprint: The library's digest of the configuration.
        started: When, in ISO 8601 and UTC.
        state: As last written: "running", "completed", "cancelled" or "failed".
        ended: When it ended; None while it runs, and where nobody looked on as it ended.
        base_url: The deployment of a run in NeMo Services; None for one in a kernel.
        workspace: Its workspace; None for a run in a kernel.
        artifact_path: The dataset's folder on this machine; None without one.
        process: The id of the process that started it.
        process_began: When that process began, which tells it from a later one of the same id; 0 if not known.
        notebook: The notebook that it was started in, by the name it had when its kernel started: an absolute
            path, or one relative to the root of Jupyter Server; None where Jupyter Server did not start the kernel.
        done: Records made so far, written once a second at most.
        failed: Records given up on so far.
    """

    id: str
    kind: Kind
    name: str
    num_records: int
    fingerprint: str
    started: str
    state: str
    ended: str | None
    base_url: str | None
    workspace: str | None
    artifact_path: str | None
    process: int
    process_began: int = 0
    notebook: str | None = None
    done: int = 0
    failed: int = 0

    @property
    def is_lost(self) -> bool:
        """Whether it was running in a process that is no more; a job goes on without its process."""
        return self.state == "running" and self.kind != "job" and not is_alive(self.process, self.process_began)


def entries(limit: int = KEPT_RECORDS) -> list[RunEntry]:
    """The runs and jobs that this machine knows of, newest first; a file that is none is passed over."""
    found = (_read(file) for file in sorted(folder().glob("*.json"), reverse=True))
    return list(itertools.islice((entry for entry in found if entry is not None), limit))


def find(run_id: str) -> RunEntry | None:
    """The run or job of that id as it was last written; None if this machine knows of none."""
    return _read(folder() / f"{run_id}.json") if _ID.fullmatch(run_id) else None


def folder() -> Path:
    """Where run records lie: a JSON file for each run, and beside it what else is kept of it."""
    return own_folder() / "runs"


def make_folder() -> None:
    """Have the folder there, for its owner alone."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)


def write(entry: RunEntry) -> None:
    """Write a record, whole or not at all; the first time, forget those that are too old.

    Raises:
        OSError: When it cannot be written.
    """
    target = folder() / f"{entry.id}.json"
    is_new = not target.exists()
    make_folder()
    unfinished = target.with_suffix(f".{os.getpid()}.tmp")
    unfinished.touch(ONLY_ITS_OWNER)
    # The name of a file may hold bytes that are no text, which no reader of JSON takes.
    text = json.dumps(asdict(entry), indent=2, ensure_ascii=False).encode("utf-8", "replace")
    unfinished.write_bytes(text)
    unfinished.replace(target)
    if is_new:
        _forget_old()


def _forget_old() -> None:
    """Remove all files of runs that began before those that are kept."""
    with os.scandir(folder()) as files:
        names = [file.name for file in files]
    ids = sorted((name.removesuffix(".json") for name in names if name.endswith(".json")), reverse=True)
    if len(ids) <= KEPT_RECORDS:
        return
    oldest = ids[KEPT_RECORDS - 1]
    for name in names:
        if name.partition(".")[0] < oldest:
            with contextlib.suppress(OSError):  # another process was faster, or has it open
                (folder() / name).unlink()


def _read(file: Path) -> RunEntry | None:
    try:
        entry = _adapter().validate_json(file.read_bytes())
    except (OSError, ValueError):
        return None
    return entry if entry.id == file.stem else None  # what lies beside a record is found by its id


@functools.cache
def _adapter() -> TypeAdapter[RunEntry]:
    return TypeAdapter(RunEntry)
