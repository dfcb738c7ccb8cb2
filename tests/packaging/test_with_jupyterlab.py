"""After one `pip install`, the newest and the oldest JupyterLab, Notebook and server have all of it switched on."""

from __future__ import annotations

import json
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.lab import CELL_MS, CHROMIUM, TOKEN, Lab, OpenNotebook
from tests.support.kernel import REPOSITORY

# A cold cache downloads one JupyterLab more.
pytestmark = pytest.mark.timeout(300)

REQUIREMENTS = REPOSITORY / "requirements"
VERSIONS = {"newest": REQUIREMENTS / "dev.txt", "oldest": REQUIREMENTS / "oldest-lab.txt"}
COLOUR = re.compile(r"\x1b\[\d+m")
CELLS = (
    "%load_ext dd_jupyter\nimport dd_jupyter as ddj, pandas as pd",
    "ddj.table(pd.DataFrame({'product': ['Kettle', 'Lamp'] * 600}), 'reviews')",
)


@dataclass
class Jupyter:
    """An environment with JupyterLab and the wheel, and a server that runs in it.

    Attributes:
        bin: Its programs.
        lab: The server; there is no Node where it runs, and nothing of this checkout.
    """

    bin: Path
    lab: Lab

    def says(self, program: str, *arguments: str) -> str:
        """What a program writes, without its colours."""
        run = subprocess.run([self.bin / program, *arguments], capture_output=True, text=True, check=True, cwd="/")
        return COLOUR.sub("", run.stdout + run.stderr)

    def status(self, path: str, token: str | None = None) -> tuple[int, object]:
        """How the server answers a request for what is at the path, and with what JSON."""
        headers = {"Authorization": f"token {token}"} if token else {}
        try:
            with urllib.request.urlopen(urllib.request.Request(f"{self.lab.url}/{path}", headers=headers)) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.status, None


@pytest.fixture(scope="module", params=["newest", "oldest"])
def jupyter(request, wheel, environment, path_without_node) -> Iterator[Jupyter]:
    folder = environment("--constraint", VERSIONS[request.param], "jupyterlab", "notebook", wheel)
    with Lab({"PATH": path_without_node, "PYTHONPATH": ""}, python=str(folder / "bin" / "python")) as lab:
        yield Jupyter(folder / "bin", lab)


@pytest.fixture(scope="module")
def notebook(jupyter) -> Iterator[OpenNotebook]:
    """A notebook with a table, in JupyterLab in Chromium."""
    assert CHROMIUM, "These tests need Chromium: `make chromium`."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield OpenNotebook.open(jupyter.lab, browser, jupyter.lab.add("installed.ipynb", *CELLS))
        browser.close()


def test_jupyterlab_lists_the_extension_as_enabled(jupyter):
    listed = jupyter.says("jupyter-labextension", "list")

    assert f"dd-jupyter v{version('dd-jupyter')} enabled OK (python, dd-jupyter)" in listed


def test_the_server_lists_its_extension_as_enabled(jupyter):
    listed = jupyter.says("jupyter-server", "extension", "list")

    assert re.search(r"^ *dd_jupyter\.server enabled\n.*\n *dd_jupyter\.server +OK$", listed, re.MULTILINE), listed


def test_the_server_answers_whoever_has_its_token_and_nobody_else(jupyter):
    assert jupyter.status("dd-jupyter/deployments") == (403, None)
    status, answer = jupyter.status("dd-jupyter/deployments", TOKEN)

    assert status == 200
    assert "deployments" in answer


def test_the_plugins_are_at_work_in_jupyterlab(notebook):
    ours = "jupyterapp.listPlugins().filter(id => id.startsWith('dd-jupyter:'))"

    assert "dd-jupyter:plugin" in notebook.page.evaluate(f"() => {ours}")
    assert notebook.page.evaluate(f"() => {ours}.filter(id => !jupyterapp.isPluginActivated(id))") == []


def test_an_output_outlasts_its_kernel_in_jupyterlab_and_notebook_7(notebook):
    notebook.run_all()
    expect(notebook.output(1).locator(".dd-view")).to_contain_text("1,200 rows", timeout=CELL_MS)
    notebook.save()
    notebook.restart_kernel()

    notebook.load()
    expect(notebook.output(1).locator(".dd-view")).to_contain_text("1,200 rows", timeout=CELL_MS)
    assert notebook.complaints == []  # Notebook 7 has some of its own

    notebook.page.goto(f"{notebook.lab.url}/notebooks/{notebook.name}?token={TOKEN}")
    expect(notebook.output(1).locator(".dd-view")).to_contain_text("1,200 rows", timeout=CELL_MS)
    assert notebook.strayed == []
