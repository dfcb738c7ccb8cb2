"""Figures beside their budgets, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

OVER = "over budget"


@dataclass(frozen=True)
class Figure:
    """A figure, with its unit, beside those of others and what it may be.

    Attributes:
        what: What was measured.
        ours: What it came to.
        sdk: What it came to with the SDK of NeMo Services; "" where it has no such thing.
        cli: The same with the `nemo` command.
        ratio: How many times ours the others took.
        budget: What it may be, as a person reads it; "" where the design sets none.
        within: Whether it is; None without a budget.
    """

    what: str
    ours: str
    sdk: str = ""
    cli: str = ""
    ratio: str = ""
    budget: str = ""
    within: bool | None = None


def show(title: str, figures: Iterable[Figure]) -> None:
    """Print figures as a table; columns in which nothing stands are left out."""
    measured: list[Figure] = []
    try:
        measured.extend(figures)
    finally:  # what was measured before something failed took minutes
        if measured:
            _print(title, measured)


def times(ours: float, *others: float) -> str:
    """How many times ours the others took: ``12x, 20x``."""
    return ", ".join(f"{other / ours:.1f}x" if other < 10 * ours else f"{other / ours:.0f}x" for other in others)


def duration(seconds: float) -> str:
    """Seconds as a person reads them."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _print(title: str, figures: list[Figure]) -> None:
    names = [field.name for field in fields(Figure) if field.name != "within"]
    rows = [
        {name: name for name in names} | {"what": ""},
        *({name: getattr(each, name) for name in names} for each in figures),
    ]
    verdicts = ["within", *({True: "yes", False: OVER, None: ""}[figure.within] for figure in figures)]
    shown = [name for name in names if any(row[name] for row in rows[1:])]
    widths = {name: max(len(row[name]) for row in rows) for name in shown}
    print(f"\n{title}")
    for row, verdict in zip(rows, verdicts, strict=True):
        cells = (
            row[name].ljust(widths[name]) if name in {"what", "budget"} else row[name].rjust(widths[name])
            for name in shown
        )
        print("  ".join((*cells, verdict)).rstrip())
