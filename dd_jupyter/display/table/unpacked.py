"""Records of Parquet files that were looked at, unpacked to a temporary folder.

Parquet has to be unpacked from the first record of a row group on. Unpacked and mapped into memory, a record is
there at once, and takes none of the memory that the kernel calls its own.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dd_jupyter.display.table.comparable import python

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_RECORDS = 4_096
"""So many records are unpacked at once: a page, and what is before and after it."""

UNPACKED_BYTES = 2 * 2**30
"""Room in the temporary folder; beyond, what was looked at longest ago is unpacked anew."""

_WORKERS = min(4, os.cpu_count() or 1)
_READERS = 4  # row groups that are read on where they were left

Batches = Callable[[int], "Iterator[pa.Table]"]
"""Reads a row group from its first record on."""


class _Batch(NamedTuple):
    table: pa.Table
    file: Path
    size: int


class _Reader(NamedTuple):
    batches: Iterator[pa.Table]
    next: list[int]
    reading: threading.Lock


class Unpacked:
    """The unpacked records of all row groups; may be asked from any thread."""

    def __init__(self, read: Batches) -> None:
        self._read = read
        self._batches: OrderedDict[tuple[int, int], _Batch] = OrderedDict()
        self._readers: OrderedDict[int, _Reader] = OrderedDict()
        self._size = 0
        self._names = itertools.count()
        self._lock = threading.Lock()

    def records(self, places: Sequence[tuple[int, int]], check: Callable[[], None]) -> list[list[Any]]:
        """The values of records, given by their row group and their place in it.

        Args:
            places: Where they are.
            check: Is called between steps, from several threads; what it raises ends the work.
        """
        wanted: dict[int, dict[int, list[int]]] = {}
        for at, (group, place) in enumerate(places):
            wanted.setdefault(group, {}).setdefault(place // BATCH_RECORDS, []).append(at)

        def of_group(group: int) -> dict[int, list[Any]]:
            found: dict[int, list[Any]] = {}
            for batch, members in sorted(wanted[group].items()):
                table = self._table(group, batch, check)
                for at in members:
                    place = places[at][1] - batch * BATCH_RECORDS
                    found[at] = [python(column[place]) for column in table.columns]
            return found

        if len(wanted) <= 1:
            groups = [of_group(group) for group in wanted]
        else:
            with ThreadPoolExecutor(_WORKERS) as threads:
                groups = list(threads.map(of_group, wanted))
        rows = {at: row for group in groups for at, row in group.items()}
        return [rows[at] for at in range(len(places))]

    @cached_property
    def folder(self) -> Path:
        """Where they are; it goes with this object, and at the latest with Python."""
        folder = Path(tempfile.mkdtemp(prefix="dd_jupyter-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return folder

    def _table(self, group: int, batch: int, check: Callable[[], None]) -> pa.Table:
        """Whoever reads goes on to what they want, and takes it: what is kept may be gone again before they look."""
        while True:
            check()
            with self._lock:
                if (group, batch) in self._batches:
                    self._batches.move_to_end((group, batch))
                    return self._batches[group, batch].table
                reader = self._readers.get(group)
                is_new = reader is None or reader.next[0] > batch
                if reader is None or is_new:
                    reader = _Reader(_in_batches(self._read(group)), [0], threading.Lock())
                    reader.reading.acquire()  # before anybody else has it, who might read past this batch
                    self._readers[group] = reader
                self._readers.move_to_end(group)
                while len(self._readers) > _READERS:
                    self._readers.popitem(last=False)
            if not is_new:
                reader.reading.acquire()
            try:
                while reader.next[0] <= batch:
                    check()
                    table = self._keep(group, reader.next[0], next(reader.batches))
                    reader.next[0] += 1
                    if reader.next[0] > batch:
                        return table
            finally:
                reader.reading.release()

    def _keep(self, group: int, batch: int, table: pa.Table) -> pa.Table:
        import pyarrow as pa

        with self._lock:
            folder = self.folder
        file = folder / f"{next(self._names)}.arrow"
        with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        mapped = pa.ipc.open_file(pa.memory_map(str(file))).read_all()
        with self._lock:
            kept = _Batch(mapped, file, file.stat().st_size)
            before = self._batches.pop((group, batch), None)
            if before is not None:
                self._drop(before)
            self._batches[group, batch] = kept
            self._size += kept.size
            while len(self._batches) > 1 and self._size > UNPACKED_BYTES:
                self._drop(self._batches.popitem(last=False)[1])
        return mapped

    def _drop(self, batch: _Batch) -> None:
        self._size -= batch.size
        batch.file.unlink(missing_ok=True)  # who has it mapped still reads it


def _in_batches(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same records, `BATCH_RECORDS` at a time, which Parquet's reader does not promise."""
    import pyarrow as pa

    pending: pa.Table | None = None
    for table in tables:
        pending = table if pending is None else pa.concat_tables([pending, table])
        while len(pending) >= BATCH_RECORDS:
            yield pending.slice(0, BATCH_RECORDS)
            pending = pending.slice(BATCH_RECORDS)
    if pending is not None and len(pending):
        yield pending
