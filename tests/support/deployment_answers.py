"""A whole deployment in the place of the network, whose every answer a test may choose.

What it says of one job and its log is what `JobsDouble` says. Nothing listens anywhere.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from dd_jupyter.execution import following, job
from dd_jupyter.execution.following import Pace
from dd_jupyter.nemo import http
from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.credentials import NoCredentials
from dd_jupyter.nemo.deployment import Deployment
from tests.support.jobs_double import NAME, WORKSPACE, Answer, JobsDouble, refused

URL = "http://double"
ATTEMPT = "attempt-1"
DATASET = f"results/{ATTEMPT}/artifacts/dataset"
PREVIEW = f"POST /apis/data-designer/v2/workspaces/{WORKSPACE}/preview"
JOBS = f"/apis/data-designer/v2/workspaces/{WORKSPACE}/jobs/create"
CORE_JOBS = f"/apis/jobs/v2/workspaces/{WORKSPACE}/jobs"
FILES = f"/apis/files/v2/workspaces/{WORKSPACE}/filesets/job-fileset-{NAME}"
JOB_FIELDS = ("name", "description", "spec", "custom_fields")
SEED_TYPES = ("hf", "local", "df", "nmp")
METADATA = {"kind": "dataset_metadata", "metadata": {"seed_column_names": []}}
DONE = {"kind": "done"}

# What the services answer to a change that a job's status allows, and the status that follows.
_CHANGES = {
    "cancel": ({"created", "pending", "active", "paused", "resuming"}, "cancelling"),
    "pause": ({"created", "pending", "active"}, "paused"),
    "resume": ({"paused"}, "resuming"),
}


@dataclass
class DeploymentAnswers(JobsDouble):
    """A deployment with workspace `default`, and one job unless its status is None.

    Attributes:
        instead: What is answered in place of the usual, by method and path: ``"GET /status"``.
        fields: Fields of a request that creates a job, as the OpenAPI description has them.
        seed_types: Values of `seed_type` in the OpenAPI description; None without the Data Designer API.
        frames: The preview's stream: frames, lines as they are, and errors with which the connection breaks.
        limit: Most records of a preview.
        files: What the job's fileset holds, by path.
        profiles: Ways in which it runs jobs.
        requests: Method and path of all that was asked.
        sent: Decoded bodies of what was posted, by path.
        closed: Is set when a preview's stream is closed, by either side.
    """

    instead: dict[str, Answer] = field(default_factory=dict)
    fields: Sequence[str] = JOB_FIELDS
    seed_types: Sequence[str] | None = SEED_TYPES
    frames: list[Any] = field(default_factory=list)
    limit: int | None = 10
    files: dict[str, bytes] = field(default_factory=dict)
    profiles: Sequence[str] = ("default",)
    requests: list[str] = field(default_factory=list)
    sent: dict[str, list[Any]] = field(default_factory=dict)
    closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._deployment: Deployment | None = None

    @property
    def deployment(self) -> Deployment:
        """The client under test, connected to this; always the same."""
        if self._deployment is None:
            context = NemoContext(URL, WORKSPACE, "", "nmp", NoCredentials())
            self._deployment = Deployment(context, transport=httpx.MockTransport(self._answered))
        return self._deployment

    def posted(self) -> list[str]:
        """The paths of all POST requests."""
        return [request.removeprefix("POST ") for request in self.requests if request.startswith("POST ")]

    def holds(self, *batches: Any, analysis: Any = None) -> None:
        """Put batches of records, DataFrames, and the profile of the columns into the job's fileset."""
        for number, frame in enumerate(batches):
            output = io.BytesIO()
            frame.to_parquet(output)
            self.files[f"{DATASET}/parquet-files/batch_{number:05}.parquet"] = output.getvalue()
        if analysis is not None:
            self.files[f"results/{ATTEMPT}/analysis"] = json.dumps(analysis).encode()

    def openapi(self) -> dict[str, Any]:
        """What it says of itself."""
        if self.seed_types is None:
            return {"paths": {"/status": {}}, "components": {"schemas": {}}}
        job = {"$ref": "#/components/schemas/CreateJobRequest"}
        mapping = {kind: f"#/components/schemas/{kind}" for kind in self.seed_types}
        return {
            "paths": {
                "/apis/data-designer/v2/workspaces/{workspace}/preview": {"post": {}},
                "/apis/data-designer/v2/workspaces/{workspace}/jobs/create": {
                    "post": {"requestBody": {"content": {"application/json": {"schema": job}}}}
                },
            },
            "components": {
                "schemas": {
                    "CreateJobRequest": {"properties": {name: {} for name in self.fields}},
                    "SeedConfig": {"properties": {"source": {"discriminator": {"mapping": mapping}}}},
                }
            },
        }

    # Answering.

    def _answered(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.requests.append(f"{request.method} {path}")
        if request.method == "POST":
            self.sent.setdefault(path, []).append(json.loads(request.content or "null"))
        told = self.instead.get(f"{request.method} {path}")
        if isinstance(told, Exception):
            raise told
        if told is not None:
            return httpx.Response(told.status_code, content=told.content, headers=told.headers)
        *_, last = path.split("/")
        if f"{request.method} {path}" == PREVIEW:
            return self._preview(json.loads(request.content))
        if request.method == "POST" and last in _CHANGES:
            return self._change(last)
        if request.method == "DELETE":
            self.status = None
            return httpx.Response(200, json={})
        if request.method == "POST" and path == JOBS:
            answer = super()._answer(request)
            self.status = "created"
            return answer
        if request.method == "GET" and (known := self._known(path)) is not None:
            return httpx.Response(200, json=known)
        if path.startswith(f"{FILES}/-/"):
            content = self.files.get(unquote(path.removeprefix(f"{FILES}/-/")))
            return refused(404, "File not found") if content is None else httpx.Response(200, content=content)
        if path.startswith(f"{JOBS}/"):
            return super()._answer(request)
        if path.startswith("/apis/entities/v2/workspaces/"):
            return refused(404, f"Workspace '{last}' not found.")
        return refused(404, f"There is nothing at {path}.")

    def _known(self, path: str) -> Any:
        if path == f"{CORE_JOBS}/{NAME}" and self.status is not None:
            return {"id": "j1", "name": NAME, "workspace": WORKSPACE, "status": self.status, "attempt_id": ATTEMPT}
        return {
            "/openapi.json": self.openapi(),
            "/status": {
                "status": "healthy",
                "services": {"ready": ["jobs", "entities"], "not_ready": []},
                "controllers": {"healthy": True, "status": {"jobs": True}},
            },
            "/cluster-info": {"platform_version": "0.3.0"},
            "/apis/auth/discovery": {"auth_enabled": False},
            "/apis/entities/v2/workspaces": {"data": [{"name": WORKSPACE}, {"name": "research"}]},
            f"/apis/entities/v2/workspaces/{WORKSPACE}": {"name": WORKSPACE},
            "/apis/entities/v2/workspaces/research": {"name": "research"},
            "/apis/jobs/v2/execution-profiles": [{"provider": "cpu", "profile": name} for name in self.profiles],
            f"{CORE_JOBS}/{NAME}/results": {"data": []},
            f"{JOBS}/{NAME}/results": {"data": []},
            f"{FILES}/files": {"data": [{"path": path, "size": len(data)} for path, data in self.files.items()]},
        }.get(path)

    def _change(self, change: str) -> httpx.Response:
        if self.status is None:
            return refused(404, f"Job '{NAME}' not found in workspace '{WORKSPACE}'.")
        allowed, then = _CHANGES[change]
        if self.status not in allowed:
            return refused(409, f"Cannot {change} job in status {self.status}")
        self.status = then
        return httpx.Response(200, json={})

    def _preview(self, body: dict[str, Any]) -> httpx.Response:
        if self.limit is not None and body["num_records"] > self.limit:
            return refused(422, f"Max num records for preview requests is {self.limit}")
        if not isinstance(body["config"], dict) or body["num_records"] > 1_000_000:
            return refused(422, "No model `none`.")
        return httpx.Response(200, stream=_Stream(self.frames, self.closed))


class _Stream(httpx.AsyncByteStream):
    def __init__(self, frames: list[Any], closed: threading.Event) -> None:
        self._frames = frames
        self._closed = closed

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for frame in self._frames:
            if isinstance(frame, Exception):
                raise frame
            if callable(frame):
                await frame()
            else:
                yield frame if isinstance(frame, bytes) else json.dumps(frame).encode() + b"\n"

    async def aclose(self) -> None:
        self._closed.set()


def without_waiting(patch: pytest.MonkeyPatch) -> None:
    """Let jobs be followed, and requests repeated, as fast as answers come."""
    quickly = Pace(quick=0.002, lively=0.002, slow=0.002, paused=0.002)
    patch.setattr(http, "_BACK_OFF", lambda state: 0.0)
    patch.setattr(following, "Pace", lambda: quickly)
    patch.setattr(job, "TICK_SECONDS", 0.02)
    patch.setattr(following, "LATEST_LINE_SECONDS", 0.02)
    patch.setattr(following, "LAST_WORD_SECONDS", 0.01)
