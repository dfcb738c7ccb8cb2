"""A local deployment of the real services: its life, and model providers in it."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from dd_jupyter.errors import ConfigError, ConflictError, ServicesError
from dd_jupyter.nemo import local_services
from dd_jupyter.nemo.local_process import at_home_in
from dd_jupyter.nemo.provider_setup import plan_for, set_up
from tests.support.kernel import Kernel
from tests.support.nemo_services import KEY, MODELS, PROVIDER, GatewayModel, NemoServices, nemo_services
from tests.support.outputs import Outcome
from tests.support.waiting import wait_until

JOBS = "/apis/data-designer/v2/workspaces/default/jobs/create"
SAMPLER = {"column_type": "sampler", "name": "id", "sampler_type": "uuid", "params": {}}
LLM = {"column_type": "llm-text", "name": "text", "prompt": "Say {{ id }}.", "model_alias": "chat"}
CHAT = {"alias": "chat", "model": "double-chat", "provider": f"default/{PROVIDER}"}
LOOPBACK = "0100007F"  # 127.0.0.1 in /proc/net/tcp


def job(services: NemoServices, name: str, *columns: dict[str, object]) -> str:
    """Submit a job; gives where its status is."""
    config = {"columns": list(columns), "model_configs": [CHAT]}
    services.request("POST", JOBS, json={"name": name, "spec": {"num_records": 3, "config": config}})
    return f"{JOBS}/{name}/status"


def status_of(services: NemoServices, place: str) -> str:
    return str(services.request("GET", place).json()["status"])


# ------------------------------------------------------------------------------------------ a deployment


def test_a_started_deployment_is_ready_on_loopback_only(services: NemoServices):
    now = services.status

    assert now.state == "running"
    assert set(now.ready) == set(local_services.SERVICES) and not now.not_ready
    port = f"{int(services.base_url.rpartition(':')[2]):04X}"
    tables = [Path("/proc/net", name).read_text() for name in ("tcp", "tcp6")]
    listening = [line.split()[1] for table in tables for line in table.splitlines()]
    assert {place for place in listening if place.endswith(f":{port}")} == {f"{LOOPBACK}:{port}"}


def test_a_job_runs_and_has_its_home_in_the_deployments_folder(services: NemoServices, model: GatewayModel):
    model.hold()
    place = job(services, "local-home", SAMPLER, LLM)
    model.wait_for(requests=1, timeout=30)

    at_home = {process.pid for process in at_home_in(services.folder / "home")}
    model.release()

    assert services.status.pid in at_home and len(at_home) > 1
    wait_until(lambda: status_of(services, place) == "completed", timeout=30)


def test_the_gateway_adds_the_key_of_the_secret(services: NemoServices, model: GatewayModel):
    job_place = job(services, "local-key", SAMPLER, LLM)
    wait_until(lambda: status_of(services, job_place) == "completed", timeout=30)

    assert {request.key for request in model.chat_requests()} == {KEY}
    assert KEY not in local_services.logs(services.folder, 100_000)


@pytest.mark.timeout(300)  # two starts of seven seconds each, on a machine that may be busy
def test_stop_ends_running_jobs_and_start_brings_everything_back(tmp_path: Path):
    with nemo_services(tmp_path / "own") as own:
        base_url = own.base_url
        own.model.hold()
        place = job(own, "cut-off", SAMPLER, LLM)
        own.model.wait_for(requests=1, timeout=30)

        own.stop()

        assert own.status.state == "stopped"
        assert not list(at_home_in(own.folder / "home"))
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{base_url}/status", trust_env=False)

        own.start()

        assert own.base_url == base_url
        provider = own.request("GET", f"/apis/models/v2/workspaces/default/providers/{PROVIDER}").json()
        assert provider["host_url"] == own.model.url
        assert own.request("GET", place).status_code == 200


# ----------------------------------------------------------------------------------------------- providers


def test_setup_registers_a_server_with_its_key_and_says_what_can_be_named(services: NemoServices):
    with GatewayModel(key="key-of-another-server") as server:
        plan = plan_for(server.url, "local-another")

        done = set_up(services.deployment(), plan, lambda: SecretStr(server.key))

    assert done.provider == "default/local-another" and done.models == MODELS and not done.reused
    assert "A configuration can name provider `default/local-another` with the models `double-chat`" in repr(done)
    assert f"default/{PROVIDER}" in done.others
    assert server.key not in repr(done)


def test_setup_keeps_a_provider_that_is_there_and_does_not_ask_for_its_key(services: NemoServices):
    plan = plan_for(services.model.url, PROVIDER)

    done = set_up(services.deployment(), plan, lambda: pytest.fail("It asked for a key."))

    assert done.reused and done.models == MODELS
    assert "was there already, and is kept as it is" in repr(done)


def test_setup_does_not_turn_a_provider_to_another_server(services: NemoServices):
    plan = plan_for("http://127.0.0.1:9/v1", PROVIDER)

    with pytest.raises(ConflictError, match=r"is there already, for another endpoint .*--name NAME"):
        set_up(services.deployment(), plan, lambda: SecretStr(KEY))

    provider = services.request("GET", f"/apis/models/v2/workspaces/default/providers/{PROVIDER}").json()
    assert provider["host_url"] == services.model.url


def test_a_key_that_the_provider_refuses_is_told_and_can_be_replaced(services: NemoServices):
    plan = plan_for(services.model.url, "local-refused")

    with pytest.raises(ServicesError, match=r"refuses its key.*--replace-key"):
        set_up(services.deployment(), plan, lambda: SecretStr("wrong"))
    done = set_up(services.deployment(), plan, lambda: SecretStr(KEY), replace_key=True)

    assert done.reused and done.models == MODELS


def test_a_secret_of_that_name_is_not_overwritten_unasked(services: NemoServices):
    secrets = "/apis/secrets/v2/workspaces/default/secrets"
    services.request("POST", secrets, json={"name": "local-kept-api-key", "value": "of somebody else"})
    plan = plan_for(services.model.url, "local-kept")

    with pytest.raises(ConflictError, match=r"Secret `default/local-kept-api-key` is there already"):
        set_up(services.deployment(), plan, lambda: SecretStr(KEY))

    assert services.request("GET", f"{secrets}/local-kept-api-key/access").json()["value"] == "of somebody else"


def test_a_server_that_does_not_answer_is_registered_and_told_of(services: NemoServices):
    done = set_up(services.deployment(), plan_for("http://127.0.0.1:9/v1", "local-away"), lambda: None)

    assert not done.models and "Its models could not be listed" in repr(done)


@pytest.mark.parametrize(
    ("provider", "sentence"),
    [
        ("nvidia", "is no provider that is known here \\(nvidia-build, openai"),
        ("http://ann:secret@models.example/v1", "has a user name, a password or a query in it"),
        ("ftp://models.example", "Give one of them, or a URL"),
    ],
)
def test_what_cannot_be_a_provider_is_refused_before_anything_is_sent(provider: str, sentence: str):
    with pytest.raises(ConfigError, match=sentence) as refused:
        plan_for(provider)

    assert "secret" not in str(refused.value)


# ----------------------------------------------------------------------------------------------- the magic


def test_the_magic_sets_a_provider_up_that_a_configuration_can_then_name(kernel: Kernel, services: NemoServices):
    folder = f"--folder {services.folder}"
    kernel.run("%load_ext dd_jupyter")

    kernel.run(f"import os; os.environ['SERVER_KEY'] = {KEY!r}")
    setup = f"%dd_services setup --provider {services.model.url} --name local-magic {folder}"
    refused = kernel.run(f"{setup} --key-env NO_SUCH_KEY")
    nobody = kernel.run(setup)
    typed = kernel.run(f"{setup} --key-env {KEY}")
    done = kernel.run(f"{setup} --key-env SERVER_KEY")
    shown = kernel.run(f"%dd_services status {folder}")
    log = kernel.run(f"%dd_services logs -n 2 {folder}")
    mistaken = kernel.run(f"%dd_services stop --port 9 {folder}")

    assert refused.ename == "ConfigError" and "Environment variable `NO_SUCH_KEY`" in refused.evalue
    assert nobody.ename == "ConfigError" and "nobody to ask" in nobody.evalue
    assert typed.ename == "ConfigError" and KEY not in typed.evalue
    assert "with the models `double-chat`" in text(done)
    assert KEY not in text(done)
    assert re.match(r"Local NeMo Services http://127\.0\.0\.1:\d+ · up .* Running", text(shown))
    assert len(text(log).splitlines()) <= 2
    assert "%dd_services stop does not take --port" in mistaken.stderr and services.status.state == "running"


def test_starting_services_that_run_connects_the_kernel_to_them(kernel: Kernel, services: NemoServices):
    kernel.run("%load_ext dd_jupyter")

    started = kernel.run(f"%dd_services start --folder {services.folder}")
    where = kernel.run("from dd_jupyter.nemo import deployment; print(deployment.current().base_url)")

    assert "This kernel is connected to them" in text(started)
    assert where.stdout.strip() == services.base_url


def text(outcome: Outcome) -> str:
    return "\n".join(bundle["text/plain"] for bundle in outcome.displays)
