"""Values of a column in the form in which they are sorted and searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dd_jupyter.display import values

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["number", "bool", "date", "text"]
"""How values are compared. What is no number, truth or date is compared by the text that stands for it."""


def kind_of(dtype: pa.DataType) -> Kind:
    """How values of an Arrow type are compared."""
    import pyarrow.types as types

    if types.is_dictionary(dtype):
        return kind_of(dtype.value_type)
    if types.is_boolean(dtype):
        return "bool"
    if types.is_integer(dtype) or types.is_floating(dtype) or types.is_decimal(dtype):
        return "number"
    return "date" if types.is_timestamp(dtype) or types.is_date(dtype) else "text"


def comparable(array: pa.Array) -> pa.Array:
    """The values as numbers, truths, times without a zone, or texts; what is not a number is a null."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.types as types

    dtype = array.type
    if types.is_dictionary(dtype):
        return comparable(array.dictionary_decode())
    if types.is_boolean(dtype) or types.is_integer(dtype):
        return array
    if types.is_floating(dtype) or types.is_decimal(dtype):
        numbers = array.cast(pa.float64())
        return pc.if_else(pc.is_nan(numbers), pa.scalar(None, pa.float64()), numbers)
    if types.is_timestamp(dtype) or types.is_date(dtype):
        if getattr(dtype, "tz", None) is not None:
            array = _wall_clock(array)
        return array.cast(pa.timestamp("us"), safe=False)
    if types.is_large_string(dtype):
        return array
    if types.is_string(dtype) or str(dtype) == "string_view":
        return array.cast(pa.large_string())
    return texts([python(value) for value in array])


def texts(items: list[Any]) -> pa.Array:
    """The text that stands for each value."""
    import pyarrow as pa

    return pa.array([_encodable(values.written(item)) for item in items], pa.large_string())


def python(scalar: pa.Scalar) -> Any:
    """An Arrow value as Python's; as a text where Python has nothing like it."""
    import pyarrow as pa

    try:
        return scalar.as_py()
    except UnicodeDecodeError:
        return bytes(scalar.as_buffer()).decode(errors="replace")
    except (ValueError, OverflowError, KeyError):  # a date beyond Python's calendar, a zone that is not known here
        try:
            if getattr(scalar.type, "tz", None) is not None:
                return f"{scalar.cast(pa.timestamp(scalar.type.unit)).cast(pa.string()).as_py()} UTC"
            return scalar.cast(pa.string()).as_py()
        except pa.ArrowException:
            return f"a value of type {scalar.type} that cannot be shown"


def joined(pieces: list[pa.Array], kind: Kind) -> pa.Array:
    """The pieces of a column as one."""
    import pyarrow as pa

    types = {piece.type for piece in pieces}
    if not types:
        empty = {"number": pa.int64(), "bool": pa.bool_(), "date": pa.timestamp("us"), "text": pa.large_string()}
        return pa.array([], empty[kind])
    if len(types) > 1:  # whole numbers here, others there
        pieces = [piece.cast(pa.float64(), safe=False) for piece in pieces]
    return pa.concat_arrays(pieces)


def _wall_clock(array: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        return pc.local_timestamp(array)
    except pa.ArrowException:  # a zone that this machine does not know
        return array.cast(pa.timestamp(array.type.unit))


def _encodable(text: str | None) -> str | None:
    """Half of a pair of code units is no character, and Arrow does not take it."""
    return None if text is None else text.encode("utf-8", "replace").decode()
