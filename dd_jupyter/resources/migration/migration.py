"""A migration: what is to be done, how far it is, and the configuration that comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict

from dd_jupyter.errors import DDJupyterError, NotReadyError, ResourceError
from dd_jupyter.resources.migration import source_text
from dd_jupyter.resources.migration.answering import wait_answering
from dd_jupyter.resources.migration.chosen import Chosen
from dd_jupyter.resources.migration.gateway_providers import plan_providers_to_services
from dd_jupyter.resources.migration.local_providers import plan_providers_to_local
from dd_jupyter.resources.migration.personas import plan_personas_to_local, plan_personas_to_services
from dd_jupyter.resources.migration.rewriting import rewritten
from dd_jupyter.resources.migration.secrets import plan_token_to_local, plan_token_to_services
from dd_jupyter.resources.migration.seed_download import plan_seed_download
from dd_jupyter.resources.migration.seed_upload import plan_seed_upload
from dd_jupyter.resources.migration.steps import Means, Moves, NothingToDo, PlannedStep, Rewrites, Step, StepState
from dd_jupyter.resources.report import Backend, Kind, Row
from dd_jupyter.resources.secrets import redact

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from pydantic import SecretStr

    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.resources.places import Here

_SETTLED: frozenset[StepState] = frozenset({"there already", "done"})
_NO_MOVE = (
    "It is not moved: of keys, those of the providers that are moved and the token of the seed are. Leave it out, or "
    "make it there by hand."
)


class MigrationPlan(BaseModel):
    """What a migration does, to be shown and written down; it holds no secret.

    Attributes:
        to: Where the resources come from afterwards.
        steps: In their order, each as it stands now.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: Backend
    steps: tuple[PlannedStep, ...]


class Migration:
    """Turning what a configuration names in one place into what serves it in the other.

    Attributes:
        to: Where the resources come from afterwards.
        before: The configuration as it was given, which nothing here changes.
    """

    def __init__(
        self,
        before: DataDesignerConfigBuilder,
        to: Backend,
        deployment: Deployment,
        steps: list[Step],
        rewrites: Rewrites,
    ) -> None:
        self.to: Backend = to
        self.before = before
        self._deployment = deployment
        self._steps = steps
        self._plans = [step.plan for step in steps]
        self._rewrites = rewrites

    @property
    def workspace(self) -> str:
        """Where new things are made; "" on this machine."""
        return self._deployment.workspace if self.to == "services" else ""

    @property
    def steps(self) -> tuple[PlannedStep, ...]:
        """What is done, each step as it stands now."""
        return tuple(self._plans)

    @property
    def plan(self) -> MigrationPlan:
        """The same, to be written down."""
        return MigrationPlan(to=self.to, steps=self.steps)

    @property
    def ready(self) -> bool:
        """Whether nothing is impossible."""
        return not any(plan.state == "impossible" for plan in self._plans)

    @property
    def done(self) -> bool:
        """Whether everything is done, or was there already."""
        return all(plan.state in _SETTLED for plan in self._plans)

    @property
    def builder(self) -> DataDesignerConfigBuilder:
        """The configuration with the new references; made once.

        Raises:
            NotReadyError: When it names a file that is yet to be downloaded.
        """
        if callable(self._rewrites.seed):
            download = next((plan for plan in self._plans if plan.action == "Download" and plan.kind == "seed"), None)
            if download is not None and download.state not in _SETTLED:
                raise NotReadyError(
                    f"The new configuration names `{download.target}`, which is not downloaded yet: it can be made "
                    "once the migration is applied."
                )
        return self._builder

    def python(self) -> str:
        """The new configuration as Python to paste, without keys; raises what `builder` raises."""
        return source_text.as_python(self.builder)

    def yaml(self) -> str:
        """The new configuration as YAML to paste, without keys; raises what `builder` raises."""
        return source_text.as_yaml(self.builder)

    @property
    def diff(self) -> str:
        """What becomes different, line by line of the YAML; "" for nothing; raises what `builder` raises."""
        return source_text.diff(self.before, self.builder)

    def apply(
        self,
        ask: Callable[[str], SecretStr | None] = lambda words: None,
        watch: Callable[[int, int], object] = lambda done, total: None,
        *,
        leaving_out_impossible: bool = False,
    ) -> Self:
        """Do the steps that are not done, in their order, and wait for it; an interrupt ends it.

        It can be called again, and goes on with what is not done. Nothing that is there is overwritten.

        Args:
            ask: Gives a secret that is nowhere else, asked for with these words, in the thread that calls this.
            watch: Is called with bytes done and bytes in all of the step at work, and after each step, from
                another thread.
            leaving_out_impossible: Go on without what is impossible, instead of not beginning.

        Raises:
            ResourceError: When something is impossible, before anything is done.
            DDJupyterError: What a step raised.
        """
        wait_answering(
            lambda asked: self.carry_out(
                Means(asked, watch), lambda: watch(0, 0), leaving_out_impossible=leaving_out_impossible
            ),
            ask,
        )
        return self

    async def carry_out(
        self,
        means: Means,
        tell: Callable[[], object] = lambda: None,
        *,
        leaving_out_impossible: bool = False,
    ) -> None:
        """Do the steps that are not done, in their order, on the background loop; a failure ends it.

        It can be called again, and goes on with what is not done.

        Args:
            means: What the steps may use.
            tell: Is called whenever the state of a step has changed.
            leaving_out_impossible: Go on without what is impossible, instead of not beginning.

        Raises:
            ResourceError: When something is impossible, before anything is done.
            DDJupyterError: What a step raised.
        """
        impossible = [plan for plan in self._plans if plan.state == "impossible"]
        if impossible and not leaving_out_impossible:
            more = f" And {len(impossible) - 1} more cannot be moved." if len(impossible) > 1 else ""
            raise ResourceError(f"Nothing was migrated. {impossible[0].sentence}{more}")
        for number, step in enumerate(self._steps):
            if self._plans[number].state not in ("to do", "failed"):
                continue
            try:
                await step.carry_out(self._deployment, means)
            except Exception as error:
                self._now(number, "failed", redact(str(error)) or type(error).__name__)
                tell()
                raise
            self._now(number, "done", step.plan.sentence)
            tell()

    def _now(self, number: int, state: StepState, sentence: str) -> None:
        self._plans[number] = self._plans[number].model_copy(update={"state": state, "sentence": sentence})

    @cached_property
    def _builder(self) -> DataDesignerConfigBuilder:
        return rewritten(self.before, self._rewrites)

    def __repr__(self) -> str:
        return f"<Migration to {self.to}, {len(self._plans)} steps{', done' if self.done else ''}>"


async def plan(
    builder: DataDesignerConfigBuilder,
    here: Here,
    deployment: Deployment,
    to: Backend,
    *,
    folder: Path | str | None = None,
    only: Iterable[Row] | None = None,
) -> Migration:
    """Look up what a migration would do, everything at once; nothing is changed.

    What cannot be looked up, or cannot be moved, is a step that is impossible and says why.

    Args:
        builder: The configuration.
        here: This kernel.
        deployment: NeMo Services to migrate to, or from.
        to: Where the resources are to come from.
        folder: Where seeds are downloaded to; None for ``seeds/FILESET``.
        only: Rows of a report: what else the configuration names stays as it is. A provider and its key move
            together, whichever of them is chosen. None for all.
    """
    place, chosen = (builder, here, deployment), Chosen(only)
    looks: list[Coroutine[Any, Any, Moves]]
    if to == "services":
        looks = [
            _sure("provider", plan_providers_to_services(*place, chosen)),
            _sure("secret", plan_token_to_services(*place, chosen)),
            _sure("personas", plan_personas_to_services(*place, chosen)),
        ]
        if chosen.has("seed"):
            looks.insert(0, _sure("seed", plan_seed_upload(*place)))
    else:
        target = None if folder is None else Path(folder)
        looks = [
            _sure("provider", plan_providers_to_local(*place, chosen)),
            _sure("secret", plan_token_to_local(*place, chosen)),
            _sure("personas", plan_personas_to_local(*place, chosen)),
        ]
        if chosen.has("seed"):
            looks.insert(0, _sure("seed", plan_seed_download(*place, target)))
    steps: list[Step] = []
    rewrites = Rewrites()
    for found, other in await asyncio.gather(*looks):
        steps += found
        rewrites |= other
    if to == "services" and chosen.all:
        steps += (NothingToDo(planned) for planned in _stays_here(builder))
    steps += (NothingToDo(_impossible(row.kind, row.name, _NO_MOVE)) for row in chosen.beyond())
    return Migration(builder, to, deployment, steps, rewrites)


async def _sure(kind: Kind, look: Coroutine[Any, Any, Moves]) -> Moves:
    """A plan, or why there is none."""
    try:
        return await look
    except (DDJupyterError, OSError) as error:  # the disk may be full
        sentence = redact(str(error))
        return [
            NothingToDo(PlannedStep(action="None", kind=kind, name="", state="impossible", sentence=sentence))
        ], Rewrites()


def _stays_here(builder: DataDesignerConfigBuilder) -> Iterator[PlannedStep]:
    """What only this kernel has: functions, and tools."""
    for column in builder.get_column_configs():
        if column.column_type == "custom":
            yield _impossible(
                "custom code",
                column.name,
                f"Custom column `{column.name}` is made by a function of this kernel, which NeMo Services do not run. "
                "Leave it out, or run in this kernel.",
            )
        elif getattr(column, "validator_type", "") == "local_callable":
            yield _impossible(
                "custom code",
                column.name,
                f"Column `{column.name}` is validated by a function of this kernel, which NeMo Services do not run. "
                "Leave it out, validate in another way, or run in this kernel.",
            )
    for tool in builder.tool_configs:
        users = [
            one.name for one in builder.get_column_configs() if getattr(one, "tool_alias", None) == tool.tool_alias
        ]
        used_by = f", used by {', '.join(f'`{name}`' for name in users)}," if users else ""
        yield _impossible(
            "tool",
            tool.tool_alias,
            f"Tool configuration `{tool.tool_alias}`{used_by} is not accepted by NeMo Services. Leave it out, or run "
            "in this kernel.",
        )


def _impossible(kind: Kind, name: str, sentence: str) -> PlannedStep:
    return PlannedStep(action="None", kind=kind, name=name, state="impossible", sentence=sentence)
