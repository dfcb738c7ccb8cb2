"""A run is readable in a terminal, whatever its values are."""

from __future__ import annotations

import pytest

from dd_jupyter.display.lines import LINE, width
from dd_jupyter.display.text import to_text
from dd_jupyter.display.view_model import (
    CellView,
    ColumnHeadView,
    ColumnProgressView,
    FactView,
    FailureView,
    NoticeView,
    RecordsView,
    RunView,
    WayOnView,
)


def test_the_first_line_says_what_runs_where_for_how_long_and_how_it_stands() -> None:
    first, *_ = lines(run(name="reviews", step="Checking model", elapsed_seconds=7))

    assert first == "Preview reviews · run in this kernel · 0:07 · ● Running · Checking model"


def test_a_step_is_not_told_once_the_run_ended() -> None:
    assert "Checking" not in to_text(run(state="completed", step="Checking model"))


def test_an_error_before_anything_ran_stands_whole_below_the_heading() -> None:
    sentence = "Provider `p` is in neither your local settings nor the workspace. " + "Check its name. " * 10

    text = to_text(run(state="failed", notices=(NoticeView(level="error", text=sentence),)))

    assert "✕ Failed" in text
    assert sentence.strip() in " ".join(text.split("\n"))
    assert widest(text) <= LINE


def test_progress_shows_how_far_how_fast_and_what_failed() -> None:
    column = ColumnProgressView(name="review", kind="LLM text", done=8, total=10, failed=1, rate=1.2, seconds_left=1.7)

    text = to_text(run(progress=(column,)))

    assert "review  LLM text  [##############xx----]  8/10  1.2/s  2 s left  1 failed" in text


def test_numbers_align_to_the_right_and_words_to_the_left() -> None:
    view = run(records=table([("stars", ["4", "12"]), ("product", ["Kettle", "Lamp"])], numeric={"stars"}))

    assert lines(view)[-4:] == [
        "#  stars  product",
        "-  -----  -------",
        "1      4  Kettle",
        "2     12  Lamp",
    ]


def test_wide_characters_keep_the_columns_aligned() -> None:
    view = run(records=table([("name", ["日本語", "abc", "e\u0301t\u00e9"]), ("end", ["x", "x", "x"])]))

    ends = {width(line.rstrip("x")) for line in lines(view)[-3:]}

    assert len(ends) == 1


def test_a_table_too_wide_leaves_columns_out_and_says_which() -> None:
    view = run(records=table([(f"column_{number}", ["a long value " * 9] * 3) for number in range(40)]))

    text = to_text(view)

    assert "32 more columns: column_8, column_9" in text
    assert widest(text) <= LINE


def test_only_the_first_ten_records_are_written() -> None:
    view = run(records=table([("n", [f"value {number}" for number in range(30)])], total=1_000, expected=1_000))

    text = to_text(view)

    assert "Records: showing 10 of 1,000" in text
    assert "value 9" in text
    assert "value 10" not in text


def test_a_missing_value_is_a_dash_and_a_score_has_its_scale() -> None:
    columns = (ColumnHeadView(name="tone", kind="sampler"), ColumnHeadView(name="quality", kind="LLM judge"))
    row = (CellView(text="", form="null"), CellView(text="4", form="judge", note="of 5"))

    view = run(records=RecordsView(columns=columns, rows=(row,), total=1, expected=1))

    assert lines(view)[-1] == "1  -     4 of 5"


def test_a_run_without_records_says_so() -> None:
    nothing = RecordsView(columns=(), rows=(), total=0, expected=10)

    assert "Records: 0 of 10" in to_text(run(state="completed", records=nothing))


def test_five_failed_records_are_told_and_the_rest_counted() -> None:
    failures = tuple(FailureView(record=number, column="review", reason="cut off") for number in range(1, 9))

    text = to_text(run(state="completed", failures=failures, failed_records=1_200))

    assert "Failed records: 1,200" in text
    assert text.count("review: cut off") == 5
    assert "and 1,195 more" in text


def test_facts_the_forecast_and_the_way_on_close_the_text() -> None:
    view = run(
        state="completed",
        facts=(FactView(text="5,310 tokens"), FactView(text="1 record failed")),
        forecast="1,000 records: about 9 min",
        way_on=(WayOnView(text="Make the dataset:", code="%dd_create reviews -n 1000"),),
    )

    assert lines(view)[-3:] == [
        "5,310 tokens · 1 record failed",
        "1,000 records: about 9 min",
        "Make the dataset: %dd_create reviews -n 1000",
    ]


@pytest.mark.parametrize("hostile", ["\x1b[2Jgone", "two\nlines", "\rover", "\u202edesrever", "\x00"])
def test_a_value_can_neither_steer_the_terminal_nor_break_the_table(hostile: str) -> None:
    view = run(name=hostile, notices=(NoticeView(level="info", text=hostile),), records=table([(hostile, [hostile])]))

    text = to_text(view)

    assert not set(text) & set("\x00\x1b\r\u202e")
    assert len(text.split("\n")) == 7


def test_the_same_view_gives_the_same_text() -> None:
    view = run(records=table([("a", ["1"]), ("b", ["2"])]))

    assert to_text(view) == to_text(view.model_copy(deep=True))


def run(**parts: object) -> RunView:
    whole = {"title": "Preview", "name": "", "where": "run in this kernel", "state": "running", **parts}
    return RunView.model_validate(whole)


def table(
    columns: list[tuple[str, list[str]]],
    numeric: set[str] | None = None,
    total: int | None = None,
    expected: int | None = None,
) -> RecordsView:
    heads = tuple(ColumnHeadView(name=name, kind="sampler", numeric=name in (numeric or ())) for name, _ in columns)
    lines_of_text = zip(*(texts for _, texts in columns), strict=True)
    rows = tuple(tuple(CellView(text=text) for text in line) for line in lines_of_text)
    return RecordsView(columns=heads, rows=rows, total=total or len(rows), expected=expected or len(rows))


def lines(view: RunView) -> list[str]:
    return to_text(view).split("\n")


def widest(text: str) -> int:
    return max(width(line) for line in text.split("\n"))
