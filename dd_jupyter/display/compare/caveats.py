"""What to mind when two datasets are compared record by record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dd_jupyter.display.compare.side import INPUTS
from dd_jupyter.display.view_parts import NoticeView
from dd_jupyter.display.words import counted, listed

if TYPE_CHECKING:
    from dd_jupyter.display.compare.comparison import Comparison

NAMED = 4
"""More columns than these are counted and not named."""


def caveats_of(comparison: Comparison) -> Iterator[NoticeView]:
    """The sentences, those first that matter most."""
    inputs = [
        name
        for name in comparison.shared
        if {comparison.before.about.type(name), comparison.after.about.type(name)} & INPUTS
    ]
    drawn = [name for name in inputs if comparison.changed_in(name)]
    order = _other_order(comparison, inputs or comparison.shared)
    if order:
        what = _named(inputs) if inputs else "the columns"
        have = "has" if len(inputs) == 1 else "have"
        yield _info(
            f"In both, {what} {have} the same values in another order. Records are compared by their number only, so "
            "that two of one number may be about different things."
        )
    elif drawn:
        records = sum(any(comparison.differs[name][row] for name in drawn) for row in comparison.common)
        were, differ = ("was", "differs") if len(drawn) == 1 else ("were", "differ")
        yield _info(
            f"{_named(drawn).capitalize() if len(drawn) > NAMED else _named(drawn)} {were} drawn anew and {differ} in "
            f"{records:,} of {counted(len(comparison.common), 'record')}: there the other columns were made from other "
            "values. To compare record by record, use the earlier records as the seed dataset of both."
        )
    for at, side in enumerate((comparison.before, comparison.after)):
        alone = sum(pair[1 - at] is None for pair in comparison.rows)
        if alone:
            are, count = ("is", "counts") if alone == 1 else ("are", "count")
            yield _info(f"{counted(alone, 'record')} {are} in `{side.name}` only, and {count} among those that differ.")
        if side.failed:
            yield _info(
                f"In `{side.name}`, {counted(side.failed, 'record')} failed; it is not known which, so records after "
                "them may be compared with others than their own."
            )


def _other_order(comparison: Comparison, names: list[str]) -> bool:
    """Whether the records have, in these columns, the same values in another order."""
    if not any(comparison.changed_in(name) for name in names) or len(comparison.common) != len(comparison.rows):
        return False
    # Each column on its own first, and only what differs of it: most are told apart by that, in no time.
    changed = [name for name in names if comparison.changed_in(name)]
    return all(_same_values(comparison, [name]) for name in changed) and _same_values(comparison, names)


def _same_values(comparison: Comparison, names: list[str]) -> bool:
    columns = [comparison.differs[name] for name in names]
    rows = [row for row in comparison.common if any(column[row] for column in columns)]
    sides = (comparison.before.columns, 0), (comparison.after.columns, 1)
    before, after = (
        Counter(tuple(repr(side[name][comparison.rows[row][at]]) for name in names) for row in rows)  # type: ignore[index]
        for side, at in sides
    )
    return before == after


def _named(names: list[str]) -> str:
    return listed([f"`{name}`" for name in names]) if len(names) <= NAMED else f"{len(names)} seed and sampler columns"


def _info(text: str) -> NoticeView:
    return NoticeView(level="info", text=text)
