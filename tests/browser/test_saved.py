"""What a notebook keeps that was run from top to bottom: a sample, and no secret, and our code once at most."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import expect

from tests.conftest import MODEL_KEY
from tests.support.config_cell import llm_config, write_home
from tests.support.kernel import clean_environment

SECRET = "sk-of-nobody-0123456789abcdef"
FAR = "a record far from the first"
CELLS = [
    "%load_ext dd_jupyter\nimport dd_jupyter as ddj, pandas as pd",
    "%%dd_preview sample -n 40\n{config}",
    f"words = [f'review {{n}}' for n in range(500)]; words[400] = {FAR!r} + ' {SECRET}'\n"
    "ddj.table(pd.DataFrame({'review': words}), 'reviews')",
    "%dd_preview later -c builder -n 40",
    "ddj.compare(sample, later)",
    "%dd_check -c builder",
    "%dd_submit -c builder",
]


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> Path:
    """A notebook with every view in it, as nbclient leaves it."""
    from tests.support.model_double import ModelDouble

    folder = tmp_path_factory.mktemp("saved")
    with ModelDouble() as model:
        cells = [cell.replace("{config}", llm_config(model, "text")) for cell in CELLS]
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        home = {"DATA_DESIGNER_HOME": str(write_home(folder / "data-designer", model)), model.key_variable: MODEL_KEY}
        client = NotebookClient(notebook, timeout=100, kernel_name="python3", store_widget_state=True)
        client.execute(env={**clean_environment(folder), **home}, cwd=str(folder))
        nbformat.write(notebook, folder / "saved.ipynb")
    return folder / "saved.ipynb"


def test_it_holds_a_sample_and_nothing_beyond(saved):
    outputs = json.dumps([cell.get("outputs", []) for cell in nbformat.read(saved, as_version=4).cells])

    assert "review 3" in outputs
    assert FAR not in outputs
    assert "review 450" not in outputs


def test_it_holds_no_secret(saved):
    notebook = nbformat.read(saved, as_version=4)
    kept = json.dumps([notebook.metadata, *(cell.get("outputs", []) for cell in notebook.cells)])

    assert SECRET not in kept
    assert MODEL_KEY not in kept


def test_it_holds_our_code_at_most_once_and_no_record_in_the_state_of_a_widget(saved):
    notebook = nbformat.read(saved, as_version=4)
    states = notebook.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    large = [len(json.dumps(state)) for state in states.values() if len(json.dumps(state)) > 50_000]

    assert len(large) <= 1
    assert "review 3" not in json.dumps(notebook.metadata)
    assert sum(len(json.dumps(state)) for state in states.values()) < 300_000


def test_it_is_read_as_a_page_without_network_and_without_a_kernel(saved, browser, screenshots):
    page, _ = HTMLExporter().from_filename(str(saved))
    shown = browser.new_page(viewport={"width": 1200, "height": 900}, offline=True)
    shown.route("**/*", lambda route: route.abort() if route.request.url.startswith("http") else route.continue_())
    path = saved.with_suffix(".html")
    path.write_text(page)

    shown.goto(path.as_uri(), wait_until="domcontentloaded")

    for words in ("Preview sample", "review 3", "Compare", "Resource"):
        expect(shown.locator(".jp-OutputArea-output", has_text=words).first).to_be_visible()
    expect(shown.locator(".jp-OutputArea-output button")).to_have_count(0)
    shown.screenshot(path=screenshots / "nbconvert.png")
    shown.close()
