"""The list: runs of this machine and jobs of a workspace, each once, whatever answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.server.glimpses import Glimpses
from dd_jupyter.server.run_list import STATUS_SECONDS
from tests.server.conftest import NOBODY, Ask
from tests.server.records import batch, recorded, running
from tests.server.services_double import ServicesDouble
from tests.support.waiting import wait_until
from tests.unit.run_records_at_hand import a_process_that_is_no_more


async def runs(ask: Ask, **query: Any) -> list[dict[str, Any]]:
    answer = await ask("runs", **query)
    assert answer.status == 200, answer
    return list(answer.json["runs"])


def names(listed: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in listed]


async def test_runs_of_this_machine_are_listed_while_the_services_are_down(ask: Ask) -> None:
    recorded(1, failed=2, done=38)
    running(2, kind="preview", name="sample")

    answer = await ask("runs")

    preview, create = answer.json["runs"]
    assert f"No NeMo Services answer at {NOBODY}" in answer.json["problem"]
    assert create["path"] == "runs/20261121T100100000000-abcdef"
    assert (create["kind"], create["name"], create["where"]) == ("create", "reviews-1", "in a kernel of this machine")
    assert (create["state"], create["status"]["text"], create["can_cancel"]) == ("completed", "Completed", False)
    assert (create["num_records"], create["done"], create["failed"]) == (40, 38, 2)
    assert (create["started"], create["ended"]) == ("2026-11-21T10:01:00+00:00", "2026-11-21T10:01:30+00:00")
    assert (create["deployment"], create["workspace"]) == ("", "")
    assert (preview["kind"], preview["state"], preview["can_cancel"]) == ("preview", "running", True)
    assert (preview["done"], preview["ended"]) == (10, "")


async def test_without_a_run_the_list_is_empty_and_says_why_there_are_no_jobs(ask: Ask) -> None:
    answer = await ask("runs")

    assert (answer.json["runs"], answer.json["more"]) == ([], False)
    assert answer.json["problem"]


async def test_a_run_whose_kernel_is_gone_is_lost(ask: Ask) -> None:
    running(process=a_process_that_is_no_more())

    (lost,) = await runs(ask)

    assert (lost["state"], lost["status"]["text"], lost["can_cancel"]) == ("failed", "Lost", False)


async def test_newest_first_as_many_as_are_wanted_and_whether_there_are_more(
    ask: Ask, services: ServicesDouble
) -> None:
    for number in (1, 3, 5):
        recorded(number)
    services.has_job("job-2", "completed", minutes=2)
    services.has_job("job-4", "completed", minutes=4)

    all_of_them = await ask("runs", limit=5)
    some = await ask("runs", limit=3)

    assert names(all_of_them.json["runs"]) == ["reviews-5", "job-4", "reviews-3", "job-2", "reviews-1"]
    assert (all_of_them.json["more"], all_of_them.json["problem"]) == (False, "")
    assert names(some.json["runs"]) == ["reviews-5", "job-4", "reviews-3"]
    assert some.json["more"] is True


@pytest.mark.parametrize("limit", ["0", "-1", "501", "many", "1.5"])
async def test_a_length_that_cannot_be_is_refused(limit: str, ask: Ask) -> None:
    answer = await ask("runs", limit=limit)

    assert answer.status == 400
    assert "`limit`" in answer.json["message"]


async def test_a_job_of_this_machine_comes_once_with_what_the_services_say_now(
    ask: Ask, services: ServicesDouble
) -> None:
    services.has_job("reviews-1", "cancelled", minutes=1)
    recorded(
        1, kind="job", state="running", ended=None, base_url=services.url, workspace="default", notebook="a/b.ipynb"
    )

    (job,) = await runs(ask)

    assert job["path"] == "jobs/default/reviews-1"
    assert (job["state"], job["status"]["text"], job["can_cancel"]) == ("cancelled", "Cancelled", False)
    assert (job["deployment"], job["workspace"]) == (services.url, "default")
    assert job["where"] == "NeMo Services · workspace default"
    assert job["notebook"] == "a/b.ipynb"


async def test_a_job_made_anew_under_an_old_name_has_nothing_of_the_old_one(ask: Ask, services: ServicesDouble) -> None:
    services.has_job("reviews-1", "active", minutes=30)
    recorded(1, kind="job", base_url=services.url, workspace="default", notebook="old.ipynb", done=40)

    (job,) = await runs(ask)

    assert (job["started"], job["notebook"], job["done"]) == ("2026-11-21T10:30:00+00:00", "", None)


async def test_a_job_that_was_deleted_is_listed_no_more(ask: Ask, services: ServicesDouble) -> None:
    recorded(1, kind="job", base_url=services.url, workspace="default")

    assert await runs(ask) == []


async def test_a_job_beyond_the_page_of_the_services_keeps_what_was_written_down(
    ask: Ask, services: ServicesDouble
) -> None:
    for number in range(10, 14):
        services.has_job(f"job-{number}", "completed", minutes=number)
    recorded(1, kind="job", base_url=services.url, workspace="default")
    recorded(12, kind="job", name="deleted", base_url=services.url, workspace="default")

    assert names(await runs(ask, limit=3)) == ["job-13", "job-12", "job-11"]
    assert "reviews-1" in names(await runs(ask, limit=100)) or services.paths()
    assert "deleted" not in names(await runs(ask, limit=3))


async def test_jobs_elsewhere_are_asked_after_if_they_may_still_run(ask: Ask, services: ServicesDouble) -> None:
    with ServicesDouble() as elsewhere:
        elsewhere.has_job("done-by-now", "completed", minutes=1)
        elsewhere.has_job("still-going", "active", minutes=2)
        there = {"kind": "job", "base_url": elsewhere.url, "workspace": "default", "state": "running", "ended": None}
        recorded(1, **{**there, "name": "done-by-now"})
        recorded(2, **{**there, "name": "still-going"})
        recorded(3, **{**there, "name": "deleted"})
        recorded(4, **{**there, "name": "ended", "state": "failed"})

        first = {job["name"]: job for job in await runs(ask)}
        asked = elsewhere.paths()
        await runs(ask)

        assert {name: job["status"]["text"] for name, job in first.items()} == {
            "done-by-now": "Completed",
            "still-going": "At work",
            "ended": "Failed",
        }
        assert first["still-going"]["can_cancel"] and not first["done-by-now"]["can_cancel"]
        assert first["done-by-now"]["deployment"] == elsewhere.url
        assert len(asked) == 3  # of the one that has ended nobody is asked
        assert len(elsewhere.paths()) == 4  # and of the others only that which goes on


async def test_a_place_that_does_not_answer_holds_up_nobody_for_long(ask: Ask, services: ServicesDouble) -> None:
    with ServicesDouble() as elsewhere:
        elsewhere.open.clear()
        there = {"kind": "job", "base_url": elsewhere.url, "workspace": "default", "state": "running", "ended": None}
        for number in range(20):
            recorded(number, **there)

        began = time.monotonic()
        listed = await runs(ask)

        assert time.monotonic() - began < 3 * STATUS_SECONDS
        assert [job["state"] for job in listed] == ["running"] * 20
        assert len(elsewhere.requests) <= 10


@pytest.mark.parametrize("status", [500, 503, 401])
async def test_services_that_fail_leave_the_runs_of_this_machine(
    status: int, ask: Ask, services: ServicesDouble
) -> None:
    recorded(1)
    services.refuse = status

    answer = await ask("runs")

    assert names(answer.json["runs"]) == ["reviews-1"]
    assert answer.json["problem"]


async def test_services_that_are_back_are_listed_again(
    ask: Ask, services: ServicesDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.has_job("reviews-1", "completed")
    services.refuse = 503
    assert (await ask("runs")).json["problem"]
    services.refuse = None

    answer = await ask("runs")

    assert (names(answer.json["runs"]), answer.json["problem"]) == (["reviews-1"], "")


async def test_nobody_waits_for_services_that_are_not_there(ask: Ask) -> None:
    await ask("tutorials")  # has everything imported

    began = time.monotonic()
    assert (await ask("runs")).json["problem"]

    assert time.monotonic() - began < 2  # four tries take longer


@pytest.mark.parametrize(
    ("notebook", "shown"),
    [
        ("{root}/work/reviews.ipynb", "work/reviews.ipynb"),
        ("work/reviews.ipynb", "work/reviews.ipynb"),
        ("/somewhere/else/reviews.ipynb", ""),
        ("../reviews.ipynb", ""),
        (None, ""),
    ],
)
async def test_the_notebook_is_told_as_the_server_would_open_it(
    notebook: str | None, shown: str, ask: Ask, jp_root_dir: Any
) -> None:
    recorded(notebook=notebook and notebook.format(root=jp_root_dir.resolve()))

    (run,) = await runs(ask)

    assert run["notebook"] == shown


async def test_records_can_be_looked_at_where_there_are_some(ask: Ask, tmp_path: Any) -> None:
    batch(tmp_path / "made", 0, 4)
    recorded(1, artifact_path=str(tmp_path / "made"))
    recorded(2, artifact_path=str(tmp_path / "removed"))
    recorded(3, kind="preview")

    assert [(run["name"], run["has_records"]) for run in await runs(ask)] == [
        ("reviews-3", False),
        ("reviews-2", False),
        ("reviews-1", True),
    ]


async def test_how_far_a_job_is_comes_from_its_log_while_the_list_is_asked_for(
    ask: Ask, services: ServicesDouble
) -> None:
    services.has_job("reviews-1", "active")
    services.lines = ["  |-- 📈 text column 'review' progress: 12/40 (30%) complete, 11 ok, 1 failed, 2.0 rec/s"]

    job = await _until(ask, lambda job: job["done"] is not None)

    assert (job["done"], job["num_records"]) == (12, 40)


async def test_only_the_newest_running_jobs_are_followed(ask: Ask, services: ServicesDouble) -> None:
    for number in range(8):
        services.has_job(f"job-{number}", "active", minutes=number)
    services.has_job("ended", "completed", minutes=30)

    await runs(ask)
    await _until(ask, lambda _: len(_followed(services)) >= 5)

    assert _followed(services) == {"job-7", "job-6", "job-5", "job-4", "job-3"}


def _followed(services: ServicesDouble) -> set[str]:
    return {path.split("/")[-2] for path in services.paths() if path.endswith("/status") and "create" in path}


async def test_two_windows_that_look_at_two_workspaces_do_not_disturb_each_other(
    ask: Ask, services: ServicesDouble
) -> None:
    services.has_job("reviews-1", "active")
    services.has_job("reviews-2", "active", workspace="team")
    services.lines = ["  |-- 📈 text column 'review' progress: 12/40 (30%) complete, 11 ok, 1 failed, 2.0 rec/s"]

    await runs(ask)
    await runs(ask, workspace="team")
    await _until(ask, lambda job: job["done"] == 12)
    (of_team,) = await runs(ask, workspace="team")

    assert (of_team["name"], of_team["done"], of_team["failed"]) == ("reviews-2", 12, 1)
    for name in ("reviews-1", "reviews-2"):  # once to begin to follow it, however often the two look
        assert len([path for path in services.paths() if path.endswith(f"/create/{name}")]) == 1


def test_jobs_are_followed_for_a_list_no_longer_than_one_asks(services: ServicesDouble) -> None:
    services.has_job("reviews-1", "active")
    deployment = Deployment(find_context())
    glimpses = Glimpses(kept_seconds=0.3)
    glimpses.look(deployment, wait_for(deployment.jobs.list("default")).jobs)
    assert glimpses.followed == 1

    wait_until(lambda: glimpses.followed == 0)

    deployment.close()


async def _until(ask: Ask, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Ask for the list, as a panel does, until something holds of its first entry."""
    end = time.monotonic() + 15
    while True:
        first = (await runs(ask))[0]
        if condition(first):
            return first
        assert time.monotonic() < end, first
