"""The view of a resolution report in the browser, in which resources can be moved."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import words
from dd_jupyter.display.answers.kept import keep
from dd_jupyter.display.bundle import report_bundle
from dd_jupyter.display.live_model import LiveReportView
from dd_jupyter.display.report_model import ReportView
from dd_jupyter.display.report_view import report_view
from dd_jupyter.display.requests.report import Apply, Check, Plan, PlanView, ReportTold, Resources, ResourcesView
from dd_jupyter.display.saved import answers_of_report
from dd_jupyter.display.widgets.plans import Plans
from dd_jupyter.display.widgets.widget import ViewWidget
from dd_jupyter.errors import NotReadyError
from dd_jupyter.resources.report import Backend, ResolutionReport, Row

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.resources.migration.migration import Migration


SIGN_OF_LIFE_SECONDS = 3.0
"""The browser takes ten seconds of silence as a sign that the kernel may be gone."""


@dataclass(frozen=True, slots=True)
class ReportActs:
    """What a report's view has others do.

    Attributes:
        check: Looks everything up that a configuration depends on.
        plan: Plans how the resources in some rows of a report, or all, come to the other place.
        variable: The name of a variable that a configuration may be kept in: nothing of the person's is in it.
        keep: Keeps a configuration there, and gives the name.
    """

    check: Callable[[DataDesignerConfigBuilder], ResolutionReport]
    plan: Callable[[DataDesignerConfigBuilder, Backend, Sequence[Row] | None], Migration]
    variable: Callable[[], str]
    keep: Callable[[DataDesignerConfigBuilder], str]


class ReportWidget(ViewWidget[LiveReportView]):
    """A resolution report whose resources can be looked up anew and moved.

    What was moved makes a new configuration, which the report is about from then on; the one before is unchanged.
    """

    def __init__(
        self,
        report: ResolutionReport,
        builder: DataDesignerConfigBuilder,
        acts: ReportActs,
        name: str = "",
        source: str = words.USUAL_SOURCE,
    ) -> None:
        """Show a report.

        Args:
            report: What was found.
            builder: The configuration that it is about.
            acts: What is done when a person presses a button.
            name: The variable that holds the report; "" without one.
            source: What the report is about, as it was named with ``-c``.
        """
        self.report = report
        self._builder = keep(builder)
        self._acts = acts
        self._name = name
        self._source = source
        self._plans = Plans(self.tell)
        self._doing: list[str] = []
        self._looks = 0
        self._changing = threading.Lock()
        super().__init__(
            LiveReportView(title="Resources", name=self._report_view().name, version=0, variable=""),
            {Resources: self._resources, Check: self._check, Plan: self._plan, Apply: self._apply},
            static=lambda: report_bundle(self._report_view()),
            saved=lambda: answers_of_report(self._report_view()),
        )

    def __repr__(self) -> str:
        return f"<ReportWidget {self._name}>".replace(" >", ">")

    def _resources(self, _asked: Resources) -> ResourcesView:
        return ResourcesView(report=self._report_view())

    def _check(self, _asked: Check) -> ResourcesView:
        with self._at_work("Looking everything up"):
            return self._look_up()

    def _plan(self, asked: Plan) -> PlanView:
        with self._at_work("Reading the seed, and looking up what is there already"):
            rows = self._rows(asked.resources)
            builder, variable = self._builder(), self._acts.variable()
            return self._plans.plan(lambda: self._acts.plan(builder, asked.to, rows), variable, self._source)

    def _apply(self, asked: Apply) -> PlanView:
        with self._at_work("Carrying out the plan"):
            view, migration = self._plans.apply(asked.plan)
            if migration is None:
                return view
            self._builder = keep(migration.builder)
            self._source = self._acts.keep(migration.builder)
            self._change(variable=self._source)
        with self._at_work("Looking everything up"):
            self._look_up()
        return view.model_copy(update={"migration": view.migration.model_copy(update={"name": self._source})})

    def _rows(self, numbers: Sequence[int]) -> Sequence[Row] | None:
        """Rows of the report that is shown; None for all.

        Raises:
            NotReadyError: When it has no such row, because the person saw another report.
        """
        if not numbers:
            return None
        rows = self.report.rows
        if max(numbers) >= len(rows):
            raise NotReadyError("The report has changed. Look at it again, and plan then.")
        return [rows[number] for number in numbers]

    def _look_up(self) -> ResourcesView:
        self.report = self._acts.check(self._builder())
        found = ResourcesView(report=self._report_view())
        self.tell(ReportTold(report=found.report))
        self._looks += 1
        self._change(version=self._looks)
        return found

    def _report_view(self) -> ReportView:
        return report_view(self.report, self._name, self._source)

    @contextmanager
    def _at_work(self, on: str) -> Iterator[None]:
        began, ended = time.monotonic(), threading.Event()

        def show_life() -> None:
            while not ended.wait(SIGN_OF_LIFE_SECONDS):
                self._change(elapsed_seconds=time.monotonic() - began)

        life = threading.Thread(target=show_life, name="dd_jupyter-report", daemon=True)
        self._doing.append(on)
        self._change(at_work=on, elapsed_seconds=0.0)
        life.start()
        try:
            yield
        finally:
            ended.set()
            life.join()
            self._doing.remove(on)
            self._change(at_work=self._doing[-1] if self._doing else "")

    def _change(self, **what: Any) -> None:
        with self._changing:
            self.show(self._live.model_copy(update=what))
