"""Two texts in pieces: what they have in common, and the words that differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from dd_jupyter.display.view_parts import View

MOST_WORDS = 2_000
"""Of longer texts, what lies between the first and the last difference is marked as a whole: the search for what
they have in common takes time with the square of their lengths."""

LEAD = 8
"""About so many characters of what two texts have in common stand before their first difference, on a line."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


class PieceView(View):
    """A piece of a text; `differs` if the other text has not got it there."""

    text: str
    differs: bool = False


def pieces_of(old: str, new: str) -> tuple[tuple[PieceView, ...], tuple[PieceView, ...]]:
    """Both texts in pieces, those that differ marked."""
    if len(old.split()) <= 1 and len(new.split()) <= 1:  # of a number no digit is marked, but all of it
        return _pieces([(False, [old])]), _pieces([(False, [new])])
    before, after = _WORD.findall(old), _WORD.findall(new)
    first, last = _common_start(before, after), 0
    last = _common_start(before[first:][::-1], after[first:][::-1])
    middles = before[first : len(before) - last], after[first : len(after) - last]
    if max(map(len, middles)) > MOST_WORDS:
        spans = [(False, *middles)]
    else:
        matcher = SequenceMatcher(None, *middles, autojunk=False)
        spans = [(tag == "equal", middles[0][a:b], middles[1][c:d]) for tag, a, b, c, d in matcher.get_opcodes()]
    start, end = before[:first], before[len(before) - last :]
    spans = [(True, start, start), *spans, (True, end, end)]
    return _pieces([(same, old) for same, old, _ in spans]), _pieces([(same, new) for same, _, new in spans])


def first_difference(old: str, new: str, lead: int = LEAD) -> int:
    """Where to begin, so that the difference is in sight: 0, or the start of a word shortly before."""
    at = next(
        (at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    if at <= 2 * lead:
        return 0
    space = old.rfind(" ", 0, at - lead // 2)
    return space + 1 if space > at - 2 * lead else at - lead


def _pieces(spans: Sequence[tuple[bool, Sequence[str]]]) -> tuple[PieceView, ...]:
    pieces: list[PieceView] = []
    for same, words in spans:
        text = "".join(words)
        # A space alone between two words that differ is no common ground.
        differs = not same or (text.isspace() and bool(pieces) and pieces[-1].differs and "\n" not in text)
        if text and pieces and pieces[-1].differs == differs:
            pieces[-1] = PieceView(text=pieces[-1].text + text, differs=differs)
        elif text:
            pieces.append(PieceView(text=text, differs=differs))
    return tuple(pieces)


def _common_start(before: Sequence[str], after: Sequence[str]) -> int:
    pairs = enumerate(zip(before, after, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
