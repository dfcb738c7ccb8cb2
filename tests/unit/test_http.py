"""Requests to NeMo Services: what is tried again, what never is, and what a person is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from dd_jupyter.errors import (
    ConflictError,
    DeniedError,
    NotFoundError,
    RefusedError,
    ServicesError,
    UnreachableError,
)
from dd_jupyter.nemo import background
from dd_jupyter.nemo.http import Http

Answer = httpx.Response | Exception


class Services:
    """Answers each request with the next of its answers, and the last of them for ever."""

    def __init__(self, *answers: Answer) -> None:
        self.requests: list[httpx.Request] = []
        self._answers = list(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def http(services: Services, authorization: Callable[[], Awaitable[str | None]] | None = None) -> Http:
    async def nobody() -> None:
        return None

    return Http("http://services:8080/", authorization or nobody, transport=httpx.MockTransport(services))


def ok(**body: object) -> httpx.Response:
    return httpx.Response(200, json=body)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that are asked for, which are not taken."""
    asked: list[float] = []

    async def no_pause(seconds: float) -> None:
        asked.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", no_pause)
    return asked


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_question_is_asked_again_while_the_services_are_busy(status: int, pauses: list[float]) -> None:
    services = Services(httpx.Response(status), httpx.Response(status), ok(name="job"))

    answer = background.wait_for(http(services).get("/apis/x"))

    assert answer == {"name": "job"}
    assert len(services.requests) == 3
    assert 0 < pauses[0] < pauses[1] < 2


@pytest.mark.parametrize("error", [httpx.ConnectError("refused"), httpx.ReadError("cut"), httpx.ReadTimeout("late")])
def test_a_question_is_asked_again_when_the_connection_fails(error: httpx.TransportError) -> None:
    services = Services(error, ok(name="job"))

    assert background.wait_for(http(services).get("/apis/x")) == {"name": "job"}


def test_a_body_that_breaks_off_is_asked_for_again() -> None:
    class Broken(httpx.AsyncByteStream):
        async def __aiter__(self):  # type: ignore[no-untyped-def]
            yield b'{"na'
            raise httpx.RemoteProtocolError("peer closed connection")

    services = Services(httpx.Response(200, stream=Broken()), ok(name="job"))

    assert background.wait_for(http(services).get("/apis/x")) == {"name": "job"}


def test_the_services_are_given_up_on_after_four_tries() -> None:
    services = Services(httpx.Response(503, json={"detail": "Starting"}))

    with pytest.raises(ServicesError, match="Starting"):
        background.wait_for(http(services).get("/apis/x"))

    assert len(services.requests) == 4


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422, 500])
def test_a_refusal_is_final(status: int) -> None:
    services = Services(httpx.Response(status))

    with pytest.raises(ServicesError):
        background.wait_for(http(services).get("/apis/x"))

    assert len(services.requests) == 1


@pytest.mark.parametrize(
    "answer", [httpx.ReadTimeout("late"), httpx.ReadError("cut"), httpx.Response(502), httpx.Response(503)]
)
def test_what_may_have_been_accepted_is_not_sent_twice(answer: Answer) -> None:
    services = Services(answer)

    with pytest.raises(ServicesError):
        background.wait_for(http(services).post("/apis/jobs", {"spec": 1}))

    assert len(services.requests) == 1


@pytest.mark.parametrize("answer", [httpx.ConnectError("refused"), httpx.ConnectTimeout("late"), httpx.Response(429)])
def test_what_cannot_have_been_accepted_is_sent_again(answer: Answer) -> None:
    services = Services(answer, ok(name="job"))

    assert background.wait_for(http(services).post("/apis/jobs", {"spec": 1})) == {"name": "job"}


def test_what_the_services_know_again_is_sent_again_after_a_late_answer() -> None:
    services = Services(httpx.ReadTimeout("late"), ok(name="job"))

    assert background.wait_for(http(services).post("/apis/jobs", {"name": "job"}, repeatable=True)) == {"name": "job"}


def test_retry_after_is_waited_for(pauses: list[float]) -> None:
    services = Services(httpx.Response(429, headers={"retry-after": "7"}), ok())

    background.wait_for(http(services).get("/apis/x"))

    assert pauses == [7.0]


def test_services_that_want_a_minute_are_reported_and_not_waited_for(pauses: list[float]) -> None:
    services = Services(httpx.Response(503, headers={"retry-after": "60"}))

    with pytest.raises(ServicesError) as raised:
        background.wait_for(http(services).get("/apis/x"))

    assert (pauses, raised.value.retry_after) == ([], 60.0)


def test_each_try_carries_the_token_of_its_moment() -> None:
    tokens = iter(["Bearer old", "Bearer new"])

    async def authorization() -> str:
        return next(tokens)

    services = Services(httpx.Response(503), ok())

    background.wait_for(http(services, authorization).get("/apis/x"))

    assert [request.headers["authorization"] for request in services.requests] == ["Bearer old", "Bearer new"]


def test_without_a_token_there_is_no_header() -> None:
    services = Services(ok())

    background.wait_for(http(services).get("/apis/x"))

    assert "authorization" not in services.requests[0].headers


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RefusedError),
        (401, DeniedError),
        (403, DeniedError),
        (404, NotFoundError),
        (409, ConflictError),
        (422, RefusedError),
        (500, ServicesError),
    ],
)
def test_the_kind_of_error_says_what_can_be_done(status: int, kind: type[ServicesError]) -> None:
    with pytest.raises(ServicesError) as raised:
        background.wait_for(http(Services(httpx.Response(status))).get("/apis/x"))

    assert type(raised.value) is kind
    assert raised.value.status == status


BODIES = {
    "a sentence": (
        httpx.Response(404, json={"detail": "Job 'nope' not found in workspace 'default'."}),
        "Job 'nope' not",
    ),
    "a list of violations": (
        httpx.Response(
            422,
            json={
                "detail": [
                    {"type": "missing", "loc": ["body", "config"], "msg": "Field required", "input": {"key": "s3cret"}},
                    {
                        "type": "value_error",
                        "loc": ["body", "spec", 0],
                        "msg": "Value error, no seeds",
                        "input": "s3cret",
                    },
                ]
            },
        ),
        "`config`: Field required; `spec.0`: no seeds.",
    ),
    "another server's object": (httpx.Response(400, json={"error": {"message": "Bad model"}}), "Bad model."),
    "a proxy's page": (
        httpx.Response(403, html="<html><head><title>403 Forbidden</title></head><body>nginx</body></html>"),
        "403 Forbidden.",
    ),
    "a page without a title": (httpx.Response(500, html="<h1>Oops</h1><script>x()</script>"), "Oops."),
    "plain text": (httpx.Response(500, text="Internal Server Error"), "Internal Server Error."),
    "nothing": (httpx.Response(409), "Conflict."),
}


@pytest.mark.parametrize("answer", BODIES.values(), ids=BODIES)
def test_every_form_of_error_is_one_sentence(answer: tuple[httpx.Response, str]) -> None:
    response, words = answer

    with pytest.raises(ServicesError) as raised:
        background.wait_for(http(Services(response)).get("/apis/x"))

    said = str(raised.value)
    assert words in said
    assert "\n" not in said and "<" not in said and "s3cret" not in said


def test_an_error_names_the_request_but_not_its_query() -> None:
    services = Services(httpx.Response(404, json={"detail": "Gone"}))

    with pytest.raises(NotFoundError) as raised:
        background.wait_for(http(services).get("/apis/x", params={"filter": "private"}))

    sent = services.requests[0].headers["x-request-id"]
    assert f"(GET http://services:8080/apis/x, request {sent})" in str(raised.value)
    assert raised.value.request_id == sent


def test_nobody_there_is_told_with_the_two_ways_on() -> None:
    with pytest.raises(UnreachableError) as raised:
        background.wait_for(http(Services(httpx.ConnectError("refused"))).get("/apis/x"))

    said = str(raised.value)
    assert "No NeMo Services answer at http://services:8080" in said
    assert "%dd_services start" in said and "%dd_connect --base-url" in said


def test_a_page_in_place_of_the_services_is_told() -> None:
    with pytest.raises(ServicesError, match="no JSON"):
        background.wait_for(http(Services(httpx.Response(200, html="<p>Welcome</p>"))).get("/status"))


def test_a_token_does_not_follow_a_redirect() -> None:
    services = Services(httpx.Response(302, headers={"location": "http://elsewhere/"}))

    with pytest.raises(ServicesError, match="redirects"):
        background.wait_for(http(services).get("/status"))

    assert [request.url.host for request in services.requests] == ["services"]


def test_a_long_reason_is_cut() -> None:
    with pytest.raises(RefusedError) as raised:
        background.wait_for(http(Services(httpx.Response(422, json={"detail": "x" * 10_000}))).post("/apis/x", {}))

    assert len(str(raised.value)) < 1_000
