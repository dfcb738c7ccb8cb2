"""Python expressions over several lines, as a person would break them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH = 100
INDENT = "    "

_PIECES = re.compile(r"[^\n]*\n|[^\n]+")
_WORDS = re.compile(r"\S*\s+|\S+")


@dataclass(frozen=True, slots=True)
class Bracketed:
    """A call, a list or a dict: what stands between brackets, parted by commas.

    Attributes:
        opening: `dd.ModelConfig(`, for one.
        entries: What stands before the value, "name=" or "'key': " or nothing, and the value.
        closing: The bracket.
    """

    opening: str
    entries: Sequence[tuple[str, Node]]
    closing: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string, which may be broken."""

    value: str


Node = Bracketed | Text | str
"""An expression; as `str` one that is written as it is."""


def call(function: str, positional: Iterable[Node], named: Mapping[str, Node]) -> Bracketed:
    """A call."""
    entries = [*(("", node) for node in positional), *((f"{name}=", node) for name, node in named.items())]
    return Bracketed(f"{function}(", entries, ")")


def literal(value: Any) -> Node | None:
    """What JSON knows, tuples and sets as a literal; None for anything else."""
    match value:
        case str():
            return Text(str(value))
        case None | bool():
            return repr(value)
        case int():
            return repr(int(value))
        case float():
            return repr(float(value)) if math.isfinite(value) else f'float("{float(value)}")'
        case dict():
            entries = [
                (f"{quoted(key) if isinstance(key, str) else repr(key)}: ", literal(one)) for key, one in value.items()
            ]
            brackets = "{}"
        case list():
            entries, brackets = [("", literal(one)) for one in value], "[]"
        case set() if value:
            entries, brackets = [("", literal(one)) for one in sorted(value, key=repr)], "{}"
        case tuple() if len(value) != 1:
            entries, brackets = [("", literal(one)) for one in value], "()"
        case _:
            return None
    if any(node is None for _, node in entries):
        return None
    return Bracketed(brackets[0], [(prefix, node) for prefix, node in entries if node is not None], brackets[1])


def quoted(text: str) -> str:
    """A string literal on one line, in double quotes where that needs no escape."""
    written = repr(text)
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in text else written


def laid_out(node: Node, before: str = "", after: str = "", indent: str = "") -> str:
    """The expression on one line if it fits, else one entry a line.

    Args:
        node: The expression.
        before: What stands before it on its first line, without the indent.
        after: What stands behind it on its last line.
        indent: The indent of the line that it begins on.
    """
    line = f"{indent}{before}{_flat(node)}{after}"
    if len(line) <= WIDTH and not (isinstance(node, Text) and _is_broken_anyway(node)):
        return line
    if isinstance(node, Text):
        pieces = _broken(node.value, WIDTH - len(indent) - len(INDENT))
        if len(pieces) > 1:
            inner = "\n".join(f"{indent}{INDENT}{quoted(piece)}" for piece in pieces)
            return f"{indent}{before}(\n{inner}\n{indent}){after}"
        return line
    if isinstance(node, str) or not node.entries:
        return line
    inner = "\n".join(laid_out(value, prefix, ",", indent + INDENT) for prefix, value in node.entries)
    return f"{indent}{before}{node.opening}\n{inner}\n{indent}{node.closing}{after}"


def _flat(node: Node) -> str:
    if isinstance(node, Text):
        return quoted(node.value)
    if isinstance(node, str):
        return node
    return node.opening + ", ".join(prefix + _flat(value) for prefix, value in node.entries) + node.closing


def _is_broken_anyway(text: Text) -> bool:
    """Whether it has lines of its own, which are easier to read below each other."""
    return "\n" in text.value.rstrip("\n")


def _broken(text: str, width: int) -> list[str]:
    """Pieces of a string whose literals fit, broken after its own lines and between words."""
    pieces = []
    for line in _PIECES.findall(text):
        piece = ""
        for word in _WORDS.findall(line):
            if piece and len(quoted(piece + word)) > width:
                pieces.append(piece)
                piece = ""
            piece += word
        pieces.append(piece)
    return pieces
