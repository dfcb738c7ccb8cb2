"""The OpenAPI description of all that can be asked, made from what answers it."""

from __future__ import annotations

import functools
import inspect
from importlib.metadata import version
from typing import Any, get_type_hints

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from dd_jupyter.server.answering import READING, Answering
from dd_jupyter.server.arguments import Parameter, parameters
from dd_jupyter.server.model import ErrorView
from dd_jupyter.server.routes import BASE, ROUTES, Route

_SCHEMAS = "#/components/schemas/{model}"
_ERRORS = {
    400: "The request cannot be understood, or is not accepted.",
    403: "Whoever asks is not logged in, or may not ask that.",
    404: "What is asked for is not there.",
    409: "It cannot be done as things stand.",
    500: "Something went wrong here; the server's log says what.",
    502: "NeMo Services refuse, or failed.",
    503: "NeMo Services cannot be reached.",
}


@functools.cache
def description() -> dict[str, Any]:
    """All routes in OpenAPI 3.1."""
    schemas: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(f"/{BASE}/{route.path}", {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "dd_jupyter's server extension",
            "description": "Jobs in NeMo Services and runs of this machine, for the browser. All below the base URL of "
            "the Jupyter server, and asked as that is: logged in, and with its XSRF token where something changes.",
            "version": version("dd-jupyter"),
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    answer = getattr(Answering, route.answer)
    given = parameters(route)
    body = next((parameter for parameter in given if parameter.place == "body"), None)
    operation: dict[str, Any] = {
        "operationId": route.answer,
        "summary": inspect.cleandoc(answer.__doc__).splitlines()[0],
        "parameters": [_parameter(parameter, schemas) for parameter in given if parameter is not body],
        "responses": {
            "200": {
                "description": "The answer.",
                "content": _json(_schema(TypeAdapter(get_type_hints(answer)["return"]), schemas, "serialization")),
            },
            **{
                str(status): {
                    "description": text,
                    "content": _json(_schema(TypeAdapter(ErrorView), schemas, "serialization")),
                }
                for status, text in _ERRORS.items()
            },
        },
    }
    if body is not None:
        operation["requestBody"] = {"content": _json(_schema(body.kind, schemas))}
    return operation


def _parameter(parameter: Parameter, schemas: dict[str, Any]) -> dict[str, Any]:
    schema = _schema(parameter.kind, schemas)
    described = {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": schema.pop("description", ""),
    }
    if parameter.name == "ask":
        asked = [_schema(TypeAdapter(kind), schemas) for kind in READING]
        return described | {"content": _json({"oneOf": asked})}
    return described | {"schema": schema}


def _schema(kind: TypeAdapter[Any], schemas: dict[str, Any], mode: JsonSchemaMode = "validation") -> dict[str, Any]:
    """The schema of a type; the models that it is made of are put among the others."""
    schema = kind.json_schema(ref_template=_SCHEMAS, mode=mode)
    schemas.update(schema.pop("$defs", {}))
    if schema.get("type") == "object" and "title" in schema and "properties" in schema:
        name = schema["title"]
        schemas[name] = schema
        return {"$ref": _SCHEMAS.format(model=name)}
    return schema


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
