"""Lines and columns of plain text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest

LINE = 120
"""Terminals and notebook outputs show this much without wrapping."""

GAP = "  "


def aligned(rows: Sequence[Sequence[str]], numeric: set[int]) -> list[str]:
    """A table with its columns below each other, those in `numeric` to the right; empty columns are left out."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    kept = [index for index, wide in enumerate(widths) if wide]
    return [GAP.join(_padded(row[index], widths[index], index in numeric) for index in kept).rstrip() for row in rows]


def _padded(text: str, wide: int, numeric: bool) -> str:
    room = " " * (wide - width(text))
    return room + text if numeric else text + room


def side_by_side(cells: Sequence[Sequence[str]], rooms: Sequence[int]) -> Iterator[str]:
    """Cells of several lines next to each other, each in its room."""
    for parts in zip_longest(*cells, fillvalue=""):
        yield GAP.join(_padded(part, room, False) for part, room in zip(parts, rooms, strict=True)).rstrip()


def filled(text: str, room: int) -> list[str]:
    """The text in lines of no more than `room` columns; a word that is longer by itself is broken."""
    return [part for line in wrapped(text, room) for part in _broken(line, room)]


def _broken(line: str, room: int) -> Iterator[str]:
    begun, used = 0, 0
    for index, character in enumerate(line):
        wide = _character_width(character)
        if used + wide > room and index > begun:
            yield line[begun:index]
            begun, used = index, 0
        used += wide
    yield line[begun:]


def wrapped(text: str, room: int = LINE) -> Iterator[str]:
    """The text in lines that fit, broken between words."""
    line = ""
    for word in text.split(" "):
        if line and width(line) + 1 + width(word) > room:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def cut(text: str, room: int) -> str:
    """As much of the text as fits into `room` columns of a terminal."""
    if width(text) <= room:
        return text
    kept, used = "", 0
    for character in text:
        used += _character_width(character)
        if used > room - 1:
            break
        kept += character
    return kept.rstrip() + "…"


def width(text: str) -> int:
    """Columns of a terminal that a text takes: two for most Chinese, Japanese and Korean characters and emoji."""
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
