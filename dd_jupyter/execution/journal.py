"""Writes a run down while it goes on, and heeds what other processes wrote to it."""

from __future__ import annotations

import itertools
import math
import os
import time
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dd_jupyter.execution.job import Job
from dd_jupyter.execution.process import beginning_of
from dd_jupyter.execution.results import Creation, Preview
from dd_jupyter.execution.run import Run
from dd_jupyter.execution.run_entries import RunEntry, entries, write
from dd_jupyter.execution.run_log_file import LogFile
from dd_jupyter.execution.stop_request import forget_wish, is_asked_to_stop

WRITE_SECONDS = 1.0
"""How often at most a record is written while the run goes on; its end is written at once."""

LOOK_SECONDS = 0.5
"""How often at most a run looks whether it is asked to stop."""

CLOCKS_DIFFER_SECONDS = 60.0
"""How far the clock of a deployment may be off from this machine's."""

NOTEBOOK_VARIABLE = "JPY_SESSION_NAME"
"""Set by Jupyter Server in the kernels that it starts: the folder of the notebook, absolute, and the notebook's
name, where the client says both, as JupyterLab and Notebook do; what it gave as the path otherwise, which is
relative to the server's root. In a console it is the console's name, and after a renaming still the old one."""


class Journal:
    """Writes a run down when it starts and whenever what is to be known of it changes; a watch.

    Beside the record it keeps the run's log, and it stops the run when another process asks for that. Those
    two are not for jobs: their log is in NeMo Services, which stop them too.

    Attributes:
        failure: Why something of it could not be written down; None if all could. The run goes on without.
    """

    def __init__(self, base_url: str | None = None, workspace: str | None = None) -> None:
        self.failure: OSError | None = None
        self._place = (base_url, workspace)
        self._entry: RunEntry | None = None
        self._standing: tuple[Any, ...] = ()
        self._is_written = False
        self._written_at = -math.inf
        self._looked_at = 0.0
        self._log: LogFile | None = None
        self._logged = 0
        self._listens = False

    def __call__(self, run: Run[Any]) -> None:
        """Write down what has changed, and look whether the run is to stop."""
        now = time.monotonic()
        if self._entry is None:
            self._entry = self._begin(run)
            self._looked_at = now
            if not isinstance(run, Job):
                self._log, self._listens = LogFile(self._entry.id), True
        self._keep_log(run)  # first, so that who reads that it has ended finds all of it
        self._keep_record(run, self._entry, now)
        if self._listens:
            self._listen(run, self._entry, now)

    def _keep_log(self, run: Run[Any]) -> None:
        if self._log is None:
            return
        new, self._logged = run.logged - self._logged, run.logged
        try:
            if new:
                self._log.append(reversed(list(itertools.islice(reversed(run.log), new))))
        except OSError as failure:
            self.failure = failure
        if run.state != "running":
            self._log.close()
            self._log = None

    def _keep_record(self, run: Run[Any], before: RunEntry, now: float) -> None:
        path = run.path if isinstance(run, Creation) and run.has_path else None
        standing = (run.state, path, run.complete, len(run.failed_records))
        if standing == self._standing and self._is_written:
            return
        if run.state == "running" and now - self._written_at < WRITE_SECONDS:
            return
        self._standing, self._is_written, self._written_at = standing, False, now
        self._entry = replace(
            before,
            state=run.state,
            ended=None if run.state == "running" else before.ended or _time(datetime.now(UTC)),
            artifact_path=None if path is None else str(path),
            done=run.complete,
            failed=len(run.failed_records),
        )
        try:
            write(self._entry)
            self._is_written = True
        except OSError as failure:
            self.failure = failure

    def _listen(self, run: Run[Any], entry: RunEntry, now: float) -> None:
        if run.state != "running":
            self._listens = False
            forget_wish(entry.id)
        elif now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            if is_asked_to_stop(entry.id):
                run.cancel()

    def _begin(self, run: Run[Any]) -> RunEntry:
        """The entry of a run that this journal has not written yet; that of a job which another has, goes on."""
        base_url, workspace = self._place
        name, fingerprint = _name(run), _fingerprint(run)
        process, began = os.getpid(), beginning_of(os.getpid())
        if isinstance(run, Job):
            for entry in entries():
                known = (entry.kind, entry.base_url, entry.workspace, entry.name, entry.fingerprint)
                if known == ("job", base_url, workspace, name, fingerprint) and _same_time(entry.started, run.made_at):
                    return replace(entry, process=process, process_began=began)
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
            process=process,
            process_began=began,
            notebook=os.environ.get(NOTEBOOK_VARIABLE) or None,
        )


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
