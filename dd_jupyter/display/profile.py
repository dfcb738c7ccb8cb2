"""What the values of each column are like: counts and a distribution."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import values, words
from dd_jupyter.display.bounds import NAME_CHARACTERS
from dd_jupyter.display.table.frames import unique_names
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
    frame: pd.DataFrame,
    kinds: Mapping[str, str],
    statistics: Mapping[str, Any],
    types: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ColumnProfileView, ...]:
    """A profile of each column of `frame`, which holds `PROFILED_RECORDS` at most.

    Args:
        frame: The records.
        kinds: What makes each column, in words, by its name.
        statistics: The library's statistics of each column it has profiled, by its name.
        types: The library's type of each column, by its name; judges are told by their scores.
    """
    return tuple(
        _counted(
            _profile(
                frame[name],
                shown,
                words.clipped(kinds.get(str(name), ""), NAME_CHARACTERS),
                judges=types.get(str(name)) == "llm-judge",
            ),
            statistics.get(str(name)),
        )
        for name, shown in zip(frame.columns, unique_names(map(str, frame.columns)), strict=True)
    )


def _counted(profile: ColumnProfileView, statistics: Any) -> ColumnProfileView:
    """The profile with what is known of all records in place of what the first ones tell."""
    counts: dict[str, Any] = {
        ours: count
        for ours, theirs in (("nulls", "num_null"), ("unique", "num_unique"))
        if isinstance(count := getattr(statistics, theirs, None), int) and count >= 0
    }
    return profile.model_copy(update={**counts, "tokens": _tokens(statistics)})


def _tokens(statistics: Any) -> str:
    """Tokens a record, of what a model wrote: "in 210 ± 12, out 54 ± 9"; "" where nobody counted."""
    return ", ".join(
        told
        for word, side in (("in", "input"), ("out", "output"))
        if (
            told := _spread(
                word,
                getattr(statistics, f"{side}_tokens_mean", None),
                getattr(statistics, f"{side}_tokens_stddev", None),
            )
        )
    )


def _spread(word: str, mean: Any, deviation: Any) -> str:
    if not _is_count(mean):
        return ""
    return f"{word} {mean:,.0f} ± {deviation:,.0f}" if _is_count(deviation) else f"{word} {mean:,.0f}"


def _is_count(value: Any) -> bool:
    # Where the library could not count, it has a word or a negative number.
    return isinstance(value, int | float) and math.isfinite(value) and value >= 0


def _profile(series: pd.Series[Any], name: str, kind: str, *, judges: bool = False) -> ColumnProfileView:
    import pandas as pd

    present = series.dropna()
    nulls = len(series) - len(present)
    if judges and (scores := [found for value in present if (found := values.scores_of(value))]):
        return _scores(scores, name, kind, nulls)
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


def _scores(scores: Sequence[Mapping[str, str]], name: str, kind: str, nulls: int) -> ColumnProfileView:
    """What a judge gave: a bar a score, and where it judges several things, the means of all of them."""
    things = list(dict.fromkeys(thing for answer in scores for thing in answer))
    of_each = {thing: [answer[thing] for answer in scores if thing in answer] for thing in things}
    means = {thing: _mean(given) for thing, given in of_each.items()}
    first = things[0]
    if len(things) == 1:
        summary = f"mean {means[first]:.4g}" if means[first] is not None else ""
    else:
        told = (f"{thing} {mean:.4g}" if mean is not None else thing for thing, mean in means.items())
        summary = f"{first} is drawn; means: {', '.join(told)}"[:200]
    ordered = means[first] is not None
    each = Counter(f"{float(score):g}" if ordered else score for score in of_each[first])
    given = sorted(each, key=float) if ordered else [score for score, _ in each.most_common(_MOST_FREQUENT)]
    if ordered and all(score.isdecimal() for score in given) and int(given[-1]) - int(given[0]) < _WHOLE_NUMBERS:
        given = [str(score) for score in range(int(given[0]), int(given[-1]) + 1)]
    given = given[:_WHOLE_NUMBERS]
    unique = len({tuple(sorted(answer.items())) for answer in scores})
    return ColumnProfileView(
        name=name, kind=kind, dtype="score" if len(things) == 1 else "scores", nulls=nulls,
        unique=unique, summary=summary,
        distribution=_bars([values.label(score) for score in given], [each[score] for score in given]), ordered=ordered,
    )  # fmt: skip


def _mean(scores: Sequence[str]) -> float | None:
    """The mean of scores; None where they are no numbers."""
    try:
        mean = math.fsum(map(float, scores)) / len(scores)
    except (ValueError, OverflowError):
        return None
    return mean if math.isfinite(mean) else None


def _structures(present: pd.Series[Any], name: str, kind: str, nulls: int) -> ColumnProfileView:
    unique = present.map(values.written).nunique()
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
