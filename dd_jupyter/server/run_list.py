"""Runs of this machine and jobs of a workspace in one list."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dd_jupyter.display import words
from dd_jupyter.errors import DDJupyterError, NotFoundError, ServicesError, UnreachableError
from dd_jupyter.execution.runs import RunEntry, entries
from dd_jupyter.nemo import background
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.nemo.jobs import ENDED, JobPage
from dd_jupyter.resources.secrets import redact
from dd_jupyter.server import listed
from dd_jupyter.server.deployments import Deployments
from dd_jupyter.server.glimpses import Glimpse, Glimpses
from dd_jupyter.server.model import ListedRunView, RunsView
from dd_jupyter.server.services import answer_of

JOBS_SECONDS = 5.0
"""How long the jobs of the workspace are waited for, before the list comes without them."""

STATUS_SECONDS = 3.0
"""How long jobs elsewhere are asked after, all together."""

MOST_ASKED = 10
"""As many jobs elsewhere are asked after for a list, the newest ones that may still be running."""

CLOCKS_DIFFER = timedelta(seconds=60)
"""How far the clock of a deployment may be off from this machine's."""

GONE = "gone"
"""In place of a status: there is no such job any more."""


@dataclass(frozen=True, slots=True)
class _Jobs:
    """What a deployment tells of a workspace's jobs."""

    deployment: Deployment | None = None
    page: JobPage | None = None
    problem: str = ""


class RunList:
    """Makes the list anew each time it is asked for."""

    def __init__(self, deployments: Deployments, root: Path) -> None:
        self._deployments = deployments
        self._root = root
        self._glimpses = Glimpses()
        self._ended: dict[str, str] = {}
        self._answering: set[str] = set()

    def view(self, base_url: str | None, workspace: str | None, limit: int) -> RunsView:
        """The newest runs and jobs.

        Args:
            base_url: The deployment whose jobs are wanted; None for the one that is meant without.
            workspace: The workspace of the jobs; that of the deployment if None.
            limit: How many, at most.

        Raises:
            ConfigError: When the deployment may not be asked.
        """
        recorded = entries()  # before the jobs, so that each job of a record that is there was made already
        jobs = self._jobs(base_url, workspace, limit, recorded)
        views = [*self._of_services(jobs, recorded), *self._of_records(jobs, recorded, limit)]
        views.sort(key=lambda view: view.started, reverse=True)
        total = len(views) + (0 if jobs.page is None else max(0, jobs.page.total - len(jobs.page.jobs)))
        return RunsView(runs=tuple(views[:limit]), problem=jobs.problem, more=total > limit)

    def stop(self) -> None:
        """Follow no job any more."""
        self._glimpses.stop()

    def _jobs(self, base_url: str | None, workspace: str | None, limit: int, recorded: Sequence[RunEntry]) -> _Jobs:
        if base_url is None:
            try:
                deployment = self._deployments.find(None, workspace, recorded)
            except DDJupyterError as error:  # a config file that cannot be read; the runs of this machine come still
                return _Jobs(problem=_sentence(error))
        else:
            deployment = self._deployments.find(base_url, workspace, recorded)
        try:
            page = answer_of(deployment, self._page(deployment, limit), JOBS_SECONDS)
        except ServicesError as error:
            if isinstance(error, UnreachableError):
                self._answering.discard(deployment.base_url)
            return _Jobs(deployment, problem=_sentence(error))
        self._answering.add(deployment.base_url)
        return _Jobs(deployment, page)

    async def _page(self, deployment: Deployment, limit: int) -> JobPage:
        if deployment.base_url not in self._answering:  # whether anybody is there is not to be waited for
            await deployment.platform.status_at_once()
        return await deployment.jobs.list(deployment.workspace, page_size=min(limit, 100))

    def _of_services(self, jobs: _Jobs, recorded: Sequence[RunEntry]) -> Iterable[ListedRunView]:
        """The jobs of the workspace, those at work with how far they are."""
        if jobs.deployment is None or jobs.page is None:
            return
        base_url, workspace = jobs.deployment.base_url, jobs.deployment.workspace
        glimpses = self._glimpses.look(
            jobs.deployment, [job for job in jobs.page.jobs if job.status not in ENDED and job.status != "created"]
        )
        known = {entry.name: entry for entry in reversed(recorded) if _is_in(entry, jobs.deployment)}
        for job in jobs.page.jobs:
            entry = known.get(job.name)
            if entry is not None and not _same_time(entry.started, job.created_at):
                entry = None
            seen = glimpses.get(job.name, Glimpse())
            yield listed.of_job(job, base_url, workspace, entry, self._root, seen.done, seen.failed)

    def _of_records(self, jobs: _Jobs, recorded: Sequence[RunEntry], limit: int) -> Iterable[ListedRunView]:
        """The runs of this machine, and the jobs that it knows of elsewhere."""
        kept = [entry for entry in recorded if not _is_told(entry, jobs)][:limit]
        asked = [entry for entry in kept if entry.kind == "job" and entry.state == "running"][:MOST_ASKED]
        statuses = self._statuses([entry for entry in asked if not _is_in(entry, jobs.deployment)], recorded)
        for entry in kept:
            view = listed.of_entry(entry, self._root)
            status = statuses.get(entry.id)
            if status == GONE:
                continue
            yield view if status is None else listed.with_status(view, status)

    def _statuses(self, running: Sequence[RunEntry], recorded: Sequence[RunEntry]) -> dict[str, str]:
        """What deployments say of jobs that were running when they were last written down."""
        known = {entry.id: self._ended[entry.id] for entry in running if entry.id in self._ended}
        open_ones: list[tuple[str, Deployment, str]] = []
        for entry in running:
            if entry.id not in known:
                with contextlib.suppress(DDJupyterError):
                    deployment = self._deployments.find(entry.base_url, entry.workspace, recorded)
                    open_ones.append((entry.id, deployment, entry.name))
        if open_ones:
            told = background.wait_for(_ask_all(open_ones))
            self._ended |= {run_id: status for run_id, status in told.items() if status in ENDED or status == GONE}
            known |= told
        return known


async def _ask_all(jobs: Sequence[tuple[str, Deployment, str]]) -> dict[str, str]:
    """The statuses that come within the time; who does not answer is passed over."""
    told: dict[str, str] = {}

    async def ask(run_id: str, deployment: Deployment, name: str) -> None:
        try:
            told[run_id] = (await deployment.jobs.status(deployment.workspace, name)).status
        except NotFoundError:
            told[run_id] = GONE
        except ServicesError:
            pass

    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STATUS_SECONDS):
            await asyncio.gather(*(ask(*job) for job in jobs))
    return told


def _is_in(entry: RunEntry, deployment: Deployment | None) -> bool:
    """Whether it is a job of that deployment's workspace."""
    if deployment is None or entry.kind != "job":
        return False
    return (entry.base_url, entry.workspace) == (deployment.base_url, deployment.workspace)


def _is_told(entry: RunEntry, jobs: _Jobs) -> bool:
    """Whether the deployment has told of a job, or would have if it were there still."""
    if jobs.page is None or not _is_in(entry, jobs.deployment):
        return False
    oldest = jobs.page.jobs[-1].created_at if jobs.page.jobs else None
    if jobs.page.total_pages <= 1 or oldest is None:
        return True
    try:
        return datetime.fromisoformat(entry.started) + CLOCKS_DIFFER >= oldest
    except (ValueError, TypeError):
        return True


def _same_time(written: str, moment: datetime | None) -> bool:
    """Whether a job was made when a record says; one of the same name made later is another."""
    try:
        return moment is None or abs(datetime.fromisoformat(written) - moment) < CLOCKS_DIFFER
    except (ValueError, TypeError):
        return False


def _sentence(error: Exception) -> str:
    return words.shortened(redact(str(error)))
