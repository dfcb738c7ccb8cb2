"""In VS Code's notebook a view has the editor's colours, whatever stands behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from playwright.sync_api import expect

import dd_jupyter as ddj
from tests.browser.axe import assert_accessible
from tests.browser.hosts import THEMES
from tests.browser.looks import READABLE, contrasts, luminance_of_background
from tests.browser.vscode import VSCode

DARKEST_LIGHT, LIGHTEST_DARK = 0.8, 0.05  # luminance
FRAME = pd.DataFrame({"product": ["Kettle", "Lamp"] * 30, "stars": range(60), "review": ["Boils fast. " * 40] * 60})


@pytest.fixture(scope="module")
def editor(browser) -> Iterator[VSCode]:
    editor = VSCode(browser)
    yield editor
    editor.close()


@pytest.fixture(scope="module")
def view(editor):
    view = editor.show(ddj.table(FRAME, "reviews"))
    view.get_by_role("gridcell").nth(1).dblclick()
    expect(view.get_by_role("region", name="Record 1 of 60")).to_contain_text("Boils fast")
    editor.settle(view)
    return view.locator(".dd-view")


@pytest.mark.parametrize("theme", THEMES)
def test_a_view_follows_the_theme_and_all_of_it_can_be_read(editor, view, theme, screenshots):
    editor.use_theme(theme)

    editor.page.screenshot(path=screenshots / f"vscode-{theme.replace(' ', '-')}.png")
    luminance = luminance_of_background(view)
    assert luminance > DARKEST_LIGHT if theme == "light" else luminance < LIGHTEST_DARK
    assert {text: contrast for text, contrast in contrasts(view).items() if contrast < READABLE} == {}
    assert_accessible(editor.frame, view)


def test_nothing_is_fetched_and_nothing_complained_of(editor, view):
    assert (editor.strayed, editor.complaints) == ([], [])
