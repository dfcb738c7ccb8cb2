"""Runs and panels as static, self-contained HTML: for GitHub, nbconvert, a reopened notebook, and live without widgets.

Values are text that models, seed files and servers wrote: autoescape is on for all of it, and control
characters never reach the page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from dd_jupyter.display import words
from dd_jupyter.display.folding import fold
from dd_jupyter.display.panel import PanelView
from dd_jupyter.display.report_model import ReportView
from dd_jupyter.display.view_model import CellView, ColumnHeadView, RecordsView, RunView
from dd_jupyter.display.view_parts import StatusView

if TYPE_CHECKING:
    from jinja2 import Environment

    from dd_jupyter.display.compare.compare_model import CompareView
    from dd_jupyter.display.migration_model import MigrationView
    from dd_jupyter.display.table.sample import TableSampleView

TABLE_RECORDS = 10
FULL_RECORDS = 5
"""Records that are drawn in the table, and below it in full."""

SHORT_COLUMN = 26
"""Columns up to this many characters are shown whole; wider ones share the room that is left."""

LONG_COLUMN = 20
"""The least room for a column of long texts, in characters, before the table scrolls sideways."""

LONG_NAME = 18
LONG_KIND = 14
"""A long name, or kind in its smaller letters, widens a column of short values up to here, then it is cut too."""

# Raster types only, since an SVG is a document; and nothing but base64, since the rest could be anything.
_RASTER = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}")


def to_html(view: RunView) -> str:
    """Draw a run; the same view always gives the same text."""
    progress, folded = fold(view.progress)
    view = view.model_copy(update={"records": _first(view.records)})
    mark, state = words.STATES[view.state]
    records = view.records
    room = _room(records.columns, records.rows) if records else ()

    template = _environment().get_template("run.html")
    return template.render(
        view=view,
        status=view.status or StatusView(mark=mark, text=state, tone=view.state),
        progress=progress,
        folded=folded,
        room=room,
        table_room=sum(width or LONG_COLUMN for width in room),
    )


def panel_to_html(view: PanelView) -> str:
    """Draw anything that is no run; the same view always gives the same text."""
    return _environment().get_template("panel.html").render(view=view)


def report_to_html(view: ReportView) -> str:
    """Draw a resolution report; the same view always gives the same text."""
    return _environment().get_template("report.html").render(view=view)


def table_to_html(view: TableSampleView) -> str:
    """Draw the first records of a table; the same view always gives the same text."""
    room = _room(view.records.columns, view.records.rows)
    return (
        _environment()
        .get_template("table.html")
        .render(view=view, room=room, table_room=sum(width or LONG_COLUMN for width in room))
    )


def compare_to_html(view: CompareView) -> str:
    """Draw a comparison; the same view always gives the same text."""
    return _environment().get_template("compare.html").render(view=view)


def migration_to_html(view: MigrationView) -> str:
    """Draw a migration; the same view always gives the same text."""
    return _environment().get_template("migration.html").render(view=view)


def compile_templates() -> None:
    """Make the templates ready, which the first picture would wait for."""
    for file in resources.files("dd_jupyter.display").joinpath("templates").iterdir():
        if file.name.endswith((".html", ".css")):
            _environment().get_template(file.name)


def _first(records: RecordsView | None) -> RecordsView | None:
    if records is None:
        return None
    return records.model_copy(update={"rows": records.rows[:TABLE_RECORDS], "full": records.full[:FULL_RECORDS]})


@cache
def _environment() -> Environment:
    # jinja2 is imported with the first run that is shown, not with the package.
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        auto_reload=False,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(levels=words.LEVELS, out_of=words.out_of, shown=words.shown)
    environment.filters.update(
        count=words.count,
        elapsed=words.elapsed,
        left=words.left,
        percent=_percent,
        prose=_prose,
        rate=words.rate,
    )
    environment.tests.update(raster=_is_raster)
    return environment


def _template(name: str) -> str:
    """A template without its indentation, which would be a third of every output; values are not in it yet."""
    source = resources.files("dd_jupyter.display").joinpath("templates", name).read_text("utf-8")
    if name.endswith(".css"):
        source = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
        source = re.sub(r"\s*([{};,>])\s*|(:)\s+", r"\1\2", source)
    return re.sub(r"\n\s+", "\n", source).strip()


def _finalize(value: object) -> object:
    """Every value passes here on its way to being escaped."""
    from markupsafe import Markup

    return words.printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _is_raster(text: str) -> bool:
    return _RASTER.fullmatch(text) is not None


def _percent(share: float) -> str:
    """A share as a CSS length, whatever the number is: ``70%``."""
    return f"{min(1.0, max(0.0, share)) * 100:.4g}%" if math.isfinite(share) else "0%"


def _prose(text: str) -> list[str]:
    """Our sentences name things in backticks: every second part is one, the others are the words around."""
    parts = text.split("`")
    return parts if len(parts) % 2 else [text]


def _room(columns: Sequence[ColumnHeadView], rows: Sequence[Sequence[CellView]]) -> tuple[int, ...]:
    """Width of each column of the table in characters, 0 for one of long texts.

    Widths that follow from the values keep the table from jumping whenever a record arrives.
    """
    widths = [_width(head, [row[index] for row in rows if index < len(row)]) for index, head in enumerate(columns)]
    words_last = [index for index, head in enumerate(columns) if not head.numeric][-1:]
    if all(widths) and words_last:
        widths[words_last[0]] = 0
    return tuple(widths)


def _width(head: ColumnHeadView, cells: Sequence[CellView]) -> int:
    kind = len(head.kind) + (len(head.detail) + 3 if head.detail else 0)
    of_head = max(min(LONG_NAME, len(head.name) + 1), min(LONG_KIND, kind))
    of_cells = max((len(cell.text) + (len(cell.note) + 1 if cell.note else 0) for cell in cells), default=0)
    return max(5, of_head, of_cells) if of_cells <= SHORT_COLUMN else 0
