"""A resource as a configuration names it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource as a configuration names it.

    Attributes:
        name: As it is shown; "" where there is but one of its kind.
        used_by: What needs it, in words, columns in backticks.
    """

    name: str
    used_by: tuple[str, ...]
