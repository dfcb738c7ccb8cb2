"""The views in Notebook 7, whose pages JupyterLab's server has too where both are installed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.lab import CELL_MS, TOKEN

CELLS = (
    "%load_ext dd_jupyter\nimport dd_jupyter as ddj, pandas as pd",
    "ddj.table(pd.DataFrame({'product': ['Kettle', 'Lamp'] * 600}), 'reviews')",
)


@pytest.fixture
def page(lab, browser):
    name = lab.add("in-notebook-7.ipynb", *CELLS)
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(CELL_MS)
    page.goto(f"{lab.url}/notebooks/{name}?token={TOKEN}")
    expect(page.get_by_title("Kernel status: Idle").or_(page.locator("[data-status=idle]")).first).to_be_visible()
    yield page
    page.close()


def test_a_table_is_browsed_there_as_in_jupyterlab(page, screenshots):
    cells = page.locator(".jp-Notebook-cell")
    for number in range(len(CELLS)):
        cells.nth(number).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        expect(cells.nth(number).locator(".jp-InputPrompt").first).to_have_text(f"[{number + 1}]:")

    view = cells.nth(1).locator(".dd-view")
    expect(view).to_contain_text("1,200 rows")
    expect(cells.nth(1).locator(".dd-kept-output")).to_be_hidden()
    view.get_by_role("gridcell").first.dblclick()
    expect(view.get_by_text("Record 1 of 1,200")).to_be_visible()
    page.keyboard.press("a")  # inserts a cell, where the notebook hears it
    expect(cells).to_have_count(len(CELLS))
    page.screenshot(path=screenshots / "notebook-7.png")
