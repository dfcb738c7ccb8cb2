"""A migration that is carried out, shown to the person who waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Self

from IPython.display import DisplayHandle

from dd_jupyter.display.bundle import migration_bundle
from dd_jupyter.display.migration_model import MigrationView
from dd_jupyter.display.migration_view import AtWork, Planned, migration_view
from dd_jupyter.display.words import USUAL_SOURCE
from dd_jupyter.resources.migration.steps import StepState

REFRESH_SECONDS = 0.25
"""As of a run: four pictures a second."""


Show = Callable[[MigrationView], object]
"""Shows a picture in place of the one before."""


class MigrationProgress:
    """Watches a migration and draws it: what is at work while it goes on, then what came of it.

    Used as a context, and called after each change, from any thread. An error or an interrupt that leaves
    the context is told as its end, and goes on its way.
    """

    def __init__(
        self, migration: Planned, name: str = "", show: Show | None = None, source: str = USUAL_SOURCE
    ) -> None:
        """Show the migration as it stands when the context is entered.

        Args:
            migration: Its `steps` are looked at anew with each picture.
            name: The variable that is to hold the new configuration; "" without one.
            show: Where; in an output of its own if None.
            source: The configuration that is migrated, as it was named with ``-c``.
        """
        self._migration = migration
        self._name = name
        self._source = source
        self._show = show if show is not None else _own_output()
        self._ended = False
        self._stopped = False
        self._at_work = AtWork()
        self._drawn_at = 0.0
        self._drawn_states: tuple[StepState, ...] = ()
        self._lock = threading.Lock()
        # A message from a thread finds its cell by the context that the cell ran in.
        self._context = copy_context()

    def __enter__(self) -> Self:
        with self._lock:
            self._draw()
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _traceback: object) -> None:
        with self._lock:
            self._ended = True
            self._stopped = kind is not None and issubclass(kind, KeyboardInterrupt)
            self._draw()

    def __call__(self, bytes_done: int = 0, bytes_in_all: int = 0) -> None:
        """Draw how far it is: at once if a step has ended, else if it is time.

        Args:
            bytes_done: Of the step at work.
            bytes_in_all: Of the step at work; 0 where that is no question.
        """
        with self._lock:
            if self._ended:
                return
            self._at_work = AtWork(bytes_done, bytes_in_all)
            if self._states() != self._drawn_states or time.monotonic() - self._drawn_at >= REFRESH_SECONDS:
                self._draw()

    def _states(self) -> tuple[StepState, ...]:
        return tuple(step.state for step in self._migration.steps)

    def _draw(self) -> None:
        self._drawn_at = time.monotonic()
        self._drawn_states = self._states()
        at_work = None if self._ended else self._at_work
        picture = migration_view(self._migration, self._name, at_work, self._stopped, self._source)
        self._context.copy().run(self._show, picture)


def _own_output() -> Show:
    handle, shown = DisplayHandle(), False

    def show(view: MigrationView) -> None:
        nonlocal shown
        picture = migration_bundle(view)
        if shown:
            handle.update(picture, raw=True)
        else:
            handle.display(picture, raw=True)
        shown = True

    return show
