"""Memory and time to download 500 MB of a job's artifacts, beside the SDK of NeMo Services in the same run.

Each download is made by a fresh process of the services' own environment, which has both clients. The files
are noise, as images are to gzip: the SDK's archive is no smaller than they are. Its usual timeout of 60 s is
raised: on a busy machine the services pack for longer before the first byte.
"""

from __future__ import annotations

import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.nemo_services import PYTHON, WORKSPACE, NemoServices, nemo_services
from tests.support.waiting import wait_until

MB = 1_000_000
FILES, FILE_MB = 20, 25
TURNS = 3
JOB = "bench-downloads"
CONFIG = {"columns": [{"name": "n", "column_type": "sampler", "sampler_type": "uuid", "params": {}}]}

MEMORY_MB = 64
TIMES_FASTER = 10

# What is added is the highest there was during the download, less what the process had with its client ready.
MEASURED = """
import json, pathlib, re, sys, time
base_url, folder, job = sys.argv[1:]

def kilobytes(name):
    return int(re.search(name + r":\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1])

def measured(download):
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = kilobytes("VmRSS")
    started = time.perf_counter()
    download()
    seconds = time.perf_counter() - started
    print("MEASURED", json.dumps({"seconds": seconds, "added_mb": (kilobytes("VmHWM") - before) * 1024 / 1e6}))
"""
OURS = """
from dd_jupyter.execution.artifacts import JobArtifacts
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
artifacts = JobArtifacts(Deployment(find_context(base_url=base_url, workspace="default")), "default", job)
wait_for(artifacts.files())
measured(lambda: wait_for(artifacts.download(folder)))
"""
SDK = """
from nemo_platform import NeMoPlatform
resource = NeMoPlatform(base_url=base_url, workspace="default", timeout=600).data_designer.get_job_resource(job)
resource.get_job_status()
measured(lambda: resource.download_artifacts(folder))
"""


@dataclass(frozen=True)
class Download:
    """What one download took.

    Attributes:
        seconds: From the call to the last file.
        added_mb: Memory that the process had more of at the worst moment than before.
    """

    seconds: float
    added_mb: float


def main() -> None:
    """Start services, measure, and print a table."""
    with tempfile.TemporaryDirectory() as folder, nemo_services(Path(folder) / "services") as services:
        ours, sdk = compare(services)
    print(f"\n{'download of 500 MB':24}{'time':>10}{'memory added':>16}")
    for name, download in (("dd_jupyter", ours), ("SDK", sdk)):
        print(f"{name:24}{download.seconds:>8.2f} s{download.added_mb:>13.0f} MB")
    print(f"{'ratio':24}{sdk.seconds / ours.seconds:>9.1f}x{sdk.added_mb / max(ours.added_mb, 1):>15.1f}x")


def figures(services: NemoServices) -> Iterator[tuple[str, str, str, bool]]:
    """What was measured, the figure, the budget, and whether it is kept."""
    ours, sdk = compare(services)
    faster = sdk.seconds / ours.seconds
    yield (
        "download of 500 MB of artifacts",
        f"{ours.seconds:.2f} s",
        f"SDK {sdk.seconds:.2f} s, {faster:.1f}x faster; over {TIMES_FASTER}x",
        faster > TIMES_FASTER,
    )
    yield (
        "memory added by it",
        f"{ours.added_mb:.0f} MB",
        f"SDK {sdk.added_mb:.0f} MB; under {MEMORY_MB} MB",
        ours.added_mb < MEMORY_MB,
    )


def compare(services: NemoServices) -> tuple[Download, Download]:
    """Both clients in turns, medians."""
    _make_job(services)
    ours: list[Download] = []
    sdk: list[Download] = []
    for _ in range(TURNS):
        ours.append(_in_fresh_process(services, OURS))
        sdk.append(_in_fresh_process(services, SDK))
    return _median(ours), _median(sdk)


def _make_job(services: NemoServices) -> None:
    base = f"/apis/jobs/v2/workspaces/{WORKSPACE}/jobs/{JOB}"
    body = {"name": JOB, "spec": {"num_records": 10, "config": CONFIG}}
    services.request("POST", f"/apis/data-designer/v2/workspaces/{WORKSPACE}/jobs/create", json=body)
    wait_until(lambda: services.request("GET", f"{base}/status").json()["status"] == "completed", timeout=120)
    attempt = services.request("GET", base).json()["attempt_id"]
    files = f"/apis/files/v2/workspaces/{WORKSPACE}/filesets/job-fileset-{JOB}/-"
    for number in range(FILES):
        path = f"{files}/results/{attempt}/artifacts/dataset/images/{number:02}.png"
        services.request("PUT", path, content=random.Random(number).randbytes(FILE_MB * MB))


def _in_fresh_process(services: NemoServices, code: str) -> Download:
    folder = tempfile.mkdtemp()
    try:
        output = subprocess.run(
            [str(PYTHON), "-c", MEASURED + code, services.base_url, str(Path(folder) / "here"), JOB],
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
        if output.returncode:
            sys.exit(output.stderr)
        got = sum(file.stat().st_size for file in Path(folder).rglob("*.png"))
        if got != FILES * FILE_MB * MB:
            sys.exit(f"{got:,} bytes arrived.")
        return Download(**_measures(output.stdout))
    finally:
        shutil.rmtree(folder)


def _measures(output: str) -> Mapping[str, float]:
    measures: dict[str, float] = json.loads(output.split("MEASURED", 1)[1])
    return measures


def _median(downloads: list[Download]) -> Download:
    return Download(
        statistics.median(download.seconds for download in downloads),
        statistics.median(download.added_mb for download in downloads),
    )


if __name__ == "__main__":
    main()
