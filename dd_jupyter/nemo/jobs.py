"""The Jobs API as Data Designer uses it: a create that runs in NeMo Services."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncGenerator, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

from pydantic import BaseModel
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from dd_jupyter.errors import (
    ConflictError,
    DeniedError,
    NotFoundError,
    RefusedError,
    ServicesError,
    UnreachableError,
)
from dd_jupyter.nemo.answers import read
from dd_jupyter.nemo.http import Http
from dd_jupyter.nemo.job_answers import (
    ENDED,
    OURS,
    ExecutionProfile,
    Job,
    JobPage,
    LogLine,
    LogPage,
    Result,
    Results,
    Status,
    StepStatus,
    TaskStatus,
)

__all__ = [
    "ENDED",
    "LONGEST_LOG_PAGE",
    "LONGEST_NAME",
    "ExecutionProfile",
    "Job",
    "JobPage",
    "Jobs",
    "LogLine",
    "LogPage",
    "Result",
    "Status",
    "StepStatus",
    "TaskStatus",
    "check_name",
]

A = TypeVar("A", bound=BaseModel)

LONGEST_LOG_PAGE = 1000
"""Log lines in one answer; more are answered with 500 (nemo-platform 0.3.0)."""

CHANGE_TRIES = 4
CHANGE_PAUSE_SECONDS = 0.3
"""How often a change is asked for that meets another one, and how long after."""

LONGEST_NAME = 51
"""The services allow names of 63 characters, and put ``job-fileset-`` before that of a job."""

_NAME = re.compile(rf"[a-z](?!.*--)[a-z0-9._-]{{1,{LONGEST_NAME - 1}}}(?<!-)", re.ASCII)


class Jobs:
    """Data Designer's jobs of one deployment."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def create(
        self,
        workspace: str,
        *,
        name: str,
        config: Mapping[str, Any],
        num_records: int,
        description: str | None = None,
        custom_fields: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Job:
        """Submit a job, once, however often the connection breaks.

        The request is repeated where its answer was lost. That a repetition meets the job that the lost
        request made is seen by an id among its custom fields, and then it is the job.

        Args:
            workspace: Where it is to belong.
            name: Its name, which no other job of the workspace has.
            config: The configuration as `data_designer.config` writes it.
            num_records: Records to make.
            description: A line about it, for people.
            custom_fields: What to note with it, by name.
            extra: More fields of the request, which this deployment is known to accept.

        Raises:
            RefusedError: When the name or the configuration is not accepted.
            ConflictError: When there is another job of that name.
            UnreachableError: When no answer came; the error says whether the job may have been made.
        """
        check_name(name)
        submission = uuid.uuid4().hex
        body = {
            **(extra or {}),
            "name": name,
            "spec": {"num_records": num_records, "config": config},
            "custom_fields": {**(custom_fields or {}), OURS: {"submission": submission}},
        }
        if description is not None:
            body["description"] = description
        try:
            return read(Job, await self._http.post(_path(workspace), body, repeatable=True))
        except (DeniedError, NotFoundError, RefusedError):
            raise
        except ServicesError as failed:
            return await self._made_all_the_same(workspace, name, submission, failed)

    async def get(self, workspace: str, name: str) -> Job:
        """A job, with the configuration that it was made from."""
        return read(Job, await self._http.get(_path(workspace, name)))

    async def status(self, workspace: str, name: str) -> Status:
        """How a job and its steps are."""
        return read(Status, await self._http.get(_path(workspace, name, "status")))

    async def list(
        self,
        workspace: str,
        *,
        status: str | None = None,
        page: int = 1,
        page_size: int = 50,
        sort: str = "-created_at",
    ) -> JobPage:
        """One page of a workspace's jobs, those of Data Designer only.

        Args:
            workspace: Whose.
            status: Only jobs that have it.
            page: Which page, from 1.
            page_size: Jobs on a page.
            sort: ``created_at`` or ``updated_at``, with ``-`` in front for the newest first.
        """
        params: dict[str, Any] = {"page": page, "page_size": page_size, "sort": sort}
        if status is not None:
            params["filter[status]"] = status
        return read(JobPage, await self._http.get(_path(workspace), params=params))

    async def all(
        self, workspace: str, *, status: str | None = None, sort: str = "-created_at", page_size: int = 100
    ) -> AsyncGenerator[Job]:
        """All jobs of a workspace, asked for page by page as they are taken; each comes once."""
        number, pages = 1, 1
        given: set[str | None] = set()  # a job submitted meanwhile moves the others to the next page
        while number <= pages:
            page = await self.list(workspace, status=status, page=number, page_size=page_size, sort=sort)
            for job in page.jobs:
                if job.name not in given:
                    given.add(job.name)
                    yield job
            number, pages = number + 1, page.total_pages

    async def cancel(self, workspace: str, name: str) -> None:
        """Ask for a job's end. Its process has ten seconds to stop; the status tells when it has.

        Raises:
            ConflictError: When it is at its end already, in another way.
        """
        await self._change(_path, workspace, name, "cancel", {"cancelling", "cancelled"})

    async def pause(self, workspace: str, name: str) -> None:
        """Ask for a job to be stopped for now. What it had made is lost: `resume` starts from scratch."""
        await self._change(_core_path, workspace, name, "pause", {"pausing", "paused"})

    async def resume(self, workspace: str, name: str) -> None:
        """Start a paused job again, from its first record; its log goes on."""
        await self._change(_core_path, workspace, name, "resume", {"resuming", "created", "pending", "active"})

    async def delete(self, workspace: str, name: str) -> None:
        """Delete a job with its log and results."""
        await self._http.delete(_path(workspace, name))

    async def logs(
        self,
        workspace: str,
        name: str,
        *,
        cursor: str | None = None,
        limit: int = LONGEST_LOG_PAGE,
    ) -> LogPage:
        """One page of a job's log, oldest lines first.

        The order is that of the lines' times, so a line that arrives late may come to stand before
        others that were there already.

        Args:
            workspace: The job's.
            name: The job's.
            cursor: `LogPage.next_page` of the page before; None for the first page. It counts pages:
                with another `limit` the same cursor begins at another line (nemo-platform 0.3.0).
            limit: Lines on the page, at most 1000.
        """
        params: dict[str, Any] = {"limit": min(limit, LONGEST_LOG_PAGE)}
        if cursor is not None:
            params["page_cursor"] = cursor
        return read(LogPage, await self._http.get(_path(workspace, name, "logs"), params=params))

    async def results(self, workspace: str, name: str) -> tuple[Result, ...]:
        """What a job has left so far."""
        return read(Results, await self._http.get(_path(workspace, name, "results"))).data

    async def execution_profiles(self) -> tuple[ExecutionProfile, ...]:
        """The ways in which the deployment can run jobs."""
        answer = await self._http.get("/apis/jobs/v2/execution-profiles")
        profiles = answer.get("data", ()) if isinstance(answer, dict) else answer
        return tuple(read(ExecutionProfile, profile) for profile in profiles or ())

    async def _change(
        self, path: Callable[..., str], workspace: str, name: str, change: str, reached: Collection[str]
    ) -> None:
        """Ask for a change, again if the answer is lost; a conflict with what was asked for is none.

        A job that is just being started answers 409 too, "modified by another request", and takes the same
        a moment later (nemo-platform 0.3.0).
        """
        tries = AsyncRetrying(
            retry=retry_if_exception_type(ConflictError),
            wait=wait_fixed(CHANGE_PAUSE_SECONDS),
            stop=stop_after_attempt(CHANGE_TRIES),
            reraise=True,
        )
        final: ConflictError | None = None
        async for attempt in tries:
            with attempt:
                try:
                    await self._http.post(path(workspace, name, change), repeatable=True)
                except ConflictError as conflict:
                    now = (await self.status(workspace, name)).status
                    if now not in ENDED and now not in reached:
                        raise
                    final = None if now in reached else conflict
        if final is not None:
            raise final

    async def _made_all_the_same(self, workspace: str, name: str, submission: str, failed: ServicesError) -> Job:
        """The job, if a request whose answer was lost made it; otherwise the error to raise."""
        try:
            job = await self.get(workspace, name)
        except NotFoundError:
            raise failed from None
        except ServicesError as also_failed:
            if isinstance(failed, ConflictError):
                raise failed from also_failed
            raise UnreachableError(
                f"Whether job `{name}` was made in workspace `{workspace}` is not known, because NeMo Services stopped "
                f"answering. Look with `%dd_attach {name}` before you submit it again: {failed}",
                status=failed.status,
                request_id=failed.request_id,
            ) from failed
        if job.submission == submission:
            return job
        if not isinstance(failed, ConflictError):
            raise failed
        state = ", ".join(part for part in (job.status, _ago(job.created_at)) if part)
        raise ConflictError(
            f"A job `{name}` exists already in workspace `{workspace}` ({state}). Choose another `--name`, or look at "
            f"it with `%dd_attach {name}`.",
            status=failed.status,
            request_id=failed.request_id,
        ) from failed


def check_name(name: str) -> None:
    """Refuse what the services would not take as a job's name, for which they give a misleading reason.

    Raises:
        RefusedError: When it is no name for a job.
    """
    if _NAME.fullmatch(name) is None:
        raise RefusedError(
            f"`{name}` cannot be a job's name. Give `--name` 2 to {LONGEST_NAME} lower-case letters, digits, `-`, `_` "
            "and `.`, a letter first, no `--`, and no `-` last."
        )


def _path(workspace: str, *parts: str) -> str:
    return "/".join((f"/apis/data-designer/v2/workspaces/{_quoted(workspace)}/jobs/create", *map(_quoted, parts)))


def _core_path(workspace: str, *parts: str) -> str:
    return "/".join((f"/apis/jobs/v2/workspaces/{_quoted(workspace)}/jobs", *map(_quoted, parts)))


def _quoted(part: str) -> str:
    return quote(part, safe="")


def _ago(time: datetime | None) -> str:
    """How long ago something was, in the largest unit that fits; "" if it is not known."""
    if time is None:
        return ""
    seconds = max(0, round((datetime.now(UTC) - time).total_seconds()))
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"
