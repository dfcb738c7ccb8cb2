"""Takes the README's pictures: the quickstart's preview in JupyterLab, light and dark.

`python -m tests.browser.picture` saves them in `docs/images/`.
"""

from __future__ import annotations

import io

import nbformat
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.lab import CHROMIUM, Lab, OpenNotebook
from tests.notebooks.execution import FOLDER
from tests.support.kernel import REPOSITORY

IMAGES = REPOSITORY / "docs" / "images"
BEFORE = ("load", "seed", "price", "preview")
SHOWN = "%dd_preview sample -c builder -n 6"
WIDTH = 1240  # of the window; the cell is about 1100 of it
SCALE = 2  # dots per pixel, for screens that have as many
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with Lab({}) as lab, sync_playwright() as playwright:
        _write_notebook(lab)
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        notebook = OpenNotebook.open(lab, browser, "picture.ipynb", width=WIDTH, scale=SCALE)
        notebook.command("application:toggle-left-area")
        last = notebook.code_cells()[-1]
        for number in notebook.code_cells():
            notebook.run_to_end(number)
        for name, theme in THEMES.items():
            notebook.use_theme(theme)
            notebook.select(0)  # the selected cell has a toolbar
            notebook.page.mouse.move(0, 0)
            _save(notebook.cell(last).screenshot(), name)
        notebook.close()
        browser.close()


def _write_notebook(lab: Lab) -> None:
    """The quickstart's cells up to its preview, and the same preview once more without its long configuration."""
    notebook = nbformat.read(FOLDER / "01-quickstart.ipynb", as_version=4)
    cells = {cell.id: cell.source for cell in notebook.cells}
    lab.add("picture.ipynb", *(cells[name] for name in BEFORE), SHOWN)


def _save(picture: bytes, name: str) -> None:
    path = IMAGES / f"preview-{name}.png"
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    edge = 2 * SCALE  # lines of the neighbouring cells
    image = image.crop((0, edge, image.width, image.height - edge)).quantize(dither=Image.Dither.NONE)
    image.save(path, optimize=True)
    print(f"{path.relative_to(REPOSITORY)}: {image.width} × {image.height}, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
