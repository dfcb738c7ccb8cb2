"""The view of a report in the browser: what it is answered, and how resources are moved from it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest

from dd_jupyter.display.saved_model import MIME_TYPE
from dd_jupyter.display.widgets.report_widget import ReportActs, ReportWidget
from dd_jupyter.errors import ResourceError, UnreachableError
from dd_jupyter.magics.report import MovedVariable, report_bundle_of
from dd_jupyter.resources.migration.migration import Migration
from dd_jupyter.resources.migration.steps import Means, NothingToDo, PlannedStep, Rewrites, Step
from dd_jupyter.resources.report import Backend, ResolutionReport, Row
from dd_jupyter.resources.secrets import missing_variable
from tests.support.waiting import wait_until
from tests.unit.reports_at_hand import SILENCE, found, frame_seed, ok, provider, report, services, tool

SECRET = "nvapi-0123456789abcdefghij"
DEPLOYMENT: Any = SimpleNamespace(workspace="default")
NOBODY: Any = None


def config(provider: str = "nvidia") -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=[dd.ModelConfig(alias="chat", model="m", provider=provider)])
    return builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"a": [1]})))


class Registering(Step):
    """Registers a provider, when the test lets it."""

    def __init__(self, **what: Any) -> None:
        plan = {"action": "Register provider", "kind": "provider", "name": "nvidia", "target": "default/nvidia"}
        self.plan = PlannedStep(**{**plan, **what})
        self.go_on = threading.Event()
        self.go_on.set()
        self.error: Exception | None = None
        self.times = 0

    async def carry_out(self, deployment: Any, means: Means) -> None:
        self.times += 1
        means.progress(1, 2)
        await asyncio.to_thread(self.go_on.wait)
        if self.error is not None:
            raise self.error


class Asking(Step):
    """Finds out only when it is carried out that a person has to give the key."""

    plan = PlannedStep(action="Create secret", kind="secret", name="default/key")

    async def carry_out(self, deployment: Any, means: Means) -> None:
        if means.ask("the key") is None:
            raise ResourceError("Secret `default/key` may not be read in this kernel.")


class Person:
    """One in front of a widget: what she sees, and what the notebook holds.

    Attributes:
        steps: Of the plans that are made for her.
        chosen: For which rows each plan was asked for.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, first: ResolutionReport) -> None:
        self.steps: list[Step] = [Registering()]
        self.rewrites = Rewrites(providers={"nvidia": "default/nvidia"})
        self.chosen: list[tuple[Backend, tuple[str, ...] | None]] = []
        self.namespace: dict[str, Any] = {}
        self.checked: list[dd.DataDesignerConfigBuilder] = []
        self.next = report(frame_seed(), provider(submit=ok()))
        self.given = config()
        self.told: list[dict[str, Any]] = []
        self.answered: list[dict[str, Any]] = []
        moved = MovedVariable(self.namespace, "reviews")
        acts = ReportActs(self.check, self.plan, lambda: moved.name, moved.keep)
        self.widget = ReportWidget(first, self.given, acts, "report", "reviews")
        monkeypatch.setattr(self.widget, "send", self._hear)

    def check(self, builder: dd.DataDesignerConfigBuilder) -> ResolutionReport:
        self.checked.append(builder)
        return self.next

    def plan(self, builder: dd.DataDesignerConfigBuilder, to: Backend, rows: Sequence[Row] | None) -> Migration:
        self.chosen.append((to, None if rows is None else tuple(row.name for row in rows)))
        return Migration(builder, to, DEPLOYMENT, self.steps, self.rewrites)

    def asks(self, op: str, **arguments: Any) -> Callable[[], dict[str, Any]]:
        """Press something; what is given waits for what comes of it."""
        name = f"request {op} {len(self.answered)} {threading.active_count()}"
        self.widget._handle_custom_msg({"request": name, "ask": {"op": op, **arguments}}, [])

        def answer() -> dict[str, Any]:
            wait_until(lambda: any(one["request"] == name for one in self.answered))
            return next(one for one in self.answered if one["request"] == name)

        return answer

    def sees(self, op: str, **arguments: Any) -> dict[str, Any]:
        reply: dict[str, Any] = self.asks(op, **arguments)()["reply"]
        return reply

    def is_refused(self, op: str, **arguments: Any) -> str:
        return str(self.asks(op, **arguments)()["error"])

    def _hear(self, message: dict[str, Any]) -> None:
        (self.told if "tell" in message else self.answered).append(message)


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    return Person(monkeypatch, report(frame_seed(), provider(), tool()))


def test_the_report_is_asked_for_and_is_no_part_of_what_a_notebook_saves(monkeypatch) -> None:
    person = Person(monkeypatch, report(provider(submit=found("missing", f"Not there: {SECRET[:5]} CANARY."))))

    seen = person.sees("resources")["report"]

    assert "CANARY" in json.dumps(seen)
    assert [row["kind"] for row in seen["resources"]] == ["NeMo Services", "Provider"]
    assert "CANARY" not in json.dumps(person.widget.get_state(), default=repr)
    assert person.widget.live["variable"] == "" and person.widget.live["name"] == "report"


def test_it_tells_how_many_moves_there_are_where_somebody_is_to_move_to(person: Person, monkeypatch) -> None:
    silent = Person(monkeypatch, report(services(found("unreachable", SILENCE)), provider()))

    assert [one["moves"] for one in person.sees("resources")["report"]["locations"]] == [0, 2]
    assert [one["moves"] for one in silent.sees("resources")["report"]["locations"]] == [0, 0]


def test_looking_again_shows_what_is_found_now_to_every_view(person: Person) -> None:
    answer = person.sees("check")

    assert person.checked == [person.given]
    assert len(answer["report"]["resources"]) == 3
    assert [(told["tell"], told["report"]) for told in person.told] == [("report", answer["report"])]
    assert (person.widget.live["version"], person.widget.live["at_work"]) == (1, "")
    assert person.sees("resources") == answer
    assert person.widget.report is person.next


def test_while_it_looks_it_says_so(person: Person, monkeypatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(person, "next", report())
    person.widget.observe(lambda change: said.append(change["new"]["at_work"]), "live")

    person.sees("check")

    assert said[0] == "Looking everything up" and said[-1] == ""


def test_a_plan_is_for_the_rows_that_were_chosen_or_for_all(person: Person) -> None:
    one = person.sees("plan", to="services", resources=[2])
    everything = person.sees("plan", to="local", resources=[])

    assert person.chosen == [("services", ("nvidia",)), ("local", None)]
    assert (one["plan"], everything["plan"]) == (1, 2)
    assert one["can_apply"] and not one["applied"]
    assert one["migration"]["name"] == "reviews_moved"
    assert one["migration"]["way_on"] == []
    assert [line["text"].strip() for line in one["migration"]["diff"] if line["sign"] == "+"] == [
        "provider: default/nvidia"
    ]
    assert person.namespace == {}
    assert "Look at it again" in person.is_refused("plan", to="services", resources=[99])


def test_a_plan_that_cannot_be_made_says_why_and_leaves_none_to_carry_out(person: Person, monkeypatch) -> None:
    person.sees("plan", to="services")

    def silence(*_: Any) -> Migration:
        raise UnreachableError(SILENCE)

    monkeypatch.setattr(person, "plan", silence)
    object.__setattr__(person.widget._acts, "plan", silence)

    assert person.is_refused("plan", to="services") == SILENCE
    assert "not the last one that was made" in person.is_refused("apply", plan=1)
    assert person.widget.live["at_work"] == ""


def test_the_last_plan_is_carried_out_and_the_report_is_about_what_came_of_it(person: Person) -> None:
    number = person.sees("plan", to="services", resources=[2])["plan"]

    done = person.sees("apply", plan=number)

    assert done["applied"] and not done["can_apply"]
    assert done["migration"]["status"]["text"] == "Done"
    moved = person.namespace["reviews_moved"]
    assert moved.model_configs[0].provider == "default/nvidia"
    assert person.given.model_configs[0].provider == "nvidia"
    assert person.checked == [moved]
    assert (person.widget.live["variable"], person.widget.live["version"]) == ("reviews_moved", 1)
    shown = person.sees("resources")["report"]
    assert shown["way_on"][0]["code"] == "%dd_migrate moved -c reviews_moved"
    told = [one for one in person.told if one["tell"] == "plan"]
    assert told[0]["migration"]["status"]["text"] == "At work: step 1 of 1"
    assert not any(one["can_apply"] for one in told)
    assert told[-1]["applied"]


def test_what_is_moved_next_is_added_to_what_was_moved(person: Person, tmp_path: Path) -> None:
    person.sees("apply", plan=person.sees("plan", to="services", resources=[2])["plan"])
    first = person.namespace["reviews_moved"]
    (tmp_path / "seed.csv").write_text("a\n1\n")
    source = dd.LocalFileSeedSource(path=str(tmp_path / "seed.csv"))
    person.steps, person.rewrites = [Registering(action="Upload", kind="seed")], Rewrites(seed=lambda: source)

    person.sees("apply", plan=person.sees("plan", to="services", resources=[1])["plan"])

    both = person.namespace["reviews_moved"]
    assert both is not first
    assert both.model_configs[0].provider == "default/nvidia"
    assert both.get_seed_config().source.seed_type == "local"


def test_a_variable_of_the_persons_is_not_overwritten(person: Person) -> None:
    number = person.sees("plan", to="services")["plan"]
    person.namespace["reviews_moved"] = "mine"

    done = person.sees("apply", plan=number)

    assert person.namespace["reviews_moved"] == "mine"
    assert person.widget.live["variable"] == done["migration"]["name"] == "reviews_moved_2"
    assert person.namespace["reviews_moved_2"].model_configs[0].provider == "default/nvidia"


def test_only_the_plan_that_was_shown_last_can_be_carried_out_and_only_once(person: Person) -> None:
    assert "not the last one that was made" in person.is_refused("apply", plan=1)
    first = person.sees("plan", to="services", resources=[2])["plan"]
    second = person.sees("plan", to="services")["plan"]

    assert "not the last one that was made" in person.is_refused("apply", plan=first)
    person.sees("apply", plan=second)
    assert "is carried out" in person.is_refused("apply", plan=second)
    assert person.steps[0].times == 1  # type: ignore[attr-defined]


def test_pressed_twice_it_is_carried_out_once_and_nothing_else_is_planned_meanwhile(
    person: Person, monkeypatch
) -> None:
    monkeypatch.setattr("dd_jupyter.display.widgets.report_widget.SIGN_OF_LIFE_SECONDS", 0.01)
    [step] = person.steps
    assert isinstance(step, Registering)
    step.go_on.clear()
    number = person.sees("plan", to="services")["plan"]

    first = person.asks("apply", plan=number)
    wait_until(lambda: step.times == 1)

    assert "just now" in person.is_refused("apply", plan=number)
    assert "just now" in person.is_refused("plan", to="services")
    wait_until(lambda: person.widget.live["elapsed_seconds"] > 0)
    assert person.widget.live["at_work"] == "Carrying out the plan"
    step.go_on.set()
    assert first()["reply"]["applied"]
    assert step.times == 1


def test_a_step_that_fails_is_told_where_it_stands_and_the_same_plan_goes_on(person: Person) -> None:
    [step] = person.steps
    assert isinstance(step, Registering)
    step.error = UnreachableError(f"Nobody answers to {SECRET}.")
    number = person.sees("plan", to="services")["plan"]

    failed = person.sees("apply", plan=number)

    assert failed["migration"]["steps"][0]["text"] == "Nobody answers to [key removed]."
    assert (failed["can_apply"], failed["applied"], person.namespace) == (True, False, {})
    assert SECRET not in json.dumps([person.told, person.answered])
    step.error = None
    assert person.sees("apply", plan=number)["applied"]


def test_a_secret_to_be_typed_is_not_asked_for_in_a_view(person: Person) -> None:
    person.steps.append(Registering(action="Create secret", kind="secret", name="NVIDIA_API_KEY", asks=True))

    shown = person.sees("plan", to="services")

    text = shown["migration"]["notices"][-1]["text"]
    assert not shown["can_apply"]
    assert "`NVIDIA_API_KEY` has to be typed" in text
    assert "`%dd_migrate reviews_moved -c reviews --apply` asks for it" in text
    assert person.is_refused("apply", plan=shown["plan"]) == text
    assert person.steps[0].times == 0  # type: ignore[attr-defined]


def test_a_secret_that_turns_out_to_be_needed_stops_it_with_the_same_words(person: Person) -> None:
    person.steps.append(Asking())
    number = person.sees("plan", to="services")["plan"]

    stopped = person.sees("apply", plan=number)

    assert stopped["migration"]["steps"][1]["text"] == "Secret `default/key` may not be read in this kernel."
    assert "--apply` asks for it" in stopped["migration"]["notices"][-1]["text"]
    assert not stopped["can_apply"]
    assert person.namespace == {}


def test_what_cannot_be_moved_is_said_and_the_rest_is_done(person: Person) -> None:
    never = PlannedStep(action="None", kind="tool", name="search", state="impossible", sentence="Tools stay here.")
    person.steps.append(NothingToDo(never))

    shown = person.sees("plan", to="services")
    done = person.sees("apply", plan=shown["plan"])

    assert shown["can_apply"] and shown["migration"]["steps"][1]["text"] == "Tools stay here."
    assert done["migration"]["status"]["text"] == "Done, 1 cannot be moved"
    assert "reviews_moved" in person.namespace


def test_nothing_that_can_be_done_is_no_plan_to_carry_out(person: Person) -> None:
    never = PlannedStep(action="None", kind="tool", name="search", state="impossible", sentence="Tools stay here.")
    person.steps, person.rewrites = [NothingToDo(never)], Rewrites()

    shown = person.sees("plan", to="services")

    assert not shown["can_apply"]
    assert "nothing left to do" in person.is_refused("apply", plan=shown["plan"])


def test_where_all_is_there_already_the_configuration_can_be_rewritten(person: Person) -> None:
    there = PlannedStep(action="Register provider", kind="provider", name="nvidia", state="there already")
    person.steps = [NothingToDo(there)]

    shown = person.sees("plan", to="services")
    done = person.sees("apply", plan=shown["plan"])

    assert shown["can_apply"] and shown["migration"]["status"]["text"] == "Nothing to do"
    assert done["applied"]
    assert person.namespace["reviews_moved"].model_configs[0].provider == "default/nvidia"


def test_where_no_widget_is_drawn_the_report_stands_whole_with_what_to_do(person: Person) -> None:
    data, _ = person.widget._repr_mimebundle_()  # type: ignore[misc]

    assert set(data) == {"text/html", "text/plain", MIME_TYPE}
    for kind in ("text/html", "text/plain"):
        assert "%dd_migrate moved -c reviews" in data[kind]
        assert "nvidia" in data[kind]


@pytest.mark.parametrize("kernel", [True, False])
def test_a_magic_shows_a_view_only_where_one_could_be_drawn(monkeypatch, kernel: bool) -> None:
    monkeypatch.setattr("dd_jupyter.display.front_end.has_a_kernel", lambda: kernel)

    shown = report_bundle_of(
        report(provider()), config(), check=NOBODY, plan=NOBODY, namespace={}, name="report", source=None
    )

    assert ("data-ddj-view" in shown["text/html"]) is kernel
    assert "%dd_migrate moved -c builder" in shown["text/plain"]


def test_the_variable_of_a_report_follows_what_is_shown_unless_it_holds_something_else(monkeypatch) -> None:
    first, second = report(provider()), report(provider(submit=ok()))
    made: list[ReportWidget] = []

    def shown(widget: ReportWidget, *_: object) -> dict[str, Any]:
        made.append(widget)
        return {}

    monkeypatch.setattr("dd_jupyter.display.front_end.has_a_kernel", lambda: True)
    monkeypatch.setattr(ReportWidget, "bundle_with", shown)
    namespace: dict[str, Any] = {"report": first}
    report_bundle_of(
        first, config(), check=lambda _: second, plan=NOBODY, namespace=namespace, name="report", source=None
    )

    made[0]._acts.check(config())
    assert namespace["report"] is second

    namespace["report"] = "mine"
    made[0]._acts.check(config())
    assert namespace["report"] == "mine"


@pytest.mark.parametrize(
    ("source", "taken", "name"),
    [
        (None, [], "moved"),
        (None, ["moved"], "moved_2"),
        ("reviews", [], "reviews_moved"),
        ("reviews", ["reviews_moved", "reviews_moved_2"], "reviews_moved_3"),
        ("reviews_moved", ["reviews_moved"], "reviews_moved_2"),
        ("configs/my reviews.yaml", [], "my_reviews_moved"),
        ("2024.json", [], "moved"),
    ],
)
def test_a_moved_configuration_has_a_variable_named_after_it(source: str | None, taken: list[str], name: str) -> None:
    assert MovedVariable(dict.fromkeys(taken, "mine"), source).name == name


def test_a_key_that_is_not_set_is_known_to_be_asked_for(monkeypatch) -> None:
    from dd_jupyter.resources.migration.secrets import key_in_variable

    monkeypatch.delenv("NEAR_API_KEY", raising=False)
    assert key_in_variable("NEAR_API_KEY", "a key").asks
    monkeypatch.setenv("NEAR_API_KEY", SECRET)
    assert not key_in_variable("NEAR_API_KEY", "a key").asks
    assert "NEAR_API_KEY" in missing_variable("NEAR_API_KEY", "a key")
