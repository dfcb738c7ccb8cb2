"""The records of two sides as one table, which is asked for its pages: what differs holds both values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import values, words
from dd_jupyter.display.compare.pieces import first_difference
from dd_jupyter.display.requests.request import Request
from dd_jupyter.display.requests.run import Generator, GeneratorView
from dd_jupyter.display.requests.table import Record, RecordFieldsView, Rows, RowsView, Text, TextView
from dd_jupyter.display.table.description import Description
from dd_jupyter.display.table.frames import frame_of
from dd_jupyter.display.table.table import Table
from dd_jupyter.display.view_model import CELL_CHARACTERS, CellView, FieldView
from dd_jupyter.errors import ConfigError, NotReadyError

if TYPE_CHECKING:
    from dd_jupyter.display.compare.comparison import Comparison
    from dd_jupyter.display.compare.side import Side
    from dd_jupyter.display.live_model import TableView
    from dd_jupyter.display.view_parts import View

_LINES = {"text", "json", "code"}


class CompareTable:
    """The records that one of two sides has. What is sorted and searched are the later values.

    Attributes:
        view: What the browser holds of it all the time.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._masks: dict[str | None, list[bool]] = {}
        self._all = Table(frame_of(_frame(_merged(comparison))), _description(comparison))
        self.view: TableView = self._all.view

    @property
    def answers(self) -> dict[type[Request], Callable[[Any], View | None]]:
        """The answer to each request that concerns the records."""
        return {
            Rows: self.rows,
            Record: self.record,
            Text: self.text,
            Generator: self.generator,
        }

    def rows(self, request: Rows) -> RowsView:
        """A page of the table as it is sorted and filtered."""
        found = self._all.numbers(request.sort, [one for one in request.filters if one.test != "changed"])
        for one in request.filters:
            if one.test == "changed":
                changed = self._changed(one.column)
                found = [number for number in found if changed[number]]
        page = [int(number) for number in found[request.start : request.end]]
        return RowsView(
            version=self.view.version,
            start=request.start,
            total=len(found),
            numbers=tuple(page),
            rows=tuple(self._lines(page)),
        )

    def record(self, request: Record) -> RecordFieldsView:
        """One record in full, as it is and as it was."""
        old, new = self._places(request.number)
        after = () if new is None else self._fields(self._after, request.number, new)
        before = () if old is None else self._fields(self._before, request.number, old)
        if not (after and before):  # nothing to compare it with
            return RecordFieldsView(number=request.number, fields=after or before)
        return RecordFieldsView(number=request.number, fields=after, before=before)

    def text(self, request: Text) -> TextView:
        """More of a long text."""
        old, new = self._places(request.number)
        is_old = new is None or request.column not in self._comparison.after.columns
        table, at = (self._before, old) if is_old else (self._after, new)
        if at is None:
            raise NotReadyError(f"There is no such value of `{request.column}` in record {request.number + 1:,}.")
        return table.text(request.model_copy(update={"number": at}))

    def generator(self, request: Generator) -> GeneratorView:
        """How the later configuration makes a column, or else the earlier one."""
        from dd_jupyter.display.generator import generator_of

        sides = (self._comparison.after, self._comparison.before)
        made = [generator_of(side.builder, request.column) for side in sides if side.builder is not None]
        nothing = GeneratorView(column=request.column, kind="", settings=())
        return next((one for one in made if one.settings), nothing)

    def _lines(self, page: Sequence[int]) -> list[tuple[CellView, ...]]:
        comparison = self._comparison
        names = comparison.names
        both = [(row, *comparison.rows[row]) for row in page]
        before = dict(zip([row for row, old, _ in both if old is not None],
                          self._before.cells([old for _, old, _ in both if old is not None]), strict=True))  # fmt: skip
        after = dict(zip([row for row, _, new in both if new is not None],
                         self._after.cells([new for _, _, new in both if new is not None]), strict=True))  # fmt: skip
        lines = []
        for row in page:
            old = dict(zip(comparison.before.columns, before.get(row, ()), strict=False))
            new = dict(zip(comparison.after.columns, after.get(row, ()), strict=False))
            line = [self._cell(row, name, old.get(name), new.get(name)) for name in names]
            if not (old and new):
                side = comparison.after if new else comparison.before
                line[0] = line[0].model_copy(update={"note": f"only in {side.name}"})
            lines.append(tuple(line))
        return lines

    def _cell(self, row: int, name: str, old: CellView | None, new: CellView | None) -> CellView:
        shown = new or old or CellView(text="", form="null")
        differs = self._comparison.differs.get(name)
        if old is None or new is None or differs is None or not differs[row]:
            return shown
        if old.form in _LINES and new.form in _LINES:
            # Of two long texts that begin alike, what is seen of them would be the same.
            was, now = (values.written(value) or "" for value in self._comparison.pair(row, name))
            if start := first_difference(was, now):
                before, after = (words.cut("…" + text[start:], CELL_CHARACTERS) for text in (was, now))
                return new.model_copy(update={"text": after, "before": before})
        return new.model_copy(update={"before": old.text})

    def _fields(self, table: Table, row: int, at: int) -> tuple[FieldView, ...]:
        differs = self._comparison.differs
        return tuple(
            field.model_copy(update={"differs": field.column in differs and differs[field.column][row]})
            for field in table.record(Record(number=at)).fields
        )

    def _places(self, number: int) -> tuple[int | None, int | None]:
        if number >= len(self._comparison.rows):
            raise NotReadyError(f"There is no record {number + 1:,}. Run the cell again to see those that there are.")
        return self._comparison.rows[number]

    def _changed(self, column: str | None) -> Sequence[bool]:
        comparison = self._comparison
        if column is not None and column not in comparison.names:
            raise ConfigError(f"There is no column `{column}`. Run the cell again to see those that there are.")
        if column not in self._masks:
            alone = [None in pair for pair in comparison.rows]
            differ = [differs for name, differs in comparison.differs.items() if column in {None, name}]
            self._masks[column] = list(map(any, zip(alone, *differ, strict=True)))
        return self._masks[column]

    @cached_property
    def _before(self) -> Table:
        return _table(self._comparison.before)

    @cached_property
    def _after(self) -> Table:
        return _table(self._comparison.after)


def _table(side: Side) -> Table:
    return Table(frame_of(_frame(side.columns)), side.about)


def _frame(columns: Mapping[str, Sequence[Any]]) -> Any:
    """The values as a DataFrame, none of them changed."""
    import pandas as pd

    return pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})


def _merged(comparison: Comparison) -> dict[str, Sequence[Any]]:
    """Of each column the later values, and the earlier ones where there is no later one."""
    before, after = comparison.before.columns, comparison.after.columns

    def value(name: str, old: int | None, new: int | None) -> Any:
        if new is not None and name in after:
            return after[name][new]
        return before[name][old] if old is not None and name in before else None

    aligned = all(old == new for old, new in comparison.rows)
    return {
        name: after.get(name, before.get(name, []))
        if aligned
        else [value(name, *pair) for pair in comparison.rows]
        for name in comparison.names
    }  # fmt: skip


def _description(comparison: Comparison) -> Description:
    """What is known of all columns; the model gives way to where a column is, if but one side has it."""
    before, after = comparison.before.about, comparison.after.about
    only = {
        name: f"only in {(comparison.after if name in comparison.after.columns else comparison.before).name}"
        for name in comparison.names
        if name not in comparison.differs
    }
    return Description(
        kinds={
            name: (comparison.kind(name), only.get(name) or after.detail(name) or before.detail(name))
            for name in comparison.names
        },
        types={**before.types, **after.types},
        languages={**before.languages, **after.languages},
        scales={**before.scales, **after.scales},
        folder=after.folder,
    )
