"""What the server tells the browser, beside the views themselves."""

from __future__ import annotations

from typing import Literal

from dd_jupyter.display.view_model import RunState
from dd_jupyter.display.view_parts import StatusView, View

Kind = Literal["preview", "create", "job"]


class DeploymentView(View):
    """A deployment of NeMo Services that this server may ask.

    Attributes:
        base_url: Where it is, without a slash at the end.
        origin: Where the server knows it from, in words: "environment variable NMP_BASE_URL", "a run on this machine".
        workspace: The workspace that is meant there where none is named.
    """

    base_url: str
    origin: str
    workspace: str


class DeploymentsView(View):
    """All deployments that this server may ask; a page can name one of them, and no other.

    Attributes:
        chosen: The base URL of the one that is meant where none is named.
    """

    chosen: str
    deployments: tuple[DeploymentView, ...]


class ConnectionView(View):
    """A deployment as it is now.

    Attributes:
        base_url: Where it is.
        workspace: The workspace that was asked about.
        workspaces: Those that one may see; empty where one may not ask.
        identity: As whom it is asked, in words.
        version: The platform's version; "" where it does not say.
        reachable: Whether it answers.
        runs_jobs: Whether it can run jobs.
        problem: What is wrong, and what to do, as a sentence; "" if all is well.
    """

    base_url: str
    workspace: str
    workspaces: tuple[str, ...] = ()
    identity: str = ""
    version: str = ""
    reachable: bool
    runs_jobs: bool = False
    problem: str = ""


class ListedRunView(View):
    """A run or a job as the list shows it.

    Attributes:
        path: Where it is asked for, below ``dd-jupyter/``: "runs/20261121T…-ab12cd", "jobs/default/reviews-1".
        kind: "preview" and "create" ran in a kernel or, the preview, in NeMo Services; "job" is a submitted create.
        name: What a person called it: the dataset, the job, or the variable of a preview; "" without one.
        where: In words: "in a kernel of this machine", "NeMo Services · workspace default".
        state: Where it stands.
        status: The same in words, with what NeMo Services say of a job.
        num_records: Records asked for; None where that is not known.
        done: Records made so far; None where that is not known.
        failed: Records given up on.
        started: When, in ISO 8601 and UTC; "" where that is not known.
        ended: The same of its end; "" while it runs, and where that is not known.
        deployment: The base URL of its deployment; "" for a run in a kernel.
        workspace: Its workspace; "" for a run in a kernel.
        notebook: The notebook that it was started in, relative to the server's root; "" where that is not known.
        can_cancel: Whether it can be stopped from here.
        has_records: Whether there may be records that can be looked at from here.
    """

    path: str
    kind: Kind
    name: str
    where: str
    state: RunState
    status: StatusView
    num_records: int | None = None
    done: int | None = None
    failed: int = 0
    started: str = ""
    ended: str = ""
    deployment: str = ""
    workspace: str = ""
    notebook: str = ""
    can_cancel: bool = False
    has_records: bool = False


class RunsView(View):
    """Runs of this machine and jobs of a workspace, newest first.

    Attributes:
        problem: Why jobs of the workspace may be missing, as a sentence; "" where none are.
        more: Whether there are older ones.
    """

    runs: tuple[ListedRunView, ...]
    problem: str = ""
    more: bool = False


class TutorialView(View):
    """A notebook to learn from.

    Attributes:
        name: Its file: "01-quickstart.ipynb".
        title: Its heading.
        summary: What it shows, in a sentence.
    """

    name: str
    title: str
    summary: str


class TutorialsView(View):
    """All notebooks to learn from, in the order to read them."""

    tutorials: tuple[TutorialView, ...]


class ErrorView(View):
    """Why a request was not carried out.

    Attributes:
        message: What happened, to what, and what to do, as a sentence.
    """

    message: str
