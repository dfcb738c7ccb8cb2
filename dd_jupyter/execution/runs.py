"""Run records: what this machine wrote down of every run and job, so that any process finds them again."""

from __future__ import annotations

import functools
import itertools
import json
import os
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter

from dd_jupyter.execution.job import Job
from dd_jupyter.execution.results import Creation, Preview
from dd_jupyter.execution.run import Run
from dd_jupyter.folders import own_folder

KEPT_RECORDS = 1_000
"""Older ones are forgotten: a few years of a busy person."""

CLOCKS_DIFFER_SECONDS = 60.0
"""How far the clock of a deployment may be off from this machine's."""

Kind = Literal["preview", "create", "job"]


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

    @property
    def is_lost(self) -> bool:
        """Whether it was running in a process that is no more; a job goes on without its process."""
        return self.state == "running" and self.kind != "job" and not _is_alive(self.process)


class Journal:
    """Writes a run down when it starts and whenever what is to be known of it changes; a watch.

    Attributes:
        failure: Why it could not be written down; None while it can. The run goes on without.
    """

    def __init__(self, base_url: str | None = None, workspace: str | None = None) -> None:
        self.failure: OSError | None = None
        self._place = (base_url, workspace)
        self._written: RunEntry | None = None

    def __call__(self, run: Run[Any]) -> None:
        """Write the run down as it stands, if that has changed."""
        entry = self._entry(run)
        if entry == self._written or self.failure is not None:
            return
        try:
            _write(entry)
        except OSError as failure:
            self.failure = failure
        self._written = entry

    def _entry(self, run: Run[Any]) -> RunEntry:
        path = str(run.path) if isinstance(run, Creation) and run.has_path else None
        before = self._written or self._begin(run)
        ended = None if run.state == "running" else before.ended or _time(datetime.now(UTC))
        return replace(before, state=run.state, ended=ended, artifact_path=path)

    def _begin(self, run: Run[Any]) -> RunEntry:
        """The entry of a run that this journal has not written yet; that of a job which another has, goes on."""
        base_url, workspace = self._place
        name, fingerprint = _name(run), _fingerprint(run)
        if isinstance(run, Job):
            for entry in entries():
                known = (entry.kind, entry.base_url, entry.workspace, entry.name, entry.fingerprint)
                if known == ("job", base_url, workspace, name, fingerprint) and _same_time(entry.started, run.made_at):
                    return replace(entry, process=os.getpid())
        started = run.made_at if isinstance(run, Job) else datetime.now(UTC)
        return RunEntry(
            id=f"{started:%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:6]}",
            kind="preview" if isinstance(run, Preview) else "job" if isinstance(run, Job) else "create",
            name=name,
            num_records=run.workload.num_records,
            fingerprint=fingerprint,
            started=_time(started),
            state=run.state,
            ended=None,
            base_url=base_url,
            workspace=workspace,
            artifact_path=None,
            process=os.getpid(),
        )


def entries(limit: int = KEPT_RECORDS) -> list[RunEntry]:
    """The runs and jobs that this machine knows of, newest first; a file that is none is passed over."""
    found = (_read(file) for file in sorted(folder().glob("*.json"), reverse=True))
    return list(itertools.islice((entry for entry in found if entry is not None), limit))


def folder() -> Path:
    """Where run records lie: one JSON file each."""
    return own_folder() / "runs"


def _write(entry: RunEntry) -> None:
    target = folder() / f"{entry.id}.json"
    is_new = not target.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}.tmp")
    unfinished.write_text(json.dumps(asdict(entry), indent=2), encoding="utf-8")
    unfinished.replace(target)
    if is_new:
        for old in list(_beyond(KEPT_RECORDS)):
            old.unlink(missing_ok=True)


def _beyond(number: int) -> Iterator[Path]:
    yield from sorted(folder().glob("*.json"), reverse=True)[number:]


def _read(file: Path) -> RunEntry | None:
    try:
        return _adapter().validate_json(file.read_bytes())
    except (OSError, ValueError):
        return None


@functools.cache
def _adapter() -> TypeAdapter[RunEntry]:
    return TypeAdapter(RunEntry)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _same_time(written: str, moment: datetime) -> bool:
    """Whether a job was made when a record says; one of the same name made later is another."""
    try:
        return abs((datetime.fromisoformat(written) - moment).total_seconds()) < CLOCKS_DIFFER_SECONDS
    except (ValueError, TypeError):
        return False


def _name(run: Run[Any]) -> str:
    if isinstance(run, Job):
        return run.job_name
    return run.workload.dataset_name if isinstance(run, Creation) else run.name


def _fingerprint(run: Run[Any]) -> str:
    """What tells its configuration from others; "" for one that the library refuses, as the run is about to tell."""
    try:
        return str(run.workload.builder.build().fingerprint()["config_hash"])
    except ValueError:
        return ""


def _is_alive(process: int) -> bool:
    if sys.platform == "win32":  # there the question would be an interrupt
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True
