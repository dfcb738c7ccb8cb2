"""A migration carries out its steps in order, stops at a failure, and goes on from there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest

import dd_jupyter as ddj
from dd_jupyter.errors import NotReadyError, ResourceError, UnreachableError
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.migration import migration as module
from dd_jupyter.resources.migration.migration import Migration, MigrationPlan, plan
from dd_jupyter.resources.migration.steps import Means, NothingToDo, PlannedStep, Rewrites, Step
from dd_jupyter.resources.places import Here

KEY = "nvapi-0123456789abcdefghij"
NOBODY: Any = None


class Fake(Step):
    """A step that does what it is told."""

    def __init__(self, name: str, done: list[str], **what: Any) -> None:
        self.plan = PlannedStep(**{"action": "Upload", "kind": "seed", "name": name, "sentence": "A note.", **what})
        self.error: BaseException | None = None
        self._done = done

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        if self.error is not None:
            raise self.error
        self._done.append(self.plan.name)


def builder() -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=[dd.ModelConfig(alias="chat", model="m", provider="p")])
    return builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"a": [1]})))


def migration(*steps: Step, rewrites: Rewrites | None = None, to: Any = "services") -> Migration:
    return Migration(builder(), to, NOBODY, list(steps), rewrites or Rewrites())


def states(migration: Migration) -> list[str]:
    return [step.state for step in migration.steps]


@pytest.fixture
def done() -> list[str]:
    return []


def test_steps_are_done_in_order_and_each_is_told(done: list[str]) -> None:
    there = NothingToDo(PlannedStep(action="Upload", kind="seed", name="there", state="there already"))
    moving = migration(Fake("one", done), there, Fake("two", done))
    told: list[list[str]] = []

    assert (moving.ready, moving.done) == (True, False)
    wait_for(moving.carry_out(Means(), lambda: told.append(states(moving))))

    assert done == ["one", "two"]
    assert told == [["done", "there already", "to do"], ["done", "there already", "done"]]
    assert moving.done
    assert [step.sentence for step in moving.steps] == ["A note.", "", "A note."]


def test_a_failure_stops_and_the_next_time_goes_on_from_there(done: list[str]) -> None:
    one, two, three = (Fake(name, done) for name in ("one", "two", "three"))
    moving = migration(one, two, three)
    two.error = UnreachableError(f"Nobody answers to {KEY}.")
    told: list[list[str]] = []

    with pytest.raises(UnreachableError):
        wait_for(moving.carry_out(Means(), lambda: told.append(states(moving))))

    assert told[-1] == states(moving) == ["done", "failed", "to do"]
    assert moving.steps[1].sentence == "Nobody answers to [key removed]."
    assert KEY not in moving.plan.model_dump_json()
    two.error = None
    wait_for(moving.carry_out(Means()))
    assert done == ["one", "two", "three"]
    assert states(moving) == ["done"] * 3
    assert moving.steps[1].sentence == "A note."


def test_what_is_interrupted_is_still_to_do(done: list[str]) -> None:
    one = Fake("one", done)
    one.error = asyncio.CancelledError()
    moving = migration(one)

    with pytest.raises(BaseException):  # noqa: B017, PT011  a future's own
        wait_for(moving.carry_out(Means()))

    assert states(moving) == ["to do"]


def test_nothing_is_done_while_something_is_impossible_unless_wished(done: list[str]) -> None:
    never = NothingToDo(PlannedStep(action="None", kind="tool", name="t", state="impossible", sentence="Tools stay."))
    moving = migration(Fake("one", done), never)

    with pytest.raises(ResourceError, match=r"Nothing was migrated. Tools stay\."):
        wait_for(moving.carry_out(Means()))
    assert (done, moving.ready) == ([], False)

    wait_for(moving.carry_out(Means(), leaving_out_impossible=True))
    assert (done, states(moving), moving.done) == (["one"], ["done", "impossible"], False)


def test_the_configuration_of_a_download_is_there_after_it(done: list[str], tmp_path: Any) -> None:
    path = tmp_path / "a.csv"
    rewrites = Rewrites(seed=lambda: dd.LocalFileSeedSource(path=str(path)))
    moving = migration(Fake("one", done, action="Download", target=str(path)), rewrites=rewrites, to="local")

    for ask in (lambda: moving.builder, moving.python, moving.yaml, lambda: moving.diff):
        with pytest.raises(NotReadyError, match=r"a\.csv"):
            ask()
    path.write_text("a\n1\n")
    wait_for(moving.carry_out(Means()))

    assert moving.builder.get_seed_config().source.path == str(path)
    assert "LocalFileSeedSource" in moving.python()
    assert "seed_type: local" in moving.yaml()
    assert "-    seed_type: df" in moving.diff


def test_the_given_configuration_stays_and_the_new_one_is_made_once() -> None:
    moving = migration(rewrites=Rewrites({"p": "default/p"}))

    assert moving.builder is moving.builder
    assert moving.builder.model_configs[0].provider == "default/p"
    assert moving.before.model_configs[0].provider == "p"


def test_a_plan_is_written_down_and_read_again(done: list[str]) -> None:
    moving = migration(Fake("one", done, rows=3, bytes=70))

    assert MigrationPlan.model_validate_json(moving.plan.model_dump_json()) == moving.plan


# Planning.


@pytest.fixture
def planners(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts others in the place of the planners; those not named find nothing to do."""

    def replace(**planners: Any) -> None:
        async def nothing(*place: Any) -> Any:
            return [], Rewrites()

        for kind in ("seed_upload", "seed_download"):
            monkeypatch.setattr(module, f"plan_{kind}", planners.get(kind, nothing))
        for kind in ("providers", "token", "personas"):
            for to in ("services", "local"):
                monkeypatch.setattr(module, f"plan_{kind}_to_{to}", planners.get(kind, nothing))

    return replace


@pytest.mark.parametrize("to", ["services", "local"])
def test_a_look_up_that_fails_does_not_hide_the_others(to: Any, planners: Callable[..., None], done: list[str]) -> None:
    async def fails(*place: Any) -> Any:
        raise UnreachableError(f"Nobody answers to {KEY}.")

    async def finds(*place: Any) -> Any:
        return [Fake("p", done, kind="provider", action="Register provider")], Rewrites({"p": "default/p"})

    planners(seed_upload=fails, seed_download=fails, providers=finds)

    moving = wait_for(plan(builder(), Here(), NOBODY, to))

    assert [(step.kind, step.state) for step in moving.steps] == [("seed", "impossible"), ("provider", "to do")]
    assert moving.steps[0].sentence == "Nobody answers to [key removed]."
    assert moving.builder.model_configs[0].provider == "default/p"


def test_all_look_ups_go_out_together(planners: Callable[..., None]) -> None:
    waiting = 0
    together = asyncio.Event()

    async def waits(*place: Any) -> Any:
        nonlocal waiting
        waiting += 1
        if waiting == 4:
            together.set()
        await asyncio.wait_for(together.wait(), 5)
        return [], Rewrites()

    planners(seed_upload=waits, providers=waits, token=waits, personas=waits)

    assert wait_for(plan(builder(), Here(), NOBODY, "services")).steps == ()


def test_what_only_this_kernel_has_cannot_be_moved(planners: Callable[..., None]) -> None:
    @dd.custom_column_generator()
    def made(row: dict[str, Any]) -> dict[str, Any]:
        return row

    def valid(frame: pd.DataFrame) -> pd.DataFrame:
        return frame

    before = builder()
    before.add_column(dd.CustomColumnConfig(name="own", generator_function=made))
    params = dd.LocalCallableValidatorParams(validation_function=valid)
    before.add_column(
        dd.ValidationColumnConfig(
            name="checked", target_columns=["own"], validator_type="local_callable", validator_params=params
        )
    )
    before.add_tool_config(dd.ToolConfig(tool_alias="search", providers=["mcp"]))
    before.add_column(
        name="text", column_type="llm-text", model_alias="chat", prompt="x {{ own }}", tool_alias="search"
    )
    planners()

    there = wait_for(plan(before, Here(), NOBODY, "services"))
    back = wait_for(plan(before, Here(), NOBODY, "local"))

    assert [(step.kind, step.action, step.state) for step in there.steps] == [
        ("custom code", "None", "impossible"),
        ("custom code", "None", "impossible"),
        ("tool", "None", "impossible"),
    ]
    for step, column in zip(there.steps, ("own", "checked", "text"), strict=True):
        assert f"`{column}`" in step.sentence
    assert back.steps == ()


def test_nobody_there_is_a_step_and_no_error() -> None:
    deployment = Deployment(find_context(base_url="http://127.0.0.1:9", workspace="default"))
    before = builder().with_seed_dataset(ddj.FilesetFileSeedSource(path="a#b.csv"))

    moving = wait_for(plan(before, Here(), deployment, "local"))

    assert moving.steps[0].state == "impossible"
    assert "cannot be looked up" in moving.steps[0].sentence
    assert moving.builder.get_seed_config().source.path == "a#b.csv"
    deployment.close()
