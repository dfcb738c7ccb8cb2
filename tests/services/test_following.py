"""Jobs of real NeMo Services are followed from their making to their last line."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx
import pytest

from dd_jupyter.errors import ConflictError, JobError, RefusedError
from dd_jupyter.execution.events import (
    Cancelled,
    Done,
    Event,
    Failed,
    JobStatus,
    Log,
    Progress,
    RecordFailed,
    Resumed,
    Step,
    Usage,
    Waiting,
)
from dd_jupyter.execution.following import follow
from dd_jupyter.nemo.http import Http
from dd_jupyter.nemo.jobs import Job, Jobs, check_name
from tests.support.job_log_feed import JobLogFeed
from tests.support.nemo_services import WORKSPACE, GatewayModel, NemoServices

pytestmark = pytest.mark.timeout(300)  # a job takes ten seconds; beside other work several times that

SAMPLER = {"name": "product", "column_type": "sampler", "sampler_type": "category", "params": {"values": ["a", "b"]}}
TITLE = {"name": "title", "column_type": "expression", "expr": "{{ product }}!"}
GREETING = {"name": "greeting", "column_type": "llm-text", "prompt": "Greet {{ product }}", "model_alias": "m"}
MODEL = {
    "alias": "m",
    "model": "double-chat",
    "provider": "default/echo",
    "inference_parameters": {"max_parallel_requests": 8},
}
QUICK = {"columns": [SAMPLER, TITLE]}
WITH_MODEL = {"columns": [SAMPLER, GREETING, TITLE], "model_configs": [MODEL]}
BROKEN = {"columns": [SAMPLER, {"name": "boom", "column_type": "expression", "expr": "{{ product }}", "dtype": "int"}]}


def a_name() -> str:
    return f"following-{uuid.uuid4().hex[:8]}"


def run(services: NemoServices, work: Callable[[Jobs], Any], transport: httpx.AsyncBaseTransport | None = None) -> Any:
    """What a coroutine of the Jobs API gives."""

    async def with_jobs() -> Any:
        http = Http(services.base_url, _nobody, transport=transport)
        try:
            return await work(Jobs(http))
        finally:
            await http.aclose()

    return asyncio.run(with_jobs())


def submit(services: NemoServices, config: dict[str, Any], num_records: int, name: str | None = None) -> str:
    job: Job = run(
        services,
        lambda jobs: jobs.create(WORKSPACE, name=name or a_name(), config=config, num_records=num_records),
    )
    return job.name


def followed(
    services: NemoServices, name: str, when: Callable[[Event, Jobs], Any] = lambda event, jobs: None
) -> list[Event]:
    """All events of a job; `when` may ask for something in between."""

    async def events(jobs: Jobs) -> list[Event]:
        found = []
        async for event in _followed(jobs, name):
            found.append(event)
            if (asked := when(event, jobs)) is not None:
                await asked
        return found

    return run(services, events)  # type: ignore[no-any-return]


def _followed(jobs: Jobs, name: str) -> AsyncGenerator[Event]:
    return follow(jobs, WORKSPACE, name)


async def _nobody() -> str | None:
    return None


def all_lines(services: NemoServices, name: str) -> list[str]:
    """The whole log in the server's order, as it wrote it."""

    async def read(jobs: Jobs) -> list[str]:
        found, cursor = [], None
        while True:
            page = await jobs.logs(WORKSPACE, name, cursor=cursor)
            found += [line.message for line in page.data]
            if (cursor := page.next_page) is None:
                return found

    return run(services, read)  # type: ignore[no-any-return]


def statuses(events: list[Event]) -> list[str]:
    return [event.status for event in events if isinstance(event, JobStatus)]


def of(kind: type, events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


def test_a_job_is_seen_from_submitting_to_its_last_line(services: NemoServices, model: GatewayModel) -> None:
    model.delay = 0.2

    events = followed(services, submit(services, WITH_MODEL, 260))

    assert statuses(events)[-2:] == ["active", "completed"]
    ended = next(place for place, event in enumerate(events) if event == of(JobStatus, events)[-1])
    counts = [event.done for event in of(Progress, events[:ended]) if event.column == "greeting"]
    assert any(0 < done < 260 for done in counts)
    finished = {event.column: (event.done, event.total) for event in of(Progress, events)}
    assert finished == {"product": (260, 260), "greeting": (260, 260), "title": (260, 260)}
    assert Step("Checking `double-chat` at provider `default/echo`") in events
    (usage,) = of(Usage, events)
    assert (usage.alias, usage.provider, usage.requests) == ("m", "default/echo", 260)
    assert "Job complete" in [event.message for event in of(Log, events)]
    assert events[-1] == Done(260, 0.0, {})


def test_records_that_fail_are_told_one_by_one(services: NemoServices, model: GatewayModel) -> None:
    model.fail_every(9, status=400, message="The prompt is not allowed.")

    events = followed(services, submit(services, WITH_MODEL, 40))

    lost = of(RecordFailed, events)
    assert len(lost) == 4 and {(event.column, event.reason) for event in lost} == {
        ("greeting", "The prompt is not allowed.")
    }
    assert events[-1] == Done(36, 0.0, {})


def test_a_failed_job_ends_with_the_reason_from_its_log(services: NemoServices) -> None:
    last = followed(services, submit(services, BROKEN, 5))[-1]

    assert isinstance(last, Failed) and isinstance(last.error, JobError)
    assert str(last.error).endswith("failed: Expression column 'boom' produced no valid rows.")


def test_a_job_without_any_record_fails_for_the_providers_reason(services: NemoServices, model: GatewayModel) -> None:
    model.answer_with(
        status=400, message="Not with this key.", for_requests=lambda request: not request.is_health_check
    )

    last = followed(services, submit(services, WITH_MODEL, 30))[-1]

    assert isinstance(last, Failed)
    assert str(last.error).endswith("No record could be made. Column `greeting` failed: Not with this key.")


def test_a_job_that_is_cancelled_meanwhile_ends_as_cancelled(services: NemoServices, model: GatewayModel) -> None:
    model.hold()
    name = submit(services, WITH_MODEL, 50)

    def cancel(event: Event, jobs: Jobs) -> Any:
        return jobs.cancel(WORKSPACE, name) if event == Step("Making records") else None

    events = followed(services, name, cancel)

    assert statuses(events)[-1] == "cancelled" and events[-1] == Cancelled()


def test_a_paused_job_is_followed_through_resuming_from_scratch_to_its_end(
    services: NemoServices, model: GatewayModel
) -> None:
    model.hold()
    name = submit(services, QUICK | {"columns": [SAMPLER, GREETING], "model_configs": [MODEL]}, 20)
    paused: list[bool] = []

    def pause(event: Event, jobs: Jobs) -> Any:
        if event == Step("Making records") and not paused:
            paused.append(True)
            return jobs.pause(WORKSPACE, name)
        if isinstance(event, JobStatus) and event.status == "paused":
            model.release()
            return jobs.resume(WORKSPACE, name)
        return None

    events = followed(services, name, pause)

    assert "paused" in statuses(events) and statuses(events)[-1] == "completed"
    assert of(Step, events).count(Step("Making records")) == 2
    assert events[-1] == Done(20, 0.0, {})


def test_a_job_that_ended_is_read_whole_by_whoever_comes_later(services: NemoServices) -> None:
    name = submit(services, QUICK, 5)
    followed(services, name)

    events = followed(services, name)

    assert len(of(Log, events)) == len(all_lines(services, name)) > 10
    assert statuses(events) == ["completed"] and isinstance(events[-1], Done)


def test_no_line_of_a_long_log_is_lost_or_told_twice(services: NemoServices, model: GatewayModel) -> None:
    model.hold()
    name = submit(services, WITH_MODEL, 10)
    fed: list[str] = []

    def feed() -> None:
        log = JobLogFeed(services, name)
        for batch in range(25):
            now, late = [f"{batch}.{each}" for each in range(90)], [f"{batch}.late.{each}" for each in range(10)]
            log.write(now)
            log.write(late, seconds_ago=4)  # they belong before what was read already
            fed.extend((*now, *late))
        model.release()

    feeder = threading.Thread(target=feed)

    def start(event: Event, jobs: Jobs) -> None:
        if event == Step("Making records"):
            feeder.start()

    events = followed(services, name, start)
    feeder.join()

    told = [event.message for event in of(Log, events)]
    assert sorted(message for message in told if message in set(fed)) == sorted(fed)
    assert len(told) == len(all_lines(services, name))


def test_a_job_that_is_deleted_meanwhile_ends_the_following(services: NemoServices) -> None:
    name = submit(services, QUICK, 5)
    followed(services, name)
    run(services, lambda jobs: jobs.delete(WORKSPACE, name))

    (last,) = followed(services, name)

    assert isinstance(last, Failed) and "was deleted, or never there" in str(last.error)


def test_a_second_job_of_that_name_is_refused_with_how_the_first_one_is(services: NemoServices) -> None:
    name = submit(services, QUICK, 5)
    followed(services, name)

    with pytest.raises(
        ConflictError, match=rf"A job `{name}` exists already in workspace `default` \(completed, \d+ s ago\)"
    ):
        submit(services, QUICK, 5, name)


class LosesAnswers(httpx.AsyncHTTPTransport):
    """A network on which the answer to the first POST is lost after the server acted on it."""

    lost = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if request.method == "POST" and not self.lost:
            self.lost = True
            await answer.aread()
            await answer.aclose()
            raise httpx.ReadError("connection reset by peer", request=request)
        return answer


def test_a_lost_answer_to_submitting_makes_one_job(services: NemoServices) -> None:
    name, network = a_name(), LosesAnswers()

    job = run(services, lambda jobs: jobs.create(WORKSPACE, name=name, config=QUICK, num_records=5), transport=network)

    assert network.lost and job.name == name and job.submission
    core = services.request("GET", f"/apis/jobs/v2/workspaces/{WORKSPACE}/jobs/{name}").json()
    assert core["custom_fields"]["dd_jupyter"]["submission"] == job.submission


@pytest.mark.parametrize("tail", ["", "x" * 40, "_1", ".1", "-1"])
def test_names_that_are_let_through_are_accepted(services: NemoServices, tail: str) -> None:
    name = f"f{uuid.uuid4().hex[:10]}{tail}"

    check_name(name)
    submit(services, QUICK, 1, name)


@pytest.mark.parametrize("tail", ["x" * 41, "-", "--1", "@1", "+1", " 1", "A"])
def test_names_that_are_not_let_through_would_be_refused(services: NemoServices, tail: str) -> None:
    name = f"f{uuid.uuid4().hex[:10]}{tail}"

    with pytest.raises(RefusedError):
        check_name(name)
    with pytest.raises(AssertionError, match=r"was answered 4(09|22)"):
        services.request(
            "POST",
            f"/apis/data-designer/v2/workspaces/{WORKSPACE}/jobs/create",
            json={"name": name, "spec": {"num_records": 1, "config": QUICK}},
        )


def test_jobs_are_listed_newest_first_and_by_status(services: NemoServices) -> None:
    first, second = submit(services, QUICK, 1), submit(services, QUICK, 1)
    followed(services, second)

    async def listed(jobs: Jobs) -> tuple[list[str], set[str]]:
        everything = [job.name async for job in jobs.all(WORKSPACE, page_size=3)]
        completed = await jobs.list(WORKSPACE, status="completed")
        return everything, {job.status for job in completed.jobs}

    names, found = run(services, listed)

    assert names.index(second) < names.index(first) and found == {"completed"}


def test_services_that_stop_and_come_back_are_waited_for(own_services: NemoServices) -> None:
    own_services.model.hold()
    name = submit(own_services, WITH_MODEL, 10)
    stopped = threading.Event()

    def stop_and_start(event: Event, jobs: Jobs) -> Any:
        if event == Step("Making records"):
            own_services.model.release()
            return asyncio.to_thread(own_services.stop)
        if isinstance(event, Waiting) and not stopped.is_set():
            stopped.set()
            return asyncio.to_thread(own_services.start)
        if event == Resumed("NeMo Services"):
            return jobs.cancel(WORKSPACE, name)  # its worker went with the services, which call it active still
        return None

    events = followed(own_services, name, stop_and_start)

    assert of(Waiting, events)[0].provider == "NeMo Services" and Resumed("NeMo Services") in events
    assert isinstance(events[-1], Cancelled)
