"""How resources are looked up: each once, all at once, without carrying anything out, and without telling a secret."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import data_designer.config as dd
import httpx
import pandas as pd
import pytest

import dd_jupyter as ddj
from dd_jupyter import Settings
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.credentials import NoCredentials
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.kind import FAULT, Operation
from dd_jupyter.resources.places import Here, There
from dd_jupyter.resources.report import LOCATIONS, Kind, Location, ResolutionReport, Row
from dd_jupyter.resources.resolution import refusal, resolve
from tests.support.deployment_answers import DeploymentAnswers

URL = "http://double"
PROVIDERS = "/apis/models/v2/workspaces/default/providers"
SECRETS = "/apis/secrets/v2/workspaces/default/secrets"
FILESETS = "/apis/files/v2/workspaces/default/filesets"
KEY = "sk-live-0123456789abcdefghij"


class Services:
    """A deployment with any provider and any secret, that may keep silent about some of it.

    Attributes:
        silent: Parts of paths that are never answered.
        known: Answers by path, in place of the usual.
        auth: Whether it asks who one is.
        asked: The paths that were asked for.
        at_once: The most questions that were open at a time.
    """

    def __init__(self) -> None:
        self.silent: tuple[str, ...] = ()
        self.known: dict[str, httpx.Response] = {}
        self.auth = False
        self.asked: list[str] = []
        self.at_once = 0
        self._open = 0
        self._usual = DeploymentAnswers()
        self.deployment = Deployment(
            NemoContext(URL, "default", "", "nmp", NoCredentials()), transport=httpx.MockTransport(self._answer)
        )

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        self._open += 1
        self.at_once = max(self.at_once, self._open)
        try:
            if any(part in path for part in self.silent):
                await asyncio.Event().wait()
            await asyncio.sleep(0.01)  # a round trip, in which the other questions come
        finally:
            self._open -= 1
        if path in self.known:
            return self.known[path]
        if path == "/apis/auth/discovery":
            return httpx.Response(200, json={"auth_enabled": self.auth})
        if path.startswith(f"{PROVIDERS}/"):
            name = path.rpartition("/")[2]
            return httpx.Response(200, json={"name": name, "workspace": "default", "host_url": "http://model.test/v1"})
        if path.startswith(f"{SECRETS}/") and path.count("/") == SECRETS.count("/") + 1:
            return httpx.Response(200, json={"name": path.rpartition("/")[2], "workspace": "default"})
        if path == SECRETS:
            return httpx.Response(200, json={"data": [], "pagination": {"total_pages": 1}})
        return self._usual._answered(request)


@pytest.fixture
def services() -> Iterator[Services]:
    services = Services()
    yield services
    services.deployment.close()


Look = Callable[..., ResolutionReport]


@pytest.fixture
def look(services: Services) -> Look:
    def look(
        builder: dd.DataDesignerConfigBuilder,
        settings: Settings | None = None,
        *,
        locations: tuple[Location, ...] = LOCATIONS,
        operation: Operation = "preview",
        patience: float = 5.0,
        find: Any = lambda: services.deployment,
    ) -> ResolutionReport:
        here = Here(settings or Settings(model_providers=[]))
        there = There(find, patience)
        return wait_for(resolve(builder, here, there, locations=locations, operation=operation))

    return look


def model_on(provider: str, alias: str = "chat") -> dd.ModelConfig:
    return dd.ModelConfig(alias=alias, model="m", provider=provider)


def texts(*models: dd.ModelConfig, columns: int = 1) -> dd.DataDesignerConfigBuilder:
    """A builder with a product, and so many LLM columns for each model."""
    builder = dd.DataDesignerConfigBuilder(model_configs=list(models))
    builder.add_column(name="product", column_type="sampler", sampler_type="category", params={"values": ["mug"]})
    for model in models:
        for number in range(columns):
            name = f"{model.alias}_{number}"
            builder.add_column(name=name, column_type="llm-text", model_alias=model.alias, prompt="A {{ product }}")
    return builder


def on_hub(token: str) -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(
        dd.HuggingFaceSeedSource(path="datasets/ada/cities/all.csv", token=token, endpoint="http://127.0.0.1:9")
    )
    return builder.add_column(name="made", column_type="expression", expr="{{ city }}")


def rows(report: ResolutionReport, kind: Kind) -> list[Row]:
    assert not any(finding.sentence.startswith(FAULT) for row in report.rows for finding in findings(row)), report
    return [row for row in report.rows if row.kind == kind]


def findings(row: Row) -> list[Any]:
    return [finding for finding in (row.run, row.submit) if finding is not None]


# ------------------------------------------------------------------------------------------ asking


def test_a_resource_that_is_used_ten_times_is_one_row_and_asked_for_once(services: Services, look: Look) -> None:
    builder = texts(model_on("default/echo", "a"), model_on("default/echo", "b"), columns=5)

    report = look(builder)

    (row,) = rows(report, "provider")
    assert len(row.used_by) == 10
    assert row.run is not None and row.submit is not None and (row.run.status, row.submit.status) == ("ok", "ok")
    assert services.asked.count(f"{PROVIDERS}/echo") == 1
    assert len(services.asked) == len(set(services.asked)) + services.asked.count("/status") - 1


def test_one_secret_of_a_seed_and_of_two_providers_is_one_row(services: Services, look: Look) -> None:
    builder = on_hub("default/key")
    for alias in ("one", "two"):
        builder.add_model_config(model_on(alias, alias))
        builder.add_column(name=alias, column_type="llm-text", model_alias=alias, prompt="A {{ city }}")
    providers = [
        dd.ModelProvider(name=name, endpoint="http://n.test", api_key="default/key") for name in ("one", "two")
    ]

    (row,) = rows(look(builder, Settings(model_providers=providers)), "secret")

    assert set(row.used_by) == {"the seed", "provider `one`", "provider `two`"}
    assert services.asked.count(f"{SECRETS}/key") == 1


def test_all_questions_go_out_together(services: Services, look: Look) -> None:
    look(texts(*(model_on(f"default/p{number}", f"a{number}") for number in range(20))))

    assert services.at_once >= 20


def test_a_name_in_a_workspace_and_the_bare_one_are_asked_for_once(services: Services, look: Look) -> None:
    report = look(texts(model_on("echo", "a"), model_on("default/echo", "b")))

    assert len(rows(report, "provider")) == 2
    assert services.asked.count(f"{PROVIDERS}/echo") == 1


def test_services_are_not_asked_for_what_is_here(services: Services, look: Look) -> None:
    provider = dd.ModelProvider(name="near", endpoint="http://near.test", api_key="EMPTY")

    report = look(texts(model_on("near")), Settings(model_providers=[provider]), locations=("run",))

    assert report.ok_for("run") and services.asked == [] and report.base_url == ""


# ------------------------------------------------------------------------------------------- silence


def test_a_question_without_an_answer_is_cut_off_and_hides_no_other(services: Services, look: Look) -> None:
    services.silent = ("providers/slow",)
    began = time.monotonic()

    report = look(texts(model_on("default/slow", "a"), model_on("default/quick", "b")), patience=0.3)

    assert time.monotonic() - began < 3
    slow, quick = rows(report, "provider")
    assert [finding.status for finding in findings(slow)] == ["unreachable", "unreachable"]
    assert "`default/slow`" in findings(slow)[0].sentence
    assert [finding.status for finding in findings(quick)] == ["ok", "ok"]
    assert [row.submit and row.submit.status for row in rows(report, "services")] == ["ok"]


def test_a_silent_description_hides_nothing_else(services: Services, look: Look) -> None:
    services.silent = ("openapi",)

    report = look(texts(model_on("default/echo")), patience=0.3)

    assert [row.submit and row.submit.status for row in rows(report, "services")] == ["unreachable"]
    assert [finding.status for finding in findings(rows(report, "provider")[0])] == ["ok", "ok"]


def test_services_that_take_connections_and_never_answer_are_one_row_in_the_way(services: Services, look: Look) -> None:
    services.silent = ("/",)
    near = dd.ModelProvider(name="near", endpoint="http://near.test", api_key=None)
    builder = texts(model_on("near", "a"), model_on("default/far", "b"))

    report = look(builder, Settings(model_providers=[near]), patience=0.3)

    assert [row.name for row in report.rows if row.submit is not None and row.submit.status == "unreachable"] == [URL]
    by_name = {row.name: row for row in rows(report, "provider")}
    assert {name: row.run and row.run.status for name, row in by_name.items()} == {
        "near": "ok",
        "default/far": "unreachable",
    }
    assert all(row.run is not None for row in rows(report, "configuration"))


def test_with_nobody_there_one_row_says_so_and_the_column_of_this_kernel_is_complete(look: Look) -> None:
    nobody = Deployment(NemoContext("http://127.0.0.1:9", "default", "", "nmp", NoCredentials()))
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"city": ["Bonn"]})))
    builder.add_column(name="made", column_type="expression", expr="in {{ city }}")
    builder.add_column(name="who", column_type="sampler", sampler_type="person", params={"locale": "en_US"})
    began = time.monotonic()

    report = look(builder, find=lambda: nobody)

    assert time.monotonic() - began < 3
    unreachable = [row for row in report.rows if row.submit is not None and row.submit.status == "unreachable"]
    assert [(row.kind, row.name) for row in unreachable] == [("services", "http://127.0.0.1:9")]
    assert {row.kind for row in report.rows if row.run is not None} == {"configuration", "seed", "personas"}
    assert not report.ok_for("submit")


def test_settings_of_services_that_cannot_be_read_are_a_row(look: Look) -> None:
    def find() -> Deployment:
        raise ddj.ConfigError("The config file has no context `mine`.")

    report = look(texts(model_on("default/echo")), find=find)

    (row,) = rows(report, "services")
    assert row.submit is not None and (row.submit.status, "no context `mine`" in row.submit.sentence) == (
        "unreachable",
        True,
    )
    assert "no context `mine`" in findings(rows(report, "provider")[0])[0].sentence


# ------------------------------------------------------------------------------- nothing is carried out


def test_no_function_is_called_and_no_server_started(look: Look, tmp_path: Path) -> None:
    called: list[str] = []

    @dd.custom_column_generator(required_columns=["product"])
    def own(row: dict[str, Any]) -> dict[str, Any]:
        called.append("column")
        return row

    def judge(frame: pd.DataFrame) -> pd.DataFrame:
        called.append("validator")
        return frame

    trace = tmp_path / "started"
    server = dd.LocalStdioMCPProvider(name="shop", command=sys.executable, args=["-c", f"open({str(trace)!r}, 'w')"])
    near = dd.ModelProvider(name="near", endpoint="http://near.test", api_key=None)
    tool = dd.ToolConfig(tool_alias="stock", providers=["shop"])
    builder = dd.DataDesignerConfigBuilder(model_configs=[model_on("near")], tool_configs=[tool])
    builder.add_column(name="product", column_type="sampler", sampler_type="category", params={"values": ["mug"]})
    builder.add_column(name="own", column_type="custom", generator_function=own)
    params = dd.LocalCallableValidatorParams(validation_function=judge)
    builder.add_column(
        name="judged",
        column_type="validation",
        target_columns=["product"],
        validator_type="local_callable",
        validator_params=params,
    )
    builder.add_column(
        name="text", column_type="llm-text", model_alias="chat", tool_alias="stock", prompt="{{ product }}"
    )

    report = look(builder, Settings(model_providers=[near], mcp_providers=[server]))

    assert report.ok_for("run")
    assert {row.kind for row in report.rows} >= {"tool", "custom code"}
    assert called == [] and not trace.exists()


# ------------------------------------------------------------------------------------------- secrets


def test_with_authentication_on_a_secret_is_known_by_its_metadata_and_its_value_never_asked_for(
    services: Services, look: Look
) -> None:
    services.auth = True

    report = look(on_hub("default/hub-token"))

    (row,) = rows(report, "secret")
    assert row.run is not None and row.submit is not None
    assert (row.run.status, row.submit.status) == ("denied", "ok")
    assert "with authentication on" in row.run.sentence
    assert f"{SECRETS}/hub-token" in services.asked
    assert not any(path.endswith("/access") for path in services.asked)


def test_with_authentication_off_a_value_is_not_asked_for_either(services: Services, look: Look) -> None:
    assert look(on_hub("default/hub-token")).ok_for("run")

    assert not any(path.endswith("/access") for path in services.asked)


@pytest.mark.parametrize("key", [KEY, "correct horse battery staple", "hf_0123456789abcdefghijklmnop"])
def test_no_key_is_in_a_report_or_in_an_error_or_sent_anywhere(key: str, services: Services, look: Look) -> None:
    near = dd.ModelProvider(name="near", endpoint=f"http://ada:{KEY}@near.test", api_key=key)
    builder = on_hub(key)
    builder.add_model_config(model_on("near"))
    builder.add_column(name="text", column_type="llm-text", model_alias="chat", prompt="{{ city }}")

    report = look(builder, Settings(model_providers=[near]))

    errors = [str(refusal(report, location)) for location in LOCATIONS]
    for text in (repr(report), report.model_dump_json(), str(report.checklist), *errors, *services.asked):
        assert key not in text and KEY not in text


def test_the_value_of_a_variable_is_in_no_report(
    look: Look, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_HUB_TOKEN", "the value of the variable")

    report = look(on_hub("MY_HUB_TOKEN"))

    assert "the value of the variable" not in report.model_dump_json()
    assert rows(report, "secret")[0].name == "MY_HUB_TOKEN"


# -------------------------------------------------------------------------------------------- report


def test_a_report_is_the_same_after_json(look: Look) -> None:
    report = look(texts(model_on("default/echo"), model_on("near", "b")))

    assert ResolutionReport.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize("status", [500, 503, 418, 200])
def test_an_answer_of_no_known_form_is_a_row_that_hides_no_other(
    status: int, services: Services, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dd_jupyter.nemo import http

    monkeypatch.setattr(http, "_BACK_OFF", lambda state: 0.0)
    services.known[f"{PROVIDERS}/odd"] = httpx.Response(status, json={"what": ["is", "this"]})

    report = look(texts(model_on("default/odd", "a"), model_on("default/echo", "b")))

    odd, echo = rows(report, "provider")
    assert all(finding.status not in {"ok", "not checked"} for finding in findings(odd)), odd
    assert [finding.status for finding in findings(echo)] == ["ok", "ok"]


@pytest.mark.parametrize("path", ["/openapi.json", "/status", "/apis/auth/discovery", SECRETS, f"{SECRETS}/key"])
@pytest.mark.parametrize("content", [b"[]", b"null", b"{}", b'"text"', b"<html>", b'{"data": 7, "paths": []}'])
def test_nonsense_from_the_services_is_no_fault_of_ours(
    path: str, content: bytes, services: Services, look: Look
) -> None:
    services.known[path] = httpx.Response(200, content=content)
    builder = on_hub("default/key")
    builder.add_model_config(model_on("default/echo"))
    builder.add_column(name="text", column_type="llm-text", model_alias="chat", prompt="{{ city }}")

    report = look(builder, operation="create")

    assert [finding.status for finding in findings(rows(report, "provider")[0])] == ["ok", "ok"]


def test_what_is_wrong_is_told_with_what_uses_it(look: Look) -> None:
    builder = texts(model_on("default/echo"))
    builder.add_column(name="title", column_type="llm-text", model_alias="nobody", prompt="{{ product }} {{ colour }}")

    report = look(builder)

    assert {(row.name, *row.used_by) for row in rows(report, "configuration")} >= {("nobody", "`title`")}
    assert any("colour" in finding.sentence for row in rows(report, "configuration") for finding in findings(row))
    assert not report.ok_for("run") and not report.ok_for("submit")


def test_templates_that_this_kernel_renders_with_all_of_jinja_are_refused_for_the_services_only(look: Look) -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.add_column(name="word", column_type="sampler", sampler_type="uuid", params={})
    builder.add_column(name="length", column_type="expression", expr="{{ word | wordcount }}")
    native = dd.RunConfig(jinja_rendering_engine="native")

    usual, full = look(builder), look(builder, settings=Settings(run_config=native))

    assert (usual.ok_for("run"), usual.ok_for("submit")) == (False, False)
    assert (full.ok_for("run"), full.ok_for("submit")) == (True, False)
    assert "wordcount" in full.problems("submit")[0].sentence
