"""Print the JSON schema of what travels to the browser, which the TypeScript types are made from."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from dd_jupyter.display.live_model import LiveCompareView, LiveReportView, LiveRunView, LiveTableView
from dd_jupyter.display.requests.closed_set import REQUESTS, TOLD
from dd_jupyter.display.saved_model import SavedView
from dd_jupyter.display.submit_model import LiveSubmitView
from dd_jupyter.server.model import ConnectionView, DeploymentsView, ErrorView, RunsView, TutorialsView

LIVE = (LiveRunView, LiveTableView, LiveCompareView, LiveReportView, LiveSubmitView)
SERVER: dict[str, type[BaseModel]] = {
    "deployments": DeploymentsView,
    "connection": ConnectionView,
    "runs": RunsView,
    "tutorials": TutorialsView,
    "error": ErrorView,
}


def schema() -> dict[str, Any]:
    """The schema of `Wire`: what a view holds, may ask, is answered and is told."""
    asked, replies = list(REQUESTS), [reply for reply in REQUESTS.values() if reply is not None]
    models: dict[type[BaseModel], None] = dict.fromkeys([*LIVE, *TOLD, *replies, SavedView, *SERVER.values()])
    both: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "serialization") for model in models]
    both += [(model, "validation") for model in asked]
    _, whole = models_json_schema(both)
    definitions = whole["$defs"]
    for name, view in definitions.items():
        # What a saved view has no answer for is left out of it.
        if name not in {"SavedAnswers", *(kind.__name__ for kind in asked)} and "properties" in view:
            view["required"] = list(view["properties"])  # a default is written out too
    for kind in asked:
        definitions[kind.__name__]["required"] = [*definitions[kind.__name__].get("required", []), "op"]
    return {
        "type": "object",
        "additionalProperties": False,
        "description": "Everything that travels between the browser and a kernel, a notebook or the server.",
        "properties": {
            "live": {"anyOf": [_reference(model) for model in LIVE]},
            "asks": _object({kind.model_fields["op"].default: _reference(kind) for kind in asked}),
            "replies": _object(
                {
                    kind.model_fields["op"].default: {"type": "null"} if reply is None else _reference(reply)
                    for kind, reply in REQUESTS.items()
                }
            ),
            "tells": _object({model.model_fields["tell"].default: _reference(model) for model in TOLD}),
            "saved": _reference(SavedView),
            "server": _object({name: _reference(model) for name, model in SERVER.items()}),
        },
        "required": ["live", "asks", "replies", "tells", "saved", "server"],
        "$defs": definitions,
    }


def saved_schema() -> dict[str, Any]:
    """What the JSON of an output must be like to be drawn, and what stands for what an earlier version left out."""
    bare: dict[str, Any] = _bare(SavedView.model_json_schema(mode="validation"))
    return bare


def fingerprint() -> str:
    """What the generated files say they were made from."""
    return hashlib.sha256(json.dumps([schema(), saved_schema()], sort_keys=True).encode()).hexdigest()[:16]


def _bare(schema: Any, named: bool = False) -> Any:
    """A schema without what only a person reads."""
    if isinstance(schema, list):
        return [_bare(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    passed_over = () if named else ("title", "description", "additionalProperties", "discriminator")
    return {
        key: item if key == "default" and not named else _bare(item, key in {"properties", "$defs"} and not named)
        for key, item in schema.items()
        if key not in passed_over
    }


def _reference(model: type[Any]) -> dict[str, str]:
    return {"$ref": f"#/$defs/{model.__name__}"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(properties),
    }


if __name__ == "__main__":
    print(json.dumps({"fingerprint": fingerprint(), "schema": schema(), "saved": saved_schema()}))
