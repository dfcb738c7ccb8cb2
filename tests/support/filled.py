"""Views with given texts in every place, made from their models, so that no field is forgotten."""

from __future__ import annotations

import types
from collections.abc import Iterator, Sequence
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from dd_jupyter.display.requests.closed_set import REQUESTS
from dd_jupyter.display.view_model import CellView, ColumnHeadView
from dd_jupyter.display.view_parts import View
from scripts.wire import LIVE

ROWS = 2
NUMBERS = {
    **dict.fromkeys(("rows", "total", "expected", "records"), ROWS),
    **dict.fromkeys(("start", "first", "number"), 0),
    "best": 5,
}
NO = {"told"}  # rows that are told cannot be asked for
PER_LOCATION = {"locations", "findings", "answers"}  # of a report: run and submit


def filled(kind: type[BaseModel], *texts: str, **parts: Any) -> Any:
    """A view whose texts are these.

    Its lists hold an item for each text, in each form that it may have. Where there is but one text, it is the first.
    """
    return kind.model_validate({**_fields(kind, texts), **parts})


def live_views(*texts: str) -> Iterator[View]:
    """Each kind of thing that a widget may hold, filled so; a run has ended."""
    for kind in LIVE:
        yield _variants(kind, texts[:1])[-1].model_copy(update=_fields(kind, texts, only=tuple))


def replies(*texts: str) -> dict[str, Any]:
    """What answers each request, as it travels: by the name of the request."""
    return {
        request.model_fields["op"].default: None if reply is None else filled(reply, *texts).model_dump(mode="json")
        for request, reply in REQUESTS.items()
    }


def _variants(kind: type[BaseModel], texts: Sequence[str]) -> list[Any]:
    """For each text one for each choice of the field that has most of them; two of a view without choices."""
    kind.model_rebuild()
    choices = {
        name: get_args(field.annotation)
        for name, field in kind.model_fields.items()
        if get_origin(field.annotation) is Literal
    }
    chosen = max(choices, key=lambda name: len(choices[name]), default=None)
    if chosen is None or len(choices[chosen]) < ROWS:
        views = [kind.model_validate(_fields(kind, [text])) for text in texts]
        return views * ROWS if len(views) < ROWS else views
    return [
        kind.model_validate({**fields, chosen: choice})
        for fields in (_fields(kind, [text]) for text in texts)
        for choice in choices[chosen]
    ]


def _fields(kind: type[BaseModel], texts: Sequence[str], only: Any = None) -> dict[str, Any]:
    kind.model_rebuild()
    return {
        name: _value(kind, name, field.annotation, texts)
        for name, field in kind.model_fields.items()
        if only is None or get_origin(field.annotation) is only
    }


def _value(owner: type[BaseModel], name: str, kind: Any, texts: Sequence[str]) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _value(owner, name, next(one for one in arguments if one is not types.NoneType), texts)
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return tuple(_values(owner, name, arguments[0], texts))
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return filled(kind, *texts)
    return {str: texts[0], bool: name not in NO, int: NUMBERS.get(name, 1), float: 0.5}[kind]


def _values(owner: type[BaseModel], name: str, kind: Any, texts: Sequence[str]) -> list[Any]:
    if kind is owner:  # Markdown in Markdown: one level of it is enough
        return [kind.model_validate({"tag": "text", "text": texts[0]})]
    if kind is ColumnHeadView:
        # As many as a row has cells. A name stands only once.
        cells = len(_variants(CellView, texts)) // len(texts)
        names = [f"{text} {number}" if number else text for text in texts for number in range(cells)]
        return [ColumnHeadView(name=each, kind=texts[0], detail=texts[0]) for each in names]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _variants(kind, texts[:1] if name in PER_LOCATION else texts)[: ROWS if name in PER_LOCATION else None]
    return list(range(ROWS)) if kind is int else [_value(owner, name, kind, texts)] * ROWS
