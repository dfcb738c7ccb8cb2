"""A run of this machine by its record -> what there is to see of it, and what answers questions about it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dd_jupyter.display import words
from dd_jupyter.display.bounds import NAME_CHARACTERS
from dd_jupyter.display.live_model import LiveRunView, TableView
from dd_jupyter.display.requests.report import Resources, ResourcesView
from dd_jupyter.display.requests.request import Request
from dd_jupyter.display.requests.run import Failures, FailuresView, Generator, Log
from dd_jupyter.display.view_model import ColumnProgressView
from dd_jupyter.display.view_parts import FactView, NoticeView, View
from dd_jupyter.errors import ConfigError, NotReadyError
from dd_jupyter.execution import dataset
from dd_jupyter.execution.runs import RunEntry
from dd_jupyter.server import listed, record_log

if TYPE_CHECKING:
    from dd_jupyter.server.dataset_table import DatasetTable

MOST_TABLES = 8
"""Tables that are kept open: what a person has sorted is sorted still when they come back to it."""

Stamp = tuple[tuple[str, int, int], ...]


class LocalRuns:
    """Answers for the runs of this machine, whatever has become of their kernels."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tables: OrderedDict[str, tuple[Stamp, DatasetTable]] = OrderedDict()
        self._lock = threading.Lock()

    def view(self, entry: RunEntry, now: datetime | None = None) -> LiveRunView:
        """How it stands, by its record.

        Args:
            entry: Its record.
            now: What a running one has taken until; the present if None.
        """
        state = listed.state_of(entry)
        return LiveRunView(
            title="Preview" if entry.kind == "preview" else "Create",
            name=words.cut(entry.name, NAME_CHARACTERS),
            where=listed.where_of(entry),
            state=state,
            status=listed.LOST if entry.is_lost else None,
            stop="stop" if state == "running" else "none",
            elapsed_seconds=_seconds(entry, now or datetime.now(UTC)),
            notices=tuple(self._notices(entry)),
            progress=tuple(_progress(entry)),
            failed_records=entry.failed,
            facts=tuple(self._facts(entry)),
            expected=entry.num_records,
            log_lines=record_log.counted(entry),
            table=self._table_view(entry),
        )

    def answer(self, entry: RunEntry, request: Request) -> View | None:
        """What a question about it is answered.

        Raises:
            NotReadyError: When its records are not on this machine, or are none yet.
            ConfigError: When it is something that a record does not tell.
        """
        match request:
            case Log(after=after):
                return record_log.page(entry, after)
            case Failures():
                return FailuresView(total=entry.failed, failures=())
            case Resources():
                return ResourcesView(report=None)
        opened = self._dataset(entry)
        if opened is None:
            raise NotReadyError(_no_records(entry))
        if isinstance(request, Generator):
            return opened.generator(request.column)
        return opened.table.answers[type(request)](request)

    def stop(self) -> None:
        """Close all tables."""
        with self._lock:
            self._tables.clear()

    def _table_view(self, entry: RunEntry) -> TableView | None:
        try:
            opened = self._dataset(entry)
        except ConfigError:  # a file that is no Parquet; whoever asks for the rows is told
            return None
        return None if opened is None else opened.table.view

    def _dataset(self, entry: RunEntry) -> DatasetTable | None:
        """The records on this machine, as many as are finished; None if there are none."""
        folder = None if entry.artifact_path is None else Path(entry.artifact_path)
        files = [] if folder is None else dataset.record_files(folder)
        if folder is None or not files:
            return None
        # Reading Parquet and configurations takes a second to import, so it is when a dataset is opened.
        from dd_jupyter.server.dataset_table import DatasetTable

        stamp = tuple((file.name, *_stamp(file)) for file in files)
        with self._lock:
            before = self._tables.get(entry.id)
            if before is None or before[0] != stamp:
                version = 1 if before is None else before[1].table.view.version + 1
                self._tables[entry.id] = stamp, DatasetTable(folder, files, version)
            self._tables.move_to_end(entry.id)
            while len(self._tables) > MOST_TABLES:
                self._tables.popitem(last=False)
            opened = self._tables[entry.id][1]
        return opened if opened.table.view.rows else None

    def _notices(self, entry: RunEntry) -> Iterable[NoticeView]:
        if entry.is_lost:
            yield NoticeView(level="warning", text=_LOST)
        if entry.kind == "preview":
            yield NoticeView(level="info", text=_no_records(entry))
        elif entry.artifact_path is not None and not Path(entry.artifact_path).is_dir():
            where = words.cut(self._shown(Path(entry.artifact_path)), 2 * NAME_CHARACTERS)
            yield NoticeView(level="info", text=f"Its dataset is no longer at `{where}`.")

    def _facts(self, entry: RunEntry) -> Iterable[FactView]:
        if entry.failed:
            yield FactView(text=f"{words.counted(entry.failed, 'record')} failed")
        if entry.artifact_path is not None:
            shown = words.cut(self._shown(Path(entry.artifact_path)), 2 * NAME_CHARACTERS)
            yield FactView(text=shown, hint="The dataset's folder")
        if notebook := listed.notebook_of(entry, self._root):
            yield FactView(text=words.cut(notebook, 2 * NAME_CHARACTERS), hint="The notebook that it was started in")

    def _shown(self, path: Path) -> str:
        return str(path.relative_to(self._root)) if path.is_relative_to(self._root) else str(path)


_LOST = (
    "The kernel that it ran in is gone, and it ended with it. Batches that were finished are kept; "
    "`--resume` goes on with a dataset."
)


def _no_records(entry: RunEntry) -> str:
    if entry.kind == "preview":
        return "The records of a preview are in its kernel and in its notebook, not on disk."
    if entry.state == "running" and not entry.is_lost:
        return "There are no records to look at yet: they are here when the first batch is finished."
    return "There are no records of it on this machine."


def _stamp(file: Path) -> tuple[int, int]:
    try:
        state = file.stat()
    except OSError:  # it has gone in this moment; the next look sees that
        return 0, 0
    return state.st_mtime_ns, state.st_size


def _progress(entry: RunEntry) -> Iterable[ColumnProgressView]:
    if entry.done or entry.state == "running":
        yield ColumnProgressView(
            name="Records",
            kind="",
            done=min(entry.done, entry.num_records),
            total=entry.num_records,
            failed=min(entry.failed, entry.num_records),
        )


def _seconds(entry: RunEntry, now: datetime) -> float:
    try:
        until = now if entry.ended is None else datetime.fromisoformat(entry.ended)
        if entry.is_lost:
            return 0.0  # nobody knows when it ended
        return max(0.0, round((until - datetime.fromisoformat(entry.started)).total_seconds(), 2))
    except (ValueError, TypeError):
        return 0.0
