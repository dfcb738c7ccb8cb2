"""A view takes on the colours of JupyterLab's theme, and all of its texts can be read in them."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.looks import READABLE, contrasts, luminance_of_background
from tests.support.config_cell import llm_config

DARKEST_LIGHT, LIGHTEST_DARK = 0.8, 0.05  # luminance


@pytest.fixture
def views(lab, model, open_notebook):
    """A preview with a failed record, unfolded, and a create that waits in the background."""
    cells = [
        "%load_ext dd_jupyter",
        "%%dd_preview sample -n 6\n" + llm_config(model, "text", "structured", "judge", max_parallel_requests=1),
        "%dd_create made -c builder -n 3 --name themes --background",
    ]
    notebook = open_notebook(lab.add("themes.ipynb", *cells))
    model.answers("no JSON", times=6, for_requests=lambda request: "Make up a customer" in request.prompt)
    notebook.run_to_end(0)
    notebook.run_to_end(1)
    model.hold()
    notebook.run_to_end(2)
    ended, running = (notebook.output(number).locator(".dd-view") for number in (1, 2))
    expect(ended).to_contain_text("1 record failed")
    expect(running).to_contain_text("Running")
    return notebook, (ended, running)


@pytest.mark.parametrize(
    ("theme", "dark"),
    [("JupyterLab Light", False), ("JupyterLab Dark", True), ("JupyterLab Dark High Contrast", True)],
)
def test_views_are_as_dark_as_the_theme_and_readable(views, theme, dark):
    notebook, both = views
    notebook.use_theme(theme)

    for view in both:
        luminance = luminance_of_background(view)
        assert luminance < LIGHTEST_DARK if dark else luminance > DARKEST_LIGHT
        assert {text: contrast for text, contrast in contrasts(view).items() if contrast < READABLE} == {}
