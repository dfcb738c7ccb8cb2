"""Waiting for something to hold, instead of sleeping for luck."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dd_jupyter
from dd_jupyter import Preview

LOOK = 0.01  # seconds between looks


def wait_until(condition: Callable[[], object], timeout: float = 10) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: It does not hold after so many seconds.
    """
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"It does not hold after {timeout} s.")
        time.sleep(LOOK)


@contextmanager
def previewing(source: Any, **options: Any) -> Iterator[Preview]:
    """A preview that goes on in a thread during the block, and is stopped at its end."""
    started = threading.Event()
    runs: list[Preview] = []

    def watch(run: Preview) -> None:
        runs.append(run)
        started.set()

    def preview() -> None:
        try:
            dd_jupyter.preview(source, watch=watch, **options)
        except dd_jupyter.DDJupyterError:
            started.set()  # the run keeps it

    thread = threading.Thread(target=preview)
    thread.start()
    try:
        assert started.wait(10) and runs, "The preview did not begin."
        yield runs[0]
    finally:
        if runs:
            runs[0].cancel()
        thread.join(10)
