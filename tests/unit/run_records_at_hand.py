"""Run records as another process might have written them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from dd_jupyter.execution.runs import RunEntry


def entry(number: int = 0, **changed: Any) -> RunEntry:
    """A record as another process might have written it."""
    told: dict[str, Any] = {
        "id": f"20261121T1000{number:08}-abcdef",
        "kind": "create",
        "name": f"reviews-{number}",
        "num_records": 10,
        "fingerprint": "sha256:0",
        "started": "2026-11-21T10:00:00+00:00",
        "state": "running",
        "ended": None,
        "base_url": None,
        "workspace": None,
        "artifact_path": None,
        "process": os.getpid(),
        **changed,
    }
    return RunEntry(**told)


def a_process_that_is_no_more() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid
