"""Each view as a person meets it in JupyterLab: in every theme, by keyboard, after a reload and after a restart."""

from __future__ import annotations

import re
import shutil

import nbformat
import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import violations
from tests.browser.lab import OpenNotebook

THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")
SOON = 15_000  # ms
CONFIG = """\
import data_designer.config as dd

builder = dd.DataDesignerConfigBuilder()
builder.add_column(name="product", column_type="sampler", sampler_type="category",
                   params={"values": ["travel mug", "desk lamp", "rain jacket"]})
builder.add_column(name="stars", column_type="sampler", sampler_type="gaussian", params={"mean": 3, "stddev": 1})
builder
"""
FRAME = """\
import dd_jupyter as ddj
import pandas as pd

frame = pd.DataFrame({"product": ["Kettle", "Lamp", None] * 400, "stars": range(1200),
                      "review": ["# Fine\\n\\nIt **boils** fast, see [its page](https://example.org). " * 9] * 1200,
                      "attributes": [{"tone": "annoyed", "issues": ["dimmer", "stability"]}] * 1200})
ddj.table(frame, "reviews")
"""
CELLS = {
    "load": "%load_ext dd_jupyter",
    "preview": "%%dd_preview sample -n 20\n" + CONFIG,
    "table": FRAME,
    "compare": "%dd_preview later -c builder -n 20\n",
    "comparison": "ddj.compare(sample, later)",
    "report": "%dd_check -c builder",
    "submit": "%dd_submit -c builder",
}
NUMBERS = {name: number for number, name in enumerate(CELLS)}
VIEWS = ("preview", "table", "comparison", "report", "submit")


@pytest.fixture
def notebook(lab, open_notebook):
    """A notebook whose views are all drawn."""
    notebook = open_notebook(lab.add("views.ipynb", *CELLS.values()))
    for number in range(len(CELLS)):
        notebook.run_to_end(number)
    for name in VIEWS:
        expect(view_of(notebook, name)).to_be_visible(timeout=SOON)
    return notebook


def test_axe_finds_nothing_in_any_view_in_any_theme(notebook, screenshots):
    table = view_of(notebook, "table")
    table.get_by_role("gridcell").nth(1).dblclick()
    expect(table.get_by_role("region", name=re.compile("^Record 1 of"))).to_contain_text("boils")

    found = {}
    for theme in THEMES:
        notebook.use_theme(theme)
        for name in VIEWS:
            view = view_of(notebook, name)
            for tab in [*view.get_by_role("tab").all(), None]:
                if tab is not None:
                    tab.click()
                expect(view.locator("[aria-busy=true]")).to_have_count(0)
                which = f"{name}, {'as left' if tab is None else tab.get_attribute('id')}, {theme}"
                if wrong := violations(notebook.page, view):
                    found[which] = wrong
            for tab in view.get_by_role("tab").all()[:1]:
                tab.click()
            output = notebook.output(NUMBERS[name])
            output.screenshot(path=screenshots / f"{name}-{theme.removeprefix('JupyterLab ').replace(' ', '-')}.png")
    notebook.use_theme(THEMES[0])
    assert found == {}


def test_a_page_that_is_loaded_again_has_views_that_work(notebook):
    notebook.save()

    notebook.load()

    table = view_of(notebook, "table")
    expect(table).to_be_visible(timeout=SOON)
    table.get_by_role("gridcell").nth(1).dblclick()
    expect(table.get_by_role("region", name=re.compile("^Record 1 of"))).to_contain_text("boils")
    view_of(notebook, "preview").get_by_role("tab", name="Log").click()
    expect(view_of(notebook, "preview").get_by_role("log")).not_to_be_empty()


def test_after_a_restart_of_the_kernel_no_dead_button_is_left(notebook):
    notebook.restart_kernel()

    for name in VIEWS:
        output = notebook.output(NUMBERS[name])
        expect(output).to_contain_text(re.compile(r"\w"))
        alive = output.locator("button:enabled:not([aria-disabled=true])")
        expect(output.get_by_text(re.compile("restarted|kernel is gone|or gone")).first).to_be_visible(timeout=SOON)
        needs_a_kernel = re.compile("^(Stop|Cancel|Check|Plan|Move|Download|Load|Create)")
        assert [words for words in alive.all_inner_texts() if needs_a_kernel.match(words)] == [], name


def test_a_copy_that_is_not_trusted_and_a_new_session_show_what_the_notebook_keeps(notebook, lab, open_notebook):
    notebook.save()
    copy = lab.notebooks / "copy.ipynb"
    shutil.copy(lab.notebooks / notebook.name, copy)
    written = nbformat.read(copy, as_version=4)
    written.cells[0].source += "  # signed by nobody"
    nbformat.write(written, copy)

    untrusted = open_notebook("copy.ipynb")

    for name, words in {
        "preview": "travel mug",
        "table": "Kettle",
        "comparison": "sample",
        "report": "Resource",
    }.items():
        kept = untrusted.output(NUMBERS[name]).locator(".dd-kept-output .dd-view")
        expect(kept).to_contain_text(words)
        expect(untrusted.output(NUMBERS[name]).locator(".dd-stand-in")).to_have_count(0)
    form = untrusted.output(NUMBERS["submit"])
    expect(form).to_contain_text("cannot be filled in here")
    expect(form.get_by_role("button")).to_have_count(0)


def view_of(notebook: OpenNotebook, name: str) -> Locator:
    return notebook.output(NUMBERS[name]).locator(".dd-view")
