"""Follows a job in NeMo Services: what it does, as the events of a run."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from dd_jupyter.errors import DDJupyterError, DeniedError, JobError, NotFoundError, ServicesError, UnreachableError
from dd_jupyter.execution.events import (
    Cancelled,
    Done,
    Event,
    Failed,
    Heartbeat,
    JobStatus,
    Log,
    Resumed,
    Step,
    Waiting,
)
from dd_jupyter.execution.job_log import Entry, ProgressReader, parse, reason
from dd_jupyter.execution.log_tail import LogTail
from dd_jupyter.nemo.jobs import Job, Jobs, Status
from dd_jupyter.resources.secrets import redact

SERVICES = "NeMo Services"
"""Whom `Waiting` names when the services do not answer."""

HEARTBEAT_SECONDS = 1.0
"""A view that hears nothing for two looks dead."""

ANSWER_SECONDS = 30.0
"""An answer that takes longer is not waited for: the slowest, a page of 1000 lines, takes 0.1 s."""

LOG_SECONDS = 4.0
"""The library counts records every five seconds; between its counts a job's log is silent as a rule."""

CHATTY_LINES = 10
"""A log that brings so many lines at once is read at every look, and so are its first lines."""

LATEST_LINE_SECONDS = 6.0
"""How late a line may be: logs are sent in batches, every five seconds at the latest (OpenTelemetry)."""

LAST_WORD_SECONDS = 1.5
"""The same once the job has written its last line: after that only its process ends."""

LONG_AGO_SECONDS = 60.0
"""A job that ended so long ago has its whole log; long enough for clocks that differ."""

LAST_LINES = 200
"""Lines kept for the reason of a failure; the runner's own word is among the last five."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a job is asked after, in seconds between polls.

    Attributes:
        quick: While something is about to change: after a change of status or step, and near the end.
        lively: While lines come; the library counts records every five seconds.
        slow: While nothing has changed for long: a job of hours, whose end need not be seen at once.
        paused: While it is paused, which only a person ends.
        share: Of the time since the last change, what the next poll may take: with a twentieth, what changed
            after a minute is seen within three seconds.
    """

    quick: float = 0.5
    lively: float = 2.0
    slow: float = 5.0
    paused: float = 10.0
    share: float = 0.05

    def pause(self, status: str, *, unchanged: float, silent: float, seconds_left: float | None) -> float:
        """Seconds until the next poll.

        Args:
            status: The job's.
            unchanged: Seconds since its status, or what it is busy with, changed.
            silent: Seconds since its last new line.
            seconds_left: Until its records are made, as far as it is known.
        """
        if status == "paused":
            return self.paused
        pause = min(max(unchanged * self.share, self.quick), self.slow)
        if silent < 2 * self.slow:
            pause = min(pause, self.lively)
        if seconds_left is not None:
            pause = min(pause, max(seconds_left, self.quick))
        return pause


async def follow(
    jobs: Jobs, workspace: str, name: str, *, pace: Pace | None = None, wake: asyncio.Event | None = None
) -> AsyncGenerator[Event]:
    """Follow a job to its end, whenever it began, and give what happens as the events of a run.

    Each poll asks for the status first and gives `JobStatus` at once if it changed, then reads what is new
    in the log; so the end is told with the poll that meets it. The rest of the log is waited for after
    that, and `Done`, `Cancelled` or `Failed` comes when it is whole. While services do not answer there is
    `Waiting` for them, and `Resumed` when they are back; a paused job is followed on, slowly. Closing the
    iterator leaves the job alone.

    Args:
        jobs: The Jobs API of the deployment.
        workspace: The job's workspace.
        name: The job's name.
        pace: How often to ask.
        wake: Is set when there is a reason to look at once; it is cleared by that.
    """
    following = _Following(jobs, workspace, name, pace or Pace(), wake or asyncio.Event())
    try:
        async for event in following.events():
            yield event
    except NotFoundError as error:
        gone = JobError(
            f"Job `{name}` is not in workspace `{workspace}`: it was deleted, or never there. "
            "`%dd_jobs` lists those that are."
        )
        gone.__cause__ = error
        yield Failed(gone)
    except ServicesError as error:
        yield Failed(error)


class _Following:
    def __init__(self, jobs: Jobs, workspace: str, name: str, pace: Pace, wake: asyncio.Event) -> None:
        self._wake = wake
        self._jobs = jobs
        self._workspace = workspace
        self._name = name
        self._pace = pace
        self._tail = LogTail(jobs, workspace, name)
        self._job: Job | None = None
        self._status: Status | None = None
        self._attempt = self._tail.attempt
        self._reader = ProgressReader()
        self._last: deque[Entry] = deque(maxlen=LAST_LINES)
        self._changed_at = self._news_at = time.monotonic()
        self._read_at = 0.0
        self._is_chatty = False
        self._log_trouble: ServicesError | None = None

    async def events(self) -> AsyncGenerator[Event]:
        async for event in self._patiently(self._get_job):
            yield event
        self._begin()
        while True:
            async for event in self._poll():
                yield event
            if self._status is not None and self._status.ended:
                break
            async for event in self._rest(self._until_next()):
                yield event
        try:
            async for event in self._to_the_last_line():
                yield event
        except NotFoundError:
            yield Log("WARNING", "The job was deleted while the end of its log was read.", time.time())
        yield self._ending(self._status)

    # Asking.

    async def _get_job(self) -> None:
        self._job = await self._jobs.get(self._workspace, self._name)

    async def _get_status(self) -> None:
        self._status = await self._jobs.status(self._workspace, self._name)

    async def _poll(self) -> AsyncGenerator[Event]:
        """One look: the status, and where there may be any, new lines."""
        before = self._status
        async for event in self._patiently(self._get_status):
            yield event
        status = self._status
        assert status is not None  # noqa: S101 - `_patiently` ends with an answer or an error
        if before is None or (before.status, before.message) != (status.status, status.message):
            self._changed_at = time.monotonic()
            yield JobStatus(status.status, redact(status.message))
        heard = False
        changed = before is None or before.status != status.status
        began = status.steps and (self._tail.count or status.status not in {"created", "pending"})
        # The log of an ended job is read by `_to_the_last_line`, which minds that it may be gone.
        if began and not status.ended and (changed or self._log_is_due()):
            async for event in self._new_lines():
                heard = True
                yield event
        if not heard:
            yield Heartbeat()

    async def _new_lines(self) -> AsyncGenerator[Event]:
        """What is new in the log, as lines and as what they stand for.

        Services that give the status but not the log are no reason to stop, and one request that fails is
        made up for by the next.
        """
        self._read_at, before = time.monotonic(), self._tail.count
        pages = self._tail.read()
        try:
            while True:
                async with asyncio.timeout(ANSWER_SECONDS):
                    lines = await anext(pages, None)
                if lines is None:
                    break
                self._news_at = time.monotonic()
                if self._tail.attempt != self._attempt:
                    self._begin()
                for line in lines:
                    entry = parse(line)
                    self._last.append(entry)
                    yield entry.log
                    for event in self._reader.read(entry.log, entry.logger):
                        if isinstance(event, Step):
                            self._changed_at = time.monotonic()
                        yield event
            self._log_trouble = None
            self._is_chatty = self._tail.count - before >= CHATTY_LINES
        except (ServicesError, TimeoutError) as error:
            trouble = _unavailable(error)
            if trouble is None:
                raise
            self._log_trouble = trouble

    def _log_is_due(self) -> bool:
        """Whether the log is worth a request: each reads a known line again, so it should bring several."""
        waited = time.monotonic() - self._read_at
        few_yet = self._tail.count < CHATTY_LINES
        return waited >= LOG_SECONDS or self._is_chatty or few_yet or self._tail.owes or self._log_trouble is not None

    async def _patiently(self, ask: Callable[[], Awaitable[None]]) -> AsyncGenerator[Event]:
        """Ask until there is an answer, however long services are away; `ask` keeps the answer."""
        since, tries = time.time(), 0
        while True:
            asking = asyncio.ensure_future(_within(ask()))
            try:
                while not (await asyncio.wait({asking}, timeout=HEARTBEAT_SECONDS))[0]:
                    yield Heartbeat()
                await asking
                break
            except (ServicesError, TimeoutError) as error:
                trouble = _unavailable(error)
                if trouble is None:
                    raise
                tries += 1
                yield Waiting(SERVICES, redact(str(trouble)), since, tries)
            finally:
                asking.cancel()
            async for event in self._rest(min(self._pace.quick * 2**tries, self._pace.slow)):
                yield event
        if tries:
            yield Resumed(SERVICES)

    async def _rest(self, seconds: float) -> AsyncGenerator[Event]:
        """Let time pass, or less of it when woken, and say that all is well meanwhile."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(min(left, HEARTBEAT_SECONDS)):
                    await self._wake.wait()
                self._wake.clear()
                return
            except TimeoutError:
                if until - time.monotonic() > 0:
                    yield Heartbeat()

    def _until_next(self) -> float:
        now = time.monotonic()
        if self._tail.owes:
            return self._pace.quick
        return self._pace.pause(
            self._status.status if self._status else "",
            unchanged=now - self._changed_at,
            silent=now - self._news_at,
            seconds_left=self._reader.seconds_left,
        )

    # The beginning and the end.

    def _begin(self) -> None:
        """Count from nothing: at first, and when the log is another than before."""
        job, self._attempt = self._job, self._tail.attempt
        self._reader = ProgressReader(job.num_records, job.config) if job else ProgressReader()
        self._last.clear()

    async def _to_the_last_line(self) -> AsyncGenerator[Event]:
        """Read the log until nothing can be missing; give up on a log that cannot be read."""
        ended_at = time.monotonic()
        while True:
            async for event in self._new_lines():
                yield event
            patience = LAST_WORD_SECONDS if self._reader.ended else LATEST_LINE_SECONDS
            whole = self._ended_long_ago or time.monotonic() - max(ended_at, self._news_at) >= patience
            if whole and not self._tail.owes and self._log_trouble is None:
                break
            if self._log_trouble is not None and time.monotonic() - ended_at > ANSWER_SECONDS:
                lost = f"The end of the log could not be read: {redact(str(self._log_trouble))}"
                yield Log("WARNING", lost, time.time())
                break
            async for event in self._rest(self._pace.quick):
                yield event
        if self._status is not None and self._status.status == "completed":
            for progress in self._reader.complete():
                yield progress

    @property
    def _ended_long_ago(self) -> bool:
        changed_at = self._status.changed_at if self._status else None
        return changed_at is not None and (datetime.now(UTC) - changed_at).total_seconds() > LONG_AGO_SECONDS

    def _ending(self, status: Status | None) -> Event:
        if status is not None and status.status == "completed":
            return Done(self._reader.num_records or 0, 0.0, {})
        if status is not None and status.status == "cancelled":
            return Cancelled()
        return Failed(JobError(f"Job `{self._name}` failed: {reason(status, self._last)}"))


async def _within(answer: Awaitable[None]) -> None:
    async with asyncio.timeout(ANSWER_SECONDS):
        await answer


def _unavailable(error: DDJupyterError | TimeoutError) -> ServicesError | None:
    """The error of services that may be back later; None if asking again would be answered the same."""
    if isinstance(error, TimeoutError):
        return UnreachableError(f"NeMo Services did not answer within {ANSWER_SECONDS:.0f} s.")
    if isinstance(error, DeniedError | NotFoundError):
        return None
    if isinstance(error, UnreachableError):
        return error
    busy = isinstance(error, ServicesError) and (error.status is None or error.status >= 500 or error.status == 429)
    return error if busy and isinstance(error, ServicesError) else None
