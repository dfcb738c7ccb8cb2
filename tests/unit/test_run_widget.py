"""The view of a run in the browser: what it is told as the run goes on, and what it can be asked."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dd_jupyter.display.requests.request import Request
from dd_jupyter.display.widgets.run_widget import RunWidget
from dd_jupyter.execution.events import (
    Dataset,
    Heartbeat,
    Log,
    Progress,
    RecordFailed,
    Records,
    Resolved,
)
from dd_jupyter.execution.run import Run
from dd_jupyter.resources.report import Finding, ResolutionReport, Row
from tests.support.waiting import wait_until
from tests.unit.jobs_at_hand import ended_job, job_of
from tests.unit.runs import created, done, preview_of, previewed, telling

SECRET = "nvapi-not-for-the-notebook"
FRAME = pd.DataFrame({"product": ["mug", "lamp", "pen"], "stars": [3, 1, 2]})


class View:
    """A widget with what it sends, and a way to ask it."""

    def __init__(self, run: Run[Any], monkeypatch: pytest.MonkeyPatch) -> None:
        self.run = run  # kept by whoever shows it, as by a variable
        self.widget = RunWidget(run)
        self.sent: list[dict[str, Any]] = []
        monkeypatch.setattr(self.widget, "send", self.sent.append)

    @property
    def live(self) -> dict[str, Any]:
        return self.widget.live  # type: ignore[no-any-return]

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [message for message in self.sent if message.get("tell") == kind]

    def asked(self, **ask: Any) -> Any:
        """What is answered, or the sentence of the refusal."""
        name = f"r{len(self.sent)}"
        self.widget._handle_custom_msg({"request": name, "ask": ask}, [])
        wait_until(lambda: any(message.get("request") == name for message in self.sent))
        answer = next(message for message in self.sent if message.get("request") == name)
        return answer.get("reply", answer.get("error"))


@pytest.fixture
def view_of(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda run: View(run, monkeypatch)


def going_on(*events: Any, **options: Any) -> tuple[Run[Any], Generator[None]]:
    """A run, and its events one at a time."""
    run = preview_of(telling(), **options)

    def steps() -> Generator[None]:
        for event in events:
            run._apply(event)
            yield

    return run, steps()


# While it goes on.


def test_it_says_how_far_the_run_is_before_there_is_a_record(view_of: Any) -> None:
    run, steps = going_on(Progress("product", 1, 10))
    view = view_of(run)

    next(steps)
    view.widget.update()

    assert (view.live["state"], view.live["expected"], view.live["table"]) == ("running", 10, None)
    assert [(bar["name"], bar["done"], bar["total"]) for bar in view.live["progress"]] == [("product", 1, 10)]


def test_records_are_told_as_they_are_made_and_each_state_of_them_once(view_of: Any) -> None:
    run, steps = going_on(Records(({"product": "mug"},), 0), Heartbeat(), Records(({"product": "mug", "stars": 3},), 1))
    view = view_of(run)

    for _ in steps:
        view.widget.update()

    assert [message["rows"][0][0]["text"] for message in view.told("rows")] == ["mug", "mug"]
    assert view.live["table"]["told"] and view.live["table"]["rows"] == 1
    assert view.told("rows")[0]["version"] < view.told("rows")[1]["version"]


def test_a_browser_that_comes_later_is_told_the_records_that_it_missed(view_of: Any) -> None:
    run, steps = going_on(Records(({"product": "mug"},), 0))
    view = view_of(run)
    next(steps)
    view.widget.update()

    view.asked(op="hello")

    assert len(view.told("rows")) == 2


def test_records_in_the_making_cannot_be_asked_for(view_of: Any) -> None:
    run, steps = going_on(Records(({"product": "mug"},), 0))
    next(steps)

    assert "when the run has ended" in view_of(run).asked(op="rows", start=0, end=10)


def test_new_lines_of_the_log_are_told_once_and_older_ones_are_asked_for(view_of: Any) -> None:
    lines = [Log("INFO", f"line {number}", 0.0) for number in range(3)]
    run, steps = going_on(*lines)
    next(steps)
    view = view_of(run)

    for _ in steps:
        view.widget.update()
    view.widget.update()

    assert [message["lines"][0]["text"] for message in view.told("log")] == ["line 1", "line 2"]
    answer = view.asked(op="log", after=0)
    assert [line["text"] for line in answer["lines"]] == ["line 0", "line 1", "line 2"]
    assert (answer["first"], answer["next"], view.live["log_lines"]) == (0, 3, 3)


def test_of_a_long_log_the_newest_lines_are_answered_with_their_numbers(view_of: Any) -> None:
    run = previewed(*(Log("INFO", f"line {number}", 0.0) for number in range(5_000)), frame=FRAME)

    answer = view_of(run).asked(op="log", after=0)

    assert answer["next"] == 5_000
    assert answer["lines"][-1]["text"] == "line 4999"
    assert answer["first"] + len(answer["lines"]) == 5_000
    assert answer["lines"][0]["text"] == f"line {answer['first']}"


def test_stop_stops_the_run(view_of: Any) -> None:
    run, _ = going_on()

    assert view_of(run).asked(op="stop") == {"text": ""}
    assert run._cancel.requested


def test_a_run_that_nobody_else_watches_is_followed_to_its_end(view_of: Any) -> None:
    run, steps = going_on(Dataset(FRAME), done(3))
    view = view_of(run)
    view.widget.follow()

    list(steps)

    wait_until(lambda: view.live["state"] == "completed")
    assert view.live["table"]["rows"] == 3


# When it has ended.


def test_the_records_can_be_browsed_sorted_and_filtered(view_of: Any) -> None:
    view = view_of(previewed(frame=FRAME))

    page = view.asked(op="rows", start=0, end=2, sort=[{"column": "stars"}])
    found = view.asked(op="rows", start=0, end=9, filters=[{"column": "product", "test": "contains", "value": "P"}])

    assert [cells[0]["text"] for cells in page["rows"]] == ["lamp", "pen"]
    assert (page["total"], page["numbers"]) == (3, [1, 2])
    assert [cells[0]["text"] for cells in found["rows"]] == ["lamp", "pen"]


def test_a_record_is_read_in_full(view_of: Any) -> None:
    fields = view_of(previewed(frame=FRAME)).asked(op="record", number=1)["fields"]

    assert [(field["column"], field["text"]) for field in fields] == [("product", "lamp"), ("stars", "1")]


def test_records_of_a_dataset_are_read_from_its_files_in_the_order_of_the_configuration(
    view_of: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "reviews"
    (folder / "parquet-files").mkdir(parents=True)
    for number in range(2):
        FRAME[["stars", "product"]].to_parquet(folder / "parquet-files" / f"batch_{number:05}.parquet")
    view = view_of(created(folder, done(6)))

    page = view.asked(op="rows", start=4, end=6)

    assert view.live["table"]["rows"] == 6
    assert view.live["table"]["columns"][0]["name"] == "product"
    assert [cells[0]["text"] for cells in page["rows"]] == ["lamp", "pen"]


def test_a_run_without_a_record_has_no_table(view_of: Any) -> None:
    view = view_of(previewed(done(0)))

    assert view.live["table"] is None
    assert view.asked(op="profile")


def test_failed_records_are_listed_with_their_reasons(view_of: Any) -> None:
    run = previewed(RecordFailed(4, "review", "The answer was cut off."), frame=FRAME)

    answer = view_of(run).asked(op="failures")

    assert answer == {
        "total": 1,
        "failures": [{"record": 4, "column": "review", "reason": "The answer was cut off."}],
    }


def test_what_it_depends_on_can_be_looked_at_and_its_tab_says_if_something_is_wrong(view_of: Any) -> None:
    missing = Row(kind="provider", name="near", run=Finding(status="missing", sentence="Not there."))
    view = view_of(previewed(Resolved(ResolutionReport(rows=(missing,), locations=("run",))), frame=FRAME))

    assert (view.live["resources"], view.live["stopping"]) == (1, 1)
    assert view.asked(op="resources")["report"]["resources"][0]["name"] == "near"


def test_how_a_column_is_made_can_be_asked(view_of: Any) -> None:
    view = view_of(previewed(frame=FRAME))
    name = view.run.workload.builder.get_column_configs()[0].name

    assert view.asked(op="generator", column=name)["kind"]


def test_records_are_loaded_into_a_variable_and_never_over_another(
    view_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace: dict[str, Any] = {"mine": 1}
    monkeypatch.setattr("dd_jupyter.display.answers.run_answers._namespace", lambda: namespace)
    view = view_of(previewed(frame=FRAME))

    assert view.asked(op="load", variable="records")["text"] == "`records` holds 3 records."
    assert "holds something already" in view.asked(op="load", variable="mine")
    assert "no name for a variable" in view.asked(op="load", variable="not a name")
    assert "no name for a variable" in view.asked(op="load", variable="class")
    assert namespace["records"] is view.run.dataset and namespace["mine"] == 1


# A job.


def test_a_job_says_how_it_came_to_where_it_is(view_of: Any) -> None:
    job = job_of(status="created")
    view = view_of(job)
    from dd_jupyter.execution.events import JobStatus

    job._apply(JobStatus("pending"))
    job._apply(JobStatus("active"))
    view.widget.update()

    steps = view.live["job"]["steps"]
    assert [step["text"].split()[0] for step in steps] == ["Waiting", "Starting", "At"]
    assert view.live["job"]["has_records"] and view.live["stop"] == "cancel"
    assert view.live["job"]["address"] == "reviews-1"


def test_a_sample_of_a_job_at_work_can_be_fetched_and_browsed_and_fetched_again(
    view_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(status="active")
    view = view_of(job)
    monkeypatch.setattr(job, "head", lambda count: FRAME.head(2))
    before = view.asked(op="rows", start=0, end=9)

    said = view.asked(op="sample")["text"]
    first = view.live["table"]
    view.asked(op="sample")

    assert "when the run has ended" in before
    assert said == "The first 2 records that are finished."
    assert view.asked(op="rows", start=0, end=9)["total"] == 2
    assert view.live["table"]["version"] > first["version"] and not first["told"]


def test_an_ended_job_shows_the_records_that_came_with_its_end(view_of: Any) -> None:
    view = view_of(ended_job("completed", Dataset(FRAME), done(3)))

    assert view.live["table"]["rows"] == 3
    assert view.asked(op="rows", start=0, end=1)["rows"][0][0]["text"] == "mug"


def test_a_download_tells_where_it_went(view_of: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from dd_jupyter.execution.transfer import Transferred

    job = ended_job("completed", Dataset(FRAME), done(3))
    view = view_of(job)
    shown: list[str] = []

    def download(folder: str | None, *, progress: Any) -> Path:
        progress(Transferred(0, 1, 1_000, 2_000_000))
        shown.append(view.live["job"]["transfer"])
        return Path(folder or "artifacts/reviews-1")

    monkeypatch.setattr(job, "download", download)

    assert view.asked(op="download", folder="data")["text"] == "Downloaded to `data`."
    assert "of 2" in shown[0] and view.live["job"]["transfer"] == ""


# What a notebook keeps.


def test_no_record_no_line_and_no_reason_is_in_what_a_notebook_would_keep(view_of: Any) -> None:
    view = view_of(
        previewed(
            Log("INFO", SECRET, 0.0),
            RecordFailed(4, "review", SECRET),
            Records(({"product": SECRET},), 1),
            frame=pd.DataFrame({"product": [SECRET]}),
        )
    )
    view.widget.update()

    assert SECRET not in json.dumps(view.widget.get_state(), default=repr)


def test_everything_that_a_run_can_be_asked_is_in_the_closed_set(view_of: Any) -> None:
    from dd_jupyter.display.requests.closed_set import REQUESTS

    answered = set(view_of(previewed(frame=FRAME)).widget._answers)

    assert answered <= set(REQUESTS) and all(issubclass(kind, Request) for kind in answered)
