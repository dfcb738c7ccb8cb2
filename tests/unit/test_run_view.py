"""What a person sees of a run says how it stands, what it made and what to do next."""

from __future__ import annotations

from pathlib import Path

import data_designer.config as dd
import pandas as pd
import pytest

from dd_jupyter.display.bundle import bundle, mimebundle_of
from dd_jupyter.display.run_view import (
    KEPT_RECORDS,
    LISTED_FAILURES,
    LOG_LINES,
    final_view,
    live_view,
    view_of,
)
from dd_jupyter.errors import RunError
from dd_jupyter.execution.events import (
    Artifacts,
    Cancelled,
    Failed,
    Log,
    Progress,
    RecordFailed,
    Records,
    Step,
)
from tests.support.builders import builder_with, with_review
from tests.unit.runs import columns_of, creation_of, notices, preview_of, previewed, telling, while_running

FRAME = pd.DataFrame({"product": ["mug", "lamp"], "review": ["Fine.", None]})
KEY = "nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks"


def reviews() -> dd.DataDesignerConfigBuilder:
    return with_review(builder_with(dd.ModelConfig(alias="chat", model="m", provider="near")))


# Records.


def test_a_run_shows_all_its_columns_before_they_are_made() -> None:
    run = preview_of(telling(), builder=reviews())

    view = while_running(run, columns_of(reviews()), Records(({"product": "mug"}, {}), 0))

    assert view.records is not None
    assert [(head.name, head.kind, head.detail) for head in view.records.columns] == [
        ("product", "sampler", ""),
        ("review", "LLM text", "chat"),
    ]
    assert [[cell.form for cell in row] for row in view.records.rows] == [["text", "pending"], ["pending", "pending"]]
    assert (view.records.total, view.records.expected, view.records.full) == (0, 10, ())


def test_before_there_is_a_record_there_is_no_table() -> None:
    assert while_running(preview_of(telling()), Step("Checking")).records is None


def test_the_final_view_has_the_first_records_some_in_full_and_a_profile() -> None:
    frame = pd.concat([FRAME] * 30, ignore_index=True)

    view = final_view(previewed(frame=frame, builder=reviews(), num_records=60))

    assert view.records is not None
    assert (len(view.records.rows), view.records.total) == (KEPT_RECORDS, 60)
    assert [record.number for record in view.records.full] == list(range(1, KEPT_RECORDS + 1))
    assert [profile.name for profile in view.columns] == ["product", "review"]
    assert view.records.rows[1][1].form == "null"


def test_a_record_says_how_wide_its_numbers_are() -> None:
    view = final_view(previewed(frame=pd.DataFrame({"product": ["mug"], "price": [1.5]})))

    assert view.records is not None
    assert [head.numeric for head in view.records.columns] == [False, True]


def test_an_empty_dataset_has_no_table() -> None:
    view = final_view(previewed(frame=pd.DataFrame()))

    assert (view.records, view.columns) == (None, ())


def test_a_run_that_failed_at_once_has_its_error_and_nothing_else() -> None:
    view = final_view(previewed(Failed(RunError("Provider `near` is gone."))))

    assert (view.state, view.records, notices(view)) == ("failed", None, [("error", "Provider `near` is gone.")])


def test_any_value_can_be_drawn_in_every_form(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "mixed": [1, "a\x00\x1b[31m\u202e", None],
            "huge": pd.Series([10**5_000, 2**70, 1], dtype=object),
            "list": [[1], 3, {"a": b"x"}],
            "half": pd.Series(["\ud800", "b", None], dtype=object),
            "nested": [[10**5_000], [1], None],
            "id": [1234567890123456700, 1234567890123456720, 1234567890123456740],
            "when": pd.Series(["2024-01-01", None, "3000-01-01"], dtype="datetime64[s, UTC]"),
            "text": ["x" * 10_000, "<script>alert(1)</script>", ""],
        }
    )

    drawn = bundle(final_view(previewed(frame=frame)))

    assert "<script" not in drawn["text/html"]
    assert not any(sign in text for sign in "\x00\x1b" for text in drawn.values())


# Progress.


def test_progress_is_a_bar_for_each_column_that_is_made() -> None:
    run = preview_of(telling(), builder=reviews())

    view = while_running(run, columns_of(reviews()), Progress("review", 3, 10, failed=1, rate=2.0))

    (bar,) = view.progress
    assert (bar.name, bar.kind, bar.done, bar.total, bar.failed) == ("review", "LLM text", 3, 10, 1)
    assert (bar.rate, bar.seconds_left) == (2.0, 3.5)


def test_a_column_or_a_run_that_is_over_has_no_rate() -> None:
    view = final_view(previewed(Progress("product", 3, 10, rate=2.0), Cancelled()))

    assert [(bar.rate, bar.seconds_left) for bar in view.progress] == [(None, None)]


# Failures and log.


def test_failures_are_listed_up_to_a_number_and_counted_beyond() -> None:
    failed = [RecordFailed(n, "review", "No.") for n in range(1, LISTED_FAILURES + 51)]

    view = final_view(previewed(*failed, frame=FRAME))

    assert (len(view.failures), view.failed_records) == (LISTED_FAILURES, LISTED_FAILURES + 50)
    assert (view.failures[0].record, view.failures[0].column, view.failures[0].reason) == (1, "review", "No.")


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("🎨 Creating Data Designer dataset", "Creating Data Designer dataset"),
        ("  |-- ⚠️ slow 👩‍🔬 column", "  |-- slow column"),
        ("☀️ done ✅", "done "),
        ("Größe 3 × 4 → 12", "Größe 3 × 4 → 12"),
        (f"key {KEY} refused", "key [key removed] refused"),
        ("asking https://me:secret@near/v1", "asking https://[key removed]@near/v1"),
    ],
)
def test_a_line_of_the_log_has_no_pictures_and_no_keys(message: str, shown: str) -> None:
    (line,) = final_view(previewed(Log("INFO", message, 0.0), frame=FRAME)).log

    assert line.text == shown


@pytest.mark.parametrize(
    ("level", "shown"),
    [("DEBUG", "debug"), ("INFO", "info"), ("WARNING", "warning"), ("ERROR", "error"), ("CRITICAL", "error")],
)
def test_the_newest_lines_are_shown_with_their_level(level: str, shown: str) -> None:
    view = final_view(previewed(*(Log(level, str(n), 0.0) for n in range(LOG_LINES + 5)), frame=FRAME))

    assert (len(view.log), view.log[0].text, view.log[0].level) == (LOG_LINES, "5", shown)


# Which view.


def test_a_run_is_drawn_as_it_stands(tmp_path: Path) -> None:
    running = preview_of(telling())

    assert (view_of(running).state, view_of(running).step) == ("running", "Starting")
    assert sorted(mimebundle_of(running)) == ["text/html", "text/plain"]
    assert "Completed" in mimebundle_of(previewed(frame=FRAME))["text/plain"]


@pytest.mark.parametrize(("name", "shown"), [("mine", "mine"), ("", "reviews")])
def test_a_create_without_a_variable_goes_by_its_dataset(name: str, shown: str, tmp_path: Path) -> None:
    view = live_view(creation_of(telling(Artifacts(tmp_path)), tmp_path, name=name))

    assert (view.title, view.name, view.where) == ("Create", shown, "run in this kernel")
