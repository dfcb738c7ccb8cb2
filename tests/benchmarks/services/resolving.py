"""Looking up 20 resources of NeMo Services that are 50 ms away, against one round trip; what a check adds to a preview.

12 providers of the Inference Gateway, 6 secrets (keys of local providers), a seed in a Fileset and a persona
Fileset. The budget is that of the network: three round trips. Services of this machine compute on the same
cores, and answer one after the other: what the same requests take without anything around them is a figure
of its own. What the figures include:

| figure | ours | SDK | CLI |
|---|---|---|---|
| check | `dd_jupyter.check` for both locations, in a process that has checked before | `validate` of \
`AsyncNeMoPlatform`'s `data_designer` in such a process; it looks at no secret, and asks for providers twice \
| ``nemo data-designer validate``, whole |
| cold | the same with connections to be made, each a round trip more | | |
| previews | `dd_jupyter.preview` of 10 records, with `check` and without, in turns | | |
"""

from __future__ import annotations

import io
import json
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.services.processes import OURS, SDK, ask, command, conversation
from tests.benchmarks.services.size import Size
from tests.benchmarks.table import Figure, duration, times
from tests.support.nemo_services import SECRET, WORKSPACE, NemoServices
from tests.support.slow_proxy import SlowProxy, slow

SECONDS_EACH_WAY = 0.025
ROUND_TRIPS = 3
CHECKS = 5
"""Checks and round trips a turn: both take less than what else this machine may be doing."""
PREVIEWS = 25

FAR, NEAR, FILESET, PERSONAS = 12, 6, "bench-resolving", "nemotron-personas-dataset-en_us"

MODULE = """
import data_designer.config as dd

def load_config_builder():
    return dd.DataDesignerConfigBuilder.from_config({config!r})
"""
CHECKING = """
import runpy
import dd_jupyter
from dd_jupyter.nemo import background, deployment

builder = runpy.run_path(sys.argv[1])["load_config_builder"]()
here = deployment.current()

async def round_trip():
    await here.http.get("/status")

async def bare(paths):
    import asyncio
    await asyncio.gather(*(here.http.get(path) for path in paths))

def seconds(call):
    started = time.perf_counter()
    found = call()
    return time.perf_counter() - started, found

for line in sys.stdin:
    what, _, paths = line.strip().partition(" ")
    if what == "cold":
        here.close()
    if what == "round-trip":
        took, _ = seconds(lambda: background.wait_for(round_trip()))
        tell(seconds=took)
    elif what == "bare":
        took, _ = seconds(lambda: background.wait_for(bare(paths.split())))
        tell(seconds=took)
    else:
        took, report = seconds(lambda: dd_jupyter.check(builder))
        tell(seconds=took, wrong=[found.sentence for found in report.problems("run")], rows=len(report.rows))
"""
SDK_CHECKING = """
import asyncio, runpy
from nemo_platform import AsyncNeMoPlatform

builder = runpy.run_path(sys.argv[1])["load_config_builder"]()

async def main():
    client = AsyncNeMoPlatform(base_url=os.environ["NMP_BASE_URL"], workspace=os.environ["NMP_WORKSPACE"])
    while await asyncio.to_thread(sys.stdin.readline):
        started = time.perf_counter()
        await client.data_designer.validate(builder)
        tell(seconds=time.perf_counter() - started)

asyncio.run(main())
"""
PREVIEWING = """
import statistics
import data_designer.config as dd
import dd_jupyter

def builder(seed):
    made = dd.DataDesignerConfigBuilder(model_configs=[])
    made.add_column(name="kind", column_type="sampler", sampler_type="category", params={"values": ["a", "b"]})
    if seed:
        made.with_seed_dataset(dd.LocalFileSeedSource(path=seed))
        made.add_column(name="said", column_type="expression", expr="{{ product }} of {{ kind }}")
    return made

def seconds(made, check):
    started = time.perf_counter()
    dd_jupyter.preview(made, num_records=10, check=check)
    return time.perf_counter() - started

with open("products.csv", "w") as file:
    file.write("product,weight\\n" + "lamp,3\\n" * 100)
for line in sys.stdin:
    made = builder("products.csv" if line == "seed\\n" else None)
    seconds(made, True), seconds(made, False)
    turns = [(seconds(made, True), seconds(made, False)) for _ in range(int(sys.argv[1]))]
    plain = statistics.median(other for _, other in turns)
    tell(plain=plain, checked=plain + statistics.median(one - other for one, other in turns))
"""


def figures(services: NemoServices, size: Size) -> Iterator[Figure]:
    """Checks warm and cold, requests, and previews with and without one."""
    _make(services)
    with tempfile.TemporaryDirectory() as folder, slow(services.base_url, SECONDS_EACH_WAY) as proxy:
        module = _write(Path(folder))
        env = {"NMP_BASE_URL": proxy.url, "DATA_DESIGNER_HOME": folder}
        with (
            conversation(services, OURS, CHECKING, str(module), env=env) as ours,
            conversation(services, SDK, SDK_CHECKING, str(module), env=env) as sdk,
        ):
            yield from _checks(services, size, proxy, ours, sdk, module, env)
    yield from _previews(services)


def _checks(
    services: NemoServices,
    size: Size,
    proxy: SlowProxy,
    ours: subprocess.Popen[str],
    sdk: subprocess.Popen[str],
    module: Path,
    env: dict[str, str],
) -> Iterator[Figure]:
    _check(ours), ask(sdk, "validate")  # reads the schema, and whatever else is read once
    requests = _requests_of_one(proxy, ours)
    bare_ones = " ".join(request.removeprefix("GET ") for request in requests if "/-/" not in request)
    trips, warm, cold, bare, theirs, commands = [], [], [], [], [], []
    for _ in range(size.turns):
        for _ in range(CHECKS):
            trips.append(ask(ours, "round-trip")["seconds"])
            warm.append(_check(ours))
            bare.append(ask(ours, f"bare {bare_ones}")["seconds"])
        for _ in range(CHECKS):
            cold.append(_check(ours, "cold"))
        theirs.append(ask(sdk, "validate")["seconds"])
        # It finds that the local providers are not in NeMo Services, and says so.
        commands.append(command(services, "data-designer", "validate", str(module), env=env, may_refuse=True).seconds)
    trip, mid, cold_mid, share, sdk_mid, cli_mid = map(statistics.median, (trips, warm, cold, bare, theirs, commands))
    yield Figure("a round trip", duration(trip))
    yield Figure(
        "check of 20 resources, warm",
        duration(mid),
        duration(sdk_mid),
        duration(cli_mid),
        times(mid, sdk_mid, cli_mid),
        f"under {ROUND_TRIPS} round trips; {mid / trip:.1f}, at best {min(warm) / min(trips):.1f}",
        mid < ROUND_TRIPS * trip,
    )
    yield Figure(
        "  the same requests, bare",
        duration(share),
        budget=f"the check, under twice as long; {mid / share:.1f}x",
        within=mid < 2 * share,
    )
    yield Figure("check of 20 resources, connections new", duration(cold_mid), budget=f"{cold_mid / trip:.1f} trips")
    twice = len(requests) - len(set(requests))
    yield Figure("  requests of a check", str(len(requests)), budget="nothing asked twice", within=not twice)


def _previews(services: NemoServices) -> Iterator[Figure]:
    with conversation(services, OURS, PREVIEWING, str(PREVIEWS)) as process:
        for what, line in (("samplers only", "samplers"), ("a seed of 100 lines of CSV", "seed")):
            found = ask(process, line)
            yield Figure(
                f"what a check adds to a warm preview, {what}",
                duration(found["checked"] - found["plain"]),
                budget=f"{found['checked'] / found['plain']:.2f}x of {duration(found['plain'])}",
            )


def _check(ours: subprocess.Popen[str], how: str = "check") -> float:
    found = ask(ours, how)
    if found["wrong"] or found["rows"] < FAR + NEAR:
        raise RuntimeError(f"The check went wrong: {found}")
    return float(found["seconds"])


def _requests_of_one(proxy: SlowProxy, ours: subprocess.Popen[str]) -> list[str]:
    proxy.requests.clear()
    _check(ours)
    return list(proxy.requests)


def _make(services: NemoServices) -> None:
    """What the configuration names, in the services."""
    secrets = f"/apis/secrets/v2/workspaces/{WORKSPACE}/secrets"
    providers = f"/apis/models/v2/workspaces/{WORKSPACE}/providers"
    for number in range(NEAR):
        services.request("POST", secrets, json={"name": f"bench-key-{number}", "value": "of nobody"})
    for number in range(FAR):
        body = {"name": f"bench-far-{number}", "host_url": services.model.url, "api_key_secret_name": SECRET}
        services.request("POST", providers, json=body)
    for workspace, fileset, name in (
        (WORKSPACE, FILESET, "products.parquet"),
        ("system", PERSONAS, "en_US.parquet"),
    ):
        filesets = f"/apis/files/v2/workspaces/{workspace}/filesets"
        if not _is_there(services, f"{filesets}/{fileset}"):
            services.request("POST", filesets, json={"name": fileset})
        services.request("PUT", f"{filesets}/{fileset}/-/{name}", content=_parquet())


def _is_there(services: NemoServices, path: str) -> bool:
    return httpx.get(f"{services.base_url}{path}", trust_env=False, timeout=60).is_success


def _parquet() -> bytes:
    """A seed of 200,000 records in two megabytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = 200_000
    file = io.BytesIO()
    pq.write_table(pa.table({"product": [f"product {row}" for row in range(rows)], "weight": range(rows)}), file)
    return file.getvalue()


def _write(folder: Path) -> Path:
    """The local settings, a dataset of personas, and the configuration as a module."""
    near = [
        {"name": f"near-{number}", "endpoint": "http://127.0.0.1:9/v1", "api_key": f"{WORKSPACE}/bench-key-{number}"}
        for number in range(NEAR)
    ]
    (folder / "model_providers.yaml").write_text(json.dumps({"providers": near}))
    (folder / "model_configs.yaml").write_text(json.dumps({"model_configs": []}))
    personas = folder / "managed-assets" / "datasets" / "en_US.parquet"
    personas.parent.mkdir(parents=True)
    personas.touch()
    module = folder / "products.py"
    module.write_text(MODULE.format(config=_config()))
    return module


def _config() -> dict[str, Any]:
    providers = [f"{WORKSPACE}/bench-far-{number}" for number in range(FAR)] + [f"near-{n}" for n in range(NEAR)]
    models = [
        {"alias": provider.rpartition("/")[2], "model": "double-chat", "provider": provider, "skip_health_check": True}
        for provider in providers
    ]
    texts = [
        {
            "name": f"text_{number}",
            "column_type": "llm-text",
            "model_alias": model["alias"],
            "prompt": "Praise a {{ product }} to {{ who.first_name }}.",
        }
        for number, model in enumerate(models)
    ]
    who = {"name": "who", "column_type": "sampler", "sampler_type": "person", "params": {"locale": "en_US"}}
    seed = {"source": {"seed_type": "nmp", "path": f"{WORKSPACE}/{FILESET}#products.parquet"}}
    return {"data_designer": {"model_configs": models, "columns": [who, *texts], "seed_config": seed}}
