"""The order of the values of a column, fast for a million texts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

SORTED_BYTES = 64
"""Long texts are compared by so much of their beginning, about as much as a cell has room for: whole ones, of a
million records, would not fit into memory."""

_SHORT_BYTES = 128
"""Texts that are no longer than this on average, addresses and names, are compared whole."""

_FEW = 10_000
"""Fewer texts than this are sorted at once."""

_WORD = 8  # bytes of a number
_PARTS = 200
_SAMPLE = 4_096


def of(column: pa.Array, descending: bool, check: Callable[[], None], workers: int = 1) -> np.ndarray[Any, Any]:
    """The places of the values in order; missing ones last, equal ones as they were.

    Args:
        column: Numbers, truths, times, or the `beginnings` of texts.
        descending: Whether the largest comes first.
        check: Is called between steps, from several threads.
        workers: How many threads may work on it.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    check()
    if not pa.types.is_large_binary(column.type) or len(column) < _FEW:
        return _sorted(column, descending).astype(np.uint32)
    if not column.null_count:
        return _of_texts(column, descending, check, workers).astype(np.uint32)
    missing = pc.is_null(column).to_numpy(zero_copy_only=False)
    there = np.flatnonzero(~missing)
    ordered = there[_of_texts(column.drop_null(), descending, check, workers)]
    return np.concatenate([ordered, np.flatnonzero(missing)]).astype(np.uint32)


def beginnings(texts: pa.Array) -> pa.Array:
    """What of texts is compared, as bytes: their order is that of the code points."""
    import pyarrow as pa
    import pyarrow.compute as pc

    held = texts.cast(pa.large_binary())
    if held.nbytes <= len(held) * _SHORT_BYTES:
        return held
    return pc.binary_slice(held, 0, SORTED_BYTES)


def _sorted(column: pa.Array, descending: bool) -> np.ndarray[Any, Any]:
    import pyarrow.compute as pc

    direction = "descending" if descending else "ascending"
    places: np.ndarray[Any, Any] = pc.array_sort_indices(column, order=direction, null_placement="at_end").to_numpy()
    return places


def _of_texts(texts: pa.Array, descending: bool, check: Callable[[], None], workers: int) -> np.ndarray[Any, Any]:
    """Deals the texts out by their first bytes into parts that fit the processor's cache, and sorts each."""
    import numpy as np
    import pyarrow as pa

    first = _first_bytes(texts)
    if descending:
        first = ~first
    sample = np.sort(first[:: max(1, len(first) // _SAMPLE)])
    borders = np.unique(sample[:: max(1, len(sample) // _PARTS)])[:255]
    part = np.searchsorted(borders, first, side="right").astype(np.uint8)
    dealt = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part, minlength=len(borders) + 1))

    def sort(at: int) -> np.ndarray[Any, Any]:
        check()
        members: np.ndarray[Any, Any] = dealt[ends[at - 1] if at else 0 : ends[at]]
        return members[_sorted(texts.take(pa.array(members)), descending)] if len(members) > 1 else members

    with ThreadPoolExecutor(workers) as threads:
        return np.concatenate(list(threads.map(sort, range(len(ends)))))


def _first_bytes(texts: pa.Array) -> np.ndarray[Any, Any]:
    """The first eight bytes of each text as a number of the same order."""
    import numpy as np

    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, dtype=np.int64)[texts.offset : texts.offset + len(texts) + 1]
    held = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    if len(held) < _WORD:
        held = np.concatenate([held, np.zeros(_WORD, np.uint8)])
    windows = np.ndarray((len(held) - _WORD + 1,), dtype=">u8", buffer=held, strides=(1,))
    # The last texts have no eight bytes behind them: their word begins earlier, and is moved.
    begins = np.minimum(places[:-1], len(held) - _WORD)
    early = np.minimum(places[:-1] - begins, _WORD - 1).astype(np.uint64) * np.uint64(8)
    words = windows[begins].astype(np.uint64) << early
    lengths = np.diff(places)
    # What follows a shorter text belongs to the next one.
    foreign = (_WORD - np.minimum(lengths, _WORD)).astype(np.uint64) * np.uint64(8)
    shift = np.minimum(foreign, 63)
    return np.where(lengths == 0, np.uint64(0), (words >> shift) << shift)
