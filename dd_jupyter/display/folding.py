"""Which progress bars deserve a line of their own when there are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dd_jupyter.display import words
from dd_jupyter.display.view_model import ColumnProgressView

LINES_BEFORE_FOLDING = 8
"""A screen still shows the first records below this many bars."""

# Columns a model makes take the time and the money: they keep their line.
_MODEL_KINDS = ("llm", "model", "judge", "embedding", "image")


@dataclass(frozen=True, slots=True)
class FoldedColumns:
    """Columns that share a line.

    Attributes:
        name: All of them in words: "9 sampler and expression columns".
        how_far: "10/10", or "complete" where their totals differ.
    """

    name: str
    how_far: str


def fold(progress: Sequence[ColumnProgressView]) -> tuple[Sequence[ColumnProgressView], FoldedColumns | None]:
    """Set the columns that were made without a model and without a failure apart, if there are too many."""
    folded = [column for column in progress if _is_uneventful(column)]

    if len(progress) <= LINES_BEFORE_FOLDING or len(folded) < 2:
        return progress, None

    kinds = list(dict.fromkeys(words.one_line(column.kind) for column in folded if column.kind))
    noun = f"{words.listed(kinds)} column" if kinds else "column"
    totals = {column.total for column in folded}
    how_far = words.out_of(max(totals), max(totals)) if len(totals) == 1 else "complete"
    alone = [column for column in progress if not _is_uneventful(column)]
    return alone, FoldedColumns(words.counted(len(folded), noun), how_far)


def _is_uneventful(column: ColumnProgressView) -> bool:
    complete = column.done >= column.total > 0 and not column.failed
    return complete and not any(word in column.kind.lower() for word in _MODEL_KINDS)
