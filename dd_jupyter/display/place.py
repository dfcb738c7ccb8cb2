"""The output of a cell, which is replaced as things go on, from whatever thread."""

from __future__ import annotations

import threading
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from IPython.display import DisplayHandle

if TYPE_CHECKING:
    from dd_jupyter.display.saved_model import SavedAnswers
    from dd_jupyter.display.widgets.widget import ViewWidget


class Place:
    """One output: static HTML and text, and in the page a widget that takes their place.

    Attributes:
        widget: Draws the same, and more; None without one.
        shown: Whether there is something in it.
    """

    def __init__(self) -> None:
        self.widget: ViewWidget[Any] | None = None
        self.shown = False
        self._handle = DisplayHandle()
        self._lock = threading.RLock()
        # A message from a thread finds its cell by the context that the cell ran in.
        self._context = copy_context()

    def reserve(self) -> None:
        """Stand in the output from now on, with nothing in it.

        ipykernel 6 takes what a thread shows for an output of whatever it heard last, a click for one. What has
        its place already is found there.
        """
        if not self.shown:
            self.draw({"text/html": "", "text/plain": ""})

    def draw(self, static: dict[str, str], saved: SavedAnswers | None = None) -> None:
        """Show this in place of what was shown before.

        Args:
            static: HTML and text.
            saved: What the output keeps of the widget, if there is one.
        """
        picture = static if self.widget is None else self.widget.bundle_with(static, saved)
        with self._lock:
            show = self._handle.update if self.shown else self._handle.display
            self._context.copy().run(show, picture, raw=True)
            self.shown = True
