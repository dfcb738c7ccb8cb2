"""A view in the browser: what it is told, what it may ask, and what a notebook would keep of it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest

from dd_jupyter.display.answers.answer import Answer
from dd_jupyter.display.live_model import LiveRunView
from dd_jupyter.display.requests.request import Request, SayView
from dd_jupyter.display.requests.run import Log, LogTold, LogView, Stop
from dd_jupyter.display.requests.table import Record
from dd_jupyter.display.view_model import LogLineView
from dd_jupyter.display.widgets import code
from dd_jupyter.display.widgets.widget import ViewWidget
from dd_jupyter.errors import DDJupyterError, RunError
from tests.support.waiting import wait_until

SECRET = "nvapi-not-for-the-browser"
STATIC = {"text/html": "<p>Create reviews</p>", "text/plain": "Create reviews"}
LIVE = LiveRunView(title="Create", name="reviews", where="run in this kernel", state="running")


class Browser:
    """The other end of a widget: what it was sent, and a way to send it something."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, answers: dict[type[Request], Answer], **options: Any) -> None:
        self.widget = ViewWidget(LIVE, answers, static=lambda: STATIC, **options)
        self.heard: list[dict[str, Any]] = []
        monkeypatch.setattr(self.widget, "send", self.heard.append)

    def sends(self, message: object) -> None:
        self.widget._handle_custom_msg(message, [])

    def asks(self, name: str = "r1", **ask: object) -> dict[str, Any]:
        """Ask, and wait for the answer, which comes from another thread."""
        self.sends({"request": name, "ask": ask})
        wait_until(lambda: any(message.get("request") == name for message in self.heard))
        return next(message for message in self.heard if message.get("request") == name)


@pytest.fixture
def browser_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Browser]:
    def make(answers: dict[type[Request], Answer] | None = None, **options: Any) -> Browser:
        return Browser(monkeypatch, answers or {}, **options)

    return make


def fail_with(error: Exception) -> Answer:
    def answer(_request: object) -> None:
        raise error

    return answer


def test_the_browser_holds_how_things_stand(browser_of: Any) -> None:
    browser = browser_of()

    browser.widget.show(LIVE.model_copy(update={"state": "completed"}))

    assert (browser.widget.live["name"], browser.widget.live["state"]) == ("reviews", "completed")


def test_it_can_be_shown_from_any_thread(browser_of: Any) -> None:
    widget = browser_of().widget

    thread = threading.Thread(target=widget.show, args=(LIVE.model_copy(update={"state": "completed"}),))
    thread.start()
    thread.join()

    assert widget.live["state"] == "completed"


def test_only_the_kernel_says_how_things_stand(browser_of: Any) -> None:
    with pytest.raises(Exception, match="read-only"):
        browser_of().widget.live = {}


def test_a_question_is_answered_on_its_own_name(browser_of: Any) -> None:
    browser = browser_of({Stop: lambda _: SayView(text="Heard.")})

    assert browser.asks("a", op="stop") == {"request": "a", "reply": {"text": "Heard."}}
    assert browser.asks("b", op="stop") == {"request": "b", "reply": {"text": "Heard."}}


def test_a_question_is_answered_with_its_own_arguments(browser_of: Any) -> None:
    browser = browser_of({Log: lambda asked: LogView(first=asked.after, next=asked.after, lines=())})

    assert browser.asks(op="log", after=7)["reply"]["first"] == 7


def test_a_refusal_reaches_the_person_in_its_own_words(browser_of: Any) -> None:
    browser = browser_of({Stop: fail_with(RunError("The dataset is being written. Wait for it."))})

    assert browser.asks(op="stop") == {"request": "r1", "error": "The dataset is being written. Wait for it."}


def test_a_bug_tells_its_kind_and_nothing_private(browser_of: Any) -> None:
    error = browser_of({Stop: fail_with(ValueError(SECRET))}).asks(op="stop")["error"]

    assert "ValueError" in error and SECRET not in error


@pytest.mark.parametrize(
    "ask",
    [
        {"op": "exec", "code": "import os"},
        {"op": "log", "after": -1},
        {"op": "log", "after": "0"},
        {"op": "log", "after": 0, "more": 1},
        {"op": "rows", "start": 0, "end": 100_000},
        {"op": "rows", "start": 5, "end": 1},
        {"op": "rows", "start": 0, "end": 10, "filters": [{"column": None, "test": "equals", "value": "x"}]},
        {"op": "rows", "start": 0, "end": 10, "filters": [{"column": "a", "test": "matches", "value": "x"}]},
        {"op": "rows", "start": 0, "end": 10, "sort": [{"column": "x" * 2_000}]},
        {},
    ],
)
def test_what_is_not_in_the_closed_set_is_refused_and_does_nothing(browser_of: Any, ask: dict[str, Any]) -> None:
    done: list[object] = []
    browser = browser_of({Log: done.append, Stop: done.append})

    assert browser.asks(**ask)["error"]
    assert done == []


def test_a_question_that_is_for_another_view_is_refused(browser_of: Any) -> None:
    assert "cannot be asked" in browser_of({Stop: lambda _: None}).asks(op="record", number=1)["error"]


@pytest.mark.parametrize("message", [None, "stop", ["stop"], {}, {"op": "stop"}, {"request": 1, "ask": {"op": "stop"}}])
def test_what_is_no_question_is_ignored(browser_of: Any, message: object) -> None:
    browser = browser_of({Stop: lambda _: SayView()})

    browser.sends(message)
    browser.asks("after it", op="stop")

    assert [heard["request"] for heard in browser.heard] == ["after it"]


def test_a_slow_answer_keeps_neither_the_kernel_nor_other_answers_waiting(browser_of: Any) -> None:
    done = threading.Event()
    browser = browser_of({Stop: lambda _: done.wait(10) and None, Log: lambda _: LogView(first=0, next=0, lines=())})

    browser.sends({"request": "slow", "ask": {"op": "stop"}})
    browser.asks("quick", op="log")
    before = [heard["request"] for heard in browser.heard]
    done.set()

    wait_until(lambda: len(browser.heard) == 2)
    assert before == ["quick"]


def test_an_answer_that_is_no_longer_waited_for_is_not_sent(browser_of: Any) -> None:
    going_on, done = threading.Event(), threading.Event()

    def slow(_: object) -> SayView:
        going_on.set()
        done.wait(10)
        return SayView()

    browser = browser_of({Record: slow, Stop: lambda _: SayView()})
    browser.sends({"request": "stale", "ask": {"op": "record", "number": 1}})
    going_on.wait(10)
    browser.sends({"request": "f", "ask": {"op": "forget", "forgotten": "stale"}})
    done.set()
    browser.asks("next", op="stop")

    wait_until(lambda: not browser.widget._awaited)
    assert [heard["request"] for heard in browser.heard] == ["next"]


def test_it_knows_when_a_browser_has_drawn_it(browser_of: Any) -> None:
    greeted: list[str] = []
    browser = browser_of(on_hello=lambda: greeted.append("hello"))
    heard_before = browser.widget.heard

    reply = browser.asks(op="hello")

    assert (heard_before, browser.widget.heard) == (False, True)
    assert (greeted, reply) == (["hello"], {"request": "r1", "reply": None})


def test_it_is_told_things_unasked_and_no_notebook_keeps_them(browser_of: Any) -> None:
    browser = browser_of()
    line = LogLineView(time="14:02:11", level="info", text=SECRET)

    browser.widget.tell(LogTold(first=0, next=1, lines=(line,)))

    assert browser.heard[0]["tell"] == "log" and browser.heard[0]["lines"][0]["text"] == SECRET
    assert SECRET not in json.dumps(browser.widget.get_state(), default=repr)


def test_its_output_is_static_html_that_names_the_view_and_no_widget(browser_of: Any) -> None:
    widget = browser_of().widget

    data, _ = widget._repr_mimebundle_()

    assert sorted(data) == ["text/html", "text/plain"]
    assert data["text/html"] == f'<div data-ddj-view="{widget.key}"><p>Create reviews</p></div>'


def test_a_front_end_that_draws_widgets_only_as_outputs_gets_one(
    browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dd_jupyter.display.front_end.needs_widget_output", lambda: True)
    widget = browser_of().widget

    data, _ = widget._repr_mimebundle_()

    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == widget.model_id
    assert "Create reviews" in data["text/html"]
    assert widget.code == code.shared().model_id


def test_a_program_without_a_browser_is_not_sent_the_code_of_the_views(browser_of: Any) -> None:
    states = [json.dumps(browser_of().widget.get_state(), default=repr) for _ in range(3)]

    assert all(len(state) < 4_000 for state in states)


def test_browsers_are_sent_the_code_once_for_all_views(browser_of: Any) -> None:
    browsers = [browser_of() for _ in range(3)]

    for browser in browsers:
        browser.asks(op="code")

    assert {browser.widget.code for browser in browsers} == {code.shared().model_id}
    assert 20_000 < len(code.shared().packed) < 100_000
    assert all(len(json.dumps(browser.widget.get_state(), default=repr)) < 4_000 for browser in browsers)


def test_a_page_that_has_the_code_already_is_not_sent_it(browser_of: Any) -> None:
    browser = browser_of()

    browser.asks(op="hello")

    assert browser.widget.heard
    assert browser.widget.code == ""


def test_two_views_have_different_names(browser_of: Any) -> None:
    assert browser_of().widget.key != browser_of().widget.key


def test_an_unknown_keyword_is_an_error() -> None:
    with pytest.raises(TypeError, match="colour"):
        ViewWidget(LIVE, {}, static=dict, colour="green")  # type: ignore[call-arg]


def test_a_click_is_not_sent_back_to_the_shell_that_a_cell_keeps_busy(
    browser_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comm import DummyComm

    monkeypatch.setattr(DummyComm, "_reply_subshell_for", lambda *_: "main", raising=False)

    assert browser_of().widget.comm._reply_subshell_for is None


def test_without_the_built_browser_code_it_says_how_to_build_it(tmp_path: Any) -> None:
    with pytest.raises(DDJupyterError, match="make build"):
        code.read(tmp_path / "widget.js")
