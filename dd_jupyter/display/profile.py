"""What the values of each column are like: counts and a distribution."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import values
from dd_jupyter.display.view_model import BarView, ColumnProfileView

if TYPE_CHECKING:
    import pandas as pd

PROFILED_RECORDS = 1_000
"""Distributions are drawn from the first records only: more would hardly change the picture. What is
counted comes from the library's profile, which has seen all of them."""

_BINS = 12
_WHOLE_NUMBERS = 20
"""Up to this many whole numbers in a row have a bar each: years, stars, counts."""

_EXACT = 2**53
"""Floats hold the whole numbers below exactly, and not all of those above."""

_MOST_FREQUENT = 5
_DISTINCT_SHARE = 0.5
"""From this share of different values on, the most frequent ones say nothing: names, texts, identifiers."""


def profiles(
    frame: pd.DataFrame, kinds: Mapping[str, str], statistics: Mapping[str, Any]
) -> tuple[ColumnProfileView, ...]:
    """A profile of each column of `frame`, which holds `PROFILED_RECORDS` at most.

    Args:
        frame: The records.
        kinds: What makes each column, in words, by its name.
        statistics: The library's statistics of each column it has profiled, by its name.
    """
    return tuple(
        _counted(_profile(frame[name], str(name), kinds.get(str(name), "")), statistics.get(str(name)))
        for name in frame.columns
    )


def _counted(profile: ColumnProfileView, statistics: Any) -> ColumnProfileView:
    """The profile with the counts of all records in place of those of the first ones."""
    counts = {
        ours: count
        for ours, theirs in (("nulls", "num_null"), ("unique", "num_unique"))
        if isinstance(count := getattr(statistics, theirs, None), int) and count >= 0
    }
    return profile.model_copy(update=counts)


def _profile(series: pd.Series[Any], name: str, kind: str) -> ColumnProfileView:
    import pandas as pd

    present = series.dropna()
    nulls = len(series) - len(present)
    if pd.api.types.infer_dtype(present) in {"boolean", "datetime"}:
        present = present.infer_objects()  # a missing value had made objects of them
    if pd.api.types.is_bool_dtype(present):
        return _categories(present.astype(str).str.lower(), name, kind, "bool", nulls)
    if pd.api.types.is_numeric_dtype(present) and not pd.api.types.is_complex_dtype(present):
        return _numbers(present, name, kind, nulls)
    if present.dtype.kind == "M":
        return _dates(present, name, kind, nulls)
    if len(present) and present.map(_is_structure).all():
        return _structures(present, name, kind, nulls)
    texts = pd.Series([_written(value) for value in present], dtype=object)
    return _categories(texts, name, kind, "text", nulls)


def _numbers(present: pd.Series[Any], name: str, kind: str, nulls: int) -> ColumnProfileView:
    import numpy as np
    import pandas as pd

    dtype, unique = _integer(present), present.nunique()  # counted before whole numbers are rounded
    numbers = pd.to_numeric(present).astype(float)
    finite = numbers[np.isfinite(numbers)]
    if finite.empty:
        return ColumnProfileView(name=name, kind=kind, dtype=dtype, nulls=nulls, unique=unique)
    low, high = finite.min(), finite.max()
    with np.errstate(over="ignore"):
        summary = f"{low:.6g}" if low == high else f"{low:.6g} to {high:.6g}, mean {finite.mean():.4g}"
    exact = max(-low, high) < _EXACT
    if dtype == "int" and exact and high - low < _WHOLE_NUMBERS:
        each = finite.value_counts()
        whole = range(int(low), int(high) + 1)
        labels, counts = [str(number) for number in whole], [int(each.get(number, 0)) for number in whole]
    else:
        counts, edges = _histogram(finite)
        labels = [_range(f"{start:.4g}", f"{end:.4g}") for start, end in itertools.pairwise(edges)]
    return ColumnProfileView(
        name=name, kind=kind, dtype=dtype, nulls=nulls, unique=unique, summary=summary,
        distribution=_bars(labels, counts), ordered=True,
    )  # fmt: skip


def _dates(present: pd.Series[Any], name: str, kind: str, nulls: int) -> ColumnProfileView:
    import numpy as np

    if present.empty:
        return ColumnProfileView(name=name, kind=kind, dtype="datetime", nulls=nulls, unique=0)
    zone = getattr(getattr(present.dtype, "pyarrow_dtype", present.dtype), "tz", None)
    local = present.dt.tz_localize(None) if zone is not None else present
    stamps = local.astype("datetime64[s]")  # nanoseconds would end in the year 2262
    counts, edges = _histogram(stamps.astype("int64"))
    days = [str(day) for day in np.array(edges).astype("datetime64[s]").astype("datetime64[D]")]
    labels = [_range(start, end) for start, end in itertools.pairwise(days)]
    return ColumnProfileView(
        name=name, kind=kind, dtype="datetime", nulls=nulls, unique=present.nunique(),
        summary=f"{stamps.min():%Y-%m-%d} to {stamps.max():%Y-%m-%d}",
        distribution=_bars(labels, counts), ordered=True,
    )  # fmt: skip


def _categories(present: pd.Series[Any], name: str, kind: str, dtype: str, nulls: int) -> ColumnProfileView:
    frequent = present.value_counts()
    unique = len(frequent)
    if len(present) > _MOST_FREQUENT and unique > max(_MOST_FREQUENT, _DISTINCT_SHARE * len(present)):
        lengths = present.str.len()
        low, high = int(lengths.min()), int(lengths.max())
        summary = f"{low} characters" if low == high else f"{low} to {high:,} characters, mean {lengths.mean():.0f}"
        return ColumnProfileView(name=name, kind=kind, dtype=dtype, nulls=nulls, unique=unique, summary=summary)
    shown = frequent.head(_MOST_FREQUENT)
    labels = [values.label(value) for value in shown.index]
    more = unique - len(labels)
    return ColumnProfileView(
        name=name, kind=kind, dtype=dtype, nulls=nulls, unique=unique,
        summary=f"the {len(labels)} most frequent of {unique:,}" if more > 0 else "",
        distribution=_bars(labels, shown.tolist()),
    )  # fmt: skip


def _structures(present: pd.Series[Any], name: str, kind: str, nulls: int) -> ColumnProfileView:
    try:
        unique: int | None = present.map(repr).nunique()
    except ValueError:  # a number in it that Python refuses to write
        unique = None
    first = present.iloc[0]
    if isinstance(first, dict):
        return ColumnProfileView(
            name=name, kind=kind, dtype="object", nulls=nulls, unique=unique, summary=", ".join(map(str, first))[:200]
        )
    lengths = present.map(len)
    summary = f"{lengths.min()} to {lengths.max()} items"
    return ColumnProfileView(name=name, kind=kind, dtype="list", nulls=nulls, unique=unique, summary=summary)


def _written(value: Any) -> str:
    # Not all that pandas can hold can it make text of: numbers of thousands of digits, halves of characters.
    return str(value) if isinstance(value, str) else values.label(value)


def _is_structure(value: Any) -> bool:
    return isinstance(value, dict | list | tuple) or getattr(value, "ndim", 0) > 0


def _histogram(numbers: pd.Series[Any]) -> tuple[list[int], list[float]]:
    """Counts and their edges; none for numbers too close together, or too far apart, to have bins between."""
    import numpy as np

    low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        return [len(numbers)], [low, high]
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            counts, edges = np.histogram(numbers, bins=min(_BINS, numbers.nunique()))
    except ValueError:
        return [], []
    return (counts.tolist(), edges.tolist()) if np.isfinite(edges).all() else ([], [])


def _range(start: str, end: str) -> str:
    return start if start == end else f"{start} to {end}"


def _integer(series: pd.Series[Any]) -> str:
    import pandas as pd

    return "int" if pd.api.types.is_integer_dtype(series) else "float"


def _bars(labels: Sequence[str], counts: Sequence[int]) -> tuple[BarView, ...]:
    largest = max(counts, default=0) or 1
    return tuple(
        BarView(label=label, count=int(count), share=round(count / largest, 3))
        for label, count in zip(labels, counts, strict=True)
    )
