"""What a person sees of a migration, before, during and after it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher

from dd_jupyter.display.bundle import migration_bundle, mimebundle_of
from dd_jupyter.display.migration_model import DiffLineView, MigrationView, StepView
from dd_jupyter.display.migration_progress import REFRESH_SECONDS, MigrationProgress
from dd_jupyter.display.migration_view import AtWork, migration_view
from dd_jupyter.display.panel import MeterView
from dd_jupyter.display.view_parts import NoticeView, StatusView, WayOnView
from dd_jupyter.errors import NotReadyError, RefusedError
from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.credentials import NoCredentials
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.migration.migration import Migration
from dd_jupyter.resources.migration.steps import NothingToDo, PlannedStep, Rewrites
from tests.support.builders import builder_with
from tests.unit.reports_at_hand import MigrationAtHand, impossible, registration, secret, step, upload
from tests.unit.test_static_html import HOSTILE, Page

NAME = "moved"
APPLY = "%dd_migrate moved -c builder --apply"


def html(view: MigrationView) -> str:
    return migration_bundle(view)["text/html"]


def text(view: MigrationView) -> str:
    return migration_bundle(view)["text/plain"]


def of(*steps: PlannedStep, **parts: object) -> MigrationView:
    return migration_view(MigrationAtHand(steps), NAME, **parts)  # type: ignore[arg-type]


def chip(view: MigrationView) -> str:
    return f"{view.status.mark} {view.status.text}"


# How it stands.


def test_a_plan_says_how_much_is_to_do() -> None:
    assert chip(of(upload(), secret(), registration(state="there already"))) == "○ Planned: 2 to do"


def test_a_plan_says_what_cannot_be_moved() -> None:
    assert chip(of(upload(), impossible())) == "▲ Planned: 1 to do, 1 cannot be moved"
    assert chip(of(impossible(), secret(state="there already"))) == "✕ Cannot be done: 1"


def test_what_is_there_already_is_nothing_to_do() -> None:
    assert chip(of(upload(state="there already"))) == "✓ Nothing to do"
    assert chip(of()) == "✓ Nothing to do"
    assert "Every resource is there already." in text(of()) and "Every resource is there already." in html(of())


def test_what_was_carried_out_is_done() -> None:
    assert chip(of(upload(state="done"), secret(state="there already"))) == "✓ Done"
    assert chip(of(upload(state="done"), impossible())) == "▲ Done, 1 cannot be moved"


def test_while_it_is_carried_out_the_first_step_to_do_is_at_work() -> None:
    view = of(secret(state="done"), upload(), registration(), at_work=AtWork(21_050, 84_200))

    assert chip(view) == "● At work: step 2 of 3"
    assert [one.status.text for one in view.steps] == ["Done", "At work", "To do"]
    assert "21.1 kB of 84.2 kB" in Page(html(view)).text
    assert "[#####---------------]  21.1 kB of 84.2 kB" in text(view)
    assert ("i", {"style": "width:25%"}) in Page(html(view)).elements
    assert view.way_on == ()


def test_a_step_without_bytes_has_no_meter() -> None:
    assert of(secret(), at_work=AtWork()).meter is None


def test_a_failure_says_why_and_that_it_can_go_on() -> None:
    view = of(upload(state="done"), registration(state="failed", sentence="`https://x` says 401."))

    assert chip(view) == "✕ Failed: 1 of 2 steps"
    assert "✕ Failed https://x says 401." in Page(html(view)).text
    assert "https://x says 401." in text(view)
    assert "What was made stays and is found again" in text(view)
    assert [way.code for way in view.way_on] == [APPLY]


def test_an_interrupt_says_what_is_left() -> None:
    view = of(upload(state="done"), registration(), stopped=True)

    assert chip(view) == "■ Stopped: 1 to do"
    assert "applying the plan once more goes on from here" in text(view)


# The steps.


def test_a_step_says_what_is_made_from_what_under_which_name_and_how_large() -> None:
    page = Page(html(of(upload())))

    assert page.text.startswith("Migration moved · to NeMo Services · workspace default · ○ Planned: 1 to do")
    assert (
        "Upload · seed DataFrame 1,204 × 3 the DataFrame in this kernel default/seed-3fa9c2d1#seed.parquet "
        "1,204 records, 84.2 kB ○ To do" in page.text
    )
    assert "default/seed-3fa9c2d1#seed.parquet" in page.within("code")


def test_plain_text_is_a_table() -> None:
    lines = text(of(upload(), secret(), impossible())).splitlines()

    assert lines[0] == "Migration moved · to NeMo Services · workspace default · ▲ Planned: 2 to do, 1 cannot be moved"
    assert lines[2].split() == ["Step", "From", "To", "Size", "State"]
    assert any(line.startswith("Tool search") and line.endswith("✕ Cannot be moved") for line in lines)
    assert "  NeMo Services run no MCP tools. Take it out of review, or run in this kernel." in lines
    assert max(map(len, lines)) <= 120


def test_an_action_that_says_the_kind_does_not_say_it_twice() -> None:
    assert "Create secret · NVIDIA_API_KEY" in Page(html(of(secret()))).text
    assert "Register provider: nvidia" in text(of(registration()))


def test_a_migration_to_this_machine_says_so() -> None:
    download = step(action="Download", kind="seed", name="default/a#a.parquet", target="a.parquet", rows=1)
    view = migration_view(MigrationAtHand((download,), to="local", workspace=""), "")

    assert "Migration · to this machine" in text(view)
    assert "1 record " in text(view)
    assert [way.code for way in view.way_on] == ["%dd_migrate moved -c builder --to local --apply"]


# The configuration, and the way on.


def test_a_configuration_that_names_a_file_to_come_is_announced() -> None:
    class Downloading(MigrationAtHand):
        @property
        def diff(self) -> str:
            raise NotReadyError("The new configuration names `a.parquet`, which is not downloaded yet.")

        @diff.setter
        def diff(self, _: str) -> None: ...

    view = migration_view(Downloading((upload(),)))

    assert "Note: The new configuration names a.parquet , which is not downloaded yet." in Page(html(view)).text
    assert "details" not in [tag for tag, _ in Page(html(view)).elements]


def test_a_migration_that_is_the_value_of_a_cell_is_drawn() -> None:
    nobody = Deployment(NemoContext("http://127.0.0.1:9", "lab", "", "nmp", NoCredentials()))
    steps = [NothingToDo(secret(state="there already"))]

    drawn = mimebundle_of(Migration(builder_with(), "services", nobody, steps, Rewrites()))

    assert drawn["text/plain"].startswith("Migration · to NeMo Services · workspace lab · ✓ Nothing to do")
    assert "Create secret" in drawn["text/html"]


def test_the_configuration_is_shown_before_and_after() -> None:
    page = Page(html(of(upload())))

    assert page.within("summary") == ["Configuration", "+3 −2"]
    assert page.within("del") == ["-   provider: nvidia", "-     seed_type: df"]
    assert page.within("ins")[0] == "+   provider: default/nvidia"
    assert ("details", {"open": "open"}) in page.elements
    assert "+   provider: default/nvidia" in text(of(upload())).splitlines()
    assert "Configuration: +3 -2" in text(of(upload()))


def test_a_line_that_begins_like_a_heading_of_the_diff_is_still_a_line() -> None:
    diff = "--- before\n+++ after\n@@ -1,2 +1,2 @@\n---- old rule\n+++ new\n rest\n"

    view = migration_view(MigrationAtHand((upload(),), diff=diff))

    assert [(line.sign, line.text) for line in view.diff] == [("-", "--- old rule"), ("+", "++ new"), (" ", "rest")]


def test_a_long_difference_is_folded_and_cut() -> None:
    diff = "--- a\n+++ b\n@@ -1,0 +1,600 @@\n" + "".join(f"+line {number}\n" for number in range(600))

    view = migration_view(MigrationAtHand((upload(),), diff=diff))

    assert ("details", {}) in Page(html(view)).elements
    assert "200 more lines." in Page(html(view)).text
    assert view.added == 600
    assert "  and 540 more lines" in text(view).splitlines()


def test_a_migration_that_changes_nothing_shows_no_difference() -> None:
    view = migration_view(MigrationAtHand((upload(),), diff=""))

    assert "details" not in [tag for tag, _ in Page(html(view)).elements]
    assert "Configuration" not in text(view)


def test_the_way_on_names_the_configuration_that_is_migrated() -> None:
    assert [way.code for way in of(upload(), source="near").way_on] == ["%dd_migrate moved -c near --apply"]


def test_the_way_on_is_to_apply_the_plan_and_then_to_use_it() -> None:
    assert [way.code for way in of(upload()).way_on] == [APPLY]
    assert [way.code for way in of(upload(state="done")).way_on] == ["%dd_create made -c moved --submit -n 1000"]


def test_while_something_cannot_be_moved_the_rest_is_carried_out_only_when_that_is_said() -> None:
    assert [way.code for way in of(upload(), impossible()).way_on] == [
        "%dd_migrate moved -c builder --apply --leave-out"
    ]
    assert of(impossible()).way_on == ()


def test_the_way_home_ends_with_a_preview_here() -> None:
    done = step(action="Download", kind="seed", name="default/a#a.parquet", target="a.parquet", state="done")

    view = migration_view(MigrationAtHand((done,), to="local", workspace=""), "mine")

    assert [way.code for way in view.way_on] == ["%dd_preview sample -c mine"]


# Trust, and travel.


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_element_or_attribute_comes_from_a_value(hostile: str) -> None:
    harmless = Page(html(view_saying("x" * len(hostile))))

    page = Page(html(view_saying(hostile)))

    assert page.structure == harmless.structure
    assert page.texts.count(hostile) == harmless.texts.count("x" * len(hostile)) > 0
    assert page.unclosed == []


def test_texts_of_any_length_are_cut_and_cannot_turn_the_line() -> None:
    said = "\u202e\x1b[2J" + "x" * 10_000
    long = step(action="Upload", kind="seed", name=said, source=said, target=said, sentence=said)
    view = migration_view(MigrationAtHand((long,), workspace=said, diff=f"--- a\n+++ b\n@@ -1 +1 @@\n+{said}\n"), said)

    assert "x" * 1_001 not in html(view)
    assert not set(text(view) + html(view)) & set("\x1b\u202e")
    assert max(map(len, text(view).splitlines())) <= 120
    assert [way.code for way in view.way_on] == [APPLY]


def test_a_key_is_shown_neither_in_a_sentence_nor_in_the_difference() -> None:
    key = "nvapi-" + "a1" * 20
    failed = registration(state="failed", sentence=f"{key} was refused.")
    view = migration_view(MigrationAtHand((failed,), diff=f"--- a\n+++ b\n@@ -1 +1 @@\n-api_key: {key}\n"))

    assert key not in html(view) + text(view) + view.model_dump_json()


def test_a_view_travels_as_json_and_comes_back_the_same() -> None:
    view = of(upload(), secret(), impossible(), at_work=AtWork(1, 2))

    assert MigrationView.model_validate(json.loads(json.dumps(view.model_dump(mode="json")))) == view


# While it is carried out.


@pytest.fixture
def shown(publisher: CapturingDisplayPublisher) -> Callable[[], list[str]]:
    """How it stands in each picture so far, and its bar."""

    def pictures() -> list[str]:
        texts = [message["data"]["text/plain"].splitlines() for message in publisher.outputs]
        return [lines[0].rsplit(" · ", 1)[1] + (f" {lines[2]}" if lines[2].startswith("[") else "") for lines in texts]

    return pictures


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000.0]
    monkeypatch.setattr("dd_jupyter.display.migration_progress.time.monotonic", lambda: now[0])
    return now


def test_the_same_output_is_drawn_again_with_each_step(shown, clock, publisher) -> None:
    migration = MigrationAtHand((secret(), registration()))

    with MigrationProgress(migration, NAME) as progress:
        migration.steps = (secret(state="done"), registration())
        progress()
        migration.steps = (secret(state="done"), registration(state="done"))
        progress()

    assert shown() == ["● At work: step 1 of 2", "● At work: step 2 of 2", "● At work: step 2 of 2", "✓ Done"]
    assert len({message["transient"]["display_id"] for message in publisher.outputs}) == 1
    assert [message.get("update", False) for message in publisher.outputs] == [False, True, True, True]


def test_bytes_are_drawn_a_few_times_a_second(shown, clock) -> None:
    migration = MigrationAtHand((upload(),))

    with MigrationProgress(migration) as progress:
        progress(10_000, 84_200)
        clock[0] += REFRESH_SECONDS
        progress(42_100, 84_200)
        progress(50_000, 84_200)
        assert shown()[1:] == ["● At work: step 1 of 1 [##########----------]  42.1 kB of 84.2 kB"]


def test_an_error_is_its_end_and_goes_on_its_way(shown, clock) -> None:
    migration = MigrationAtHand((upload(),))
    progress = MigrationProgress(migration)

    with pytest.raises(RefusedError), progress:
        refuse(migration)

    assert shown()[-1] == "✕ Failed: 1 of 1 step"
    progress(1, 2)
    assert len(shown()) == 2


def test_an_interrupt_leaves_what_is_left_to_do(shown, clock) -> None:
    with pytest.raises(KeyboardInterrupt), MigrationProgress(MigrationAtHand((upload(),))):
        raise KeyboardInterrupt

    assert shown()[-1] == "■ Stopped: 1 to do"


def test_another_thread_may_tell_how_far_it_is(shown, clock) -> None:
    with MigrationProgress(MigrationAtHand((upload(),))) as progress:
        clock[0] += REFRESH_SECONDS
        teller = threading.Thread(target=progress, args=(42_100, 84_200))
        teller.start()
        teller.join()

    assert "42.1 kB of 84.2 kB" in shown()[1]


def refuse(migration: MigrationAtHand) -> None:
    migration.steps = (upload(state="failed", sentence="Refused."),)
    raise RefusedError("Refused.")


def view_saying(said: str) -> MigrationView:
    """A view in which every text that can be anything is this one."""
    status = StatusView(mark=said, text=said, tone="failed")
    one = StepView(
        action=said, kind=said, name=said, source=said, target=said, size=(said, said), status=status, text=said
    )
    return MigrationView(
        title=said,
        name=said,
        where=said,
        status=status,
        notices=(NoticeView(level="info", text=said),),
        steps=(one, one.model_copy(update={"action": ""})),
        meter=MeterView(share=0.5, parts=(said, said)),
        diff=(DiffLineView(sign="+", text=said), DiffLineView(sign="-", text=said), DiffLineView(sign=" ", text=said)),
        added=1,
        removed=1,
        diff_cut=3,
        way_on=(WayOnView(text=said, code=said),),
    )
