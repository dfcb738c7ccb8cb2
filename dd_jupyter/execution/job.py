"""A job in NeMo Services, as a person holds it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from dd_jupyter.engine import Column
from dd_jupyter.errors import ConflictError, DDJupyterError, JobError, NotFoundError, NotReadyError, ServicesError
from dd_jupyter.execution import dataset
from dd_jupyter.execution.cancel import Cancel
from dd_jupyter.execution.events import (
    Analysis,
    Artifacts,
    Cancelled,
    Columns,
    Dataset,
    Done,
    Event,
    Failed,
    Heartbeat,
    JobStatus,
    Log,
)
from dd_jupyter.execution.run import Run, State
from dd_jupyter.execution.workload import JobWorkload
from dd_jupyter.nemo import background
from dd_jupyter.nemo.job_answers import ENDED

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from data_designer.config.analysis.dataset_profiler import DatasetProfilerResults
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.execution.artifacts import Transferred
    from dd_jupyter.execution.job_history import JobLog
    from dd_jupyter.nemo.deployment import Deployment

TICK_SECONDS = 1.0
"""How often a view that follows a job is drawn at least, for its clock."""

AWAIT_SECONDS = 0.1
"""How often a coroutine looks whether it ended; it holds no thread, so giving up leaves nothing behind."""

SAMPLE_RECORDS = 100
"""Records that the view of an ended job has at hand: a few pages, in one batch."""

_STEPS = {
    "created": "Waiting for a worker",
    "pending": "Starting a worker",
    "active": "At work",
    "pausing": "Pausing",
    "paused": "Paused: `.resume()` starts it again from its first record",
    "resuming": "Starting again",
    "cancelling": "Cancelling: the services were asked to stop it",
    "completed": "Reading the end of the log",
    "cancelled": "Reading the end of the log",
    "error": "Reading the end of the log",
}
"""What a person reads while a job is in a status."""


class Job(Run[JobWorkload]):
    """A dataset that NeMo Services make, whether or not this kernel looks on.

    It is followed from a thread; interrupting or restarting the kernel leaves it running. Every method
    that asks the services has a twin that can be awaited, with an ``a`` before its name, and ``await job``
    waits for its end.

    Attributes:
        status: What the services say of it: "created", "pending", "active", "pausing", "paused",
            "resuming", "cancelling", "cancelled", "error", "completed".
        status_message: What they say beside it; "" if nothing.
        history: The statuses that were seen one after the other, each with the seconds from its making to then.
        deployment: Where it is.
        made_at: When it was made; of one found after its end, so long before as it took.
    """

    def __init__(
        self, workload: JobWorkload, deployment: Deployment, *, status: str, name: str = "", age_seconds: float = 0.0
    ) -> None:
        """Hold a job that is there already.

        Args:
            workload: What was submitted.
            deployment: Where.
            status: What the services say of it now.
            name: The variable that holds it.
            age_seconds: Since it was made; of an ended one, how long it took.
        """
        # Here and not above: views know this class, and are drawn before the HTTP client is needed.
        from dd_jupyter.execution.artifacts import JobArtifacts

        where = f"NeMo Services · workspace {workload.workspace}"
        super().__init__(workload, self._events, name=name, where=where, background=True)
        self.status = status
        self.status_message = ""
        self.history: list[tuple[str, float]] = [(status, age_seconds)]
        self.deployment = deployment
        self.made_at = datetime.now(UTC) - timedelta(seconds=age_seconds)
        self._started = time.monotonic() - age_seconds
        self._took: float | None = age_seconds if status in ENDED else None
        self._wake = asyncio.Event()
        self._artifacts = JobArtifacts(deployment, workload.workspace, workload.job_name)
        self._frame: pd.DataFrame | None = None
        self._sample_frame: pd.DataFrame | None = None

    @property
    def job_name(self) -> str:
        """Its name in the workspace."""
        return self.workload.job_name

    @property
    def workspace(self) -> str:
        """The workspace that it is in."""
        return self.workload.workspace

    @property
    def builder(self) -> DataDesignerConfigBuilder:
        """The configuration that it was made from."""
        return self.workload.builder

    @property
    def has_ended(self) -> bool:
        """Whether the services say that it has ended, well or not."""
        return self.status in ENDED

    def warn(self, text: str) -> None:
        """Note something beside what the services log."""
        self.note(Log("WARNING", text, time.time()))

    @property
    def seconds(self) -> float:
        """Since it was made; once the services say that it ended, how long it took."""
        return super().seconds if self._took is None else self._took

    # Its end.

    def wait(self, timeout: float | None = None) -> Self:
        """Wait until it ended; an interrupt of the kernel ends the waiting, not the job.

        Args:
            timeout: Seconds to wait at most; None for as long as it takes.

        Raises:
            TimeoutError: When it takes longer.
            JobError: When it failed, with its own reason; and when it is paused, since it would not end.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._ended.wait(_left(deadline, TICK_SECONDS)):
            self._check_worth_waiting(timeout, deadline)
        if self.error is not None:
            raise self.error
        return self

    async def await_end(self, timeout: float | None = None) -> Self:
        """As `wait`, for a coroutine; ``await job`` is the same without a timeout."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._ended.is_set():
            self._check_worth_waiting(timeout, deadline)
            await asyncio.sleep(_left(deadline, AWAIT_SECONDS))
        return self.wait()

    def __await__(self) -> Generator[Any, Any, Self]:
        return self.await_end().__await__()

    def _check_worth_waiting(self, timeout: float | None, deadline: float | None) -> None:
        if self.status == "paused":
            raise JobError(
                f"Job `{self.job_name}` is paused and does not go on by itself. `.resume()` starts it again from its "
                "first record; `.cancel()` ends it."
            )
        if deadline is not None and time.monotonic() >= deadline:
            raise TimeoutError(
                f"Job `{self.job_name}` has not ended after {timeout:g} s. Wait again, or stop it with `.cancel()`."
            )

    # What can be done to it.

    def cancel(self) -> None:
        """Ask the services to stop it; batches that are finished stay. Nothing if it has ended.

        Raises:
            ServicesError: When they cannot be asked, or refuse; the job runs on then.
        """
        background.wait_for(self._cancel_job())

    async def acancel(self) -> None:
        """As `cancel`."""
        await background.hand_over(self._cancel_job())

    def pause(self) -> None:
        """Ask the services to pause it. What it has made in this attempt is made again after `resume`.

        Raises:
            ServicesError: When they cannot be asked, or the job's state does not allow it.
        """
        background.wait_for(self._pause_job())

    async def apause(self) -> None:
        """As `pause`."""
        await background.hand_over(self._pause_job())

    def resume(self) -> None:
        """Start a paused job again. It starts from scratch: the services keep no half-made dataset to go on with.

        Raises:
            ServicesError: When they cannot be asked, or the job's state does not allow it.
        """
        background.wait_for(self._resume_job())

    async def aresume(self) -> None:
        """As `resume`."""
        await background.hand_over(self._resume_job())

    def delete(self) -> None:
        """Delete an ended job with its log and everything it made; downloads stay.

        Raises:
            ConflictError: While it has not ended: cancel it first.
            ServicesError: When the services cannot be asked, or refuse.
        """
        background.wait_for(self._delete_job())

    async def adelete(self) -> None:
        """As `delete`."""
        await background.hand_over(self._delete_job())

    # What it says and leaves.

    def logs(self, *, follow: bool = False) -> JobLog:
        """Its whole log, line by line; with `follow` the iteration goes on until the job ended."""
        from dd_jupyter.execution.job_history import JobLog

        return JobLog(self.deployment.jobs, self.workspace, self.job_name, follow=follow)

    def head(self, num_records: int = 10) -> pd.DataFrame:
        """The first finished records, read from as few batches as hold them; may be called while it runs.

        Raises:
            NotReadyError: When no batch is finished.
        """
        return background.wait_for(self._head(num_records))

    async def ahead(self, num_records: int = 10) -> pd.DataFrame:
        """As `head`."""
        return await background.hand_over(self._head(num_records))

    def download(
        self,
        folder: Path | str | None = None,
        *,
        progress: Callable[[Transferred], None] | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Bring everything it has made so far to this machine; goes on where an earlier download broke off.

        Args:
            folder: Where to; ``artifacts/<job>`` if None.
            progress: Called with files and bytes as they come.
            overwrite: Whether a folder may be filled that holds something else.

        Returns:
            The folder, laid out as that of a local dataset.
        """
        return background.wait_for(self._artifacts.download(folder, progress, overwrite=overwrite))

    async def adownload(
        self,
        folder: Path | str | None = None,
        *,
        progress: Callable[[Transferred], None] | None = None,
        overwrite: bool = False,
    ) -> Path:
        """As `download`."""
        return await background.hand_over(self._artifacts.download(folder, progress, overwrite=overwrite))

    @property
    def dataset(self) -> pd.DataFrame:
        """The records of the ended job, in the configuration's column order, fetched once and then kept.

        Raises:
            NotReadyError: While it runs; `head` shows what is finished.
        """
        if self.state == "running":
            raise NotReadyError(
                f"Job `{self.job_name}` is still at work. Wait for it with `.wait()`, or look at it with `.head()`."
            )
        if self._frame is not None:
            return self._frame
        frame = self.load_dataset()
        if self.status in ENDED:  # else it is not followed any more, and there may be more the next time
            self._frame = frame
        return frame

    def load_dataset(self) -> pd.DataFrame:
        """Fetch the records that are finished, in the configuration's column order.

        Raises:
            NotReadyError: When no batch is finished.
        """
        return background.wait_for(self._load_dataset())

    async def aload_dataset(self) -> pd.DataFrame:
        """As `load_dataset`."""
        return await background.hand_over(self._load_dataset())

    @property
    def analysis(self) -> DatasetProfilerResults:
        """The library's profile of the columns, fetched once and then kept.

        Raises:
            NotReadyError: Before the job completed.
        """
        if self._analysis is None:
            self._analysis = self.load_analysis()
        return self._analysis

    def load_analysis(self) -> DatasetProfilerResults:
        """Fetch the library's profile of the columns.

        Raises:
            NotReadyError: Before the job completed.
        """
        return background.wait_for(self._artifacts.load_analysis())

    async def aload_analysis(self) -> DatasetProfilerResults:
        """As `load_analysis`."""
        return await background.hand_over(self._artifacts.load_analysis())

    def load_processor_dataset(self, name: str) -> pd.DataFrame:
        """Fetch what the processor called `name` made.

        Raises:
            NotReadyError: When that processor left nothing.
        """
        return background.wait_for(self._artifacts.load_processor_dataset(name))

    async def aload_processor_dataset(self, name: str) -> pd.DataFrame:
        """As `load_processor_dataset`."""
        return await background.hand_over(self._artifacts.load_processor_dataset(name))

    @property
    def sample_frame(self) -> pd.DataFrame | None:
        """The records that a view of the ended job shows; None while it runs, and if there are none."""
        return self._sample_frame

    def __repr__(self) -> str:
        return f"<Job {self.workspace}/{self.job_name} {self.status}>"

    # Carrying it out.

    def _events(self, _workload: JobWorkload, cancel: Cancel) -> Generator[Event]:
        """Follow the job; asking to cancel this stops the following, not the job."""
        events = self._followed()
        for event in background.iterate(events, tick=TICK_SECONDS, when_asked_to_stop=cancel.on_request):
            yield Heartbeat() if event is None else event

    async def _followed(self) -> AsyncGenerator[Event]:
        from dd_jupyter.execution.following import follow

        async for event in follow(self.deployment.jobs, self.workspace, self.job_name, wake=self._wake):
            if isinstance(event, Done | Cancelled):  # what it leaves is there; the view shows it with the end
                for found in await self._what_it_left(event):
                    yield found
            yield event

    async def _what_it_left(self, end: Done | Cancelled) -> list[Event]:
        """A sample and the profile, for the view; a job that left nothing, or not yet, has none."""
        found: list[Event] = []
        try:
            found.append(Dataset(await self._head(SAMPLE_RECORDS)))
            if isinstance(end, Done):
                found.append(Analysis(await self._artifacts.load_analysis()))
        except Exception as error:  # the job is as it is, whatever its view can show
            if isinstance(end, Done) or not isinstance(error, NotReadyError):
                reason = str(error) if isinstance(error, DDJupyterError) else f"{type(error).__name__}: {error}"
                found.append(Log("WARNING", f"The view lacks a part of what the job left. {reason}", time.time()))
        return found

    async def _head(self, num_records: int) -> pd.DataFrame:
        return self._seed_first(await self._artifacts.head(num_records, self.columns))

    async def _load_dataset(self) -> pd.DataFrame:
        return self._seed_first(await self._artifacts.load_dataset(self.columns))

    def _seed_first(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The columns that the seed brings, which a configuration does not list, come first, as everywhere."""
        if self.builder.get_seed_config() is None:
            return frame
        made = {name for column in self.columns for name in (column.name, *column.side_effects)}
        brought = [Column(str(name), "seed-dataset") for name in frame.columns if name not in made]
        return dataset.in_order(frame, (*brought, *self.columns))

    def _apply(self, event: Event) -> None:
        if isinstance(event, JobStatus):
            if event.status != self.status:
                self.history.append((event.status, self.seconds))
            self.status, self.status_message = event.status, event.message
            self.step = _STEPS.get(event.status, event.status.capitalize())
            if event.status in ENDED and self._took is None:
                self._took = self.seconds
            return
        if isinstance(event, Columns):
            return  # the configuration knows more of them than the log
        match event:
            case Failed(ServicesError() as error) if not isinstance(error, NotFoundError):
                event = Failed(self._not_followed(error))
        super()._apply(event)

    def _end(self, state: State) -> None:
        if state == "cancelled" and self.status != "cancelled":
            # The following broke off, which the job knows nothing of.
            if self.status == "completed":
                state = "completed"
            else:
                self.error, state = self._not_followed(), "failed"
        super()._end(state)

    def _keep(self, event: Dataset | Artifacts) -> None:
        if isinstance(event, Dataset):
            self._sample_frame = event.frame

    def _not_followed(self, reason: ServicesError | None = None) -> JobError:
        how = "it failed" if self.status == "error" else "it goes on in NeMo Services"
        because = f": {reason}" if reason else "."
        error = JobError(
            f"Job `{self.job_name}` is not followed any more, but {how}{because} Find it again with "
            f"`%dd_attach {self.job_name}`."
        )
        error.__cause__ = reason
        return error

    async def _cancel_job(self) -> None:
        try:
            await self.deployment.jobs.cancel(self.workspace, self.job_name)
        except ConflictError:
            if (await self.deployment.jobs.status(self.workspace, self.job_name)).status not in ENDED:
                raise
        self._wake.set()

    async def _pause_job(self) -> None:
        await self.deployment.jobs.pause(self.workspace, self.job_name)
        self._wake.set()

    async def _resume_job(self) -> None:
        await self.deployment.jobs.resume(self.workspace, self.job_name)
        # Before the next look, so that a wait begun now is not told of the pause that has ended.
        try:
            self.status = (await self.deployment.jobs.status(self.workspace, self.job_name)).status
        except ServicesError:
            self.status = "resuming"  # as was asked; the next look tells
        self._wake.set()

    async def _delete_job(self) -> None:
        now = await self.deployment.jobs.status(self.workspace, self.job_name)
        if now.status not in ENDED:
            raise ConflictError(
                f"Job `{self.job_name}` is {now.status} and cannot be deleted. Cancel it with `.cancel()`, and wait "
                "for its end."
            )
        await self.deployment.jobs.delete(self.workspace, self.job_name)


def _left(deadline: float | None, longest: float) -> float:
    return longest if deadline is None else max(0.0, min(longest, deadline - time.monotonic()))
