"""Takes the README's pictures in JupyterLab, light and dark: a preview, its resources, the form, the jobs.

`python -m tests.browser.picture` saves them in `docs/images/`.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import Browser, Locator, expect, sync_playwright

from tests.browser.lab import CELL_MS, CHROMIUM, Lab, OpenNotebook
from tests.notebooks.execution import FOLDER, SAVED_PORT, SAVED_STAND_IN_PORT
from tests.notebooks.services import IN_SERVICES, MOVING, services
from tests.notebooks.stand_in import stand_in
from tests.support.kernel import REPOSITORY

IMAGES = REPOSITORY / "docs" / "images"
WIDTH = 1240  # of the window; the cell is about 1100 of it
JOBS_HEIGHT = 640
SCALE = 2  # dots per pixel, for screens that have as many
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        with ExitStack() as resources:
            folder = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="picture-")))
            env = resources.enter_context(stand_in(folder / "home", port=SAVED_STAND_IN_PORT))
            preview = _cells(FOLDER / "02-llm-columns.ipynb", "load", "model", "triage", "products", "preview")
            _take(browser, "preview", env, *preview, "%dd_preview sample -c builder -n 10", act=_open_a_record)
            env |= resources.enter_context(services(folder / "services", port=SAVED_PORT))
            moving = _cells(MOVING, "load", "model", "exhibits", "preview")
            _take(browser, "report", env, *moving, *_cells(MOVING, "check"))
            _take(browser, "form", env, *moving, "%dd_submit reviews -c builder -n 5000", act=_wait_for_the_look_up)
            _take_jobs(browser, env)
        browser.close()


def _cells(path: Path, *names: str) -> list[str]:
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    return [cells[name] for name in names]


def _open_a_record(view: Locator) -> None:
    view.get_by_role("gridcell").nth(1).dblclick()
    expect(view.get_by_text("Record 1 of")).to_be_visible()


def _wait_for_the_look_up(view: Locator) -> None:
    expect(view.locator(".dd-form-found")).to_be_visible()


def _take(
    browser: Browser, name: str, env: Mapping[str, str], *cells: str, act: Callable[[Locator], None] = lambda view: None
) -> None:
    """Run cells, do something in the view of the last one, and save that in each theme."""
    with Lab(env) as lab:
        notebook = OpenNotebook.open(lab, browser, lab.add("picture.ipynb", *cells), width=WIDTH, scale=SCALE)
        notebook.command("application:toggle-left-area")
        for number in notebook.code_cells():
            notebook.run_to_end(number)
        last = notebook.code_cells()[-1]
        view = notebook.output(last).locator(".dd-view")
        expect(view).to_be_visible()
        act(view)
        for theme, title in THEMES.items():
            notebook.use_theme(title)
            notebook.select(0)  # the selected cell has a toolbar
            notebook.page.mouse.move(0, 0)
            _save(notebook.cell(last).screenshot(), f"{name}-{theme}")
        notebook.close()


def _take_jobs(browser: Browser, env: Mapping[str, str]) -> None:
    """Run previews and jobs, open the panel and a job that has ended, and save the window in each theme."""
    submitted = [
        "%dd_create reviews -c builder --submit -n 40 --name reviews-1 --wait",
        "%dd_create more -c builder --submit -n 4000 --name reviews-2",
    ]
    with Lab(env) as lab:
        cells = (*_cells(IN_SERVICES, "load", "model", "preview"), *submitted)
        notebook = OpenNotebook.open(lab, browser, lab.add("reviews.ipynb", *cells), width=WIDTH, scale=SCALE)
        notebook.page.set_viewport_size({"width": WIDTH, "height": JOBS_HEIGHT})
        for number in notebook.code_cells():
            notebook.run_to_end(number)
        notebook.command("dd-jupyter:show-jobs")
        panel = notebook.page.locator("#dd-jupyter-panel")
        expect(panel).to_contain_text(re.compile(r"[1-9]\d*/4,000"), timeout=CELL_MS)
        panel.get_by_text("reviews-1").first.click()
        tab = notebook.page.locator(".dd-run-tab")
        expect(tab.get_by_role("gridcell").first).to_be_visible()
        for theme, title in THEMES.items():
            notebook.use_theme(title)
            notebook.page.mouse.move(WIDTH, 0)
            _save(notebook.page.screenshot(), f"jobs-{theme}")
        notebook.page.evaluate("() => jupyterapp.commands.execute('docmanager:open', {path: 'reviews.ipynb'})")
        notebook.close()


def _save(picture: bytes, name: str) -> None:
    path = IMAGES / f"{name}.png"
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    edge = 2 * SCALE  # lines of the neighbouring cells
    image = image.crop((0, edge, image.width, image.height - edge)).quantize(dither=Image.Dither.NONE)
    image.save(path, optimize=True)
    print(f"{path.relative_to(REPOSITORY)}: {image.width} × {image.height}, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
