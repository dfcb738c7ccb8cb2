"""Following a job whose log grows to 10,000 lines: requests, bytes, and the end noticed.

Ours is `follow`, which every job's thread runs; the SDK's is `wait_until_done`. They follow one after the
other, each a real job of its own that a held model keeps at work while lines are fed into its log at the same
pace; the first line is fed when the client follows, and the model is let go after the last. The job's own five
records come then. The `nemo` command cannot follow a Data Designer job. What the figures include:

- requests to the end noticed; ours then asks for last lines twice a second, a few seconds long, which the SDK
  does not: these are figures of their own, and their bytes and time are in ours;
- bytes of bodies, uncompressed; "the log once" is one reading of it afterwards, in pages of 1,000 lines.
"""

from __future__ import annotations

import asyncio
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx

from dd_jupyter.execution.events import JobStatus, Log
from dd_jupyter.execution.following import Pace, follow
from dd_jupyter.nemo import background
from dd_jupyter.nemo.http import Http
from dd_jupyter.nemo.jobs import Jobs
from tests.benchmarks.services.processes import SDK, conversation, told
from tests.benchmarks.services.size import Size
from tests.benchmarks.services.submitting import ended_at
from tests.benchmarks.table import Figure, duration, times
from tests.support.job_log_feed import JobLogFeed
from tests.support.jobs_double import logged
from tests.support.nemo_services import WORKSPACE, NemoServices
from tests.support.waiting import wait_until

BATCHES = 50
RECORDS = 5
REQUESTS_A_POLL = 2
TIMES_THE_LOG = 1.5

CONFIG = {
    "columns": [
        {"name": "product", "column_type": "sampler", "sampler_type": "category", "params": {"values": ["a", "b"]}},
        {"name": "greeting", "column_type": "llm-text", "prompt": "Greet {{ product }}", "model_alias": "m"},
    ],
    "model_configs": [{"alias": "m", "model": "double-chat", "provider": "default/echo"}],
}

SDK_FOLLOWS = """
import logging
from nemo_platform import NeMoPlatform
logging.disable(logging.CRITICAL)
client = NeMoPlatform(base_url=os.environ["NMP_BASE_URL"], workspace=os.environ["NMP_WORKSPACE"])
job = client.data_designer.get_job_resource(sys.argv[1])
counted = dict(requests=0, polls=0, log_requests=0, all_bytes=0, log_bytes=0, lines=0, seconds=0.0)

def count(answer):
    answer.read()
    counted["requests"] += 1
    counted["all_bytes"] += len(answer.content)
    counted["seconds"] += answer.elapsed.total_seconds()
    if answer.url.path.endswith("/status"):
        counted["polls"] += 1
    elif answer.url.path.endswith("/logs"):
        counted["log_requests"] += 1
        counted["log_bytes"] += len(answer.content)
        first_page = "page_cursor" not in answer.url.params
        counted["lines"] = (0 if first_page else counted["lines"]) + len(answer.json()["data"])

client._client.event_hooks["response"].append(count)
tell()
job.wait_until_done()
tell(noticed=time.time(), **counted)
"""


@dataclass
class Followed:
    """What it took to follow one job.

    Attributes:
        requests: Those to the end noticed.
        polls: How often its status was asked for.
        log_bytes: Bytes of answers with log lines.
        lines: Lines that were read at least once.
        seconds: Spent in requests.
        noticed: When its end was known, in seconds since 1970.
        requests_after: Those for the last lines.
    """

    requests: int
    polls: int
    log_requests: int
    all_bytes: int
    log_bytes: int
    lines: int
    seconds: float
    noticed: float
    requests_after: int = 0


@dataclass(frozen=True)
class Followings:
    """A job as it was followed, beside what it was.

    Attributes:
        ended_at: When it ended, by the services' clock.
        log_bytes: Bytes of reading its log once.
        log_lines: Lines of it.
    """

    followed: Followed
    ended_at: float
    log_bytes: int
    log_lines: int

    @property
    def noticed_after(self) -> float:
        """Seconds from the end to knowing of it."""
        return self.followed.noticed - self.ended_at

    @property
    def times_the_log(self) -> float:
        """How often its log was moved."""
        return self.followed.log_bytes / self.log_bytes


def figures(services: NemoServices, size: Size) -> Iterator[Figure]:
    """Both follow, and what it took."""
    ours = _followed(services, size, _with_ours)
    sdk = _followed(services, size, _with_the_sdk)
    mine, theirs = ours.followed, sdk.followed
    yield Figure(
        f"following a log of {size.log_lines:,} lines: requests",
        f"{mine.requests}",
        f"{theirs.requests:,}",
        ratio=times(mine.requests, theirs.requests),
    )
    per_poll = mine.requests / mine.polls
    yield Figure(
        f"  requests a poll ({mine.polls} polls; the SDK: {theirs.polls})",
        f"{per_poll:.1f}",
        f"{theirs.requests / theirs.polls:.1f}",
        ratio=times(per_poll, theirs.requests / theirs.polls),
        budget=f"1 or {REQUESTS_A_POLL}",
        within=per_poll <= REQUESTS_A_POLL,
    )
    yield Figure("  requests for the last lines, after that", f"{mine.requests_after}", "0")
    yield Figure(
        "  bytes in all",
        _megabytes(mine.all_bytes),
        _megabytes(theirs.all_bytes),
        ratio=times(mine.all_bytes, theirs.all_bytes),
    )
    yield Figure(
        f"  bytes of the log, times the log once ({_megabytes(ours.log_bytes)})",
        f"{ours.times_the_log:.2f}",
        f"{sdk.times_the_log:.1f}",
        ratio=times(ours.times_the_log, sdk.times_the_log),
        budget=f"under {TIMES_THE_LOG}",
        within=ours.times_the_log < TIMES_THE_LOG,
    )
    yield Figure(
        "  time spent in requests",
        duration(mine.seconds),
        duration(theirs.seconds),
        ratio=times(mine.seconds, theirs.seconds),
    )
    yield Figure(
        "  finished to noticed",
        duration(ours.noticed_after),
        duration(sdk.noticed_after),
        ratio=times(ours.noticed_after, sdk.noticed_after),
        budget=f"one poll: {duration(Pace().lively)}",
        within=ours.noticed_after < Pace().lively,
    )
    lost = ours.log_lines - mine.lines
    yield Figure(
        f"  lines lost of {ours.log_lines:,}",
        f"{lost}",
        f"{sdk.log_lines - theirs.lines}",
        budget="none",
        within=lost == 0,
    )


def _followed(
    services: NemoServices, size: Size, follow_it: Callable[[NemoServices, str, Callable[[], None]], Followed]
) -> Followings:
    """Follow a new job whose log grows meanwhile, and which ends when the last line is in it."""
    services.model.hold()
    name = f"bench-following-{uuid.uuid4().hex[:8]}"
    jobs = services.deployment().jobs
    background.wait_for(jobs.create(WORKSPACE, name=name, config=CONFIG, num_records=RECORDS))
    wait_until(lambda: background.wait_for(jobs.status(WORKSPACE, name)).status == "active", timeout=90)
    feeding = threading.Thread(target=_feed, args=(services, name, size))
    followed = follow_it(services, name, feeding.start)
    feeding.join()
    log_bytes, log_lines = _whole_log(services, name)
    return Followings(followed, ended_at(services, name), log_bytes, log_lines)


def _with_ours(services: NemoServices, name: str, begin: Callable[[], None]) -> Followed:
    network, lines, noticed, requests = _Counting(), 0, 0.0, 0
    begin()

    async def to_the_end() -> None:
        nonlocal lines, noticed, requests
        http = Http(services.base_url, _nobody, transport=network)
        async for event in follow(Jobs(http), WORKSPACE, name):
            lines += isinstance(event, Log)
            if isinstance(event, JobStatus) and event.status == "completed":
                noticed, requests = time.time(), network.counts["requests"]
        await http.aclose()

    asyncio.run(to_the_end())
    after = network.counts["requests"] - requests
    counts = {**network.counts, "requests": requests}
    return Followed(**counts, lines=lines, seconds=network.seconds, noticed=noticed, requests_after=after)


def _with_the_sdk(services: NemoServices, name: str, begin: Callable[[], None]) -> Followed:
    with conversation(services, SDK, SDK_FOLLOWS, name) as process:
        told(process)  # its imports take seconds, which are not measured
        begin()
        return Followed(**told(process))


def _feed(services: NemoServices, name: str, size: Size) -> None:
    """Write the lines of a busy job at an even pace, then let it end."""
    try:
        log, began, batch = JobLogFeed(services, name), time.monotonic(), size.log_lines // BATCHES
        for first in range(0, size.log_lines, batch):
            numbers = range(first, first + batch)
            log.write([logged(f"  |-- 😴 greeting: {each}/{size.log_lines} (1%) 11.8 rec/s") for each in numbers])
            due = began + size.feed_seconds * (first + batch) / size.log_lines
            time.sleep(max(0.0, due - time.monotonic()))
    finally:
        services.model.release()


def _whole_log(services: NemoServices, name: str) -> tuple[int, int]:
    """Bytes and lines of a log."""
    path = f"/apis/data-designer/v2/workspaces/{WORKSPACE}/jobs/create/{name}/logs"
    size, lines, cursor = 0, 0, None
    while True:
        params = {"limit": "1000"} | ({"page_cursor": cursor} if cursor else {})
        answer = services.request("GET", path, params=params)
        size += len(answer.content)
        lines += len(answer.json()["data"])
        if (cursor := answer.json()["next_page"]) is None:
            return size, lines


class _Counting(httpx.AsyncHTTPTransport):
    """The network, counted."""

    def __init__(self) -> None:
        super().__init__()
        self.counts = dict.fromkeys(("requests", "polls", "log_requests", "all_bytes", "log_bytes"), 0)
        self.seconds = 0.0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        started = time.perf_counter()
        answer = await super().handle_async_request(request)
        size = len(await answer.aread())
        self.seconds += time.perf_counter() - started
        self.counts["requests"] += 1
        self.counts["all_bytes"] += size
        if request.url.path.endswith("/status"):
            self.counts["polls"] += 1
        elif request.url.path.endswith("/logs"):
            self.counts["log_requests"] += 1
            self.counts["log_bytes"] += size
        return answer


async def _nobody() -> str | None:
    return None


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.2f} MB"
