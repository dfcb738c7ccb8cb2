"""The same of real records, names, logs and errors, huge and deep ones too, all the way from Python to the page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pandas as pd
import pytest
from playwright.sync_api import Locator, expect

import dd_jupyter as ddj
from dd_jupyter.display.widgets.run_widget import RunWidget
from dd_jupyter.errors import DDJupyterError
from dd_jupyter.execution.events import Log
from tests.browser.stage import Stage
from tests.support.hostile import PAYLOADS
from tests.unit.runs import followed, preview_of, telling

HIGHEST = 1_400  # px: a table, a record beside it, and an error of many lines above
LARGEST_TRAIT = 100_000  # characters that a notebook keeps of a view
LARGE = [payload for payload in PAYLOADS if payload.is_large]


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
    stage.clear()


@pytest.mark.timeout(400)
def test_each_record_is_read_in_full_and_nothing_of_it_happens(stage):
    values = pd.Series([payload.value for payload in PAYLOADS], dtype=object)
    frame = pd.DataFrame({"what": [payload.name for payload in PAYLOADS], "value": values})
    view = stage.show(ddj.table(frame))
    view.get_by_role("gridcell", name=PAYLOADS[0].name, exact=True).dblclick()

    wrong = {}
    for number, payload in enumerate(PAYLOADS, 1):
        record = view.get_by_role("region", name=f"Record {number} of {len(PAYLOADS)}")
        expect(record).to_contain_text(payload.name)
        stage.settle(view)
        if found := seen(stage, view):
            wrong[payload.name] = found
        if number < len(PAYLOADS):
            record.get_by_role("button", name="Next record").click()

    assert wrong == {}


@pytest.mark.timeout(400)
def test_columns_of_any_name_are_shown_sorted_and_read(stage):
    names = pd.Index([payload.text for payload in PAYLOADS], dtype=object)
    frame = pd.DataFrame([list(range(len(PAYLOADS)))] * 3, columns=names)
    table = ddj.table(frame)
    view = stage.show(table)

    expect(view.get_by_role("row")).not_to_have_count(0)
    stage.settle(view)
    assert seen(stage, view) == []
    view.get_by_role("gridcell").nth(1).dblclick()
    stage.settle(view)
    assert seen(stage, view) == []
    view.get_by_role("tab", name="Columns").click()
    stage.settle(view)
    assert seen(stage, view) == []
    kept = len(json.dumps(table.live))
    assert kept < LARGEST_TRAIT


@pytest.mark.parametrize("payload", LARGE, ids=str)
def test_a_run_whose_name_log_and_error_are_huge_is_shown_in_bounds(stage, payload):
    run = preview_of(telling(Log("error", payload.text, 0.0), DDJupyterError(payload.text)), name=payload.text)
    with pytest.raises(DDJupyterError):
        followed(run)
    widget = RunWidget(run)
    view = stage.show(widget)
    stage.settle(view)

    assert seen(stage, view) == []
    view.get_by_role("tab", name="Log").click()
    stage.settle(view)
    assert seen(stage, view) == []
    kept = len(json.dumps(widget.live))
    assert kept < LARGEST_TRAIT


def seen(stage: Stage, view: Locator) -> list[str]:
    """What is wrong with the view, its height too."""
    box = view.bounding_box()
    assert box is not None
    return stage.wrong(view) + ([f"it is {box['height']:.0f} px high"] if box["height"] > HIGHEST else [])
