"""Print the JSON schema of what travels to the browser, which the TypeScript types are made from."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from dd_jupyter.display.live_model import LiveCompareView, LiveReportView, LiveRunView, LiveTableView
from dd_jupyter.display.requests.closed_set import REQUESTS, TOLD
from dd_jupyter.display.submit_model import LiveSubmitView

LIVE = (LiveRunView, LiveTableView, LiveCompareView, LiveReportView, LiveSubmitView)


def schema() -> dict[str, Any]:
    """The schema of `Wire`: what a view holds, may ask, is answered and is told."""
    asked, replies = list(REQUESTS), [reply for reply in REQUESTS.values() if reply is not None]
    models: dict[type[BaseModel], None] = dict.fromkeys([*LIVE, *TOLD, *replies])
    both: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "serialization") for model in models]
    both += [(model, "validation") for model in asked]
    _, whole = models_json_schema(both)
    definitions = whole["$defs"]
    for name, view in definitions.items():
        if name not in {kind.__name__ for kind in asked} and "properties" in view:
            view["required"] = list(view["properties"])  # a default is written out too
    for kind in asked:
        definitions[kind.__name__]["required"] = [*definitions[kind.__name__].get("required", []), "op"]
    return {
        "type": "object",
        "additionalProperties": False,
        "description": "Everything that travels between a view and the kernel.",
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
        },
        "required": ["live", "asks", "replies", "tells"],
        "$defs": definitions,
    }


def fingerprint() -> str:
    """What the generated file says it was made from."""
    return hashlib.sha256(json.dumps(schema(), sort_keys=True).encode()).hexdigest()[:16]


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
    print(json.dumps({"fingerprint": fingerprint(), "schema": schema()}))
