"""One thing that a migration does: what is planned, and how it is carried out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from dd_jupyter.resources.report import Kind

if TYPE_CHECKING:
    from data_designer.config.seed_source import SeedSource
    from pydantic import SecretStr

    from dd_jupyter.nemo.deployment import Deployment

Action = Literal[
    "Upload",
    "Create secret",
    "Register provider",
    "Make persona Fileset",
    "Download",
    "Write provider settings",
    "Set variable",
    "None",
]

StepState = Literal["to do", "there already", "impossible", "done", "failed"]


class PlannedStep(BaseModel):
    """What a step does, to be shown and written down; it holds no secret.

    Attributes:
        action: What is done; "None" where nothing can be.
        kind: Of the resource.
        name: The resource as the configuration names it.
        target: What the configuration names afterwards: "default/reviews-3fa9c2d1#reviews.parquet"; "" for none.
        source: What it is made from, in words, code in backticks; never the value of a secret.
        rows: Records that are moved, where it is data and they are known.
        bytes: Its size, where it is data and known.
        sentence: Why it is impossible or failed, or what to know of it; "" for nothing.
        asks: Whether a person has to give a secret for it, which is nowhere at hand.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    action: Action
    kind: Kind
    name: str
    target: str = ""
    source: str = ""
    rows: int | None = None
    bytes: int | None = None
    state: StepState = "to do"
    sentence: str = ""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """What carrying out may use.

    Attributes:
        ask: Gives a secret that is not at hand, asked for with these words; None when the person gives none.
        progress: Is told bytes done, and bytes in all, of the step at work.
    """

    ask: Callable[[str], SecretStr | None] = lambda words: None
    progress: Callable[[int, int], object] = lambda done, total: None


class Step(ABC):
    """One thing that a migration does. It was looked up before: `plan` says whether it is there already.

    Attributes:
        plan: What it does.
    """

    plan: PlannedStep

    @abstractmethod
    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Do it, on the background loop; nothing that is there already is overwritten or deleted.

        What was begun and failed can be begun again.

        Raises:
            DDJupyterError: One sentence with what happened, to what, and what to do.
        """


class NothingToDo(Step):
    """A step that is there already, or impossible: it says so."""

    def __init__(self, plan: PlannedStep) -> None:
        self.plan = plan

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Rewrites:
    """What the configuration names otherwise after a migration.

    Attributes:
        providers: The new name of a provider by its old one.
        seed: The new source of the seed, or what makes it once the steps are carried out: the library refuses to
            name a file that is not there yet. None to keep the old one.
    """

    providers: Mapping[str, str] = field(default_factory=dict)
    seed: SeedSource | Callable[[], SeedSource] | None = None

    def __or__(self, other: Rewrites) -> Rewrites:
        """Both; of the seed, the other's."""
        return Rewrites({**self.providers, **other.providers}, self.seed if other.seed is None else other.seed)


Moves = tuple[list[Step], Rewrites]
"""What a planner of one kind of resource gives."""
