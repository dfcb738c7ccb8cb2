"""Every column has a profile, whatever its values are and however pandas holds them."""

from __future__ import annotations

import datetime
import warnings
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from dd_jupyter.display.profile import profiles
from dd_jupyter.display.view_model import ColumnProfileView

DAYS = [datetime.datetime(2024, 1, 1), None, datetime.datetime(2024, 2, 1)]


def arrow(kind: pa.DataType) -> pd.ArrowDtype:
    return pd.ArrowDtype(kind)


def profile_of(values: Any, dtype: Any = None, statistics: Any = None) -> ColumnProfileView:
    frame = pd.DataFrame({"c": values if isinstance(values, pd.Series) else pd.Series(values, dtype=dtype)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (profile,) = profiles(frame, {"c": "sampler"}, {"c": statistics} if statistics else {})
    assert (profile.name, profile.kind) == ("c", "sampler")
    assert all(0 <= bar.share <= 1 for bar in profile.distribution)
    return profile


def bars(profile: ColumnProfileView) -> list[tuple[str, int]]:
    return [(bar.label, bar.count) for bar in profile.distribution]


@pytest.mark.parametrize("dtype", ["boolean", "bool[pyarrow]", object])
def test_true_and_false_are_counted(dtype: Any) -> None:
    profile = profile_of([True, None, False, True], dtype)

    assert (profile.dtype, profile.nulls, profile.unique) == ("bool", 1, 2)
    assert bars(profile) == [("true", 2), ("false", 1)]


@pytest.mark.parametrize("dtype", ["Int64", "int64[pyarrow]", "UInt8", "uint64[pyarrow]", "Int16"])
def test_a_few_whole_numbers_have_a_bar_each(dtype: str) -> None:
    profile = profile_of([1, 2, None, 4, 4], dtype)

    assert (profile.dtype, profile.nulls, profile.unique, profile.ordered) == ("int", 1, 3, True)
    assert profile.summary == "1 to 4, mean 2.75"
    assert bars(profile) == [("1", 1), ("2", 1), ("3", 0), ("4", 2)]


@pytest.mark.parametrize("dtype", ["Int64", "int64[pyarrow]"])
def test_many_whole_numbers_have_a_histogram(dtype: str) -> None:
    profile = profile_of([*range(100), None], dtype)

    assert len(profile.distribution) == 12
    assert sum(bar.count for bar in profile.distribution) == 100


def test_the_bar_of_an_identifier_does_not_say_another_number() -> None:
    profile = profile_of([1234567890123456789] * 3)

    assert bars(profile) in ([], [("1.235e+18", 3)])


@pytest.mark.parametrize("dtype", ["float64", "float32", "Float64", "double[pyarrow]", "float[pyarrow]"])
def test_numbers_that_are_not_finite_are_left_out_of_the_histogram(dtype: str) -> None:
    profile = profile_of([1.5, np.inf, -np.inf, 2.5, None], dtype)

    assert (profile.dtype, profile.nulls, profile.summary) == ("float", 1, "1.5 to 2.5, mean 2")
    assert sum(bar.count for bar in profile.distribution) == 2
    assert profile_of([np.inf], dtype).distribution == ()


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float64", "int64[pyarrow]", "double[pyarrow]"])
def test_a_constant_is_one_bar_with_its_value(dtype: str) -> None:
    profile = profile_of([7, 7, 7], dtype)

    assert (profile.summary, bars(profile), profile.unique) == ("7", [("7", 3)], 1)


@pytest.mark.parametrize(
    "values",
    [
        [1234567890123456700 + 20 * n for n in range(20)],
        [1.0, 1.0 + 3e-16, 1.0 + 5e-16],
        [5e-324, 0.0, 1e-323],
        [1e308, -1e308, 0.0],
        [1e308] * 20 + [1.0],
    ],
    ids=["identifiers", "close together", "tiny", "far apart", "huge"],
)
def test_numbers_that_no_histogram_fits_are_told_all_the_same(values: list[Any]) -> None:
    profile = profile_of(values)

    assert profile.unique == len(set(values))
    assert " to " in profile.summary


@pytest.mark.parametrize(
    ("values", "dtype", "kind"),
    [
        ([Decimal("1.5"), None], arrow(pa.decimal128(10, 2)), "float"),
        ([Decimal("1.5"), None], object, "text"),
        ([2**70, None], object, "text"),
        ([1 + 2j, 3j], "complex128", "text"),
        ([1, 2, None], "category", "text"),
        ([1, "a", None], object, "text"),
        ([np.int64(3), "a", None], object, "text"),
        ([[1], 3, None], object, "text"),
        ([{"a": 1}, "a", None], object, "text"),
        ([b"ab", None], arrow(pa.binary()), "text"),
        ([datetime.timedelta(1), None], arrow(pa.duration("us")), "text"),
        ([datetime.time(1), None], arrow(pa.time64("us")), "text"),
        ([{1}, {2}], object, "text"),
    ],
)
def test_unusual_values_have_a_profile_too(values: list[Any], dtype: Any, kind: str) -> None:
    profile = profile_of(pd.Series(values, dtype=dtype))

    assert profile.dtype == kind
    assert profile.nulls == sum(value is None for value in values)
    assert profile.unique == len(values) - profile.nulls


TEXT_TYPES = [object, "str", "string[pyarrow]", "string[python]", "category", arrow(pa.string())]


@pytest.mark.parametrize("dtype", TEXT_TYPES, ids=str)
def test_texts_that_come_again_are_counted(dtype: Any) -> None:
    profile = profile_of(pd.Series(["S", None, *"SSSSLLM", "XL", "XS", "XXL", "XXL", "XL", "XL"], dtype=dtype))

    assert (profile.dtype, profile.nulls, profile.unique, profile.ordered) == ("text", 1, 6, False)
    assert profile.summary == "the 5 most frequent of 6"
    assert bars(profile)[:2] == [("S", 5), ("XL", 3)] and len(profile.distribution) == 5


@pytest.mark.parametrize("dtype", TEXT_TYPES, ids=str)
def test_texts_that_differ_are_told_by_their_length(dtype: Any) -> None:
    profile = profile_of(pd.Series(["x" * length for length in range(1, 20)], dtype=dtype))

    assert (profile.summary, profile.distribution, profile.unique) == ("1 to 19 characters, mean 10", (), 19)
    assert profile_of(pd.Series([f"id-{n:04}" for n in range(9)], dtype=dtype)).summary == "7 characters"


def test_a_long_or_many_lined_text_makes_a_short_label() -> None:
    profile = profile_of(["a\n" + "x" * 10_000] * 3)

    ((text, count),) = bars(profile)
    assert len(text) == 60 and "\n" not in text and count == 3


@pytest.mark.parametrize(
    "dtype",
    [f"datetime64[{unit}]" for unit in ("ns", "us", "s")]
    + ["datetime64[us, UTC]", arrow(pa.timestamp("us")), arrow(pa.timestamp("ns", "Europe/Berlin")), object],
    ids=str,
)
def test_dates_have_a_histogram_of_days(dtype: Any) -> None:
    profile = profile_of(pd.Series(DAYS * 2, dtype=dtype))

    assert (profile.dtype, profile.nulls, profile.unique, profile.ordered) == ("datetime", 2, 2, True)
    assert profile.summary == "2024-01-01 to 2024-02-01"
    assert sum(bar.count for bar in profile.distribution) == 4


def test_dates_far_away_have_a_histogram() -> None:
    profile = profile_of(pd.Series(["1500-01-01", "3000-02-01"], dtype="datetime64[s]"))

    assert profile.summary == "1500-01-01 to 3000-02-01"


def test_days_without_a_time_have_a_profile() -> None:
    days = [datetime.date(2024, 1, 1), None]

    for dtype in (object, arrow(pa.date32())):
        profile = profile_of(pd.Series(days, dtype=dtype))
        assert (profile.nulls, profile.unique, bars(profile)) == (1, 1, [("2024-01-01", 1)])


@pytest.mark.parametrize("dtype", [object, arrow(pa.list_(pa.int64()))], ids=str)
def test_lists_are_told_by_their_length(dtype: Any) -> None:
    profile = profile_of(pd.Series([[1, 2], [], None, [1, 2]], dtype=dtype))

    assert (profile.dtype, profile.nulls, profile.unique, profile.summary) == ("list", 1, 2, "0 to 2 items")
    assert profile_of(pd.Series([np.array([1]), np.array([1, 2])])).summary == "1 to 2 items"


@pytest.mark.parametrize("dtype", [object, arrow(pa.struct([("a", pa.int64()), ("b", pa.string())]))], ids=str)
def test_structures_are_told_by_their_fields(dtype: Any) -> None:
    profile = profile_of(pd.Series([{"a": 1, "b": "x"}, None, {"a": 2, "b": "x"}], dtype=dtype))

    assert (profile.dtype, profile.nulls, profile.unique, profile.summary) == ("object", 1, 2, "a, b")


ALL_TYPES = [
    "float64", "Int64", "boolean", "str", "category", "datetime64[ns]", "int64[pyarrow]", "bool[pyarrow]",
    arrow(pa.string()), arrow(pa.timestamp("us")), arrow(pa.null()), arrow(pa.list_(pa.int64())), object,
]  # fmt: skip


@pytest.mark.parametrize("dtype", ALL_TYPES, ids=str)
@pytest.mark.parametrize("records", [0, 1, 3])
def test_a_column_without_any_value_has_a_profile(dtype: Any, records: int) -> None:
    profile = profile_of(pd.Series([None] * records, dtype=dtype))

    assert (profile.nulls, profile.unique, profile.distribution) == (records, 0, ())


def test_the_librarys_counts_of_all_records_replace_those_of_the_first() -> None:
    statistics = SimpleNamespace(num_null=70, num_unique=500)

    profile = profile_of(["a", None], statistics=statistics)

    assert (profile.nulls, profile.unique) == (70, 500)


@pytest.mark.parametrize("count", [-1, None, "missing"])
def test_a_count_that_the_library_does_not_have_is_ours(count: Any) -> None:
    profile = profile_of(["a", None], statistics=SimpleNamespace(num_null=count, num_unique=count))

    assert (profile.nulls, profile.unique) == (1, 1)
