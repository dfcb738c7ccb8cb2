"""Two previews, or any two datasets, compared record by record."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dd_jupyter.display.compare.changes import measures_of, setting_changes
from dd_jupyter.display.compare.differences import differing, missing_in, type_of
from dd_jupyter.display.compare.side import Side, side_of
from dd_jupyter.display.requests.comparison import ChangesView, ColumnMeasuresView, MeasureView, SettingChangeView
from dd_jupyter.display.view_parts import NoticeView
from dd_jupyter.errors import ConfigError

if TYPE_CHECKING:
    from dd_jupyter.display.compare.compare_table import CompareTable

NAMED = 8
"""As many columns are named in an error."""


def compare(before: Any, after: Any, *, names: tuple[str, str] = ("", "")) -> Comparison:
    """Compare two previews record by record: which records changed, in which columns, how.

    Both may be a preview, a create, a job or a DataFrame of pandas, polars or Arrow, in any mix. Records are compared
    by their place among those asked for, so that one that failed does not move the others.

    Args:
        before: The earlier one.
        after: The later one.
        names: What to call them; "" for a run's own name.

    Returns:
        A comparison that shows itself as the value of a cell: what is made otherwise, the columns that differ, and
        the records side by side. In a script, `changed` and `columns` have the counts.

    Raises:
        ConfigError: When one of them is neither a run nor a DataFrame, or they have no column in common.
        NotReadyError: When one of them has no records, or has them not yet.
    """
    old, new = side_of(before, "before", names[0]), side_of(after, "after", names[1])
    if old.name == new.name:  # both were made under the same name
        old, new = replace(old, name=f"{old.name} (before)"), replace(new, name=f"{new.name} (after)")
    return Comparison(old, new)


class Comparison:
    """Two datasets, compared.

    Attributes:
        before: The earlier side.
        after: The later side.
        names: All columns: those of the later side, then those that the earlier one alone has.
        shared: Those that both have.
        rows: Of each record that one of them has, where it stands in the earlier and in the later one; None where
            it has none.
        common: The rows that both have.
        differs: By column that both have, whether each row differs; not so for a row that one of them has.
    """

    def __init__(self, before: Side, after: Side) -> None:
        """Compare two sides.

        Raises:
            ConfigError: When they have no column in common.
        """
        self.before, self.after = before, after
        self.shared = [name for name in after.columns if name in before.columns]
        self.names = [*after.columns, *(name for name in before.columns if name not in after.columns)]
        if not self.shared:
            raise ConfigError(
                f"The two have no column in common: `before` has {_listed(before)}, `after` has {_listed(after)}. "
                "Rename columns that are to be compared."
            )
        self.rows = _aligned(before, after)
        self.common = [row for row, (old, new) in enumerate(self.rows) if old is not None and new is not None]
        self.differs = {name: self._compared(name) for name in self.shared}

    @cached_property
    def rows_that_differ(self) -> list[int]:
        """Those of the rows in common that differ in any column."""
        in_any = list(map(any, zip(*self.differs.values(), strict=True)))
        return [row for row in self.common if in_any[row]]

    @property
    def changed(self) -> int:
        """Records that differ, of those that both have."""
        return len(self.rows_that_differ)

    @property
    def columns(self) -> dict[str, int]:
        """Of each column that both have, in how many records it differs."""
        return {name: self.changed_in(name) for name in self.shared}

    def changed_in(self, name: str) -> int:
        """In how many records a column differs that both have."""
        return self._counts[name]

    def is_changed(self, row: int, name: str | None = None) -> bool:
        """Whether a row differs in a column, or in any; one that but one side has does."""
        if None in self.rows[row]:
            return True
        columns = self.differs.values() if name is None else [self.differs.get(name) or ()]
        return any(row < len(column) and column[row] for column in columns)

    def pair(self, row: int, name: str) -> tuple[Any, Any]:
        """The earlier and the later value; None where there is none."""
        old, new = self.rows[row]
        was = self.before.columns[name][old] if old is not None and name in self.before.columns else None
        now = self.after.columns[name][new] if new is not None and name in self.after.columns else None
        return was, now

    def kind(self, name: str) -> str:
        """What makes a column, in words; the later side's word first."""
        return self.after.about.kind(name) or self.before.about.kind(name)

    def what(self, name: str) -> str:
        """The same, or what sort of values a column has that no configuration makes."""
        after, before = self.after.about, self.before.about
        return self.kind(name) or after.detail(name) or before.detail(name)

    @cached_property
    def types(self) -> dict[str, str]:
        """Of each column in words how its values' type, or the number of nulls, differs: "number, was text"."""
        return {name: self._type(name) for name in self.shared if self.changed_in(name)}

    @cached_property
    def caveats(self) -> tuple[NoticeView, ...]:
        """What to mind, in sentences."""
        from dd_jupyter.display.compare.caveats import caveats_of

        return tuple(caveats_of(self))

    @cached_property
    def settings(self) -> tuple[SettingChangeView, ...]:
        """What differs in how columns are made."""
        return setting_changes(self.before, self.after)

    @cached_property
    def measures(self) -> dict[str, tuple[MeasureView, ...]]:
        """Means before and after, of the columns that differ and have some."""
        common = self._common
        alone = len(common) < len(self.rows)
        return {
            name: measures_of(self.before.columns[name], self.after.columns[name], common)
            for name in self.shared
            if alone or self.changed_in(name)
        }

    @property
    def changes(self) -> ChangesView:
        """What is made otherwise, and the means of columns that differ."""
        told = ((name, measures) for name, measures in self.measures.items() if measures)
        return ChangesView(
            settings=self.settings,
            measures=tuple(ColumnMeasuresView(column=name, measures=measures) for name, measures in told),
        )

    def __repr__(self) -> str:
        return (
            f"<Comparison {self.before.name}, {self.after.name}: {self.changed:,} of {len(self.common):,} "
            "records differ>"
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any] | tuple[dict[str, Any], dict[str, Any]] | None:
        from dd_jupyter.display.widgets.compare_widget import compare_bundle

        return compare_bundle(self)

    @cached_property
    def table(self) -> CompareTable:
        """Its records, to be browsed."""
        from dd_jupyter.display.compare.compare_table import CompareTable

        return CompareTable(self)

    @cached_property
    def _counts(self) -> dict[str, int]:
        return {name: sum(column) for name, column in self.differs.items()}

    def _compared(self, name: str) -> list[bool]:
        before, after = self.before.columns[name], self.after.columns[name]
        if len(self.common) == len(self.rows) == len(before) == len(after):
            return differing(before, after)
        found = [False] * len(self.rows)
        differ = differing([before[old] for old, _ in self._common], [after[new] for _, new in self._common])
        for row, one in zip(self.common, differ, strict=True):
            found[row] = one
        return found

    @cached_property
    def _common(self) -> list[tuple[int, int]]:
        """Where the records that both have stand in the one and in the other."""
        return [(old, new) for old, new in self.rows if old is not None and new is not None]

    def _type(self, name: str) -> str:
        before, after = self.before.columns[name], self.after.columns[name]
        was, now = type_of(before), type_of(after)
        if was and now and was != now:
            return f"{now}, was {was}"
        old, new = missing_in(before), missing_in(after)
        return f"{new:,} null, {old:,} before" if old != new else ""


def _aligned(before: Side, after: Side) -> list[tuple[int | None, int | None]]:
    if before.places == after.places:
        return [(at, at) for at in range(len(after))]
    old = {place: at for at, place in enumerate(before.places)}
    new = {place: at for at, place in enumerate(after.places)}
    return [(old.get(place), new.get(place)) for place in sorted({*old, *new})]


def _listed(side: Side) -> str:
    names = [f"`{name}`" for name in side.columns]
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}" if names else "none"
