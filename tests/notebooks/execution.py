"""Runs the notebooks from top to bottom: for the tests, and to save them with their outputs.

`python -m tests.notebooks.execution` saves those in `notebooks/`; with paths behind it, these only.
"""

from __future__ import annotations

import base64
import io
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import nbformat
from jupyter_core.utils import ensure_async
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode
from PIL import Image

from tests.notebooks import services
from tests.notebooks.stand_in import stand_in
from tests.support.kernel import REPOSITORY, clean_environment

FOLDER = REPOSITORY / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
CELL_SECONDS = 120

_VIEW = re.compile('^<div data-ddj-view="[0-9a-f]+">(.*)</div>$', re.DOTALL)

# Of the services whose answers are saved: the port that theirs is by default, so that it is the same each time,
# and a model so slow that there is something to see of a job. A model server of one's own is often at 8000.
SAVED_PORT = 8080
SAVED_STAND_IN_PORT = 8000
SAVED_DELAY = 0.15  # seconds


def execute(path: Path, folder: Path, env: Mapping[str, str]) -> NotebookNode:
    """Run every cell, in a new kernel with these variables and none of the tester's own.

    Args:
        path: The notebook, which stays as it is.
        folder: Where it runs; what an earlier run left there is found again.
        env: Variables on top of a clean environment, which has a home of its own.

    Raises:
        CellExecutionError: A cell failed.
    """
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory(prefix="home-") as home:
        client = _Client(
            notebook,
            timeout=CELL_SECONDS,
            kernel_name="python3",
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": str(folder)}},
        )
        client.execute(env={**clean_environment(Path(home)), **env})
    return notebook


def outputs(notebook: NotebookNode) -> list[NotebookNode]:
    """All outputs of all cells, from top to bottom."""
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


class _Client(NotebookClient):
    """Lets what goes on in the background draw into its own cell after that has ended, as front ends do.

    Nbclient passes over messages of all cells but the one that runs.
    """

    async def _async_poll_output_msg(self, parent_msg_id: str, cell: NotebookNode, cell_index: int) -> None:
        assert self.kc is not None
        while True:
            message = await ensure_async(self.kc.iopub_channel.get_msg(timeout=None))
            try:
                if message["parent_header"].get("msg_id") == parent_msg_id:
                    self.process_message(message, cell, cell_index)
                elif message["msg_type"] == "update_display_data":
                    self._update_display_id(message["content"]["transient"]["display_id"], message)
            except CellExecutionComplete:
                return


def main(paths: Sequence[Path] = NOTEBOOKS) -> None:
    """Run notebooks and save them."""
    for path in paths:
        with ExitStack() as resources:
            folder = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="notebooks-")))
            env = resources.enter_context(stand_in(folder / "home", port=SAVED_STAND_IN_PORT))
            if path in services.NOTEBOOKS:
                place = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="nemo-services-")))
                env |= resources.enter_context(services.services(place, port=SAVED_PORT, delay=SAVED_DELAY))
            notebook = execute(path, folder, env)
        notebook.metadata = {name: notebook.metadata[name] for name in ("kernelspec", "language_info", "description")}
        notebook.metadata.language_info = {"name": "python"}
        _shrink_pictures(notebook)
        _name_no_view(notebook)
        nbformat.write(notebook, path)
        print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size / 1000:.0f} kB")


def _shrink_pictures(notebook: NotebookNode) -> None:
    """Give plots a palette, which makes them a third of the size and looks the same."""
    for output in outputs(notebook):
        if picture := output.get("data", {}).get("image/png"):
            image = Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB")
            small = io.BytesIO()
            image.quantize(dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
            output.data["image/png"] = base64.b64encode(small.getvalue()).decode()


def _name_no_view(notebook: NotebookNode) -> None:
    """Take away the names of views of a kernel that has ended: they are others each time."""
    for output in outputs(notebook):
        if html := output.get("data", {}).get("text/html"):
            output.data["text/html"] = _VIEW.sub(r"\1", html)


if __name__ == "__main__":
    main([Path(name).resolve() for name in sys.argv[1:]] or NOTEBOOKS)
