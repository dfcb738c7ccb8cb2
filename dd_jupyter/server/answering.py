"""What answers each route; its parameters, types and first line are what the description tells of it."""

from __future__ import annotations

import json
from typing import Any

from dd_jupyter.display import words
from dd_jupyter.display.live_model import LiveRunView
from dd_jupyter.display.requests.closed_set import parsed
from dd_jupyter.display.requests.report import Resources, ResourcesView
from dd_jupyter.display.requests.request import Request, SayView
from dd_jupyter.display.requests.run import Failures, FailuresView, Generator, GeneratorView, Log, LogView, Sample
from dd_jupyter.display.requests.table import (
    Profile,
    ProfileView,
    Record,
    RecordFieldsView,
    Rows,
    RowsView,
    Text,
    TextView,
)
from dd_jupyter.errors import ConfigError, ConflictError, NotFoundError
from dd_jupyter.execution.runs import RunEntry, ask_to_stop, find
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.nemo.jobs import ENDED
from dd_jupyter.server.arguments import (
    Ask,
    DeploymentUrl,
    DownloadAsked,
    JobName,
    Limit,
    RunId,
    TutorialName,
    Workspace,
    WorkspaceName,
)
from dd_jupyter.server.connection import connection_of
from dd_jupyter.server.deployments import Deployments
from dd_jupyter.server.downloads import folder_below
from dd_jupyter.server.followed import Followed, FollowedJob
from dd_jupyter.server.local_run import LocalRuns
from dd_jupyter.server.model import ConnectionView, DeploymentsView, RunsView, TutorialsView
from dd_jupyter.server.run_list import RunList
from dd_jupyter.server.services import answer_of
from dd_jupyter.server.settings import Settings

READING: tuple[type[Request], ...] = (Rows, Record, Text, Profile, Generator, Failures, Resources, Log)
"""What may be asked with GET: nothing of it changes anything."""

Read = (
    RowsView | RecordFieldsView | TextView | ProfileView | GeneratorView | FailuresView | ResourcesView | LogView | None
)


class Answering:
    """Answers what the routes ask, from any thread."""

    def __init__(self, settings: Settings) -> None:
        self._root = settings.root.resolve()
        self._deployments = Deployments(settings)
        self._list = RunList(self._deployments, self._root)
        self._local = LocalRuns(self._root)
        self._followed = Followed()

    def deployments(self) -> DeploymentsView:
        """The deployments of NeMo Services that may be asked."""
        return self._deployments.view()

    def connection(self, deployment: DeploymentUrl = None, workspace: Workspace = None) -> ConnectionView:
        """A deployment as it is now, also where it cannot be reached."""
        return connection_of(self._deployments.find(deployment, workspace))

    def runs(self, deployment: DeploymentUrl = None, workspace: Workspace = None, limit: Limit = 100) -> RunsView:
        """Runs of this machine and jobs of the workspace, newest first."""
        return self._list.view(deployment, workspace, limit)

    def run(self, id: RunId) -> LiveRunView:
        """A run of this machine, by its record."""
        return self._local.view(_entry(id))

    def run_answer(self, id: RunId, ask: Ask) -> Read:
        """What a question about a run of this machine is answered."""
        return self._local.answer(_entry(id), _reading(ask))  # type: ignore[return-value]

    def cancel_run(self, id: RunId) -> SayView:
        """Ask the kernel of a run to stop it."""
        ask_to_stop(_entry(id))
        return SayView(text="Its kernel was asked to stop it.")

    def job(self, workspace: WorkspaceName, name: JobName, deployment: DeploymentUrl = None) -> LiveRunView:
        """A job, which is followed while someone asks for it."""
        return self._job(workspace, name, deployment).view

    def job_answer(self, workspace: WorkspaceName, name: JobName, ask: Ask, deployment: DeploymentUrl = None) -> Read:
        """What a question about a job is answered."""
        request = _reading(ask)
        return self._job(workspace, name, deployment).answer(request)  # type: ignore[return-value]

    def cancel_job(self, workspace: WorkspaceName, name: JobName, deployment: DeploymentUrl = None) -> SayView:
        """Ask NeMo Services to stop a job."""
        there = self._deployments.find(deployment, workspace)
        known = self._followed.known(there, name)
        try:
            if known is not None:
                known.cancel()
            else:
                answer_of(there, there.jobs.cancel(there.workspace, name))
        except ConflictError:
            status = answer_of(there, there.jobs.status(there.workspace, name)).status
            if status not in ENDED:
                raise
            return SayView(text=f"Job `{name}` has ended already: it is {words.cut(status, 40)}.")
        return SayView(text=f"NeMo Services were asked to stop job `{name}`.")

    def sample_job(self, workspace: WorkspaceName, name: JobName, deployment: DeploymentUrl = None) -> SayView:
        """Fetch the records that a job has made so far; its table has them then."""
        return self._job(workspace, name, deployment).answer(Sample())  # type: ignore[return-value]

    def download_job(
        self,
        workspace: WorkspaceName,
        name: JobName,
        body: DownloadAsked,
        deployment: DeploymentUrl = None,
    ) -> SayView:
        """Bring what a job has made into a folder below that of the server; its view tells how far that is."""
        shown = body.folder.strip() or f"artifacts/{name}"
        folder = folder_below(self._root, shown)
        there = self._job(workspace, name, deployment)
        return SayView(text=there.download(folder, folder.relative_to(self._root).as_posix()))

    def schema(self) -> dict[str, Any]:
        """The JSON schema of a configuration in YAML or JSON."""
        from dd_jupyter import config_schema

        return config_schema.schema()

    def tutorials(self) -> TutorialsView:
        """The notebooks to learn from."""
        from dd_jupyter.server import tutorials

        return tutorials.tutorials()

    def tutorial(self, name: TutorialName) -> dict[str, Any]:
        """A notebook to learn from, as JSON, without outputs."""
        from dd_jupyter.server import tutorials

        return tutorials.tutorial(name)

    def openapi(self) -> dict[str, Any]:
        """This description, in OpenAPI 3.1."""
        from dd_jupyter.server.description import description

        return description()

    def stop(self) -> None:
        """Let go of everything."""
        self._list.stop()
        self._followed.stop()
        self._local.stop()
        self._deployments.close()

    def _job(self, workspace: str, name: str, deployment: str | None) -> FollowedJob:
        there: Deployment = self._deployments.find(deployment, workspace)
        return self._followed.job(there, name)


def _entry(run_id: str) -> RunEntry:
    entry = find(run_id)
    if entry is None or entry.kind == "job":
        raise NotFoundError("There is no such run on this machine any more: the newest 1,000 are kept.")
    return entry


def _reading(ask: str) -> Request:
    """The question, if it is one that changes nothing."""
    try:
        request = parsed(json.loads(ask))
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, READING):
        raise ConfigError("This cannot be asked of a run: see `ask` in `openapi.json` for what can.")
    return request
