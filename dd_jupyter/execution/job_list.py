"""The jobs of a workspace, as a page of a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from dd_jupyter.nemo.deployment import Deployment


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
    """

    workspace: str
    status: str | None
    jobs: tuple[ListedJob, ...]
    page: int
    pages: int
    total: int

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
    found = await deployment.jobs.list(
        deployment.workspace,
        status=status,
        page=page,
        page_size=page_size,
        sort="created_at" if oldest else "-created_at",
    )
    return JobList(
        workspace=deployment.workspace,
        status=status,
        jobs=tuple(
            ListedJob(
                name=job.name,
                status=job.status,
                num_records=job.num_records,
                created=job.created_at,
                columns=tuple(str(column.get("name")) for column in job.config.get("columns") or ()),
            )
            for job in found.jobs
        ),
        page=found.page,
        pages=found.total_pages,
        total=found.total,
    )
