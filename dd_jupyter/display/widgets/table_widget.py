"""Any DataFrame as a table that can be sorted, searched and read record by record."""

from __future__ import annotations

from typing import Any

from dd_jupyter.display.html import table_to_html
from dd_jupyter.display.live_model import LiveTableView
from dd_jupyter.display.saved import first_records
from dd_jupyter.display.saved_model import SavedAnswers
from dd_jupyter.display.table.frames import frame_of
from dd_jupyter.display.table.sample import TableSampleView
from dd_jupyter.display.table.table import Table
from dd_jupyter.display.text import table_to_text
from dd_jupyter.display.view_model import RecordsView
from dd_jupyter.display.widgets.widget import ViewWidget

SAMPLE_RECORDS = 10
"""So many records stay in a saved notebook."""


class TableWidget(ViewWidget[LiveTableView]):
    """A table; its first records stand as static HTML or as text where no widget is drawn."""

    def __init__(self, table: Table, name: str, detail: str) -> None:
        self._table = table
        self._name = name
        self._detail = detail
        live = LiveTableView(name=name, detail=detail, table=table.view)
        super().__init__(live, table.answers, self._draw_static, self._answers_to_keep)

    def __repr__(self) -> str:
        return f"<TableWidget {self._name or self._detail}, {self._table.view.rows:,} records>"

    def _draw_static(self) -> dict[str, str]:
        total = self._table.view.rows or 0
        rows = self._table.cells(range(min(total, SAMPLE_RECORDS)))
        records = RecordsView(columns=self._table.view.columns, rows=rows, total=total, expected=total)
        view = TableSampleView(name=self._name, detail=self._detail, records=records)
        return {"text/html": table_to_html(view), "text/plain": table_to_text(view)}

    def _answers_to_keep(self) -> SavedAnswers:
        return first_records(self._table.answers, min(self._table.view.rows or 0, SAMPLE_RECORDS))


def table(data: Any, name: str = "") -> TableWidget:
    """Show a DataFrame as a table of any size: sorted, filtered, searched, each record to be read in full.

    Nothing is converted or copied before it is looked at, so a million records show as fast as a hundred. A saved
    notebook keeps the first ten. Data that is changed in place afterwards may be seen changed.

    Args:
        data: A DataFrame or Series of pandas or polars, a pyarrow Table, anything else with
            ``__arrow_c_stream__``, a Parquet file, a folder of them or a list of them.
        name: What it is called, to be told from other tables.

    Raises:
        ConfigError: When it is none of these, or cannot be read.
    """
    frame = frame_of(data)
    return TableWidget(Table(frame), name, frame.detail)
