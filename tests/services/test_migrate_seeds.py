"""Seeds go to NeMo Services and come back, with the records that they had."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import data_designer.config as dd
import httpx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dd_jupyter as ddj
from dd_jupyter import Settings
from dd_jupyter.engine.seed_data import SeedData
from dd_jupyter.errors import NotReadyError, ResourceError, UnreachableError
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.nemo.platform import Schema
from dd_jupyter.resources.migration import seed_upload
from dd_jupyter.resources.migration.migration import Migration, plan
from dd_jupyter.resources.migration.steps import Means
from dd_jupyter.resources.places import Here
from tests.support.cutting_proxy import cutting
from tests.support.nemo_services import PROVIDER, WORKSPACE, NemoServices

REPOSITORY = Path(__file__).resolve().parents[2]
LINUX_ONLY = pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss")


@dataclass
class Watched:
    """A deployment whose requests are counted.

    Attributes:
        puts: Paths that something was put to.
        posts: Paths that something was posted to.
    """

    deployment: Deployment
    requests: list[tuple[str, str]] = field(default_factory=list)

    @property
    def changes(self) -> list[tuple[str, str]]:
        """Requests that change something."""
        return [request for request in self.requests if request[0] not in {"GET", "HEAD"}]


class Watching(httpx.AsyncHTTPTransport):
    """Writes requests down on their way."""

    def __init__(self, requests: list[tuple[str, str]]) -> None:
        super().__init__()
        self._requests = requests

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._requests.append((request.method, request.url.path))
        return await super().handle_async_request(request)


@pytest.fixture
def watched(services: NemoServices) -> Iterator[Watched]:
    requests: list[tuple[str, str]] = []
    context = find_context(base_url=services.base_url, workspace=WORKSPACE)
    watched = Watched(Deployment(context, transport=Watching(requests)), requests)
    yield watched
    watched.deployment.close()


@pytest.fixture
def deployment(watched: Watched) -> Deployment:
    return watched.deployment


@pytest.fixture
def mark() -> str:
    """A word that makes the records of a test its own."""
    return uuid.uuid4().hex


@pytest.fixture
def cities(mark: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"city": ["Bonn", "Oslo", f"Graz {mark}"], "people": [330, 710, 290], "note": ["é'\"", None, "x"]}
    )


@pytest.fixture
def letters(tmp_path: Path, mark: str) -> Path:
    folder = tmp_path / "letters"
    (folder / "old").mkdir(parents=True)
    for number in range(20):
        (folder / f"{number:02}.txt").write_text(f"Letter {number} {mark}")
    (folder / "old" / "a.txt").write_text("")
    return folder


def on(source: Any, **how: Any) -> dd.DataDesignerConfigBuilder:
    model = dd.ModelConfig(alias="chat", model="m", provider=f"{WORKSPACE}/{PROVIDER}")
    return dd.DataDesignerConfigBuilder(model_configs=[model]).with_seed_dataset(source, **how)


def planned(
    builder: dd.DataDesignerConfigBuilder, deployment: Deployment, to: Any = "services", **how: Any
) -> Migration:
    return wait_for(plan(builder, Here(), deployment, to, **how))


def applied(migration: Migration, means: Means | None = None) -> Migration:
    wait_for(migration.carry_out(means or Means()))
    return migration


def records(source: Any, deployment: Deployment) -> list[dict[str, Any]]:
    """What a run in this kernel reads of a seed."""
    data = SeedData(source, Settings(deployment=lambda: deployment))
    reader = data._reader.create_batch_reader(batch_size=1000, index_range=None, shuffle=False)
    frames = []
    while True:
        try:
            frames.append(reader.read_next_batch().to_pandas())
        except StopIteration:
            return [_plain(record) for record in pd.concat(frames).to_dict("records")]


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """With lists and objects as JSON text, and nothing for what is missing."""
    return {
        name: json.dumps(value) if isinstance(value, dict | list) else None if value != value else value
        for name, value in record.items()
    }


KINDS: dict[str, Callable[[pd.DataFrame, Path], Any]] = {
    "csv": lambda cities, letters: _file(cities, letters, "csv"),
    "parquet": lambda cities, letters: _file(cities, letters, "parquet"),
    "json": lambda cities, letters: _file(cities, letters, "json"),
    "jsonl": lambda cities, letters: _file(cities, letters, "jsonl"),
    "pattern": lambda cities, letters: (_file(cities, letters, "csv"), dd.LocalFileSeedSource(path=f"{letters}/*.csv"))[
        1
    ],
    "dataframe": lambda cities, letters: dd.DataFrameSeedSource(df=cities),
    "directory": lambda cities, letters: dd.DirectorySeedSource(path=str(letters)),
    "file_contents": lambda cities, letters: dd.FileContentsSeedSource(path=str(letters), file_pattern="*.txt"),
    "agent_rollout": lambda cities, letters: _sessions(letters, cities["city"][2]),
}


def _file(cities: pd.DataFrame, folder: Path, extension: str) -> Any:
    path = folder / f"My Cities.{extension}"
    match extension:
        case "csv":
            cities.to_csv(path, index=False)
        case "parquet":
            cities.to_parquet(path, index=False)
        case _:
            cities.to_json(path, orient="records", lines=extension == "jsonl")
    return dd.LocalFileSeedSource(path=str(path))


def _sessions(folder: Path, words: str, in_one_file: int = 1) -> Any:
    at = "2026-11-20T09:00:00.000Z"
    for number in range(3):
        entries: list[Any] = [
            {
                "type": "user",
                "sessionId": f"s{number}-{part}",
                "timestamp": at,
                "message": {"role": "user", "content": words},
            }
            for part in range(in_one_file)
        ]
        entries.append(
            {
                "type": "assistant",
                "sessionId": f"s{number}-0",
                "timestamp": at,
                "message": {"role": "assistant", "content": [{"type": "text", "text": "Yes."}]},
            }
        )
        (folder / f"s{number}.jsonl").write_text("\n".join(map(json.dumps, entries)))
    return dd.AgentRolloutSeedSource(format="claude_code", path=str(folder))


# There.


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_local_seed_is_uploaded_with_its_records(
    kind: str, cities: pd.DataFrame, letters: Path, watched: Watched
) -> None:
    source = KINDS[kind](cities, letters)
    before = records(source, watched.deployment)
    told: list[tuple[int, int]] = []

    migration = planned(on(source), watched.deployment)
    [step] = migration.steps
    assert watched.changes == []
    assert (step.action, step.state, step.rows) == ("Upload", "to do", len(before))
    assert migration.ready and not migration.done
    applied(migration, Means(progress=lambda done, total: told.append((done, total))))

    [step] = migration.steps
    assert (step.state, migration.done) == ("done", True)
    assert told[-1] == (step.bytes, step.bytes)
    new = migration.builder.get_seed_config().source
    assert new.path == step.target
    assert new.path.startswith(f"{WORKSPACE}/")
    assert records(new, watched.deployment) == before


@pytest.mark.parametrize("kind", ["csv", "dataframe", "file_contents", "agent_rollout"])
def test_the_second_time_nothing_is_uploaded(kind: str, cities: pd.DataFrame, letters: Path, watched: Watched) -> None:
    source = KINDS[kind](cities, letters)
    first = applied(planned(on(source), watched.deployment))
    watched.requests.clear()

    second = applied(planned(on(source), watched.deployment))
    third = applied(planned(first.builder, watched.deployment))

    assert watched.changes == []
    assert [step.state for step in second.steps] == ["there already"]
    assert second.builder.build() == first.builder.build()
    assert third.steps == ()
    assert third.diff == ""


def test_a_seed_is_named_by_its_file_and_what_is_in_it(
    cities: pd.DataFrame, letters: Path, deployment: Deployment
) -> None:
    def target(source: Any) -> str:
        return planned(on(source), deployment).steps[0].target

    file, frame = KINDS["csv"](cities, letters), KINDS["dataframe"](cities, letters)
    first = target(file)
    cities.loc[0, "city"] = "Rome"
    changed = target(KINDS["csv"](cities, letters))

    assert first.split("/")[1].startswith("my-cities-") and first.endswith("#my-cities.parquet")
    assert target(frame).endswith("#seed.parquet")
    assert target(dd.DirectorySeedSource(path=str(letters))).endswith("#letters.parquet")
    assert first != changed


@pytest.mark.parametrize("name", ["2026-reviews.csv", "Größe & Maß.csv", "日本.csv", f"{'long' * 30}.csv", "_.csv"])
def test_any_name_of_a_file_becomes_one_of_a_fileset(
    name: str, cities: pd.DataFrame, tmp_path: Path, deployment: Deployment
) -> None:
    cities.to_csv(tmp_path / name, index=False)

    migration = applied(planned(on(dd.LocalFileSeedSource(path=str(tmp_path / name))), deployment))

    assert len(records(migration.builder.get_seed_config().source, deployment)) == 3


def test_another_file_in_the_way_is_left_as_it_is(cities: pd.DataFrame, watched: Watched) -> None:
    builder = on(dd.DataFrameSeedSource(df=cities))
    fileset, file = planned(builder, watched.deployment).steps[0].target.split("/")[1].split("#")
    files = watched.deployment.files
    wait_for(files.create_fileset(WORKSPACE, fileset))
    wait_for(files.upload(WORKSPACE, fileset, file, b"another"))
    watched.requests.clear()

    migration = planned(builder, watched.deployment)

    [step] = migration.steps
    assert (step.state, migration.ready) == ("impossible", False)
    assert fileset in step.sentence
    with pytest.raises(ResourceError, match="Nothing was migrated"):
        applied(migration)
    assert watched.changes == []
    assert wait_for(files.read(WORKSPACE, fileset, file)) == b"another"
    assert migration.builder.get_seed_config().source.seed_type == "df"


def test_a_file_that_came_to_be_there_meanwhile_is_not_overwritten(cities: pd.DataFrame, watched: Watched) -> None:
    migration = planned(on(dd.DataFrameSeedSource(df=cities)), watched.deployment)
    fileset, file = migration.steps[0].target.split("/")[1].split("#")
    files = watched.deployment.files
    wait_for(files.create_fileset(WORKSPACE, fileset))
    wait_for(files.upload(WORKSPACE, fileset, file, b"another"))

    with pytest.raises(ResourceError, match=fileset):
        applied(migration)

    assert migration.steps[0].state == "failed"
    assert wait_for(files.read(WORKSPACE, fileset, file)) == b"another"


def test_a_fileset_without_the_file_gets_it(cities: pd.DataFrame, deployment: Deployment) -> None:
    migration = planned(on(dd.DataFrameSeedSource(df=cities)), deployment)
    fileset = migration.steps[0].target.split("/")[1].split("#")[0]
    wait_for(deployment.files.create_fileset(WORKSPACE, fileset))

    assert applied(migration).done


def test_an_upload_that_breaks_can_be_applied_again(mark: str, services: NemoServices, deployment: Deployment) -> None:
    frame = pd.DataFrame({"n": range(400_000), "text": [f"{mark}{n * 7919 % 400_009}" for n in range(400_000)]})
    with cutting(services.base_url, cuts=[]) as proxy:
        broken = Deployment(find_context(base_url=proxy.url, workspace=WORKSPACE))
        migration = planned(on(dd.DataFrameSeedSource(df=frame)), broken)

        def stop(done: int, total: int) -> None:
            if done > total // 2:
                proxy.break_off()

        with pytest.raises(UnreachableError) as raised:
            applied(migration, Means(progress=stop))
        broken.close()

    [step] = migration.steps
    assert (step.state, step.sentence) == ("failed", str(raised.value))
    again = planned(migration.before, deployment)
    assert again.steps[0].state == "to do"
    assert applied(again).done
    assert (
        SeedData(again.builder.get_seed_config().source, Settings(deployment=lambda: deployment)).num_records()
        == 400_000
    )


def test_the_same_migration_goes_on_after_a_failure(
    cities: pd.DataFrame, own_gate: Gate, deployment: Deployment
) -> None:
    migration = planned(on(dd.DataFrameSeedSource(df=cities)), own_gate.deployment)
    own_gate.open = False
    with pytest.raises(UnreachableError):
        applied(migration)
    own_gate.open = True

    assert applied(migration).done
    assert len(records(migration.builder.get_seed_config().source, deployment)) == 3


class Gate(httpx.AsyncHTTPTransport):
    """A network that can be closed for what is put."""

    open = True
    deployment: Deployment

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.open and request.method == "PUT":
            raise httpx.ReadError("closed", request=request)
        return await super().handle_async_request(request)


@pytest.fixture
def own_gate(services: NemoServices) -> Iterator[Gate]:
    gate = Gate()
    gate.deployment = Deployment(find_context(base_url=services.base_url, workspace=WORKSPACE), transport=gate)
    yield gate
    gate.deployment.close()


def test_a_deployment_of_the_successor_gets_its_own_kind_of_seed(
    cities: pd.DataFrame, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def schema() -> Schema:
        return Schema(seed_types=frozenset({"hf", "nhx"}))

    monkeypatch.setattr(deployment.platform, "schema", schema)

    migration = planned(on(dd.DataFrameSeedSource(df=cities)), deployment)

    assert migration.builder.get_seed_config().source.seed_type == "nhx"
    namespace: dict[str, Any] = {}
    exec(migration.python(), namespace)
    assert namespace["config_builder"].get_seed_config() == migration.builder.get_seed_config()


def test_a_file_that_arrives_with_other_records_is_an_error(
    cities: pd.DataFrame, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration = planned(on(dd.DataFrameSeedSource(df=cities)), deployment)
    step = migration._steps[0]
    size = step.plan.bytes or 0

    def other_content() -> bytes:
        for padding in range(size):
            file = io.BytesIO()
            table = pa.table({"a": ["x" * padding, ""]})
            pq.write_table(table, file, compression="none", write_statistics=False, use_dictionary=False)
            if file.tell() == size:
                return file.getvalue()
        raise AssertionError("no file of that size")

    step._prepared.path.write_bytes(other_content())  # type: ignore[attr-defined]

    with pytest.raises(ResourceError, match="holds 2 records where 3 were sent"):
        applied(migration)

    assert migration.steps[0].state == "failed"


def test_a_selection_that_counts_files_is_not_carried_over_to_records(
    cities: pd.DataFrame, letters: Path, deployment: Deployment
) -> None:
    several = _sessions(letters, cities["city"][2])
    (letters / "s2.jsonl").write_text("no session")  # three files, two records
    selection = dd.IndexRange(start=0, end=1)

    [step] = planned(on(several, selection_strategy=selection), deployment).steps

    assert step.state == "impossible"
    assert "counts its 3 files" in step.sentence
    kept = planned(
        on(dd.FileContentsSeedSource(path=str(letters), file_pattern="*.txt"), selection_strategy=selection), deployment
    )
    assert kept.ready
    assert kept.builder.get_seed_config().selection_strategy == selection


def test_an_empty_seed_is_impossible_in_a_sentence(tmp_path: Path, deployment: Deployment) -> None:
    (tmp_path / "none.csv").write_text("a,b\n")

    [step] = planned(on(dd.LocalFileSeedSource(path=str(tmp_path / "none.csv"))), deployment).steps

    assert step.state == "impossible"
    assert "has no records" in step.sentence


def test_what_only_a_kernel_has_is_said_by_column(deployment: Deployment) -> None:
    @dd.custom_column_generator()
    def made(row: dict[str, Any]) -> dict[str, Any]:
        return row

    builder = on(ddj.FilesetFileSeedSource(path="default/any#a.csv"))
    builder.add_column(dd.CustomColumnConfig(name="own", generator_function=made))
    builder.add_tool_config(dd.ToolConfig(tool_alias="search", providers=["mcp"]))

    migration = planned(builder, deployment)

    assert [(step.kind, step.name, step.state) for step in migration.steps] == [
        ("custom code", "own", "impossible"),
        ("tool", "search", "impossible"),
    ]
    assert migration.plan.model_validate_json(migration.plan.model_dump_json()) == migration.plan


def test_the_prepared_file_is_gone_with_the_migration(cities: pd.DataFrame, deployment: Deployment) -> None:
    migration = planned(on(dd.DataFrameSeedSource(df=cities)), deployment)
    path = migration._steps[0]._prepared.path
    assert path.exists()

    del migration

    assert not path.exists()


# And back.


@pytest.fixture
def fileset(deployment: Deployment, cities: pd.DataFrame) -> str:
    name = f"back-{uuid.uuid4().hex}"
    files = deployment.files
    wait_for(files.create_fileset(WORKSPACE, name))
    csv = cities.to_csv(index=False).encode()
    for path in (
        "one.csv",
        "data/a.csv",
        "data/b.csv",
        "data/deep/c.csv",
        "data/d.jsonl",
        "packed.csv.gz",
        "UPPER.CSV",
    ):
        content = cities.to_json(orient="records", lines=True).encode() if path.endswith("jsonl") else csv
        wait_for(files.upload(WORKSPACE, name, path, content))
    return name


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("one.csv", "one.csv"),
        ("data/a.csv", "data/a.csv"),
        ("UPPER.CSV", "UPPER.csv"),
        ("data/*.csv", "data/*.csv"),
        ("data/**/*.csv", "data-files/*.csv"),
        ("data/[ab].csv", "data-ab-files/*.csv"),
    ],
)
def test_a_seed_in_a_fileset_is_downloaded(
    path: str, expected: str, fileset: str, tmp_path: Path, deployment: Deployment
) -> None:
    source = ddj.FilesetFileSeedSource(path=f"{WORKSPACE}/{fileset}#{path}")
    before = records(source, deployment)

    migration = planned(on(source, sampling_strategy="shuffle"), deployment, "local", folder=tmp_path / "seeds")
    with pytest.raises(NotReadyError, match="not downloaded yet"):
        _ = migration.builder
    applied(migration)

    seed = migration.builder.get_seed_config()
    assert seed.source.path.startswith(f"{tmp_path}/seeds/")
    assert (seed.source.seed_type, seed.sampling_strategy) == ("local", "shuffle")
    assert records(seed.source, deployment) == before
    assert seed.source.path.endswith(f"seeds/{expected}")
    assert not list(tmp_path.rglob("*.part"))


def test_downloading_again_fetches_nothing(fileset: str, tmp_path: Path, watched: Watched) -> None:
    builder = on(ddj.FilesetFileSeedSource(path=f"{WORKSPACE}/{fileset}#data/*.csv"))
    first = applied(planned(builder, watched.deployment, "local", folder=tmp_path))
    watched.requests.clear()

    second = planned(builder, watched.deployment, "local", folder=tmp_path)

    assert [step.state for step in second.steps][:1] == ["there already"]
    assert second.builder.get_seed_config() == first.builder.get_seed_config()
    assert not [path for _, path in watched.requests if "/-/" in path]


def test_seeds_go_to_a_folder_of_the_fileset_by_default(
    fileset: str, tmp_path: Path, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    migration = applied(planned(on(ddj.FilesetFileSeedSource(path=f"{fileset}#one.csv")), deployment, "local"))

    assert migration.builder.get_seed_config().source.path == f"seeds/{fileset}/one.csv"
    assert (tmp_path / "seeds" / fileset / "one.csv").is_file()


@pytest.mark.parametrize(
    ("path", "words"),
    [("packed.csv.gz", "`.gz`"), ("data/*", "several formats"), ("nothing.csv", "is not in Fileset")],
)
def test_what_the_library_cannot_read_here_is_said(
    path: str, words: str, fileset: str, tmp_path: Path, deployment: Deployment
) -> None:
    source = ddj.FilesetFileSeedSource(path=f"{WORKSPACE}/{fileset}#{path}")

    step = planned(on(source), deployment, "local", folder=tmp_path).steps[0]

    assert step.state == "impossible"
    assert words in step.sentence


def test_another_file_here_is_left_as_it_is(fileset: str, tmp_path: Path, deployment: Deployment) -> None:
    (tmp_path / "one.csv").write_text("mine")
    source = ddj.FilesetFileSeedSource(path=f"{WORKSPACE}/{fileset}#one.csv")

    step = planned(on(source), deployment, "local", folder=tmp_path).steps[0]

    assert step.state == "impossible"
    assert "left as it is" in step.sentence
    assert (tmp_path / "one.csv").read_text() == "mine"


def test_a_file_that_would_be_read_along_is_in_the_way(fileset: str, tmp_path: Path, deployment: Deployment) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.csv").write_text("city\nRome\n")
    source = ddj.FilesetFileSeedSource(path=f"{WORKSPACE}/{fileset}#data/*.csv")

    step = planned(on(source), deployment, "local", folder=tmp_path).steps[0]

    assert step.state == "impossible"
    assert "mine.csv" in step.sentence


def test_a_link_in_the_folder_is_not_followed(fileset: str, tmp_path: Path, deployment: Deployment) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "data").symlink_to(tmp_path / "elsewhere")
    source = ddj.FilesetFileSeedSource(path=f"{WORKSPACE}/{fileset}#data/a.csv")

    step = planned(on(source), deployment, "local", folder=tmp_path / "seeds").steps[0]

    assert step.state == "impossible"
    assert "symbolic link" in step.sentence
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_download_that_breaks_goes_on(
    mark: str, services: NemoServices, deployment: Deployment, tmp_path: Path
) -> None:
    name, content = f"large-{mark}", b"n\n" + b"123456789\n" * 800_000
    wait_for(deployment.files.create_fileset(WORKSPACE, name))
    wait_for(deployment.files.upload(WORKSPACE, name, "large.csv", content))
    with cutting(services.base_url, cuts=[2_000_000, 3_000_000]) as proxy:
        broken = Deployment(find_context(base_url=proxy.url, workspace=WORKSPACE))
        applied(planned(on(ddj.FilesetFileSeedSource(path=f"{name}#large.csv")), broken, "local", folder=tmp_path))
        broken.close()

        assert proxy.made == 2
        assert proxy.passed < len(content) * 1.5  # it went on where it broke

    assert (tmp_path / "large.csv").read_bytes() == content


def test_there_and_back_again(cities: pd.DataFrame, tmp_path: Path, deployment: Deployment) -> None:
    before = on(dd.DataFrameSeedSource(df=cities))

    there = applied(planned(before, deployment)).builder
    migration = planned(there, deployment, "local", folder=tmp_path)
    wait_for(migration.carry_out(Means(), leaving_out_impossible=True))

    assert records(migration.builder.get_seed_config().source, deployment) == records(
        before.get_seed_config().source, deployment
    )


MEMORY = """
import resource, sys
import data_designer.config as dd, duckdb, pandas, pyarrow.parquet
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.nemo.platform import Schema
from dd_jupyter.resources.migration import seed_upload
from dd_jupyter.resources.migration.migration import plan
from dd_jupyter.resources.migration.steps import Means
from dd_jupyter.resources.places import Here
path, folder, base_url = sys.argv[1:]
deployment = Deployment(find_context(base_url=base_url, workspace="default"))
def builder(source):
    models = [dd.ModelConfig(alias="a", model="m", provider="p")]
    return dd.DataDesignerConfigBuilder(model_configs=models).with_seed_dataset(source)
def moved(builder, to):
    migration = wait_for(plan(builder, Here(), deployment, to, folder=folder))
    wait_for(migration.carry_out(Means(), leaving_out_impossible=True))
    return migration
moved(builder(dd.DataFrameSeedSource(df=pandas.DataFrame({"a": [1]}))), "services")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
there = moved(builder(dd.LocalFileSeedSource(path=path)), "services")
back = moved(there.builder, "local")
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(there.steps[0].bytes // 10**6, back.steps[0].state, (after - before) // 1024)
"""


@LINUX_ONLY
def test_a_large_seed_is_moved_without_being_held_in_memory(services: NemoServices, tmp_path: Path) -> None:
    import random

    chance = random.Random(7)
    with (tmp_path / "large.csv").open("w") as file:
        file.write("n,text\n")
        file.writelines(f"{number},{chance.randbytes(140).hex()}\n" for number in range(1_050_000))

    told = subprocess.run(
        [sys.executable, "-c", MEMORY, str(tmp_path / "large.csv"), str(tmp_path / "seeds"), services.base_url],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )

    size, state, megabytes = told.stdout.split()
    assert int(size) > 130  # of what is sent
    assert (state, int(megabytes) < 200) == ("done", True), megabytes  # 130 of them are DuckDB's, reading text


def test_a_plan_that_is_given_up_leaves_nothing(
    mark: str, deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    builder = on(dd.DataFrameSeedSource(df=pd.DataFrame({"n": range(3_000_000), "mark": mark})))
    ended, rows = threading.Event(), []

    def write(seed: Any, settings: Any, path: Path, go_on: Callable[[int], object]) -> Any:
        try:
            return writing(seed, settings, path, lambda done: (rows.append(done), go_on(done)))
        finally:
            ended.set()

    writing = seed_upload._write
    monkeypatch.setattr(seed_upload, "_write", write)

    async def given_up() -> None:
        task = asyncio.create_task(plan(builder, Here(), deployment, "services"))
        while not rows:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        assert list(tmp_path.glob("dd_jupyter*"))  # noqa: ASYNC240
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    wait_for(given_up())

    assert ended.wait(10)
    assert max(rows) < 3_000_000
    assert not list(tmp_path.glob("dd_jupyter*"))
