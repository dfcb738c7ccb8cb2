"""A string that matches a regular expression, for the patterns that JSON schemas have in practice."""

from __future__ import annotations

import re
import string
from random import Random
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

REPEATS_MORE = 3  # how far an open repetition such as `+` goes beyond its lower bound
LETTERS = string.ascii_lowercase
CATEGORIES = {
    "CATEGORY_DIGIT": string.digits,
    "CATEGORY_WORD": LETTERS,
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_DIGIT": LETTERS,
    "CATEGORY_NOT_WORD": " ",
    "CATEGORY_NOT_SPACE": LETTERS,
}


def matching(pattern: str, random: Random) -> str:
    """Return a string in which `re.search(pattern, ...)` finds a match.

    Raises:
        ValueError: The pattern has a part, such as a look-ahead, that is not understood here.
    """
    text = _sequence(parser.parse(pattern), random, groups={})
    if not re.search(pattern, text):
        raise ValueError(f"No string was found for the pattern {pattern!r}; the best try was {text!r}.")
    return text


def _sequence(nodes: Any, random: Random, groups: dict[int, str]) -> str:
    return "".join(_node(str(kind), value, random, groups) for kind, value in nodes)


def _node(kind: str, value: Any, random: Random, groups: dict[int, str]) -> str:
    match kind:
        case "LITERAL":
            return chr(value)
        case "NOT_LITERAL":
            return next(letter for letter in LETTERS if letter != chr(value))
        case "ANY":
            return random.choice(LETTERS)
        case "IN":
            return random.choice(_characters(value))
        case "BRANCH":
            return _sequence(random.choice(value[1]), random, groups)
        case "SUBPATTERN":
            groups[value[0]] = _sequence(value[-1], random, groups)
            return groups[value[0]]
        case "GROUPREF":
            return groups[value]
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, node = value
            times = random.randint(least, min(int(most), least + REPEATS_MORE))
            return "".join(_sequence(node, random, groups) for _ in range(times))
        case "AT":
            return ""
    raise ValueError(f"{kind} in a pattern is not understood here.")


def _characters(parts: Any) -> str:
    """The characters that a set like `[A-Z_]` allows."""
    kinds = [(str(kind), value) for kind, value in parts]
    members = "".join(_members(kind, value) for kind, value in kinds)
    if ("NEGATE", None) in kinds:
        return "".join(sorted(set(string.ascii_letters + string.digits) - set(members)))
    return members


def _members(kind: str, value: Any) -> str:
    match kind:
        case "LITERAL":
            return chr(value)
        case "RANGE":
            return "".join(map(chr, range(value[0], value[1] + 1)))
        case "CATEGORY":
            return CATEGORIES[str(value)]
        case "NEGATE":
            return ""
    raise ValueError(f"{kind} in a set of characters is not understood here.")
