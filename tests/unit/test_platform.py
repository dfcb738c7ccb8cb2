"""What a deployment is, and what its own description says that it takes."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from dd_jupyter.errors import DeniedError, NotFoundError, ServicesError, UnreachableError
from dd_jupyter.nemo import background
from dd_jupyter.nemo.connection import Connection, look_at
from dd_jupyter.nemo.platform import Schema, read_schema
from tests.support.deployment_answers import DeploymentAnswers
from tests.support.jobs_double import refused

OPENAPI, STATUS, VERSION = "GET /openapi.json", "GET /status", "GET /cluster-info"
DISCOVERY, WORKSPACES = "GET /apis/auth/discovery", "GET /apis/entities/v2/workspaces"
PREVIEW_PATH = "/apis/data-designer/v2/workspaces/{workspace}/preview"
PROFILES = "GET /apis/jobs/v2/execution-profiles"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> DeploymentAnswers:
    monkeypatch.setattr("dd_jupyter.nemo.http._BACK_OFF", lambda state: 0.0)
    return DeploymentAnswers()


def looked_at(there: DeploymentAnswers, workspace: str | None = None) -> Connection:
    return background.wait_for(look_at(there.deployment.in_workspace(workspace)))


def answering(content: Any) -> httpx.Response:
    return httpx.Response(200, json=content)


# The description that it gives of itself.


def test_fields_of_a_job_and_types_of_seeds_are_read_from_the_description() -> None:
    double = DeploymentAnswers(fields=("name", "spec", "profile"), seed_types=("hf", "nmp"))

    schema = read_schema(double.openapi())

    assert schema.has_data_designer
    assert schema.job_fields == {"name", "spec", "profile"}
    assert schema.seed_types == {"hf", "nmp"}


@pytest.mark.parametrize(
    ("types", "tag"), [({"hf"}, None), ({"nmp"}, "nmp"), ({"nhx"}, "nhx"), ({"nmp", "nhx"}, "nhx"), (set(), None)]
)
def test_the_successors_tag_comes_first_where_both_are_known(types: set[str], tag: str | None) -> None:
    assert Schema(True, frozenset(), frozenset(types)).fileset_seed_type == tag


@pytest.mark.parametrize(
    "openapi", [{}, {"paths": {}}, {"paths": {"/status": {}}}, {"paths": {}, "components": {"schemas": {}}}]
)
def test_a_description_without_data_designer_says_so(openapi: dict[str, Any]) -> None:
    assert read_schema(openapi) == Schema()


def test_a_description_that_leaves_things_out_gives_what_it_has() -> None:
    openapi = {"paths": {PREVIEW_PATH: {"post": {}}}}

    assert read_schema(openapi) == Schema(has_data_designer=True)


@pytest.mark.parametrize(
    "openapi", [None, [], "text", {"paths": None}, {"paths": {PREVIEW_PATH: {}}, "components": None}]
)
def test_a_description_of_another_form_is_an_error_of_ours_or_none_of_data_designer(
    there: DeploymentAnswers, openapi: Any
) -> None:
    there.instead[OPENAPI] = answering(openapi)

    try:
        schema = background.wait_for(there.deployment.platform.schema())
    except ServicesError:
        return
    assert schema.seed_types == frozenset()


def test_the_description_is_asked_for_once(there: DeploymentAnswers) -> None:
    async def twice() -> None:
        await there.deployment.platform.schema()
        await there.deployment.in_workspace("research").platform.schema()

    background.wait_for(twice())

    assert there.requests == ["GET /openapi.json"]


# A look at all of it.


def test_a_look_tells_all_there_is_to_know(there: DeploymentAnswers) -> None:
    seen = looked_at(there)

    assert (seen.base_url, seen.workspace, seen.version) == ("http://double", "default", "0.3.0")
    assert (seen.asks_who, seen.identity) == (False, "no authentication")
    assert seen.status.services.ready == ("jobs", "entities")
    assert [profile.name for profile in seen.profiles] == ["cpu/default"]
    assert seen.runs_jobs and seen.problem == ""
    assert seen.seeds == ("HuggingFace", "Filesets")


def test_all_questions_go_out_together(there: DeploymentAnswers) -> None:
    at_once: list[int] = []
    asked = 0

    class Counting(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            nonlocal asked
            asked += 1
            await asyncio.sleep(0)  # whoever is not yet asked is asked now
            at_once.append(asked)
            return there._answered(request)

    there.deployment.http._transport = Counting()

    looked_at(there)

    assert at_once == [6] * 6


def test_a_workspace_that_is_not_there_is_a_problem_with_a_way_on(there: DeploymentAnswers) -> None:
    assert looked_at(there, "nope").problem == (
        "Workspace `nope` is not there; those you may see are default, research. Choose one with `%dd_connect -w "
        "WORKSPACE`."
    )


def test_without_the_seed_plugin_or_the_data_designer_api_fewer_seeds_are_taken(there: DeploymentAnswers) -> None:
    there.seed_types = ("hf",)
    assert looked_at(there).seeds == ("HuggingFace",)

    other = DeploymentAnswers(seed_types=None)
    assert looked_at(other).seeds == ()


@pytest.mark.parametrize(
    ("changed", "runs_jobs"),
    [
        ({}, True),
        ({"controllers": {"healthy": False, "status": {"jobs": False}}}, False),
        ({"controllers": {"healthy": True, "status": {"entities": True}}}, False),
        ({"controllers": {}}, False),
        ({"services": {"ready": ["entities"], "not_ready": ["jobs"]}}, False),
        ({"controllers": {"healthy": False, "status": {"jobs": True, "entities": False}}}, True),
    ],
)
def test_jobs_run_where_their_service_and_all_their_loops_are_well(
    there: DeploymentAnswers, changed: dict[str, Any], runs_jobs: bool
) -> None:
    well = {
        "status": "healthy",
        "services": {"ready": ["jobs"], "not_ready": []},
        "controllers": {"healthy": True, "status": {"jobs": True}},
    }
    there.instead[STATUS] = answering(well | changed)

    assert looked_at(there).runs_jobs == runs_jobs


@pytest.mark.parametrize("unknown", [VERSION, DISCOVERY, PROFILES])
def test_an_older_deployment_that_does_not_know_a_question_is_looked_at_all_the_same(
    there: DeploymentAnswers, unknown: str
) -> None:
    there.instead[unknown] = refused(404, "Not Found")

    assert looked_at(there).problem == ""


def test_workspaces_that_cannot_be_listed_are_no_problem(there: DeploymentAnswers) -> None:
    there.instead[WORKSPACES] = refused(500, "busy")

    assert looked_at(there, "nope").problem == ""


@pytest.mark.parametrize("question", [STATUS, OPENAPI, WORKSPACES])
def test_a_login_that_is_missing_or_has_ended_is_said(there: DeploymentAnswers, question: str) -> None:
    there.instead[question] = refused(401, "Who are you?")

    with pytest.raises(DeniedError, match=r"Who are you.*nemo auth login"):
        looked_at(there)


def test_whoever_may_not_list_workspaces_can_connect(there: DeploymentAnswers) -> None:
    there.instead[WORKSPACES] = refused(403, "Not you.")

    assert looked_at(there).problem == ""


@pytest.mark.parametrize("question", [VERSION, DISCOVERY])
def test_a_version_that_one_may_not_see_does_not_keep_one_out(there: DeploymentAnswers, question: str) -> None:
    there.instead[question] = refused(403, "Not you.")

    assert looked_at(there).workspace == "default"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        *((question, answer) for question in (STATUS,) for answer in ([], {"unexpected": 1}, None)),
        *((question, answer) for question in (VERSION, DISCOVERY) for answer in ([], None)),
    ],
)
def test_a_base_url_of_something_else_is_an_error_of_ours(there: DeploymentAnswers, question: str, answer: Any) -> None:
    there.instead[question] = answering(answer)

    with pytest.raises(ServicesError):
        looked_at(there)


@pytest.mark.parametrize("answer", [[], {"unexpected": 1}, None])
def test_a_strange_list_of_workspaces_keeps_nobody_out(there: DeploymentAnswers, answer: Any) -> None:
    there.instead[WORKSPACES] = answering(answer)

    assert looked_at(there).problem == ""


def test_nobody_there_is_said(there: DeploymentAnswers) -> None:
    for question in (STATUS, VERSION, DISCOVERY, OPENAPI, PROFILES, WORKSPACES):
        there.instead[question] = httpx.ConnectError("nobody")

    with pytest.raises(UnreachableError, match="No NeMo Services answer at http://double"):
        looked_at(there)


# Workspaces.


def test_workspaces_are_listed_by_name(there: DeploymentAnswers) -> None:
    assert background.wait_for(there.deployment.platform.workspaces()) == ["default", "research"]


def test_a_workspace_that_is_not_there_is_named(there: DeploymentAnswers) -> None:
    with pytest.raises(NotFoundError, match=r"There is no workspace `nope`.*`-w WORKSPACE`") as raised:
        background.wait_for(there.deployment.platform.check_workspace("nope"))

    assert raised.value.status == 404


@pytest.mark.parametrize("name", ["default", "research"])
def test_a_workspace_that_is_there_is_well(there: DeploymentAnswers, name: str) -> None:
    background.wait_for(there.deployment.platform.check_workspace(name))

    assert there.requests == [f"GET /apis/entities/v2/workspaces/{name}"]
