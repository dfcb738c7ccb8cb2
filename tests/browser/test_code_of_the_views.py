"""Where the code of the views comes from: with our extension, or else from the kernel."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.lab import Lab, OpenNotebook

CELLS = (
    "%load_ext dd_jupyter\nimport dd_jupyter as ddj, pandas as pd",
    "reviews = ddj.table(pd.DataFrame({'product': ['Kettle', 'Lamp'] * 600}), 'reviews'); reviews",
    "ddj.table(pd.DataFrame({'colour': ['red', 'blue'] * 10}), 'colours')",
    "print('heard' if reviews.heard else 'not heard', 'code sent' if reviews.code else 'no code sent')",
)
TABLES = (1, 2)


@pytest.fixture
def plain(tmp_path, browser: Browser) -> Iterator[OpenNotebook]:
    """In a JupyterLab whose administrator has switched the extension off."""
    switched_off = tmp_path / "config" / "labconfig" / "page_config.json"
    switched_off.parent.mkdir(parents=True)
    switched_off.write_text(json.dumps({"disabledExtensions": {"dd-jupyter": True}}))
    with Lab({"JUPYTER_CONFIG_DIR": str(tmp_path / "config")}) as lab:
        notebook = OpenNotebook.open(lab, browser, lab.add("plain.ipynb", *CELLS))
        yield notebook
        notebook.close()


def test_our_extension_has_it_and_asks_no_kernel(lab, open_notebook):
    notebook = open_notebook(lab.add("with.ipynb", *CELLS))
    for number in (0, *TABLES):
        notebook.run_to_end(number)
    expect(notebook.output(1).locator(".dd-stand-in .dd-view")).to_contain_text("1,200 rows")

    expect(notebook.run_to_end(3)).to_contain_text("heard no code sent")


def test_without_the_extension_the_kernel_brings_it_and_static_html_is_what_lasts(plain):
    for number in (0, *TABLES):
        plain.run_to_end(number)

    assert not plain.page.evaluate("jupyterapp.hasPlugin('dd-jupyter:renderer')")
    expect(plain.output(1).locator(".dd-view")).to_contain_text("1,200 rows")
    expect(plain.output(2).locator(".dd-view")).to_contain_text("20 rows")
    expect(plain.output(1).locator(".ddj-run")).to_be_hidden()
    expect(plain.run_to_end(3)).to_contain_text("heard code sent")

    plain.save()
    plain.restart_kernel()
    plain.load()

    expect(plain.output(1).locator(".ddj-run")).to_be_visible()
    expect(plain.output(1)).to_contain_text("Kettle")
    assert plain.strayed == []
    assert plain.complaints == []
