"""The submit form: what its fields may hold, what the browser may ask of it, and that it submits once."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

import dd_jupyter as ddj
from dd_jupyter.display import submit_fields
from dd_jupyter.display.requests.closed_set import REQUESTS, parsed
from dd_jupyter.display.requests.form import Fields
from dd_jupyter.display.submit_fields import Chosen, Spelling, Where
from dd_jupyter.display.submit_model import LiveSubmitView
from dd_jupyter.display.submit_view import look_up_view
from dd_jupyter.display.widgets.submit_form import SubmitForm
from dd_jupyter.errors import ConfigError, ConflictError, NotReadyError, RefusedError, UnreachableError
from dd_jupyter.execution.events import Dataset
from dd_jupyter.execution.forecast import Forecast
from dd_jupyter.magics import parsers, register
from dd_jupyter.nemo.jobs import LONGEST_NAME, check_name
from dd_jupyter.resources.migration.migration import Migration
from dd_jupyter.resources.migration.steps import PlannedStep
from dd_jupyter.resources.report import Finding, Move, ResolutionReport, Row
from tests.support.builders import builder_with
from tests.support.form_browser import FormBrowser
from tests.support.waiting import wait_until
from tests.unit.runs import creation_of, done, preview_of, telling

FIELDS = Fields(
    location="submit",
    records="5,000",
    job_name="reviews-1",
    workspace="",
    dataset_name="dataset",
    artifact_path="artifacts",
)
LIVE = LiveSubmitView(name="reviews", **FIELDS.model_dump())


def fields(**changed: str) -> dict[str, str]:
    """What stands in the form."""
    return {**FIELDS.model_dump(), **changed}


def typed(**changed: str) -> Fields:
    """The same, as the kernel reads it."""
    return Fields.model_validate(fields(**changed))


# What may stand in the fields.


@pytest.mark.parametrize("records", ["5000", "5,000", " 5 000 ", "5_000", "5'000"])
def test_a_number_may_be_grouped_as_people_do(records: str) -> None:
    chosen, problems = submit_fields.read(typed(records=records))

    assert problems == ()
    assert chosen is not None and chosen.num_records == 5000


@pytest.mark.parametrize("records", ["", "0", "-3", "1.5", "five", "1e3", "٣", "²", "9" * 40, "`<img>`"])
def test_what_is_no_number_of_records_is_said_beneath_the_field(records: str) -> None:
    chosen, (problem,) = submit_fields.read(typed(records=records))

    assert chosen is None
    assert problem.field == "records" and problem.text.endswith(".")


@pytest.mark.parametrize(
    "name", ["My Reviews", "r", "9reviews", "a--b", "reviews-", "r" * (LONGEST_NAME + 1), "ä-1", ""]
)
def test_a_jobs_name_is_refused_as_the_services_would(name: str) -> None:
    with pytest.raises(RefusedError):
        check_name(name)

    _, (problem,) = submit_fields.read(typed(job_name=name))

    assert problem.field == "job_name"
    assert "--name" not in problem.text  # there is no such option in a form


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a\0b"])
def test_a_datasets_name_is_one_folder(name: str) -> None:
    _, (problem,) = submit_fields.read(typed(location="run", dataset_name=name))

    assert problem.field == "dataset_name"


def test_only_the_fields_of_the_chosen_place_count() -> None:
    in_services, _ = submit_fields.read(typed(dataset_name="", artifact_path=""))
    here, _ = submit_fields.read(typed(location="run", job_name="No Name", workspace="a b"))

    assert in_services is not None and in_services.name == "reviews-1"
    assert here is not None and (here.name, here.workspace) == ("dataset", None)


def test_every_problem_is_said_at_once() -> None:
    _, problems = submit_fields.read(typed(records="", job_name="", workspace="a b"))

    assert [problem.field for problem in problems] == ["records", "job_name", "workspace"]


@pytest.mark.parametrize(
    ("changed", "spelling", "line"),
    [
        ({}, Spelling("builder", "reviews"), "%dd_create reviews -c builder --submit -n 5000 --name reviews-1"),
        (
            {"workspace": "research"},
            Spelling("my reviews.yaml", "reviews", "http://there"),
            "%dd_create reviews -c 'my reviews.yaml' --submit -n 5000 --name reviews-1 -w research "
            "--base-url http://there",
        ),
        ({}, Spelling(), "%%dd_create --submit -n 5000 --name reviews-1"),
        ({"location": "run"}, Spelling("builder"), "%dd_create -c builder -n 5000 --name dataset"),
        (
            {"location": "run", "artifact_path": "my data"},
            Spelling("builder"),
            "%dd_create -c builder -n 5000 --name dataset -o 'my data'",
        ),
        (
            {"workspace": "research"},
            Spelling(python=True),
            "ddj.create(builder, num_records=5000, dataset_name='reviews-1', submit=True, workspace='research')",
        ),
    ],
)
def test_the_line_that_does_the_same_has_the_values(changed: dict[str, str], spelling: Spelling, line: str) -> None:
    chosen, _ = submit_fields.read(typed(**changed))

    assert chosen is not None
    assert submit_fields.code(chosen, spelling) == line


def test_a_dataset_that_is_there_is_told_to_stay(tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    chosen, _ = submit_fields.read(typed(location="run", artifact_path=str(tmp_path)))

    assert chosen is not None
    assert "stays as it is" in submit_fields.sentence(chosen)


# What was looked up.


def row(name: str, status: Any = "ok", move: bool = False, kind: Any = "provider") -> Row:
    moves = (Move(to="services", text="Register it."),) if move else ()
    return Row(kind=kind, name=name, submit=Finding(status=status, sentence="So it is."), moves=moves)


@pytest.mark.parametrize(
    ("rows", "words", "moves", "others"),
    [
        ([row("a"), row("b")], "All 2 are there", 0, 0),
        ([row("a"), row("b", "missing", move=True)], "1 of 2 needs to move first", 1, 0),
        ([row("a", "missing", move=True), row("b", "missing", move=True)], "2 of 2 need to move first", 2, 0),
        ([row("a"), row("b", "missing")], "1 of 2 is in the way", 0, 1),
        (
            [row("a", "missing", move=True), row("b", "missing")],
            "1 of 2 needs to move first, 1 is in the way",
            1,
            1,
        ),
        (
            [row("", "unreachable", kind="services"), row("a", "unreachable", move=True)],
            "Submission not checked",
            0,
            2,
        ),
    ],
)
def test_the_report_is_summed_up(rows: list[Row], words: str, moves: int, others: int) -> None:
    report = ResolutionReport(rows=tuple(rows), locations=("submit",), base_url="http://there", workspace="default")

    view = look_up_view(report, "submit")

    assert (view.status.text, view.moves, view.others) == (words, moves, others)


# What the browser may ask.


class AtHand:
    """Does what the form asks for, and notes it."""

    def __init__(self, tmp_path: Path) -> None:
        self.tmp_path = tmp_path
        self.asked: list[Any] = []
        self.made: list[tuple[Chosen, Any]] = []
        self.migration: Any = None
        self.refusal: Exception | None = None
        self.expected: Forecast | None = None
        self.making = threading.Event()
        self.go = threading.Event()
        self.go.set()
        self.look_up_go = threading.Event()
        self.look_up_go.set()

    def look_up(self, where: Where) -> ResolutionReport:
        self.asked.append(where)
        assert self.look_up_go.wait(10)
        return ResolutionReport(rows=(row("nvidia"),), locations=(where.location,), base_url="http://there")

    def plan(self, where: Where) -> Any:
        self.asked.append(where)
        return self.migration

    def make(self, chosen: Chosen, migration: Any) -> Any:
        self.making.set()
        assert self.go.wait(10)
        if self.refusal is not None:
            raise self.refusal
        self.made.append((chosen, migration))
        self.run = creation_of(telling(), self.tmp_path)
        return self.run

    def workspaces(self) -> tuple[str, tuple[str, ...]]:
        return "default", ("default", "research")

    def forecast(self, num_records: int) -> Forecast | None:
        return self.expected


@pytest.fixture
def maker(tmp_path: Path) -> AtHand:
    return AtHand(tmp_path)


@pytest.fixture
def browser(maker: AtHand, monkeypatch: pytest.MonkeyPatch) -> FormBrowser:
    return FormBrowser(SubmitForm(LIVE, maker, Spelling("builder", "reviews")), monkeypatch)


def test_a_draft_says_what_it_would_do(browser: FormBrowser, maker: AtHand) -> None:
    maker.expected = Forecast(5000, seconds=420.0, tokens=2_600_000)

    draft = browser.asks("draft", fields=fields(workspace="research"))

    assert draft["problems"] == []
    assert draft["forecast"] == "about 7 min, 2.6 M tokens, from the last preview"
    assert draft["words"] == "One job makes 5,000 records in workspace `research`. It goes on without this notebook."
    assert draft["code"].endswith("--submit -n 5000 --name reviews-1 -w research")


def test_a_draft_with_moves_says_so_and_names_the_option(browser: FormBrowser) -> None:
    draft = browser.asks("draft", fields=fields(), migrate=True)

    assert draft["words"].startswith("What is missing there is moved first; then one job")
    assert "--submit --migrate" in draft["code"]


def test_a_draft_with_a_problem_promises_nothing(browser: FormBrowser) -> None:
    draft = browser.asks("draft", fields=fields(records="none"))

    assert [problem["field"] for problem in draft["problems"]] == ["records"]
    assert (draft["forecast"], draft["words"], draft["code"]) == ("", "", "")


def test_the_place_is_looked_up_while_other_fields_are_not_filled_in_yet(browser: FormBrowser, maker: AtHand) -> None:
    found = browser.asks("look up", fields=fields(records="", job_name="", workspace=" research "))

    assert maker.asked == [Where("submit", "research", Path("artifacts"), None)]
    assert found["status"]["text"] == "All is there"


def workspace_asked_for(browser: FormBrowser) -> str:
    newest: Any = browser.form._newest
    return str(newest.fields.workspace)


def test_a_look_up_that_is_outdated_before_its_turn_asks_nobody(browser: FormBrowser, maker: AtHand) -> None:
    maker.look_up_go.clear()
    first = browser.sends("look up", fields=fields(workspace="a"))
    wait_until(lambda: len(maker.asked) == 1)
    second = browser.sends("look up", fields=fields(workspace="b"))
    wait_until(lambda: workspace_asked_for(browser) == "b")
    third = browser.sends("look up", fields=fields(workspace="c"))
    wait_until(lambda: workspace_asked_for(browser) == "c")

    maker.look_up_go.set()

    assert "Something newer" in second()["error"]
    assert "reply" in first() and "reply" in third()
    assert [where.workspace for where in maker.asked] == ["a", "c"]


def test_the_workspaces_to_choose_from_are_told(browser: FormBrowser) -> None:
    assert browser.asks("workspaces") == {"usual": "default", "names": ["default", "research"]}


def test_every_request_of_a_form_is_read_as_it_was_sent() -> None:
    for op in ("draft", "look up", "submit"):
        assert parsed({"op": op, "fields": fields()}).model_dump()["fields"] == fields()
    assert {"draft", "look up", "workspaces", "submit"} <= {kind.model_fields["op"].default for kind in REQUESTS}


@pytest.mark.parametrize(
    "odd", [{"location": "moon"}, {"more": "x"}, {"records": "1" * 1001}, {"records": 5000}, {"job_name": None}]
)
def test_what_no_form_holds_is_refused(browser: FormBrowser, odd: dict[str, Any]) -> None:
    assert "something odd" in browser.refused("submit", fields={**fields(), **odd})


# Submitting.


def test_submitting_makes_what_was_chosen_and_folds_the_form(browser: FormBrowser, maker: AtHand) -> None:
    assert browser.asks("submit", fields=fields(workspace="research")) == {"problems": []}

    assert maker.made == [(Chosen("submit", 5000, "research", "reviews-1", Path("artifacts")), None)]
    assert browser.form.live["state"] == "done"
    assert browser.form.live["chosen"] == "5,000 records · NeMo Services · workspace research · job `reviews-1`"
    assert browser.form.live["records"] == "5,000" and browser.form.live["workspace"] == "research"
    assert browser.form.result is maker.run


def test_a_saved_notebook_says_what_was_chosen_and_not_how_to_do_it_again(browser: FormBrowser) -> None:
    drawn: list[dict[str, str]] = []
    place: Any = SimpleNamespace(draw=drawn.append)
    browser.form.place = place

    browser.asks("submit", fields=fields())

    assert "Chosen  5,000 records · NeMo Services · job reviews-1" in drawn[0]["text/plain"]
    assert "%dd_create" not in drawn[0]["text/html"]


def test_a_double_click_makes_one_job(browser: FormBrowser, maker: AtHand) -> None:
    maker.go.clear()
    first = browser.sends("submit", fields=fields())
    assert maker.making.wait(10)
    wait_until(lambda: browser.form.live["state"] == "busy")

    assert browser.refused("submit", fields=fields()) == "This form is being submitted already."
    maker.go.set()

    assert first()["reply"] == {"problems": []}
    assert len(maker.made) == 1


def test_many_clicks_at_once_make_one_job(browser: FormBrowser, maker: AtHand) -> None:
    answers = [browser.sends("submit", fields=fields()) for _ in range(20)]

    replies = [answer() for answer in answers]

    assert len(maker.made) == 1
    assert sum("reply" in reply for reply in replies) == 1


def test_a_form_is_submitted_once_only(browser: FormBrowser, maker: AtHand) -> None:
    browser.asks("submit", fields=fields())

    assert "has been submitted" in browser.refused("submit", fields=fields(job_name="another"))
    assert len(maker.made) == 1


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_begun(browser: FormBrowser, maker: AtHand) -> None:
    reply = browser.asks("submit", fields=fields(records="0"))

    assert [problem["field"] for problem in reply["problems"]] == ["records"]
    assert not maker.making.is_set() and browser.form.live["state"] == "open"


def test_a_name_that_is_taken_is_told_at_its_field_and_another_can_be_tried(
    browser: FormBrowser, maker: AtHand
) -> None:
    maker.refusal = ConflictError("A job `reviews-1` exists already.")

    reply = browser.asks("submit", fields=fields())

    assert reply["problems"] == [{"field": "job_name", "text": "A job `reviews-1` exists already."}]
    assert browser.form.live["state"] == "open"
    maker.refusal = None
    browser.asks("submit", fields=fields(job_name="reviews-2"))
    assert [chosen.name for chosen, _ in maker.made] == ["reviews-2"]


def test_an_error_of_the_services_is_told_and_the_form_stays_open(browser: FormBrowser, maker: AtHand) -> None:
    maker.refusal = UnreachableError("NeMo Services do not answer.")

    assert browser.refused("submit", fields=fields()) == "NeMo Services do not answer."
    assert browser.form.live["state"] == "open" and browser.form.live["step"] == ""


def test_before_it_is_submitted_there_is_no_result(browser: FormBrowser) -> None:
    with pytest.raises(NotReadyError, match="not been submitted"):
        _ = browser.form.result


def test_the_form_does_not_keep_the_run_alive(browser: FormBrowser, maker: AtHand) -> None:
    browser.asks("submit", fields=fields())

    assert browser.form._maker is None


# Moving first.


class Moving(Migration):
    """A migration of one provider, which may fail."""

    def __init__(self, state: Any = "to do", fails: int = 0) -> None:
        super().__init__(builder_with(), "services", None, [], None)  # type: ignore[arg-type]
        self._plans = [
            PlannedStep(action="Register provider", kind="provider", name="nvidia", state=state, target="default/n")
        ]
        self._fails = fails
        self.applied = 0

    @property
    def workspace(self) -> str:
        return "default"

    @property
    def builder(self) -> Any:
        return self.before

    @property
    def diff(self) -> str:
        return ""

    def apply(self, ask: Any = None, watch: Any = None, **options: Any) -> Any:
        self.applied += 1
        state: Any = "failed" if self.applied <= self._fails else "done"
        self._plans = [step.model_copy(update={"state": state, "sentence": "Refused."}) for step in self._plans]
        watch(0, 0)
        return self


def planned(browser: FormBrowser, maker: AtHand, migration: Migration, **changed: str) -> int:
    """Look up, and plan."""
    maker.migration = migration
    browser.asks("look up", fields=fields(**changed))
    return int(browser.asks("plan", to="services")["plan"])


def test_the_plan_that_was_shown_is_carried_out_before(browser: FormBrowser, maker: AtHand) -> None:
    migration = Moving()
    number = planned(browser, maker, migration)
    assert migration.applied == 0

    browser.asks("submit", fields=fields(), plan=number)

    assert migration.applied == 1
    assert maker.made[0][1] is migration
    told = [message for message in browser.heard if message.get("tell") == "plan"]
    assert told and told[-1]["applied"]
    assert {message["migration"]["name"] for message in told} == {""}


def test_a_plan_is_for_the_place_that_was_looked_up(browser: FormBrowser, maker: AtHand) -> None:
    number = planned(browser, maker, Moving(), workspace="research")

    assert maker.asked[-1] == Where("submit", "research", Path("artifacts"), 5000)
    assert "another place" in browser.refused("submit", fields=fields(), plan=number)
    assert maker.made == []


def test_an_older_plan_is_not_carried_out(browser: FormBrowser, maker: AtHand) -> None:
    older, newer = Moving(), Moving()
    number = planned(browser, maker, older)
    planned(browser, maker, newer)

    assert "not the last one" in browser.refused("submit", fields=fields(), plan=number)
    assert (older.applied, newer.applied) == (0, 0)


def test_nothing_is_moved_while_something_cannot_be(browser: FormBrowser, maker: AtHand) -> None:
    migration = Moving(state="impossible")
    number = planned(browser, maker, migration)

    assert "cannot be moved" in browser.refused("submit", fields=fields(), plan=number)
    assert migration.applied == 0 and browser.form.live["state"] == "open"


def test_a_move_that_fails_submits_nothing_and_goes_on_the_next_time(browser: FormBrowser, maker: AtHand) -> None:
    migration = Moving(fails=1)
    number = planned(browser, maker, migration)

    assert "nothing was submitted" in browser.refused("submit", fields=fields(), plan=number)
    assert maker.made == []
    browser.asks("submit", fields=fields(), plan=number)
    assert len(maker.made) == 1


def test_what_is_moved_is_not_moved_again_for_another_name(browser: FormBrowser, maker: AtHand) -> None:
    migration = Moving()
    number = planned(browser, maker, migration)
    maker.refusal = ConflictError("A job `reviews-1` exists already.")
    browser.asks("submit", fields=fields(), plan=number)
    maker.refusal = None

    browser.asks("submit", fields=fields(job_name="reviews-2"), plan=number)

    assert migration.applied == 1 and len(maker.made) == 1


def test_nothing_can_be_planned_before_something_was_looked_up(browser: FormBrowser) -> None:
    assert "Nothing was looked up" in browser.refused("plan", to="services")


# What is shown, and who may make it.


@pytest.fixture
def shell(publisher: CapturingDisplayPublisher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> InteractiveShell:
    monkeypatch.chdir(tmp_path)
    shell = InteractiveShell.instance()
    register(shell)
    shell.user_ns["builder"] = builder_with()
    return shell


def shown(shell: InteractiveShell, line: str, cell: str | None = None) -> dict[str, Any]:
    """What the magic displays."""
    if cell is None:
        shell.run_line_magic("dd_submit", line)
    else:
        shell.run_cell_magic("dd_submit", line, cell)
    publisher: Any = shell.display_pub
    output, place = publisher.outputs
    assert place["data"] == {"text/html": "", "text/plain": ""}  # of the run, in whose place it is drawn later
    data: dict[str, Any] = output["data"]
    return data


def test_without_widgets_the_line_that_does_the_same_is_shown(shell: InteractiveShell) -> None:
    data = shown(shell, "reviews -c builder -n 5000 --name reviews-1 -w research")

    line = "%dd_create reviews -c builder --submit -n 5000 --name reviews-1 -w research"
    assert line in data["text/plain"]
    assert line in data["text/html"]


def test_the_cell_holds_the_configuration(shell: InteractiveShell) -> None:
    data = shown(shell, "reviews --name reviews-1", "builder")

    assert "%%dd_create reviews --submit -n 100 --name reviews-1" in data["text/plain"]


def test_the_name_that_is_suggested_is_one_that_the_services_take() -> None:
    form = ddj.submit_form(builder_with(), name="My_Reviews of 2026")

    check_name(form.live["job_name"])


def test_its_options_are_completed_and_have_help() -> None:
    parser = parsers()["dd_submit"]

    options = {option for action in parser._actions for option in action.option_strings}

    assert {"-c", "--config", "-n", "--num-records", "--name", "-w", "--workspace", "--base-url"} <= options
    assert all(action.help for action in parser._actions)


def test_no_record_can_be_asked_for_less_than_one() -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        ddj.submit_form(builder_with(), num_records=0)


def test_the_forecast_is_of_a_preview_of_the_same_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    def preview(builder: Any) -> Any:
        sample = preview_of(telling(Dataset(pd.DataFrame({"product": ["mug"] * 10})), done(10)), builder=builder)
        sample.follow(lambda run: None)
        return sample

    other = builder_with()
    other.add_column(name="more", column_type="expression", expr="{{ product }}")
    namespace: dict[str, Any] = {"other": preview(other), "x": 1}
    form = ddj.submit_form(builder_with(), previews=namespace.values())
    browser = FormBrowser(form, monkeypatch)
    assert browser.asks("draft", fields=fields())["forecast"] == ""

    namespace["sample"] = preview(builder_with())

    assert browser.asks("draft", fields=fields())["forecast"].endswith("from the last preview")


def test_a_run_in_this_kernel_is_made_in_the_background_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Any] = []
    form = ddj.submit_form(
        builder_with(),
        location="run",
        num_records=3,
        dataset_name="reviews",
        artifact_path=tmp_path,
        watch=lambda run: None,
        keep=kept.append,
    )
    browser = FormBrowser(form, monkeypatch)

    browser.asks(
        "submit", fields=fields(location="run", records="3", dataset_name="reviews", artifact_path=str(tmp_path))
    )

    assert kept == [form.result]
    assert form.result.background
    assert len(form.result.wait(60).dataset) == 3
    assert form.result.path == tmp_path / "reviews"


def test_what_a_notebook_would_keep_holds_nothing_of_the_configuration() -> None:
    builder = builder_with()
    builder.add_column(name="private", column_type="expression", expr="{{ product }} not-for-the-notebook")

    form = ddj.submit_form(builder)

    assert set(form.live) == set(LiveSubmitView.model_fields)
    assert "not-for-the-notebook" not in json.dumps(form.get_state(), default=repr)
