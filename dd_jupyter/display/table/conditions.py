"""The tests of a filter, on values of each kind."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from dd_jupyter.display.requests.table import Filter
from dd_jupyter.display.table.comparable import Kind
from dd_jupyter.errors import ConfigError

if TYPE_CHECKING:
    import pyarrow as pa

Passes = Callable[["pa.Array"], "pa.Array"]
"""Which of the values pass: true or false for each."""

_TRUE, _FALSE = {"true", "yes", "1"}, {"false", "no", "0"}
_DATE = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d))?)?)?)?")


def passes(wanted: Filter, name: str, kind: Kind) -> Passes:
    """What tells which values of a column pass a filter.

    Texts are compared without regard to case. A missing value is empty, and differs from every value. A date
    stands for all of the year, month, day, minute or second that it names. Of numbers that are not whole,
    those equal what is typed that are written so in the table, in six digits.

    Raises:
        ConfigError: When the filter's value is none that such a column has.
    """
    import pyarrow.compute as pc

    if wanted.test == "empty":
        return _is_empty
    if wanted.test == "changed":
        raise ConfigError("Only a comparison of two previews can be asked for what changed.")
    if wanted.test == "filled":
        return lambda array: pc.invert(_is_empty(array))
    if wanted.test == "contains":
        return _known(_contains(wanted.value))
    if wanted.test == "differs":
        same = passes(wanted.model_copy(update={"test": "equals"}), name, kind)
        return lambda array: pc.invert(same(array))
    make = {"text": _text_test, "number": _number_test, "date": _date_test, "bool": _truth_test}[kind]
    return _known(make(wanted, name))


def may_contain(kind: Kind, value: str) -> bool:
    """Whether a text may be in what such values are written as: a word is in no number."""
    match kind:
        case "number":
            return set(value.lower()) <= set("0123456789+-.einfa")
        case "date":
            return set(value) <= set("0123456789-:. ")
        case "bool":
            return value.lower() in "true" or value.lower() in "false"
        case _:
            return True


def _known(test: Passes) -> Passes:
    import pyarrow.compute as pc

    return lambda array: pc.fill_null(test(array), False)


def _is_empty(array: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_large_string(array.type):
        return pc.fill_null(pc.equal(pc.binary_length(array), 0), True)
    return pc.is_null(array)


def _contains(value: str) -> Passes:
    import pyarrow as pa
    import pyarrow.compute as pc

    def test(array: pa.Array) -> pa.Array:
        written = array if pa.types.is_large_string(array.type) else array.cast(pa.string())
        return pc.match_substring(written, value, ignore_case=True)

    return test


def _text_test(wanted: Filter, name: str) -> Passes:
    import pyarrow.compute as pc

    if wanted.test == "equals":
        whole = rf"\A(?s:{re.escape(wanted.value)})\z"
        return lambda array: pc.match_substring_regex(array, whole, ignore_case=True)
    least, value = wanted.test == "at least", wanted.value.lower()
    compare = pc.greater_equal if least else pc.less_equal
    return lambda array: compare(pc.utf8_lower(array), value)


def _number_test(wanted: Filter, name: str) -> Passes:
    value = _number(wanted.value, name)

    def test(array: pa.Array) -> pa.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        whole = pa.types.is_integer(array.type)
        room = _room(value) if wanted.test == "equals" and not whole else 0
        low: float = -math.inf if wanted.test == "at most" else value - room
        high: float = math.inf if wanted.test == "at least" else value + room
        if not whole:
            return pc.and_(pc.greater_equal(array, float(low)), pc.less_equal(array, float(high)))
        smallest, largest = _limits(array.type)
        first = smallest if low <= smallest else math.ceil(low) if low <= largest else largest + 1
        last = largest if high >= largest else math.floor(high) if high >= smallest else smallest - 1
        if first > last:
            return pa.array([False] * len(array))
        return pc.and_(
            pc.greater_equal(array, pa.scalar(first, array.type)), pc.less_equal(array, pa.scalar(last, array.type))
        )

    return test


def _number(typed: str, name: str) -> float:
    plain = typed.strip().replace(",", "")
    try:
        # Whole numbers stay what they are: a float holds not all of those with more than 15 digits.
        value: float = int(plain) if re.fullmatch(r"[+-]?\d{1,300}", plain) else float(plain)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        raise ConfigError(f"`{typed}` is no number, and `{name}` holds numbers. Type one, like 4 or 0.5.")
    return value


def _room(value: float) -> float:
    """Half of the last of the six digits that a cell has room for."""
    return 0.5 * 10.0 ** (math.floor(math.log10(abs(value))) - 5) if value and not math.isinf(value) else 0.0


def _limits(dtype: pa.DataType) -> tuple[int, int]:
    bits = dtype.bit_width
    return (0, 2**bits - 1) if str(dtype).startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _date_test(wanted: Filter, name: str) -> Passes:
    import pyarrow as pa
    import pyarrow.compute as pc

    start, end = _period(wanted.value, name)
    first, after = pa.scalar(start, pa.timestamp("us")), None if end is None else pa.scalar(end, pa.timestamp("us"))

    def test(array: pa.Array) -> pa.Array:
        late = pc.greater_equal(array, first)
        if wanted.test == "at least":
            return late
        soon = pc.is_valid(array) if after is None else pc.less(array, after)
        return soon if wanted.test == "at most" else pc.and_(late, soon)

    return test


def _period(typed: str, name: str) -> tuple[datetime.datetime, datetime.datetime | None]:
    """The first moment of what is typed, and the first one after it; None after the last year there is."""
    match = _DATE.fullmatch(typed.strip())
    try:
        if match is None:
            raise ValueError(typed)
        given = [int(part) for part in match.groups() if part is not None]
        year, month, day, hour, minute, second = [*given, *(0, 1, 1, 0, 0, 0)[len(given) :]]
        start = datetime.datetime(year, month, day, hour, minute, second)
    except ValueError as error:
        raise ConfigError(
            f"`{typed}` is no date, and `{name}` holds dates. Type one, like 2024-05-31 or 2024."
        ) from error
    try:
        match len(given):
            case 1:
                return start, start.replace(year=year + 1)
            case 2:
                return start, (start + datetime.timedelta(days=31)).replace(day=1)
            case 3:
                return start, start + datetime.timedelta(days=1)
            case 5:
                return start, start + datetime.timedelta(minutes=1)
            case _:
                return start, start + datetime.timedelta(seconds=1)
    except (ValueError, OverflowError):
        return start, None


def _truth_test(wanted: Filter, name: str) -> Passes:
    import pyarrow.compute as pc

    typed = wanted.value.strip().lower()
    if wanted.test != "equals" or typed not in _TRUE | _FALSE:
        raise ConfigError(f"`{name}` holds true and false: ask whether it equals one of them.")
    return lambda array: array if typed in _TRUE else pc.invert(array)
