"""The first records of a table, for where no widget is drawn."""

from __future__ import annotations

from dd_jupyter.display.view_model import RecordsView
from dd_jupyter.display.view_parts import View


class TableSampleView(View):
    """The first records of a table.

    Attributes:
        name: What it is called; "" without a name.
        detail: What it is, in words: "pandas DataFrame".
    """

    name: str
    detail: str
    records: RecordsView
