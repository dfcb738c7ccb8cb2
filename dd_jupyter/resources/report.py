"""What a configuration depends on, and what was found of it in each place where it can run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

Location = Literal["run", "submit"]
"""Where a configuration is carried out: in this kernel, or in NeMo Services."""

Backend = Literal["local", "services"]
"""Where a resource comes from: this machine, or NeMo Services."""

Status = Literal["ok", "missing", "not accepted", "denied", "unreachable", "not checked"]
"""What was found of a resource in one location."""

Kind = Literal[
    "services",
    "configuration",
    "seed",
    "provider",
    "secret",
    "personas",
    "tool",
    "custom code",
    "validator",
    "images",
    "artifacts",
]

LOCATIONS: tuple[Location, ...] = ("run", "submit")

_IN_THE_WAY: frozenset[Status] = frozenset({"missing", "not accepted", "denied", "unreachable"})


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Move(_Value):
    """A way to have a resource elsewhere.

    Attributes:
        to: Where it would come from then.
        text: What is done, as an order: "Upload it to a Fileset".
    """

    to: Backend
    text: str


class Finding(_Value):
    """What was found of a resource in one location.

    Attributes:
        sentence: What it is there, what is wrong and what to do; what is code in backticks.
        warning: Whether it works, but not as it should.
    """

    status: Status
    sentence: str
    warning: bool = False

    @property
    def stops(self) -> bool:
        """Whether nothing can be made in that location because of it."""
        return self.status in _IN_THE_WAY


class Row(_Value):
    """One resource.

    Attributes:
        name: As the configuration names it; "" where there is but one of its kind.
        used_by: What needs it, columns in backticks.
        run: What was found for this kernel; None where it plays no part there, or was not asked for.
        submit: The same for NeMo Services.
        moves: What would bring it elsewhere.
    """

    kind: Kind
    name: str
    used_by: tuple[str, ...] = ()
    run: Finding | None = None
    submit: Finding | None = None
    moves: tuple[Move, ...] = ()

    def at(self, location: Location) -> Finding | None:
        """What was found in one location."""
        return self.run if location == "run" else self.submit

    def move_to(self, backend: Backend) -> Move | None:
        """How it comes there; None if it is there, or cannot."""
        return next((move for move in self.moves if move.to == backend), None)


class ChecklistItem(_Value):
    """A question of the checklist for moving between locations, with its answers.

    Attributes:
        question: What is to be true.
        run: Whether it is for this kernel; None where it was not asked for or could not be checked.
        submit: The same for NeMo Services.
        answer: More to it, as a sentence; "" if there is none.
    """

    question: str
    run: bool | None
    submit: bool | None
    answer: str = ""


class ResolutionReport(_Value):
    """Every resource that a configuration names, and where it resolves.

    Attributes:
        rows: In the order in which a person looks for them; a resource that is used ten times is one row.
        locations: Those that were asked for.
        base_url: The NeMo Services that were asked; "" where none were.
        workspace: The workspace that a name without one is looked up in; "" with `base_url`.
    """

    rows: tuple[Row, ...]
    locations: tuple[Location, ...] = LOCATIONS
    base_url: str = ""
    workspace: str = ""

    def ok_for(self, location: Location) -> bool:
        """Whether nothing is known to be in the way there.

        Raises:
            ValueError: When the report is not about that location.
        """
        if location not in self.locations:
            raise ValueError(f"This report says nothing of `{location}`: ask for it with `locations`.")
        return not self.problems(location)

    def problems(self, location: Location) -> tuple[Finding, ...]:
        """What is in the way there, in the order of the rows."""
        found = (row.at(location) for row in self.rows)
        return tuple(finding for finding in found if finding is not None and finding.stops)

    def warnings(self, location: Location) -> tuple[Finding, ...]:
        """What works there, but not as it should."""
        found = (row.at(location) for row in self.rows)
        return tuple(finding for finding in found if finding is not None and finding.warning)

    def to_move(self, backend: Backend) -> tuple[Row, ...]:
        """Rows that are in the way of the other location and can be moved there."""
        location: Location = "submit" if backend == "services" else "run"
        return tuple(
            row
            for row in self.rows
            if (found := row.at(location)) is not None and found.stops and row.move_to(backend) is not None
        )

    @property
    def checklist(self) -> tuple[ChecklistItem, ...]:
        """The checklist of the documentation of NeMo Data Designer for moving between locations, answered."""
        return (
            ChecklistItem(
                question="The configuration can be read and holds together",
                run=self._answer("run", ("configuration",)),
                submit=self._answer("submit", ("configuration", "tool", "custom code")),
                answer="For the `nemo` command line its module defines `load_config_builder()`; here a cell or a "
                "variable will do.",
            ),
            self._item("Model providers are available", ("provider",)),
            self._item("Secrets can be resolved", ("secret",)),
            self._item("Seed data is compatible", ("seed",)),
            self._item("Persona datasets are there", ("personas",)),
        )

    def _item(self, question: str, kinds: tuple[Kind, ...]) -> ChecklistItem:
        used = any(row.kind in kinds for row in self.rows)
        return ChecklistItem(
            question=question,
            run=self._answer("run", kinds),
            submit=self._answer("submit", kinds),
            answer="" if used else "None is used.",
        )

    def _answer(self, location: Location, kinds: Iterable[Kind]) -> bool | None:
        if location not in self.locations:
            return None
        found = [finding for row in self.rows if row.kind in kinds and (finding := row.at(location)) is not None]
        if any(finding.stops for finding in found):
            return False
        return None if any(finding.status == "not checked" for finding in found) else True
