"""Whatever a record, a name, a log line or an error says, static output shows it and is nothing but ours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dd_jupyter.display.bundle import bundle, migration_bundle, panel_bundle, report_bundle
from dd_jupyter.display.job_list_view import job_list_view
from dd_jupyter.display.migration_model import MigrationView
from dd_jupyter.display.panel import PanelView
from dd_jupyter.display.report_model import ReportView
from dd_jupyter.display.run_view import view_of
from dd_jupyter.display.view_model import RunView
from dd_jupyter.errors import DDJupyterError
from dd_jupyter.execution.events import Failed, Log, RecordFailed
from tests.support.filled import filled
from tests.support.hostile import GROUPS, PAYLOADS, Payload
from tests.unit.jobs_at_hand import job_of, list_of, listed
from tests.unit.runs import creation_of, previewed, telling
from tests.unit.test_static_html import Page

MOST_BYTES = 300_000
"""Of the static output of one record, in any of its places: a notebook keeps it for ever."""

MOST_LINES = 400
VIEWS: dict[str, tuple[type[Any], Callable[[Any], dict[str, str]]]] = {
    "run": (RunView, bundle),
    "panel": (PanelView, panel_bundle),
    "report": (ReportView, report_bundle),
    "migration": (MigrationView, migration_bundle),
}
SMALL = [payload for payload in PAYLOADS if not payload.is_large]


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len({payload.text for payload in PAYLOADS}) >= 150
    assert len({payload.name for payload in PAYLOADS}) == len(PAYLOADS)
    assert all(GROUPS.values())


@pytest.mark.parametrize("payload", SMALL, ids=str)
@pytest.mark.parametrize("view", VIEWS)
def test_no_element_or_attribute_comes_from_a_payload_in_any_text_of_a_view(view: str, payload: Payload) -> None:
    kind, draw = VIEWS[view]
    harmless = Page(draw(filled(kind, harmless_like(payload.text)))["text/html"])

    page = Page(draw(filled(kind, payload.text))["text/html"])

    assert page.structure == harmless.structure
    assert page.unclosed == []
    assert page.styles == harmless.styles


@pytest.mark.parametrize("payload", SMALL, ids=str)
@pytest.mark.parametrize("view", VIEWS)
def test_plain_text_moves_no_cursor_and_turns_no_direction(view: str, payload: Payload) -> None:
    kind, draw = VIEWS[view]

    text = draw(filled(kind, payload.text))["text/plain"]

    assert not {character for character in text if unicodedata.category(character) in {"Cc", "Cs"}} - {"\n"}
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
    text.encode()


@pytest.mark.parametrize("payload", PAYLOADS, ids=str)
@pytest.mark.parametrize("place", ["record", "column", "log", "failure", "error", "name", "job", "jobs"])
def test_a_run_with_a_payload_in_it_is_shown_in_bounds_and_as_ours_alone(
    place: str, payload: Payload, tmp_path: Path
) -> None:
    shown = in_place(place, payload, tmp_path)
    ours = ELEMENTS | {"code"}  # what stands in backticks

    page = Page(shown["text/html"])

    assert {tag for tag, _ in page.elements} <= ours
    assert {name for _, attributes in page.elements for name in attributes} <= ATTRIBUTES
    assert page.unclosed == []
    assert len(shown["text/html"].encode()) < MOST_BYTES
    assert len(shown["text/plain"].encode()) < MOST_BYTES
    assert shown["text/plain"].count("\n") < MOST_LINES


ELEMENTS = {
    "div", "style", "b", "bdi", "code", "span", "i", "s", "p", "table", "colgroup", "col", "thead", "tbody", "tr", "th",
    "td", "small", "details", "summary", "dl", "dt", "dd", "br", "pre", "ul", "li",
}  # fmt: skip
ATTRIBUTES = {
    "class", "style", "scope", "colspan", "aria-hidden", "aria-label", "role", "tabindex", "title", "open",
    "data-label",
}  # fmt: skip


def harmless_like(text: str) -> str:
    """A text as long, with its backticks, by which our sentences name things, and its room."""
    return re.sub(r"[^`\s]", "x", text)


def in_place(place: str, payload: Payload, folder: Path) -> dict[str, str]:
    """What is shown of something with the payload in one place."""
    frame = pd.DataFrame({"product": ["Kettle"]})
    match place:
        case "record":
            return bundle(view_of(previewed(frame=pd.DataFrame({"product": pd.Series([payload.value], dtype=object)}))))
        case "column":
            frame.columns = pd.Index([payload.text], dtype=object)  # a `str` index cannot hold every text
            return bundle(view_of(previewed(frame=frame)))
        case "log":
            return bundle(view_of(previewed(*[Log("error", payload.text, 0.0)] * 3, frame=frame)))
        case "failure":
            return bundle(view_of(previewed(RecordFailed(1, payload.text, payload.text), frame=frame)))
        case "error":
            return bundle(view_of(previewed(Failed(DDJupyterError(payload.text)))))
        case "name":
            run = creation_of(telling(), folder, dataset_name=payload.text, name=payload.text)
            return bundle(view_of(run))
        case "job":
            return bundle(view_of(job_of(job_name=payload.text, workspace=payload.text, name=payload.text)))
        case _:
            jobs = list_of(listed(payload.text, payload.text, columns=(payload.text,)), workspace=payload.text)
            return panel_bundle(job_list_view(jobs))
