"""Writes lines into the log of a real job, the way its own process does: by OTLP, in batches."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tests.support.nemo_services import WORKSPACE, NemoServices


class JobLogFeed:
    """The log of one job that has begun to run."""

    def __init__(self, services: NemoServices, job: str) -> None:
        self._services = services
        found = services.request("GET", f"/apis/jobs/v2/workspaces/{WORKSPACE}/jobs/{job}").json()
        self._path = f"/apis/files/v2/workspaces/{WORKSPACE}/filesets/{found['fileset']}/otlp/v1/logs"
        attributes = {"job": job, "job_attempt": found["attempt_id"], "job_step": "feed", "job_task": "feed"}
        self._attributes = [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]

    def write(self, messages: Sequence[str], *, seconds_ago: float = 0.0) -> None:
        """Add lines, a microsecond after each other."""
        start = time.time_ns() - round(seconds_ago * 1e9)
        records: list[dict[str, Any]] = [
            {"timeUnixNano": str(start + 1000 * index), "body": {"stringValue": message}}
            for index, message in enumerate(messages)
        ]
        log = {"resource": {"attributes": self._attributes}, "scopeLogs": [{"logRecords": records}]}
        self._services.request("POST", self._path, json={"resourceLogs": [log]})
