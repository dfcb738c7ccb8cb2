"""Views in which every text is the same one, made from their models, so that no field is forgotten."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from dd_jupyter.display.requests import REQUESTS
from dd_jupyter.display.view_model import CellView, ColumnHeadView
from dd_jupyter.display.view_parts import View
from scripts.wire import LIVE

ROWS = 2
NUMBERS = {
    **dict.fromkeys(("rows", "total", "expected", "records"), ROWS),
    **dict.fromkeys(("start", "first", "number"), 0),
    "best": 5,
}
PER_LOCATION = {"locations", "findings", "answers"}  # of a report: run and submit
NO = {"told"}  # rows that are told cannot be asked for


def filled(kind: type[BaseModel], text: str, **parts: Any) -> Any:
    """A view whose texts are all this one, and whose lists hold an item for each form that it may have."""
    return kind.model_validate({**_fields(kind, text), **parts})


def live_views(text: str) -> Iterator[View]:
    """Everything that a widget may hold, filled so."""
    for kind in LIVE:
        yield from _variants(kind, text)


def replies(text: str) -> dict[str, Any]:
    """What answers each request, as it travels: by the name of the request."""
    return {
        request.model_fields["op"].default: None if reply is None else filled(reply, text).model_dump(mode="json")
        for request, reply in REQUESTS.items()
    }


def _variants(kind: type[BaseModel], text: str) -> list[Any]:
    """One for each choice of the field that has most of them; two of a view without choices."""
    kind.model_rebuild()
    choices = {
        name: get_args(field.annotation)
        for name, field in kind.model_fields.items()
        if get_origin(field.annotation) is Literal
    }
    chosen = max(choices, key=lambda name: len(choices[name]), default=None)
    fields = _fields(kind, text)
    if chosen is None or len(choices[chosen]) < ROWS:
        return [kind.model_validate(fields)] * ROWS
    return [kind.model_validate({**fields, chosen: choice}) for choice in choices[chosen]]


def _fields(kind: type[BaseModel], text: str) -> dict[str, Any]:
    kind.model_rebuild()
    return {name: _value(kind, name, field.annotation, text) for name, field in kind.model_fields.items()}


def _value(owner: type[BaseModel], name: str, kind: Any, text: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _value(owner, name, next(one for one in arguments if one is not types.NoneType), text)
    if origin is Literal:
        return arguments[0]
    if origin is tuple:
        return _values(owner, name, arguments[0], text)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return filled(kind, text)
    return {str: text, bool: name not in NO, int: NUMBERS.get(name, 1), float: 0.5}[kind]


def _values(owner: type[BaseModel], name: str, kind: Any, text: str) -> list[Any]:
    if kind is owner:  # Markdown in Markdown: one level of it is enough
        return [kind.model_validate({"tag": "text", "text": text})]
    if kind is ColumnHeadView:
        heads = [ColumnHeadView(name=text, kind=text, detail=text, numeric=False)]
        return heads + [
            heads[0].model_copy(update={"name": f"{text} {n}"}) for n in range(1, len(_variants(CellView, text)))
        ]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _variants(kind, text)[:ROWS] if name in PER_LOCATION else _variants(kind, text)
    return list(range(ROWS)) if kind is int else [_value(owner, name, kind, text)] * ROWS
