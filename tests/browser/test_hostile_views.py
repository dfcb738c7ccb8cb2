"""Whatever stands in a record, a name, a log or an error, a live view shows it and is nothing but ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from dd_jupyter.display.live_model import LiveRunView
from dd_jupyter.display.requests.run import LogView
from dd_jupyter.display.requests.table import RowsView
from dd_jupyter.display.view_model import CellView, ColumnHeadView, ColumnProgressView, LogLineView
from dd_jupyter.display.view_parts import NoticeView
from tests.browser.stage import Stage
from tests.support.filled import live_views, replies
from tests.support.hostile import PAYLOADS, Payload

LONGEST = 2_000
"""Longer texts come to a view only cut, which tests of real records show."""

CHUNK = 12
SHORT = [payload for payload in PAYLOADS if len(payload.text) <= LONGEST]
CHUNKS = [SHORT[start : start + CHUNK] for start in range(0, len(SHORT), CHUNK)]
HARMLESS = ["x", "x y", "", " ", "say `x` or `y`", "x\ny", "http://x.test/", "[1]", *map(str, range(CHUNK))]


@pytest.fixture(scope="module")
def stage(browser) -> Iterator[Stage]:
    stage = Stage(browser)
    yield stage
    stage.close()


@pytest.fixture(autouse=True)
def nothing_happened(stage):
    yield
    assert not stage.harmed
    assert stage.strayed == []
    assert stage.complaints == []


@pytest.fixture(scope="module")
def shapes(stage) -> set[str]:
    """All that views are made of that say nothing harmful."""
    drawn = [stage.sweep(*view) for texts in (HARMLESS, ["x"], [""]) for view in views_with(*texts)]
    return set().union(*(shape for _, shape in drawn))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda chunk: f"{chunk[0]} and on")
def test_every_text_of_every_view_is_nothing_but_text(stage, shapes, chunk):
    together = {
        live["view"]: stage.sweep(live, answers, shapes)[0]
        for live, answers in views_with(*(payload.text for payload in chunk))
    }
    if not any(together.values()):
        return

    # Each alone, so that it is told which one it was.
    alone = {
        f"{payload}, {live['view']}": found
        for payload in chunk
        for live, answers in views_with(payload.text)
        if together[live["view"]] and (found := stage.sweep(live, answers, shapes)[0])
    }
    assert (alone, together) == ({}, {view: [] for view in together})


@pytest.mark.timeout(300)
@pytest.mark.parametrize("chunk", CHUNKS, ids=lambda chunk: f"{chunk[0]} and on")
def test_a_name_a_log_an_error_or_a_record_of_any_text_keeps_within_its_output(stage, chunk):
    drawn = stage.glance([run_with(payload) for payload in chunk])

    assert {str(payload): wrong for payload, wrong in zip(chunk, drawn, strict=True) if wrong} == {}


def views_with(*texts: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each kind of view with these texts in every place, and a run whose every request is refused."""
    answers = replies(*texts)
    views = [live.model_dump(mode="json") for live in live_views(*texts)]
    yield from ((live, answers) for live in views)
    yield views[0], {"error": texts[0]}


def run_with(payload: Payload) -> tuple[dict[str, Any], dict[str, Any]]:
    """A run as it might be, named so, and with a column, an error, a line of the log and a record that say it."""
    text = payload.text
    live = LiveRunView(
        title="Create",
        name=text,
        where="run in this kernel",
        state="failed",
        notices=(NoticeView(level="error", text=text),),
        progress=(ColumnProgressView(name=text, kind="LLM text", done=1, total=1),),
        expected=1,
        log_lines=1,
        table={"version": 1, "columns": heads("product", text), "rows": 1},
    )
    rows = RowsView(version=1, start=0, total=1, numbers=(0,), rows=((CellView(text="Kettle"), CellView(text=text)),))
    log = LogView(first=0, next=1, lines=(LogLineView(time="14:02:11", level="error", text=text),))
    answers = {**replies(text), "rows": rows.model_dump(mode="json"), "log": log.model_dump(mode="json")}
    return live.model_dump(mode="json"), answers


def heads(*names: str) -> Sequence[ColumnHeadView]:
    return tuple(ColumnHeadView(name=name, kind="seed") for name in dict.fromkeys(names))
