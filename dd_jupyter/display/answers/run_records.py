"""The records of a run as they can be looked at: told while it makes them, asked for afterwards."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dd_jupyter.display.answers import kept
from dd_jupyter.display.live_model import TableView
from dd_jupyter.display.live_view import table_in_the_making
from dd_jupyter.display.requests.table import RowsTold
from dd_jupyter.display.run_table import table_of, table_of_sample
from dd_jupyter.display.table.table import Table
from dd_jupyter.errors import NotReadyError
from dd_jupyter.execution.run import Run

if TYPE_CHECKING:
    import pandas as pd


class RunRecords:
    """What there is to see of a run's records.

    Attributes:
        view: The table as it is now; None before the first record.
        told: Its first rows, while they are told; else None.
    """

    def __init__(self, run: Callable[[], Run[Any]]) -> None:
        self.view: TableView | None = None
        self.told: RowsTold | None = None
        self._run = run
        self._seen: object = None
        self._version = 0
        self._table: Callable[[], Table] | None = None
        self._sampled = False
        self._lock = threading.RLock()

    def look(self) -> bool:
        """Look at the run again; whether there are rows to tell that were not told yet."""
        run = self._run()
        with self._lock:
            if run.state != "running":
                if self._table is None or self._sampled:
                    self._put(table_of(run, self._version + 1))
                    self._sampled = False
                return False
            if self._table is not None or run.sample is self._seen:
                return False
            self._seen = run.sample
            making = table_in_the_making(run, self._version + 1)
            if making is None:
                return False
            self._version += 1
            self.view, self.told = making
            return True

    def take_sample(self, frame: pd.DataFrame) -> None:
        """Show these records of a job that is still at work."""
        with self._lock:
            self._put(table_of_sample(self._run(), frame, self._version + 1))
            self._sampled = True

    def table(self) -> Table:
        """The table that answers.

        Raises:
            NotReadyError: Before there is one, and when it is no longer in memory.
        """
        with self._lock:
            if self._table is None:
                raise NotReadyError("The records can be browsed when the run has ended.")
            try:
                return self._table()
            except NotReadyError:
                found = None if self._sampled else table_of(self._run(), self._version)
                if found is None:
                    raise
                self._table = kept.keep(found)
                return found

    def _put(self, table: Table | None) -> None:
        self.told = None
        if table is not None:
            self._version += 1
            self.view, self._table = table.view, kept.keep(table)
        elif self._table is None:
            self.view = None
