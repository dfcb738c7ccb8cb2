"""The jobs of a workspace, as a page of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.nemo.jobs import Job


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job as a list shows it.

    Attributes:
        name: Its name.
        status: "created", "pending", "active", "paused", "cancelled", "error", "completed" and the like.
        num_records: Records asked for; None where the services do not tell.
        created: When it was made.
        columns: Columns of its configuration.
    """

    name: str
    status: str
    num_records: int | None
    created: datetime | None
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobList:
    """A page of a workspace's jobs: iterate over it, or look at it.

    Attributes:
        workspace: Whose.
        status: The status that was asked for; None for any.
        jobs: Those of the page.
        page: Which page, from 1.
        pages: How many there are.
        total: Jobs on all of them.
        oldest: Whether the oldest come first.
    """

    workspace: str
    status: str | None
    jobs: tuple[ListedJob, ...]
    page: int
    pages: int
    total: int
    oldest: bool = False

    def __iter__(self) -> Iterator[ListedJob]:
        return iter(self.jobs)

    def __len__(self) -> int:
        return len(self.jobs)

    def to_pandas(self) -> pd.DataFrame:
        """A row a job, with `name`, `status`, `num_records` and `created`."""
        import pandas as pd

        rows = [(job.name, job.status, job.num_records, job.created) for job in self.jobs]
        return pd.DataFrame(rows, columns=["name", "status", "num_records", "created"])


async def list_jobs(deployment: Deployment, *, status: str | None, page: int, page_size: int, oldest: bool) -> JobList:
    """One page of the jobs in a deployment's workspace."""
    jobs, workspace, sort = deployment.jobs, deployment.workspace, "created_at" if oldest else "-created_at"
    if status is None:
        answer = await jobs.list(workspace, page=page, page_size=page_size, sort=sort)
        found, pages, total = answer.jobs, answer.total_pages, answer.total
    else:
        # The services filter what is on a page, and count all: a page may be empty and others not (0.3.0).
        matching = [job async for job in jobs.all(workspace, status=status, sort=sort)]
        found = tuple(matching[(page - 1) * page_size : page * page_size])
        pages, total = max(1, -(-len(matching) // page_size)), len(matching)
    return JobList(workspace, status, tuple(map(_listed, found)), page, pages, total, oldest)


def _listed(job: Job) -> ListedJob:
    listed = job.config.get("columns")
    columns = tuple(
        str(column.get("name")) for column in (listed if isinstance(listed, list) else ()) if isinstance(column, dict)
    )
    return ListedJob(job.name, job.status, job.num_records, job.created_at, columns)
