"""How many different values a column has, where that is soon counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dd_jupyter.display.table.frames import Frame

COUNTED_RECORDS = 2_000_000
"""In more records different values are not counted."""

COUNTED_BYTES = 64 * 2**20
"""Nor in a column that is larger than this, of long texts for one."""


def different(frame: Frame, name: str, check: Callable[[], None]) -> int | None:
    """The different values of a column, missing ones left out; None where counting them would take long."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if len(frame) > COUNTED_RECORDS or frame.nulls(name) is None:
        return None
    arrays, room = [], COUNTED_BYTES
    for piece in frame.pieces(name):
        check()
        arrays.append(piece())
        room -= arrays[-1].nbytes
        if room < 0:
            return None
    try:
        return int(pc.count_distinct(pa.chunked_array(arrays), mode="only_valid").as_py())
    except (pa.ArrowException, ValueError, TypeError):
        return None
