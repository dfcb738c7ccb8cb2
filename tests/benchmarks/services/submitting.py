"""From submitting to the job shown, and from its end to knowing of it.

All submit the same configuration, samplers only. What the figures include:

| figure | ours | SDK | CLI |
|---|---|---|---|
| submit to job shown, cold | a kernel with nothing loaded: from sending ``%load_ext dd_jupyter`` and the cell to \
the picture of the job at the front end | a process with nothing loaded: from its first import, the client and \
the configuration to the end of `create` | ``nemo data-designer create submit``, whole |
| the same, warm | the cell in a kernel that has submitted before, messages both ways included | `create` in a \
process that has submitted before | |
| the services' share | the bare request with the same body on an open connection | | |
| finished to noticed | from the services' own time of the end to the status of the `Job` | to the end of \
`wait_until_done` | |
| finished to whole | to the end of `wait()`: the last line of the log read, and with it the view finished | | |

Jobs whose end is waited for run one after the other, and nothing else meanwhile. The others are cancelled, and
have stopped before the next turn; the order of the turns changes, since each meets what the last one left.
"""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

from dd_jupyter.errors import ConflictError
from dd_jupyter.execution.following import Pace
from dd_jupyter.nemo import background
from dd_jupyter.nemo.jobs import ENDED, Job
from tests.benchmarks.cells import done, fresh_kernel, value
from tests.benchmarks.services.processes import SDK, ask, command, conversation, in_fresh_process
from tests.benchmarks.services.size import Size
from tests.benchmarks.table import Figure, duration, times
from tests.support.kernel import Kernel
from tests.support.nemo_services import WORKSPACE, NemoServices
from tests.support.seen import seen

RECORDS = 20
OWN_SECONDS = 0.5
SIGN_OF_LIFE_SECONDS = 0.2

SETTLE_SECONDS = 120
LOOK_SECONDS = 0.25  # the services are busy stopping the job

CONFIG: dict[str, Any] = {
    "columns": [
        {
            "name": "product",
            "column_type": "sampler",
            "sampler_type": "category",
            "params": {"values": ["lamp", "kettle", "chair"]},
        },
        {
            "name": "price",
            "column_type": "sampler",
            "sampler_type": "gaussian",
            "params": {"mean": 40, "stddev": 12, "decimal_places": 2},
        },
        {"name": "title", "column_type": "expression", "expr": "{{ product }} at {{ price }}"},
    ]
}
BUILDER = f"""
import data_designer.config as dd
builder = dd.DataDesignerConfigBuilder.from_config({CONFIG!r})
"""
SDK_CLIENT = """
from nemo_platform import NeMoPlatform
client = NeMoPlatform(base_url=os.environ["NMP_BASE_URL"], workspace=os.environ["NMP_WORKSPACE"])
designer = client.data_designer
"""
SDK_COLD = f"""
started = time.perf_counter()
{SDK_CLIENT}
{BUILDER}
job = designer.create(builder, num_records={RECORDS})
tell(seconds=time.perf_counter() - started)
"""
SDK_WARM = f"""
import logging
{SDK_CLIENT}
{BUILDER}
logging.disable(logging.CRITICAL)
for line in sys.stdin:
    if line == "submit\\n":
        started = time.perf_counter()
        job = designer.create(builder, num_records={RECORDS})
        tell(seconds=time.perf_counter() - started, name=job.name)
    else:
        job.wait_until_done()
        tell(noticed=time.time())
"""
WAIT = """
import time
while job.status not in ("completed", "error", "cancelled"):
    time.sleep(0.002)
noticed = time.time()
job.wait()
times = [noticed, time.time()]
"""

_numbers = itertools.count(1)


def figures(services: NemoServices, size: Size) -> Iterator[Figure]:
    """Cold, warm, and the end."""
    yield from _cold(services, size.turns)
    with (
        fresh_kernel(services.env) as kernel,
        conversation(services, SDK, SDK_WARM) as process,
        httpx.Client(base_url=services.base_url, timeout=60, trust_env=False) as connection,
    ):
        done(kernel, "%load_ext dd_jupyter")
        done(kernel, BUILDER)
        yield from _ends(services, size.turns, kernel, process)
        yield from _warm(services, size.turns, kernel, process, connection)


def _cold(services: NemoServices, turns: int) -> Iterator[Figure]:
    ours, lives, sdk, cli = [], [], [], []
    for _ in range(turns):
        with fresh_kernel(services.env) as kernel:
            started = time.perf_counter()
            done(kernel, "%load_ext dd_jupyter")
            loading = time.perf_counter() - started
            shown, life = _shown(kernel, f"{BUILDER}\nbuilder")
        ours.append(loading + shown)
        lives.append(life)
        _settle(services)
        sdk.append(in_fresh_process(services, SDK, SDK_COLD)["seconds"])
        _settle(services)
        cli.append(_cli(services))
        _settle(services)
    mid, sdk_mid, cli_mid = map(statistics.median, (ours, sdk, cli))
    yield Figure(
        "submit to job shown, cold", duration(mid), duration(sdk_mid), duration(cli_mid), times(mid, sdk_mid, cli_mid)
    )
    yield _sign_of_life("submit to first sign of life, just loaded", lives)


def _ends(services: NemoServices, turns: int, kernel: Kernel, process: subprocess.Popen[str]) -> Iterator[Figure]:
    noticed, whole, sdk_noticed = [], [], []
    for _ in range(turns):
        name = _name()
        _shown(kernel, name=name)
        noticed_at, whole_at = value(kernel, WAIT, "times")
        ended = ended_at(services, name)
        noticed.append(noticed_at - ended)
        whole.append(whole_at - ended)
        name = ask(process, "submit")["name"]
        sdk_noticed.append(ask(process, "wait")["noticed"] - ended_at(services, name))
    mid, sdk_mid, poll = statistics.median(noticed), statistics.median(sdk_noticed), Pace().lively
    yield Figure(
        "finished to noticed",
        duration(mid),
        duration(sdk_mid),
        ratio=times(mid, sdk_mid),
        budget=f"one poll, {duration(poll)}, each time; worst {duration(max(noticed))}",
        within=max(noticed) < poll,
    )
    yield Figure("finished to whole: log, records, profile", duration(statistics.median(whole)))


def _warm(
    services: NemoServices, turns: int, kernel: Kernel, process: subprocess.Popen[str], connection: httpx.Client
) -> Iterator[Figure]:
    body = _body(kernel)
    bare: list[float] = []
    ours: list[tuple[float, float]] = []
    sdk: list[float] = []
    sides = [
        lambda: bare.append(_bare(connection, body)),
        lambda: ours.append(_shown(kernel)),
        lambda: sdk.append(ask(process, "submit")["seconds"]),
    ]
    for turn in range(turns):
        for side in (*sides[turn % 3 :], *sides[: turn % 3]):
            side()
            _settle(services)
            done(kernel, "job.wait()")  # its thread has stopped asking then
    mid, sdk_mid, bare_mid = statistics.median(shown for shown, _ in ours), *map(statistics.median, (sdk, bare))
    yield Figure("submit to job shown, warm", duration(mid), duration(sdk_mid), ratio=times(mid, sdk_mid))
    yield Figure("  the services' share: the bare request", duration(bare_mid), duration(bare_mid))
    yield Figure(
        "  what is added to it",
        duration(mid - bare_mid),
        duration(sdk_mid - bare_mid),
        budget=f"well under a second: {duration(OWN_SECONDS)}",
        within=mid - bare_mid < OWN_SECONDS,
    )
    yield _sign_of_life("submit to first sign of life, warm", [life for _, life in ours])


def _sign_of_life(what: str, seconds: list[float]) -> Figure:
    mid = statistics.median(seconds)
    budget = f"under {duration(SIGN_OF_LIFE_SECONDS)}"
    return Figure(what, duration(mid), budget=budget, within=mid < SIGN_OF_LIFE_SECONDS)


def ended_at(services: NemoServices, name: str) -> float:
    """When a job ended, by the services' own clock, which is this machine's."""
    jobs = services.deployment().jobs
    changed_at = background.wait_for(jobs.status(WORKSPACE, name)).changed_at
    assert changed_at is not None
    return changed_at.timestamp()


def _shown(kernel: Kernel, cell: str = "", *, name: str = "") -> tuple[float, float]:
    """Seconds from sending a cell that submits to the picture of its job, and to its first output."""
    name = name or _name()
    options = f"job --submit -n {RECORDS} --name {name}"
    started = time.perf_counter()
    outcome = kernel.start(f"%%dd_create {options}\n{cell}" if cell else f"%dd_create {options} -c builder")
    kernel.wait_until(lambda: bool(outcome.displays), timeout=60)
    life = time.perf_counter() - started
    kernel.wait_until(lambda: name in seen(outcome), timeout=60)
    seconds = time.perf_counter() - started
    kernel.wait()
    if outcome.status != "ok":
        raise RuntimeError("\n".join(outcome.traceback) or outcome.stderr)
    return seconds, life


def _body(kernel: Kernel) -> dict[str, Any]:
    """What is posted, without a name."""
    config = value(kernel, "body = builder.build().model_dump(mode='json')", "body")
    return {"spec": {"num_records": RECORDS, "config": config}}


def _bare(connection: httpx.Client, body: dict[str, Any]) -> float:
    path = f"/apis/data-designer/v2/workspaces/{WORKSPACE}/jobs/create"
    connection.get(f"{path}?page_size=1").raise_for_status()  # opens the connection
    started = time.perf_counter()
    connection.post(path, json={**body, "name": _name()}).raise_for_status()
    return time.perf_counter() - started


def _cli(services: NemoServices) -> float:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "config.json"
        source.write_text(json.dumps(CONFIG))
        return command(services, "data-designer", "create", "submit", str(source), "-n", str(RECORDS)).seconds


def _name() -> str:
    return f"bench-submit-{next(_numbers)}"


def _settle(services: NemoServices) -> None:
    """Cancel what is at work, and wait until it has stopped: it would slow the next turn."""
    jobs = services.deployment().jobs

    async def at_work() -> list[Job]:
        return [job async for job in jobs.all(WORKSPACE) if job.status not in ENDED]

    until = time.monotonic() + SETTLE_SECONDS
    while left := background.wait_for(at_work()):
        if time.monotonic() > until:
            raise TimeoutError(f"{', '.join(f'{job.name} is {job.status}' for job in left)} {SETTLE_SECONDS} s long.")
        for job in left:
            # One that is cancelled before its controller has seen it may stay "created" for ever (nemo-platform 0.3.0).
            if job.status not in {"created", "cancelling"}:
                with suppress(ConflictError):  # its controller changed it at the same moment
                    background.wait_for(jobs.cancel(WORKSPACE, job.name))
        time.sleep(LOOK_SECONDS)
