"""A DataFrame of pandas as the records and columns of a table; its columns are converted when they are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import values
from dd_jupyter.display.table.arrow_frame import nulls_of, picked, pieces_of, rows_of
from dd_jupyter.display.table.comparable import Kind, comparable, kind_of, texts
from dd_jupyter.display.table.frames import PIECE_RECORDS, Piece, unique_names

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_FIRST = 100
"""So many objects tell whether a column is set as numbers; reading them all would delay the first page."""

_KINDS: dict[str, Kind] = {
    "integer": "number",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "boolean": "bool",
    "datetime": "date",
    "datetime64": "date",
    "date": "date",
}
"""What pandas finds in a column of objects."""


class PandasFrame:
    """A DataFrame of pandas. An index that tells something is the first column."""

    detail = "pandas DataFrame"

    def __init__(self, data: pd.DataFrame) -> None:

        # Taken apart at once: columns that a later cell adds or drops are none of this table.
        index = _index(data.index)
        self.names = unique_names([*index, *data.columns])
        series = [*index.values(), *(data.iloc[:, at] for at in range(data.shape[1]))]
        self._series: dict[str, pd.Series[Any]] = dict(zip(self.names, series, strict=True))
        self._records = len(data)
        self._arrow: dict[str, pa.ChunkedArray] = {
            name: found for name, series in self._series.items() if (found := _arrow(series)) is not None
        }
        self._kinds: dict[str, Kind] = {}

    def __len__(self) -> int:
        return self._records

    def rows(self, numbers: Sequence[int]) -> list[dict[str, Any]]:
        """These records, in this order."""
        wanted = [int(number) for number in numbers]
        columns = [
            picked(self._arrow[name], wanted) if name in self._arrow else series.take(wanted).tolist()
            for name, series in self._series.items()
        ]
        return rows_of(self.names, columns, len(numbers))

    def values(self, name: str, numbers: range) -> list[Any]:
        """The values of some records in one column."""
        return self._series[name].iloc[numbers.start : numbers.stop].tolist()

    def head(self, records: int) -> pd.DataFrame:
        """The first records."""
        import pandas as pd

        return pd.DataFrame(
            {name: series.head(records).reset_index(drop=True) for name, series in self._series.items()}
        )

    def dtype(self, name: str) -> str:
        """What pandas calls the type of a column."""
        return str(self._series[name].dtype)

    def looks_numeric(self, name: str) -> bool:
        """Whether a column holds numbers, by its first ones where its type does not say."""
        series = self._series[name]
        if series.dtype == object:
            return any(values.is_number(value) and value == value for value in series.head(_FIRST))
        return self.kind(name) == "number"

    def kind(self, name: str) -> Kind:
        """How the values of a column are compared."""
        if name not in self._kinds:
            self._kinds[name] = self._find_kind(name)
        return self._kinds[name]

    def pieces(self, name: str) -> list[Piece]:
        """A column, piece by piece."""
        if name in self._arrow:
            return pieces_of(self._arrow[name])
        series, kind = self._series[name], self.kind(name)
        return [
            lambda start=start: _converted(series.iloc[start : start + PIECE_RECORDS], kind)  # type: ignore[misc]
            for start in range(0, len(series), PIECE_RECORDS)
        ]

    def nulls(self, name: str) -> int | None:
        """Records without a value in a column."""
        return nulls_of(self._arrow[name]) if name in self._arrow else int(self._series[name].isna().sum())

    def _find_kind(self, name: str) -> Kind:
        import pandas as pd
        import pyarrow as pa

        series = self._series[name]
        if name in self._arrow:
            return kind_of(self._arrow[name].type)
        if series.dtype == object:
            return _KINDS.get(pd.api.types.infer_dtype(series, skipna=True), "text")
        if isinstance(series.dtype, pd.DatetimeTZDtype):
            return "date"
        try:
            found = pa.array(series.head(0))
        except (pa.ArrowException, TypeError, ValueError):  # complex numbers, sparse ones
            return "text"
        return "text" if isinstance(found.type, pa.BaseExtensionType) else kind_of(found.type)


def _index(index: pd.Index[Any]) -> dict[str, pd.Series[Any]]:
    """An index as columns; none for one that only counts the records."""
    import pandas as pd

    if index.name is None and isinstance(index, pd.RangeIndex) and index.start == 0:
        return {}
    several = index.nlevels > 1
    return {
        str(name if name is not None else f"index {level}" if several else "index"): pd.Series(
            index.get_level_values(level - 1).array
        )
        for level, name in enumerate(index.names, start=1)
    }


def _arrow(series: pd.Series[Any]) -> pa.ChunkedArray | None:
    """The Arrow data that a column consists of; None where it is held otherwise."""
    import pandas as pd
    import pyarrow as pa

    dtype: Any = series.dtype
    if not isinstance(dtype, pd.ArrowDtype) and not (isinstance(dtype, pd.StringDtype) and dtype.storage == "pyarrow"):
        return None
    held = pa.array(series.array)
    return held if isinstance(held, pa.ChunkedArray) else pa.chunked_array([held])


def _converted(series: pd.Series[Any], kind: Kind) -> pa.Array:
    """Some values of a column in the form in which they are compared; a null for what does not fit there."""
    import pandas as pd
    import pyarrow as pa

    try:
        if isinstance(series.dtype, pd.DatetimeTZDtype):
            series = series.dt.tz_localize(None)
        if series.dtype != object:
            return comparable(pa.array(series, from_pandas=True))
        if kind == "number":
            return _numbers(series)
        if kind == "date":
            return comparable(pa.array(series, pa.timestamp("us"), from_pandas=True, safe=False))
        return pa.array(series, pa.bool_(), from_pandas=True) if kind == "bool" else _texts(series)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return _dates(series) if kind == "date" else texts(series.tolist())


def _texts(series: pd.Series[Any]) -> pa.Array:
    import pyarrow as pa

    try:
        return pa.array(series, pa.large_string(), from_pandas=True)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):  # among texts is something else
        return texts(series.tolist())


def _numbers(series: pd.Series[Any]) -> pa.Array:
    import pyarrow as pa

    try:
        return comparable(pa.array(series, from_pandas=True))  # given a type, it would cut fractions off
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return pa.array([_float(value) for value in series], pa.float64())


def _float(value: Any) -> float | None:
    if value is None or not values.is_number(value):
        return None
    try:
        return float(value)
    except OverflowError:  # a whole number of hundreds of digits is beyond all others
        return float("inf") if value > 0 else float("-inf")
    except (TypeError, ValueError):
        return None


def _dates(series: pd.Series[Any]) -> pa.Array:
    """Dates of several zones, which pandas holds as objects: by their wall clocks."""
    import datetime

    import pyarrow as pa

    def local(value: Any) -> Any:
        if isinstance(value, datetime.datetime):
            return value.replace(tzinfo=None)
        return datetime.datetime(value.year, value.month, value.day) if isinstance(value, datetime.date) else None

    return pa.array([local(value) for value in series], pa.timestamp("us"), from_pandas=True)
