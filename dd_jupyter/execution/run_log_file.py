"""The log of a run in a file beside its record, for other processes to read while it runs and after it."""

from __future__ import annotations

import functools
import io
import json
import os
import time
from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter

from dd_jupyter.execution.events import Log
from dd_jupyter.execution.run_entries import ONLY_ITS_OWNER, RunEntry, folder, make_folder
from dd_jupyter.resources.secrets import redact

LOG_BYTES = 1_000_000
"""Some 7,000 lines; a run logs a few dozen, unless a provider fails all the time."""

LINE_CHARACTERS = 2_000
"""A line is cut here, as in the view: an answer of a model, quoted in an error, would be kept whole."""

THE_REST = "The log goes on, but the rest is not kept."


class LogFile:
    """Takes the lines of one run. It is there from the first line on, and ends with `THE_REST` if it is full."""

    def __init__(self, run_id: str) -> None:
        self._path = _path(run_id)
        self._file: io.FileIO | None = None
        self._bytes_left = LOG_BYTES

    def append(self, lines: Iterable[Log]) -> None:
        """Write lines at its end.

        Raises:
            OSError: When they cannot be written.
        """
        for line in lines:
            if self._bytes_left <= 0:
                return
            written = _encoded(line)
            self._bytes_left -= len(written)
            if self._bytes_left <= 0:
                written = _encoded(Log("WARNING", THE_REST, time.time()))
            self._open().write(written)

    def close(self) -> None:
        """Nothing follows."""
        if self._file is not None:
            self._file.close()

    def _open(self) -> io.FileIO:
        if self._file is None:
            make_folder()
            # Without a buffer: the last lines before a kernel dies are the ones to read.
            self._file = io.FileIO(self._path, "ab", opener=_for_its_owner)
        return self._file


def read_log(entry: RunEntry, after: int = 0) -> list[Log]:
    """The log of a run in a kernel, or of a preview anywhere; none of a job, whose log is in NeMo Services.

    Args:
        entry: The run.
        after: How many lines of it are known already.
    """
    try:
        with _path(entry.id).open("rb") as file:
            whole, _, _half_written = file.read(2 * LOG_BYTES).rpartition(b"\n")
    except OSError:
        return []
    lines = (_decoded(line) for line in whole.splitlines())
    return [line for line in lines if line is not None][after:]


def _path(run_id: str) -> Path:
    return folder() / f"{run_id}.log"


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, ONLY_ITS_OWNER)


def _encoded(line: Log) -> bytes:
    # Redacted before it is cut, as half a key would not be known for one; and again, as it stays on disk.
    message = redact(line.message)
    if len(message) > LINE_CHARACTERS:
        message = f"{message[:LINE_CHARACTERS]}… ({len(message) - LINE_CHARACTERS:,} more characters)"
    told = {"level": line.level, "message": message, "time": line.time}
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _decoded(line: bytes) -> Log | None:
    try:
        return _adapter().validate_json(line)
    except ValueError:
        return None


@functools.cache
def _adapter() -> TypeAdapter[Log]:
    return TypeAdapter(Log)
