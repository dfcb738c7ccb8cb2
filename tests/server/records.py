"""Run records and datasets as kernels leave them on this machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pandas as pd

from dd_jupyter.execution.events import Log
from dd_jupyter.execution.run_entries import RunEntry, write
from dd_jupyter.execution.run_log_file import LogFile


def recorded(number: int = 0, **changed: Any) -> RunEntry:
    """A run that was written down, so many minutes after ten o'clock."""
    told: dict[str, Any] = {
        "id": f"20261121T10{number:02}00000000-abcdef",
        "kind": "create",
        "name": f"reviews-{number}",
        "num_records": 40,
        "fingerprint": "sha256:0",
        "started": f"2026-11-21T10:{number:02}:00+00:00",
        "state": "completed",
        "ended": f"2026-11-21T10:{number:02}:30+00:00",
        "base_url": None,
        "workspace": None,
        "artifact_path": None,
        "process": os.getpid(),
        "done": 40,
        **changed,
    }
    entry = RunEntry(**told)
    write(entry)
    return entry


def running(number: int = 0, **changed: Any) -> RunEntry:
    """A run that goes on, in this process."""
    return recorded(number, **{"state": "running", "ended": None, "done": 10, **changed})


def logged(entry: RunEntry, *lines: str) -> None:
    """Lines that the run has written so far."""
    file = LogFile(entry.id)
    file.append(Log("INFO", line, 1_795_255_200.0) for line in lines)
    file.close()


def batch(folder: Path, number: int, records: int) -> None:
    """A finished batch of a dataset."""
    first = number * records
    frame = pd.DataFrame(
        {
            "id": [f"record {row}" for row in range(first, first + records)],
            "stars": [row % 5 for row in range(first, first + records)],
        }
    )
    (folder / "parquet-files").mkdir(parents=True, exist_ok=True)
    frame.to_parquet(folder / "parquet-files" / f"batch_{number:05}.parquet")
