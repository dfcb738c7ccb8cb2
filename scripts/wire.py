"""Print the JSON schema of what travels to the browser, which the TypeScript types are made from."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from dd_jupyter.display.view_model import RunView
from dd_jupyter.display.widget import LIVE_FIELDS


def schema() -> dict[str, Any]:
    """The schema of `RunView`, and beside it of `LiveRunView`, the part that a live view holds."""
    whole = RunView.model_json_schema(mode="serialization")
    whole["$defs"]["LiveRunView"] = {
        "description": "The part of a RunView that a live view holds.",
        "type": "object",
        "additionalProperties": False,
        "properties": {name: value for name, value in whole["properties"].items() if name in LIVE_FIELDS},
    }
    for view in (whole, *whole["$defs"].values()):
        view["required"] = list(view["properties"])  # a default is written out too
    return whole


def fingerprint() -> str:
    """What the generated file says it was made from."""
    return hashlib.sha256(json.dumps(schema(), sort_keys=True).encode()).hexdigest()[:16]


if __name__ == "__main__":
    print(json.dumps({"fingerprint": fingerprint(), "schema": schema()}))
