"""For `pytest --nbval-lax notebooks`: the notebooks ask a model provider on loopback, and write to no home."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.notebooks.stand_in import stand_in


def pytest_configure(config: pytest.Config) -> None:
    """Serve until pytest ends; the kernels that nbval starts inherit the variables."""
    resources = ExitStack()
    config.add_cleanup(resources.close)
    home = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="data-designer-home-")))
    os.environ.update(resources.enter_context(stand_in(home)))
