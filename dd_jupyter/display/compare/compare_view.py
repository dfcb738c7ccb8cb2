"""A comparison -> what there is to see of it, live and static."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import values
from dd_jupyter.display.compare.compare_model import (
    ChangedRecordView,
    ChangedTextView,
    ColumnRowView,
    CompareView,
    Pieces,
)
from dd_jupyter.display.compare.pieces import PieceView, first_difference, pieces_of
from dd_jupyter.display.live_model import ChangedColumnView, LiveCompareView, SideView
from dd_jupyter.display.view_parts import StatusView
from dd_jupyter.display.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dd_jupyter.display.compare.comparison import Comparison
    from dd_jupyter.display.compare.side import Side
    from dd_jupyter.display.view_model import FieldView

RECORDS = 5
"""Records that a notebook keeps of a comparison."""

VALUES = 8
"""Values of a record that it keeps."""

VALUE_CHARACTERS = 400
VALUE_LEAD = 60
"""Of what the values have in common, about as much stands before their first difference."""

SETTING_CHARACTERS = 4_000
COMPARED_CHARACTERS = 200_000
"""A difference that comes later in a text is not found for the static view."""


LONG = 240
"""What both texts have in common is cut where it is longer."""

LEFT = 90
"""Of what is cut, as much is left on either side."""


def columns_of(comparison: Comparison) -> tuple[ChangedColumnView, ...]:
    """The columns that differ, are made otherwise, or are but in one of the two."""
    found = []
    otherwise = {name for change in comparison.settings for name in change.columns}
    for name in comparison.names:
        only = "both" if name in comparison.differs else "after" if name in comparison.after.columns else "before"
        changed = comparison.changed_in(name) if only == "both" else 0
        settings = name in otherwise
        if changed or settings or only != "both":
            found.append(
                ChangedColumnView(
                    name=name,
                    kind=comparison.what(name),
                    changed=changed,
                    types=comparison.types.get(name, ""),
                    only=only,
                    settings=settings,
                )
            )
    return tuple(found)


def side_view(side: Side) -> SideView:
    """What stands of a side in the head."""
    return SideView(name=side.name, records=len(side), where=side.where)


def status_of(comparison: Comparison) -> StatusView:
    """In how many of the records that both have they differ."""
    common = len(comparison.common)
    if not common:
        return StatusView(mark="▲", text="No record in common", tone="warning")
    if not comparison.changed:
        every = "The record is the same" if common == 1 else f"All {common:,} records are the same"
        return StatusView(mark="✓", text=every, tone="completed")
    differ = "differs" if common == 1 else "differ"
    return StatusView(mark="≠", text=f"{comparison.changed:,} of {counted(common, 'record')} {differ}", tone="running")


def live_view(comparison: Comparison) -> LiveCompareView:
    """What the browser holds of it all the time."""
    return LiveCompareView(
        before=side_view(comparison.before),
        after=side_view(comparison.after),
        notices=comparison.caveats,
        table=comparison.table.view,
        compared=len(comparison.common),
        changed=comparison.changed,
        columns=columns_of(comparison),
    )


def compare_view(comparison: Comparison) -> CompareView:
    """All of it that a notebook keeps."""
    columns = columns_of(comparison)
    told = {column.name for column in columns}
    rows = comparison.rows_that_differ
    return CompareView(
        before=side_view(comparison.before),
        after=side_view(comparison.after),
        status=status_of(comparison),
        notices=comparison.caveats,
        compared=len(comparison.common),
        columns=tuple(
            ColumnRowView(column=column, measures=comparison.measures.get(column.name, ())) for column in columns
        ),
        same=tuple(name for name in comparison.names if name not in told),
        settings=tuple(_settings(comparison)),
        records=tuple(_record(comparison, row) for row in rows[:RECORDS]),
        more=max(0, len(rows) - RECORDS),
    )


def _settings(comparison: Comparison) -> Iterator[ChangedTextView]:
    for change in comparison.settings:
        old, new = (text and text[:SETTING_CHARACTERS] for text in (change.before, change.after))
        before, after = pieces_of(old or "", new or "")
        yield ChangedTextView(
            columns=change.columns,
            name=change.name,
            before=None if old is None else _short(before),
            after=None if new is None else _short(after),
            code=change.code,
        )


def _record(comparison: Comparison, row: int) -> ChangedRecordView:
    names = [name for name in comparison.shared if comparison.is_changed(row, name)]
    return ChangedRecordView(
        number=row + 1,
        values=tuple(_value(comparison, row, name) for name in names[:VALUES]),
        more=max(0, len(names) - VALUES),
    )


def _value(comparison: Comparison, row: int, name: str) -> ChangedTextView:
    was, now = comparison.pair(row, name)
    old, new = _written(was, comparison.before, name), _written(now, comparison.after, name)
    start = first_difference(old, new, VALUE_LEAD)
    lead = "…" if start else ""
    before, after = pieces_of(*(lead + text[start : start + VALUE_CHARACTERS] for text in (old, new)))
    cut = [(pieces, len(text) > start + VALUE_CHARACTERS) for pieces, text in ((before, old), (after, new))]
    shown = [_short(pieces) + ((PieceView(text="…"),) if longer else ()) for pieces, longer in cut]
    return ChangedTextView(columns=(name,), before=shown[0] if old else None, after=shown[1] if new else None)


def _written(value: Any, side: Side, name: str) -> str:
    """The value as a text: "" where there is none."""
    about = side.about
    fields = values.fields(name, value, about.type(name), "", folder=about.folder, characters=COMPARED_CHARACTERS)
    return " ".join(_field(field) for field in fields)


def _field(field: FieldView) -> str:
    if field.scores:
        return "\n".join(f"{one.name} {one.score}: {one.reasoning}" for one in field.scores)
    if field.form == "image":
        return f"image of {len(field.text):,} characters"
    if field.form == "json":
        return json.dumps(json.loads(field.text), ensure_ascii=False) if not field.cut else field.text
    return field.text


def _short(pieces: Sequence[PieceView]) -> Pieces:
    return tuple(
        piece
        if piece.differs or len(piece.text) <= LONG
        else PieceView(text=f"{piece.text[:LEFT]} … {piece.text[-LEFT:]}")
        for piece in pieces
    )
