"""A job in a person's hand: it goes on by itself, says truly how it is, and does what it is asked."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import Any

import httpx
import pandas as pd
import pytest

from dd_jupyter.errors import (
    ConflictError,
    DeniedError,
    JobError,
    NotFoundError,
    NotReadyError,
    ServicesError,
    UnreachableError,
)
from dd_jupyter.execution import following
from dd_jupyter.execution.events import Done, Event, JobStatus
from dd_jupyter.execution.job import Job
from dd_jupyter.execution.workload import JobWorkload
from dd_jupyter.nemo import background
from tests.support.builders import builder_with
from tests.support.deployment_answers import CORE_JOBS, DATASET, FILES, JOBS, DeploymentAnswers, without_waiting
from tests.support.jobs_double import NAME, WORKSPACE, logged, refused
from tests.support.waiting import wait_until

FIRST_BATCH = f"{DATASET}/parquet-files/batch_00000.parquet"
RECORDS = pd.DataFrame({"added_by_a_processor": [1, 2], "product": ["travel mug", "desk lamp"]})
PROFILE = {
    "num_records": 2,
    "target_num_records": 2,
    "column_statistics": [
        {
            "column_name": "product",
            "column_type": "sampler",
            "sampler_type": "category",
            "distribution_type": "unknown",
            "distribution": None,
            "num_records": 2,
            "num_null": 0,
            "num_unique": 2,
            "pyarrow_dtype": "string",
            "simple_dtype": "string",
        }
    ],
    "side_effect_column_names": [],
    "column_profiles": None,
}


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[DeploymentAnswers]:
    """A deployment with one active job; at the end whatever is followed comes to its own end."""
    without_waiting(monkeypatch)
    before = set(threading.enumerate())
    double = DeploymentAnswers()
    yield double
    double.instead.clear()
    double.when_asked = lambda what: None
    double.status = "cancelled"
    for thread in set(threading.enumerate()) - before:
        if thread.name == "dd_jupyter-job":
            thread.join(5)


def job_in(there: DeploymentAnswers, *, age_seconds: float = 0.0, status: str | None = None) -> Job:
    """The job, which nobody follows."""
    workload = JobWorkload(builder_with(), 10, NAME, WORKSPACE)
    status = status or there.status or "active"
    return Job(workload, there.deployment, status=status, name="job", age_seconds=age_seconds)


def followed(there: DeploymentAnswers, watch: Callable[[Any], None] = lambda run: None, **options: Any) -> Job:
    """The job, which a thread follows."""
    job = job_in(there, **options)
    job.follow_in_background(watch)
    return job


def ended(there: DeploymentAnswers, status: str = "completed", **options: Any) -> Job:
    """The job, which was followed to its end."""
    there.status = status
    job = followed(there, **options)
    assert job._ended.wait(10)
    return job


def warnings(job: Job) -> list[str]:
    return [line.message for line in job.log if line.level == "WARNING"]


def wait_in_a_thread(job: Job) -> tuple[threading.Thread, list[BaseException | Job]]:
    """Wait for a job elsewhere; what comes of it is put into the list."""
    outcome: list[BaseException | Job] = []

    def wait() -> None:
        try:
            outcome.append(job.wait(10))
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    return thread, outcome


# Waiting.


def test_waiting_ends_when_the_job_has(there: DeploymentAnswers) -> None:
    job = followed(there)
    thread, outcome = wait_in_a_thread(job)
    wait_until(lambda: job.step == "At work")
    assert not outcome

    there.status = "completed"

    thread.join(10)
    assert outcome == [job]
    assert (job.state, job.status, job.error) == ("completed", "completed", None)


def test_a_failed_job_raises_its_own_reason(there: DeploymentAnswers) -> None:
    there.write(
        logged("Data Designer job failed: The key of `openai` is not valid.", logger="nemo_data_designer_plugin")
    )

    job = ended(there, "error")

    with pytest.raises(JobError, match="The key of `openai` is not valid"):
        job.wait()
    with pytest.raises(JobError) as again:
        job.wait()
    assert again.value is job.error
    assert job.state == "failed"


def test_waiting_for_a_job_that_was_cancelled_is_no_error(there: DeploymentAnswers) -> None:
    job = ended(there, "cancelled")

    assert job.wait() is job
    assert job.state == "cancelled"


def test_a_paused_job_does_not_hang_a_wait(there: DeploymentAnswers) -> None:
    there.status = "paused"
    job = followed(there)

    with pytest.raises(JobError, match=r"is paused and does not go on by itself.*\.resume\(\).*\.cancel\(\)"):
        job.wait(10)

    assert job.state == "running"


def test_a_job_that_is_paused_while_it_is_waited_for_ends_the_waiting(there: DeploymentAnswers) -> None:
    job = followed(there)
    thread, outcome = wait_in_a_thread(job)

    job.pause()

    thread.join(10)
    (error,) = outcome
    assert isinstance(error, JobError) and "is paused" in str(error)


@pytest.mark.parametrize("timeout", [0, 0.02])
def test_waiting_no_longer_than_asked_says_what_to_do(there: DeploymentAnswers, timeout: float) -> None:
    job = followed(there)

    with pytest.raises(TimeoutError) as raised:
        job.wait(timeout)

    assert str(raised.value) == (
        f"Job `{NAME}` has not ended after {timeout:g} s. Wait again, or stop it with `.cancel()`."
    )
    assert job.state == "running"


def test_an_ended_job_is_not_waited_for_even_without_patience(there: DeploymentAnswers) -> None:
    assert ended(there).wait(0).state == "completed"


def test_an_interrupt_of_the_waiting_leaves_the_job_alone(there: DeploymentAnswers) -> None:
    job = followed(there)
    wait_until(lambda: job.step == "At work")

    def interrupted(timeout: float | None = None) -> bool:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job._ended, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            job.wait()

    assert there.posted() == []
    assert (job.state, there.status) == ("running", "active")


def test_awaiting_a_job_is_waiting_for_its_end(there: DeploymentAnswers) -> None:
    job = followed(there)

    async def await_it() -> Job:
        there.status = "completed"
        return await job

    assert asyncio.run(await_it()) is job
    assert job.state == "completed"


def test_awaiting_raises_as_waiting_does(there: DeploymentAnswers) -> None:
    job = followed(there)

    with pytest.raises(TimeoutError, match=r"has not ended after 0\.01 s"):
        asyncio.run(job.await_end(0.01))
    there.status = "error"
    with pytest.raises(JobError, match="failed"):
        asyncio.run(job.await_end())


def test_giving_up_awaiting_leaves_nothing_that_waits(there: DeploymentAnswers) -> None:
    job = followed(there)
    given_up = threading.Event()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(job.await_end(), 0.01)

    def run() -> None:
        asyncio.run(give_up())
        given_up.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    ended_at_once = given_up.wait(0.3)
    there.status = "cancelled"
    thread.join(10)
    assert ended_at_once


# Pausing and resuming.


def test_waiting_after_resuming_is_not_told_of_the_old_pause(there: DeploymentAnswers) -> None:
    there.status = "paused"
    job = job_in(there)

    job.resume()

    with pytest.raises(TimeoutError):
        job.wait(0)


def test_a_resumed_job_can_be_waited_for(there: DeploymentAnswers) -> None:
    there.status = "paused"
    job = followed(there)
    wait_until(lambda: job.status == "paused" and job.step.startswith("Paused"))

    job.resume()
    thread, outcome = wait_in_a_thread(job)
    there.status = "completed"

    thread.join(10)
    assert outcome == [job]


def test_a_job_paused_again_before_anyone_looked_is_paused(there: DeploymentAnswers) -> None:
    there.status = "paused"
    job = followed(there)
    wait_until(lambda: job.step.startswith("Paused"))
    there.instead[f"POST {CORE_JOBS}/{NAME}/resume"] = httpx.Response(200, json={})  # and it is paused again at once

    job.resume()
    asked = len(there.requests)
    wait_until(lambda: len(there.requests) > asked + 5)

    assert job.status == "paused"


def test_resuming_a_job_at_work_changes_nothing(there: DeploymentAnswers) -> None:
    job = followed(there)
    wait_until(lambda: job.step == "At work")

    job.resume()
    asked = len(there.requests)
    wait_until(lambda: len(there.requests) > asked + 5)

    assert job.status == there.status == "active"


@pytest.mark.parametrize(("change", "status"), [("resume", "completed"), ("pause", "error")])
def test_what_a_status_does_not_allow_is_refused(there: DeploymentAnswers, change: str, status: str) -> None:
    there.status = status
    job = job_in(there)

    with pytest.raises(ConflictError, match=f"Cannot {change} job in status {status}"):
        getattr(job, change)()

    assert job.status == status


# Cancelling and deleting.


def test_cancelling_asks_the_services(there: DeploymentAnswers) -> None:
    job = followed(there)

    job.cancel()

    wait_until(lambda: job.status == "cancelling")
    assert "were asked to stop it" in job.step
    there.status = "cancelled"
    assert job.wait(10).state == "cancelled"


@pytest.mark.parametrize("status", ["completed", "error", "cancelled", "cancelling"])
def test_cancelling_a_job_that_has_ended_or_is_about_to_is_nothing(there: DeploymentAnswers, status: str) -> None:
    there.status = status

    job_in(there).cancel()

    assert there.status == status


def test_a_cancel_that_the_services_refuse_is_an_error(there: DeploymentAnswers) -> None:
    there.instead[f"POST {JOBS}/{NAME}/cancel"] = refused(409, "A step is being scheduled.")

    with pytest.raises(ConflictError, match="A step is being scheduled"):
        job_in(there).cancel()


def test_a_cancel_that_nobody_hears_is_an_error(there: DeploymentAnswers) -> None:
    there.instead[f"POST {JOBS}/{NAME}/cancel"] = httpx.ConnectError("no")

    with pytest.raises(UnreachableError):
        job_in(there).cancel()


@pytest.mark.parametrize("status", ["created", "active", "paused", "cancelling"])
def test_a_job_that_has_not_ended_is_not_deleted(there: DeploymentAnswers, status: str) -> None:
    there.status = status

    with pytest.raises(ConflictError, match=rf"is {status} and cannot be deleted. Cancel it with `.cancel\(\)`"):
        job_in(there).delete()

    assert not [request for request in there.requests if request.startswith("DELETE")]


def test_an_ended_job_can_be_deleted(there: DeploymentAnswers) -> None:
    there.status = "completed"

    job_in(there).delete()

    assert there.requests[-1] == f"DELETE {JOBS}/{NAME}"
    with pytest.raises(NotFoundError):
        job_in(there).delete()


@pytest.mark.parametrize(
    "reading",
    [
        1,
        2,
    ],
)
def test_deleting_a_job_whose_log_is_still_read_does_not_make_it_a_failed_one(
    there: DeploymentAnswers, reading: int
) -> None:
    there.holds(RECORDS, analysis=PROFILE)
    since_the_end: list[str] = []

    def delete_at_the_end(what: str) -> None:
        if (what == "status" and there.status == "completed") or since_the_end:
            since_the_end.append(what)
        if since_the_end.count("logs") == reading:
            there.status = None

    there.when_asked = delete_at_the_end
    there.write("a line", at=time.time())
    job = followed(there)
    wait_until(lambda: job.step == "At work")

    there.status = "completed"

    assert job._ended.wait(10)
    assert (job.status, job.state) == ("completed", "completed")


@pytest.mark.parametrize("change", ["cancel", "pause", "resume", "delete"])
def test_every_change_can_be_awaited(there: DeploymentAnswers, change: str) -> None:
    there.status = {"resume": "paused", "delete": "completed"}.get(change, "active")
    job = job_in(there)

    asyncio.run(getattr(job, f"a{change}")())

    assert there.status == {"cancel": "cancelling", "pause": "paused", "resume": "resuming", "delete": None}[change]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("change", ["cancel", "pause", "resume", "delete"])
def test_a_change_that_one_may_not_make_is_said_and_made_nowhere(
    there: DeploymentAnswers, change: str, status: int
) -> None:
    there.status = {"resume": "paused", "delete": "completed"}.get(change, "active")
    before = there.status
    place = CORE_JOBS if change in {"pause", "resume"} else JOBS
    asked = f"DELETE {place}/{NAME}" if change == "delete" else f"POST {place}/{NAME}/{change}"
    there.instead[asked] = refused(status, "Not you.")

    with pytest.raises(DeniedError, match="Not you"):
        getattr(job_in(there), change)()

    assert there.status == before


# What it is while it is followed.


def test_a_status_that_a_newer_deployment_knows_is_shown_as_it_is(there: DeploymentAnswers) -> None:
    there.status = "queueing"

    job = followed(there)

    wait_until(lambda: job.status == "queueing" and job.step == "Queueing")


def test_a_job_that_is_gone_ends_the_following_with_the_way_on(there: DeploymentAnswers) -> None:
    there.status = None

    job = followed(there)

    with pytest.raises(JobError, match=f"`{NAME}` is not in workspace `{WORKSPACE}`.*%dd_jobs"):
        job.wait(10)


def test_a_login_that_ends_does_not_say_that_the_job_failed(there: DeploymentAnswers) -> None:
    job = followed(there)
    wait_until(lambda: job.step == "At work")

    there.instead[f"GET {JOBS}/{NAME}/status"] = refused(401, "The token has ended.")

    with pytest.raises((JobError, DeniedError)) as raised:
        job.wait(10)
    assert "it goes on in NeMo Services" in str(raised.value)


def _breaks_after(*events: Event, error: Exception) -> Callable[..., AsyncGenerator[Event]]:
    async def follow(*_args: Any, **_options: Any) -> AsyncGenerator[Event]:
        for event in events:
            yield event
        raise error

    return follow


@pytest.fixture
def quiet_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a thread die without a traceback in the tests' output."""
    monkeypatch.setattr(threading, "excepthook", lambda args: None)


@pytest.mark.usefixtures("quiet_threads")
def test_a_follower_that_breaks_does_not_call_the_job_cancelled(
    there: DeploymentAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "follow", _breaks_after(JobStatus("active"), error=RuntimeError("a bug")))

    job = followed(there)

    with pytest.raises(JobError, match=rf"goes on in NeMo Services.*%dd_attach {NAME}"):
        job.wait(10)
    assert (job.state, job.status) == ("failed", "active")
    assert there.posted() == []


@pytest.mark.usefixtures("quiet_threads")
@pytest.mark.parametrize(("status", "state"), [("completed", "completed"), ("error", "failed")])
def test_a_follower_that_breaks_after_the_end_leaves_the_state_that_the_services_told(
    there: DeploymentAnswers, monkeypatch: pytest.MonkeyPatch, status: str, state: str
) -> None:
    monkeypatch.setattr(following, "follow", _breaks_after(JobStatus(status), error=RuntimeError("a bug")))

    job = followed(there)

    assert job._ended.wait(10)
    assert job.state == state


@pytest.mark.usefixtures("quiet_threads")
def test_a_follower_that_breaks_is_shown_as_ended(there: DeploymentAnswers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "follow", _breaks_after(JobStatus("active"), error=RuntimeError("a bug")))
    states: list[str] = []

    job = followed(there, lambda run: states.append(run.state))

    assert job._ended.wait(10)
    assert states[-1] == "failed"


# Time.


def test_a_job_found_again_has_the_time_since_it_was_made(there: DeploymentAnswers) -> None:
    assert 100 <= job_in(there, age_seconds=100).seconds < 110


def test_a_job_that_had_ended_keeps_the_time_that_it_took(there: DeploymentAnswers) -> None:
    assert ended(there, age_seconds=100).seconds == 100


def test_reading_the_end_of_the_log_is_not_the_jobs_time(
    there: DeploymentAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def follow(*_args: Any, **_options: Any) -> AsyncGenerator[Event]:
        yield JobStatus("completed")
        await asyncio.sleep(0.2)
        yield Done(2, 0.0, {})

    monkeypatch.setattr(following, "follow", follow)

    job = ended(there, status="completed")

    assert job_in(there, status="active").state == "running"
    assert job.seconds < 0.2


# What it leaves.


def test_the_view_of_a_completed_job_has_a_sample_and_the_profile(there: DeploymentAnswers) -> None:
    there.holds(RECORDS, analysis=PROFILE)

    job = ended(there)

    assert job.sample_frame is not None and list(job.sample_frame.columns) == ["product", "added_by_a_processor"]
    assert job.analysis.num_records == 2
    assert warnings(job) == []


def test_the_view_of_a_cancelled_job_has_a_sample_of_what_was_finished(there: DeploymentAnswers) -> None:
    there.holds(RECORDS)

    job = ended(there, "cancelled")

    assert job.sample_frame is not None and len(job.sample_frame) == 2
    assert warnings(job) == []


def test_a_job_cancelled_before_its_first_batch_has_no_sample_and_nothing_to_warn_of(there: DeploymentAnswers) -> None:
    job = ended(there, "cancelled")

    assert job.sample_frame is None
    assert warnings(job) == []


@pytest.mark.parametrize(
    "missing",
    [
        f"GET {CORE_JOBS}/{NAME}",
        f"GET {FILES}/files",
        f"GET {FILES}/-/{FIRST_BATCH}",
        f"GET {FILES}/-/results/attempt-1/analysis",
    ],
)
def test_a_completed_job_stays_so_when_its_sample_cannot_be_fetched(there: DeploymentAnswers, missing: str) -> None:
    there.holds(RECORDS, analysis=PROFILE)
    there.instead[missing] = refused(500, "The disk is full.")

    job = ended(there)

    assert job.wait().state == "completed"
    (warning,) = warnings(job)
    assert "lacks a part of what the job left" in warning and "The disk is full" in warning


def test_a_profile_that_cannot_be_read_costs_no_more_than_itself(there: DeploymentAnswers) -> None:
    there.holds(RECORDS, analysis={"written": "by another version"})

    job = ended(there)

    assert job.state == "completed" and job.sample_frame is not None
    assert "another data-designer" in warnings(job)[0]


@pytest.mark.usefixtures("quiet_threads")
@pytest.mark.parametrize("file", [FIRST_BATCH, "results/attempt-1/analysis"])
def test_a_completed_job_stays_so_when_a_file_of_it_is_broken(there: DeploymentAnswers, file: str) -> None:
    there.holds(RECORDS, analysis=PROFILE)
    there.files[file] = b"neither parquet nor JSON"

    job = ended(there)

    assert job.wait().state == "completed"
    assert warnings(job)


def test_a_completed_job_without_its_files_says_so(there: DeploymentAnswers) -> None:
    job = ended(there)

    assert job.state == "completed"
    assert warnings(job)


def test_the_dataset_is_not_given_while_the_job_is_at_work(there: DeploymentAnswers) -> None:
    there.holds(RECORDS)

    with pytest.raises(NotReadyError, match=rf"`{NAME}` is still at work.*\.wait\(\).*\.head\(\)"):
        _ = job_in(there).dataset

    assert list(job_in(there).head(1)["product"]) == ["travel mug"]


def test_the_dataset_is_fetched_once_in_the_order_of_the_configuration(there: DeploymentAnswers) -> None:
    there.holds(RECORDS, analysis=PROFILE)
    job = ended(there)

    first = job.dataset
    asked = len(there.requests)

    assert list(first.columns) == ["product", "added_by_a_processor"]
    assert job.dataset is first and len(there.requests) == asked


def test_two_threads_may_ask_at_once(there: DeploymentAnswers) -> None:
    there.holds(RECORDS, analysis=PROFILE)
    job = ended(there)
    lengths: list[int] = []

    threads = [threading.Thread(target=lambda: lengths.append(len(job.load_dataset()))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert lengths == [2, 2, 2, 2]


def test_missing_values_come_through(there: DeploymentAnswers) -> None:
    there.holds(pd.DataFrame({"product": ["mug", None], "price": [float("nan"), 2.0]}), analysis=PROFILE)

    sample = ended(there).sample_frame

    assert sample is not None
    assert list(sample["product"].isna()) == [False, True] and list(sample["price"].isna()) == [True, False]


# Its log.


def test_the_log_is_read_page_by_page_to_its_last_line(
    there: DeploymentAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    there.write(*(logged(f"line {number}") for number in range(2_500)))

    lines = [line.message for line in job_in(there).logs()]

    assert lines == [f"line {number}" for number in range(2_500)]
    assert there.log_requests() == 3


def test_the_log_gives_lines_before_it_is_read_to_the_end(there: DeploymentAnswers) -> None:
    there.write(*(logged(f"line {number}") for number in range(2_500)))

    first = next(iter(job_in(there).logs()))

    assert first.message == "line 0" and there.log_requests() == 1


def test_the_log_as_text_has_time_level_and_message(there: DeploymentAnswers) -> None:
    there.write(logged("Dispatching"), logged("A key is missing", level="ERROR"))

    lines = repr(job_in(there).logs()).splitlines()

    assert [line.split(" ", 1)[1] for line in lines] == ["INFO Dispatching", "ERROR A key is missing"]
    assert all(len(line.split(" ")[0]) == len("12:30:01") for line in lines)


def test_following_the_log_goes_on_until_the_job_ended(there: DeploymentAnswers) -> None:
    there.write(logged("first"))
    lines: list[str] = []

    for line in job_in(there).logs(follow=True):
        lines.append(line.message)
        if line.message == "first":
            there.write(logged("second"))
            there.status = "completed"

    assert lines == ["first", "second"]


def test_leaving_a_log_that_is_followed_leaves_the_job_alone(there: DeploymentAnswers) -> None:
    there.write(logged("first"))

    for _ in job_in(there).logs(follow=True):
        break

    assert there.posted() == [] and there.status == "active"


def test_the_log_of_a_job_that_is_gone_is_an_error(there: DeploymentAnswers) -> None:
    there.status = None

    with pytest.raises(NotFoundError):
        list(job_in(there, status="completed").logs())


@pytest.mark.parametrize("answer", [refused(404, "Job not found."), refused(401, "Who are you?")])
def test_following_a_log_that_cannot_be_read_is_an_error(there: DeploymentAnswers, answer: httpx.Response) -> None:
    there.instead[f"GET {JOBS}/{NAME}"] = there.instead[f"GET {JOBS}/{NAME}/status"] = answer

    with pytest.raises((JobError, ServicesError)):
        list(job_in(there).logs(follow=True))


def test_a_key_in_the_log_is_not_shown(there: DeploymentAnswers) -> None:
    key = "nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0KsPq8"
    there.write(logged(f"401 for Authorization: Bearer {key}"))

    assert key not in repr(job_in(there).logs())


# How it looks as text.


def test_a_job_names_itself_and_its_status(there: DeploymentAnswers) -> None:
    assert repr(job_in(there)) == "<Job default/reviews-1 active>"


def test_holding_a_job_asks_nothing(there: DeploymentAnswers) -> None:
    job_in(there)

    assert there.requests == []


def test_methods_of_a_job_cannot_block_the_loop_that_answers_them(there: DeploymentAnswers) -> None:
    job = job_in(there)

    async def on_the_loop() -> None:
        job.cancel()

    with pytest.raises(RuntimeError, match="await it"):
        background.wait_for(on_the_loop())
