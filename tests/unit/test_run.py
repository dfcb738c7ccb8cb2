"""A run tells how it stands, waits, stops and keeps what it got to, whatever happens to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dd_jupyter.errors import NotReadyError, RunError
from dd_jupyter.execution.events import (
    Analysis,
    Artifacts,
    Cancelled,
    Dataset,
    Event,
    Failed,
    Log,
    ProcessorOutput,
    Progress,
    RecordFailed,
    Records,
    Resumed,
    Step,
    Usage,
    Waiting,
)
from dd_jupyter.execution.run import LOG_LINES
from tests.unit.runs import created, creation_of, dataset_folder, done, followed, preview_of, previewed, telling

FRAME = pd.DataFrame({"product": ["mug", "lamp"]})


def test_a_run_that_ends_as_asked_is_completed_and_holds_everything() -> None:
    analysis: Any = object()
    usage = Usage("chat", "m", "near", 100, 50, 2, 0)

    run = previewed(
        Progress("product", 2, 2),
        Records(({"product": "mug"},), 1),
        usage,
        ProcessorOutput("clean", [{"a": 1}]),
        Analysis(analysis),
        frame=FRAME,
    )

    assert (run.state, run.step, run.error, run.complete) == ("completed", "", None, 2)
    assert run.dataset is FRAME and run.analysis is analysis
    assert run.progress == {"product": Progress("product", 2, 2)}
    assert run.tokens == 150
    assert run.processor_outputs == {"clean": [{"a": 1}]}
    assert run.wait(0) is run


def test_while_it_runs_it_tells_its_step_and_its_sample() -> None:
    seen: list[tuple[str, str, int]] = []
    run = preview_of(telling(Step("Checking"), Records(({"product": "mug"},), 1), done()))

    run.follow(lambda run: seen.append((run.state, run.step, len(run.sample))))

    assert seen == [
        ("running", "Checking", 0),
        ("running", "Checking", 1),
        ("completed", "", 1),
        ("completed", "", 1),
    ]


@pytest.mark.parametrize(
    ("ending", "state"), [(done(), "completed"), (Cancelled(), "cancelled"), (Failed(RunError("No.")), "failed")]
)
def test_nothing_that_follows_the_end_counts(ending: Event, state: str) -> None:
    run = previewed(ending, Step("late"), Failed(RunError("late")))

    assert (run.state, run.step) == (state, "")


def test_time_stops_with_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    run = preview_of(telling(done()))
    now[0] += 3
    assert run.seconds == 3

    run.follow(lambda _: None)
    now[0] += 50

    assert run.seconds == 3


def test_the_newest_lines_of_the_log_are_kept() -> None:
    run = previewed(*(Log("INFO", str(n), 0.0) for n in range(LOG_LINES + 5)), done())

    assert (run.log[0].message, run.log[-1].message) == ("5", str(LOG_LINES + 4))


def test_a_provider_waits_until_it_answers_or_the_run_is_over() -> None:
    waiting = Waiting("near", "429", 0.0, 1)

    assert previewed(waiting, Cancelled()).waiting == {"near": waiting}
    assert previewed(waiting, Resumed("near"), Resumed("other"), Cancelled()).waiting == {}
    assert previewed(waiting, frame=FRAME).waiting == {}


# Failures.


def test_the_error_is_kept_and_raised_to_who_waits() -> None:
    error = RunError("The provider is gone.")

    run = previewed(Dataset(FRAME), Failed(error))

    assert (run.state, run.error) == ("failed", error)
    assert run.dataset is FRAME
    with pytest.raises(RunError, match=r"The provider is gone\."):
        run.wait()


def test_failures_are_a_frame_with_a_row_a_record() -> None:
    run = previewed(RecordFailed(4, "review", "HTTP 500"), RecordFailed(1, "label", "No."), frame=FRAME)

    assert run.failures.to_dict(orient="list") == {
        "record": [4, 1],
        "column": ["review", "label"],
        "reason": ["HTTP 500", "No."],
    }


def test_without_failures_the_frame_has_its_columns_all_the_same() -> None:
    failures = previewed(frame=FRAME).failures

    assert list(failures.columns) == ["record", "column", "reason"]
    assert failures.empty


def test_a_failed_record_counts_as_made_for_the_forecast() -> None:
    run = previewed(RecordFailed(1, "x", "No."), RecordFailed(2, "x", "No."), Dataset(FRAME), done(2, chat=4.0))

    expected = run.forecast(100)

    assert expected is not None and expected.seconds == 100.0


def test_there_is_no_forecast_from_a_run_that_was_cut_short() -> None:
    assert previewed(Dataset(FRAME), Cancelled()).forecast(100) is None


# What is not there yet.


def test_what_comes_at_the_end_is_asked_for_too_early(tmp_path: Path) -> None:
    preview, creation = preview_of(telling()), creation_of(telling(), tmp_path)

    for ask, what in ((lambda: preview.dataset, "dataset"), (lambda: preview.analysis, "analysis"),
                      (lambda: creation.path, "folder"), (lambda: creation.analysis, "analysis")):  # fmt: skip
        with pytest.raises(NotReadyError, match=f"The {what} comes when the run has ended. Wait for it with"):
            ask()
    with pytest.raises(NotReadyError, match=r"still being made.*`\.head\(\)`"):
        _ = creation.dataset


@pytest.mark.parametrize(
    ("ending", "why"),
    [(Cancelled(), "because the run was cancelled."), (Failed(RunError("No key.")), "was failed: No key.")],
)
def test_what_never_came_is_told_with_the_reason(ending: Event, why: str, tmp_path: Path) -> None:
    preview, creation = previewed(ending), followed(creation_of(telling(ending), tmp_path))

    with pytest.raises(NotReadyError) as no_dataset:
        _ = preview.dataset
    with pytest.raises(NotReadyError) as no_folder:
        _ = creation.dataset

    assert str(no_dataset.value).startswith("There is no dataset") and why in str(no_dataset.value)
    assert str(no_folder.value).startswith("There is no folder") and why in str(no_folder.value)


def test_statistics_are_empty_before_there_is_an_analysis() -> None:
    assert preview_of(telling()).statistics == {}


# What a create leaves on disk.


def test_a_creation_opens_its_dataset_from_disk_once(tmp_path: Path) -> None:
    creation = created(dataset_folder(tmp_path / "reviews", FRAME, FRAME), done(4))

    assert creation.count_records() == 4
    assert list(creation.head(3)["product"]) == ["mug", "lamp", "mug"]
    assert len(creation.dataset) == 4 and creation.dataset is creation.dataset
    assert [file.name for file in creation.files] == ["batch_00000.parquet", "batch_00001.parquet"]


def test_a_creation_that_was_cut_short_counts_what_is_on_disk(tmp_path: Path) -> None:
    folder = dataset_folder(tmp_path / "reviews", FRAME)

    creation = created(folder, Records((), 9), Cancelled())

    assert (creation.complete, len(creation.dataset)) == (2, 2)


def test_the_output_of_a_processor_is_opened_by_its_name(tmp_path: Path) -> None:
    folder = dataset_folder(tmp_path / "reviews", FRAME)
    (folder / "processors-files" / "clean").mkdir(parents=True)
    FRAME.to_parquet(folder / "processors-files" / "clean" / "batch_00000.parquet")
    creation = created(folder, done(2))

    assert len(creation.load_processor_dataset("clean")) == 2
    with pytest.raises(NotReadyError, match=r"`dirty` left no records.*clean"):
        creation.load_processor_dataset("dirty")


@pytest.mark.parametrize("name", ["", "sample"])
def test_a_run_is_told_in_a_line(name: str, tmp_path: Path) -> None:
    creation = creation_of(telling(Artifacts(tmp_path), done(3)), tmp_path)

    assert repr(previewed(frame=FRAME, name=name)) == f"<Preview {name} completed, 2 records>".replace("  ", " ")
    assert repr(followed(creation)) == f"<Creation reviews completed, 3 records in {tmp_path}>"
