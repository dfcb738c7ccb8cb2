"""Which values of a column differ from what they were."""

from __future__ import annotations

import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

RELATIVE = 1e-12
"""Numbers this close are the same: the last digits of a mean depend on the order of adding."""

_EXACT = {str, int, type(None)}
_NESTED = (dict, list)
_NEVER_MISSING = {str, int, bool, dict, list}


def differing(before: Sequence[Any], after: Sequence[Any]) -> list[bool]:
    """Whether each value differs from the one of the same place."""
    kinds = {*map(type, before), *map(type, after)}
    # Most columns are of one plain type: these two ways take a tenth of the time.
    if kinds <= _EXACT:
        return [old != new for old, new in zip(before, after, strict=True)]
    if kinds == {float}:
        import numpy as np

        close = np.isclose(np.array(before), np.array(after), rtol=RELATIVE, atol=0, equal_nan=True)
        return (~close).tolist()  # type: ignore[no-any-return]
    return [not same(old, new) for old, new in zip(before, after, strict=True)]


def same(old: Any, new: Any) -> bool:
    """Whether two values are the same to a person: missing ones of any sort, 1 and 1.0, lists and arrays."""
    if old is new:
        return True
    if type(old) is type(new) in _NESTED:
        return _same_nested(old, new)
    if is_missing(old) or is_missing(new):
        return is_missing(old) and is_missing(new)
    if _is_number(old) and _is_number(new):
        return _same_number(old, new)
    try:
        return _same_structure(_plain(old), _plain(new))
    except (RecursionError, TypeError, ValueError):  # nested too deeply, or of a type that cannot be compared
        return False


def is_missing(value: Any) -> bool:
    """Whether there is no value: None, or what numpy and pandas have for that."""
    if value is None:
        return True
    kind = type(value)
    if kind in _NEVER_MISSING:
        return False
    if kind.__name__ in {"NAType", "NaTType"}:
        return True
    return (isinstance(value, float) or kind.__name__ in {"datetime64", "timedelta64", "Decimal"}) and bool(
        value != value
    )


def missing_in(values: Sequence[Any]) -> int:
    """How many values are missing."""
    kinds = set(map(type, values))
    if kinds <= _NEVER_MISSING:
        return 0
    if kinds == {float}:
        import numpy as np

        return int(np.isnan(np.array(values)).sum())
    return sum(map(is_missing, values))


def type_of(values: Sequence[Any]) -> str:
    """The type of the values in a word, of the first that is there; "" where none is."""
    for value in values:
        if not is_missing(value):
            return _word(_plain(value))
    return ""


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if _is_number(value):
        return "number"
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, list | tuple | set):
        return "list"
    return "text" if isinstance(value, str) else type(value).__name__.lower()


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Number) and type(value).__name__ not in {"bool", "bool_"}


def _same_number(old: Any, new: Any) -> bool:
    if old == new:
        return True
    if isinstance(old, numbers.Integral) and isinstance(new, numbers.Integral):
        return False
    try:
        return math.isclose(float(old), float(new), rel_tol=RELATIVE)
    except (OverflowError, TypeError, ValueError):  # beyond floats, or complex
        return False


def _same_nested(old: Any, new: Any) -> bool:
    try:
        return bool(old == new) or _same_structure(old, new)
    except (RecursionError, TypeError, ValueError):  # arrays inside, or nested too deeply
        pass
    try:
        return _same_structure(old, new)
    except (RecursionError, TypeError, ValueError):
        return False


def _same_structure(old: Any, new: Any) -> bool:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return old.keys() == new.keys() and all(same(value, new[key]) for key, value in old.items())
    if isinstance(old, list | tuple) and isinstance(new, list | tuple):
        return len(old) == len(new) and all(map(same, old, new))
    if isinstance(old, bool) is not isinstance(new, bool):
        return False
    return bool(old == new)


def _plain(value: Any) -> Any:
    """Arrays, and numpy's own scalars, as Python's; not times, of which `tolist` would make bare numbers."""
    if type(value).__module__ == "numpy" and value.dtype.kind not in "mM":
        return value.tolist()
    return value
