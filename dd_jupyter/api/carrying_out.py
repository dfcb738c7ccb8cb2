"""What every function that runs something does with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dd_jupyter.errors import ConfigError
from dd_jupyter.execution.run import Run
from dd_jupyter.execution.runs import Journal

Watch = Callable[[Run[Any]], None]
"""Is called at the start of a run and after each of its events."""


def carry_out(started: Run[Any], journal: Journal, watch: Watch | None) -> None:
    """Run it, written down and watched: to its end, or in a thread if it is one for the background.

    Raises:
        DDJupyterError: When it fails, its own error.
    """

    def both(run: Run[Any]) -> None:
        journal(run)
        if watch is not None:
            watch(run)

    both(started)
    if started.background:
        started.follow_in_background(both)
        return
    started.follow(both)
    if started.error is not None:
        raise started.error


def at_least_one(num_records: int) -> int:
    """`num_records`, if it is a number of records that can be made."""
    if num_records < 1:
        raise ConfigError(f"{num_records} records cannot be made: ask for at least 1.")
    return num_records
