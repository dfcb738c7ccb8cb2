"""Submitting never makes two jobs, and what jobs answer is read tolerantly."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from dd_jupyter.errors import ConflictError, NotFoundError, RefusedError, UnreachableError
from dd_jupyter.nemo import http
from dd_jupyter.nemo.http import Http
from dd_jupyter.nemo.jobs import Job, Jobs, Status
from tests.support.jobs_double import NAME, WORKSPACE, JobsDouble, refused

CONFIG = {"columns": [{"name": "id", "column_type": "sampler"}]}


@pytest.fixture(autouse=True)
def _no_pauses_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_BACK_OFF", lambda state: 0.0)


def create(double: JobsDouble, **options: Any) -> Job:
    return asyncio.run(double.jobs.create(WORKSPACE, name=NAME, config=CONFIG, num_records=5, **options))


def answering(body: Any) -> Jobs:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=body))
    return Jobs(Http("http://double", _nobody, transport=transport))


async def _nobody() -> str | None:
    return None


def test_submitting_sends_name_specification_notes_and_what_the_deployment_accepts_besides() -> None:
    double = JobsDouble(status=None)

    job = create(double, description="A try", custom_fields={"team": "a"}, extra={"profile": "gpu"})

    (body,) = double.created
    assert body["name"] == NAME and body["spec"] == {"num_records": 5, "config": CONFIG}
    assert body["description"] == "A try" and body["profile"] == "gpu"
    assert body["custom_fields"]["team"] == "a" and body["custom_fields"]["dd_jupyter"]["submission"] == job.submission
    assert job.config == CONFIG and job.num_records == 5


@pytest.mark.parametrize(
    "lost", [httpx.ReadTimeout("slow"), httpx.ReadError("reset"), httpx.RemoteProtocolError("cut")]
)
def test_a_job_whose_answer_was_lost_is_adopted_not_made_twice(lost: Exception) -> None:
    double = JobsDouble(status=None)
    jobs = double.jobs
    answer = double._answer
    lose = [lost]

    def losing(request: httpx.Request) -> httpx.Response:
        made = answer(request)
        if lose:
            raise lose.pop()
        return made

    jobs = Jobs(Http("http://double", _nobody, transport=httpx.MockTransport(losing)))

    job = asyncio.run(jobs.create(WORKSPACE, name=NAME, config=CONFIG, num_records=5))

    assert job.name == NAME and len(double.created) == 1
    assert [request.split()[0] for request in double.asked] == ["POST", "POST", "GET"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_job_made_by_a_request_that_ended_in_an_error_is_adopted(status: int) -> None:
    double = JobsDouble(status=None)
    answer = double._answer

    def failing(request: httpx.Request) -> httpx.Response:
        made = answer(request)
        return refused(status, "upstream") if request.method == "POST" else made

    jobs = Jobs(Http("http://double", _nobody, transport=httpx.MockTransport(failing)))

    assert asyncio.run(jobs.create(WORKSPACE, name=NAME, config=CONFIG, num_records=5)).name == NAME
    assert len(double.created) == 1


def test_another_job_of_that_name_is_a_conflict_that_says_how_it_is_and_what_to_do() -> None:
    double = JobsDouble(status="completed", changed_at=datetime.now(UTC) - timedelta(hours=2, minutes=5))

    with pytest.raises(ConflictError) as conflict:
        create(double)

    assert str(conflict.value) == (
        "A job `reviews-1` exists already in workspace `default` (completed, 2 h ago). Choose another `--name`, or "
        "look at it with `%dd_attach reviews-1`."
    )
    assert conflict.value.status == 409


def test_a_conflict_without_a_job_is_told_in_the_services_own_words() -> None:
    double = JobsDouble(status=None, faults=[refused(409, "The project is being deleted.")])

    with pytest.raises(ConflictError, match=r"The project is being deleted\."):
        create(double)


def test_services_that_go_away_while_submitting_leave_no_doubt_about_what_is_known() -> None:
    double = JobsDouble(status=None, faults=[httpx.ReadTimeout("slow")] * 8)

    with pytest.raises(
        UnreachableError, match=r"Whether job `reviews-1` was made .* is not known.*%dd_attach reviews-1"
    ):
        create(double)


def test_what_the_services_do_not_accept_is_sent_once() -> None:
    double = JobsDouble(status=None, faults=[refused(422, "Provider 'x' does not exist.")])

    with pytest.raises(RefusedError, match="Provider 'x' does not exist"):
        create(double)

    assert len(double.asked) == 1


@pytest.mark.parametrize(
    "name", ["Bad name!", "UPPER", "a", "1st", "-x", "x-", "a--b", "é", "a@b", "a+b", "a" * 52, "", "a\n"]
)
def test_a_name_that_the_services_refuse_with_a_riddle_is_refused_before_sending(name: str) -> None:
    double = JobsDouble(status=None)

    with pytest.raises(RefusedError, match="cannot be a job's name"):
        asyncio.run(double.jobs.create(WORKSPACE, name=name, config=CONFIG, num_records=5))

    assert not double.asked


def test_a_request_to_cancel_whose_answer_was_lost_is_no_conflict() -> None:
    double = JobsDouble(status="cancelling", faults=[httpx.ReadTimeout("slow"), refused(409, "Cannot cancel.")])

    asyncio.run(double.jobs.cancel(WORKSPACE, NAME))

    double.faults, double.status = [refused(409, "Cannot cancel job.")], "completed"
    with pytest.raises(ConflictError, match="Cannot cancel job"):
        asyncio.run(double.jobs.cancel(WORKSPACE, NAME))


def test_a_job_shows_nothing_of_how_its_providers_are_called() -> None:
    job = asyncio.run(JobsDouble().jobs.get(WORKSPACE, NAME))

    assert "hidden" not in repr(job) and "hidden" not in job.model_dump_json()


def test_answers_of_other_versions_are_read_as_far_as_they_go() -> None:
    job = asyncio.run(answering({"name": "x", "status": "hibernating", "spec": None, "new": 1}).get("default", "x"))
    status = asyncio.run(answering({"name": "x", "status": "hibernating"}).status("default", "x"))

    assert (job.status, job.config, job.num_records, job.submission) == ("hibernating", {}, None, None)
    assert (status.status, status.ended, status.steps, status.message) == ("hibernating", False, (), "")


def test_times_are_utc_whether_or_not_the_server_says_so() -> None:
    tasks = [{"name": "t", "status": "error", "updated_at": "2026-11-21T12:00:00+01:00"}]
    steps = [{"name": "s", "status": "error", "updated_at": "2026-11-21T10:59:00", "tasks": tasks}]
    status = Status.model_validate(
        {"name": "x", "status": "error", "updated_at": "2026-11-21T10:00:00", "steps": steps}
    )

    assert status.changed_at == datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def test_all_jobs_come_once_though_one_is_submitted_while_they_are_listed() -> None:
    pages = {1: ["c", "b"], 2: ["b", "a"]}  # d came in between, and moved b to the second page

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        found = [{"name": name, "status": "completed"} for name in pages[page]]
        return httpx.Response(200, json={"data": found, "pagination": {"total_pages": 2, "total_results": 4}})

    async def names() -> list[str]:
        jobs = Jobs(Http("http://double", _nobody, transport=httpx.MockTransport(answer)))
        return [job.name async for job in jobs.all("default", page_size=2)]

    assert asyncio.run(names()) == ["c", "b", "a"]


def test_names_cannot_lead_a_request_elsewhere() -> None:
    paths: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path)
        return refused(404, "Not there.")

    with pytest.raises(NotFoundError):
        asyncio.run(Jobs(Http("http://double", _nobody, transport=httpx.MockTransport(answer))).get("a/b", "../c?d"))

    assert paths == [b"/apis/data-designer/v2/workspaces/a%2Fb/jobs/create/..%2Fc%3Fd"]
