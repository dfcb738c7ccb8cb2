"""Nobody is answered who is not logged in, and no page that another site made changes anything."""

from __future__ import annotations

import json
import re
import warnings
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError
from tornado.web import Application, RequestHandler
from traitlets.config import Config

from dd_jupyter.execution.runs import folder
from dd_jupyter.server.answering import Answering
from dd_jupyter.server.routes import ROUTES, Route
from tests.server.conftest import Ask
from tests.server.records import running

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NAMES = {"id": "20261121T100000000000-abcdef", "workspace": "default", "name": "reviews-1"}


def path_of(route: Route) -> str:
    return route.path.format(**NAMES | ({"name": "01-quickstart.ipynb"} if "tutorials" in route.path else {}))


def routes() -> Any:
    return pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")


async def unlocked(application: Application, fetch: Any) -> list[str]:
    """What is registered below ``dd-jupyter`` and does something for people who are not logged in."""
    found = []
    rules = [rule for router in application.default_router.rules for rule in getattr(router.target, "rules", ())]
    patterns = {rule.matcher.regex.pattern for rule in rules if hasattr(rule.matcher, "regex")}
    ours = sorted(pattern for pattern in patterns if "dd-jupyter" in pattern or "dd\\-jupyter" in pattern)
    assert len(ours) == len({route.pattern for route in ROUTES}) + 1, ours
    for pattern in ours:
        path = re.sub(r"\(\?P<.+?>.+?\)", "any", pattern.partition("dd-jupyter")[2] or pattern)
        path = re.sub(r"\(\?:.*\)\?|\$|\\", "", path).strip("/")
        for method in METHODS:
            body = "{}" if method in {"POST", "PUT", "PATCH"} else None
            try:
                await fetch("dd-jupyter", path, method=method, body=body, headers={"Authorization": "token wrong"})
            except HTTPClientError as error:
                if error.code in {403, 405}:
                    continue
                found.append(f"{method} {path}: {error.code}")
            else:
                found.append(f"{method} {path}: answered")
    return found


@routes()
async def test_who_is_not_logged_in_is_told_so_and_nothing_else(route: Route, ask: Ask, send: Ask) -> None:
    asked = ask if route.method == "GET" else send

    without = await asked(path_of(route), headers={"Authorization": ""})
    wrong = await asked(path_of(route), headers={"Authorization": "token 0123456789abcdef"})

    assert without == wrong
    assert without.status == 403
    assert list(without.json) == ["message"]
    assert "log in" in without.json["message"]


async def test_every_handler_that_is_registered_wants_to_know_who_asks(jp_serverapp: Any, jp_fetch: Any) -> None:
    assert await unlocked(jp_serverapp.web_app, jp_fetch) == []


async def test_a_handler_without_a_lock_would_be_found(jp_serverapp: Any, jp_fetch: Any, jp_base_url: str) -> None:
    class Open(RequestHandler):
        def get(self) -> None:
            self.write("come in")

    pattern = ROUTES[0].pattern
    rules = jp_serverapp.web_app.default_router.rules
    of_ours = next(
        rule
        for router in rules
        for rule in getattr(router.target, "rules", ())
        if rule.matcher.regex.match(jp_base_url.rstrip("/") + pattern) and pattern in rule.matcher.regex.pattern
    )
    of_ours.target, of_ours.target_kwargs = Open, {}

    assert await unlocked(jp_serverapp.web_app, jp_fetch) == ["GET deployments: answered"]


class TestAServerThatAnswersNobodyElse:
    """As the check of Jupyter's own extension template does."""

    @pytest.fixture
    def jp_server_config(self) -> Config:
        return Config(
            {
                "ServerApp": {
                    "jpserver_extensions": {"dd_jupyter.server": True},
                    "allow_unauthenticated_access": False,
                }
            }
        )

    async def test_it_starts_with_the_extension_and_without_a_warning(
        self, jp_server_config: Config, jp_configurable_serverapp: Any
    ) -> None:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            app = jp_configurable_serverapp(config=jp_server_config)

        assert "dd_jupyter.server" in app.extension_manager.extensions
        assert [str(warning.message) for warning in seen if "dd_jupyter" in str(warning.message)] == []

    async def test_who_is_logged_in_is_answered(self, ask: Ask) -> None:
        assert (await ask("deployments")).status == 200

    async def test_who_is_not_is_refused(self, ask: Ask) -> None:
        assert (await ask("deployments", headers={"Authorization": ""})).status == 403


# A page of another site, in the browser of somebody who is logged in.


async def logged_in(fetch: Any) -> dict[str, str]:
    """The cookies that a browser has after the login."""
    response = await fetch("dd-jupyter", "deployments")
    lab = await fetch("login", headers={"Authorization": ""})
    pairs = [cookie.partition(";")[0] for answer in (response, lab) for cookie in answer.headers.get_list("Set-Cookie")]
    return dict(pair.split("=", 1) for pair in pairs)


def header(cookies: dict[str, str]) -> dict[str, str]:
    return {"Authorization": "", "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


async def test_a_cookie_alone_reads_but_changes_nothing(jp_fetch: Any, ask: Ask, send: Ask) -> None:
    entry = running()
    cookies = await logged_in(jp_fetch)

    assert (await ask("deployments", headers=header(cookies))).status == 200
    refused = await send("runs", entry.id, "cancel", headers=header(cookies))

    assert refused.status == 403
    assert not list(folder().glob("*.stop"))


async def test_with_the_token_of_the_page_it_is_done(jp_fetch: Any, send: Ask) -> None:
    entry = running()
    cookies = await logged_in(jp_fetch)

    done = await send("runs", entry.id, "cancel", headers={**header(cookies), "X-XSRFToken": cookies["_xsrf"]})

    assert done.status == 200
    assert [file.stem for file in folder().glob("*.stop")] == [entry.id]


async def test_another_site_is_told_nothing(jp_fetch: Any, ask: Ask) -> None:
    cookies = await logged_in(jp_fetch)

    answer = await ask("deployments", headers={**header(cookies), "Origin": "https://elsewhere.example"})

    assert answer.status == 404
    assert list(answer.json) == ["message"]


async def test_an_answer_is_kept_nowhere_and_taken_for_nothing_else(jp_fetch: Any) -> None:
    response = await jp_fetch("dd-jupyter", "deployments")

    assert response.headers.get("Access-Control-Allow-Origin", "") == ""
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_panel_that_looks_does_not_keep_an_idle_server_up(ask: Ask, jp_serverapp: Any) -> None:
    settings = jp_serverapp.web_app.settings
    before = settings.get("api_last_activity")

    await ask("runs")

    assert settings.get("api_last_activity") == before


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "runs", 405), ("GET", "nothing/here", 404), ("POST", "nothing", 404)]
)
async def test_what_is_not_there_is_said_in_a_sentence(
    method: str, path: str, status: int, ask: Ask, send: Ask
) -> None:
    answer = await (ask if method == "GET" else send)(path)

    assert answer.status == status
    assert list(answer.json) == ["message"]
    assert answer.json["message"].endswith(".")


async def test_a_request_that_is_too_large_is_not_read(send: Ask) -> None:
    answer = await send("jobs", "default", "reviews-1", "download", body={"folder": "x" * 20_000})

    assert answer.status == 413
    assert "16,384 bytes" in answer.json["message"]


async def test_what_nobody_foresaw_is_a_sentence_and_in_the_log_without_a_secret(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Answering) -> None:
        raise ZeroDivisionError("with nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks in it")

    monkeypatch.setattr(Answering, "deployments", broken)

    answer = await ask("deployments")

    assert answer.status == 500
    assert list(answer.json) == ["message"]
    assert "ZeroDivisionError" not in json.dumps(answer.json)
    assert "ZeroDivisionError" in caplog.text
    assert "Zk3x9Tq7" not in caplog.text
