"""Following a job with a log of 10,000 lines: requests, bytes and the end noticed, ours beside the SDK's, in one run.

By itself: ``python -m tests.benchmarks.following``. Both follow, one after the other, a real job that a held
model keeps at work while lines are fed into its log at the same pace; then the model is let go.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from dd_jupyter.execution.events import JobStatus, Log
from dd_jupyter.execution.following import follow
from dd_jupyter.nemo.http import Http
from dd_jupyter.nemo.jobs import Jobs
from tests.support.job_log_feed import JobLogFeed
from tests.support.jobs_double import logged
from tests.support.nemo_services import PYTHON, WORKSPACE, NemoServices, nemo_services
from tests.support.waiting import wait_until

LINES = 10_000
BATCH = 200
FEED_SECONDS = 60.0

CONFIG = {
    "columns": [
        {"name": "product", "column_type": "sampler", "sampler_type": "category", "params": {"values": ["a", "b"]}},
        {"name": "greeting", "column_type": "llm-text", "prompt": "Greet {{ product }}", "model_alias": "m"},
    ],
    "model_configs": [{"alias": "m", "model": "double-chat", "provider": "default/echo"}],
}

SDK = """
import json, logging, sys, time
from nemo_platform import NeMoPlatform
logging.disable(logging.CRITICAL)
base_url, name = sys.argv[1:]
client = NeMoPlatform(base_url=base_url, workspace="default")
job = client.data_designer.get_job_resource(name)
counted = {"requests": 0, "all_bytes": 0, "log_bytes": 0, "log_requests": 0}
def count(answer):
    answer.read()
    counted["requests"] += 1
    counted["all_bytes"] += len(answer.content)
    if "/logs" in str(answer.url):
        counted["log_bytes"] += len(answer.content)
        counted["log_requests"] += 1
client._client.event_hooks["response"].append(count)
print("following", flush=True)
job.wait_until_done()
print(json.dumps({**counted, "noticed": time.time()}))
"""


@dataclass
class Followed:
    """What it took to follow one job.

    Attributes:
        noticed_after: Seconds from the server's end of the job to when whoever followed knew of it.
        log_bytes: Bytes of answers with log lines.
        whole_log: Bytes of reading that log once, in pages of 1000.
    """

    requests: int
    log_requests: int
    all_bytes: int
    log_bytes: int
    whole_log: int
    noticed_after: float
    lines: int | None = None


def main() -> None:
    """Follow a job in either way and print what it took."""
    with tempfile.TemporaryDirectory(prefix="following-") as folder, nemo_services(Path(folder)) as services:
        ours = measured(services, follow_ours)
        theirs = measured(services, follow_with_the_sdk)
        submit = submit_to_noticed(services)
    rows = [
        ("requests", f"{ours.requests}", f"{theirs.requests}", theirs.requests / ours.requests),
        (
            "requests for the log",
            f"{ours.log_requests}",
            f"{theirs.log_requests}",
            theirs.log_requests / ours.log_requests,
        ),
        ("bytes of the log", _size(ours.log_bytes), _size(theirs.log_bytes), theirs.log_bytes / ours.log_bytes),
        ("bytes in all", _size(ours.all_bytes), _size(theirs.all_bytes), theirs.all_bytes / ours.all_bytes),
        (
            "ended to noticed",
            f"{ours.noticed_after:.1f} s",
            f"{theirs.noticed_after:.1f} s",
            theirs.noticed_after / max(ours.noticed_after, 0.01),
        ),
    ]
    print(f"\nfollowing a job whose log grows to {LINES:,} lines in {FEED_SECONDS:.0f} s")
    for what, reached, peer, ratio in rows:
        print(f"  {what:<22} ours {reached:>10}   SDK {peer:>10}   {ratio:6.1f}x")
    read = ours.log_bytes / ours.whole_log
    print(f"  the log was moved {read:.2f} times (SDK: {theirs.log_bytes / theirs.whole_log:.1f}); budget: under 1.5")
    print(f"  lines told: {ours.lines:,}; submit to end noticed, 5 records, samplers only: {submit:.1f} s")


def measured(
    services: NemoServices, follow_it: Callable[[NemoServices, str, Callable[[], None]], Followed]
) -> Followed:
    """Follow a new job whose log grows meanwhile, and which ends when the last line is in it."""
    name = submit(services, CONFIG, 5, hold=True)
    wait_until(lambda: status(services, name)["status"] == "active", timeout=30)
    feeding = threading.Thread(target=feed, args=(services, name))
    found = follow_it(services, name, feeding.start)
    feeding.join()
    ended = max(_time(task["updated_at"]) for step in status(services, name)["steps"] for task in step["tasks"])
    found.noticed_after -= ended
    found.whole_log = whole_log(services, name)
    return found


def follow_ours(services: NemoServices, name: str, begin: Callable[[], None]) -> Followed:
    """With `follow`, as a job's thread does."""
    network = _Counting()
    begin()

    async def to_the_end() -> tuple[float, int]:
        http, noticed, lines = Http(services.base_url, _nobody, transport=network), 0.0, 0
        async for event in follow(Jobs(http), WORKSPACE, name):
            lines += isinstance(event, Log)
            if isinstance(event, JobStatus) and event.status == "completed":
                noticed = time.time()
        await http.aclose()
        return noticed, lines

    noticed, lines = asyncio.run(to_the_end())
    return Followed(network.requests, network.log_requests, network.all_bytes, network.log_bytes, 0, noticed, lines)


def follow_with_the_sdk(services: NemoServices, name: str, begin: Callable[[], None]) -> Followed:
    """With the SDK's `wait_until_done`, in its own environment."""
    command = [PYTHON, "-c", SDK, services.base_url, name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "following\n"  # its imports take seconds, which are not measured
        begin()
        found = json.loads(process.stdout.readlines()[-1])
    return Followed(
        found["requests"], found["log_requests"], found["all_bytes"], found["log_bytes"], 0, found["noticed"]
    )


def submit_to_noticed(services: NemoServices) -> float:
    """Seconds from submitting a small job to knowing that it is done."""
    started = time.time()
    name = submit(services, {"columns": CONFIG["columns"][:1]}, 5)
    network = _Counting()

    async def to_the_end() -> None:
        http = Http(services.base_url, _nobody, transport=network)
        stream = follow(Jobs(http), WORKSPACE, name)
        async for event in stream:
            if isinstance(event, JobStatus) and event.status == "completed":
                break
        await stream.aclose()
        await http.aclose()

    asyncio.run(to_the_end())
    return time.time() - started


def submit(services: NemoServices, config: dict[str, object], num_records: int, *, hold: bool = False) -> str:
    if hold:
        services.model.hold()
    name = f"benchmark-{uuid.uuid4().hex[:8]}"

    async def create() -> None:
        http = Http(services.base_url, _nobody)
        await Jobs(http).create(WORKSPACE, name=name, config=config, num_records=num_records)
        await http.aclose()

    asyncio.run(create())
    return name


def feed(services: NemoServices, name: str) -> None:
    """Write the lines of a busy job at an even pace, then let it end."""
    log, began = JobLogFeed(services, name), time.monotonic()
    for first in range(0, LINES, BATCH):
        log.write(
            [logged(f"  |-- 😴 description: {each}/{LINES} (1%) 11.8 rec/s") for each in range(first, first + BATCH)]
        )
        time.sleep(max(0.0, began + FEED_SECONDS * (first + BATCH) / LINES - time.monotonic()))
    services.model.release()


def status(services: NemoServices, name: str) -> dict[str, list[dict[str, list[dict[str, str]]]]]:
    path = f"/apis/data-designer/v2/workspaces/{WORKSPACE}/jobs/create/{name}/status"
    return services.request("GET", path).json()  # type: ignore[no-any-return]


def whole_log(services: NemoServices, name: str) -> int:
    path, size, cursor = f"/apis/data-designer/v2/workspaces/{WORKSPACE}/jobs/create/{name}/logs", 0, None
    while True:
        params = {"limit": "1000"} | ({"page_cursor": cursor} if cursor else {})
        answer = services.request("GET", path, params=params)
        size += len(answer.content)
        if (cursor := answer.json()["next_page"]) is None:
            return size


class _Counting(httpx.AsyncHTTPTransport):
    def __init__(self) -> None:
        super().__init__()
        self.requests = self.log_requests = self.all_bytes = self.log_bytes = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        size = len(await answer.aread())
        self.requests += 1
        self.all_bytes += size
        if request.url.path.endswith("/logs"):
            self.log_requests += 1
            self.log_bytes += size
        return answer


async def _nobody() -> str | None:
    return None


def _time(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def _size(size: int) -> str:
    return f"{size / 1e6:.2f} MB"


if __name__ == "__main__":
    main()
