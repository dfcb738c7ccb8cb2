"""A wish to stop a run, from a process that does not run it: a file beside the run's record."""

from __future__ import annotations

import contextlib
from pathlib import Path

from dd_jupyter.errors import ConflictError, DDJupyterError
from dd_jupyter.execution.run_entries import ONLY_ITS_OWNER, RunEntry, find, folder


def ask_to_stop(entry: RunEntry) -> None:
    """Ask the process that runs it to stop, as a click on Stop does; it hears it within a second.

    Raises:
        ConflictError: When it has ended, when its process is gone, and for a job, which NeMo Services stop.
        DDJupyterError: When the wish cannot be written.
    """
    _check_can_stop(entry)
    file = _file(entry.id)
    try:
        file.touch(ONLY_ITS_OWNER)
    except OSError as error:
        raise DDJupyterError(
            f"{_called(entry)} cannot be asked to stop, as `{file}` cannot be written: {error.strerror}. Stop it in "
            "its notebook."
        ) from error
    try:
        _check_can_stop(entry)
    except ConflictError:  # it ended meanwhile, and removes nothing any more
        forget_wish(entry.id)
        raise


def is_asked_to_stop(run_id: str) -> bool:
    """Whether another process asked."""
    try:
        _file(run_id).stat()
    except OSError:  # as a rule it is not there; if it cannot be seen, the run goes on
        return False
    return True


def forget_wish(run_id: str) -> None:
    """Take the wish back, for a run that has ended."""
    with contextlib.suppress(OSError):  # it stops no other run: no two have the same id
        _file(run_id).unlink()


def _check_can_stop(entry: RunEntry) -> None:
    called = _called(entry)
    if entry.kind == "job":
        raise ConflictError(f"{called} is stopped in NeMo Services: `%dd_cancel {entry.name}`.")
    now = find(entry.id)
    if now is None:
        raise ConflictError(f"{called} is not known on this machine any more. Stop it in its notebook.")
    if now.state != "running":
        raise ConflictError(f"{called} cannot be stopped: it has ended already, and is {now.state}.")
    if now.is_lost:
        raise ConflictError(f"{called} cannot be stopped: its kernel has ended, and the run with it.")


def _called(entry: RunEntry) -> str:
    kind = {"preview": "Preview", "create": "Dataset", "job": "Job"}[entry.kind]
    return f"{kind} `{entry.name}`" if entry.name else f"The {kind.lower()}"


def _file(run_id: str) -> Path:
    return folder() / f"{run_id}.stop"
