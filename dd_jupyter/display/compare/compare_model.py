"""What there is to see of a comparison where no widget is drawn."""

from __future__ import annotations

from dd_jupyter.display.compare.pieces import PieceView
from dd_jupyter.display.live_model import ChangedColumnView, SideView
from dd_jupyter.display.requests.comparison import MeasureView
from dd_jupyter.display.view_parts import NoticeView, StatusView, View

Pieces = tuple[PieceView, ...]


class ChangedTextView(View):
    """A text as it was and as it is, in pieces; None where there is none.

    Attributes:
        columns: Whose it is.
        name: Of a setting; of a value "".
        code: Whether it is code or a template, to be set as such.
    """

    columns: tuple[str, ...]
    name: str = ""
    before: Pieces | None
    after: Pieces | None
    code: bool = False


class ChangedRecordView(View):
    """What of a record differs; `number` counts from 1."""

    number: int
    values: tuple[ChangedTextView, ...]
    more: int = 0


class ColumnRowView(View):
    """A column that differs, and its means."""

    column: ChangedColumnView
    measures: tuple[MeasureView, ...] = ()


class CompareView(View):
    """A comparison, whole.

    Attributes:
        status: "8 of 10 records differ".
        columns: Those that differ, or are made otherwise.
        same: Names of those that do not.
        settings: How columns are made otherwise.
        records: The first records that differ.
        more: Records beyond those that differ too.
    """

    before: SideView
    after: SideView
    status: StatusView
    notices: tuple[NoticeView, ...] = ()
    compared: int
    columns: tuple[ColumnRowView, ...] = ()
    same: tuple[str, ...] = ()
    settings: tuple[ChangedTextView, ...] = ()
    records: tuple[ChangedRecordView, ...] = ()
    more: int = 0
