"""A person learns how fast it goes, and which provider keeps the run waiting."""

from __future__ import annotations

import logging

import pytest

from dd_jupyter.engine import Model
from dd_jupyter.execution.events import Log, Progress, Resumed, Waiting
from dd_jupyter.execution.watch import FIRST_PATIENCE_SECONDS, NO_VOCABULARY, PATIENCE_SECONDS, RATE_SECONDS, Watch
from tests.unit.engine_at_work import Clock, Engine

MODEL = Model("chat", "m", "near", "http://near")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.time", clock)
    monkeypatch.setattr("time.monotonic", clock)
    return clock


# Rates.


def rate(engine: Engine, column: str = "review") -> float | None:
    return next((event.rate for event in engine.news(Progress) if event.column == column), None)


def test_a_rate_needs_two_records_and_looks_back_ten_seconds(clock: Clock) -> None:
    engine = Engine({0: 1_000})
    clock.wait(1)
    engine.make("review", rows=[0])
    assert rate(engine) is None

    engine.make("review", rows=range(1, 10))
    assert rate(engine) == 10.0

    for second in range(1, 21):
        clock.wait(1)
        engine.make("review", rows=range(10 + 2 * second, 12 + 2 * second))
        steady = rate(engine)

    assert steady == pytest.approx(2.0, rel=0.2)
    assert len(engine.watch._columns["review"]._track) <= RATE_SECONDS + 3


def test_a_rate_falls_while_nothing_is_made(clock: Clock) -> None:
    engine = Engine({0: 100})
    clock.wait(1)
    engine.make("review", rows=range(10))
    busy = rate(engine)

    clock.wait(30)

    assert (rate(engine) or 0) < (busy or 0) / 10


def test_a_column_that_is_done_is_told_no_more() -> None:
    engine = Engine({0: 2})
    engine.make("size")
    first = [event.column for event in engine.news(Progress)]

    second = [event.column for event in engine.news(Progress)]

    assert "size" in first and "size" not in second


def test_a_persons_own_code_is_timed_from_its_first_cell_to_its_last(clock: Clock) -> None:
    engine = Engine({0: 2}, own_code="label")
    engine.make("size")
    clock.wait(5)
    engine.make("label", rows=[0], seconds=2)
    clock.wait(3)
    engine.make("label", rows=[1], seconds=1)
    clock.wait(7)

    assert engine.watch.own_code_seconds == 5


def test_without_code_of_a_persons_own_there_is_nothing_to_time(clock: Clock) -> None:
    engine = Engine({0: 2})
    engine.make("size", seconds=2)

    assert engine.watch.own_code_seconds == 0


# Providers that keep us waiting.


class ProviderError(Exception):
    """A provider's answer, told by the name of its class as the library's own is."""

    status_code = 429


def refusal() -> Exception:
    return ProviderError("Slow down")


def test_a_refused_request_keeps_us_waiting_since_the_first_refusal(clock: Clock) -> None:
    watch = Watch()
    for _ in range(3):
        watch.asked(MODEL)
        watch.answered(MODEL, 0.5, refusal())
        clock.wait(10)

    assert list(watch.news()) == [Waiting("near", "HTTP 429: Slow down.", 1_000.0, 3)]


def test_an_answer_ends_the_waiting_and_is_told_once(clock: Clock) -> None:
    watch = Watch()
    watch.asked(MODEL)
    watch.answered(MODEL, 0.5, refusal())
    list(watch.news())

    for _ in range(2):
        watch.asked(MODEL)
        watch.answered(MODEL, 0.5, None)

    assert list(watch.news()) == [Resumed("near")]
    clock.wait(100)
    assert list(watch.news()) == []


def test_a_refusal_that_was_over_before_anyone_looked_is_no_news() -> None:
    watch = Watch()
    for error in (refusal(), None):
        watch.asked(MODEL)
        watch.answered(MODEL, 0.5, error)

    assert list(watch.news()) == []


@pytest.mark.parametrize(("answered_before", "patience"), [(False, FIRST_PATIENCE_SECONDS), (True, PATIENCE_SECONDS)])
def test_silence_is_told_after_a_while_longer_once_it_has_answered(
    clock: Clock, answered_before: bool, patience: float
) -> None:
    watch = Watch()
    if answered_before:
        watch.asked(MODEL)
        watch.answered(MODEL, 0.5, None)
    watch.asked(MODEL)
    clock.wait(patience)
    assert list(watch.news()) == []

    clock.wait(0.1)

    assert list(watch.news()) == [Waiting("near", "no answer yet.", 1_000.0, 0)]


def test_without_a_request_under_way_silence_is_nothing(clock: Clock) -> None:
    watch = Watch()
    watch.asked(MODEL)
    watch.answered(MODEL, 0.5, KeyboardInterrupt())

    clock.wait(1_000)

    assert list(watch.news()) == []


def test_requests_side_by_side_add_up_by_model() -> None:
    watch = Watch()
    judge = Model("judge", "m2", "near", "http://near")

    for model, seconds in ((MODEL, 1.0), (judge, 0.5), (MODEL, 2.0)):
        watch.asked(model)
        watch.answered(model, seconds, None)

    assert watch.busy_seconds == {"chat": 3.0, "judge": 0.5}
    assert watch.endpoints == {"near": "http://near"}


def test_a_tokenizer_that_cannot_be_fetched_is_told_once_and_plainly() -> None:
    watch = Engine({0: 2}).watch
    said = "failed to calculate input token stats: Max retries exceeded with url: /encodings/cl100k_base.tiktoken"

    for _ in range(2):
        watch.logged(logging.LogRecord("data_designer", logging.WARNING, "", 0, said, None, None))

    (line,) = [event for event in watch.news() if isinstance(event, Log)]
    assert line.message == NO_VOCABULARY
