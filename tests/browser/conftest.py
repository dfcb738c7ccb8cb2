"""JupyterLab once for all, and a page for each test that ends with a look at what it asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.lab import CHROMIUM, KERNELS, Lab, OpenNotebook
from tests.support.config_cell import write_home
from tests.support.kernel import REPOSITORY
from tests.support.model_double import ModelDouble

Open = Callable[..., OpenNotebook]


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """A JupyterLab whose kernels ask nobody but `model`."""
    with Lab({"DOUBLE_API_KEY": "any-key-will-do", "DD_PROVIDER": "double", "DD_MODEL": "double-chat"}) as lab:
        yield lab


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "These tests need Chromium: `make chromium`."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture(params=KERNELS)
def kernel_version(request: pytest.FixtureRequest) -> str:
    """Each ipykernel that hears clicks in a way of its own; a notebook with this as its kernel has it."""
    return str(request.param)


@pytest.fixture
def open_notebook(lab: Lab, browser: Browser, model: ModelDouble) -> Iterator[Open]:
    """Open notebooks; at the end of the test nothing may have left the machine and nothing gone wrong in the page."""
    write_home(lab.data_designer_home, model)
    opened: list[OpenNotebook] = []

    def open_one(name: str) -> OpenNotebook:
        opened.append(OpenNotebook.open(lab, browser, name))
        return opened[-1]

    yield open_one

    model.behave()
    for notebook in opened:
        notebook.close()
    assert [address for notebook in opened for address in notebook.strayed] == []
    assert [complaint for notebook in opened for complaint in notebook.complaints] == []


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures of the views are kept, for a person to look at."""
    folder = REPOSITORY / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
