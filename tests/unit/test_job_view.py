"""What a person sees of a job in NeMo Services says how it stands, what it made and what can be done."""

from __future__ import annotations

import time

import data_designer.config as dd
import pandas as pd
import pytest

from dd_jupyter.display.bundle import bundle, mimebundle_of
from dd_jupyter.display.log_view import LOG_CHARACTERS
from dd_jupyter.display.run_view import view_of
from dd_jupyter.display.view_model import RunView
from dd_jupyter.errors import JobError, NotFoundError
from dd_jupyter.execution.events import (
    Analysis,
    Cancelled,
    Dataset,
    Failed,
    Heartbeat,
    JobStatus,
    Log,
    Progress,
    RecordFailed,
    Step,
    Usage,
    Waiting,
)
from dd_jupyter.execution.job import SAMPLE_RECORDS
from tests.support.builders import builder_with, with_review
from tests.unit.jobs_at_hand import ended_job, job_in, job_of
from tests.unit.runs import done, notices, preview_of, previewed, telling, while_running

HALF = Progress("product", 5, 10, rate=2.0)


# How it stands.


def test_a_job_is_called_by_its_name_and_says_where_it_is() -> None:
    view = job_in("active", name="mine")

    assert (view.title, view.name, view.where) == ("Job", "reviews-1", "NeMo Services · workspace default")


@pytest.mark.parametrize(
    ("status", "chip", "tone"),
    [
        ("created", "Waiting", "waiting"),
        ("pending", "Starting", "running"),
        ("active", "At work", "running"),
        ("pausing", "Pausing", "warning"),
        ("paused", "Paused", "warning"),
        ("resuming", "Starting again", "running"),
        ("cancelling", "Cancelling", "cancelled"),
        ("cancelled", "Cancelled", "cancelled"),
        ("error", "Failed", "failed"),
        ("completed", "Completed", "completed"),
        ("held_for_review", "Held for review", "waiting"),
    ],
)
def test_the_chip_tells_the_status_in_words(status: str, chip: str, tone: str) -> None:
    view = job_in(status)

    assert view.status is not None
    assert (view.status.text, view.status.tone) == (chip, tone)
    assert f"{view.status.mark} {chip}" in bundle(view)["text/plain"].splitlines()[0]


@pytest.mark.parametrize(
    ("status", "state"), [("completed", "completed"), ("cancelled", "cancelled"), ("error", "failed")]
)
def test_the_end_is_told_before_the_last_lines_of_the_log_are_there(status: str, state: str) -> None:
    view = job_in(status, HALF)

    assert (view.state, view.stop, view.step) == (state, "none", "")


@pytest.mark.parametrize(("status", "step"), [("created", "Waiting for a worker"), ("active", ""), ("paused", "")])
def test_what_the_chip_says_is_not_said_twice(status: str, step: str) -> None:
    assert job_in(status).step == step


def test_what_it_is_busy_with_is_told() -> None:
    view = while_running(job_of(), JobStatus("active"), Step("Checking `nano` at provider `default/nim`"))

    assert view.step == "Checking `nano` at provider `default/nim`"


def test_progress_has_a_rate_and_a_time_left() -> None:
    (bar,) = job_in("active", HALF).progress

    assert (bar.name, bar.done, bar.total, bar.rate, bar.seconds_left) == ("product", 5, 10, 2.0, 2.5)


@pytest.mark.parametrize("status", ["pausing", "paused", "resuming", "cancelling", "completed"])
def test_a_job_that_makes_no_records_has_no_rate_and_no_time_left(status: str) -> None:
    (bar,) = job_in(status, HALF).progress

    assert (bar.done, bar.rate, bar.seconds_left) == (5, None, None)


def test_a_column_that_a_model_makes_has_its_place_before_the_log_counts_it() -> None:
    builder = with_review(builder_with(dd.ModelConfig(alias="chat", model="m", provider="near")))

    running = job_in("active", Progress("product", 10, 10), builder=builder)
    waiting = job_in("pending", builder=builder)
    cancelled = view_of(ended_job("cancelled", Progress("product", 10, 10), Cancelled(), builder=builder))

    for view in (running, cancelled):
        assert [(bar.name, bar.done, bar.total) for bar in view.progress] == [("product", 10, 10), ("review", 0, 10)]
    assert waiting.progress == ()


def test_a_column_of_a_configuration_that_cannot_be_read_here_has_its_bar_too() -> None:
    assert [bar.name for bar in job_in("active", Progress("unknown", 1, 10)).progress] == ["unknown"]


def test_before_there_is_progress_it_says_how_many_records_were_asked_for() -> None:
    assert [fact.text for fact in job_in("pending", num_records=5_000).facts] == ["5,000 records asked for"]
    assert job_in("active", HALF).facts == ()


def test_tokens_and_failed_records_are_told() -> None:
    usage = Usage("chat", "nano", "default/nim", 4_000, 1_310, 20, 1)

    view = job_in("active", HALF, usage, RecordFailed(3, "review", "Cut off."))

    assert [fact.text for fact in view.facts] == ["5,310 tokens", "1 record failed"]
    assert view.failures[0].reason == "Cut off."


# Its log.


def test_the_newest_lines_of_the_log_are_in_sight_while_it_runs() -> None:
    lines = [Log("INFO", f"line {number}", time.time()) for number in range(20)]

    drawn = bundle(job_in("active", *lines))

    assert drawn["text/html"].count("<details open") == 1
    assert "line 19" in drawn["text/plain"] and "line 12" in drawn["text/plain"]
    assert "line 11" not in drawn["text/plain"]


def test_the_log_of_a_job_that_failed_is_open_and_that_of_one_that_completed_is_not() -> None:
    line = Log("ERROR", "Data Designer job failed: no model", time.time())

    failed = bundle(view_of(ended_job("error", line, Failed(JobError("Job `reviews-1` failed: no model")))))
    completed = bundle(view_of(ended_job("completed", line, done(10))))

    assert "<details open" in failed["text/html"] and "no model" in failed["text/plain"]
    assert "<details open" not in completed["text/html"] and "no model" not in completed["text/plain"]


def test_a_very_long_line_is_cut_and_says_by_how_much() -> None:
    view = job_in("active", Log("INFO", "x" * 10_000, time.time()))

    assert (len(view.log[0].text), view.log[0].cut) == (LOG_CHARACTERS, 10_000 - LOG_CHARACTERS)
    assert "8,000 more characters" in bundle(view)["text/html"]


# What can be done.


def codes(view: RunView) -> list[str]:
    return [way.code for way in view.way_on]


def test_a_job_at_work_can_be_looked_at_here_and_followed_elsewhere() -> None:
    view = job_in("active")

    assert codes(view) == ["job.head()", "%dd_attach reviews-1"]
    assert view.stop == "cancel"


@pytest.mark.parametrize("status", ["created", "pending", "resuming"])
def test_a_job_that_has_not_begun_has_no_records_to_look_at(status: str) -> None:
    assert codes(job_in(status)) == ["%dd_attach reviews-1"]


def test_a_job_of_another_workspace_is_named_with_it() -> None:
    assert codes(job_in("active", workspace="research", name="")) == ["%dd_attach research/reviews-1"]


def test_a_completed_job_says_how_to_hold_its_records() -> None:
    view = view_of(ended_job("completed", RecordFailed(3, "review", "Cut off."), done(9)))

    assert codes(view) == [
        "job.head()",
        "job.load_dataset()",
        "job.failures",
        "%dd_download reviews-1",
        "%dd_attach reviews-1",
    ]


def test_a_paused_job_says_that_it_would_start_from_scratch() -> None:
    ((level, text),) = notices(job_in("paused"))

    assert level == "info"
    assert "`job.resume()` starts it again from its first record" in text and "`job.cancel()` ends it" in text


def test_a_job_that_is_being_cancelled_cannot_be_cancelled_again() -> None:
    view = job_in("cancelling")

    assert (view.stop, view.step) == ("none", "the services were asked to stop it")


def test_a_cancelled_job_says_what_is_kept() -> None:
    some = view_of(ended_job("cancelled", HALF, Dataset(pd.DataFrame({"product": ["mug"]})), Cancelled()))
    nothing = view_of(ended_job("cancelled", Cancelled()))

    assert "batches that it had finished are kept" in notices(some)[0][1]
    assert codes(some) == ["job.head()", "%dd_download reviews-1"]
    assert "before its first batch" in notices(nothing)[0][1]
    assert codes(nothing) == []


def test_a_failed_job_says_why_and_what_is_kept_if_anything_may_be() -> None:
    error = JobError("Job `reviews-1` failed: provider `default/nim` is gone.")

    some = view_of(ended_job("error", HALF, Failed(error)))
    nothing = view_of(ended_job("error", Failed(error)))

    assert notices(some)[0] == ("error", str(error))
    assert "finished, if any, are kept" in notices(some)[1][1] and "submit it again" in notices(some)[1][1]
    assert notices(nothing) == [("error", str(error))]
    assert codes(nothing) == []


def test_a_job_that_is_no_longer_followed_is_not_said_to_have_been_stopped() -> None:
    view = view_of(ended_job("active", Cancelled()))

    assert view.status is not None and view.status.text == "Not followed"
    assert "it goes on in NeMo Services" in notices(view)[0][1]
    assert "Cancelled" not in bundle(view)["text/plain"] and codes(view) == []


def test_a_job_that_was_deleted_is_not_said_to_have_failed() -> None:
    view = view_of(ended_job("active", Failed(NotFoundError("Job `reviews-1` is not in workspace `default`."))))

    assert view.status is not None and view.status.text == "Not followed"
    assert notices(view) == [("error", "Job `reviews-1` is not in workspace `default`.")]


# Waiting.


def test_services_that_do_not_answer_are_told_apart_from_a_provider() -> None:
    away = Waiting("NeMo Services", "Nobody answers at http://localhost:8080.", time.time() - 12, 3)
    busy = Waiting("default/nim", "requests meet a rate limit.", time.time() - 65, 17)

    (_, first), (_, second) = notices(job_in("active", away, busy))

    assert first.startswith("NeMo Services have not answered for 0:1")
    assert first.endswith("Nobody answers at http://localhost:8080. They are asked again.")
    assert second.startswith("Provider `default/nim` has kept the job waiting for 1:0")
    assert second.endswith("17 requests meet a rate limit. `job.cancel()` stops the job.")


# Its records.


def test_records_come_with_the_end_and_are_not_promised_before() -> None:
    running = bundle(job_in("active"))
    ended = view_of(ended_job("completed", Dataset(pd.DataFrame({"product": ["mug"] * 100})), done(5_000)))

    assert "appear here" not in running["text/html"]
    assert ended.records is not None
    assert (len(ended.records.rows), len(ended.records.full), ended.records.total) == (50, 50, 5_000)
    assert [profile.name for profile in ended.columns] == ["product"]


@pytest.mark.parametrize(("sampled", "shown"), [(40, "showing 10 of 40"), (SAMPLE_RECORDS, "the first 10")])
def test_the_records_of_a_cancelled_job_are_counted_only_where_the_count_is_known(sampled: int, shown: str) -> None:
    frame = pd.DataFrame({"product": ["mug"] * sampled})

    text = mimebundle_of(ended_job("cancelled", Dataset(frame), Cancelled(), num_records=40))["text/plain"]

    assert f"Records: {shown}\n" in text


def test_a_profile_that_the_services_could_not_give_is_no_trouble() -> None:
    job = ended_job("completed", Dataset(pd.DataFrame({"product": ["mug"]})), Analysis(None), done(1))  # type: ignore[arg-type]

    assert view_of(job).columns[0].unique == 1


# Everything else.


def test_long_and_hostile_names_and_lines_stay_text_of_bounded_length() -> None:
    hostile = "<img src=x onerror=alert(1)>\u202e\x1b[2J"

    drawn = bundle(job_in("active", Log("INFO", hostile, time.time()), job_name=hostile * 400, workspace="w" * 10_000))

    assert "<img" not in drawn["text/html"]
    assert not set(drawn["text/plain"]) & set("\x1b\u202e")
    assert len(drawn["text/plain"].splitlines()[0]) <= 120
    assert len(job_in("active", job_name="x" * 10_000).name) == 200


def test_heartbeats_of_a_submitted_preview_are_a_quiet_fact() -> None:
    submitted = while_running(preview_of(telling()), Heartbeat(3))
    here = while_running(preview_of(telling()), Heartbeat())

    assert [fact.text for fact in submitted.facts] == ["3 heartbeats"]
    assert here.facts == ()


def test_what_is_no_job_has_no_status_of_one() -> None:
    view = view_of(previewed(frame=pd.DataFrame({"product": ["mug"]})))

    assert (view.status, view.stop) == (None, "stop")
