"""A run, shown in the output of the cell that started it, from its first moment to its end."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import front_end, words
from dd_jupyter.display.bundle import bundle
from dd_jupyter.display.place import Place
from dd_jupyter.display.run_view import final_view, live_view
from dd_jupyter.display.saved import answers_of_run
from dd_jupyter.display.view_model import RunView
from dd_jupyter.display.view_parts import NoticeView
from dd_jupyter.execution.run import Run

if TYPE_CHECKING:
    from dd_jupyter.display.widgets.run_widget import RunWidget

REFRESH_SECONDS = 0.25
"""Four pictures a second are enough to see that it goes on, and few enough not to flicker."""

WIDGET_REFRESH_SECONDS = 0.1
"""A widget changes in place, so it may do so ten times a second."""

SIGN_OF_LIFE_SECONDS = 0.1
"""A cell whose configuration takes longer to read shows so, before a person wonders."""


class Live:
    """Watches a run and draws it, while it goes on and when it has ended.

    It is static HTML, drawn anew as things go on, and in the page a widget takes its place as soon as a browser
    can draw one; from then on only the last picture is drawn, which stays in a saved notebook.

    Used as a context, it also shows that the configuration is being read, before there is a run: for
    that it needs the title and the name.

    Attributes:
        run: The run, from the first time that it is shown; it outlives an error.
    """

    def __init__(self, title: str = "", name: str = "") -> None:
        self.run: Run[Any] | None = None
        self._start = RunView(title=title, name=name, where="", state="running", step="Reading the configuration")
        self._place = Place()
        self._widget: RunWidget | None = None
        self._drawn_at = 0.0
        self._ended = False
        self._lock = threading.Lock()
        self._sign_of_life = threading.Timer(SIGN_OF_LIFE_SECONDS, self._show_start)
        self._sign_of_life.daemon = True

    def reserve(self) -> None:
        """Have its place in the output now, for a run that may begin later and in a thread."""
        self._place.reserve()

    def __enter__(self) -> Live:
        self._sign_of_life.start()
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        self._sign_of_life.cancel()
        with self._lock:
            if self.run is None and self._place.shown:
                notices = (NoticeView(level="error", text=words.shortened(str(error))),) if str(error) else ()
                ended = self._start.model_copy(update={"state": "failed", "step": "", "notices": notices})
                self._place.draw(bundle(ended))

    def __call__(self, run: Run[Any]) -> None:
        """Draw the run as it stands, if it is time."""
        now = time.monotonic()
        going_on = run.state == "running"
        pause = WIDGET_REFRESH_SECONDS if self._is_widget else REFRESH_SECONDS
        if self._ended or (going_on and self.run is not None and now - self._drawn_at < pause):
            return
        self._drawn_at = now
        with self._lock:
            self._ended = not going_on
            begins = self.run is None
            if begins:
                self.run = run
                self._begin(run)
            elif self._widget is not None:
                self._widget.update()
            if self._ended:
                self._draw(final_view(run))
            elif begins or not self._is_widget:
                self._draw(live_view(run))

    def _draw(self, view: RunView) -> None:
        self._place.draw(bundle(view), None if self.run is None else answers_of_run(view, self.run.logged))

    def _begin(self, run: Run[Any]) -> None:
        if not front_end.has_a_kernel():
            return
        from dd_jupyter.display.widgets.run_widget import RunWidget

        self._widget = self._place.widget = RunWidget(run)

    @property
    def _is_widget(self) -> bool:
        """Whether someone sees the widget, and not the static HTML."""
        return self._widget is not None and (self._widget.heard or front_end.needs_widget_output())

    def _show_start(self) -> None:
        with self._lock:
            if not self._place.shown:
                self._place.draw(bundle(self._start))
