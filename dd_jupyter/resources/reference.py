"""A resource as a configuration names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dd_jupyter.resources.secrets import redact


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource as a configuration names it.

    Attributes:
        name: As it is shown; "" where there is but one of its kind.
        used_by: What needs it, in words, columns in backticks.
    """

    name: str
    used_by: tuple[str, ...]


def seed_name(source: Any) -> str:
    """A seed as a person knows it: its path, or how large a DataFrame it is."""
    if source.seed_type == "df":
        rows, columns = source.df.shape
        return f"DataFrame {rows:,} × {columns:,}"
    path = getattr(source, "path", None)
    return redact(str(path)) if path else str(source.seed_type)
