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
    if pd.api.types.is_bool_dtype(series):
        return _categories(present.astype(str).str.lower(), name, kind, "bool", nulls)
    if pd.api.types.is_numeric_dtype(series):
        return _numbers(pd.to_numeric(present).astype(float), name, kind, _integer(series), nulls)
    if pd.api.types.is_datetime64_any_dtype(series):
        return _dates(present, name, kind, nulls)
    first = present.iloc[0] if len(present) else None
    if isinstance(first, dict | list | tuple) or hasattr(first, "tolist"):
        return _structures(present, name, kind, nulls)
    return _categories(present.astype(str), name, kind, "text", nulls)


def _numbers(present: pd.Series[Any], name: str, kind: str, dtype: str, nulls: int) -> ColumnProfileView:
    import numpy as np

    finite = present[np.isfinite(present)]
    if finite.empty:
        return ColumnProfileView(name=name, kind=kind, dtype=dtype, nulls=nulls, unique=present.nunique())
    low, high = finite.min(), finite.max()
    summary = f"{low:.6g}" if low == high else f"{low:.6g} to {high:.6g}, mean {finite.mean():.4g}"
    counts, edges = np.histogram(finite, bins=min(_BINS, max(1, finite.nunique())))
    labels = [f"{start:.4g} to {end:.4g}" for start, end in itertools.pairwise(edges)]
    return ColumnProfileView(
        name=name, kind=kind, dtype=dtype, nulls=nulls, unique=present.nunique(), summary=summary,
        distribution=_bars(labels, counts.tolist()), ordered=True,
    )  # fmt: skip


def _dates(present: pd.Series[Any], name: str, kind: str, nulls: int) -> ColumnProfileView:
    import numpy as np

    if present.empty:
        return ColumnProfileView(name=name, kind=kind, dtype="datetime", nulls=nulls, unique=0)
    stamps = present.astype("datetime64[ns]")
    seconds = stamps.astype("int64") / 1e9
    counts, edges = np.histogram(seconds, bins=min(_BINS, max(1, seconds.nunique())))
    days = [str(day) for day in np.array(edges, dtype="datetime64[s]").astype("datetime64[D]")]
    labels = [f"{start} to {end}" for start, end in itertools.pairwise(days)]
    return ColumnProfileView(
        name=name, kind=kind, dtype="datetime", nulls=nulls, unique=present.nunique(),
        summary=f"{stamps.min():%Y-%m-%d} to {stamps.max():%Y-%m-%d}",
        distribution=_bars(labels, counts.tolist()), ordered=True,
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
    summary = ", ".join(f"{text} {count:,}" for text, count in zip(labels[:3], shown, strict=False))
    return ColumnProfileView(
        name=name, kind=kind, dtype=dtype, nulls=nulls, unique=unique,
        summary=summary + (", …" if unique > len(labels[:3]) else ""),
        distribution=_bars(labels, shown.tolist()),
    )  # fmt: skip


def _structures(present: pd.Series[Any], name: str, kind: str, nulls: int) -> ColumnProfileView:
    unique = present.map(repr).nunique()
    first = present.iloc[0]
    if isinstance(first, dict):
        return ColumnProfileView(
            name=name, kind=kind, dtype="object", nulls=nulls, unique=unique, summary=", ".join(map(str, first))[:200]
        )
    lengths = present.map(len)
    summary = f"{lengths.min()} to {lengths.max()} items"
    return ColumnProfileView(name=name, kind=kind, dtype="list", nulls=nulls, unique=unique, summary=summary)


def _integer(series: pd.Series[Any]) -> str:
    import pandas as pd

    return "int" if pd.api.types.is_integer_dtype(series) else "float"


def _bars(labels: Sequence[str], counts: Sequence[int]) -> tuple[BarView, ...]:
    largest = max(counts, default=0) or 1
    return tuple(
        BarView(label=label, count=int(count), share=round(count / largest, 3))
        for label, count in zip(labels, counts, strict=True)
    )
