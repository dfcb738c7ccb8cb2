"""The jobs panel: what runs on this machine and in real NeMo Services, whatever the kernels do."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.lab import CELL_MS, TOKEN, Lab, OpenNotebook
from tests.browser.looks import READABLE, contrasts
from tests.support.config_cell import llm_config
from tests.support.nemo_services import nemo_services

NUMBERS = itertools.count(1)
WORKER_MS = 90_000  # until a job's process has loaded the library
SOON = 20_000  # a look, and an answer of services that are busy
AWAY_MS = 90_000  # after failures the panel looks once a minute
BUSY = """\
import pathlib, time
while not pathlib.Path('free').exists():
    time.sleep(0.05)
"""
SAMPLER = """\
import data_designer.config as dd

builder = dd.DataDesignerConfigBuilder()
builder.add_column(name="product", column_type="sampler", sampler_type="category", params={"values": ["Lamp"]})
builder
"""


pytestmark = pytest.mark.timeout(300)  # each waits for the process of a job, or for services to start


class LabWithServer(Lab):
    """JupyterLab with our server extension, whether or not this environment enables it."""

    def _arguments(self) -> list[str]:
        return [*super()._arguments(), "--ServerApp.jpserver_extensions={'dd_jupyter.server': True}"]


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    with nemo_services(tmp_path_factory.mktemp("services")) as services:
        yield services


@pytest.fixture(scope="module")
def lab(services) -> Iterator[Lab]:
    """A JupyterLab whose server and kernels know the services by their environment."""
    with LabWithServer(services.env) as lab:
        yield lab


@pytest.fixture
def name() -> str:
    """Of the job that the test submits; a workspace has but one of a name."""
    return f"panel-job-{next(NUMBERS)}"


@pytest.fixture
def notebook(lab, services, browser, name) -> Iterator[OpenNotebook]:
    """A notebook beside the panel, with a job to submit, a cell that blocks the kernel, and a run in the kernel."""
    services.model.forget()
    (lab.notebooks / "free").unlink(missing_ok=True)
    cells = [
        "%load_ext dd_jupyter\n%dd_connect",
        f"%%dd_create job --submit -n 4 --name {name}\n" + llm_config(services.model, "text"),
        BUSY,
        "%%dd_create here -n 3 --name lamps\n" + SAMPLER,
    ]
    notebook = OpenNotebook.open(lab, browser, lab.add("panel.ipynb", *cells))
    show_panel(notebook.page)
    yield notebook
    (lab.notebooks / "free").touch()
    services.model.behave()
    show_notebook(notebook.page)
    notebook.close()
    assert notebook.strayed == []


def test_a_job_started_in_a_cell_is_followed_in_a_tab_and_cancelled_while_a_cell_blocks_the_kernel(
    notebook, name, services, screenshots
):
    services.model.hold()
    notebook.run_to_end(0)
    notebook.run_to_end(1)
    notebook.run(2)
    job = item(notebook.page, name)

    expect(job).to_contain_text("At work", timeout=WORKER_MS)
    expect(job).to_contain_text("/4", timeout=WORKER_MS)
    expect(job.get_by_role("progressbar")).to_have_attribute("aria-valuemax", "4")
    act(job, "Log")
    tab = notebook.page.locator(".dd-run-tab")
    expect(tab.get_by_role("log")).to_contain_text("Dispatching with 4 records", timeout=SOON)
    assert violations(notebook.page, tab) == []
    notebook.page.screenshot(path=screenshots / "panel-job-at-work.png")

    act(job, "Cancel…")
    expect(job.get_by_role("button", name="No")).to_be_focused()
    notebook.page.keyboard.press("Enter")
    expect(job.get_by_role("button", name="What can be done")).to_be_focused()
    expect(job).to_contain_text("At work")
    act(job, "Cancel…")
    job.get_by_role("button", name="Yes").click()

    expect(job).to_contain_text("Cancelled", timeout=WORKER_MS)
    expect(tab.locator(".dd-chip")).to_have_text(re.compile("Cancelled"), timeout=WORKER_MS)
    expect(notebook.page.locator(".jp-toast-message")).to_contain_text(f"Job {name}: cancelled.", timeout=SOON)


def test_a_job_that_has_ended_shows_its_records_is_downloaded_and_attached_in_the_notebook(
    notebook, name, lab, services, screenshots
):
    notebook.run_to_end(0)
    notebook.run_to_end(1)
    job = item(notebook.page, name)
    expect(job).to_contain_text("Completed", timeout=WORKER_MS)

    act(job, "Attach in this notebook")
    notebook.wait_for(2)
    attached = notebook.cell(2)
    expect(attached.locator(".cm-content")).to_have_text(f"%dd_attach {name}")
    expect(notebook.output(2).locator(".dd-view")).to_contain_text(name, timeout=SOON)

    act(job, "Download…")
    notebook.page.keyboard.type("-here")
    notebook.page.keyboard.press("Enter")
    expect(job).to_contain_text(f"Downloaded to artifacts/{name}-here", timeout=SOON)
    assert (lab.notebooks / "artifacts" / f"{name}-here").is_dir()
    job.get_by_role("button", name="Show the folder").click()
    expect(notebook.page.locator(".jp-FileBrowser")).to_be_visible()
    expect(notebook.page.locator(".jp-BreadCrumbs")).to_contain_text(f"{name}-here")

    show_panel(notebook.page)
    job.get_by_role("button", name=name, exact=True).click()
    tab = notebook.page.locator(".dd-run-tab")
    expect(tab.get_by_role("gridcell").first).to_have_text(re.compile("mug|lamp|jacket|knife"), timeout=SOON)
    notebook.page.screenshot(path=screenshots / "panel-job-ended.png")
    job.get_by_role("button", name=name, exact=True).click()
    expect(tab).to_have_count(1)


def test_it_is_filtered_and_worked_by_keyboard_and_all_of_it_is_readable(notebook, screenshots):
    notebook.run_to_end(0)
    notebook.run_to_end(3)
    page, panel = notebook.page, panel_of(notebook.page)
    local = item(page, "lamps")
    expect(local).to_contain_text("Completed", timeout=SOON)

    panel.get_by_role("searchbox").fill("lamp")
    expect(panel.get_by_role("listitem")).to_have_count(1)
    panel.get_by_role("radio", name="Jobs").check()
    expect(panel).to_contain_text("None matches.")
    panel.get_by_role("button", name="Show all").click()
    panel.get_by_role("radio", name="Local").check()
    expect(local).to_be_visible()
    for theme in ("JupyterLab Dark High Contrast", "JupyterLab Dark", "JupyterLab Light"):
        notebook.use_theme(theme)
        assert {text: contrast for text, contrast in contrasts(panel).items() if contrast < READABLE} == {}
        assert violations(page, panel) == []

    panel.get_by_role("radio", name="Local").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(local.get_by_role("button", name="What can be done")).to_be_focused()
    page.keyboard.press("Enter")
    expect(local.get_by_role("button", name="Open", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(local.get_by_role("button", name="What can be done")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".dd-run-tab").get_by_role("grid")).to_contain_text("Lamp", timeout=SOON)
    expect(notebook.cell(0)).to_have_count(1)  # no key has reached the notebook


def test_services_that_stop_leave_the_runs_of_this_machine_and_come_back_by_themselves(notebook, services, screenshots):
    notebook.run_to_end(0)
    notebook.run_to_end(3)
    panel = panel_of(notebook.page)
    expect(panel).to_contain_text("Connected", timeout=SOON)
    expect(item(notebook.page, "lamps").first).to_be_visible(timeout=SOON)

    services.stop()
    try:
        panel.get_by_role("button", name="Look again now").click()
        expect(panel).to_contain_text("Not reachable", timeout=SOON)
        expect(panel.locator(".dd-notice")).to_contain_text(services.base_url)
        expect(item(notebook.page, "lamps").first).to_be_visible()
        assert violations(notebook.page, panel) == []
        panel.screenshot(path=screenshots / "panel-services-stopped.png")
    finally:
        services.start()

    expect(panel).to_contain_text("Connected", timeout=AWAY_MS)
    expect(panel.locator(".dd-notice")).to_have_count(0)


def test_two_pages_see_the_same_and_one_cancels_for_both_also_in_notebook_7(
    notebook, name, lab, services, browser, screenshots
):
    services.model.hold()
    notebook.run_to_end(0)
    notebook.run_to_end(1)
    expect(item(notebook.page, name)).to_contain_text("At work", timeout=WORKER_MS)
    other = notebook_7(lab, browser, notebook.name)
    job = item(other, name)
    expect(job).to_contain_text("At work", timeout=SOON)

    job.get_by_role("button", name=name, exact=True).click()
    tab = other.locator(".dd-run-tab .dd-view")
    expect(tab).to_contain_text(name, timeout=SOON)
    expect(tab.get_by_role("button", name="Cancel")).to_be_in_viewport()
    other.screenshot(path=screenshots / "panel-notebook-7.png")
    act(job, "Cancel…")
    job.get_by_role("button", name="Yes").click()

    for page in (other, notebook.page):
        expect(item(page, name)).to_contain_text("Cancelled", timeout=WORKER_MS)
    other.close()


def show_panel(page: Page) -> None:
    page.evaluate("() => { void jupyterapp.shell.activateById('dd-jupyter-panel'); }")
    expect(panel_of(page)).to_be_visible()


def show_notebook(page: Page) -> None:
    page.evaluate("() => { const notebook = [...jupyterapp.shell.widgets('main')].find(each => each.sessionContext);"
                  " jupyterapp.shell.activateById(notebook.id); }")  # fmt: skip
    page.wait_for_function("() => jupyterapp.shell.currentWidget?.sessionContext")


def panel_of(page: Page) -> Locator:
    return page.locator("#dd-jupyter-panel")


def item(page: Page, name: str) -> Locator:
    """The runs and jobs of that name in the list, newest first."""
    return panel_of(page).get_by_role("listitem").filter(has=page.get_by_role("button", name=name, exact=True))


def act(item: Locator, name: str) -> None:
    """Do one of the things that can be done with it."""
    item.get_by_role("button", name="What can be done").click()
    item.get_by_role("button", name=name, exact=True).click()


def notebook_7(lab: Lab, browser: Browser, name: str) -> Page:
    """The same notebook in Notebook 7, in a browser of its own, with the panel in sight."""
    page = browser.new_context(viewport={"width": 1200, "height": 900}).new_page()
    page.set_default_timeout(CELL_MS)
    page.goto(f"{lab.url}/notebooks/{name}?token={TOKEN}")
    expect(page.locator(".jp-Notebook-cell").first).to_be_visible()
    page.get_by_role("menuitem", name="View").click()
    page.get_by_text("Left Sidebar").hover()
    page.get_by_role("menuitem", name="Show Data Designer").click()
    expect(panel_of(page)).to_be_visible()
    return page
