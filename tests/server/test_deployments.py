"""Which deployments may be asked is configuration; a page names one of them, and each gets its own login only."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.server.conftest import NOBODY, Ask
from tests.server.records import recorded
from tests.server.services_double import ServicesDouble

TOKEN = "token-of-the-environment-0123456789"


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Writes the config file of the `nemo` command, which has no contexts before."""
    file = tmp_path / "nemo.yaml"
    file.write_text("{}")
    monkeypatch.setenv("NMP_CONFIG_FILE", str(file))
    return file.write_text


def contexts(**base_urls: str) -> str:
    """A config file with contexts of these names, without logins, the first one current."""
    return json.dumps(
        {
            "current_context": next(iter(base_urls)),
            "clusters": [{"name": name, "base_url": url} for name, url in base_urls.items()],
            "users": [{"name": "nobody", "type": "no-auth"}],
            "contexts": [
                {"name": name, "cluster": name, "user": "nobody", "workspace": f"of-{name}"} for name in base_urls
            ],
        }
    )


async def listed(ask: Ask) -> dict[str, tuple[str, str]]:
    answer = await ask("deployments")
    assert answer.status == 200, answer
    return {one["base_url"]: (one["origin"], one["workspace"]) for one in answer.json["deployments"]}


async def test_the_one_of_the_environment_is_meant_without_a_word(ask: Ask) -> None:
    answer = await ask("deployments")

    assert answer.json["chosen"] == NOBODY
    assert await listed(ask) == {NOBODY: ("environment variable NMP_BASE_URL", "default")}


class TestAServerThatSaysWhere:
    @pytest.fixture
    def traits(self) -> dict[str, str]:
        return {"base_url": "http://configured.test/", "workspace": "team"}

    async def test_it_comes_first_and_that_of_the_environment_second(self, ask: Ask) -> None:
        assert list((await listed(ask)).items()) == [
            ("http://configured.test", ("the configuration of the Jupyter server", "team")),
            (NOBODY, ("environment variable NMP_BASE_URL", "default")),
        ]


class TestAServerThatNamesAContext:
    @pytest.fixture
    def traits(self) -> dict[str, str]:
        return {"context": "second"}

    async def test_its_deployment_is_the_one_that_is_meant(
        self, ask: Ask, config_file: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("NMP_BASE_URL")
        config_file(contexts(first="http://first.test", second="http://second.test"))

        answer = await ask("deployments")

        assert answer.json["chosen"] == "http://second.test"
        assert (await listed(ask))["http://second.test"][1] == "of-second"
        assert (await listed(ask))["http://first.test"][1] == "of-first"


class TestAServerThatNamesAContextThatIsNotThere:
    @pytest.fixture
    def traits(self) -> dict[str, str]:
        return {"context": "third"}

    async def test_it_is_said_and_runs_of_this_machine_are_listed_all_the_same(
        self, ask: Ask, config_file: Callable[[str], object]
    ) -> None:
        config_file(contexts(first="http://first.test"))
        recorded()

        assert (await ask("deployments")).status == 400
        runs = await ask("runs")

        assert runs.status == 200
        assert [run["name"] for run in runs.json["runs"]] == ["reviews-0"]
        assert "Context `third`" in runs.json["problem"]


async def test_contexts_of_the_config_file_and_places_of_runs_are_listed(
    ask: Ask, config_file: Callable[[str], object]
) -> None:
    config_file(contexts(first="http://first.test", second="https://second.test/nemo/"))
    recorded(1, kind="job", base_url="http://of-a-run.test", workspace="team")
    recorded(2, kind="preview", base_url="http://of-a-run.test", workspace="newest")

    found = await listed(ask)

    assert found["http://first.test"][1] == "of-first"
    assert found["http://first.test"][0].startswith("context `first` of ")
    assert found["https://second.test/nemo"][1] == "of-second"
    assert found["http://of-a-run.test"] == ("a run on this machine", "newest")


@pytest.mark.parametrize(
    "base_url",
    [
        "http://ada:hunter2@services.test",
        "file:///etc/passwd",
        "gopher://services.test",
        "http://services.test?token=hunter2",
        "services.test",
        "",
    ],
)
async def test_what_carries_a_password_or_is_no_address_is_never_listed(
    base_url: str, ask: Ask, config_file: Callable[[str], object]
) -> None:
    recorded(kind="job", base_url=base_url, workspace="default")
    config_file(contexts(first="http://first.test", wrong=base_url or "-"))

    answer = await ask("deployments")

    assert set(await listed(ask)) == {NOBODY, "http://first.test"}
    assert "hunter2" not in json.dumps(answer.json)


@pytest.mark.parametrize("path", ["connection", "runs", "jobs/default/reviews-1"])
async def test_a_page_cannot_have_another_place_asked(path: str, ask: Ask, send: Ask) -> None:
    with ServicesDouble() as elsewhere:
        answer = await ask(path, deployment=elsewhere.url)
        cancelled = await send("jobs/default/reviews-1/cancel", deployment=elsewhere.url)

        assert (answer.status, cancelled.status) == (400, 400)
        assert "knows no NeMo Services at that base URL" in answer.json["message"]
        assert elsewhere.url not in answer.json["message"]
        assert elsewhere.requests == []


async def test_a_run_made_a_place_one_that_may_be_asked(ask: Ask) -> None:
    with ServicesDouble() as elsewhere:
        elsewhere.has_job("reviews-1", workspace="team")
        recorded(kind="job", name="reviews-1", base_url=elsewhere.url, workspace="team")

        runs = await ask("runs", deployment=elsewhere.url, workspace="team")

    assert [run["path"] for run in runs.json["runs"]] == ["jobs/team/reviews-1"]


async def test_a_token_of_the_environment_goes_to_its_own_place_only(
    ask: Ask, services: ServicesDouble, config_file: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NMP_ACCESS_TOKEN", TOKEN)
    with ServicesDouble() as of_a_run, ServicesDouble() as of_a_context:
        recorded(kind="job", base_url=of_a_run.url, workspace="default", state="running")
        config_file(contexts(first=of_a_context.url))

        for deployment in (services.url, of_a_run.url, of_a_context.url):
            await ask("runs", deployment=deployment)
            await ask("connection", deployment=deployment)

        assert {header for *_, header in services.requests} == {f"Bearer {TOKEN}"}
        for other in (of_a_run, of_a_context):
            assert other.requests
            assert {header for *_, header in other.requests} == {None}


async def test_no_answer_holds_a_token(ask: Ask, services: ServicesDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NMP_ACCESS_TOKEN", TOKEN)
    services.refuse = 401

    answers = [await ask(*path) for path in (["deployments"], ["connection"], ["runs"], ["jobs", "default", "one"])]

    said = json.dumps([answer.json for answer in answers])
    assert TOKEN not in said
    assert "s3cret-of-the-double" not in said


# How a deployment is.


async def test_services_that_are_down_are_an_answer(ask: Ask) -> None:
    answer = await ask("connection", workspace="team")

    assert answer.status == 200
    assert (answer.json["base_url"], answer.json["workspace"]) == (NOBODY, "team")
    assert (answer.json["reachable"], answer.json["runs_jobs"]) == (False, False)
    assert f"No NeMo Services answer at {NOBODY}" in answer.json["problem"]


async def test_services_that_let_nobody_in_are_reached_and_the_problem_is_said(
    ask: Ask, services: ServicesDouble
) -> None:
    services.refuse = 401

    answer = await ask("connection")

    assert (answer.status, answer.json["reachable"]) == (200, True)
    assert answer.json["problem"].endswith((".", ")"))


@pytest.mark.parametrize("workspace", ["../../secrets", "a/b", "-x", "a b", "x" * 101, "ä"])
async def test_what_is_no_workspace_is_refused_before_anybody_is_asked(
    workspace: str, ask: Ask, services: ServicesDouble
) -> None:
    answer = await ask("connection", workspace=workspace)

    assert answer.status == 400
    assert "`workspace`" in answer.json["message"]
    assert services.requests == []


def test_the_settings_are_explained() -> None:
    from dd_jupyter.server.application import DDJupyterServer

    own: dict[str, Any] = DDJupyterServer.class_own_traits(config=True)
    assert {"base_url", "workspace", "context"} <= set(own)
    assert all(own[name].help.endswith((".", "current one.")) for name in ("base_url", "workspace", "context"))
