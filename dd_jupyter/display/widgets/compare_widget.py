"""The view of a comparison in the browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dd_jupyter.display import front_end
from dd_jupyter.display.answers.kept import keep
from dd_jupyter.display.compare.compare_text import compare_to_text
from dd_jupyter.display.compare.compare_view import compare_view, live_view
from dd_jupyter.display.compare.comparison import Comparison
from dd_jupyter.display.html import compare_to_html
from dd_jupyter.display.live_model import LiveCompareView
from dd_jupyter.display.requests.comparison import Changes, ChangesView
from dd_jupyter.display.requests.request import Request
from dd_jupyter.display.requests.run import Generator
from dd_jupyter.display.requests.table import Record, Rows, Text
from dd_jupyter.display.saved import first_records, in_bounds
from dd_jupyter.display.saved_model import SavedAnswers
from dd_jupyter.display.view_parts import View
from dd_jupyter.display.widgets.widget import ViewWidget

KEPT_RECORDS = 10
"""Records that a notebook keeps of a comparison."""


class CompareWidget(ViewWidget[LiveCompareView]):
    """Two previews, side by side.

    The comparison is held only while it is among the last results that were shown, or a variable holds it.
    """

    def __init__(self, comparison: Comparison) -> None:
        """Show a comparison."""
        self._comparison = keep(comparison)
        super().__init__(
            live_view(comparison),
            {**dict.fromkeys((Rows, Record, Text, Generator), self._of_records), Changes: self._changes},
            static=lambda: static_bundle(self._comparison()),
            saved=self._answers_to_keep,
        )

    def __repr__(self) -> str:
        return f"<CompareWidget {self.live['before']['name']}, {self.live['after']['name']}>"

    def _of_records(self, asked: Request) -> View | None:
        answer: Callable[[Any], View | None] = self._comparison().table.answers[type(asked)]
        return answer(asked)

    def _answers_to_keep(self) -> SavedAnswers:
        comparison = self._comparison()
        records = first_records(comparison.table.answers, min(comparison.table.view.rows or 0, KEPT_RECORDS))
        return in_bounds(records.model_copy(update={"changes": comparison.changes}))

    def _changes(self, _asked: Changes) -> ChangesView:
        return self._comparison().changes


def compare_bundle(comparison: Comparison) -> dict[str, Any] | tuple[dict[str, Any], dict[str, Any]] | None:
    """What IPython shows: a widget where there may be a browser, and what stands for it elsewhere."""
    if not front_end.has_a_kernel():
        return static_bundle(comparison)
    return CompareWidget(comparison)._repr_mimebundle_()


def static_bundle(comparison: Comparison) -> dict[str, str]:
    """Static HTML and plain text: both last in a saved notebook."""
    view = compare_view(comparison)
    return {"text/html": compare_to_html(view), "text/plain": compare_to_text(view)}
