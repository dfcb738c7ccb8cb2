"""Takes the README's pictures in JupyterLab, light and dark: a preview, and what a configuration depends on.

`python -m tests.browser.picture` saves them in `docs/images/`.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.lab import CHROMIUM, Lab, OpenNotebook
from tests.notebooks.execution import FOLDER, SAVED_PORT, SAVED_STAND_IN_PORT
from tests.notebooks.services import MOVING, services
from tests.notebooks.stand_in import stand_in
from tests.support.kernel import REPOSITORY

IMAGES = REPOSITORY / "docs" / "images"
WIDTH = 1240  # of the window; the cell is about 1100 of it
SCALE = 2  # dots per pixel, for screens that have as many
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        preview = _cells(FOLDER / "01-quickstart.ipynb", "load", "seed", "price", "preview")
        _take(browser, "preview", {}, *preview, "%dd_preview sample -c builder -n 6")
        with ExitStack() as resources:
            folder = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="picture-")))
            env = resources.enter_context(stand_in(folder / "home", port=SAVED_STAND_IN_PORT))
            env |= resources.enter_context(services(folder / "services", port=SAVED_PORT))
            _take(browser, "report", env, *_cells(MOVING, "load", "model", "exhibits", "preview", "check"))
        browser.close()


def _cells(path: Path, *names: str) -> list[str]:
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    return [cells[name] for name in names]


def _take(browser: Browser, name: str, env: Mapping[str, str], *cells: str) -> None:
    """Run cells, and save the last of them in each theme."""
    with Lab(env) as lab:
        notebook = OpenNotebook.open(lab, browser, lab.add("picture.ipynb", *cells), width=WIDTH, scale=SCALE)
        notebook.command("application:toggle-left-area")
        for number in notebook.code_cells():
            notebook.run_to_end(number)
        for theme, title in THEMES.items():
            notebook.use_theme(title)
            notebook.select(0)  # the selected cell has a toolbar
            notebook.page.mouse.move(0, 0)
            _save(notebook.cell(notebook.code_cells()[-1]).screenshot(), f"{name}-{theme}")
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
