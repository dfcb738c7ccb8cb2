"""Which deployment a process speaks to, as whom, and in which workspace."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from dd_jupyter import api
from dd_jupyter.errors import ConfigError, DeniedError
from dd_jupyter.nemo import background, deployment
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
from tests.support.deployment_answers import DeploymentAnswers
from tests.support.jobs_double import refused

TOKEN = "token-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks"


@pytest.fixture(autouse=True)
def _nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(deployment, "_found", None)
    deployment.use(None)
    yield
    deployment.use(None)


def headers_sent(there: Deployment, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The Authorization headers with which it asks."""
    sent: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("authorization"))
        return httpx.Response(200, json={"status": "healthy"})

    monkeypatch.setattr(there.http, "_transport", httpx.MockTransport(answer))
    background.wait_for(there.platform.status())
    return sent


# Which one.


def test_without_a_choice_the_environment_counts_as_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NMP_BASE_URL", "http://one.test")
    one = deployment.current()
    monkeypatch.setenv("NMP_BASE_URL", "http://two.test")
    two = deployment.current()

    assert (one.base_url, two.base_url) == ("http://one.test", "http://two.test")


def test_the_same_connections_are_used_as_long_as_nothing_changed() -> None:
    assert deployment.current() is deployment.current()


@pytest.mark.parametrize("name", ["NMP_BASE_URL", "NMP_WORKSPACE"])
def test_a_change_of_place_gives_another_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = deployment.current()

    monkeypatch.setenv(name, "http://elsewhere.test")

    assert deployment.current() is not before


def test_a_token_that_was_renewed_in_the_environment_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NMP_ACCESS_TOKEN", "the-old-token")
    deployment.current()

    monkeypatch.setenv("NMP_ACCESS_TOKEN", "the-new-token")

    assert headers_sent(deployment.current(), monkeypatch) == ["Bearer the-new-token"]


def test_a_choice_counts_until_it_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = DeploymentAnswers().deployment

    deployment.use(chosen)
    monkeypatch.setenv("NMP_BASE_URL", "http://one.test")
    assert deployment.current() is chosen

    deployment.use(None)
    assert deployment.current().base_url == "http://one.test"


def test_threads_that_ask_at_once_get_the_same_one() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: deployment.current(), range(32)))

    assert len(found) == 1


def test_a_config_file_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("NMP_CONFIG_FILE", str(tmp_path / "none.yaml"))

    with pytest.raises(ConfigError, match="NMP_CONFIG_FILE"):
        deployment.current()


# Connecting.


def connect_to(there: DeploymentAnswers, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Any:
    """Connect, with the double in the place of the network."""
    transport = httpx.MockTransport(there._answered)
    monkeypatch.setattr(api.connection, "Deployment", lambda context: Deployment(context, transport=transport))
    return api.connect(**options)


def test_connecting_chooses_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = connect_to(DeploymentAnswers(), monkeypatch, base_url="http://double", workspace="research")

    assert (seen.base_url, seen.workspace, seen.problem) == ("http://double", "research", "")
    now = deployment.current()
    assert (now.base_url, now.workspace) == ("http://double", "research")


@pytest.mark.parametrize("status", [401, 403])
def test_a_connection_that_is_refused_leaves_the_choice_as_it_was(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    chosen = DeploymentAnswers().deployment
    deployment.use(chosen)
    other = DeploymentAnswers(instead={"GET /status": refused(status, "Not you.")})

    with pytest.raises(DeniedError):
        connect_to(other, monkeypatch, base_url="http://other")

    assert deployment.current() is chosen


def test_a_token_is_sent_and_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    there = Deployment(find_context(base_url="http://double", token=TOKEN))

    assert headers_sent(there, monkeypatch) == [f"Bearer {TOKEN}"]
    assert TOKEN not in repr(there) + repr(there.context) + repr(there.context.credentials)
    seen = connect_to(DeploymentAnswers(), monkeypatch, base_url="http://double", token=TOKEN)
    assert TOKEN not in repr(seen) + str(seen.origins) + seen.identity


def test_a_base_url_with_a_password_is_refused_without_repeating_it() -> None:
    with pytest.raises(ConfigError, match="has a user name or password in it") as raised:
        api.connect(base_url="http://ada:planted@double")

    assert "planted" not in str(raised.value)


# In a workspace.


def test_another_workspace_shares_the_connections() -> None:
    there = DeploymentAnswers().deployment

    other = there.in_workspace("research")

    assert (there.workspace, other.workspace) == ("default", "research")
    assert other.http is there.http


@pytest.mark.parametrize("workspace", [None, "default"])
def test_its_own_workspace_is_itself(workspace: str | None) -> None:
    there = DeploymentAnswers().deployment

    assert there.in_workspace(workspace) is there


def test_nothing_is_sent_before_something_is_asked() -> None:
    double = DeploymentAnswers()

    repr(double.deployment.in_workspace("research"))

    assert double.requests == []


def test_closed_connections_are_opened_again_when_they_are_needed() -> None:
    double = DeploymentAnswers()
    background.wait_for(double.deployment.platform.status())

    double.deployment.close()

    assert background.wait_for(double.deployment.platform.status()).status == "healthy"


def test_a_deployment_says_where_it_is() -> None:
    assert repr(DeploymentAnswers().deployment) == "<Deployment http://double, workspace default>"
