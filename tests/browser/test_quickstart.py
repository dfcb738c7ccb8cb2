"""The quickstart notebook in JupyterLab, as a newcomer meets it."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.looks import READABLE, contrasts
from tests.notebooks.execution import FOLDER

NAME = "01-quickstart.ipynb"


@pytest.fixture(scope="module")
def a_copy(lab):
    shutil.copy(FOLDER / NAME, lab.notebooks)
    return NAME


def test_it_runs_to_the_end_and_shows_live_views_without_an_error(a_copy, open_notebook):
    notebook = open_notebook(a_copy)
    notebook.command("notebook:clear-all-cell-outputs")
    notebook.run_all()

    for name in ("preview", "create"):
        output = notebook.output(notebook.number_of(name))
        expect(output.locator(".dd-view .dd-chip")).to_contain_text("Completed")
        expect(output.locator(".dd-kept-output")).to_be_hidden()
    expect(notebook.page.locator(".jp-OutputArea-output[data-mime-type$=error]")).to_have_count(0)
    expect(notebook.page.locator(".jp-OutputArea-output[data-mime-type$=stderr]")).to_have_count(0)
    expect(notebook.output(notebook.number_of("picture")).locator("img")).to_be_visible()


def test_after_a_restart_of_the_kernel_and_a_reload_the_views_are_there_and_readable(a_copy, open_notebook):
    notebook = open_notebook(a_copy)
    for name in ("load", "seed", "price", "preview"):
        notebook.run_to_end(notebook.number_of(name))
    notebook.save()
    notebook.restart_kernel()
    notebook.load()

    view = notebook.output(notebook.number_of("preview")).locator(".dd-kept-output .dd-view")
    expect(view.locator(".dd-head .dd-chip")).to_contain_text("Completed")
    expect(view.get_by_role("grid").locator("[role=row][aria-rowindex]:not([aria-rowindex='1'])")).to_have_count(6)
    view.get_by_role("tab", name="Columns").click()
    expect(view.locator(".dd-column").first).to_be_visible()
    assert min(contrasts(view).values()) >= READABLE


def test_a_copy_from_elsewhere_that_is_not_trusted_yet_can_be_read_all_the_same(lab, open_notebook):
    shutil.copy(FOLDER / NAME, lab.notebooks / "from-elsewhere.ipynb")
    notebook = open_notebook("from-elsewhere.ipynb")

    view = notebook.output(notebook.number_of("create")).locator(".ddj-run")
    expect(view.locator("style")).to_have_count(0)  # JupyterLab takes them away
    expect(view).to_contain_text("✓ Completed")
    expect(view.locator("table").nth(1).locator("tbody tr")).to_have_count(10)
    assert min(contrasts(view).values()) >= READABLE
