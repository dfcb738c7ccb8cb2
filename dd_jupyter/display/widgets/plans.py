"""Plans of moves that a view shows, of which the last can be carried out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dd_jupyter.display import words
from dd_jupyter.display.migration_model import MigrationView
from dd_jupyter.display.migration_progress import MigrationProgress
from dd_jupyter.display.migration_view import migration_view
from dd_jupyter.display.report_view import NAME_CHARACTERS
from dd_jupyter.display.requests.report import PlanTold, PlanView
from dd_jupyter.display.view_parts import NoticeView
from dd_jupyter.errors import DDJupyterError, NotReadyError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from dd_jupyter.resources.migration.migration import Migration


@dataclass
class Shown:
    """A plan as a person sees it.

    Attributes:
        variable: Is to hold the new configuration.
        source: The configuration that is moved, as it is named with ``-c``.
        state: "applied" once there is a new configuration.
        asked: Whether carrying it out came to a secret that a person has to give.
    """

    number: int
    migration: Migration
    variable: str
    source: str
    state: Literal["planned", "at work", "applied"] = "planned"
    asked: bool = False


class Plans:
    """Makes plans and carries out the last one, which a person has seen; one thing at a time."""

    def __init__(self, tell: Callable[[PlanTold], object]) -> None:
        """Begin without a plan.

        Args:
            tell: Is called with how far a plan is carried out, from another thread.
        """
        self._tell = tell
        self._number = 0
        self._last: Shown | None = None
        self._turn = threading.Lock()

    def plan(self, make: Callable[[], Migration], variable: str, source: str) -> PlanView:
        """Make a plan, which is the last one then.

        Args:
            make: Looks up what is to be done.
            variable: Is to hold the new configuration.
            source: The configuration that is moved, as it is named with ``-c``.

        Raises:
            NotReadyError: When another plan is made or carried out just now.
            DDJupyterError: What `make` raises.
        """
        with self._alone():
            self._last = None
            migration = make()
            self._number += 1
            self._last = Shown(self._number, migration, variable, source)
            return _view(self._last)

    def apply(self, number: int) -> tuple[PlanView, Migration | None]:
        """Carry out the last plan, and tell how far it is.

        What cannot be moved is left out, as the person was told. A step that fails is part of what is shown, and
        the same again goes on from there.

        Args:
            number: Of the plan that the person saw.

        Returns:
            What came of it, and the migration if it has a new configuration.

        Raises:
            NotReadyError: When that is not the last plan, is carried out already, or needs a secret to be typed.
        """
        with self._alone():
            shown = self._last
            if shown is None or shown.number != number:
                raise NotReadyError(
                    "This plan is carried out, or not the last one that was made. Plan the moves again."
                )
            if needed := _needs(shown):
                raise NotReadyError(needed)
            if not _can_apply(shown):
                raise NotReadyError("There is nothing left to do of this plan. Plan the moves again.")
            self._carry_out(shown)
            view = _view(shown)
            self._tell(PlanTold(**dict(view)))
            if shown.state != "applied":
                return view, None
            self._last = None  # it holds a copy of the seed
            return view, shown.migration

    def _carry_out(self, shown: Shown) -> None:
        def show(view: MigrationView) -> None:
            self._tell(PlanTold(**dict(_view(shown, view))))

        def ask(_words: str) -> SecretStr | None:
            shown.asked = True
            return None

        shown.state, shown.asked = "at work", False
        try:
            with MigrationProgress(shown.migration, shown.variable, show, shown.source) as progress:
                shown.migration.apply(ask, progress, leaving_out_impossible=True)
        except DDJupyterError:
            if not any(step.state == "failed" for step in shown.migration.steps):
                raise  # else it stands at the step
        finally:
            shown.state = "planned" if _open(shown) else "applied"

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._turn.acquire(blocking=False):
            raise NotReadyError("Another plan is made or carried out just now. Wait for its end, and try again.")
        try:
            yield
        finally:
            self._turn.release()


def _view(shown: Shown, view: MigrationView | None = None) -> PlanView:
    """The plan with a button in place of code to type; what the button cannot do is said."""
    view = view or migration_view(shown.migration, shown.variable, source=shown.source)
    needed = _needs(shown) if shown.state == "planned" else ""
    notices = (*view.notices, NoticeView(level="warning", text=needed)) if needed else view.notices
    return PlanView(
        plan=shown.number,
        migration=view.model_copy(update={"way_on": (), "notices": notices}),
        can_apply=_can_apply(shown),
        applied=shown.state == "applied",
    )


def _can_apply(shown: Shown) -> bool:
    """Also where all is there already, and the configuration has yet to name it."""
    return shown.state == "planned" and not _needs(shown) and (_open(shown) or bool(shown.migration.diff))


def _open(shown: Shown) -> bool:
    return any(step.state in ("to do", "failed") for step in shown.migration.steps)


def _needs(shown: Shown) -> str:
    """Why a view cannot carry it out: no secret is typed there; "" where none is needed."""
    names = [step.name for step in shown.migration.steps if step.asks and step.state in ("to do", "failed")]
    if not names and not shown.asked:
        return ""
    there = " --to local" if shown.migration.to == "local" else ""
    without = "" if shown.migration.ready else " --leave-out"
    line = f"%dd_migrate {shown.variable} {words.option('-c', shown.source)}{there} --apply{without}"
    named = words.listed([f"`{words.cut(name, NAME_CHARACTERS)}`" for name in dict.fromkeys(names)]) if names else ""
    which = f"The value of {named}" if named else "A secret that is nowhere at hand"
    return (
        f"{which} has to be typed, which is not done in a view: `{line}` asks for it. Or set it and plan again, or "
        "move the others one by one."
    )
