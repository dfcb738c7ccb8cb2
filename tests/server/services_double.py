"""A loopback server in the place of NeMo Services: jobs of any state, answers that are late, and refusals."""

from __future__ import annotations

import json
import re
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_JOBS = re.compile(r"/apis/data-designer/v2/workspaces/([^/]+)/jobs/create(?:/([^/]+))?(?:/([^/]+))?")
START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


class ServicesDouble:
    """Knows the jobs that it was told of.

    Attributes:
        requests: Method, path and Authorization header of what came in.
        refuse: The status that everything is answered with; None to answer.
        lines: The log of every job.
        open: While it is not set, nothing is answered.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, str | None]] = []
        self.refuse: int | None = None
        self.lines: list[str] = []
        self.open = threading.Event()
        self.open.set()
        self._jobs: dict[tuple[str, str], dict[str, Any]] = {}
        handler = type("_DoubleHandler", (_Handler,), {"double": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self) -> ServicesDouble:
        return self

    def __exit__(self, *error: object) -> None:
        self.open.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def has_job(self, name: str, status: str = "active", minutes: float = 0, workspace: str = "default") -> datetime:
        """There is a job, made so many minutes after ten o'clock; gives when that was."""
        made = START + timedelta(minutes=minutes)
        self._jobs[workspace, name] = {
            "name": name,
            "workspace": workspace,
            "status": status,
            "created_at": made.replace(tzinfo=None).isoformat(),
            "spec": {"num_records": 40, "config": {"columns": []}},
        }
        return made

    def paths(self, method: str = "GET") -> list[str]:
        """What was asked for."""
        return [path for asked, path, _ in list(self.requests) if asked == method]

    def answer(self, method: str, path: str, query: dict[str, list[str]]) -> tuple[int, Any]:
        if self.refuse is not None:
            return self.refuse, {"detail": "Bearer s3cret-of-the-double is no good."}
        if path == "/status":
            return 200, {"status": "healthy"}
        found = _JOBS.fullmatch(path)
        if found is None:
            return 404, {"detail": f"There is nothing at {path}."}
        workspace, name, part = found.groups()
        if name is None:
            return 200, self._page(workspace, int(query.get("page_size", ["50"])[0]))
        job = self._jobs.get((workspace, name))
        if job is None:
            return 404, {"detail": f"Job '{name}' not found."}
        if part == "cancel":
            if job["status"] in {"completed", "error"}:
                return 409, {"detail": "The job has ended."}
            job["status"] = "cancelled"
            return 200, job
        if part == "logs":
            lines = [{"timestamp": job["created_at"], "message": line} for line in self.lines]
            return 200, {"data": lines, "total": len(lines), "next_page": None}
        if part == "status":
            step = {"name": "make", "status": job["status"], "updated_at": job["created_at"]}
            return 200, {**step, "name": name, "steps": [step]}
        return (404, {"detail": "There is none."}) if part else (200, job)

    def _page(self, workspace: str, size: int) -> dict[str, Any]:
        jobs = [job for (where, _), job in self._jobs.items() if where == workspace]
        jobs.sort(key=lambda job: str(job["created_at"]), reverse=True)
        pages = {"page": 1, "total_pages": max(1, -(-len(jobs) // size)), "total_results": len(jobs)}
        return {"data": jobs[:size], "pagination": pages}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    double: ServicesDouble

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer("POST")

    def _answer(self, method: str) -> None:
        asked = urlsplit(self.path)
        self.double.requests.append((method, asked.path, self.headers.get("Authorization")))
        self.double.open.wait(30)
        status, content = self.double.answer(method, asked.path, parse_qs(asked.query))
        body = json.dumps(content).encode()
        with suppress(OSError):  # whoever asked has gone
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: what came in is in `requests`."""
