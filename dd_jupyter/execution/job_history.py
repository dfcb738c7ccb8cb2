"""The whole log of a job, for whoever asks for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dd_jupyter.errors import DDJupyterError, JobError
from dd_jupyter.execution.events import Failed, Log
from dd_jupyter.execution.following import follow
from dd_jupyter.execution.job_lines import read_line
from dd_jupyter.nemo import background

if TYPE_CHECKING:
    from dd_jupyter.nemo.jobs import Jobs


class JobLog:
    """The log of a job: iterate over its lines, or look at it.

    Each line is an `events.Log` with level, message and time; as text it reads "12:30:01 INFO message".
    """

    def __init__(self, jobs: Jobs, workspace: str, job_name: str, *, follow: bool = False) -> None:
        """Nothing is read yet; with `follow` the iteration goes on until the job ended."""
        self._jobs = jobs
        self._workspace = workspace
        self._job_name = job_name
        self._follow = follow

    def __iter__(self) -> Iterator[Log]:
        return self._as_written() if self._follow else self._written()

    def __repr__(self) -> str:
        return "\n".join(
            f"{time.strftime('%H:%M:%S', time.localtime(line.time))} {line.level} {line.message}"
            for line in self._written()
        )

    def _written(self) -> Iterator[Log]:
        cursor: str | None = None
        while True:
            page = background.wait_for(self._jobs.logs(self._workspace, self._job_name, cursor=cursor))
            yield from (read_line(line) for line in page.data)
            cursor = page.next_page
            if cursor is None:
                return

    def _as_written(self) -> Iterator[Log]:
        for event in background.iterate(follow(self._jobs, self._workspace, self._job_name)):
            if isinstance(event, Log):
                yield event
            elif isinstance(event, Failed) and not _is_its_own(event.error):
                raise event.error


def _is_its_own(error: DDJupyterError) -> bool:
    """Whether an error is the job's, and not one of finding or asking it."""
    return isinstance(error, JobError) and error.__cause__ is None
