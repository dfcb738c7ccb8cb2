"""A kernel that the tests of a module share, and its provider."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.config_cell import write_home
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble

KEY = "key-of-the-double"


@pytest.fixture(scope="module")
def provider() -> Iterator[ModelDouble]:
    with ModelDouble() as provider:
        yield provider


@pytest.fixture(scope="module")
def notebook(provider: ModelDouble, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """A kernel that has loaded `dd_jupyter` and knows `provider`; what a test defines is there for the next."""
    home = write_home(tmp_path_factory.mktemp("home"), provider)
    with Kernel.start_new(env={"DATA_DESIGNER_HOME": str(home), provider.key_variable: KEY}) as kernel:
        assert kernel.run("%load_ext dd_jupyter").status == "ok"
        yield kernel


@pytest.fixture(autouse=True)
def as_before(request: pytest.FixtureRequest) -> Iterator[None]:
    """The shared provider forgets what a test told it."""
    yield
    if "provider" in request.fixturenames:
        provider: ModelDouble = request.getfixturevalue("provider")
        provider.behave()
        provider.forget()


@pytest.fixture
def work(notebook: Kernel) -> Path:
    """The folder that the notebook works in."""
    return notebook.work
