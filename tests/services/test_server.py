"""A real Jupyter server and real NeMo Services: a job is listed, read, stopped and downloaded without any kernel."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import data_designer.config as dd
import httpx
import pandas as pd
import pytest

import dd_jupyter as ddj
from dd_jupyter.execution.run_entries import write
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.deployment import Deployment
from tests.support.builders import builder_with, with_review
from tests.support.nemo_services import REPOSITORY, GatewayModel, NemoServices, own_home, services_variables
from tests.support.waiting import wait_until
from tests.unit.run_records_at_hand import entry

pytestmark = pytest.mark.timeout(300)  # a job takes ten seconds; beside other work several times that

TOKEN = "token-of-the-jupyter-server"
JOB_SECONDS = 120
RECORDS = "dd_jupyter"


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    json: Any


class Server:
    """Jupyter's server with the extension, in a process of its own."""

    def __init__(self, url: str, root: Path) -> None:
        self.root = root
        self._client = httpx.Client(
            base_url=url, headers={"Authorization": f"token {TOKEN}"}, trust_env=False, timeout=60
        )

    def get(self, path: str, **query: Any) -> Answer:
        answer = self._client.get(f"/dd-jupyter/{path}", params=query)
        return Answer(answer.status_code, answer.json())

    def post(self, path: str, body: Any = None, **query: Any) -> Answer:
        answer = self._client.post(f"/dd-jupyter/{path}", params=query, json=body or {})
        return Answer(answer.status_code, answer.json())

    def ask(self, path: str, op: str, **arguments: Any) -> Any:
        answer = self.get(f"{path}/answer", ask=json.dumps({"op": op, **arguments}))
        assert answer.status == 200, answer
        return answer.json

    def listed(self, name: str) -> dict[str, Any]:
        """The job of that name in the list; {} if it is not there."""
        return next((run for run in self.get("runs").json["runs"] if run["name"] == name), {})

    def view_when(self, path: str, condition: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The view of a job once something holds of it."""
        end = time.monotonic() + JOB_SECONDS
        while True:
            answer = self.get(path)
            assert answer.status == 200, answer
            if condition(answer.json):
                return dict(answer.json)
            assert time.monotonic() < end, answer.json
            time.sleep(0.2)

    def is_up(self) -> bool:
        try:
            return self._client.get("/api").is_success
        except httpx.TransportError:
            return False


@pytest.fixture(scope="module")
def server(services: NemoServices, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests of this file, which finds the shared services by its environment."""
    folder = tmp_path_factory.mktemp("jupyter")
    root, config = folder / "root", folder / "config"
    root.mkdir()
    config.mkdir()
    enabled = {"ServerApp": {"jpserver_extensions": {"dd_jupyter.server": True}}}
    (config / "jupyter_server_config.json").write_text(json.dumps(enabled))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [
        f"--port={port}",
        "--port-retries=0",
        f"--ServerApp.root_dir={root}",
        f"--IdentityProvider.token={TOKEN}",
    ]
    env = {name: value for name, value in os.environ.items() if name not in services_variables()}
    env |= {**own_home(folder), **services.env, "DD_JUPYTER_HOME": str(folder / RECORDS), "PYTHONPATH": str(REPOSITORY)}
    env |= {"JUPYTER_CONFIG_DIR": str(config)}
    log = folder / "server.log"
    with log.open("wb") as opened:
        process = subprocess.Popen(command, stdout=opened, stderr=subprocess.STDOUT, env=env, cwd=root)
    server = Server(f"http://127.0.0.1:{port}", root)
    try:
        wait_until(lambda: server.is_up() or process.poll() is not None, timeout=60)
        assert process.poll() is None, log.read_text()
        yield server
        assert "Traceback" not in log.read_text(), log.read_text()
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(autouse=True)
def same_records(server: Server, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process runs is written down where the server reads it."""
    monkeypatch.setenv("DD_JUPYTER_HOME", str(server.root.parent / RECORDS))


@pytest.fixture
def name() -> str:
    """A name that no other job has."""
    return f"server-{uuid.uuid4().hex[:10]}"


@pytest.fixture
def ready(services: NemoServices) -> Iterator[None]:
    """Services that can run jobs by now."""
    deployment: Deployment = services.deployment()
    wait_until(lambda: wait_for(deployment.platform.status()).runs_jobs, timeout=60)
    yield
    deployment.close()


def with_model(model: GatewayModel) -> dd.DataDesignerConfigBuilder:
    """A configuration whose records take a request each, four at a time."""
    chat = dd.ModelConfig(
        alias="chat",
        model="double-chat",
        provider=model.name,
        inference_parameters=dd.ChatCompletionInferenceParams(max_parallel_requests=4),
    )
    return with_review(builder_with(chat))


@pytest.mark.usefixtures("ready")
def test_a_running_job_is_listed_with_its_progress_read_and_cancelled(
    server: Server, services: NemoServices, model: GatewayModel, name: str
) -> None:
    model.delay = 1.0
    ddj.submit(with_model(model), num_records=2_000, job_name=name)
    path = f"jobs/default/{name}"

    wait_until(lambda: server.listed(name).get("state") == "running", timeout=JOB_SECONDS)
    wait_until(lambda: (server.listed(name).get("done") or 0) > 0, timeout=JOB_SECONDS)
    listed = server.listed(name)
    live = server.view_when(path, lambda live: live["log_lines"] > 3)
    log = server.ask(path, "log")
    generator = server.ask(path, "generator", column="review")
    answer = server.post(f"{path}/cancel")
    ended = server.view_when(path, lambda live: live["state"] != "running")
    wait_until(lambda: server.listed(name)["state"] == "cancelled", timeout=JOB_SECONDS)

    assert (listed["kind"], listed["path"], listed["num_records"]) == ("job", path, 2_000)
    assert 0 < listed["done"] < 2_000
    assert listed["can_cancel"] and listed["deployment"] == services.base_url
    assert [run["name"] for run in server.get("runs").json["runs"]].count(name) == 1
    assert live["job"]["job_name"] == name and live["stop"] == "cancel"
    assert {column["name"] for column in live["progress"]} >= {"review"}
    assert any("review" in line["text"] for line in log["lines"])
    assert "{{ product }}" in json.dumps(generator)
    assert (answer.status, answer.json["text"]) == (200, f"NeMo Services were asked to stop job `{name}`.")
    assert (ended["state"], ended["stop"]) == ("cancelled", "none")


@pytest.mark.usefixtures("ready")
def test_a_job_that_has_ended_is_read_sorted_and_downloaded_below_the_servers_folder(server: Server, name: str) -> None:
    ddj.submit(builder_with(), num_records=60, job_name=name)
    path = f"jobs/default/{name}"

    live = server.view_when(path, lambda live: live["state"] == "completed")
    rows = server.ask(path, "rows", start=0, end=20, sort=[{"column": "product"}])
    record = server.ask(path, "record", number=3)
    profile = server.ask(path, "profile")
    downloaded = server.post(f"{path}/download", {"folder": "data/reviews"})
    again = server.post(f"{path}/download", {"folder": "data/reviews"})
    (server.root / "mine").mkdir()
    (server.root / "mine" / "letter.txt").write_text("dear")
    refused = server.post(f"{path}/download", {"folder": "mine"})
    outside = server.post(f"{path}/download", {"folder": "../elsewhere"})

    assert (live["table"]["rows"], live["table"]["told"]) == (60, False)
    assert (rows["total"], len(rows["rows"]), rows["version"]) == (60, 20, live["table"]["version"])
    shown = [row[0]["text"] for row in rows["rows"]]
    assert shown == sorted(shown)
    assert record["fields"][0]["column"] == "product"
    assert profile["columns"][0]["distribution"]
    assert (downloaded.status, downloaded.json) == (200, {"text": "Downloaded to `data/reviews`."})
    assert again.status == 200
    folder = server.root / "data" / "reviews"
    assert len(pd.concat(map(pd.read_parquet, (folder / "parquet-files").glob("*.parquet")))) == 60
    assert refused.status == 409 and "holds something that is no dataset" in refused.json["message"]
    assert [file.name for file in (server.root / "mine").iterdir()] == ["letter.txt"]
    assert outside.status == 400
    assert not (server.root.parent / "elsewhere").exists()
    assert server.listed(name)["state"] == "completed"


def test_how_the_services_are_and_what_is_not_there(server: Server, services: NemoServices) -> None:
    deployments = server.get("deployments").json
    connection = server.get("connection").json
    nowhere = server.get("connection", workspace="no-such-workspace").json
    missing = server.get("jobs/default/no-such-job")
    not_cancelled = server.post("jobs/default/no-such-job/cancel")
    nothing_listed = server.get("runs", workspace="no-such-workspace")

    assert deployments["chosen"] == services.base_url
    assert deployments["deployments"][0]["origin"] == "environment variable NMP_BASE_URL"
    assert (connection["reachable"], connection["problem"], connection["workspace"]) == (True, "", "default")
    assert "default" in connection["workspaces"] and connection["version"]
    assert "`no-such-workspace` is not there" in nowhere["problem"]
    assert (missing.status, not_cancelled.status) == (404, 404)
    assert "no-such-job" in missing.json["message"]
    assert nothing_listed.status == 200


def test_services_that_stop_are_told_in_sentences_and_found_when_they_are_back(
    server: Server, own_services: NemoServices
) -> None:
    write(entry(kind="job", name="one", base_url=own_services.base_url, workspace="default", state="completed"))
    there = {"deployment": own_services.base_url}
    assert server.get("connection", **there).json["reachable"]
    assert server.get("runs", **there).json["problem"] == ""

    own_services.stop()
    down = server.get("connection", **there).json
    runs = server.get("runs", **there)
    job = server.get("jobs/default/one", **there)
    own_services.start()
    back = server.get("connection", **there).json

    assert (down["reachable"], down["runs_jobs"]) == (False, False)
    assert "No NeMo Services answer at" in down["problem"]
    assert (runs.status, [run["name"] for run in runs.json["runs"]].count("one")) == (200, 1)
    assert "No NeMo Services answer at" in runs.json["problem"]
    assert (job.status, list(job.json)) == (503, ["message"])
    assert back["reachable"]
    assert server.get("runs", **there).json["problem"] == ""
