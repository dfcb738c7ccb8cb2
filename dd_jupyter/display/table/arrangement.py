"""Which records of a table pass the filters, and in which order they come."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from dd_jupyter.display.requests.table import Filter, Sort
from dd_jupyter.display.table import order
from dd_jupyter.display.table.comparable import Kind, joined
from dd_jupyter.display.table.conditions import Passes, may_contain, passes
from dd_jupyter.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from dd_jupyter.display.table.frames import Piece

KEPT = 16
"""Results that are kept, for a person who goes back and forth: four bytes a record for each order."""

CONVERTED_BYTES = 128 * 2**20
"""Columns that had to be converted are kept up to here, the one used last included if it is smaller."""

WORKERS = min(4, os.cpu_count() or 1)

_T = TypeVar("_T")


class Columns(Protocol):
    """What is arranged: a `Frame`, or one whose judges' answers are seen as their scores."""

    names: tuple[str, ...]

    def __len__(self) -> int: ...

    def kind(self, name: str) -> Kind:
        """How the values of a column are compared."""
        ...

    def pieces(self, name: str) -> list[Piece]:
        """A column, piece by piece."""
        ...


class Arrangement:
    """Sorts and filters; remembers what it found. For one thread at a time."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._orders: OrderedDict[Any, np.ndarray[Any, Any]] = OrderedDict()
        self._masks: OrderedDict[Any, np.ndarray[Any, Any]] = OrderedDict()
        self._found: OrderedDict[Any, Sequence[int]] = OrderedDict()
        self._converted: OrderedDict[str, list[pa.Array]] = OrderedDict()
        self._converting = threading.Lock()

    def numbers(
        self, sort: Sequence[Sort] = (), filters: Sequence[Filter] = (), check: Callable[[], None] = lambda: None
    ) -> Sequence[int]:
        """The numbers of the records that pass all filters, in order.

        Missing values come last in both directions, equal ones in the records' own order. Texts are compared
        by code points, long ones by those of their beginning (`order.beginnings`), structures by the text that
        stands for them.

        Args:
            sort: The first counts most; () for the records' own order.
            filters: All of them hold.
            check: Is called between steps, from several threads; what it raises ends the work.

        Raises:
            ConfigError: When a column is not there, or a filter's value does not fit it.
        """
        import numpy as np

        wanted = (tuple(sort), frozenset(filters))
        if (found := _again(self._found, wanted)) is not None:
            return found
        for name in [*(one.column for one in sort), *(one.column for one in filters if one.column is not None)]:
            if name not in self._columns.names:
                raise ConfigError(f"There is no column `{name}`. Run the cell again to see those that there are.")
        result: Sequence[int] = range(len(self._columns))
        if filters:
            passing = np.logical_and.reduce([self._mask(one, check) for one in dict.fromkeys(filters)])
            result = np.flatnonzero(passing).astype(np.uint32)  # type: ignore[assignment]
        if sort:
            ordered = self._order(tuple(sort), check)
            result = ordered[passing[ordered]] if filters else ordered  # type: ignore[assignment]
        return _kept(self._found, wanted, result, KEPT)

    def _order(self, sort: tuple[Sort, ...], check: Callable[[], None]) -> np.ndarray[Any, Any]:
        """All records in order: sorted by what counts least first, as what is equal stays as it was."""
        if (found := _again(self._orders, sort)) is not None:
            return found
        import pyarrow as pa

        whole: np.ndarray[Any, Any] | None = None
        for one in reversed(sort):
            kind = self._columns.kind(one.column)
            prepare = order.beginnings if kind == "text" else _as_it_is
            column = joined(list(self._each(one.column, prepare, check)), kind)
            if whole is not None:
                column = column.take(pa.array(whole))
            found = order.of(column, one.descending, check, WORKERS)
            whole = found if whole is None else whole[found]
        assert whole is not None  # noqa: S101  there is at least one
        return _kept(self._orders, sort, whole, KEPT)

    def _mask(self, wanted: Filter, check: Callable[[], None]) -> np.ndarray[Any, Any]:
        if (found := _again(self._masks, wanted)) is not None:
            return found
        import numpy as np

        names = self._columns.names if wanted.column is None else (wanted.column,)
        mask = np.zeros(len(self._columns), dtype=bool)
        for name in names:
            if wanted.test == "contains" and not may_contain(self._columns.kind(name), wanted.value):
                continue
            test: Passes = passes(wanted, name, self._columns.kind(name))
            tested = list(self._each(name, test, check))
            mask |= np.concatenate([piece.to_numpy(zero_copy_only=False) for piece in tested]) if tested else mask
        return _kept(self._masks, wanted, mask, KEPT)

    def _each(self, name: str, step: Callable[[pa.Array], _T], check: Callable[[], None]) -> Iterator[_T]:
        """`step` of each piece of a column, in order, several at a time."""
        kept = _again(self._converted, name)
        pieces: list[Piece] = (
            self._columns.pieces(name) if kept is None else [lambda array=array: array for array in kept]  # type: ignore[misc]
        )
        converted: dict[int, pa.Array] = {}
        room = [CONVERTED_BYTES]

        def work(at: int) -> _T:
            check()
            array = pieces[at]()
            with self._converting:
                room[0] -= array.nbytes
                if room[0] >= 0:
                    converted[at] = array
                else:
                    converted.clear()
            return step(array)

        if len(pieces) <= 1:
            yield from map(work, range(len(pieces)))
        else:
            with ThreadPoolExecutor(WORKERS) as threads:
                yield from threads.map(work, range(len(pieces)))
        if kept is None and len(converted) == len(pieces):
            _kept(self._converted, name, [converted[at] for at in range(len(pieces))], len(self._columns.names))
            while sum(array.nbytes for arrays in self._converted.values() for array in arrays) > CONVERTED_BYTES:
                self._converted.popitem(last=False)


def _as_it_is(array: pa.Array) -> pa.Array:
    return array


def _again(kept: OrderedDict[Any, _T], wanted: Any) -> _T | None:
    if wanted not in kept:
        return None
    kept.move_to_end(wanted)
    return kept[wanted]


def _kept(kept: OrderedDict[Any, _T], wanted: Any, value: _T, most: int) -> _T:
    kept[wanted] = value
    while len(kept) > most:
        kept.popitem(last=False)
    return value
