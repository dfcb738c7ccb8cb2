"""How the two sides of a comparison are made otherwise, and how their numbers differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from dd_jupyter.display.compare.differences import is_missing
from dd_jupyter.display.requests import MeasureView, SettingChangeView, SettingView
from dd_jupyter.display.table.description import KINDS
from dd_jupyter.display.values import is_number

if TYPE_CHECKING:
    from dd_jupyter.display.compare.side import Side

Values = Sequence[Any]


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


def measures_of(
    before: Values, after: Values, pairs: Callable[[], Iterator[tuple[Any, Any]]]
) -> tuple[MeasureView, ...]:
    """Means of a column before and after: of its numbers, or of each score of a judge; () where it has none.

    Args:
        before: All values of the earlier side.
        after: All values of the later one.
        pairs: Gives the values of the records that both have.
    """
    if _are_numbers(before) and _are_numbers(after):
        return (_measure("", before, after, list(pairs()), judged=False),)
    old, new = _scores_of(before), _scores_of(after)
    if not (old and new):
        return ()
    both = [(_scores(one) or {}, _scores(other) or {}) for one, other in pairs()]
    known = {name for scores in old for name in scores}
    names = [name for name in dict.fromkeys(name for scores in new for name in scores) if name in known]
    return tuple(
        _measure(
            name,
            [scores.get(name) for scores in old],
            [scores.get(name) for scores in new],
            [(one.get(name), other.get(name)) for one, other in both],
            judged=True,
        )
        for name in names
    )


def _measure(
    name: str, before: Values, after: Values, pairs: Sequence[tuple[Any, Any]], *, judged: bool
) -> MeasureView:
    known = [(old, new) for old, new in pairs if not is_missing(old) and not is_missing(new)]
    return MeasureView(
        name=name,
        before=_mean(before),
        after=_mean(after),
        up=sum(bool(new > old) for old, new in known),
        down=sum(bool(new < old) for old, new in known),
        judged=judged,
    )


def _mean(values: Values) -> str:
    numbers = [float(value) for value in values if not is_missing(value)]
    finite = [number for number in numbers if math.isfinite(number)]
    return f"{math.fsum(finite) / len(finite):.4g}" if finite else "–"


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
    return found if any(found) else []


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
