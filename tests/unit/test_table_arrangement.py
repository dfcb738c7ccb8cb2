"""A table is sorted and filtered as a person would do it by hand, only faster."""

from __future__ import annotations

import datetime
import math
import threading
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dd_jupyter.display.answers.awaiting import ForgottenError
from dd_jupyter.display.requests.table import Filter, Sort
from dd_jupyter.display.table import order
from dd_jupyter.display.table.arrangement import Arrangement
from dd_jupyter.display.table.frames import Frame, frame_of
from dd_jupyter.errors import ConfigError

TEXTS = st.text(alphabet="aAbBzZ é\n\0-", max_size=4)
INTEGERS = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=True, width=64)
DATES = st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1))
COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "integer": INTEGERS,
    "float": FLOATS,
    "truth": st.booleans(),
    "date": DATES,
    "structure": st.dictionaries(st.sampled_from("ab"), st.integers(0, 3), max_size=2),
}


def numbers(data: Any, sort: Any = (), *filters: Filter) -> list[int]:
    return [int(number) for number in Arrangement(frame_of(data)).numbers(sort, filters)]


def passing(values: Any, test: Any, value: str = "", dtype: Any = None) -> list[Any]:
    """Which of the values pass a filter, by their places."""
    frame = pd.DataFrame({"c": pd.Series(values, dtype=dtype)})
    return numbers(frame, (), Filter(column="c", test=test, value=value))


def is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def by_hand(values: list[Any], places: list[int], descending: bool) -> list[int]:
    """What Python's own stable sort makes of it; missing values come last."""
    there = [place for place in places if not is_missing(values[place])]
    missing = [place for place in places if is_missing(values[place])]
    return sorted(there, key=lambda place: values[place], reverse=descending) + missing


def data_of(kind: str, values: list[Any]) -> list[Any]:
    """The same values as every kind of data holds them."""
    held: list[Any] = [pd.DataFrame({"c": pd.Series(values, dtype=object)})]
    if kind != "structure":
        held += [pa.table({"c": pa.array(values, from_pandas=False)})]
        held += [pd.DataFrame({"c": pd.Series(values, dtype=pd.ArrowDtype(held[-1]["c"].type))})] if values else []
    return held


@pytest.mark.parametrize("kind", [name for name in COLUMNS if name != "structure"])
@pytest.mark.parametrize("descending", [False, True])
def test_any_column_is_sorted_as_python_would(kind: str, descending: bool) -> None:
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.none() | COLUMNS[kind], max_size=12))
    def check(values: list[Any]) -> None:
        # Python's `sorted` keeps the order of equal values when it is reversed, too.
        expected = by_hand(values, list(range(len(values))), descending)
        for data in data_of(kind, values):
            assert numbers(data, (Sort(column="c", descending=descending),)) == expected

    check()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.none() | TEXTS, st.none() | st.integers(0, 3)), max_size=12), st.booleans(), st.booleans())
def test_what_is_equal_in_the_first_column_is_sorted_by_the_second(
    rows: list[tuple[Any, Any]], first: bool, second: bool
) -> None:
    texts, integers = [row[0] for row in rows], [row[1] for row in rows]
    table = pa.table({"text": pa.array(texts, pa.string()), "integer": pa.array(integers, pa.int64())})

    found = numbers(table, (Sort(column="text", descending=first), Sort(column="integer", descending=second)))

    expected = by_hand(texts, by_hand(integers, list(range(len(rows))), second), first)
    assert found == expected


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("few", [0, 10_000])
def test_many_texts_are_sorted_in_parts_and_in_the_same_order(
    monkeypatch: pytest.MonkeyPatch, descending: bool, few: int
) -> None:
    monkeypatch.setattr(order, "_FEW", few)
    monkeypatch.setattr(order, "_SAMPLE", 8)

    @settings(max_examples=80, deadline=None)
    @given(st.lists(st.none() | st.text(alphabet="ab\0ÿ", max_size=20), max_size=40))
    def check(values: list[Any]) -> None:
        found = order.of(order.beginnings(pa.array(values, pa.large_string())), descending, lambda: None, 2)
        assert found.tolist() == by_hand(values, list(range(len(values))), descending)

    check()


def test_a_hundred_thousand_texts_are_sorted_as_python_would() -> None:
    drawn = np.random.default_rng(7).integers(0, 50_000, 100_000).tolist()
    texts = [f"Review {number:x} of a kettle" if number % 7 else None for number in drawn]

    assert numbers(pa.table({"c": texts}), (Sort(column="c"),)) == by_hand(texts, list(range(len(texts))), False)


def test_long_texts_are_sorted_by_their_beginning() -> None:
    texts = ["a" * 63 + end + "x" * 1_000 for end in "cab"] + ["a" * 64 + "z" * 1_000, "a" * 64 + "b" * 1_000]

    assert numbers(pa.table({"c": texts}), (Sort(column="c"),)) == [1, 3, 4, 2, 0]


def test_structures_are_sorted_by_their_json_and_mixed_values_by_their_text() -> None:
    frame = pd.DataFrame({"dict": [{"a": 2}, None, {"a": 1}], "list": [[2], [1, 2], None], "mixed": ["b", 3, {"a": 1}]})

    assert numbers(frame, (Sort(column="dict"),)) == [2, 0, 1]
    assert numbers(frame, (Sort(column="list"),)) == [1, 0, 2]
    assert numbers(frame, (Sort(column="mixed"),)) == [1, 0, 2]


def test_whole_numbers_beyond_64_bits_are_sorted_among_the_others() -> None:
    frame = pd.DataFrame({"c": [2**70, 1, -(2**90), 10**400, None]}, dtype=object)

    assert numbers(frame, (Sort(column="c"),)) == [2, 1, 0, 3, 4]


# Filters.


@settings(max_examples=100, deadline=None)
@given(st.lists(st.none() | TEXTS, max_size=8), TEXTS)
def test_texts_are_filtered_without_regard_to_case(values: list[Any], typed: str) -> None:
    def where(passes: Any) -> list[int]:
        return [place for place, value in enumerate(values) if value is not None and passes(value.lower())]

    low = typed.lower()
    assert passing(values, "contains", typed, object) == where(lambda value: low in value)
    assert passing(values, "equals", typed, object) == where(lambda value: value == low)
    assert passing(values, "at least", typed, "string") == where(lambda value: value >= low)
    assert passing(values, "at most", typed, "string") == where(lambda value: value <= low)
    assert passing(values, "filled", typed, object) == where(bool)
    same = set(passing(values, "equals", typed, object))
    assert passing(values, "differs", typed, object) == [place for place in range(len(values)) if place not in same]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.none() | INTEGERS, max_size=8), INTEGERS | st.sampled_from([10**30, -(10**30)]))
@example([2**53, 2**53 + 1], 2**53 + 1)  # which no float can tell apart
def test_whole_numbers_are_filtered_exactly(values: list[Any], typed: int) -> None:
    def where(passes: Any) -> list[int]:
        return [place for place, value in enumerate(values) if value is not None and passes(value)]

    assert passing(values, "equals", str(typed), "Int64") == where(lambda value: value == typed)
    assert passing(values, "at least", str(typed), "Int64") == where(lambda value: value >= typed)
    assert passing(values, "at most", str(typed), "Int64") == where(lambda value: value <= typed)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.none() | st.floats(), max_size=8), st.floats(allow_nan=False))
def test_numbers_are_filtered(values: list[Any], typed: float) -> None:
    def where(passes: Any) -> list[int]:
        return [place for place, value in enumerate(values) if not is_missing(value) and passes(value)]

    assert passing(values, "at least", repr(typed), "float64") == where(lambda value: value >= typed)
    assert passing(values, "at most", repr(typed), "float64") == where(lambda value: value <= typed)
    assert set(where(lambda value: value == typed)) <= set(passing(values, "equals", repr(typed), "float64"))


@pytest.mark.parametrize(
    ("values", "typed", "found"),
    [
        ([1 / 3, 0.3334, 0.0], "0.333333", [0]),
        ([1_234_567.3, 1_234_600.0], "1.23457e+06", [0]),
        ([0.1], "0.1", [0]),
        ([4.0, 4.0001], "4", [0]),
        ([1e6, 2.0], "1,000,000", [0]),
        ([0.0, 1e-300], "0", [0]),
    ],
)
def test_a_number_is_found_by_what_the_table_shows_of_it(values: Any, typed: str, found: Any) -> None:
    assert passing(values, "equals", typed) == found
    assert passing(pd.Series(values, dtype="float32" if values == [0.1] else float), "equals", typed) == found


def test_a_fraction_is_no_whole_number() -> None:
    assert passing([2, 3], "equals", "2.5") == []
    assert passing([2, 3], "at least", "2.5") == [1]
    assert passing([2, 3], "at most", "2.5") == [0]
    assert passing([2, 3], "differs", "2.5") == [0, 1]


@pytest.mark.parametrize(
    ("test", "typed", "found"),
    [
        ("equals", "2024", [1, 2, 3]),
        ("equals", "2024-05", [2, 3]),
        ("equals", "2024-05-31", [3]),
        ("equals", "2024-05-31 12:30", [3]),
        ("equals", "2024-05-31T12:30:05", [3]),
        ("equals", "2024-05-31 12:31", []),
        ("at least", "2024-05", [2, 3, 4]),
        ("at most", "2024-05", [0, 1, 2, 3]),
        ("at most", "9999", [0, 1, 2, 3, 4]),
        ("differs", "2024", [0, 4, 5]),
        ("contains", "05-3", [3]),
        ("empty", "", [5]),
    ],
)
@pytest.mark.parametrize(
    "dtype", ["datetime64[ns]", "datetime64[us, Europe/Berlin]", pd.ArrowDtype(pa.timestamp("s")), object], ids=str
)
def test_a_date_stands_for_all_that_it_names(dtype: Any, test: str, typed: str, found: list[int]) -> None:
    days = ["2023-12-31 23:59:59", "2024-01-01", "2024-05-01", "2024-05-31 12:30:05", "2025-01-01", None]
    series = pd.Series(pd.to_datetime(pd.Series(days), format="ISO8601"))
    zone = getattr(dtype, "tz", None) or ("Europe/Berlin" if "Berlin" in str(dtype) else None)
    held = series.dt.tz_localize(zone).astype(dtype) if zone else series.astype(dtype)

    assert passing(held, test, typed) == found


def test_days_and_zoned_times_as_objects_are_dates_too() -> None:
    early, late = datetime.UTC, datetime.timezone(datetime.timedelta(hours=9))
    times = [datetime.datetime(2024, 1, 2, tzinfo=late), datetime.datetime(2024, 1, 1, tzinfo=early), None]

    assert passing([datetime.date(2024, 1, 2), None, datetime.date(2023, 1, 1)], "at least", "2024", object) == [0]
    assert numbers(pd.DataFrame({"c": pd.Series(times, dtype=object)}), (Sort(column="c"),)) == [1, 0, 2]


def test_true_and_false_are_found_by_their_names() -> None:
    for dtype in (object, "boolean", "bool[pyarrow]"):
        assert passing([True, None, False], "equals", "Yes", dtype) == [0]
        assert passing([True, None, False], "equals", "false", dtype) == [2]
        assert passing([True, None, False], "differs", "false", dtype) == [0, 1]
        assert passing([True, None, False], "contains", "ru", dtype) == [0]


def test_empty_is_what_is_missing_and_a_text_of_no_letters() -> None:
    assert passing(["a", "", None, " "], "empty") == [1, 2]
    assert passing([1.0, math.nan], "empty") == passing([{"a": 1}, None], "empty") == [1]
    assert passing([1.0, math.nan], "filled") == [0]


def test_any_column_is_searched_whatever_it_holds() -> None:
    frame = pd.DataFrame(
        {
            "text": ["Kettle", "lamp", "tent", "x"],
            "number": [1.5, 20.0, 3.0, 4.0],
            "truth": [True, False, False, False],
            "date": pd.to_datetime(["2024-01-01", "2021-03-04", "2020-01-01", "2020-01-01"]),
            "structure": [{"a": "Ünder"}, None, ["kettle"], 5],
        }
    )

    def search(typed: str) -> list[int]:
        return numbers(frame, (), Filter(column=None, test="contains", value=typed))

    assert search("KETTLE") == [0, 2]
    assert search("20") == [0, 1, 2, 3]
    assert search("03-04") == [1]
    assert search("1.5") == search("true") == search("ünd") == [0]
    assert search("nothing") == []
    assert search("") == [0, 1, 2, 3]


def test_all_filters_hold_and_the_rest_is_sorted() -> None:
    table = pa.table({"name": ["a", "b", "ab", "B"], "stars": [1, 5, 3, 4]})
    filters = (Filter(column="name", test="contains", value="b"), Filter(column="stars", test="at least", value="4"))

    assert numbers(table, (Sort(column="stars"),), *filters) == [3, 1]


@pytest.mark.parametrize(
    ("column", "test", "typed", "sentence"),
    [
        ("stars", "at least", "many", "`many` is no number, and `stars` holds numbers."),
        ("stars", "equals", "nan", "`nan` is no number"),
        ("day", "at most", "yesterday", "`yesterday` is no date, and `day` holds dates."),
        ("day", "equals", "2024-13", "`2024-13` is no date"),
        ("good", "at least", "true", "`good` holds true and false"),
        ("good", "equals", "perhaps", "`good` holds true and false"),
        ("bad", "contains", "x", "There is no column `bad`."),
    ],
)
def test_a_filter_that_does_not_fit_is_refused_in_a_sentence(column: str, test: Any, typed: str, sentence: str) -> None:
    table = pa.table({"stars": [1], "day": [datetime.datetime(2024, 1, 1)], "good": [True]})

    with pytest.raises(ConfigError, match=sentence.replace(".", r"\.")):
        numbers(table, (), Filter(column=column, test=test, value=typed))


def test_what_changed_is_known_of_comparisons_alone() -> None:
    with pytest.raises(ConfigError, match="Only a comparison"):
        passing(["a"], "changed")


def test_a_sort_by_a_column_that_is_gone_is_refused() -> None:
    with pytest.raises(ConfigError, match="There is no column `b`"):
        numbers(pa.table({"a": [1]}), (Sort(column="b"),))


# What it remembers, and what it gives up.


class Counted:
    """A frame that counts how often its columns are read."""

    def __init__(self, frame: Frame) -> None:
        self.names, self.kind, self._frame, self.reads = frame.names, frame.kind, frame, 0

    def __len__(self) -> int:
        return len(self._frame)

    def pieces(self, name: str) -> Any:
        self.reads += 1
        return self._frame.pieces(name)


def test_what_was_found_is_remembered() -> None:
    counted = Counted(frame_of(pd.DataFrame({"c": list("bac")})))
    arrangement = Arrangement(counted)

    first = arrangement.numbers((Sort(column="c"),), (Filter(column="c", test="differs", value="a"),))
    reads = counted.reads
    again = arrangement.numbers((Sort(column="c"),), (Filter(column="c", test="differs", value="a"),))
    other = arrangement.numbers((Sort(column="c"),), (Filter(column="c", test="equals", value="a"),))

    assert list(first) == list(again) == [0, 2] and list(other) == [1]
    assert counted.reads == reads == 1, "a converted column is kept"


def test_a_search_that_nobody_waits_for_ends_between_two_pieces() -> None:
    forgotten, steps = threading.Event(), []

    def check() -> None:
        steps.append(1)
        if len(steps) > 3:
            forgotten.set()
        if forgotten.is_set():
            raise ForgottenError

    chunks = pa.chunked_array([pa.array(["a"])] * 100)
    arrangement = Arrangement(frame_of(pa.table({"c": chunks})))

    with pytest.raises(ForgottenError):
        arrangement.numbers((), (Filter(column="c", test="contains", value="a"),), check)
    assert len(steps) <= 110
    assert len(arrangement.numbers((), (Filter(column="c", test="contains", value="a"),))) == 100


def test_an_untouched_table_has_its_own_order_and_takes_no_memory_for_it() -> None:
    assert Arrangement(frame_of(pa.table({"c": range(1000)}))).numbers() == range(1000)
