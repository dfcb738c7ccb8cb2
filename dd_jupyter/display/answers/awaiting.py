"""Whether anybody still waits for what is being worked out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import ContextVar

_forgotten: ContextVar[threading.Event | None] = ContextVar("forgotten", default=None)


class ForgottenError(Exception):
    """Nobody waits for the answer any more."""


def answer_until(forgotten: threading.Event) -> None:
    """From now on, what this thread works on may be given up once `forgotten` is set."""
    _forgotten.set(forgotten)


def check() -> Callable[[], None]:
    """What raises `ForgottenError` when nobody waits any more; to be called from any thread, between two steps."""
    forgotten = _forgotten.get()

    def give_up() -> None:
        if forgotten is not None and forgotten.is_set():
            raise ForgottenError

    return give_up
