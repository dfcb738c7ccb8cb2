"""A table that answers what a view asks of it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dd_jupyter.display import values
from dd_jupyter.display.answers.awaiting import check
from dd_jupyter.display.live_model import TableView
from dd_jupyter.display.profile import PROFILED_RECORDS, profiles
from dd_jupyter.display.records_view import cells_of, fields_of, heads_of
from dd_jupyter.display.requests.request import Request
from dd_jupyter.display.requests.table import (
    Filter,
    Profile,
    ProfileView,
    Record,
    RecordFieldsView,
    Rows,
    RowsView,
    Sort,
    Text,
    TextView,
)
from dd_jupyter.display.table.arrangement import Arrangement
from dd_jupyter.display.table.colouring import tokens_of
from dd_jupyter.display.table.comparable import Kind
from dd_jupyter.display.table.counts import different
from dd_jupyter.display.table.description import Description, guess
from dd_jupyter.display.table.frames import PIECE_RECORDS, Frame, Piece
from dd_jupyter.display.table.markdown import markdown_of
from dd_jupyter.display.view_model import CellView, ColumnProfileView, FieldView
from dd_jupyter.display.view_parts import View
from dd_jupyter.errors import NotReadyError

TEXT_CHARACTERS = 100_000
"""So much of a text is in one answer; a view can ask for more."""

IMAGE_BYTES = 5_000_000
"""A larger picture is named but not shown. No notebook keeps what is answered."""


class Table:
    """Records that are asked for, from any thread."""

    def __init__(
        self,
        frame: Frame,
        description: Description | None = None,
        version: int = 1,
        statistics: Mapping[str, Any] | None = None,
    ) -> None:
        """Make a table of records; nothing of them is read yet, but the first few.

        Args:
            frame: The records.
            description: What is known of the columns; None for what the values themselves tell.
            version: Changes with the records.
            statistics: The library's statistics of each column it has profiled, by its name.
        """
        self._frame = frame
        self._known = guess(frame) if description is None else description
        self._statistics = statistics or {}
        self._arrangement = Arrangement(_Compared(frame, self._known))
        self._profile: ProfileView | None = None
        self._lock = threading.Lock()
        self._profiling = threading.Lock()
        numeric = {name for name in frame.names if frame.looks_numeric(name)}
        self.view = TableView(version=version, columns=heads_of(frame.names, self._known, numeric), rows=len(frame))

    @property
    def answers(self) -> dict[type[Request], Callable[[Any], View | None]]:
        """What answers each request that concerns a table."""
        return {
            Rows: self.rows,
            Record: self.record,
            Text: self.text,
            Profile: self.profile,
        }

    def rows(self, request: Rows) -> RowsView:
        """A page of the table as it is sorted and filtered.

        Raises:
            ConfigError: When a column is not there, or a filter's value does not fit it.
            ForgottenError: When the answer is no longer waited for.
        """
        found = self.numbers(request.sort, request.filters)
        numbers = tuple(int(number) for number in found[request.start : request.end])
        return RowsView(
            version=self.view.version,
            start=request.start,
            total=len(found),
            numbers=numbers,
            rows=self.cells(numbers),
        )

    def numbers(self, sort: Sequence[Sort] = (), filters: Sequence[Filter] = ()) -> Sequence[int]:
        """The numbers of the records that pass all filters, in order: see `Arrangement.numbers`."""
        give_up = check()
        with self._lock:
            give_up()
            return self._arrangement.numbers(sort, filters, give_up)

    def cells(self, numbers: Sequence[int]) -> tuple[tuple[CellView, ...], ...]:
        """These records on a line each."""
        return tuple(cells_of(row, self._frame.names, self._known) for row in self._frame.rows(numbers))

    def record(self, request: Record) -> RecordFieldsView:
        """One record in full.

        Raises:
            NotReadyError: When it is not there.
        """
        (row,) = self._rows(request.number)
        fields = fields_of(row, self._frame.names, self._known, characters=TEXT_CHARACTERS, image_bytes=IMAGE_BYTES)
        return RecordFieldsView(number=request.number, fields=tuple(map(_dressed, fields)))

    def text(self, request: Text) -> TextView:
        """More of a long text.

        Raises:
            NotReadyError: When its record or column is not there.
        """
        if request.column not in self._frame.names:
            raise NotReadyError(
                f"There is no column `{request.column}`. Run the cell again to see those that there are."
            )
        (row,) = self._rows(request.number)
        whole = next(fields_of(row, [request.column], self._known, characters=sys.maxsize, image_bytes=0)).text
        end = request.start + TEXT_CHARACTERS
        return TextView(text=whole[request.start : end], cut=max(0, len(whole) - end))

    def profile(self, _request: Profile) -> ProfileView:
        """What the values of each column are like."""
        give_up = check()
        with self._profiling:
            if self._profile is None:
                head = self._frame.head(PROFILED_RECORDS)
                kinds = {name: self._known.kind(name) for name in self._frame.names}
                types = {name: self._known.type(name) for name in self._frame.names}
                drawn = profiles(head, kinds, self._statistics, types)
                columns = tuple(self._counted(profile, len(head), give_up) for profile in drawn)
                self._profile = ProfileView(records=len(self._frame), drawn=len(head), columns=columns)
            return self._profile

    def _counted(self, profile: ColumnProfileView, drawn: int, give_up: Callable[[], None]) -> ColumnProfileView:
        """The profile with the counts of all records, where neither the library nor the first ones tell them."""
        if drawn == len(self._frame) or profile.name in self._statistics:
            return profile
        give_up()
        nulls = self._frame.nulls(profile.name)
        return profile.model_copy(
            update={
                "nulls": profile.nulls if nulls is None else nulls,
                "unique": different(self._frame, profile.name, give_up),
            }
        )

    def _rows(self, number: int) -> list[dict[str, Any]]:
        if number >= len(self._frame):
            raise NotReadyError(f"There is no record {number + 1:,} in this table, which has {len(self._frame):,}.")
        return self._frame.rows([number])


class _Compared:
    """A frame whose judges' answers are compared by their scores."""

    def __init__(self, frame: Frame, known: Description) -> None:
        self.names = frame.names
        self._frame = frame
        self._known = known

    def __len__(self) -> int:
        return len(self._frame)

    def kind(self, name: str) -> Kind:
        """How the values of a column are compared."""
        if self._known.type(name) != "llm-judge":
            return self._frame.kind(name)
        return "number" if name in self._known.scored else "text"

    def pieces(self, name: str) -> list[Piece]:
        """A column, piece by piece."""
        if self._known.type(name) != "llm-judge":
            return self._frame.pieces(name)
        kind = self.kind(name)
        return [
            lambda start=start: self._scores(name, start, kind)  # type: ignore[misc]
            for start in range(0, len(self._frame), PIECE_RECORDS)
        ]

    def _scores(self, name: str, start: int, kind: Kind) -> Any:
        import pyarrow as pa

        numbers = range(start, min(start + PIECE_RECORDS, len(self._frame)))
        scores = [values.score(value) for value in self._frame.values(name, numbers)]
        if kind == "text":
            return pa.array(scores, pa.large_string())
        return pa.array([values.number(score) for score in scores], pa.float64())


def _dressed(field: FieldView) -> FieldView:
    """The field as a reader wants it: code coloured, Markdown set, a trace as its messages alone."""
    if field.form == "code":
        return field.model_copy(update={"tokens": tokens_of(field.text, field.language)})
    if field.form == "trace":
        return field.model_copy(update={"text": "", "cut": 0})
    if field.form == "text" and not field.cut:
        return field.model_copy(update={"markdown": markdown_of(field.text)})
    return field
