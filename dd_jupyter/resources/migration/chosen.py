"""Which of the resources are to be moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dd_jupyter.resources.report import Kind, Row


class Chosen:
    """All resources of a configuration, or those in some rows of a report.

    Each planner asks whether what it would move is among them; what nobody has asked for cannot be moved.
    """

    def __init__(self, rows: Iterable[Row] | None = None) -> None:
        """Choose.

        Args:
            rows: The resources; None for all.
        """
        self._rows = None if rows is None else tuple(rows)
        self._met: set[tuple[Kind, str]] = set()

    @property
    def all(self) -> bool:
        """Whether nothing is left out."""
        return self._rows is None

    def has(self, kind: Kind, name: str | None = None) -> bool:
        """Whether a resource is to be moved.

        Args:
            kind: Its kind.
            name: As a report has it; None where there is but one of its kind.
        """
        if self._rows is None:
            return True
        met = {(row.kind, row.name) for row in self._rows if row.kind == kind and name in (None, row.name)}
        self._met |= met
        return bool(met)

    def beyond(self) -> Sequence[Row]:
        """Those that no planner has asked for."""
        return [row for row in self._rows or () if (row.kind, row.name) not in self._met]


ALL = Chosen()
