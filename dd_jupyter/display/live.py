"""A run, shown in the output of the cell that started it, from its first moment to its end."""

from __future__ import annotations

import threading
import time
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle

from dd_jupyter.display.bundle import bundle
from dd_jupyter.display.run_view import final_view, live_view
from dd_jupyter.display.view_model import RunView
from dd_jupyter.display.view_parts import NoticeView
from dd_jupyter.execution import Run

if TYPE_CHECKING:
    from dd_jupyter.display.widget import RunWidget

REFRESH_SECONDS = 0.25
"""Four pictures a second are enough to see that it goes on, and few enough not to flicker."""

SIGN_OF_LIFE_SECONDS = 0.1
"""A cell whose configuration takes longer to read shows so, before a person wonders."""


class Live:
    """Watches a run and draws it. What it draws last is static, and stays in the notebook.

    While its cell waits for it, a run is drawn as static HTML anew each time: that works in every front
    end, and a button would not be heard. A run in the background is a widget with a button that stops it.

    Used as a context, it also shows that the configuration is being read, before there is a run: for
    that it needs the title and the name.

    Attributes:
        run: The run, from the first time that it is shown; it outlives an error.
    """

    def __init__(self, title: str = "", name: str = "") -> None:
        self.run: Run[Any] | None = None
        self._start = RunView(title=title, name=name, where="", state="running", step="Reading the configuration")
        self._handle = DisplayHandle()
        self._shown = False
        self._widget: RunWidget | None = None
        self._drawn_at = 0.0
        self._ended = False
        self._lock = threading.Lock()
        # A message from a thread finds its cell by the context that the cell ran in.
        self._sign_of_life = threading.Timer(SIGN_OF_LIFE_SECONDS, copy_context().run, [self._show_start])
        self._sign_of_life.daemon = True

    def __enter__(self) -> Live:
        self._sign_of_life.start()
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self._sign_of_life.cancel()
        with self._lock:
            if self.run is None and self._shown:
                notices = (NoticeView(level="error", text=str(error)),) if str(error) else ()
                ended = self._start.model_copy(update={"state": "failed", "step": "", "notices": notices})
                self._draw(bundle(ended))

    def __call__(self, run: Run[Any]) -> None:
        """Draw the run as it stands, if it is time."""
        now = time.monotonic()
        going_on = run.state == "running"
        if self._ended or (going_on and self.run is not None and now - self._drawn_at < REFRESH_SECONDS):
            return
        self._drawn_at = now
        with self._lock:
            self._ended = not going_on
            if self._ended:
                self.run = run
                self._draw(bundle(final_view(run)))
                self._close_widget()
            elif self.run is None:
                self.run = run
                self._begin(run)
            elif self._widget is not None:
                self._widget.show(live_view(run))
            else:
                self._draw(bundle(live_view(run)))

    def _begin(self, run: Run[Any]) -> None:
        if not run.background:
            self._draw(bundle(live_view(run)))
            return
        from dd_jupyter.display.widget import RunWidget

        self._widget = RunWidget(live_view(run), run.cancel)
        # IPython asks a widget for its mimebundle itself; what it gives may replace the sign of life.
        self._handle.update(self._widget) if self._shown else self._handle.display(self._widget)
        self._shown = True

    def _draw(self, picture: dict[str, str]) -> None:
        if self._shown:
            self._handle.update(picture, raw=True)
        else:
            self._handle.display(picture, raw=True)
        self._shown = True

    def _show_start(self) -> None:
        with self._lock:
            if not self._shown:
                self._draw(bundle(self._start))

    def _close_widget(self) -> None:
        if self._widget is not None:
            self._widget.close()
