"""A run, shown in the output of the cell that started it, from its first moment to its end."""

from __future__ import annotations

import time
from typing import Any

from IPython.display import DisplayHandle

from dd_jupyter.display.bundle import bundle
from dd_jupyter.display.run_view import final_view, live_view
from dd_jupyter.execution import Run

REFRESH_SECONDS = 0.25
"""Four pictures a second are enough to see that it goes on, and few enough not to flicker."""


class Live:
    """Watches a run and draws it. What it draws last stays in the notebook.

    Attributes:
        run: The run, from the first time that it is shown; it outlives an error.
    """

    def __init__(self) -> None:
        self.run: Run[Any] | None = None
        self._handle = DisplayHandle()
        self._drawn_at = 0.0
        self._ended = False

    def __call__(self, run: Run[Any]) -> None:
        """Draw the run as it stands, if it is time."""
        now = time.monotonic()
        if self._ended or (self.run is not None and run.state == "running" and now - self._drawn_at < REFRESH_SECONDS):
            return
        self._drawn_at = now
        self._ended = run.state != "running"
        picture = bundle(final_view(run) if self._ended else live_view(run))
        if self.run is None:
            self.run = run
            self._handle.display(picture, raw=True)
        else:
            self._handle.update(picture, raw=True)
