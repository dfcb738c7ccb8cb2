"""The NeMo Services that notebooks run in, as their text tells a reader to have them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from dd_jupyter.nemo import local_services
from tests.support.nemo_services import MODELS, PYTHON, REPOSITORY, nemo_services

IN_SERVICES = REPOSITORY / "notebooks" / "03-nemo-services.ipynb"
MOVING = REPOSITORY / "notebooks" / "04-moving-between-locations.ipynb"
NOTEBOOKS = (IN_SERVICES, MOVING)
_VARIABLES = pytest.StashKey[dict[str, str]]()


def of_session(config: pytest.Config) -> dict[str, str]:
    """The variables of services that are started when first asked for, and stopped when pytest ends."""
    if _VARIABLES not in config.stash:
        resources = ExitStack()
        config.add_cleanup(resources.close)
        folder = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="nemo-services-")))
        config.stash[_VARIABLES] = resources.enter_context(services(folder))
    return config.stash[_VARIABLES]


@contextmanager
def services(folder: Path, *, port: int | None = None, delay: float = 0.0) -> Iterator[dict[str, str]]:
    """Serve, and give the variables that make a notebook run there.

    Args:
        folder: Holds the deployment.
        port: Where it listens; a free port if None.
        delay: Seconds that each answer of its own model takes.
    """
    if not PYTHON.exists():
        raise AssertionError("There is no environment for the services: make it with `make .venv-services/.ready`.")
    if port is not None:
        local_services.start(folder, python=PYTHON, port=port)  # what follows goes on with it
    with nemo_services(folder) as running:
        running.model.delay = delay
        yield {
            **running.env,
            "DD_GATEWAY_PROVIDER": running.model.name,
            "DD_GATEWAY_MODEL": MODELS[0],
        }
