"""What a view may ask of a table."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from dd_jupyter.display.requests.request import Index, Request, Short
from dd_jupyter.display.view_model import CellView, ColumnProfileView, FieldView
from dd_jupyter.display.view_parts import View

PAGE_ROWS = 500
"""The most rows in one answer."""

Test = Literal["contains", "equals", "differs", "at least", "at most", "empty", "filled", "changed"]


class Sort(Request):
    """By which column a table is sorted."""

    column: Short
    descending: bool = False


class Filter(Request):
    """What the rows that are shown have in common.

    Attributes:
        column: None for any column, with the tests "contains" and "changed".
        test: "changed" is for comparisons alone: the value is not what it was before.
        value: As a person types it; of no meaning for "empty", "filled" and "changed". Texts are compared without
            regard to case.
    """

    column: Short | None
    test: Test
    value: Short = ""

    @model_validator(mode="after")
    def _any_column_contains(self) -> Filter:
        if self.column is None and self.test not in {"contains", "changed"}:
            raise ValueError("only `contains` and `changed` are looked for in any column")
        return self


class Rows(Request):
    """A page of a table as it is sorted and filtered.

    Attributes:
        sort: The first counts most; () for the records' own order.
        filters: All of them hold.
        start: First row, from 0, of those that pass the filters.
        end: The row after the last.
    """

    op: Literal["rows"] = "rows"
    sort: Annotated[tuple[Sort, ...], Field(max_length=8)] = ()
    filters: Annotated[tuple[Filter, ...], Field(max_length=32)] = ()
    start: Index
    end: Index

    @model_validator(mode="after")
    def _is_a_page(self) -> Rows:
        if not 0 <= self.end - self.start <= PAGE_ROWS:
            raise ValueError(f"a page has up to {PAGE_ROWS} rows")
        return self


class RowsView(View):
    """A page of a table.

    Attributes:
        version: Of the table, as in `TableView`.
        start: First row of the page.
        total: Rows that pass the filters.
        numbers: The number of each record in the dataset, from 0; sorting and filtering leave it.
        rows: A cell for each column.
    """

    version: int
    start: int
    total: int
    numbers: tuple[int, ...]
    rows: tuple[tuple[CellView, ...], ...]

    def to_wire(self) -> dict[str, Any]:
        """As it travels: what goes without saying of a cell is left out, which halves a page."""
        wire = self.model_dump(mode="json", exclude={"rows"})
        return {**wire, "rows": [[cell.model_dump(exclude_defaults=True) for cell in row] for row in self.rows]}


class Record(Request):
    """One record in full.

    Attributes:
        number: Of the record in the dataset, from 0.
    """

    op: Literal["record"] = "record"
    number: Index


class RecordFieldsView(View):
    """One record in full; `number` counts from 0. In a comparison `fields` are those of the later preview."""

    number: int
    fields: tuple[FieldView, ...]
    before: tuple[FieldView, ...] = ()


class Text(Request):
    """More of a long text, of which `Record` gives the beginning.

    Attributes:
        start: Characters to leave out.
    """

    op: Literal["text"] = "text"
    number: Index
    column: Short
    start: Index


class TextView(View):
    """A piece of a text; `cut` characters follow it."""

    text: str
    cut: int = 0


class Profile(Request):
    """What the values of each column are like."""

    op: Literal["profile"] = "profile"


class ProfileView(View):
    """What the values of each column are like.

    Attributes:
        records: Records in the dataset.
        drawn: From how many of them, the first ones, the distributions are.
    """

    records: int
    drawn: int
    columns: tuple[ColumnProfileView, ...]


class RowsTold(RowsView):
    """The records of a run in the making, as many as fit the eye."""

    tell: Literal["rows"] = "rows"
