"""When a provider does not do its part, a person sees which one, where it is, and what it says."""

from __future__ import annotations

import functools
import importlib
import socket
from collections.abc import Iterator

import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support.builders import provider_of, reviews, settings_for
from tests.support.model_double import ModelDouble
from tests.support.model_request import health_checks
from tests.support.waiting import previewing, wait_until


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library tries again as often as ever, without the 14 seconds in between."""
    retry = importlib.import_module("data_designer.engine.models.clients.retry")
    monkeypatch.setattr(retry, "RetryConfig", functools.partial(retry.RetryConfig, backoff_factor=0.0))


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody listens: bound, so that nobody else takes it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield taken.getsockname()[1]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("skip_health_check", [True, False], ids=["at the first record", "at the health check"])
def test_a_refused_connection_names_the_provider_and_its_endpoint(
    model: ModelDouble, closed_port: int, skip_health_check: bool
) -> None:
    endpoint = f"http://127.0.0.1:{closed_port}/v1"
    settings = ddj.Settings(model_providers=[provider_of(model, endpoint=endpoint)])
    builder = reviews(model)
    builder.model_configs[0].skip_health_check = skip_health_check

    with pytest.raises(ddj.RunError, match="`double`") as raised:
        ddj.preview(builder, num_records=2, settings=settings)

    assert endpoint in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_a_failed_health_check_names_the_provider_and_gives_its_words(model: ModelDouble, status: int) -> None:
    model.answer_with(status=status, message="Not today.", for_requests=health_checks)
    builder = reviews(model)
    builder.model_configs[0].skip_health_check = False

    with pytest.raises(ddj.RunError, match=f"HTTP {status}") as raised:
        ddj.preview(builder, num_records=2, settings=settings_for(model))

    for part in ("`double`", model.url, "Not today."):
        assert part in str(raised.value)
    assert "\n" not in str(raised.value)
    assert model.chat_requests() == []


def test_a_provider_that_is_slow_to_answer_first_is_named(model: ModelDouble) -> None:
    model.hold()

    with previewing(reviews(model), num_records=2, settings=settings_for(model)) as sample:
        wait_until(lambda: sample.waiting)

        assert sample.waiting["double"].reason == "no answer yet."
        assert "`double` has kept the run waiting" in mimebundle_of(sample)["text/plain"]


def test_a_rate_limit_is_told_with_its_tries_and_forgotten_when_it_is_over(model: ModelDouble) -> None:
    model.answer_with(status=429, message="Slow down.")

    with previewing(reviews(model), num_records=2, settings=settings_for(model)) as sample:
        wait_until(lambda: sample.waiting)
        first = sample.waiting["double"]
        wait_until(lambda: sample.waiting["double"].tries > first.tries, timeout=30)
        waiting = sample.waiting["double"]
        model.behave()
        sample.wait(30)

    assert waiting.since == first.since
    assert "HTTP 429" in waiting.reason and "Slow down." in waiting.reason
    assert sample.waiting == {}
    assert len(sample.dataset) == 2


def test_a_rate_limit_without_end_can_be_stopped(model: ModelDouble) -> None:
    model.answer_with(status=429)

    with previewing(reviews(model), num_records=2, settings=settings_for(model)) as sample:
        wait_until(lambda: sample.waiting)
        sample.cancel()
        sample.wait(2)

    assert sample.state == "cancelled"
    assert model.requests_in_the_next(seconds=1) == 0
