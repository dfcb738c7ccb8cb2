"""What a person sees and can do while a run goes on."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.config_cell import llm_config

LOAD = "%load_ext dd_jupyter"
BUSY = """\
import pathlib, time
while not pathlib.Path({until!r}).exists():
    time.sleep(0.05)
pathlib.Path({until!r}).unlink()
"""
RUNNING, COMPLETED, CANCELLED = (re.compile(word) for word in ("Running", "Completed", "Cancelled"))


def rows(view):
    """The records of a table, without its head."""
    return view.get_by_role("grid").locator("[role=row][aria-rowindex]:not([aria-rowindex='1'])")


@pytest.fixture
def notebook(lab, model, open_notebook):
    """A notebook with a preview, a create in the background and a cell that keeps the kernel busy."""
    cells = [
        LOAD,
        "%%dd_preview sample -n 3\n" + llm_config(model, "text"),
        "%dd_create made -c builder -n 4 --name live --background",
        BUSY.format(until="go"),
    ]
    return open_notebook(lab.add("live.ipynb", *cells))


def test_a_preview_shows_its_progress_while_the_model_is_thinking_and_its_records_as_they_come(notebook, model):
    model.hold()
    notebook.run_to_end(0)
    notebook.run(1)
    model.wait_for(requests=1, timeout=30)

    view = notebook.output(1).locator(".dd-view")
    expect(view.locator(".dd-chip")).to_have_text(RUNNING)
    expect(view.locator(".dd-progress")).to_contain_text("0/3")
    expect(rows(view)).to_have_count(3)
    expect(rows(view).first).to_have_text(re.compile(r"^1"))
    expect(notebook.prompt(1)).to_have_text("[*]:")

    model.release()
    expect(view.locator(".dd-chip")).to_have_text(COMPLETED)
    expect(rows(view)).to_have_count(3)
    notebook.wait_for(1)


def test_a_run_in_the_background_draws_in_its_own_cell_while_another_one_runs(notebook, model, lab):
    for number in (0, 1):
        notebook.run_to_end(number)
    model.hold()
    notebook.run_to_end(2)
    notebook.run(3)

    view = notebook.output(2).locator(".dd-view")
    expect(view.locator(".dd-chip")).to_have_text(RUNNING)
    expect(view.locator(".dd-progress")).to_contain_text("0/4")
    model.release(requests=1)
    expect(view.locator(".dd-progress")).to_contain_text("1/4")
    model.release()
    expect(view.locator(".dd-chip")).to_have_text(COMPLETED)
    expect(rows(view)).to_have_count(4)

    expect(notebook.prompt(3)).to_have_text("[*]:")
    expect(notebook.output(3)).to_have_text("")
    (lab.notebooks / "go").touch()
    notebook.wait_for(3)


def test_the_tab_that_one_chose_and_what_is_in_it_stay_when_the_run_ends(notebook, model):
    model.hold()
    notebook.run_to_end(0)
    notebook.run(1)
    model.wait_for(requests=1, timeout=30)
    view = notebook.output(1).locator(".dd-view")
    view.get_by_role("tab", name="Log").click()
    expect(view.get_by_role("log")).to_contain_text("Preview")

    model.release()

    expect(view.locator(".dd-chip")).to_have_text(COMPLETED)
    notebook.wait_for(1)
    expect(view.get_by_role("tab", name="Log")).to_have_attribute("aria-selected", "true")
    expect(view.get_by_role("log")).to_be_visible()


def test_its_stop_button_is_heard_while_another_cell_runs(notebook, model, lab):
    for number in (0, 1):
        notebook.run_to_end(number)
    model.hold()
    notebook.run_to_end(2)
    model.forget()
    notebook.run(3)
    expect(notebook.prompt(3)).to_have_text("[*]:")

    notebook.output(2).get_by_role("button", name="Stop").click()

    expect(notebook.output(2).locator(".dd-chip")).to_have_text(CANCELLED)
    expect(notebook.prompt(3)).to_have_text("[*]:")
    model.wait_until_quiet()
    (lab.notebooks / "go").touch()
    notebook.wait_for(3)


def test_the_interrupt_button_ends_a_preview_and_keeps_its_view(notebook, model):
    model.hold()
    notebook.run_to_end(0)
    notebook.run(1)
    model.wait_for(requests=1, timeout=30)

    notebook.command("notebook:interrupt-kernel")

    expect(notebook.output(1).locator(".dd-chip")).to_have_text(CANCELLED)
    expect(notebook.output(1)).to_contain_text("KeyboardInterrupt")
    model.wait_until_quiet()
