"""One job of the Jobs API, for what the real one cannot be made to show: faults, late lines, old deployments.

Its log pages are those of nemo-platform 0.3.0: sorted by time, cursors that count pages whatever their
length, a total that is 0 beyond the end.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import httpx

from dd_jupyter.nemo.http import Http
from dd_jupyter.nemo.jobs import Jobs

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
WORKSPACE = "default"
NAME = "reviews-1"

Answer = httpx.Response | Exception


@dataclass
class JobsDouble:
    """A deployment with one job.

    Attributes:
        status: The job's; None for a job that is not there.
        lines: Seconds after its start, and text, of each line; the order is that of arrival.
        faults: Answers for the next requests, taken one by one before anything else is done.
        when_asked: Called with "status" or "logs" before each of these requests is answered.
        asked: Method and last part of the path of each request, with parameters.
        moved: Bytes of the answers with log lines.
        cursors_scale: Whether a cursor counts pages of any length, or of the longest only.
    """

    status: str | None = "active"
    message: str = ""
    lines: list[tuple[float, str]] = field(default_factory=list)
    faults: list[Answer] = field(default_factory=list)
    when_asked: Callable[[str], None] = lambda what: None
    asked: list[str] = field(default_factory=list)
    moved: int = 0
    cursors_scale: bool = True
    created: list[dict[str, Any]] = field(default_factory=list)
    changed_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    error_stack: str | None = None

    @property
    def jobs(self) -> Jobs:
        """The client under test, connected to this."""
        return Jobs(Http("http://double", _nobody, transport=httpx.MockTransport(self._answer)))

    def write(self, *messages: str, at: float | None = None) -> None:
        """Add lines, a hundredth of a second after each other, from `at` or after the last."""
        time = at if at is not None else (self.lines[-1][0] + 0.01 if self.lines else 0.0)
        self.lines.extend((time + 0.01 * index, message) for index, message in enumerate(messages))

    def log_requests(self) -> int:
        """How often the log was asked for."""
        return sum(1 for request in self.asked if request.startswith("GET logs"))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        *_, last = request.url.path.split("/")
        self.asked.append(f"{request.method} {last} {request.url.query.decode()}".rstrip())
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault
        self.when_asked(last)
        if request.method == "POST":
            return self._create(json.loads(request.content))
        if self.status is None and not self.created:
            return refused(404, f"Job '{NAME}' not found in workspace '{WORKSPACE}'.")
        if last == "logs":
            return self._logs(request)
        return httpx.Response(200, json=self._status() if last == "status" else self._job(unquote(last)))

    def _create(self, body: dict[str, Any]) -> httpx.Response:
        if self.created or self.status is not None:
            return refused(409, f"A job named '{body['name']}' already exists in workspace '{WORKSPACE}'.")
        self.created.append(body)
        return httpx.Response(201, json=self._job(body["name"]))

    def _job(self, name: str) -> dict[str, Any]:
        body = self.created[0] if self.created else {"spec": {"num_records": 10, "config": {"columns": []}}}
        return {
            "name": name,
            "workspace": WORKSPACE,
            "status": self.status or "created",
            "created_at": self.changed_at.replace(tzinfo=None).isoformat(),
            "spec": {"job_config": body["spec"], "model_providers": [{"extra_headers": {"authorization": "hidden"}}]},
            "custom_fields": body.get("custom_fields"),
        }

    def _status(self) -> dict[str, Any]:
        stage = {
            "name": NAME,
            "status": self.status,
            "status_details": {"message": self.message},
            "error_details": None,
            "updated_at": self.changed_at.replace(tzinfo=None).isoformat(),
        }
        task = {**stage, "error_stack": self.error_stack}
        return {**stage, "steps": [{**stage, "tasks": [task]}]}

    def _logs(self, request: httpx.Request) -> httpx.Response:
        limit = int(request.url.params.get("limit", 100))
        if limit > 1000:
            return refused(500, "Failed to query job logs")
        cursor = request.url.params.get("page_cursor")
        number = json.loads(base64.b64decode(cursor))[0] if cursor else 1
        start = (number - 1) * (limit if self.cursors_scale else 1000)
        ordered = sorted(self.lines, key=lambda line: line[0])
        found = ordered[start : start + limit]
        more = start + limit < len(ordered)
        page = {
            "data": [self._line(*line) for line in found],
            "total": len(ordered) if found else 0,
            "next_page": base64.b64encode(json.dumps([number + 1, 1]).encode()).decode() if more else None,
            "prev_page": None,
        }
        answer = httpx.Response(200, json=page)
        self.moved += len(answer.content)
        return answer

    def _line(self, time: float, message: str) -> dict[str, Any]:
        timestamp = (START + timedelta(seconds=time)).replace(tzinfo=None).isoformat()
        return {"timestamp": timestamp, "job": NAME, "job_step": "s", "job_task": "t", "message": message}


def refused(status: int, detail: str) -> httpx.Response:
    """An error as the services put it."""
    return httpx.Response(status, json={"detail": detail})


def logged(message: str, *, level: str = "INFO", logger: str = "data_designer.engine") -> str:
    """A line as the process of a job writes it."""
    record = {"asctime": "2026-11-21 10:00:00,000", "levelname": level, "name": logger, "message": message}
    return f"[stderr] {json.dumps(record)}"


async def _nobody() -> str | None:
    return None
