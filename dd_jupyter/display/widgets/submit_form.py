"""The form that makes a dataset in this kernel, or has NeMo Services make it."""

from __future__ import annotations

import threading
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from dd_jupyter.display import submit_fields, words
from dd_jupyter.display.answers import kept
from dd_jupyter.display.bundle import panel_bundle
from dd_jupyter.display.migration_model import MigrationView
from dd_jupyter.display.migration_view import USUAL_NAME
from dd_jupyter.display.requests.form import Draft, LookUp, Submit, Workspaces
from dd_jupyter.display.requests.report import Plan, PlanView
from dd_jupyter.display.submit_fields import Chosen, Spelling, Where
from dd_jupyter.display.submit_model import (
    DraftView,
    LiveSubmitView,
    LookUpView,
    ProblemView,
    SubmittedView,
    WorkspacesView,
)
from dd_jupyter.display.submit_view import look_up_view, panel
from dd_jupyter.display.widgets.plans import Plans
from dd_jupyter.display.widgets.widget import ViewWidget
from dd_jupyter.errors import ConflictError, NotReadyError, ResourceError

if TYPE_CHECKING:
    from dd_jupyter.display.place import Place
    from dd_jupyter.execution.forecast import Forecast
    from dd_jupyter.execution.run import Run
    from dd_jupyter.resources.migration.migration import Migration
    from dd_jupyter.resources.report import ResolutionReport


class Maker(Protocol):
    """What a form needs done. The display may not do it; whoever makes the form can."""

    def look_up(self, where: Where) -> ResolutionReport:
        """What the configuration depends on there."""

    def plan(self, where: Where) -> Migration:
        """How that comes there."""

    def make(self, chosen: Chosen, migration: Migration | None) -> Run[Any]:
        """Begin to make the dataset, with the configuration of a migration if there is one; does not wait."""

    def workspaces(self) -> tuple[str, tuple[str, ...]]:
        """The workspace that is meant without a choice, and all there are; () where that is not told."""

    def forecast(self, num_records: int) -> Forecast | None:
        """What so many records are likely to take, from a preview of the same configuration."""


@dataclass(frozen=True)
class _Planned:
    number: int
    where: Where
    migration: Migration


class SubmitForm(ViewWidget[LiveSubmitView]):
    """A form that is submitted once. Its fields are in the browser, its rules and its work here.

    Attributes:
        place: Where it stands, so that a saved notebook says what was chosen; None where that is not known.
    """

    def __init__(self, live: LiveSubmitView, maker: Maker, spelling: Spelling) -> None:
        """Show a form.

        Args:
            live: What its fields hold at first.
            maker: Does what it is there for; is let go once that is done.
            spelling: How the same is typed without the form.
        """
        self.place: Place | None = None
        self._form = live
        self._maker: Maker | None = maker
        self._spelling = spelling
        self._changing = threading.Lock()
        self._looking = threading.Lock()
        self._newest: object = None
        self._plans = Plans(lambda told: self.tell(told.model_copy(update={"migration": _nameless(told.migration)})))
        self._planned: _Planned | None = None
        self._find: Any = None
        # What the run shows belongs to the cell of the form, whoever presses the button and whenever.
        self._cell = copy_context()
        super().__init__(
            live,
            {
                Draft: self._draft,
                LookUp: self._look_up,
                Workspaces: self._workspaces,
                Plan: self._plan,
                Submit: self._submit,
            },
            static=self.static,
        )

    def static(self) -> dict[str, str]:
        """The form where it cannot be filled in: the line that does the same, or what was chosen."""
        return panel_bundle(panel(self._form, self._spelling))

    @property
    def result(self) -> Any:
        """The job, or the run in this kernel, once the form is submitted.

        Raises:
            NotReadyError: Before that; and long after it, if no variable holds the result.
        """
        if self._find is None:
            raise NotReadyError("The form has not been submitted yet.")
        return self._find()

    def _draft(self, request: Draft) -> DraftView:
        chosen, problems = submit_fields.read(request.fields)
        if chosen is None:
            return DraftView(problems=problems)
        return DraftView(
            forecast=self._forecast(chosen),
            words=submit_fields.sentence(chosen, migrate=request.migrate),
            code=submit_fields.code(chosen, self._spelling, migrate=request.migrate),
        )

    def _forecast(self, chosen: Chosen) -> str:
        expected = self._able().forecast(chosen.num_records)
        if expected is None:
            return ""
        tokens = f", {words.tokens(expected.tokens)} tokens" if expected.tokens else ""
        return f"{words.about(expected.seconds)}{tokens}, from the last preview"

    def _look_up(self, request: LookUp) -> LookUpView:
        """One after the other, and only the newest: whoever types in a hurry asks for many."""
        self._newest = request
        with self._looking:
            if self._newest is not request:
                raise NotReadyError("Something newer is looked up in place of this.")
            return look_up_view(self._able().look_up(submit_fields.place_of(request.fields)), request.fields.location)

    def _workspaces(self, _request: Workspaces) -> WorkspacesView:
        usual, names = self._able().workspaces()
        return WorkspacesView(usual=usual, names=names)

    def _plan(self, request: Plan) -> PlanView:
        """Plan the moves to the place that was looked up last."""
        asked = self._newest
        if not isinstance(asked, LookUp):
            raise NotReadyError("Nothing was looked up yet, so there is nothing to plan.")
        where, made = submit_fields.place_of(asked.fields), list[Any]()

        def make() -> Migration:
            made.append(self._able().plan(where))
            migration: Migration = made[0]
            return migration

        view = self._plans.plan(make, USUAL_NAME, self._spelling.source or words.USUAL_SOURCE)
        self._planned = _Planned(view.plan, where, made[0])
        return view.model_copy(update={"migration": _nameless(view.migration)})

    def _submit(self, request: Submit) -> SubmittedView:
        chosen, problems = submit_fields.read(request.fields)
        if chosen is None:
            return SubmittedView(problems=problems)
        maker = self._able()
        planned = None if request.plan is None else self._checked(request.plan, chosen)
        self._begin("Submitting" if chosen.location == "submit" else "Starting")
        try:
            if planned is not None:
                self._move(planned)
            run = self._cell.copy().run(maker.make, chosen, None if planned is None else planned.migration)
        except ConflictError as error:
            self._show(state="open", step="")
            if chosen.location == "submit":  # there is a job of that name
                return SubmittedView(problems=(ProblemView(field="job_name", text=str(error)),))
            raise
        except BaseException:
            self._show(state="open", step="")
            raise
        # A view lives as long as its kernel, and what is typed into it stays: the run is not to be held by it.
        self._find = kept.keep(run)
        self._maker = self._planned = None
        self._show(state="done", step="", chosen=submit_fields.line(chosen), **request.fields.model_dump())
        if self.place is not None:
            self.place.draw(self.static())
        return SubmittedView()

    def _begin(self, step: str) -> None:
        """From here to its end nothing else is begun: a double click submits once."""
        with self._changing:
            if self._form.state == "busy":
                raise ConflictError("This form is being submitted already.")
            self._able()
            self._show(state="busy", step=step)

    def _checked(self, number: int, chosen: Chosen) -> _Planned:
        """The plan that a person saw, if it is for what is chosen now and can be carried out."""
        planned = self._planned
        if planned is None or planned.number != number:
            raise NotReadyError("This plan is not the last one that was made. Plan the moves again.")
        if (planned.where.location, planned.where.workspace) != (chosen.location, chosen.workspace):
            raise NotReadyError("This plan was made for another place. Plan the moves again.")
        if not planned.migration.ready:
            raise ResourceError("Nothing was moved or submitted: there is something that cannot be moved.")
        return planned

    def _move(self, planned: _Planned) -> None:
        """Carry a plan out; what is done is not done again."""
        if planned.migration.done:
            return
        step = self._form.step
        self._show(step="Moving")
        _, migrated = self._plans.apply(planned.number)
        if migrated is None:
            raise ResourceError("Not everything could be moved, so nothing was submitted. The plan says why.")
        self._show(step=step)

    def _able(self) -> Maker:
        if self._maker is None:
            raise ConflictError("This form has been submitted. Run its cell again to submit another time.")
        return self._maker

    def _show(self, **changed: Any) -> None:
        self._form = self._form.model_copy(update=changed)
        self.show(self._form)


def _nameless(migration: MigrationView) -> MigrationView:
    """A migration whose configuration is submitted, and kept in no variable."""
    return migration.model_copy(update={"name": ""})
