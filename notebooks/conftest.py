"""For `pytest --nbval-lax notebooks`: what the notebooks ask is on loopback, and they write to no home."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.notebooks import services
from tests.notebooks.stand_in import stand_in


def pytest_configure(config: pytest.Config) -> None:
    """Serve until pytest ends; the kernels that nbval starts inherit the variables."""
    resources = ExitStack()
    config.add_cleanup(resources.close)
    home = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="data-designer-home-")))
    os.environ.update(resources.enter_context(stand_in(home)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Start NeMo Services where a notebook that needs them is to be run."""
    needed = any(item.path in services.NOTEBOOKS for item in session.items)
    if needed and not session.config.option.collectonly:
        os.environ.update(services.of_session(session.config))
