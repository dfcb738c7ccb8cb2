"""For `pytest --nbval-lax notebooks`: what the notebooks ask is on loopback, and they write to no home."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.notebooks import services
from tests.notebooks.stand_in import stand_in

_RESOURCES = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Serve until pytest ends; the kernels that nbval starts inherit the variables."""
    config.stash[_RESOURCES] = resources = ExitStack()
    config.add_cleanup(resources.close)
    home = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="data-designer-home-")))
    os.environ.update(resources.enter_context(stand_in(home)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start NeMo Services if a cell that needs them is to be run."""
    if session.config.option.collectonly or not any(item.path == services.NOTEBOOK for item in session.items):
        return
    resources = session.config.stash[_RESOURCES]
    folder = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="nemo-services-")))
    os.environ.update(resources.enter_context(services.services(folder)))
