"""Records of a run -> a table of the first ones, and some of them in full."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from dd_jupyter.display import values, words
from dd_jupyter.display.bounds import NAME_CHARACTERS
from dd_jupyter.display.table.description import KINDS, Description, describe, kinds_of
from dd_jupyter.display.table.frames import unique_names
from dd_jupyter.display.view_model import FIELD_CHARACTERS, CellView, ColumnHeadView, FieldView, RecordsView, RecordView
from dd_jupyter.execution.run import Run

__all__ = ["KINDS", "cells_of", "fields_of", "heads_of", "kinds_of", "records_of"]


def records_of(
    run: Run[Any], names: Sequence[str], rows: Sequence[dict[str, Any]], total: int | None, *, full: int = 0
) -> RecordsView:
    """The table of `rows`, with `names` as its columns.

    Args:
        run: Whose they are.
        names: Columns in their order, those that are not made yet too.
        rows: The first records.
        total: Records there are in all; None where that is not known.
        full: How many of the rows to show in full too.
    """
    known = describe(run)
    numeric = {name for name in names if any(values.is_number(row.get(name)) for row in rows)}
    return RecordsView(
        columns=heads_of(names, known, numeric),
        rows=tuple(cells_of(row, names, known) for row in rows),
        total=total,
        expected=run.workload.num_records,
        full=tuple(
            RecordView(number=number, fields=tuple(fields_of(row, names, known)))
            for number, row in enumerate(rows[:full], start=1)
        ),
    )


def heads_of(names: Sequence[str], known: Description, numeric: Collection[str]) -> tuple[ColumnHeadView, ...]:
    """The heads of columns, of which those in `numeric` align to the right."""
    return tuple(
        ColumnHeadView(
            name=shown,
            kind=words.clipped(known.kind(name), NAME_CHARACTERS),
            detail=words.clipped(known.detail(name), NAME_CHARACTERS),
            numeric=name in numeric,
        )
        for name, shown in zip(names, unique_names(names), strict=True)
    )


def cells_of(row: Mapping[str, Any], names: Sequence[str], known: Description) -> tuple[CellView, ...]:
    """A record on one line; what it does not have yet is pending."""
    return tuple(
        values.cell(row[name], known.type(name), scale=known.scales.get(name)) if name in row else values.PENDING
        for name in names
    )


def fields_of(
    row: Mapping[str, Any],
    names: Sequence[str],
    known: Description,
    *,
    characters: int = FIELD_CHARACTERS,
    image_bytes: int = values.IMAGE_BYTES,
) -> Iterator[FieldView]:
    """A record in full."""
    for name, shown in zip(names, unique_names(names), strict=True):
        yield from values.fields(
            shown, row.get(name), known.type(name), words.clipped(known.kind(name), NAME_CHARACTERS),
            language=known.languages.get(name, ""), scale=known.scales.get(name), folder=known.folder,
            characters=characters, image_bytes=image_bytes,
        )  # fmt: skip
