"""Following a job loses no line, moves little, and survives what happens to services and jobs."""

from __future__ import annotations

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from dd_jupyter.errors import DeniedError, JobError
from dd_jupyter.execution import following
from dd_jupyter.execution.events import (
    Cancelled,
    Done,
    Event,
    Failed,
    Heartbeat,
    JobStatus,
    Log,
    Progress,
    Resumed,
    Step,
    Waiting,
)
from dd_jupyter.execution.following import Pace, follow
from dd_jupyter.execution.log_tail import LogTail
from dd_jupyter.nemo import http
from tests.support.jobs_double import NAME, WORKSPACE, JobsDouble, logged, refused

QUICKLY = Pace(quick=0.001, lively=0.001, slow=0.001, paused=0.001)
LONG_AGO = datetime.now(UTC) - timedelta(days=1)
RUNNER = "nemo_data_designer_plugin.jobs.run"


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_BACK_OFF", lambda state: 0.0)
    monkeypatch.setattr(following, "LATEST_LINE_SECONDS", 0.05)
    monkeypatch.setattr(following, "LAST_WORD_SECONDS", 0.02)


def followed(double: JobsDouble, *, until: type[Event] | None = None, pace: Pace = QUICKLY) -> list[Event]:
    async def events() -> list[Event]:
        found = []
        stream = follow(double.jobs, WORKSPACE, NAME, pace=pace)
        async for event in stream:
            found.append(event)
            if until is not None and isinstance(event, until):
                break
        await stream.aclose()
        return found

    return asyncio.run(asyncio.wait_for(events(), 20))


def messages(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Log)]


def statuses(events: list[Event]) -> list[str]:
    return [event.status for event in events if isinstance(event, JobStatus)]


def script(double: JobsDouble, *steps: dict[str, Any]) -> None:
    """Change the double before each answer with the status; the last step stays."""
    remaining = iter(steps)

    def when_asked(what: str) -> None:
        if what == "status":
            for name, value in next(remaining, {}).items():
                if name == "lines":
                    double.write(*value)
                else:
                    setattr(double, name, value)

    double.when_asked = when_asked


async def tail_of(double: JobsDouble, tail: LogTail | None = None) -> list[str]:
    tail = tail or LogTail(double.jobs, WORKSPACE, NAME)
    return [line.message async for lines in tail.read() for line in lines]


# A job from its beginning to its end.


def test_a_job_is_told_as_events_from_its_making_to_done() -> None:
    double = JobsDouble(status="created")
    dispatching, counted = "🚀 (1/1) Dispatching with 10 records", "  |-- 😴 greeting: 7/10 (70%) 1.0 rec/s"
    script(
        double,
        {},
        {"status": "pending"},
        {"status": "active", "lines": [logged(dispatching)]},
        {"lines": [logged(counted)]},
        {"status": "completed", "lines": [logged("Job complete", logger=RUNNER)]},
    )

    events = followed(double)

    assert statuses(events) == ["created", "pending", "active", "completed"]
    assert messages(events) == [dispatching, counted, "Job complete"]
    assert Step("Making records") in events
    assert [event.done for event in events if isinstance(event, Progress)] == [7, 10]
    assert events[-1] == Done(10, 0.0, {})


def test_before_a_job_runs_its_log_is_not_asked_for() -> None:
    double = JobsDouble(status="pending")
    script(double, {}, {}, {}, {"status": "cancelled"})

    followed(double)

    assert [request for request in double.asked if "logs" in request][:1] == double.asked[5:6]


def test_the_end_is_told_by_the_poll_that_meets_it_before_the_rest_of_the_log_is_read() -> None:
    double = JobsDouble()
    script(double, {}, {"status": "completed"})

    events = followed(double, until=JobStatus)
    assert statuses(events) == ["active"]

    double.asked.clear()
    script(double, {"status": "completed"})
    events = followed(double, until=JobStatus)

    assert statuses(events) == ["completed"] and double.log_requests() == 0


def test_lines_that_arrive_after_the_end_are_told_before_done() -> None:
    double = JobsDouble(lines=[(0.0, "a")])
    looks = iter(range(100))

    def when_asked(what: str) -> None:
        if what == "status":
            double.status = "completed"
        elif next(looks) == 2:
            double.write("b", "c")

    double.when_asked = when_asked

    events = followed(double)

    assert messages(events) == ["a", "b", "c"] and isinstance(events[-1], Done)


def test_a_job_that_ended_long_ago_is_told_at_once_and_whole() -> None:
    double = JobsDouble(status="completed", changed_at=LONG_AGO)
    double.write(*(f"line {number}" for number in range(2345)))

    events = followed(double)

    assert messages(events) == [f"line {number}" for number in range(2345)]
    assert len(double.asked) == 5  # the job, its status, three pages
    assert isinstance(events[-1], Done)


def test_a_failed_job_ends_with_its_own_reason() -> None:
    double = JobsDouble(status="error", message="Job exited with code 1", changed_at=LONG_AGO)
    double.write(logged("Data Designer job failed: 🛑 no space left", level="ERROR", logger=RUNNER))

    last = followed(double)[-1]

    assert isinstance(last, Failed) and isinstance(last.error, JobError)
    assert str(last.error) == "Job `reviews-1` failed: no space left."


def test_a_cancelled_job_ends_as_cancelled() -> None:
    double = JobsDouble(status="cancelling")
    script(double, {}, {"status": "cancelled"})

    events = followed(double)

    assert statuses(events) == ["cancelling", "cancelled"] and events[-1] == Cancelled()


def test_a_paused_job_is_followed_on_and_what_it_writes_after_resuming_is_a_new_log() -> None:
    double = JobsDouble(lines=[(0.0, logged("🚀 (1/1) Dispatching with 10 records")), (0.1, "old")])

    def resume() -> None:
        double.lines = [(60.0, logged("🚀 (1/1) Dispatching with 10 records")), (60.1, "new")]

    steps = iter(["active", "paused", "paused", "resuming", "active", "completed"])

    def when_asked(what: str) -> None:
        if what == "status":
            double.status = next(steps, "completed")
            if double.status == "resuming":
                resume()

    double.when_asked = when_asked

    events = followed(double)

    assert statuses(events) == ["active", "paused", "resuming", "active", "completed"]
    assert messages(events)[1::2] == ["old", "new"]
    assert isinstance(events[-1], Done)


def test_a_status_of_a_newer_server_is_passed_on() -> None:
    double = JobsDouble(status="hibernating")
    script(double, {}, {"status": "completed"})

    assert statuses(followed(double)) == ["hibernating", "completed"]


# When something is wrong.


def test_services_that_are_away_are_waited_for() -> None:
    tries = 4  # of one request; the first is for the log
    away = [httpx.ConnectError("refused")] * 2 * tries + [refused(503, "starting")] * tries
    double = JobsDouble(lines=[(0.0, "a")])
    script(double, {"faults": away}, {"status": "completed", "lines": ["b"]})

    events = followed(double)

    waits = [event for event in events if isinstance(event, Waiting)]
    assert [(wait.provider, wait.tries) for wait in waits] == [("NeMo Services", 1), ("NeMo Services", 2)]
    assert "No NeMo Services answer" in waits[0].reason and waits[0].since == waits[1].since
    assert Resumed("NeMo Services") in events
    assert messages(events) == ["a", "b"] and isinstance(events[-1], Done)


def test_services_that_give_no_log_do_not_keep_the_end_from_being_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "ANSWER_SECONDS", 0.1)
    double = JobsDouble(status="completed")

    def when_asked(what: str) -> None:
        if what == "logs":
            double.faults.append(refused(500, "Failed to query job logs"))

    double.when_asked = when_asked
    answer = double._answer
    double._answer = lambda request: (  # type: ignore[method-assign]
        refused(500, "Failed to query job logs") if request.url.path.endswith("logs") else answer(request)
    )

    events = followed(double)

    assert isinstance(events[-1], Done)
    assert "The end of the log could not be read" in messages(events)[-1]


def test_a_job_that_is_deleted_meanwhile_ends_the_following_with_a_sentence() -> None:
    double = JobsDouble()
    script(double, {}, {"status": None})

    last = followed(double)[-1]

    assert isinstance(last, Failed) and isinstance(last.error, JobError)
    assert str(last.error).startswith("Job `reviews-1` is not in workspace `default`: it was deleted, or never there.")


@pytest.mark.parametrize("status", [401, 403])
def test_whoever_may_not_see_the_job_is_told_so(status: int) -> None:
    double = JobsDouble(faults=[refused(status, "Not for you.")])

    (last,) = followed(double)

    assert isinstance(last, Failed) and isinstance(last.error, DeniedError) and "Not for you." in str(last.error)


def test_an_answer_that_does_not_come_is_given_up_and_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "ANSWER_SECONDS", 0.05)
    monkeypatch.setattr(following, "HEARTBEAT_SECONDS", 0.01)
    double = JobsDouble(status="completed", changed_at=LONG_AGO)
    jobs = double.jobs
    get, slow = jobs.status, [True]

    async def status(*args: Any) -> Any:
        if slow:
            slow.pop()
            await asyncio.sleep(60)
        return await get(*args)

    monkeypatch.setattr(jobs, "status", status)

    async def events() -> list[Event]:
        return [event async for event in follow(jobs, WORKSPACE, NAME, pace=QUICKLY)]

    found = asyncio.run(events())

    assert any(isinstance(event, Waiting) and "did not answer" in event.reason for event in found)
    assert Heartbeat() in found and isinstance(found[-1], Done)


def test_closing_the_iterator_ends_all_requests() -> None:
    double = JobsDouble()

    async def leave() -> int:
        stream = follow(double.jobs, WORKSPACE, NAME, pace=QUICKLY)
        async for event in stream:
            if isinstance(event, Heartbeat):
                break
        await stream.aclose()
        return len(asyncio.all_tasks())

    assert asyncio.run(leave()) == 1


# How often.


def test_polls_are_quick_at_first_and_near_the_end_and_slow_in_between() -> None:
    pace = Pace()

    at_first = pace.pause("active", unchanged=1, silent=1, seconds_left=None)
    lively = pace.pause("active", unchanged=3600, silent=1, seconds_left=None)
    quiet = pace.pause("active", unchanged=3600, silent=3600, seconds_left=None)
    nearly_done = pace.pause("active", unchanged=3600, silent=1, seconds_left=0.7)
    paused = pace.pause("paused", unchanged=0, silent=0, seconds_left=None)

    assert (at_first, lively, quiet, nearly_done, paused) == (0.5, 2.0, 5.0, 0.7, 10.0)


def test_a_long_pause_between_polls_is_full_of_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "HEARTBEAT_SECONDS", 0.02)
    double = JobsDouble(status="paused")
    script(double, {}, {"status": "cancelled"})

    events = followed(double, pace=Pace(quick=0.001, lively=0.001, slow=0.001, paused=0.11))

    assert sum(1 for event in events if isinstance(event, Heartbeat)) >= 5
    assert len([request for request in double.asked if "status" in request]) == 2


# Reading the log.


@pytest.fixture(params=[True, False], ids=["cursors count pages of any length", "cursors know one length"])
def double(request: pytest.FixtureRequest) -> JobsDouble:
    return JobsDouble(cursors_scale=request.param)


def test_each_line_is_read_once_however_the_log_grows(double: JobsDouble) -> None:
    chance = random.Random(7)

    async def read() -> list[str]:
        tail, found = LogTail(double.jobs, WORKSPACE, NAME), []
        while len(double.lines) < 2500:
            double.write(*(str(len(double.lines) + number) for number in range(chance.choice([0, 1, 3, 40, 700]))))
            found += await tail_of(double, tail)
        return found

    assert asyncio.run(read()) == [str(number) for number in range(len(double.lines))]


def test_lines_that_come_late_and_stand_before_others_are_found(double: JobsDouble) -> None:
    chance = random.Random(3)

    async def read() -> tuple[list[str], bool]:
        tail, found = LogTail(double.jobs, WORKSPACE, NAME), []
        for number in range(80):
            double.write(f"late {number}", at=max(0.0, number / 10 - chance.random() * 5))
            double.write(*(f"line {number}.{each}" for each in range(5)), at=number / 10)
            found += await tail_of(double, tail)
        for _ in range(5):
            found += await tail_of(double, tail)
        return found, tail.owes

    found, owes = asyncio.run(read())

    assert sorted(found) == sorted(message for _, message in double.lines)
    assert not owes


def test_lines_that_come_late_between_two_pages_are_found_and_none_is_told_twice(double: JobsDouble) -> None:
    double.write(*(f"line {number}" for number in range(2500)))

    def late(what: str) -> None:
        if len(double.lines) < 2550:
            double.write(*(f"late {len(double.lines) + number}" for number in range(10)), at=5.0)

    double.when_asked = late

    async def read() -> list[str]:
        tail, found = LogTail(double.jobs, WORKSPACE, NAME), []
        for _ in range(6):
            found += await tail_of(double, tail)
        return found

    assert sorted(asyncio.run(read())) == sorted(message for _, message in double.lines)


def test_the_same_line_written_twice_at_once_is_read_twice(double: JobsDouble) -> None:
    async def read() -> list[str]:
        tail = LogTail(double.jobs, WORKSPACE, NAME)
        double.lines = [(0.0, "a"), (1.0, "same"), (1.0, "same")]
        found = await tail_of(double, tail)
        double.lines += [(1.0, "same"), (2.0, "b")]
        for _ in range(3):
            found += await tail_of(double, tail)
        return found

    assert sorted(asyncio.run(read())) == ["a", "b", "same", "same", "same"]


def test_a_count_that_the_server_never_makes_good_is_not_looked_for_for_ever() -> None:
    double = JobsDouble()
    double.write(*map(str, range(2500)))
    answer = double._logs

    def miscounting(request: httpx.Request) -> httpx.Response:
        page = answer(request).json()
        return httpx.Response(200, json=page | {"total": page["total"] + 3 if page["data"] else 0})

    double._logs = miscounting  # type: ignore[method-assign]

    async def read() -> tuple[int, bool]:
        tail = LogTail(double.jobs, WORKSPACE, NAME)
        for _ in range(6):
            await tail_of(double, tail)
        before = double.log_requests()
        await tail_of(double, tail)
        return double.log_requests() - before, tail.owes

    requests, owes = asyncio.run(read())

    assert requests <= 2 and not owes


def test_a_log_that_is_empty_for_a_moment_is_not_taken_for_a_new_one() -> None:
    double = JobsDouble(lines=[(0.0, "a"), (1.0, "b")])

    async def read() -> list[str]:
        tail = LogTail(double.jobs, WORKSPACE, NAME)
        found = await tail_of(double, tail)
        lines, double.lines = double.lines, []
        found += await tail_of(double, tail)
        double.lines = [*lines, (2.0, "c")]
        return found + await tail_of(double, tail)

    assert asyncio.run(read()) == ["a", "b", "c"]


@pytest.mark.parametrize("per_poll", [10, 40])
def test_following_a_log_of_ten_thousand_lines_moves_less_than_one_and_a_half_times_the_log(per_poll: int) -> None:
    double = JobsDouble()

    async def read() -> tuple[int, int]:
        tail, polls = LogTail(double.jobs, WORKSPACE, NAME), 0
        while tail.count < 10_000:
            double.write(*(logged(f"  |-- greeting: {len(double.lines)}") for _ in range(per_poll)))
            await tail_of(double, tail)
            polls += 1
        return tail.count, polls

    count, polls = asyncio.run(read())
    moved, double.moved = double.moved, 0
    asyncio.run(tail_of(double))

    assert count >= 10_000 and moved / double.moved < 1.5
    assert double.log_requests() <= polls + 2 * 11 + 11  # a few for cursors, and the whole log at last


def test_ten_thousand_lines_are_taken_apart_in_about_a_second() -> None:
    double = JobsDouble(status="completed", changed_at=LONG_AGO)
    double.write(*(logged(f"  |-- 😴 greeting: {number}/10000 (1%) 11.8 rec/s") for number in range(10_000)))

    started = time.perf_counter()
    events = followed(double)

    assert len(messages(events)) == 10_000 and time.perf_counter() - started < 10
