"""What a person sees of jobs in a list, of a connection and of local services."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dd_jupyter.display.bundle import mimebundle_of, panel_bundle
from dd_jupyter.display.connection_view import connection_view
from dd_jupyter.display.job_list_view import job_list_view
from dd_jupyter.display.local_services_view import local_services_view
from dd_jupyter.display.panel import PanelView
from dd_jupyter.nemo.platform import Schema
from tests.unit.jobs_at_hand import NOW, connection, list_of, listed, services_here, status_of

HOSTILE = "<img src=x onerror=alert(1)>\u202e\x1b[2J`"


def text(view: PanelView) -> str:
    return " ".join(panel_bundle(view)["text/plain"].split())


def entry(view: PanelView, term: str) -> str:
    (found,) = [entry for entry in view.entries if entry.term == term]
    return " ".join([found.text, *(f"{chip.mark} {chip.text}" for chip in found.chips), found.note]).strip()


# Jobs.


def test_a_job_is_a_row_with_name_status_records_age_and_columns() -> None:
    view = job_list_view(list_of(listed()), NOW)

    lines = panel_bundle(view)["text/plain"].splitlines()

    assert lines[:5] == [
        "Jobs · NeMo Services · workspace default",
        "",
        "Name       Status       Records  Made     Columns",
        "reviews-1  ✓ Completed    5,000  2 h ago  a, b",
        "",
    ]


def test_how_long_ago_has_the_moment_itself_beside_it() -> None:
    html = panel_bundle(job_list_view(list_of(listed()), NOW))["text/html"]

    assert 'title="2026-11-21 09:55:00">2 h ago' in html


def test_a_saved_list_says_when_it_was_so() -> None:
    assert "as of 2026-11-21 12:00" in text(job_list_view(list_of(listed()), NOW))


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=400), "400 days ago"),
    ],
)
def test_an_age_is_as_rough_as_people_say_it(ago: timedelta, words: str) -> None:
    (row,) = job_list_view(list_of(listed(created=NOW - ago)), NOW).jobs or ()

    assert row.made == words


def test_what_the_services_do_not_tell_is_left_empty() -> None:
    (row,) = job_list_view(list_of(listed(num_records=None, created=None, columns=())), NOW).jobs or ()

    assert (row.records, row.made, row.made_at, row.columns) == ("", "", "", "")


def test_only_the_first_columns_are_named() -> None:
    (row,) = job_list_view(list_of(listed(columns=tuple("abcdefgh"))), NOW).jobs or ()

    assert row.columns == "a, b, c, d, e, f and 2 more"


def test_a_page_says_which_jobs_it_has_and_how_to_get_the_next() -> None:
    page = [listed(f"job-{number}") for number in range(20)]

    view = job_list_view(list_of(*page, total=57, pages=3, page=1), NOW)

    assert "1–20 of 57" in text(view)
    assert view.way_on[0].code == "%dd_jobs --page 2"


def test_the_next_page_is_of_the_same_jobs() -> None:
    view = job_list_view(list_of(listed(), listed(), total=5, pages=3, page=2, status="error", workspace="lab"), NOW)

    assert "3–4 of 5" in text(view)
    assert view.way_on[0].code == "%dd_jobs --status error -w lab -n 2 --page 3"


def test_the_last_page_ends_with_the_last_job_and_has_no_next() -> None:
    view = job_list_view(list_of(listed(), total=57, pages=3, page=3), NOW)

    assert "57–57 of 57" in text(view)
    assert "--page" not in text(view)


def test_a_filter_is_told() -> None:
    assert "only those with status paused" in text(job_list_view(list_of(listed(), status="paused"), NOW))


def test_without_jobs_it_says_how_to_make_one() -> None:
    assert "no jobs yet. `%%dd_create NAME --submit -n 1000`" in text(job_list_view(list_of(), NOW))


def test_without_jobs_of_a_status_it_says_how_to_see_the_others() -> None:
    said = text(job_list_view(list_of(status="paused", workspace="lab", total=12), NOW))

    assert "No job has status `paused`. `%dd_jobs -w lab` lists all of them." in said


def test_a_page_beyond_the_last_leads_back() -> None:
    view = job_list_view(list_of(page=9, pages=3, total=57), NOW)

    assert "Page 9 is empty: there are 3 pages." in text(view)
    assert [way.code for way in view.way_on] == ["%dd_jobs --page 3"]


def test_names_are_cut_and_stay_text() -> None:
    jobs = [listed("x" * 10_000), listed(HOSTILE, HOSTILE, columns=(HOSTILE, "y" * 10_000))]

    drawn = panel_bundle(job_list_view(list_of(*jobs, workspace=HOSTILE, status=HOSTILE), NOW))

    assert "<img" not in drawn["text/html"]
    assert "x" * 201 not in drawn["text/html"] and "y" * 201 not in drawn["text/html"]
    assert not set(drawn["text/plain"]) & set("\x1b\u202e")
    assert max(map(len, drawn["text/plain"].splitlines())) <= 120


def test_fifty_jobs_are_a_small_output() -> None:
    drawn = panel_bundle(job_list_view(list_of(*[listed(f"reviews-{n}") for n in range(50)]), NOW))

    assert drawn["text/plain"].count("reviews-") == 50
    assert len(drawn["text/html"]) < 30_000


# A connection.


def test_a_connection_says_where_it_leads_and_where_that_was_set() -> None:
    view = connection_view(connection())

    assert (view.name, view.where) == ("http://localhost:8080", "version 0.3.0")
    assert entry(view, "Deployment") == "`http://localhost:8080` from environment variable NMP_BASE_URL"
    assert entry(view, "Workspace") == "`default`"
    assert entry(view, "Identity") == "ada@example.com"
    assert view.status is not None and view.status.text == "Connected"


def test_a_deployment_without_authentication_is_said_to_ask_nobody() -> None:
    assert entry(connection_view(connection(asks_who=False)), "Identity").startswith("no authentication")


def test_services_that_are_not_ready_come_first() -> None:
    view = connection_view(connection(status=status_of(not_ready=("files",))))

    assert entry(view, "Services") == "✕ files ✓ entities ✓ jobs ✓ data-designer"


def test_it_says_that_jobs_can_run_and_how() -> None:
    view = connection_view(connection())

    assert entry(view, "Jobs") == "✓ Jobs can run execution profiles: `cpu/default` (docker)"
    assert view.notices == ()
    assert "%dd_jobs" in [way.code for way in view.way_on]


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (status_of(job_scheduler=False, job_reconciler=True), "not healthy: `job_scheduler`"),
        (status_of(workspace_cleanup=True), "does not run the control loops"),
        (status_of(not_ready=("jobs",)), "jobs service is not ready"),
    ],
)
def test_it_warns_where_jobs_cannot_run(status: object, why: str) -> None:
    view = connection_view(connection(status=status))

    assert [notice.level for notice in view.notices] == ["warning"]
    assert why in view.notices[0].text and "Previews do not need them." in view.notices[0].text
    assert "! Jobs cannot run" in entry(view, "Jobs")
    assert "%dd_jobs" not in [way.code for way in view.way_on]


def test_it_says_which_seeds_are_accepted_and_why_filesets_are_not() -> None:
    with_filesets, without = connection(), connection(schema=Schema(True, frozenset(), frozenset({"hf"})))

    assert entry(connection_view(with_filesets), "Seeds") == "HuggingFace, Filesets"
    assert entry(connection_view(without), "Seeds").startswith("HuggingFace no Filesets: the plugin")


def test_a_deployment_without_data_designer_is_no_use() -> None:
    view = connection_view(connection(schema=Schema()))

    assert "nothing can be submitted" in view.notices[0].text
    assert (view.way_on, [entry.term for entry in view.entries if entry.term in {"Jobs", "Seeds"}]) == ((), [])


def test_a_workspace_that_is_not_there_is_a_warning() -> None:
    view = connection_view(connection(problem="Workspace `nope` is not there."))

    assert (view.notices[0].level, view.notices[0].text) == ("warning", "Workspace `nope` is not there.")
    assert view.status is not None and view.status.tone == "warning"


def test_hostile_answers_of_a_deployment_stay_text() -> None:
    drawn = panel_bundle(connection_view(connection(version=HOSTILE, identity=HOSTILE, workspace=HOSTILE)))

    assert "<img" not in drawn["text/html"]
    assert not set(drawn["text/plain"]) & set("\x1b\u202e")


# Local services.


def test_local_services_say_how_they_are_and_how_to_stop_them(tmp_path: Path) -> None:
    view = local_services_view(services_here(tmp_path, not_ready=("files",)))

    assert text(view).startswith("Local NeMo Services http://127.0.0.1:8080 · up 2 h 5 min · ✓ Running")
    assert entry(view, "Services") == "✕ files ✓ entities ✓ jobs"
    assert [way.code for way in view.way_on] == [
        "%dd_connect --base-url http://127.0.0.1:8080",
        "%dd_services stop",
        "%dd_services logs",
    ]


def test_services_that_do_not_run_say_how_to_start_them(tmp_path: Path) -> None:
    view = local_services_view(services_here(tmp_path, state="stopped", pid=None, uptime=None, ready=()))

    assert "■ Stopped" in text(view) and view.name == ""
    assert "%dd_services start" in [way.code for way in view.way_on]


def test_services_that_crashed_lead_to_their_log(tmp_path: Path) -> None:
    view = local_services_view(services_here(tmp_path, state="crashed", pid=None, uptime=None, ready=()))

    assert (view.notices[0].level, "%dd_services logs" in view.notices[0].text) == ("error", True)


def test_a_folder_below_the_current_one_is_not_told_with_the_rest_of_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    drawn = panel_bundle(local_services_view(services_here(tmp_path / "services")))

    assert str(tmp_path) not in drawn["text/html"] and "services/services.log" in drawn["text/plain"]


# All of them.


def test_each_is_drawn_as_the_value_of_a_cell(tmp_path: Path) -> None:
    for shown in (list_of(listed()), connection(), services_here(tmp_path)):
        assert sorted(mimebundle_of(shown)) == ["text/html", "text/plain"]


def test_what_has_no_view_is_refused() -> None:
    with pytest.raises(TypeError, match="no view for int"):
        mimebundle_of(3)
