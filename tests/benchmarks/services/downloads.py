"""Memory and time to download 500 MB of a job's artifacts.

Each download is made by a fresh process. The files are noise, as images are to gzip: the SDK's archive is no
smaller than they are. Its usual timeout of 60 s is raised: on a busy machine the services pack for longer
before the first byte. What the figures include:

| client | time | memory added |
|---|---|---|
| ours | `Job.download` of a job that was attached | the highest during it, less what there was before |
| SDK | `download_artifacts`, files unpacked | the same |
| CLI, once | ``nemo jobs results download``, whole: start, and an archive that is not unpacked | the highest of \
the command, less the highest of ``nemo jobs results list`` |
"""

from __future__ import annotations

import random
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dd_jupyter.nemo import background
from tests.benchmarks.services.processes import MEMORY, OURS, SDK, command, in_fresh_process
from tests.benchmarks.services.size import Size
from tests.benchmarks.table import Figure, duration, times
from tests.support.nemo_services import WORKSPACE, NemoServices
from tests.support.waiting import wait_until

MB = 1_000_000
JOB = "bench-downloads"
CONFIG = {"columns": [{"name": "n", "column_type": "sampler", "sampler_type": "uuid", "params": {}}]}

MEMORY_MB = 64
TIMES_FASTER = 10

DOWNLOAD = f"""
{MEMORY}
import dd_jupyter
name, folder = sys.argv[1:]
job = dd_jupyter.attach(name).wait()
tell_cost(lambda: job.download(folder))
"""
SDK_DOWNLOAD = f"""
{MEMORY}
from nemo_platform import NeMoPlatform
name, folder = sys.argv[1:]
client = NeMoPlatform(base_url=os.environ["NMP_BASE_URL"], workspace=os.environ["NMP_WORKSPACE"], timeout=600)
job = client.data_designer.get_job_resource(name)
job.get_job_status()
tell_cost(lambda: job.download_artifacts(folder))
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


def figures(services: NemoServices, size: Size) -> Iterator[Figure]:
    """Time and memory."""
    _make_job(services, size)
    ours: list[Download] = []
    sdk: list[Download] = []
    for _ in range(size.turns):
        ours.append(_in_fresh_process(services, OURS, DOWNLOAD, size))
        sdk.append(_in_fresh_process(services, SDK, SDK_DOWNLOAD, size))
    mine, theirs, commands = _median(ours), _median(sdk), _with_the_command(services, size)
    yield Figure(
        f"download of {size.megabytes} MB of artifacts",
        duration(mine.seconds),
        duration(theirs.seconds),
        duration(commands.seconds),
        times(mine.seconds, theirs.seconds, commands.seconds),
        f"over {TIMES_FASTER}x faster than the SDK",
        theirs.seconds > TIMES_FASTER * mine.seconds,
    )
    yield Figure(
        "  memory added by it",
        f"{mine.added_mb:.0f} MB",
        f"{theirs.added_mb:.0f} MB",
        f"{commands.added_mb:.0f} MB",
        times(max(mine.added_mb, 1), theirs.added_mb, commands.added_mb),
        f"under {MEMORY_MB} MB",
        mine.added_mb < MEMORY_MB,
    )


def _make_job(services: NemoServices, size: Size) -> None:
    jobs = services.deployment().jobs
    background.wait_for(jobs.create(WORKSPACE, name=JOB, config=CONFIG, num_records=10))
    wait_until(lambda: background.wait_for(jobs.status(WORKSPACE, JOB)).status == "completed", timeout=120)
    attempt = services.request("GET", f"/apis/jobs/v2/workspaces/{WORKSPACE}/jobs/{JOB}").json()["attempt_id"]
    files = f"/apis/files/v2/workspaces/{WORKSPACE}/filesets/job-fileset-{JOB}/-"
    for number in range(size.artifact_files):
        path = f"{files}/results/{attempt}/artifacts/dataset/images/{number:02}.png"
        services.request("PUT", path, content=random.Random(number).randbytes(size.file_megabytes * MB))


def _in_fresh_process(services: NemoServices, python: Path, code: str, size: Size) -> Download:
    with tempfile.TemporaryDirectory() as folder:
        found = in_fresh_process(services, python, code, JOB, str(Path(folder) / "here"))
        _check(sum(file.stat().st_size for file in Path(folder).rglob("*.png")), size.megabytes * MB)
    return Download(found["seconds"], found["added_mb"])


def _with_the_command(services: NemoServices, size: Size) -> Download:
    idle = command(services, "jobs", "results", "list", JOB)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "artifacts.tar.gz"
        found = command(services, "jobs", "results", "download", "artifacts", "--job", JOB, "-o", str(archive))
        if archive.stat().st_size < size.megabytes * MB:
            raise RuntimeError(f"{archive.stat().st_size:,} bytes arrived, fewer than the files have.")
    return Download(found.seconds, found.peak_mb - idle.peak_mb)


def _check(got: int, wanted: int) -> None:
    if got != wanted:
        raise RuntimeError(f"{got:,} bytes arrived in place of {wanted:,}.")


def _median(downloads: list[Download]) -> Download:
    return Download(
        statistics.median(download.seconds for download in downloads),
        statistics.median(download.added_mb for download in downloads),
    )
