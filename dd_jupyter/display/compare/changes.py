"""How the two sides of a comparison are made otherwise, and how their numbers differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from dd_jupyter.display.compare.differences import is_missing
from dd_jupyter.display.requests.comparison import MeasureView, SettingChangeView
from dd_jupyter.display.requests.run import SettingView
from dd_jupyter.display.table.description import KINDS
from dd_jupyter.display.values import is_number

if TYPE_CHECKING:
    import numpy as np

    from dd_jupyter.display.compare.side import Side

Values = Sequence[Any]
Floats: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"


def setting_changes(before: Side, after: Side) -> tuple[SettingChangeView, ...]:
    """What differs in how the columns are made that both sides have, prompts and code first.

    () where a configuration is not known. The seed stands with the first of its columns, and what comes with a
    column stands with that.
    """
    if before.builder is None or after.builder is None:
        return ()
    from dd_jupyter.display.generator import generator_of

    found: dict[tuple[str, str | None, str | None], SettingChangeView] = {}
    seed_was_told = False
    for column in after.columns:
        if column not in before.columns or after.about.kind(column).startswith("from "):
            continue
        old, new = generator_of(before.builder, column), generator_of(after.builder, column)
        if new.kind == old.kind == KINDS["seed-dataset"]:
            if seed_was_told:
                continue
            seed_was_told = True
        kinds = [SettingView(name="Made by", text=made.kind) if made.kind else None for made in (old, new)]
        settings = [(*([kind] if kind else []), *made.settings) for kind, made in zip(kinds, (old, new), strict=True)]
        for change in _settings(column, *settings):
            key = change.name, change.before, change.after
            columns = found[key].columns if key in found else ()
            found[key] = change.model_copy(update={"columns": (*columns, column)})
    return tuple(sorted(found.values(), key=lambda change: not change.code))


def _settings(column: str, before: Sequence[SettingView], after: Sequence[SettingView]) -> Iterator[SettingChangeView]:
    old, new = {one.name: one for one in before}, {one.name: one for one in after}
    for name in [*new, *(name for name in old if name not in new)]:
        was, now = old.get(name), new.get(name)
        if was is None or now is None or was.text != now.text:
            yield SettingChangeView(
                columns=(column,),
                name=name,
                before=was.text if was else None,
                after=now.text if now else None,
                code=any(one.code for one in (was, now) if one),
            )


def measures_of(before: Values, after: Values, common: Sequence[tuple[int, int]]) -> tuple[MeasureView, ...]:
    """Means of a column before and after: of its numbers, or of each score of a judge; () where it has none.

    Args:
        before: All values of the earlier side.
        after: All values of the later one.
        common: Where the records that both have stand in the one and in the other.
    """
    if _are_numbers(before) and _are_numbers(after):
        return (_measure("", _floats(before), _floats(after), common, judged=False),)
    old, new = _scores_of(before), _scores_of(after)
    known = {name for scores in old for name in scores}
    names = [name for name in dict.fromkeys(name for scores in new for name in scores) if name in known]
    return tuple(
        _measure(
            name,
            _floats([scores.get(name) for scores in old]),
            _floats([scores.get(name) for scores in new]),
            common,
            judged=True,
        )
        for name in names
    )


def _measure(
    name: str, before: Floats, after: Floats, common: Sequence[tuple[int, int]], *, judged: bool
) -> MeasureView:
    import numpy as np

    places = np.array(common, dtype=int).reshape(-1, 2)
    old, new = before[places[:, 0]], after[places[:, 1]]
    return MeasureView(
        name=name,
        before=_mean(before),
        after=_mean(after),
        up=int((new > old).sum()),
        down=int((new < old).sum()),
        judged=judged,
    )


def _mean(numbers: Floats) -> str:
    import numpy as np

    finite = numbers[np.isfinite(numbers)]
    return f"{finite.mean():.4g}" if len(finite) else "–"


def _floats(values: Values) -> Floats:
    """Numbers as floats, missing ones as what is no number; those beyond all floats count as infinite."""
    import numpy as np

    if {*map(type, values)} == {float}:
        return np.array(values)
    return np.array([math.nan if is_missing(value) else _float(value) for value in values], dtype=float)


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except TypeError:  # a complex number
        return math.nan


def _are_numbers(values: Values) -> bool:
    """Whether all values that are there are numbers, and one is."""
    kinds = {type(value): value for value in values}
    there = [value for kind, value in kinds.items() if kind is float or not is_missing(value)]
    return bool(there) and all(map(is_number, there))


def _scores_of(values: Values) -> list[dict[str, float]]:
    """The scores of each answer of a judge; [] where an answer is none."""
    found = []
    for value in values:
        scores = {} if is_missing(value) else _scores(value)
        if scores is None:
            return []
        found.append(scores)
    return found


def _scores(value: Any) -> dict[str, float] | None:
    """The scores of a judge's answer that are numbers; None for what is no such answer."""
    if not isinstance(value, dict):
        return None
    found = {}
    for name, answer in value.items():
        score = answer.get("score") if isinstance(answer, dict) else None
        try:
            if score is not None and not isinstance(score, bool):
                found[str(name)] = float(score)
        except (TypeError, ValueError):  # a word, "good" for one
            continue
    return found or None
