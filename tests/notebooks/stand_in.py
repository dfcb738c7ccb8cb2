"""The model provider on loopback that the notebooks use where no other may be asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.config_cell import write_home
from tests.support.model_double import ModelDouble

NAME = "standin"
KEY = "any-key-will-do"
SPOILED = "Sort this ticket about a coffee grinder"
"""The request that it gives no usable answer to, so that there is a failure to look at."""


@contextmanager
def stand_in(home: Path, *, port: int = 0) -> Iterator[dict[str, str]]:
    """Serve, and give the variables that make a notebook ask there.

    Args:
        home: Becomes the Data Designer home that knows the provider.
        port: Where it listens; 0 for a free one.
    """
    with ModelDouble(NAME, port) as model:
        model.answers("I would rather not say.", for_requests=lambda request: SPOILED in request.prompt)
        yield {
            "DD_PROVIDER": NAME,
            "DD_MODEL": f"{NAME}-chat",
            "DATA_DESIGNER_HOME": str(write_home(home, model)),
            model.key_variable: KEY,
        }
