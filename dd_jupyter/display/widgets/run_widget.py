"""The view of a preview, a create or a job in the browser."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

from dd_jupyter.display.answers import kept
from dd_jupyter.display.answers.run_answers import RunAnswers
from dd_jupyter.display.answers.run_records import RunRecords
from dd_jupyter.display.bundle import bundle
from dd_jupyter.display.live_model import LiveRunView
from dd_jupyter.display.live_view import live_run, log_of
from dd_jupyter.display.requests.run import LogTold
from dd_jupyter.display.run_view import view_of
from dd_jupyter.display.saved import answers_of_run
from dd_jupyter.display.widgets.widget import ViewWidget
from dd_jupyter.errors import NotReadyError
from dd_jupyter.execution.run import Run

FOLLOW_SECONDS = 0.5
"""How often a view that keeps itself up to date looks."""


class RunWidget(ViewWidget[LiveRunView]):
    """A run that can be watched, browsed and stopped, also while other cells are worked on.

    The run itself is held only while it is among the last that were shown, or a variable holds it.
    """

    def __init__(self, run: Run[Any]) -> None:
        """Show a run as it stands."""
        self._run = kept.keep(run)
        self._records = RunRecords(self._run)
        self._records.look()
        self._log_told = run.logged
        self._transfer = ""
        self._updating = threading.Lock()
        super().__init__(
            live_run(run, self._records.view),
            RunAnswers(self._run, self._records, self.update, self._show_transfer).by_request(),
            static=lambda: bundle(view_of(self._run())),
            saved=lambda: answers_of_run(view_of(self._run()), self._run().logged),
            on_hello=self._hello,
        )

    def update(self) -> None:
        """Show how the run stands now; from any thread, ten times a second at most."""
        run = self._run()
        with self._updating:
            news = self._records.look()
            self.show(live_run(run, self._records.view, self._transfer))
            if news and self._records.told is not None:
                self.tell(self._records.told)
            if run.logged > self._log_told:
                lines = log_of(run, self._log_told)
                self._log_told = lines.next
                self.tell(LogTold(**dict(lines)))

    def follow(self) -> None:
        """Show by itself how the run goes on, until it has ended; for a view that nobody else keeps up to date."""
        if self._run().state == "running":
            threading.Thread(target=self._follow, name="dd_jupyter-view", daemon=True).start()

    def __repr__(self) -> str:
        return f"<RunWidget {self.live['title']} {self.live['name']}>".replace(" >", ">")

    def _follow(self) -> None:
        with contextlib.suppress(NotReadyError):  # the run is gone, and nobody can want to see it
            while self.live["state"] == "running":
                time.sleep(FOLLOW_SECONDS)
                self.update()

    def _hello(self) -> None:
        """Someone hears from now on; what was told before was lost on them."""
        if self._records.told is not None:
            self.tell(self._records.told)

    def _show_transfer(self, words: str) -> None:
        self._transfer = words
        self.update()
