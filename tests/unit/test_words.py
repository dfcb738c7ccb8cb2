"""Numbers, times and texts read the same wherever a run is shown."""

from __future__ import annotations

import pytest

from dd_jupyter.display import words
from dd_jupyter.display.folding import fold
from dd_jupyter.display.view_model import ColumnProgressView


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0:00"), (7.9, "0:07"), (60, "1:00"), (153, "2:33"), (3723, "1:02:03"), (-1, "0:00"), (float("nan"), "0:00")],
)
def test_elapsed_time_reads_like_a_stopwatch(seconds: float, written: str) -> None:
    assert words.elapsed(seconds) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0 s left"), (0.2, "1 s left"), (1.7, "2 s left"), (59.5, "1:00 left"), (153, "2:33 left"), (None, "")],
)
def test_time_left_is_never_promised_too_short(seconds: float | None, written: str) -> None:
    assert words.left(seconds) == written


@pytest.mark.parametrize(
    ("per_second", "written"),
    [(1.23, "1.2/s"), (1204.4, "1,204/s"), (0.05, "3.0/min"), (0, ""), (None, ""), (float("inf"), "")],
)
def test_a_slow_rate_is_told_per_minute_and_an_unknown_one_not_at_all(per_second: float | None, written: str) -> None:
    assert words.rate(per_second) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1_234, "1.2 kB"),
        (99_960, "100 kB"),
        (999_700, "1.0 MB"),
        (96_000_000, "96.0 MB"),
        (1_440_000_000, "1.4 GB"),
        (5_000_000_000_000, "5,000 GB"),
    ],
)
def test_sizes_are_in_the_unit_that_reads_best(number: int, written: str) -> None:
    assert words.size(number) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(12.9, "12 s"), (119, "1 min"), (7_500, "2 h 5 min"), (3 * 86_400, "3 days"), (float("nan"), "0 s")],
)
def test_how_long_something_lasts_is_told_in_two_units_at_most(seconds: float, written: str) -> None:
    assert words.lasting(seconds) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [("short", "short"), ("exactly10!", "exactly10!"), ("eleven char", "eleven ch…"), ("a\n b", "a b")],
)
def test_a_text_that_is_too_long_is_cut_on_its_line(text: str, written: str) -> None:
    assert words.cut(text, 10) == written


@pytest.mark.parametrize(
    ("number", "written"),
    [(0, "0"), (5_310, "5,310"), (12_345, "12 k"), (410_000, "410 k"), (500_000, "0.5 M"), (2_600_000, "2.6 M")],
)
def test_tokens_are_exact_while_few_and_round_when_many(number: int, written: str) -> None:
    assert words.tokens(number) == written


def test_counts_have_thousands_separators_and_their_noun_agrees() -> None:
    assert words.count(5_310) == "5,310"
    assert words.counted(1, "column") == "1 column"
    assert words.counted(5_310, "column") == "5,310 columns"
    assert words.out_of(3_100, 5_000) == "3,100/5,000"


@pytest.mark.parametrize(
    ("rows", "total", "expected", "written"),
    [
        (10, 10, 10, "10"),
        (4, 4, 10, "4 of 10"),
        (10, 4, 10, "4 of 10"),
        (10, 1_000, 1_000, "showing 10 of 1,000"),
        (10, 400, 1_000, "400 of 1,000, showing 10"),
    ],
)
def test_it_is_said_how_many_of_the_records_are_shown(rows: int, total: int, expected: int, written: str) -> None:
    assert words.shown(rows, total, expected) == written


def test_control_characters_go_and_tabs_and_newlines_stay() -> None:
    assert words.printable("a\x00b\x1b[31mc\r\n\td\x7f\x85\ud800e") == "ab[31mc\n\tde"


def test_a_value_on_one_line_cannot_turn_the_writing_direction_of_the_rest() -> None:
    assert words.one_line("a \u202eb\n\n\u2067c\u200f  d") == "a b c d"


def test_many_columns_made_without_a_model_share_one_line() -> None:
    progress = [*[made("sampler")] * 6, *[made("expression")] * 3, made("LLM text")]

    alone, folded = fold(progress)

    assert [column.kind for column in alone] == ["LLM text"]
    assert folded is not None
    assert folded.name == "9 sampler and expression columns"
    assert folded.how_far == "10/10"


def test_a_column_that_failed_or_is_under_way_keeps_its_own_line() -> None:
    failed, under_way = made("sampler", failed=1), made("sampler", done=3)

    alone, _ = fold([*[made("sampler")] * 8, failed, under_way])

    assert list(alone) == [failed, under_way]


def test_few_columns_are_never_folded() -> None:
    progress = [made("sampler")] * 8

    assert fold(progress) == (progress, None)


def made(kind: str, done: int = 10, failed: int = 0) -> ColumnProgressView:
    return ColumnProgressView(name="column", kind=kind, done=done, total=10, failed=failed)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "a few seconds"),
        (7.9, "a few seconds"),
        (8, "about 10 s"),
        (44, "about 40 s"),
        (89, "about 90 s"),
        (95, "about 2 min"),
        (540, "about 9 min"),
        (9_000, "about 2.5 h"),
    ],
)
def test_an_estimate_of_time_is_as_rough_as_it_is_sure(seconds, text):
    assert words.about(seconds) == text
