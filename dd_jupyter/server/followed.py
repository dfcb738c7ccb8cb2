"""Jobs that a browser looks at: found again, followed while someone asks, and let go when nobody does."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import words
from dd_jupyter.display.view_parts import NoticeView, View
from dd_jupyter.errors import ConflictError, DDJupyterError, JobError
from dd_jupyter.execution.run import Run
from dd_jupyter.execution.runs import Journal
from dd_jupyter.resources.secrets import redact
from dd_jupyter.server.services import ANSWER_SECONDS, answer_of, late

if TYPE_CHECKING:
    from dd_jupyter.display.live_model import LiveRunView
    from dd_jupyter.display.requests.request import Request
    from dd_jupyter.execution.job import Job
    from dd_jupyter.execution.transfer import Transferred
    from dd_jupyter.nemo.deployment import Deployment

MOST = 16
"""Jobs that are held at once; of more the one goes that nobody has asked for the longest."""

KEPT_SECONDS = 120.0
"""How long a job is held that nobody asks for: a tab in the background looks about once a minute."""

READING_SECONDS = 10.0
"""How long the end of a log may take before the job is shown all the same, as `%dd_attach` does."""

AGAIN_SECONDS = 10.0
"""How soon a job is found anew whose following broke off."""

DOWNLOAD_SECONDS = 20.0
"""How long a download is waited for; a longer one goes on, and what stands between may not wait for hours."""

Key = tuple[str, str, str]


class _WhileHeld(Journal):
    """Writes a job down as long as it is held: how it stands after that is not known here."""

    held = True

    def __call__(self, run: Run[Any]) -> None:
        if self.held:
            super().__call__(run)


class FollowedJob:
    """A job as it goes on, with what answers questions about it. May be asked from any thread.

    Attributes:
        asked_at: When someone last asked, by the clock that only goes forward.
    """

    def __init__(self, deployment: Deployment, name: str) -> None:
        self.asked_at = time.monotonic()
        self._deployment = deployment
        self._name = name
        self._lock = threading.Lock()
        self._looking = threading.Lock()
        self._found: _Found | None = None
        self._let_go = False
        self._transfer = ""
        self._notices: tuple[NoticeView, ...] = ()

    @property
    def view(self) -> LiveRunView:
        """How it stands.

        Raises:
            ServicesError: When it cannot be found.
        """
        from dd_jupyter.display.live_view import live_run

        found = self._job()
        if found.job.has_ended:  # a page stops asking with the end, so its records have to be there by then
            _wait_for_end(found.job)
        with self._looking:
            found.records.look()
            view = live_run(found.job, found.records.view, self._transfer)
        return view.model_copy(update={"notices": (*view.notices, *self._notices)})

    def answer(self, request: Request) -> View | None:
        """What a question about it is answered.

        Raises:
            DDJupyterError: When it has no answer.
        """
        found = self._job()
        if found.records.view is None:
            with self._looking:
                found.records.look()
        return found.answers[type(request)](request)

    def cancel(self) -> None:
        """Ask NeMo Services to stop it."""
        self._job().job.cancel()

    def download(self, folder: Path, shown: str) -> str:
        """Bring what it has made to this machine; how far that is stands in its view.

        Args:
            folder: Where to.
            shown: The same, as a person sees it.

        Returns:
            What came of it, as a sentence; of one that takes long, that it goes on.

        Raises:
            ConflictError: When it is being downloaded already.
            DDJupyterError: When the folder cannot be written, or holds something else.
        """
        job = self._job().job
        with self._lock:
            if self._transfer:
                raise ConflictError(f"Job `{self._name}` is being downloaded already: {self._transfer}.")
            self._transfer, self._notices = words.size(0), ()
        ended: Future[str] = Future()
        threading.Thread(
            target=self._download, args=(job, folder, shown, ended), name="dd_jupyter-download", daemon=True
        ).start()
        try:
            return ended.result(DOWNLOAD_SECONDS)
        except TimeoutError:
            return f"The download to `{shown}` goes on. The job's view tells how far it is."

    def _download(self, job: Job, folder: Path, shown: str, ended: Future[str]) -> None:
        said = f"Downloaded to `{shown}`."
        try:
            job.download(folder, progress=self._tell)
        except Exception as error:
            reason = str(error) if isinstance(error, DDJupyterError) else f"{type(error).__name__}: {error}"
            self._notices = (NoticeView(level="error", text=redact(f"The download failed. {reason}")),)
            self._transfer = ""
            ended.set_exception(error)
        else:
            self._notices = (NoticeView(level="info", text=said),)
            self._transfer = ""
            ended.set_result(said)

    @property
    def is_busy(self) -> bool:
        """Whether it is being found, or downloaded."""
        return self._lock.locked() or bool(self._transfer)

    @property
    def broke_off(self) -> bool:
        """Whether it is not followed any more although it goes on, and may be found anew."""
        found = self._found
        if found is None or found.job.state == "running" or found.job.has_ended:
            return False
        return time.monotonic() - found.at > AGAIN_SECONDS

    def let_go(self) -> None:
        """Follow it no more. The job itself goes on."""
        self._let_go = True  # and then look: `_job` does it the other way round, so that one of them sees the other
        if self._found is not None:
            self._found.stop()

    def _job(self) -> _Found:
        self.asked_at = time.monotonic()
        if not self._lock.acquire(timeout=ANSWER_SECONDS):  # another request asks already, and has no answer yet
            raise late(self._deployment, ANSWER_SECONDS)
        try:
            if self._found is None:
                # Finding it has all the patience of a cell. Whether there is an answer at all is told sooner.
                answer_of(self._deployment, self._deployment.jobs.status(self._deployment.workspace, self._name))
                self._found = _Found(self._deployment, self._name)
                if self._let_go:
                    self._found.stop()
            return self._found
        finally:
            self._lock.release()

    def _tell(self, transferred: Transferred) -> None:
        self.asked_at = time.monotonic()
        self._transfer = f"{words.size(transferred.bytes_done)} of {words.size(transferred.bytes)}"


class _Found:
    """A job that was found: followed in a thread, written down, and ready to answer."""

    def __init__(self, deployment: Deployment, name: str) -> None:
        # What reads configurations and records takes a second to import, so it is when a job is looked at.
        from dd_jupyter.api.carrying_out import carry_out
        from dd_jupyter.display.answers.run_answers import RunAnswers
        from dd_jupyter.display.answers.run_records import RunRecords
        from dd_jupyter.execution.attaching import attached

        self.at = time.monotonic()
        self.job = attached(deployment, name)
        self.records = RunRecords(lambda: self.job)
        self.answers = RunAnswers(lambda: self.job, self.records, _nothing, _nothing).by_request()
        self.journal = _WhileHeld(deployment.base_url, deployment.workspace)
        carry_out(self.job, self.journal, None)
        if self.job.has_ended:
            _wait_for_end(self.job)

    def stop(self) -> None:
        """Follow it no more, and write nothing down of that."""
        self.journal.held = False
        Run.cancel(self.job)  # that of a run ends the following; that of a job would end the job


class Followed:
    """The jobs that are looked at."""

    def __init__(self, most: int = MOST, kept_seconds: float = KEPT_SECONDS) -> None:
        self._most = most
        self._kept_seconds = kept_seconds
        self._lock = threading.Lock()
        self._jobs: dict[Key, FollowedJob] = {}
        self._timer: threading.Timer | None = None

    def job(self, deployment: Deployment, name: str) -> FollowedJob:
        """A job, held from now on; nothing is asked yet."""
        key = (deployment.base_url, deployment.workspace, name)
        with self._lock:
            known = self._jobs.get(key)
            if known is not None and known.broke_off and not known.is_busy:
                self._jobs.pop(key).let_go()
                known = None
            if known is None:
                known = self._jobs[key] = FollowedJob(deployment, name)
            known.asked_at = time.monotonic()
            self._let_go_of_others(known)
            self._look_again()
        return known

    def known(self, deployment: Deployment, name: str) -> FollowedJob | None:
        """A job that is held; None if it is not."""
        with self._lock:
            return self._jobs.get((deployment.base_url, deployment.workspace, name))

    def stop(self) -> None:
        """Let go of all."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            for job in self._jobs.values():
                job.let_go()
            self._jobs.clear()

    def __len__(self) -> int:
        return len(self._jobs)

    def _let_go_of_others(self, wanted: FollowedJob) -> None:
        """Let go of those that nobody asks for, and of those that are too many."""
        now = time.monotonic()
        idle = sorted(
            ((job.asked_at, key) for key, job in self._jobs.items() if job is not wanted and not job.is_busy),
            key=lambda one: one[0],
        )
        too_many = len(self._jobs) - self._most
        for number, (asked_at, key) in enumerate(idle):
            if number < too_many or now - asked_at > self._kept_seconds:
                self._jobs.pop(key).let_go()

    def _look_again(self) -> None:
        if self._timer is None and self._jobs:
            self._timer = threading.Timer(self._kept_seconds, self._look)
            self._timer.daemon = True
            self._timer.start()

    def _look(self) -> None:
        with self._lock:
            self._timer = None
            now = time.monotonic()
            for key, job in list(self._jobs.items()):
                if now - job.asked_at >= self._kept_seconds and not job.is_busy:
                    self._jobs.pop(key).let_go()
            self._look_again()


def _wait_for_end(job: Job) -> None:
    with contextlib.suppress(JobError, TimeoutError):
        job.wait(READING_SECONDS)


def _nothing(*_told: object) -> None:
    """A page asks for what a widget is told."""
