"""A run, shown in the output of the cell that started it, from its first moment to its end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle

from dd_jupyter.display.bundle import bundle
from dd_jupyter.display.run_view import final_view, live_view
from dd_jupyter.execution import Run

if TYPE_CHECKING:
    from dd_jupyter.display.widget import RunWidget

REFRESH_SECONDS = 0.25
"""Four pictures a second are enough to see that it goes on, and few enough not to flicker."""


class Live:
    """Watches a run and draws it. What it draws last is static, and stays in the notebook.

    While its cell waits for it, a run is drawn as static HTML anew each time: that works in every front
    end, and a button would not be heard. A run in the background is a widget with a
    button that stops it.

    Attributes:
        run: The run, from the first time that it is shown; it outlives an error.
    """

    def __init__(self) -> None:
        self.run: Run[Any] | None = None
        self._handle = DisplayHandle()
        self._widget: RunWidget | None = None
        self._drawn_at = 0.0
        self._ended = False

    def __call__(self, run: Run[Any]) -> None:
        """Draw the run as it stands, if it is time."""
        now = time.monotonic()
        going_on = run.state == "running"
        if self._ended or (going_on and self.run is not None and now - self._drawn_at < REFRESH_SECONDS):
            return
        self._drawn_at = now
        if self.run is None:
            self.run = run
            self._begin(run)
        elif not going_on:
            self._ended = True
            self._end(run)
        elif self._widget is not None:
            self._widget.show(live_view(run))
        else:
            self._handle.update(bundle(live_view(run)), raw=True)

    def _begin(self, run: Run[Any]) -> None:
        if run.background:
            from dd_jupyter.display.widget import RunWidget

            self._widget = RunWidget(live_view(run), run.cancel)
            self._handle.display(self._widget)
        else:
            self._handle.display(bundle(live_view(run)), raw=True)

    def _end(self, run: Run[Any]) -> None:
        self._handle.update(bundle(final_view(run)), raw=True)
        if self._widget is not None:
            self._widget.close()
