"""What a person sees and can do of jobs in real NeMo Services."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.looks import READABLE, contrasts
from tests.support.config_cell import llm_config
from tests.support.nemo_services import nemo_services

WORKER_MS = 60_000  # until a job's process has loaded the library


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    with nemo_services(tmp_path_factory.mktemp("services")) as services:
        yield services


@pytest.fixture
def notebook(lab, services, open_notebook):
    services.model.forget()
    cells = [
        f"%load_ext dd_jupyter\n%dd_connect --base-url {services.base_url}",
        "%%dd_create job --submit -n 4 --name browser-job\n" + llm_config(services.model, "text"),
        "%dd_jobs",
    ]
    yield open_notebook(lab.add("jobs.ipynb", *cells))
    services.model.behave()


def test_a_job_is_followed_and_cancelled_by_keyboard_after_a_question_and_all_of_it_is_readable(
    notebook, services, screenshots
):
    services.model.hold()
    notebook.run_to_end(0)
    notebook.run_to_end(1)

    view = notebook.output(1)
    expect(view.locator(".dd-chip")).to_have_text(re.compile("At work"), timeout=WORKER_MS)
    expect(view.locator(".dd-progress")).to_contain_text("0/4", timeout=WORKER_MS)
    view.get_by_role("tab", name="Log").click()
    expect(view.get_by_role("log")).to_contain_text("Dispatching with 4 records")
    notebook.run_to_end(2)
    expect(notebook.output(2).locator(".ddj-jobs")).to_contain_text("● At work")
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.use_theme(theme)
        for shown in (notebook.output(0).locator(".ddj-run"), view.locator(".dd-view"), notebook.output(2)):
            assert {text: contrast for text, contrast in contrasts(shown).items() if contrast < READABLE} == {}
        assert violations(notebook.page, view.locator(".dd-view")) == []
    notebook.page.screenshot(path=screenshots / "job.png")

    view.get_by_role("button", name="Cancel").focus()
    notebook.page.keyboard.press("Enter")
    expect(view.get_by_role("button", name="No")).to_be_focused()
    notebook.page.keyboard.press("Escape")
    expect(view.get_by_role("button", name="Cancel")).to_be_focused()
    notebook.page.keyboard.press("Enter")
    notebook.page.keyboard.press("Shift+Tab")
    notebook.page.keyboard.press("Enter")

    expect(view.locator(".dd-chip")).to_have_text(re.compile("Cancelled"), timeout=WORKER_MS)
    # The log is read to its end first.
    expect(view.locator(".dd-view")).to_contain_text("Cancelled before its first batch", timeout=WORKER_MS)
    expect(view.get_by_role("button", name="Download")).to_have_count(0)
