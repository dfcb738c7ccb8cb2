"""A run can be waited for and stopped, and ends whatever breaks it off."""

from __future__ import annotations

import threading
from collections.abc import Generator
from typing import Any

import pandas as pd
import pytest

from dd_jupyter.execution.cancel import Cancel
from dd_jupyter.execution.events import (
    Cancelled,
    Dataset,
    Event,
    Heartbeat,
)
from dd_jupyter.execution.run import Run
from tests.unit.runs import preview_of, previewed, telling

pytestmark = pytest.mark.timeout(10)  # what does not stop would run for ever

FRAME = pd.DataFrame({"product": ["mug", "lamp"]})


def test_waiting_ends_after_its_timeout_and_the_run_does_not() -> None:
    run = preview_of(telling())

    with pytest.raises(TimeoutError, match=r"has not ended after 0\.01 s"):
        run.wait(0.01)

    assert run.state == "running"


def until_cancelled(_workload: Any, cancel: Cancel) -> Generator[Event]:
    asked = threading.Event()
    cancel.on_request(asked.set)
    while not asked.wait(0.01):
        yield Heartbeat()
    yield Cancelled()


def test_a_background_run_is_stopped_from_any_thread() -> None:
    run = preview_of(until_cancelled, background=True)
    run.follow_in_background(lambda _: None)

    run.cancel()

    assert run.wait(5).state == "cancelled"


def test_a_run_that_is_cancelled_before_it_starts_does_not_work() -> None:
    run = preview_of(until_cancelled)
    run.cancel()

    run.follow(lambda _: None)

    assert run.state == "cancelled"


def test_cancelling_what_has_ended_does_nothing() -> None:
    run = previewed(frame=FRAME)

    run.cancel()
    run.cancel()

    assert run.state == "completed"


def test_a_wish_to_stop_reaches_those_who_listen_once_even_late() -> None:
    cancel, heard = Cancel(), []
    cancel.on_request(lambda: heard.append("early"))

    cancel.request()
    cancel.request()
    cancel.on_request(lambda: heard.append("late"))

    assert cancel.requested and heard == ["early", "late"]


# Interrupts and other accidents.


def interrupted_at_the_end(_workload: Any, cancel: Cancel) -> Generator[Event]:
    """As the executor of this kernel does it: it stops, tells the end, and raises the interrupt again."""
    yield Heartbeat()
    cancel.request()
    yield Dataset(FRAME)
    yield Cancelled()
    raise KeyboardInterrupt


def test_an_interrupt_stops_the_run_keeps_its_records_and_is_raised() -> None:
    run, states = preview_of(interrupted_at_the_end), []

    with pytest.raises(KeyboardInterrupt):
        run.follow(lambda run: states.append(run.state))

    assert (run.state, states[-1]) == ("cancelled", "cancelled")
    assert run.dataset is FRAME


def test_an_interrupt_while_it_is_drawn_asks_the_executor_to_stop() -> None:
    run, interrupts = preview_of(until_cancelled), [KeyboardInterrupt()]

    def watch(_run: Run[Any]) -> None:
        if interrupts:
            raise interrupts.pop()

    with pytest.raises(KeyboardInterrupt):
        run.follow(watch)

    assert run.state == "cancelled"


def never_ending(_workload: Any, _cancel: Cancel) -> Generator[Event]:
    while True:
        yield Heartbeat()


def test_a_second_interrupt_does_not_wait_for_the_engine_and_the_end_is_still_drawn() -> None:
    run, states = preview_of(never_ending), []

    def watch(run: Run[Any]) -> None:
        states.append(run.state)
        if run.state == "running":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run.follow(watch)

    assert states == ["running", "running", "cancelled"]
    assert run.wait(0).state == "cancelled"


def test_an_interrupt_that_breaks_the_executor_leaves_the_run_ended_and_drawn() -> None:
    run, states = preview_of(telling(Heartbeat(), KeyboardInterrupt())), []

    with pytest.raises(KeyboardInterrupt):
        run.follow(lambda run: states.append(run.state))

    assert (run.state, states) == ("cancelled", ["running", "cancelled"])


def test_a_watch_that_raises_ends_the_run_and_closes_the_executor() -> None:
    closed = threading.Event()

    def execute(_workload: Any, _cancel: Cancel) -> Generator[Event]:
        try:
            yield from never_ending(_workload, _cancel)
        finally:
            closed.set()

    run = preview_of(execute)

    with pytest.raises(ZeroDivisionError):
        run.follow(lambda _: 1 / 0)  # type: ignore[arg-type,return-value]

    assert run.state == "cancelled" and closed.is_set()
    assert run.wait(0) is run


def test_events_that_just_stop_leave_the_run_cancelled() -> None:
    assert previewed(Heartbeat()).state == "cancelled"
