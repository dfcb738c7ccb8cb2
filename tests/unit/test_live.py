"""A cell shows one output for its run, from its first moment to its end."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import Any

import pandas as pd
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher

from dd_jupyter.display.answers import kept
from dd_jupyter.display.live import REFRESH_SECONDS, SIGN_OF_LIFE_SECONDS, Live
from dd_jupyter.errors import ConfigError, NotReadyError, RunError
from dd_jupyter.execution.events import Dataset, Failed, Heartbeat
from dd_jupyter.execution.results import Preview
from tests.support.waiting import wait_until
from tests.unit.runs import done, preview_of, telling

FRAME = pd.DataFrame({"product": ["mug", "lamp"]})
MARK = "data-ddj-view"
WIDGET = "application/vnd.jupyter.widget-view+json"


class Screen:
    """What a front end was told to show."""

    def __init__(self, publisher: CapturingDisplayPublisher) -> None:
        self._publisher = publisher

    @property
    def messages(self) -> list[dict[str, Any]]:
        return list(self._publisher.outputs)

    @property
    def kinds(self) -> list[str]:
        return ["update" if message["update"] else "display" for message in self.messages]

    @property
    def last(self) -> dict[str, str]:
        data: dict[str, str] = self.messages[-1]["data"]
        return data

    @property
    def display_ids(self) -> set[str]:
        return {message["transient"]["display_id"] for message in self.messages}


@pytest.fixture
def screen(publisher: CapturingDisplayPublisher) -> Screen:
    return Screen(publisher)


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("dd_jupyter.display.live.time.monotonic", clock)
    return clock


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel, of whose front end nothing is known yet."""
    for name in ("VSCODE_PID", "VSCODE_CWD", "COLAB_RELEASE_TAG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("dd_jupyter.display.front_end.has_a_kernel", lambda: True)


def says_hello(live: Live) -> None:
    """As the browser does when it is about to draw the view."""
    widget: Any = live._widget
    widget._handle_custom_msg({"request": "r", "ask": {"op": "hello"}}, [])
    wait_until(lambda: widget.heard)


def mark_of(html: str) -> str:
    return html.split(f'{MARK}="')[1].split('"')[0]


def ending_well(**options: Any) -> Preview:
    return preview_of(telling(Dataset(FRAME), done(2)), **options)


# A run that its cell waits for.


def test_a_run_is_one_display_and_then_updates_of_it(screen: Screen, clock: Clock) -> None:
    run, live = preview_of(telling()), Live()

    for _ in range(3):
        live(run)
        clock.now += 1

    assert screen.kinds == ["display", "update", "update"]
    assert len(screen.display_ids) == 1
    assert "Running" in screen.last["text/plain"]


def test_it_is_drawn_four_times_a_second_at_most(screen: Screen, clock: Clock) -> None:
    run, live = preview_of(telling()), Live()

    for _ in range(100):
        live(run)
        clock.now += 0.01

    assert REFRESH_SECONDS == 0.25
    assert len(screen.messages) == 4


def test_the_end_is_drawn_at_once_and_once_and_is_static(screen: Screen, clock: Clock) -> None:
    run, live = ending_well(), Live()

    live(run)
    run.follow(live)
    clock.now += 60
    live(run)

    assert screen.kinds == ["display", "update"]
    assert sorted(screen.last) == ["text/html", "text/plain"]
    assert "Completed" in screen.last["text/plain"] and "mug" in screen.last["text/html"]
    assert live.run is run


def test_a_failure_is_the_last_picture(screen: Screen) -> None:
    run, live = preview_of(telling(Heartbeat(), Failed(RunError("Provider `near` is gone.")))), Live()

    live(run)
    run.follow(live)

    assert "Failed" in screen.last["text/plain"] and "is gone." in screen.last["text/plain"]


def test_an_interrupt_leaves_a_picture_of_a_stopped_run(screen: Screen) -> None:
    run, live = preview_of(telling(Heartbeat(), KeyboardInterrupt())), Live()

    live(run)
    with pytest.raises(KeyboardInterrupt):
        run.follow(live)

    assert "Cancelled" in screen.last["text/plain"]


def test_a_background_run_is_drawn_from_its_thread(screen: Screen) -> None:
    run, live = ending_well(background=True), Live()
    live(run)

    run.follow_in_background(live)
    run.wait(5)

    wait_until(lambda: "Completed" in screen.last["text/plain"])
    assert screen.kinds == ["display", "update"]


# The widget that takes the place of the static HTML.


def test_a_terminal_gets_none(screen: Screen) -> None:
    run, live = ending_well(), Live()

    live(run)
    run.follow(live)

    assert all(MARK not in message["data"]["text/html"] for message in screen.messages)


@pytest.mark.parametrize("background", [False, True])
def test_until_a_browser_says_hello_static_pictures_go_on(
    screen: Screen, kernel: None, clock: Clock, background: bool
) -> None:
    run, live = ending_well(background=background), Live()

    live(run)
    clock.now += 1
    live(run)
    run.follow(live)

    assert screen.kinds == ["display", "update", "update"]
    assert all(WIDGET not in message["data"] for message in screen.messages)
    assert "Completed" in screen.last["text/plain"] and "mug" in screen.last["text/html"]


def test_all_pictures_of_a_run_name_the_same_view(screen: Screen, kernel: None, clock: Clock) -> None:
    run, live = ending_well(), Live()

    live(run)
    run.follow(live)

    assert {mark_of(message["data"]["text/html"]) for message in screen.messages} == {live._widget.key}


def test_once_a_browser_draws_the_view_only_the_end_is_drawn_as_a_picture(
    screen: Screen, kernel: None, clock: Clock
) -> None:
    run, live = ending_well(), Live()
    live(run)
    says_hello(live)

    for _ in range(10):
        clock.now += 1
        live(run)
    run.follow(live)

    assert screen.kinds == ["display", "update"]
    assert "Completed" in screen.last["text/plain"]
    assert live._widget.live["state"] == "completed"


def test_a_view_is_kept_up_to_date_ten_times_a_second_at_most(
    screen: Screen, kernel: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, live = preview_of(telling()), Live()
    live(run)
    says_hello(live)
    updates: list[None] = []
    monkeypatch.setattr(live._widget, "update", lambda: updates.append(None))

    for _ in range(100):
        clock.now += 0.01
        live(run)

    assert 9 <= len(updates) <= 10


def test_where_a_widget_is_an_output_of_its_own_it_is_one_from_the_first_moment_on(
    screen: Screen, kernel: None, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VSCODE_PID", "1")
    run, live = ending_well(), Live()

    live(run)
    first = screen.last
    clock.now += 1
    live(run)
    run.follow(live)

    assert WIDGET in first and first[WIDGET] == screen.last[WIDGET]
    assert screen.kinds == ["display", "update"]  # in between it changes in place


def test_a_view_does_not_keep_a_result_in_memory_for_ever(screen: Screen, kernel: None) -> None:
    def shown() -> tuple[Any, Any]:
        run, live = ending_well(), Live()
        live(run)
        run.follow(live)
        return weakref.ref(run), live._widget

    forgotten, widget = shown()
    for _ in range(kept.KEPT):
        shown()
    gc.collect()

    assert forgotten() is None
    with pytest.raises(NotReadyError, match="no longer in memory"):
        widget._run()


# While the configuration is read.


def test_a_slow_configuration_shows_that_it_is_read(screen: Screen) -> None:
    with Live("Preview", "sample"):
        wait_until(lambda: screen.messages)

    assert screen.kinds[0] == "display"
    text = screen.messages[0]["data"]["text/plain"]
    assert "Preview" in text and "sample" in text and "Reading the configuration" in text


def test_a_quick_configuration_shows_nothing_of_it(screen: Screen) -> None:
    with Live("Preview", "sample") as live:
        live(ending_well())

    wait_until(lambda: not any(isinstance(thread, threading.Timer) for thread in threading.enumerate()))
    assert screen.kinds == ["display"]
    assert "Reading the configuration" not in screen.last["text/plain"]


def test_the_run_takes_the_place_of_the_sign_of_life(screen: Screen) -> None:
    run = ending_well()

    with Live("Preview", "sample") as live:
        wait_until(lambda: screen.messages)
        live(run)
        run.follow(live)

    assert screen.kinds == ["display", "update", "update"]
    assert len(screen.display_ids) == 1
    assert "Completed" in screen.last["text/plain"]


def test_a_configuration_that_fails_slowly_ends_the_sign_of_life_with_its_error(screen: Screen) -> None:
    def read(live: Live) -> None:
        with live:
            wait_until(lambda: screen.messages)
            raise ConfigError("There is no file `x`.")

    with pytest.raises(ConfigError):
        read(Live("Preview", "sample"))

    assert screen.kinds == ["display", "update"]
    text = screen.last["text/plain"]
    assert "Failed" in text and "There is no file" in text and "Reading" not in text


def test_a_configuration_that_fails_at_once_shows_no_output(screen: Screen) -> None:
    with pytest.raises(ConfigError), Live("Preview", "sample"):
        raise ConfigError("There is no file `x`.")

    wait_until(lambda: not any(isinstance(thread, threading.Timer) for thread in threading.enumerate()))
    assert screen.messages == []


def test_an_interrupt_while_the_configuration_is_read_ends_the_sign_of_life(screen: Screen) -> None:
    def read(live: Live) -> None:
        with live:
            wait_until(lambda: screen.messages)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read(Live("Preview", "sample"))

    assert "Reading" not in screen.last["text/plain"]
    assert "Running" not in screen.last["text/plain"]


def test_a_sign_of_life_comes_before_a_person_wonders() -> None:
    assert SIGN_OF_LIFE_SECONDS <= 0.2  # of the design's budgets
