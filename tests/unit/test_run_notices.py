"""A run says what matters now, what it took and what to do next."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dd_jupyter.display.run_view import (
    final_view,
)
from dd_jupyter.errors import RunError
from dd_jupyter.execution.events import (
    Cancelled,
    Dataset,
    Event,
    Failed,
    ProcessorOutput,
    RecordFailed,
    Usage,
    Waiting,
)
from dd_jupyter.execution.run import Run
from tests.unit.runs import (
    created,
    creation_of,
    dataset_folder,
    done,
    notices,
    preview_of,
    previewed,
    telling,
    while_running,
)

FRAME = pd.DataFrame({"product": ["mug", "lamp"], "review": ["Fine.", None]})


def test_a_provider_that_keeps_us_waiting_is_named_with_how_to_stop() -> None:
    waiting = Waiting("near", "HTTP 429: Slow down.", time.time() - 65, 3)

    (waits,) = notices(while_running(preview_of(telling()), waiting))
    (waits_behind,) = notices(while_running(preview_of(telling(), background=True), waiting))

    assert waits == (
        "warning",
        "Provider `near` has kept the run waiting for 1:05: 3 times HTTP 429: Slow down. "
        "It is asked again; interrupt the kernel (■) to stop.",
    )
    assert "`sample.cancel()` stops the run." in waits_behind[1]


def test_a_provider_that_does_not_answer_has_no_count() -> None:
    waiting = Waiting("near", "no answer yet.", time.time() - 5, 0)

    ((_, text),) = notices(while_running(preview_of(telling()), waiting))

    assert "for 0:05: no answer yet." in text


def test_a_run_that_was_stopped_while_it_waited_says_so_in_the_past() -> None:
    waiting = Waiting("near", "HTTP 429.", time.time() - 65, 1)

    first, second = notices(final_view(previewed(waiting, Cancelled())))

    assert first == ("warning", "Provider `near` had kept the run waiting for 1:05: 1 time HTTP 429.")
    assert second == ("info", "Stopped before a record had all its columns.")


def test_a_stopped_preview_says_what_it_kept() -> None:
    view = final_view(previewed(Dataset(FRAME), Cancelled()))

    assert notices(view) == [("info", "Stopped. The 2 records that had all their columns are kept.")]
    assert view.records is not None and len(view.records.rows) == 2


@pytest.mark.parametrize("ending", [Cancelled(), Failed(RunError("Disk full."))])
def test_a_create_that_was_cut_short_says_what_is_on_disk(ending: Event, tmp_path: Path) -> None:
    view = final_view(created(dataset_folder(tmp_path / "reviews", FRAME), ending))

    assert notices(view)[-1] == (
        "info",
        "Stopped with 2 records on disk. The same cell with `--resume` goes on from there.",
    )


def test_a_create_that_was_stopped_before_its_folder_says_so(tmp_path: Path) -> None:
    run = creation_of(telling(Cancelled()), tmp_path)
    run.follow(lambda _: None)

    ((_, text),) = notices(final_view(run))

    assert text.startswith("Stopped before anything was made")


def test_a_dataset_that_got_another_name_says_that_the_old_one_is_untouched(tmp_path: Path) -> None:
    folder = dataset_folder(tmp_path / "reviews_11-21-2026_120000", FRAME)

    moved = notices(final_view(created(folder, done(2))))
    stayed = notices(final_view(created(dataset_folder(tmp_path / "reviews", FRAME), done(2))))

    assert moved == [
        ("info", "A dataset `reviews` was there already and is untouched; this one is `reviews_11-21-2026_120000`.")
    ]
    assert stayed == []


# Facts, forecast, ways on.


def test_the_foot_tells_tokens_failures_and_what_processors_made() -> None:
    run = previewed(
        Usage("chat", "m", "near", 4_000, 1_310, 12, 1),
        RecordFailed(3, "review", "No."),
        ProcessorOutput("clean", [{}]),
        frame=FRAME,
    )

    facts = [(fact.text, fact.hint) for fact in final_view(run).facts]

    assert facts == [
        ("5,310 tokens", "chat: 4,000 in, 1,310 out, 12 requests"),
        ("1 record failed", ""),
        ("clean: 1 record", "Made by a processor"),
    ]


def test_a_folder_below_the_current_one_is_told_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    near = created(dataset_folder(tmp_path / "data" / "reviews", FRAME), done(2))
    monkeypatch.chdir("/")
    far = final_view(near).facts

    monkeypatch.chdir(tmp_path)

    assert [fact.text for fact in final_view(near).facts] == ["data/reviews"]
    assert str(tmp_path).removeprefix("/") in far[0].text


@pytest.mark.parametrize(("num_records", "forecast_for"), [(10, 1_000), (100, 1_000), (500, 5_000)])
def test_a_preview_forecasts_a_larger_run(num_records: int, forecast_for: int) -> None:
    usage = Usage("chat", "m", "near", 500, 500, 2, 0)

    run = previewed(usage, Dataset(FRAME), done(2, chat=4.0), num_records=num_records)

    assert final_view(run).forecast.startswith(f"{forecast_for:,} records: about ")
    assert final_view(run).forecast.endswith(" tokens")


def test_there_is_no_forecast_of_a_create_or_of_what_was_cut_short(tmp_path: Path) -> None:
    assert final_view(created(dataset_folder(tmp_path / "reviews", FRAME), done(2))).forecast == ""
    assert final_view(previewed(Dataset(FRAME), Cancelled())).forecast == ""


def test_the_way_on_is_code_to_type() -> None:
    failed = RecordFailed(1, "review", "No.")

    def ways_on(run: Run[Any]) -> list[str]:
        return [way.code for way in final_view(run).way_on]

    assert ways_on(previewed(frame=FRAME)) == ["sample.dataset"]
    assert ways_on(previewed(failed, frame=FRAME)) == ["sample.dataset", "sample.failures"]
    assert ways_on(previewed(frame=FRAME, name="")) == ways_on(previewed(Cancelled())) == []


def test_what_could_not_be_stopped_is_told() -> None:
    view = final_view(previewed(Cancelled(still_busy="A thread is still at work.")))

    assert ("warning", "A thread is still at work.") in notices(view)
