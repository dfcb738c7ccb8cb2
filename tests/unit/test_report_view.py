"""What a person sees of a resolution report."""

from __future__ import annotations

import json
import re

import pytest

from dd_jupyter.display.bundle import bundle, mimebundle_of, report_bundle
from dd_jupyter.display.report_model import FindingView, LocationView, QuestionView, ReportView, ResourceView
from dd_jupyter.display.report_view import report_view
from dd_jupyter.display.view_model import RunView
from dd_jupyter.display.view_parts import StatusView, WayOnView
from dd_jupyter.resources.places import UNASKED
from dd_jupyter.resources.report import Move, ResolutionReport, Row, Status
from tests.unit.reports_at_hand import (
    SILENCE,
    found,
    frame_seed,
    ok,
    provider,
    report,
    services,
    tool,
    unreached,
    warning,
)
from tests.unit.test_static_html import HOSTILE, Page

ANY_TEXT = "y"


def html(view: ReportView) -> str:
    return report_bundle(view)["text/html"]


def text(view: ReportView) -> str:
    return report_bundle(view)["text/plain"]


def chips(shown: ResolutionReport) -> list[str]:
    return [f"{one.status.mark} {one.status.text}" for one in report_view(shown).locations]


def codes(shown: ResolutionReport) -> list[str]:
    return [way.code for way in report_view(shown).way_on]


def cell(shown: ResolutionReport, kind: str, location: int) -> FindingView:
    (resource,) = [resource for resource in report_view(shown).resources if resource.kind == kind]
    finding = resource.findings[location]
    assert finding is not None
    return finding


# The chips.


def test_what_works_in_both_locations_says_so() -> None:
    assert chips(report(provider(submit=ok()))) == ["✓ Runs in this kernel", "✓ Can be submitted"]


def test_the_ways_on_name_the_configuration_that_was_checked() -> None:
    view = report_view(report(provider(submit=ok())), "found", "my reviews.yaml")

    assert [way.code for way in view.way_on] == [
        "%dd_create made -c 'my reviews.yaml' --submit -n 1000",
        "%dd_preview sample -c 'my reviews.yaml'",
    ]


def test_what_can_all_be_moved_is_counted_as_moves() -> None:
    assert chips(report(frame_seed(), provider()))[1] == "✕ Cannot be submitted yet: 2 moves"


def test_what_cannot_be_moved_is_to_be_fixed() -> None:
    assert chips(report(tool()))[1] == "✕ Cannot be submitted: 1 to fix"


def test_what_is_to_be_fixed_comes_before_the_moves() -> None:
    assert chips(report(frame_seed(), provider(), tool()))[1] == "✕ Cannot be submitted: 1 to fix, 2 moves"


def test_a_run_has_moves_of_its_own() -> None:
    personas = Row(
        kind="personas",
        name="en_US",
        run=found("missing", "Not downloaded."),
        submit=ok(),
        moves=(Move(to="local", text="Download it"), Move(to="services", text="Make its Fileset")),
    )

    shown = report(personas)

    assert chips(shown)[0] == "✕ Cannot run in this kernel yet: 1 move"
    assert cell(shown, "Personas", 0).move == "Download it"
    assert codes(shown) == [
        "%dd_create made -c builder --submit -n 1000",
        "%dd_migrate moved -c builder --to local",
    ]


def test_warnings_and_what_was_not_checked_are_counted() -> None:
    key = Row(kind="secret", name="key", run=warning("It stands there as text."), submit=ok())
    hub = Row(kind="seed", name="hub", run=found("not checked", "The hub is away."), submit=ok())

    assert chips(report(key, hub))[0] == "▲ Runs in this kernel, 1 warning, 1 not checked"


@pytest.mark.parametrize("submit", [found("unreachable", SILENCE), UNASKED])
def test_without_services_nothing_is_said_of_a_submission(submit) -> None:
    shown = report(services(submit), frame_seed(UNASKED))

    assert chips(shown) == ["✓ Runs in this kernel", "○ Submission not checked"]
    assert codes(shown) == ["%dd_check -c builder", "%dd_preview sample -c builder"]


# The table.


@pytest.mark.parametrize(
    ("status", "mark"),
    [("ok", "✓"), ("missing", "✕"), ("not accepted", "✕"), ("denied", "✕"), ("unreachable", "✕"), ("not checked", "○")],
)
def test_each_status_is_a_mark_and_a_word_and_not_only_a_colour(status: Status, mark: str) -> None:
    shown = report(Row(kind="secret", name="key", run=found(status, "So it is.")), locations=("run",))

    word = "OK" if status == "ok" else status.capitalize()
    assert f"{mark} {word}: So it is." in Page(html(report_view(shown))).text
    assert f"{mark} {'' if status == 'ok' else f'{word}: '}So it is." in text(report_view(shown))


def test_a_warning_has_a_mark_of_its_own() -> None:
    shown = report(Row(kind="secret", name="key", run=warning("It stands there as text.")), locations=("run",))

    assert "▲ Warning: It stands there as text." in Page(html(report_view(shown))).text
    assert "▲ Warning: It stands there as text." in text(report_view(shown))


def test_a_row_says_what_it_is_who_needs_it_and_how_it_stands_in_both_locations() -> None:
    page = Page(html(report_view(report(provider()), "reviews")))

    assert page.text.startswith("Resources reviews · ✓ Runs in this kernel · ✕ Cannot be submitted yet: 1 move")
    assert "Resource Used by Run in this kernel Submit to NeMo Services · default" in page.text
    assert "Provider nvidia review , quality ✓ OK: In model_providers.yaml . ✕ Not accepted:" in page.text
    assert "`" not in page.text


def test_plain_text_is_a_table_with_wrapped_sentences() -> None:
    lines = text(report_view(report(provider()), "reviews")).splitlines()

    assert lines[0] == "Resources reviews · ✓ Runs in this kernel · ✕ Cannot be submitted yet: 1 move"
    at = lines[2].index("Submit to")
    first = next(number for number, line in enumerate(lines) if line.startswith("Provider nvidia"))
    last = next(number for number, line in enumerate(lines) if not line and number > first)
    said = [line[at:] for line in lines[first:last]]
    assert said[0].startswith("✕ Not accepted: In")
    assert all(line.startswith("  ") for line in said[1:])
    assert " ".join(" ".join(said).split()).endswith("Gateway. Move: Register it with the Inference Gateway")
    assert max(map(len, lines)) <= 120


def test_only_the_locations_that_were_asked_for_are_columns() -> None:
    view = report_view(report(provider(), locations=("run",)))

    assert "Submit" not in Page(html(view)).text
    assert "Submit" not in text(view)


def test_a_move_stands_where_something_is_in_the_way_and_nowhere_else() -> None:
    shown = report(frame_seed())

    assert cell(shown, "Seed", 0).move == ""
    assert cell(shown, "Seed", 1).move == "Upload it to a Fileset"
    assert Page(html(report_view(shown))).text.count("Move: Upload it to a Fileset") == 1
    assert text(report_view(shown)).count("Move: Upload it to a Fileset") == 1


def test_that_services_do_not_answer_is_said_once() -> None:
    view = report_view(unreached())

    assert Page(html(view)).text.count("Nobody answers") == 1
    assert text(view).count("Nobody answers") == 1
    assert "were not asked" not in html(view) + text(view)
    assert Page(html(view)).text.count("○ Not checked") == 2 + 1  # two providers, and the checklist's answer


def test_a_sentence_that_quotes_why_services_do_not_answer_keeps_what_is_its_own() -> None:
    quoting = Row(
        kind="provider",
        name="default/nim",
        run=found("unreachable", f"Provider `default/nim` cannot be looked up: {SILENCE}"),
        moves=(Move(to="local", text="Write it to the local settings."),),
    )
    shown = report(services(found("unreachable", SILENCE)), quoting)

    assert cell(shown, "Provider", 0).text == "Provider `default/nim` cannot be looked up."
    assert cell(shown, "Provider", 0).move == ""
    assert chips(shown)[0] == "✕ Cannot run in this kernel: 1 to fix"
    assert codes(shown) == ["%dd_check -c builder"]


def test_whether_jobs_run_there_does_not_tell_whether_anybody_answers() -> None:
    jobs = Row(kind="services", name="jobs", submit=found("not checked", "The deployment does not say."))

    assert chips(report(services(), jobs, provider(submit=ok())))[1] == "✓ Can be submitted, 1 not checked"


def test_where_a_resource_plays_no_part_there_is_a_dash() -> None:
    page = Page(html(report_view(report())))

    assert "NeMo Services http://127.0.0.1:8080 – ✓ OK: Version 0.3.0" in page.text


def test_many_users_are_counted() -> None:
    row = Row(kind="provider", name="p", used_by=tuple(f"`c{n}`" for n in range(9)), run=ok())

    (shown,) = report_view(report(row, locations=("run",))).resources

    assert shown.used_by == "`c0`, `c1`, `c2`, `c3`, `c4`, `c5` and 3 more"


def test_fifty_resources_are_all_there() -> None:
    view = report_view(report(*[provider(f"provider-{n}") for n in range(50)]))

    assert text(view).count("provider-") == 50
    assert Page(html(view)).text.count("Provider provider-") == 50
    assert len(html(view)) < 60_000


def test_a_report_without_rows_says_so() -> None:
    assert "It depends on nothing." in Page(html(report_view(report(locations=("run",))))).text


# The checklist and the way on.


def test_the_checklist_is_folded_and_answers_each_question_for_each_location() -> None:
    page = Page(html(report_view(report(frame_seed(), tool()))))

    assert page.within("summary") == ["Checklist", "run 5 of 5 · submit 3 of 5"]
    assert ("details", {}) in page.elements
    assert "Seed data is compatible ✓ Yes ✕ No" in page.text
    assert "Persona datasets are there None is used. ✓ Yes ✓ Yes" in page.text


def test_the_checklist_in_plain_text_is_a_line_a_question() -> None:
    lines = text(report_view(report(frame_seed()))).splitlines()

    (line,) = [line for line in lines if line.startswith("Seed data is compatible")]
    assert line.split()[-2:] == ["✓", "✕"]


def test_the_way_on_is_what_can_be_done_now() -> None:
    assert codes(report(frame_seed())) == ["%dd_migrate moved -c builder", "%dd_preview sample -c builder"]
    assert codes(report(tool())) == ["%dd_preview sample -c builder"]
    assert codes(report(provider(submit=ok())))[0] == "%dd_create made -c builder --submit -n 1000"


# Trust, and travel.


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_element_or_attribute_comes_from_a_value_of_a_view(hostile: str) -> None:
    harmless = Page(html(view_saying("x" * len(hostile))))

    page = Page(html(view_saying(hostile)))

    assert page.structure == harmless.structure
    assert page.texts.count(hostile) == harmless.texts.count("x" * len(hostile)) > 0


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_element_or_attribute_comes_from_a_report(hostile: str) -> None:
    harmless = Page(html(report_view(saying("x" * min(50, len(hostile))), "x")))

    page = Page(html(report_view(saying(hostile), hostile)))

    assert page.structure == harmless.structure
    assert page.unclosed == []


def test_texts_of_any_length_are_cut_and_cannot_turn_the_line() -> None:
    view = report_view(saying("\u202e\x1b[2J" + "x" * 10_000), "y" * 10_000)

    assert "x" * 1_001 not in html(view) and "y" * 201 not in html(view)
    assert not set(text(view) + html(view)) & set("\x1b\u202e")
    assert max(map(len, text(view).splitlines())) <= 120
    assert "✕ Cannot be submitted" in text(view).splitlines()[0]


def test_a_key_that_got_into_a_sentence_is_not_shown() -> None:
    shown = report(Row(kind="secret", name="key", run=found("missing", "nvapi-" + "a1" * 20)), locations=("run",))

    assert "nvapi-a" not in html(report_view(shown)) + text(report_view(shown))


def test_a_view_travels_as_json_and_comes_back_the_same() -> None:
    view = report_view(unreached(), "reviews")

    assert ReportView.model_validate(json.loads(json.dumps(view.model_dump(mode="json")))) == view


def test_a_report_that_is_the_value_of_a_cell_is_drawn() -> None:
    drawn = mimebundle_of(report(frame_seed()))

    assert drawn["text/plain"].startswith("Resources · ✓ Runs in this kernel")
    assert re.match(r"<div class=\"ddj-run", drawn["text/html"])


# Within a run.


def test_resources_of_a_run_are_folded_while_nothing_is_in_the_way() -> None:
    drawn = bundle(run_with(report(frame_seed(), provider(), locations=("run",))))
    page = Page(drawn["text/html"])

    assert page.within("summary") == ["Resources", "2"]
    assert ("details", {}) in page.elements
    assert "Provider nvidia" in page.text
    assert "Resources: 2" in drawn["text/plain"].splitlines()


def test_resources_of_a_run_are_open_when_something_is_in_the_way() -> None:
    personas = Row(kind="personas", name="en_US", run=found("missing", "Not downloaded."))
    drawn = bundle(run_with(report(provider(), personas, locations=("run",))))
    page = Page(drawn["text/html"])

    assert page.within("summary") == ["Resources", "2, 1 in the way"]
    assert ("details", {"open": "open"}) in page.elements
    said = drawn["text/plain"].splitlines()
    assert said[said.index("Resources: 2, 1 in the way") + 1] == "✕ Personas en_US: Missing: Not downloaded."
    assert "nvidia" not in drawn["text/plain"]


def test_a_run_that_was_not_checked_has_no_such_section() -> None:
    drawn = bundle(RunView(title="Preview", name="", where="", state="running"))

    assert "Resources" not in Page(drawn["text/html"]).text + drawn["text/plain"]


def run_with(shown: ResolutionReport) -> RunView:
    return RunView(title="Preview", name="", where="here", state="completed", resources=report_view(shown))


def view_saying(said: str) -> ReportView:
    """A view in which every text that can be anything is this one."""
    status = StatusView(mark=said, text=said, tone="failed")
    location = LocationView(location="submit", head=said, label=said, status=status)
    finding = FindingView(status=status, text=said, move=said)
    resource = ResourceView(kind=said, name=said, used_by=said, findings=(finding, None), stops=True)
    return ReportView(
        title=said,
        name=said,
        locations=(location, location),
        resources=(resource,),
        checklist=(QuestionView(question=said, answers=(status, status), note=said),),
        checked=said,
        way_on=(WayOnView(text=said, code=said),),
    )


def saying(said: str) -> ResolutionReport:
    """A report that says this wherever it can."""
    row = Row(
        kind="seed",
        name=said,
        used_by=(said, said),
        run=found("missing", said or ANY_TEXT),
        submit=found("denied", said or ANY_TEXT),
        moves=(Move(to="services", text=said or ANY_TEXT),),
    )
    return ResolutionReport(rows=(services(), row), base_url=said, workspace=said)
