"""One value of a record as it is shown: in a cell of the table, and in full."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import math
import numbers
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dd_jupyter.display.traces import messages_of, transcript
from dd_jupyter.display.view_model import CELL_CHARACTERS, FIELD_CHARACTERS, CellView, FieldView, ScoreView

IMAGE_BYTES = 300_000
"""A larger picture is named but not shown: it would stay in the notebook for ever."""

# The first bytes of the raster types that a page may show; anything else stays text.
_RASTER = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}
TRACE = "trace"
"""Stands in place of the library's type of a column that holds what was said to a model, and by it."""

PENDING = CellView(text="", form="pending")
"""A value that is still to be made."""

_LONGEST_INTEGER = 10_000  # bits
DEEPEST = 100
"""Structures that are nested deeper end there with an ellipsis: no reader unfolds them, and Python's own stack ends."""
_SPACE = re.compile(r"\s+")


def cell(value: Any, column_type: str, *, scale: int | None = None) -> CellView:
    """The value on one line of the table.

    Args:
        value: As the dataset has it.
        column_type: The library's type of its column.
        scale: The best score that a judge could give; None where scores are no numbers.
    """
    if _is_null(value):
        return CellView(text="", form="null")
    if is_number(value):
        return CellView(text=_cut_line(_number(value)), form="number")
    plain = simple(value)
    if column_type == "llm-judge" and (scores := _scores(plain)):
        if len(scores) == 1:
            return CellView(text=_cut_line(scores[0].score), form="judge", note=f"of {scale}" if scale else "")
        return CellView(text=_cut_line(", ".join(f"{score.name} {score.score}" for score in scores)), form="judge")
    if column_type == "image":
        pictures = len(plain) if isinstance(plain, list) else 1
        return CellView(text="image" if pictures == 1 else f"{pictures} images", form="image")
    if column_type == TRACE and (messages := messages_of(plain)):
        count = "1 message" if len(messages) == 1 else f"{len(messages)} messages"
        return CellView(text=_cut_line(f"{count}: {messages[-1].text}"), form="trace")
    if isinstance(plain, dict | list):
        return CellView(text=_cut_line(_json(plain)), form="json")
    return CellView(text=_cut_line(_text(plain)), form="code" if column_type == "llm-code" else "text")


def fields(
    name: str,
    value: Any,
    column_type: str,
    kind: str,
    *,
    language: str = "",
    scale: int | None = None,
    folder: Path | None = None,
    characters: int = FIELD_CHARACTERS,
    image_bytes: int = IMAGE_BYTES,
) -> list[FieldView]:
    """The value in full; a column of several images gives a field each.

    Args:
        name: The column's name.
        value: As the dataset has it.
        column_type: The library's type of the column.
        kind: What makes the column, in words.
        language: Of code.
        scale: The best score that a judge could give; None where scores are no numbers.
        folder: Where the relative paths of a dataset's images start.
        characters: Where a long text is cut.
        image_bytes: How large a picture may be to be shown.
    """

    def field(form: Any, text: str, **more: Any) -> FieldView:
        return FieldView(
            column=name,
            kind=kind,
            form=form,
            text=text[:characters],
            cut=max(0, len(text) - characters),
            **more,
        )

    if _is_null(value):
        return [field("null", "")]
    plain = simple(value)
    if column_type == "llm-judge" and (scores := _scores(plain)):
        return [field("judge", "", scores=[score.model_copy(update={"best": scale or 0}) for score in scores])]
    if column_type == "image":
        return [_image(field, one, folder, image_bytes) for one in (plain if isinstance(plain, list) else [plain])]
    if column_type == TRACE and (messages := messages_of(plain)):
        return [field("trace", transcript(messages), messages=messages)]
    if is_number(plain):
        return [field("number", _number(plain))]
    if isinstance(plain, dict | list):
        return [field("json", json.dumps(plain, indent=2, ensure_ascii=False, default=str))]
    if column_type == "llm-code":
        return [field("code", str(plain), language=language)]
    return [field("text", _text(plain))]


def is_number(value: Any) -> bool:
    """Whether the value aligns to the right; true and false do not."""
    return isinstance(value, numbers.Number) and type(value).__name__ not in {"bool", "bool_"}


def written(value: Any) -> str | None:
    """The value as a text to compare with others, uncut; None where it is missing."""
    if _is_null(value):
        return None
    if is_number(value):
        return _number(value)
    plain = simple(value)
    return _json(plain) if isinstance(plain, dict | list) else _text(plain)


def score(value: Any) -> str | None:
    """The score of a judge's answer, all of them with their names where it is more than one; None without any."""
    scores = () if _is_null(value) else _scores(simple(value))
    if len(scores) == 1:
        return scores[0].score
    return ", ".join(f"{one.name} {one.score}" for one in scores) or None


def number(score: str | None) -> float | None:
    """A judge's score as a number; None where it is none."""
    try:
        found = None if score is None else float(score)
    except ValueError:
        return None
    return found if found is not None and math.isfinite(found) else None


def scores_of(value: Any) -> dict[str, str]:
    """Each score of a judge's answer by its name; {} if it is none."""
    return {} if _is_null(value) else {one.name: one.score for one in _scores(simple(value))}


def label(value: Any) -> str:
    """The value as the label of a bar or a count."""
    if is_number(value):
        return _number(value)
    plain = simple(value)
    return _cut_line(_json(plain) if isinstance(plain, dict | list) else _text(plain), 60)


def _is_null(value: Any) -> bool:
    # pandas' own missing values are told by their class: comparing them raises.
    if value is None or type(value).__name__ in {"NAType", "NaTType"}:
        return True
    # Not a number, and numpy's not a time, are unlike themselves in every type.
    return (is_number(value) or type(value).__name__ in {"datetime64", "timedelta64"}) and bool(value != value)


def _number(value: Any) -> str:
    if isinstance(value, numbers.Integral):
        whole = int(value)
        if whole.bit_length() > _LONGEST_INTEGER:  # Python refuses to write more than 4,300 digits
            return f"a whole number of about {int(whole.bit_length() * math.log10(2)):,} digits"
        return str(whole)
    return f"{float(value):.6g}" if isinstance(value, numbers.Real) else str(value)


def simple(value: Any, depth: int = 0) -> Any:
    """The value in JSON's own types: arrays as lists, dates as text; what is nested too deep as an ellipsis."""
    if isinstance(value, Mapping):
        if depth == DEEPEST:
            return "{…}"
        return {str(key): simple(item, depth + 1) for key, item in value.items()}
    if type(value).__module__ == "numpy" and value.dtype.kind in "mM":
        value = value.astype(f"{value.dtype.kind}8[us]")  # of finer times `tolist` makes bare numbers
    if hasattr(value, "tolist") and not isinstance(value, str | bytes):
        value = value.tolist()
    if isinstance(value, list | tuple | set):
        return "[…]" if depth == DEEPEST else [simple(item, depth + 1) for item in value]
    if isinstance(value, datetime.date | datetime.datetime):
        return str(value).removesuffix(" 00:00:00")
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, int) and value.bit_length() > _LONGEST_INTEGER:
        return _number(value)
    return value


def _text(plain: Any) -> str:
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def _scores(plain: Any) -> tuple[ScoreView, ...]:
    """The scores of a judge's answer: ``{NAME: {"score": ..., "reasoning": ...}}``; () if it is none."""
    if not isinstance(plain, dict):
        return ()
    return tuple(
        ScoreView(
            name=str(name),
            score=_cut_line(str(answer["score"])),
            reasoning=str(answer.get("reasoning") or "")[:FIELD_CHARACTERS],
        )
        for name, answer in plain.items()
        if isinstance(answer, dict) and "score" in answer
    )


def _image(field: Any, value: Any, folder: Path | None, most: int) -> FieldView:
    """The picture as a data URI, or why it is not shown."""
    result: FieldView
    data = _image_bytes(value, folder)
    if data is None:
        result = field("text", f"An image that cannot be read: {_cut_line(str(value), 80)}")
        return result
    raster = next((kind for start, kind in _RASTER.items() if data.startswith(start)), None)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        raster = "webp"
    if raster is None:
        result = field("text", "An image of a type that is not shown: only PNG, JPEG, GIF and WebP are.")
    elif len(data) > most:
        result = field("text", f"An image of {len(data) / 1e6:.1f} MB, too large to keep in the notebook.")
    else:
        result = FieldView(
            column=field("image", "").column,
            kind=field("image", "").kind,
            form="image",
            text=f"data:image/{raster};base64,{base64.b64encode(data).decode()}",
        )
    return result


def _image_bytes(value: Any, folder: Path | None) -> bytes | None:
    if not isinstance(value, str):
        return None
    if folder is not None:
        # A path in the data is not trusted to stay inside the dataset's folder.
        try:
            file = (folder / value).resolve()
            return file.read_bytes() if file.is_relative_to(folder.resolve()) and file.is_file() else None
        except (OSError, ValueError):  # no name for a file: too long, or with a zero in it
            return None
    try:
        return base64.b64decode(value.partition("base64,")[2] or value, validate=True)
    except (binascii.Error, ValueError):
        return None


def _json(plain: Any) -> str:
    return json.dumps(plain, ensure_ascii=False, default=str)


def _cut_line(text: str, characters: int = CELL_CHARACTERS) -> str:
    whole = text.strip()
    beginning = whole[: characters * 4]  # enough for a line, and quick for a text of any length
    line = _SPACE.sub(" ", beginning).strip()
    if len(line) <= characters and len(beginning) == len(whole):
        return line
    return line[: characters - 1] + "…"
