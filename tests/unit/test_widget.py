"""The live view of a background run: what it tells the browser, and what the browser may ask."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from dd_jupyter.display.view_model import (
    CellView,
    ColumnHeadView,
    ColumnProgressView,
    FailureView,
    LogLineView,
    NoticeView,
    RecordsView,
    RunView,
    StatusView,
)
from dd_jupyter.display.widget import LIVE_FIELDS, TAIL_CHARACTERS, TAIL_LINES, RunWidget
from dd_jupyter.errors import DDJupyterError, RunError
from tests.support.waiting import wait_until

SECRET = "nvapi-not-for-the-browser"
VIEW = RunView(
    title="Create",
    name="reviews",
    where="run in this kernel",
    state="running",
    step="Making column `review`",
    elapsed_seconds=7.0,
    notices=(NoticeView(level="warning", text="Provider `nvidia` limits the rate."),),
    progress=(ColumnProgressView(name="review", kind="LLM text", done=8, total=10, failed=1),),
    records=RecordsView(
        columns=(ColumnHeadView(name="review", kind="LLM text"),),
        rows=((CellView(text=SECRET),),),
        total=1,
        expected=10,
    ),
    failures=(FailureView(record=3, column="review", reason=SECRET),),
    log=(LogLineView(time="14:02:11", level="info", text=SECRET),),
)


JOB = VIEW.model_copy(
    update={
        "title": "Job",
        "name": "reviews-1",
        "status": StatusView(mark="●", text="At work", tone="running"),
        "stop": "cancel",
    }
)


class Browser:
    """The other end of a widget: what it was sent, and a way to send it something."""

    def __init__(self, widget: RunWidget, monkeypatch: pytest.MonkeyPatch) -> None:
        self.widget = widget
        self.heard: list[dict[str, Any]] = []
        monkeypatch.setattr(widget, "send", self.heard.append)

    def asks(self, message: object) -> dict[str, Any]:
        """Ask, and wait for the answer: it may come from another thread."""
        before = len(self.heard)
        self.widget._handle_custom_msg(message, [])
        wait_until(lambda: len(self.heard) > before)
        return self.heard[-1]


@pytest.fixture
def cancelled() -> threading.Event:
    return threading.Event()


@pytest.fixture
def widget(cancelled: threading.Event) -> RunWidget:
    return RunWidget(VIEW, cancelled.set)


@pytest.fixture
def browser(widget: RunWidget, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(widget, monkeypatch)


def test_the_browser_is_told_how_the_run_stands(widget: RunWidget) -> None:
    assert set(widget.live) == LIVE_FIELDS
    assert widget.live["name"] == "reviews"
    assert widget.live["progress"][0]["done"] == 8
    assert widget.live["notices"][0]["text"] == "Provider `nvidia` limits the rate."


def test_no_record_failure_or_log_line_is_in_what_a_notebook_would_save(widget: RunWidget) -> None:
    assert SECRET not in json.dumps(widget.get_state(), default=repr)


def test_the_view_follows_the_run_from_any_thread(widget: RunWidget) -> None:
    done = VIEW.model_copy(update={"state": "completed", "step": ""})

    thread = threading.Thread(target=widget.show, args=(done,))
    thread.start()
    thread.join()

    assert widget.live["state"] == "completed"


def test_only_the_kernel_says_how_the_run_stands(widget: RunWidget) -> None:
    with pytest.raises(Exception, match="read-only"):
        widget.live = {}


def test_stop_cancels_the_run(browser: Browser, cancelled: threading.Event) -> None:
    assert browser.asks({"request": "r1", "op": "cancel"}) == {"request": "r1", "ok": True}
    assert cancelled.is_set()


def test_a_refusal_reaches_the_person_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise RunError("The dataset is being written. Wait for it.")

    browser = Browser(RunWidget(VIEW, refuse), monkeypatch)

    assert browser.asks({"request": "r1", "op": "cancel"}) == {
        "request": "r1",
        "error": "The dataset is being written. Wait for it.",
    }


def test_a_bug_while_cancelling_tells_its_kind_and_nothing_private(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ValueError(SECRET)

    reply = Browser(RunWidget(VIEW, fail), monkeypatch).asks({"request": "r1", "op": "cancel"})

    assert "ValueError" in reply["error"]
    assert SECRET not in reply["error"]


def test_nothing_but_cancel_can_be_asked(browser: Browser, cancelled: threading.Event) -> None:
    reply = browser.asks({"request": "r1", "op": "rows"})

    assert reply == {
        "request": "r1",
        "error": "This view can be asked to `cancel` and for its `log`, and nothing else.",
    }
    assert not cancelled.is_set()


@pytest.mark.parametrize("message", [None, "cancel", ["cancel"], {}, {"op": "cancel"}, {"request": 1, "op": "cancel"}])
def test_what_is_no_request_is_ignored(browser: Browser, cancelled: threading.Event, message: object) -> None:
    browser.widget._handle_custom_msg(message, [])

    assert browser.heard == []
    assert not cancelled.is_set()


def test_services_that_are_slow_to_cancel_keep_neither_kernel_nor_browser_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = threading.Event()
    browser = Browser(RunWidget(JOB, lambda: answered.wait(10) and None), monkeypatch)

    browser.widget._handle_custom_msg({"request": "r1", "op": "cancel"}, [])
    before_the_answer = list(browser.heard)
    answered.set()

    wait_until(lambda: browser.heard)
    assert (before_the_answer, browser.heard) == ([], [{"request": "r1", "ok": True}])


def test_a_bug_while_a_job_is_cancelled_does_not_send_to_a_restart_of_the_kernel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> None:
        raise ValueError

    reply = Browser(RunWidget(JOB, fail), monkeypatch).asks({"request": "r1", "op": "cancel"})

    assert "`%dd_cancel reviews-1`" in reply["error"] and "kernel" not in reply["error"]


# The log of a job: told in messages, which no notebook saves.


def lines(*texts: str) -> RunView:
    log = tuple(LogLineView(time="14:02:11", level="info", text=text) for text in texts)
    return JOB.model_copy(update={"log": log})


def test_the_browser_asks_for_the_end_of_the_log_when_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"line {number}" for number in range(50)]

    reply = Browser(RunWidget(lines(*texts), print), monkeypatch).asks({"request": "r1", "op": "log"})

    assert [line["text"] for line in reply["log"]] == texts[-TAIL_LINES:]


def test_new_lines_are_told_when_there_are_any_and_only_then(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = Browser(RunWidget(JOB, print), monkeypatch)

    for view in (lines("first"), lines("first"), lines("first", "  |-- second")):
        browser.widget.show(view)

    assert [[line["text"] for line in message["log"]] for message in browser.heard] == [
        ["first"],
        ["first", "  |-- second"],
    ]


def test_a_long_line_is_cut_on_its_way() -> None:
    widget = RunWidget(lines("x" * 10_000 + "\x1b"), print)
    heard: list[Any] = []
    widget.send = heard.append  # type: ignore[method-assign]

    widget._handle_custom_msg({"request": "r1", "op": "log"}, [])

    assert heard[0]["log"][0]["text"] == "x" * TAIL_CHARACTERS + "…"


def test_no_line_of_a_job_is_in_what_a_notebook_would_save() -> None:
    widget = RunWidget(JOB, print)

    widget.show(lines(SECRET))

    assert SECRET not in json.dumps(widget.get_state(), default=repr)
    assert widget.live["status"]["text"] == "At work"


def test_a_run_in_this_kernel_tells_no_log(browser: Browser) -> None:
    browser.widget.show(VIEW)

    assert browser.heard == []
    assert browser.asks({"request": "r1", "op": "log"})["log"] == []


def test_an_unknown_keyword_is_an_error() -> None:
    with pytest.raises(TypeError, match="colour"):
        RunWidget(VIEW, cancel=print, colour="green")


def test_its_repr_is_the_same_in_each_run(widget: RunWidget) -> None:
    assert repr(widget) == "<RunWidget Create reviews>"


def test_a_saved_notebook_shows_the_run_without_a_kernel(widget: RunWidget) -> None:
    bundle = widget._repr_mimebundle_()

    assert bundle is not None
    data, _ = bundle
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "reviews" in data["text/html"]
    assert "reviews" in data["text/plain"]


def test_a_click_is_not_sent_back_to_the_shell_that_a_cell_keeps_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    from comm import DummyComm

    monkeypatch.setattr(DummyComm, "_reply_subshell_for", lambda *_: "main", raising=False)

    assert RunWidget(VIEW, print).comm._reply_subshell_for is None


def test_without_the_built_browser_code_it_says_how_to_build_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setattr("dd_jupyter.display.widget._STATIC", tmp_path)

    with pytest.raises(DDJupyterError, match="make build"):
        RunWidget(VIEW, print)
