"""Whatever a model, a seed or a person's own data says, the page shows it and does nothing else."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.support.config_cell import llm_config

HARM = "window.harmed = true"
HOSTILE = [
    f"<img src=x onerror='{HARM}'>",
    f"</style><script>{HARM}</script>",
    f"</td></table></div><svg onload='{HARM}'>",
    f"<a href='javascript:{HARM}'>click me</a>",
    f"[click me](javascript:{HARM})",
    "<base href='https://attacker.example/'><link rel=stylesheet href='https://attacker.example/a.css'>",
    "<style>body { display: none }</style>",
    "$$\\href{javascript:window.harmed=true}{x}$$ costs $5 or $10",
]
SEED = f"""
import pandas as pd

builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({{"hostile": {json.dumps(HOSTILE)}}})))
builder
"""


@pytest.fixture
def notebook(lab, model, open_notebook):
    # Each request but the health check gets the next of the texts.
    texts = iter(HOSTILE * 4)
    model.answers(lambda request: next(texts))
    cells = [
        "%load_ext dd_jupyter",
        f"%%dd_preview sample -n {len(HOSTILE)}\n" + llm_config(model, "text") + SEED,
        "%dd_create made -c builder -n 4 --name hostile --background",
        "made.wait()",
    ]
    return open_notebook(lab.add("hostile.ipynb", *cells))


def test_it_is_shown_as_text_and_nothing_of_it_happens(notebook):
    for number in range(4):
        notebook.run_to_end(number)

    for number in (1, 2):
        view = notebook.output(number).locator(".ddj-run")
        expect(view.locator(".ddj-records")).to_contain_text("<img src=x")
        for summary in view.locator("summary").all():
            summary.click()
        expect(view.locator("dd", has_text="</style><script>").first).to_be_visible()
    assert_unharmed(notebook)


def test_dollars_are_dollars_and_not_formulas(notebook):
    for number in range(2):
        notebook.run_to_end(number)

    expect(notebook.output(1).locator(".ddj-records")).to_contain_text("costs $5 or $10")
    expect(notebook.output(1).locator("mjx-container")).to_have_count(0)


def test_nothing_happens_either_when_a_saved_notebook_is_opened_again(notebook):
    for number in range(2):
        notebook.run_to_end(number)
    notebook.save()
    notebook.load()

    expect(notebook.output(1).locator(".ddj-records")).to_contain_text("<img src=x")
    assert_unharmed(notebook)


def assert_unharmed(notebook):
    made = notebook.page.locator(".ddj-run").locator("script, svg, a, base, link, img, form, iframe")
    expect(made).to_have_count(0)
    assert notebook.page.evaluate("() => getComputedStyle(document.body).display") == "block"
    assert notebook.page.evaluate("() => window.harmed") is None
