"""Whatever a model, a seed or a person's own data says, JupyterLab shows it and does nothing else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from tests.support.config_cell import llm_config
from tests.support.hostile import PAYLOADS

TEXTS = [payload for payload in PAYLOADS if isinstance(payload.value, str) and 0 < len(payload.text) <= 2_000]
WIDEST = {"elements", "documents", "drawings", "Markdown", "addresses", "formulas"}
SAID = [payload for payload in TEXTS if payload.name.partition(":")[0] in WIDEST][::8]
"""What the model answers: some of each group, since each answer is a request."""

RECORDS = """\
import dd_jupyter as ddj, pandas as pd
from tests.support.hostile import PAYLOADS

values = pd.Series([payload.value for payload in PAYLOADS], dtype=object)
ddj.table(pd.DataFrame({"what": [payload.name for payload in PAYLOADS], "value": values}))
"""
MADE = "script, base, link, iframe, object, embed, form, meta, video, audio, math, details[open] > img"
SOON = 15_000  # ms


@pytest.fixture
def notebook(lab, model, open_notebook):
    answers = iter([payload.text for payload in SAID] * 4)
    model.answers(lambda request: next(answers))
    cells = [
        "%load_ext dd_jupyter",
        f"%%dd_preview sample -n {len(SAID)}\n" + llm_config(model, "text", max_parallel_requests=1),
        RECORDS,
    ]
    notebook = open_notebook(lab.add("hostile.ipynb", *cells))
    notebook.page.evaluate("() => { window.harm = () => { window.harmed = true; }; }")
    for number in range(3):
        notebook.run_to_end(number)
    return notebook


def test_it_is_shown_as_text_and_nothing_of_it_happens(notebook):
    for number in (1, 2):
        view = notebook.output(number).locator(".dd-view")
        expect(view).to_be_visible(timeout=SOON)
        view.get_by_role("gridcell").nth(1).dblclick()
        following = view.get_by_role("button", name="Next record")
        for _ in range(len(SAID) - 1):
            expect(view.locator("[aria-busy=true]")).to_have_count(0)
            assert_unharmed(notebook, view)
            following.click()
        view.get_by_role("tab", name="Columns").click()
        expect(view.locator("[aria-busy=true]")).to_have_count(0)
        assert_unharmed(notebook, view)


def test_dollars_are_dollars_and_not_formulas(notebook):
    for number in (1, 2):
        expect(notebook.output(number).locator("mjx-container, .MathJax")).to_have_count(0)


def test_nothing_happens_either_when_a_saved_notebook_is_opened_again(notebook):
    notebook.save()
    notebook.load()
    notebook.page.evaluate("() => { window.harm = () => { window.harmed = true; }; }")

    for number in (1, 2):
        expect(notebook.output(number)).to_contain_text("onerror")
        assert_unharmed(notebook, notebook.output(number))


def assert_unharmed(notebook, view: Locator) -> None:
    expect(view.locator(f"{MADE}, [onerror], [onload], [onclick]")).to_have_count(0)
    expect(view.locator("a:not([href^='http']):not([href^='mailto:'])")).to_have_count(0)
    expect(view.locator("img:not([src^='data:image/']):not([src^='blob:'])")).to_have_count(0)
    assert notebook.page.evaluate("() => getComputedStyle(document.body).display") == "block"
    assert notebook.page.evaluate("() => window.harmed") is None
