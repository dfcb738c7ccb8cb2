"""Run the quickstart notebook and show what it made: `make demo`."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter

ROOT = Path(__file__).parents[1]
WORK = ROOT / "build" / "demo"
NOTEBOOK = "01-quickstart.ipynb"
CELL_SECONDS = 120


def main() -> int:
    """Execute the notebook in a folder of its own, so that the checkout stays as it is."""
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(ROOT / "notebooks", WORK, ignore=shutil.ignore_patterns("artifacts", ".ipynb_checkpoints"))
    notebook = nbformat.read(WORK / NOTEBOOK, as_version=4)
    # Widget state in a notebook would hide the static view from every page made from it.
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        store_widget_state=False,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(WORK)}},
    )

    print(f"Running notebooks/{NOTEBOOK} …", flush=True)
    start = time.monotonic()
    try:
        client.execute()
    except CellExecutionError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        nbformat.write(notebook, WORK / NOTEBOOK)
    print(f"{len(notebook.cells)} cells in {time.monotonic() - start:.0f} s\n")

    page = (WORK / NOTEBOOK).with_suffix(".html")
    page.write_text(HTMLExporter(embed_images=True).from_notebook_node(notebook)[0], encoding="utf-8")

    print(first_records(notebook))
    print(f"\nNotebook  {(WORK / NOTEBOOK).relative_to(ROOT)}\nPage      {page.relative_to(ROOT)}")
    return 0


def first_records(notebook: nbformat.NotebookNode) -> str:
    """What the first preview or create shows where there is only text."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.lstrip("%").startswith(("dd_preview", "dd_create")):
            shown = [output.data["text/plain"] for output in cell.outputs if "text/html" in output.get("data", {})]
            if shown:
                return str(shown[-1])
    raise SystemExit(f"notebooks/{NOTEBOOK} shows no records: its first %%dd_preview or %%dd_create has no output.")


if __name__ == "__main__":
    sys.exit(main())
