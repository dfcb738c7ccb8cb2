"""The quickstart notebook in JupyterLab, as a newcomer meets it."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.looks import contrasts, luminance_of_background
from tests.notebooks.execution import FOLDER

NAME = "01-quickstart.ipynb"
READABLE = 4.5  # WCAG AA


@pytest.fixture(scope="module")
def a_copy(lab):
    shutil.copy(FOLDER / NAME, lab.notebooks)
    return NAME


def test_it_runs_to_the_end_and_leaves_static_views_without_an_error(a_copy, open_notebook):
    notebook = open_notebook(a_copy)
    notebook.command("notebook:clear-all-cell-outputs")
    notebook.run_all()

    for name in ("preview", "create"):
        view = notebook.output(notebook.number_of(name)).locator(".ddj-run")
        expect(view).to_have_count(1)
        expect(view.locator(".ddj-chip")).to_contain_text("Completed")
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

    view = notebook.output(notebook.number_of("preview")).locator(".ddj-run")
    expect(view.locator(".ddj-chip")).to_contain_text("Completed")
    expect(view.locator(".ddj-records tbody tr")).to_have_count(6)
    view.locator("summary", has_text="Columns").click()
    expect(view.locator(".ddj-profile")).to_be_visible()
    assert min(contrasts(view).values()) >= READABLE


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"])
def test_it_takes_on_the_theme_and_every_text_is_readable(a_copy, open_notebook, theme):
    notebook = open_notebook(a_copy)
    notebook.use_theme(theme)
    view = notebook.output(notebook.number_of("create")).locator(".ddj-run")
    for section in view.locator("summary").all():
        section.click()

    assert (luminance_of_background(view) < 0.1) == ("Dark" in theme)
    hard_to_read = {text: contrast for text, contrast in contrasts(view).items() if contrast < READABLE}
    assert hard_to_read == {}
