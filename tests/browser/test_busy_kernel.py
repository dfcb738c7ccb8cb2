"""While a cell runs, a click is heard at once, or the view says that it will be heard later."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.support.config_cell import llm_config

HEAR_CLICKS = {"7.3", "7.4"}
"""Those that hear what JupyterLab sends by a subshell; 6.31 has none."""

A_MOMENT = 6_000  # ms; a busy kernel is told after two seconds

BUSY = """\
import ipykernel, pathlib, time
print(ipykernel.__version__)
while not pathlib.Path({until!r}).exists():
    time.sleep(0.05)
pathlib.Path({until!r}).unlink()
"""


@pytest.fixture
def notebook(lab, model, open_notebook, kernel_version):
    cells = [
        "%load_ext dd_jupyter",
        llm_config(model, "text"),
        "%dd_create made -c builder -n 4 --name busy --background",
        BUSY.format(until="free"),
    ]
    return open_notebook(lab.add(f"busy-{kernel_version}.ipynb", *cells, kernel=kernel_version))


def test_stop_is_heard_while_a_cell_runs_or_it_is_said_that_the_kernel_is_busy(notebook, model, lab, kernel_version):
    model.hold()
    for number in (0, 1, 2):
        notebook.run_to_end(number)
    view = notebook.output(2).locator(".dd-view")
    expect(view.locator(".dd-chip")).to_have_text(re.compile("Running"))
    notebook.run(3)
    expect(notebook.output(3)).to_contain_text(kernel_version)
    model.forget()

    view.get_by_role("button", name="Stop").click()

    if kernel_version in HEAR_CLICKS:
        expect(notebook.output(2)).to_contain_text("Cancelled", timeout=A_MOMENT)
        expect(notebook.prompt(3)).to_have_text("[*]:")
    else:
        expect(view).to_contain_text("The kernel is busy", timeout=A_MOMENT)
        expect(view).to_contain_text("Interrupt")
    (lab.notebooks / "free").touch()
    notebook.wait_for(3)
    expect(notebook.output(2)).to_contain_text("Cancelled")
    model.wait_until_quiet()
