"""What is left of an output when its kernel is gone: the view itself, and of a job how it stands now."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser.axe import violations
from tests.browser.lab import CELL_MS, TOKEN, Lab, OpenNotebook
from tests.browser.looks import READABLE, contrasts
from tests.browser.test_views import CELLS, NUMBERS, THEMES
from tests.support.config_cell import llm_config
from tests.support.nemo_services import nemo_services

MIME_TYPE = "application/vnd.dd-jupyter.v1+json"
SOON = 15_000  # ms
WORKER_MS = 60_000  # until a job's process has loaded the library
ROUND = 75_000  # a page that had no answer looks again after a minute at most
KEPT = ("preview", "table", "comparison", "report")
SAID = {
    "preview": "with all 20 records",
    "table": "first 10 of 1,200 records",
    "comparison": "first 10 of 20 records",
    "report": "as it was found then",
}
BUSY = """\
import pathlib, time
while not pathlib.Path('free').exists():
    time.sleep(0.05)
"""
JOBS = itertools.count(1)
DIE = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    with nemo_services(tmp_path_factory.mktemp("services")) as services:
        yield services


@pytest.fixture
def notebook(lab, open_notebook) -> OpenNotebook:
    """A notebook whose views are all drawn, and saved."""
    notebook = open_notebook(lab.add("last.ipynb", *CELLS.values()))
    for number in range(len(CELLS)):
        notebook.run_to_end(number)
    for name in KEPT:
        expect(live(notebook, name)).to_be_visible(timeout=SOON)
    notebook.save()
    return notebook


def test_every_view_is_still_there_after_a_restart_and_a_reload_and_says_what_is_kept(notebook, screenshots):
    notebook.restart_kernel()
    for name in KEPT:
        expect(kept(notebook, name)).to_be_visible(timeout=SOON)
        expect(notebook.output(NUMBERS[name])).to_contain_text("The kernel was restarted")

    notebook.load()

    for name in KEPT:
        expect(kept(notebook, name)).to_be_visible(timeout=SOON)
        expect(notebook.output(NUMBERS[name])).to_contain_text(SAID[name])
    wrong = {}
    for theme in THEMES:
        notebook.use_theme(theme)
        for name in KEPT:
            output = notebook.output(NUMBERS[name])
            if found := violations(notebook.page, kept(notebook, name)):
                wrong[f"{name}, {theme}"] = found
            assert {text: ratio for text, ratio in contrasts(output).items() if ratio < READABLE} == {}
            picture = f"saved-{name}-{theme.removeprefix('JupyterLab ').replace(' ', '-')}.png"
            output.screenshot(path=screenshots / picture)
    notebook.use_theme(THEMES[0])
    assert wrong == {}


def test_what_is_kept_can_be_browsed_and_offers_nothing_that_nobody_would_hear(notebook):
    notebook.restart_kernel()
    notebook.load()
    table = kept(notebook, "table")
    expect(table).to_be_visible(timeout=SOON)

    table.get_by_role("gridcell").nth(1).dblclick()
    expect(table.get_by_role("region", name=re.compile("^Record 1 of 10"))).to_contain_text("boils")
    notebook.page.keyboard.press("Escape")
    table.get_by_role("searchbox").fill("Lamp")
    expect(table).to_contain_text("3 of the first 10 rows")
    kept(notebook, "preview").get_by_role("tab", name="Log").click()
    expect(kept(notebook, "preview").get_by_role("log")).not_to_be_empty()
    kept(notebook, "preview").get_by_role("tab", name="Columns").click()
    expect(kept(notebook, "preview")).to_contain_text("different")
    comparison = kept(notebook, "comparison")
    comparison.get_by_role("button", name="Only those that differ").click()
    expect(comparison.get_by_role("gridcell").first).to_be_visible()

    names = [name for view in KEPT for name in kept(notebook, view).get_by_role("button").all_inner_texts()]
    assert [name for name in names if re.search("Stop|Cancel|Check|Plan|Move|Download|Load", name)] == []


def test_a_copy_that_is_not_trusted_shows_the_same_views(notebook, lab, open_notebook):
    copy = lab.notebooks / "copy.ipynb"
    shutil.copy(lab.notebooks / notebook.name, copy)
    written = nbformat.read(copy, as_version=4)
    written.cells[0].source += "  # signed by nobody"
    for cell in written.cells:
        for output in cell.outputs:
            # Those of the first notebook are in this page's kernel, which draws them wherever they are.
            if MIME_TYPE in output.get("data", {}):
                output.data[MIME_TYPE]["key"] = "f" * 32
    nbformat.write(written, copy)

    untrusted = open_notebook("copy.ipynb")

    for name, words in {
        "preview": "travel mug",
        "table": "Kettle",
        "comparison": "sample",
        "report": "Resource",
    }.items():
        expect(kept(untrusted, name)).to_be_visible(timeout=SOON)
        expect(kept(untrusted, name)).to_contain_text(words)
        assert not untrusted.page.evaluate(
            "number => jupyterapp.shell.currentWidget.content.widgets[number].model.trusted", NUMBERS[name]
        )


def test_without_any_kernel_it_is_there_too(notebook, lab, browser):
    written = nbformat.read(lab.notebooks / notebook.name, as_version=4)
    written.metadata["kernelspec"] = {"name": "none-of-here", "display_name": "None of here", "language": "python"}
    nbformat.write(written, lab.notebooks / "no-kernel.ipynb")
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.goto(f"{lab.url}/lab/tree/no-kernel.ipynb?reset&token={TOKEN}")

    page.get_by_role("dialog").get_by_role("button", name=re.compile("No Kernel|Cancel")).first.click(timeout=SOON)

    for name in KEPT:
        view = page.locator(".jp-Notebook-cell").nth(NUMBERS[name]).locator(".dd-kept-output .dd-view")
        view.scroll_into_view_if_needed()
        expect(view).to_be_visible(timeout=SOON)
    page.close()


def test_in_notebook_7_it_is_there_too_and_gives_way_to_the_live_view_of_a_cell_that_is_run(notebook, lab, browser):
    shutil.copy(lab.notebooks / notebook.name, lab.notebooks / "in-notebook-7.ipynb")
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.set_default_timeout(CELL_MS)
    page.goto(f"{lab.url}/notebooks/in-notebook-7.ipynb?token={TOKEN}")
    expect(page.get_by_title("Kernel status: Idle").or_(page.locator("[data-status=idle]")).first).to_be_visible()
    cells = page.locator(".jp-Notebook-cell")

    for name in KEPT:
        view = cells.nth(NUMBERS[name]).locator(".dd-kept-output .dd-view")
        view.scroll_into_view_if_needed()
        expect(view).to_be_visible(timeout=SOON)

    for name in ("load", "preview"):
        cells.nth(NUMBERS[name]).locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
    preview = cells.nth(NUMBERS["preview"])
    expect(preview.locator(".dd-stand-in .dd-view .dd-chip")).to_contain_text("Completed", timeout=CELL_MS)
    expect(preview.locator(".dd-kept-output .dd-view")).to_have_count(0)
    page.close()


def test_a_reload_with_a_kernel_that_lives_draws_the_live_views_and_so_does_a_second_view_of_the_notebook(notebook):
    notebook.load()

    for name in KEPT:
        expect(live(notebook, name)).to_be_visible(timeout=SOON)
        expect(kept(notebook, name)).to_be_hidden()
        expect(kept(notebook, name)).to_have_count(0)  # nothing is drawn that nobody sees
    notebook.select(NUMBERS["table"])
    notebook.command("notebook:create-output-view")
    second = notebook.page.locator(".jp-LinkedOutputView")
    expect(second.locator(".dd-stand-in .dd-view")).to_be_visible(timeout=SOON)
    notebook.command("notebook:copy-cell")
    notebook.command("notebook:paste-cell-below")
    expect(notebook.cell(NUMBERS["table"] + 1).locator(".dd-stand-in .dd-view")).to_be_visible(timeout=SOON)


def test_while_a_run_goes_on_its_view_is_drawn_once_and_keeps_its_tab_its_focus_and_its_element(
    lab, model, open_notebook
):
    cells = ["%load_ext dd_jupyter", "%%dd_preview sample -n 3\n" + llm_config(model, "text")]
    notebook = open_notebook(lab.add("going-on.ipynb", *cells))
    model.hold()
    notebook.run_to_end(0)
    notebook.run(1)
    model.wait_for(requests=1, timeout=30)
    view = notebook.output(1).locator(".dd-stand-in .dd-view")
    view.get_by_role("tab", name="Log").click()
    view.evaluate("view => { window.drawn = view; }")

    model.release()

    expect(view.locator(".dd-chip")).to_have_text(re.compile("Completed"))
    notebook.wait_for(1)
    assert view.evaluate("view => window.drawn === view")
    expect(view.get_by_role("tab", name="Log")).to_be_focused()
    expect(notebook.output(1).locator(".dd-kept-output .dd-view")).to_have_count(0)


def test_json_that_is_none_of_ours_gives_way_to_the_text_of_the_output(notebook, lab, open_notebook, screenshots):
    written = nbformat.read(lab.notebooks / notebook.name, as_version=4)
    json_of(written, "preview")["live"]["table"]["columns"] = "none"
    json_of(written, "table")["version"] = 2
    json_of(written, "report")["key"] = "<b>"
    nbformat.write(written, lab.notebooks / "spoilt.ipynb")
    other = open_notebook("spoilt.ipynb")

    for name, words in {"preview": "live.table.columns", "table": "later version", "report": "key"}.items():
        output = other.output(NUMBERS[name])
        expect(output.locator(".dd-kept-output .dd-notice")).to_contain_text(words)
        expect(output.locator(".dd-kept-text")).to_contain_text(re.compile(r"\w"))
    other.output(NUMBERS["preview"]).screenshot(path=screenshots / "saved-invalid-Light.png")
    other.use_theme("JupyterLab Dark")
    other.output(NUMBERS["preview"]).screenshot(path=screenshots / "saved-invalid-Dark.png")
    other.use_theme("JupyterLab Light")


@pytest.fixture
def job(lab, services, open_notebook) -> Iterator[OpenNotebook]:
    """A notebook with a job that is at work, saved; then its kernel was killed and the page loaded again."""
    services.model.forget()
    services.model.hold()
    cells = [
        f"%load_ext dd_jupyter\n%dd_connect --base-url {services.base_url}",
        f"%%dd_create job --submit -n 4 --name kept-{next(JOBS)}\n" + llm_config(services.model, "text"),
        DIE,
        BUSY,
    ]
    notebook = open_notebook(lab.add("job.ipynb", *cells))
    notebook.run_to_end(0)
    notebook.run_to_end(1)
    view = notebook.output(1).locator(".dd-stand-in .dd-view")
    expect(view.locator(".dd-progress")).to_contain_text("0/4", timeout=WORKER_MS)
    notebook.save()
    notebook.run(2)
    expect(
        notebook.page.get_by_role("dialog").or_(notebook.page.locator("[data-status=restarting]")).first
    ).to_be_visible()
    notebook.load()
    yield notebook
    services.model.behave()


@pytest.mark.timeout(300)
def test_a_job_whose_kernel_was_killed_is_followed_to_its_end_from_its_saved_output(job, services, screenshots):
    view = job.output(1).locator(".dd-kept-output .dd-view")
    expect(view.locator(".dd-chip")).to_have_text(re.compile("At work"), timeout=SOON)
    expect(view.locator(".dd-progress")).to_contain_text("0/4")
    expect(job.output(1)).to_contain_text("Followed through the Jupyter server")
    view.get_by_role("tab", name="Log").click()
    expect(view.get_by_role("log")).to_contain_text("Dispatching with 4 records")
    pictures(job, screenshots, "saved-job")
    assert violations(job.page, view) == []

    services.model.release()

    expect(view.locator(".dd-chip")).to_have_text(re.compile("Completed"), timeout=WORKER_MS)
    expect(view.get_by_role("tab", name="Log")).to_have_attribute("aria-selected", "true")
    view.get_by_role("tab", name="Records").click()
    expect(view.get_by_role("grid").locator("[role=row]")).to_have_count(5, timeout=SOON)
    expect(view.get_by_role("button", name="Load into a variable")).to_have_count(0)
    view.get_by_role("button", name="Download").click()
    view.get_by_role("textbox", name="Folder").fill("artifacts/brought")
    job.page.keyboard.press("Enter")
    expect(view.get_by_role("status").filter(has_text="Downloaded to")).to_be_visible(timeout=WORKER_MS)
    assert (job.lab.notebooks / "artifacts" / "brought").is_dir()
    pictures(job, screenshots, "saved-job-ended")

    asked: list[str] = []
    job.page.on("request", lambda request: asked.append(request.url) if "/dd-jupyter/jobs" in request.url else None)
    job.page.wait_for_timeout(5_000)
    assert asked == []  # what has ended is asked for no more


@pytest.mark.timeout(300)
def test_it_is_cancelled_from_there_while_a_cell_blocks_the_kernel_and_only_after_the_question(job, services):
    posted: list[str] = []

    def hear(request: Request) -> None:
        if request.method == "POST" and "/dd-jupyter/" in request.url:
            posted.append(request.url)

    job.page.on("request", hear)
    job.run(3)
    expect(job.prompt(3)).to_have_text("[*]:")
    view = job.output(1).locator(".dd-kept-output .dd-view")

    view.get_by_role("button", name="Cancel").click(timeout=SOON)
    assert posted == []
    view.get_by_role("button", name="Yes").click()

    expect(view.locator(".dd-chip")).to_have_text(re.compile("Cancelled"), timeout=WORKER_MS)
    expect(job.prompt(3)).to_have_text("[*]:")
    assert [url.split("?")[0].rsplit("/", 1)[1] for url in posted] == ["cancel"]
    (job.lab.notebooks / "free").touch()
    job.wait_for(3)


@pytest.mark.timeout(300)
def test_in_notebook_7_a_job_is_followed_from_its_saved_output_and_cancelled(job, lab, browser):
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.goto(f"{lab.url}/notebooks/{job.name}?token={TOKEN}")
    view = page.locator(".jp-Notebook-cell").nth(1).locator(".dd-kept-output .dd-view")
    view.scroll_into_view_if_needed(timeout=SOON)
    expect(view.locator(".dd-chip")).to_have_text(re.compile("At work"), timeout=SOON)

    view.get_by_role("button", name="Cancel").click()
    view.get_by_role("button", name="Yes").click()

    expect(view.locator(".dd-chip")).to_have_text(re.compile("Cancelled"), timeout=WORKER_MS)
    page.close()
    job.complaints.clear()  # the two pages share a kernel, and each hears of comms that only the other has


@pytest.mark.timeout(400)
def test_while_the_services_are_down_the_output_stands_and_says_so_until_they_are_back(job, services):
    services.stop()
    job.load()
    output = job.output(1)

    expect(output.locator(".dd-kept-output .dd-view")).to_be_visible(timeout=SOON)
    expect(output).to_contain_text(re.compile("No NeMo Services answer .* asked (for )?again"), timeout=SOON)

    services.start()
    expect(output).not_to_contain_text("No NeMo Services answer", timeout=ROUND)
    expect(output).to_contain_text("through the Jupyter server")
    expect(output.locator(".dd-kept-output .dd-chip")).not_to_have_text(re.compile("Was at work"))
    job.complaints.clear()  # the browser tells of each answer that is an error


def test_a_job_that_nobody_knows_stands_as_it_is_kept_and_is_asked_for_once(notebook, lab, browser):
    written = nbformat.read(lab.notebooks / notebook.name, as_version=4)
    view = json_of(written, "preview")
    place = {"deployment": "https://harm.invalid", "workspace": "default", "job_name": "gone"}
    rest = {"steps": [], "address": "gone", "folder": "", "has_records": True, "transfer": ""}
    view["live"] = {**view["live"], "state": "running", "job": {**place, **rest}}
    climbing = json.loads(json.dumps(json_of(written, "compare")))
    climbing["live"]["job"] = {**place, **rest, "workspace": "..", "job_name": "../../api/contents"}
    json_of(written, "compare").update(climbing)
    nbformat.write(written, lab.notebooks / "unknown.ipynb")
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.on("request", lambda request: asked.append(request.url))

    open_page(page, lab, "unknown.ipynb")

    output = page.locator(".jp-Notebook-cell").nth(NUMBERS["preview"]).locator(".jp-Cell-outputArea")
    expect(output).to_contain_text("knows no NeMo Services at that base URL", timeout=SOON)
    other = page.locator(".jp-Notebook-cell").nth(NUMBERS["compare"]).locator(".dd-kept-output .dd-view")
    other.scroll_into_view_if_needed()
    expect(other).to_be_visible()
    page.wait_for_timeout(5_000)
    ours = [url for url in asked if "/dd-jupyter/" in url and "/jobs/" in url]
    assert len(ours) == 1
    assert [
        url for url in asked if not url.startswith((lab.url, "data:", "blob:", lab.url.replace("http", "ws")))
    ] == []
    page.close()


def kept(notebook: OpenNotebook, name: str) -> Locator:
    """The view as the notebook keeps it."""
    return notebook.output(NUMBERS[name]).locator(".dd-kept-output .dd-view")


def live(notebook: OpenNotebook, name: str) -> Locator:
    """The view as the kernel has it."""
    return notebook.output(NUMBERS[name]).locator(".dd-stand-in .dd-view")


def json_of(written: nbformat.NotebookNode, name: str) -> dict:
    [found] = [out.data[MIME_TYPE] for out in written.cells[NUMBERS[name]].outputs if MIME_TYPE in out.get("data", {})]
    return found


def open_page(page: Page, lab: Lab, name: str) -> None:
    page.set_default_timeout(CELL_MS)
    page.goto(f"{lab.url}/lab/tree/{name}?reset&token={TOKEN}")
    page.wait_for_selector(".jp-Notebook-cell")


def pictures(notebook: OpenNotebook, folder, name: str) -> None:
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        notebook.use_theme(theme)
        notebook.output(1).screenshot(path=folder / f"{name}-{theme.removeprefix('JupyterLab ')}.png")
