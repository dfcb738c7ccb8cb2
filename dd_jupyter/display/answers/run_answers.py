"""What a view of a run may ask, and what it is answered."""

from __future__ import annotations

import keyword
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import words
from dd_jupyter.display.answers.answer import Answer
from dd_jupyter.display.generator import generator_of
from dd_jupyter.display.live_view import log_of
from dd_jupyter.display.report_view import report_view
from dd_jupyter.display.requests.report import Resources, ResourcesView
from dd_jupyter.display.requests.request import Request, SayView
from dd_jupyter.display.requests.run import (
    Download,
    Failures,
    FailuresView,
    Generator,
    GeneratorView,
    Load,
    Log,
    LogView,
    Sample,
    Stop,
)
from dd_jupyter.display.requests.table import Profile, Record, Rows, Text
from dd_jupyter.display.run_view import failures_of
from dd_jupyter.errors import ConfigError, DDJupyterError
from dd_jupyter.execution.results import Creation, Preview

if TYPE_CHECKING:
    from dd_jupyter.display.answers.run_records import RunRecords
    from dd_jupyter.display.view_parts import View
    from dd_jupyter.execution.run import Run
    from dd_jupyter.execution.transfer import Transferred

SAMPLE_RECORDS = 100
"""Records of a job at work that are fetched to be looked at."""

LISTED_FAILURES = 1_000

REFRESH_SECONDS = 0.25
"""How often a download tells how far it is."""


class RunAnswers:
    """Answers for one run; each is called in a thread of its own."""

    def __init__(
        self,
        run: Callable[[], Run[Any]],
        records: RunRecords,
        update: Callable[[], None],
        show_transfer: Callable[[str], None],
    ) -> None:
        """Answer for a run.

        Args:
            run: Finds it, or says that it is gone.
            records: Its records.
            update: Shows how it stands now.
            show_transfer: Shows how far a download is, in words.
        """
        self._run = run
        self._records = records
        self._update = update
        self._show_transfer = show_transfer

    def by_request(self) -> dict[type[Request], Answer]:
        """The answer to each request."""
        return {
            Rows: self._of_table,
            Record: self._of_table,
            Text: self._of_table,
            Profile: self._of_table,
            Generator: self._generator,
            Failures: self._failures,
            Resources: self._resources,
            Log: self._log,
            Stop: self._stop,
            Load: self._load,
            Sample: self._sample,
            Download: self._download,
        }

    def _of_table(self, request: Request) -> View | None:
        return self._records.table().answers[type(request)](request)

    def _generator(self, request: Generator) -> GeneratorView:
        return generator_of(self._run().workload.builder, request.column)

    def _failures(self, _request: Failures) -> FailuresView:
        run = self._run()
        return FailuresView(total=len(run.failed_records), failures=failures_of(run, LISTED_FAILURES))

    def _resources(self, _request: Resources) -> ResourcesView:
        report = self._run().report
        return ResourcesView(report=None if report is None else report_view(report))

    def _log(self, request: Log) -> LogView:
        return log_of(self._run(), request.after)

    def _stop(self, _request: Stop) -> SayView:
        self._run().cancel()
        return SayView()

    def _load(self, request: Load) -> SayView:
        """Put the records into a variable of the notebook."""
        run: Any = self._run()
        variable = request.variable.strip()
        namespace = _namespace()
        if not variable.isidentifier() or keyword.iskeyword(variable):
            raise ConfigError(
                f"`{words.cut(variable, 60)}` is no name for a variable: letters, digits and _, no digit first."
            )
        if variable in namespace:
            raise ConfigError(f"`{variable}` holds something already, which would be lost. Choose another name.")
        records = run.dataset if isinstance(run, Preview | Creation) else run.load_dataset()
        namespace[variable] = records
        return SayView(text=f"`{variable}` holds {words.counted(len(records), 'record')}.")

    def _sample(self, _request: Sample) -> SayView:
        job: Any = self._run()
        frame = job.head(SAMPLE_RECORDS)
        self._records.take_sample(frame)
        self._update()
        return SayView(text=f"The first {words.counted(len(frame), 'record')} that are finished.")

    def _download(self, request: Download) -> SayView:
        job: Any = self._run()
        last = 0.0

        def progress(transferred: Transferred) -> None:
            nonlocal last
            if time.monotonic() - last >= REFRESH_SECONDS:
                last = time.monotonic()
                self._show_transfer(f"{words.size(transferred.bytes_done)} of {words.size(transferred.bytes)}")

        try:
            folder = job.download(request.folder.strip() or None, progress=progress)
        finally:
            self._show_transfer("")
        return SayView(text=f"Downloaded to `{words.from_here(folder)}`.")


def _namespace() -> dict[str, Any]:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None:
        raise DDJupyterError("There is no notebook here whose variable it could be.")
    namespace: dict[str, Any] = shell.user_ns
    return namespace
