"""Write what the browser knows of our magics, and the schema of a configuration that its tests use."""

from __future__ import annotations

import argparse
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dd_jupyter.config_schema import schema
from dd_jupyter.magics import MAGICS

ROOT = Path(__file__).parents[1]
FILES: dict[str, Callable[[], dict[str, Any]]] = {
    "js/src/wire/magics.json": lambda: {"magics": magics()},
    "js/tests/editing_schema.json": schema,
}


def magics() -> list[dict[str, Any]]:
    """Each magic with its options, in the words that its help has."""
    return [
        {
            "name": name,
            "help": _first_sentence(getattr(kind, name).__doc__),
            "line": name in kind.magics["line"],
            "cell": name in kind.magics["cell"],
            "arguments": [_argument(one) for one in parser._actions if not one.option_strings],
            "options": [_option(one) for one in parser._actions if one.option_strings],
        }
        for kind in MAGICS
        for name in sorted({*kind.magics["line"], *kind.magics["cell"]})
        for parser in [getattr(kind, name).parser]
    ]


def _first_sentence(documentation: str) -> str:
    _, _usage, first, *_ = inspect.cleandoc(documentation).split("\n\n")  # "::", how it is called, what it does
    return " ".join(first.split())


def _argument(action: argparse.Action) -> dict[str, Any]:
    return {"choices": list(action.choices or []), "help": _help(action)}


def _option(action: argparse.Action) -> dict[str, Any]:
    takes_value = action.nargs is None
    return {
        "names": action.option_strings,
        "value": (action.metavar or action.dest.upper()) if takes_value else None,
        "choices": list(action.choices or []),
        "repeatable": isinstance(action, argparse._AppendAction),
        "help": _help(action),
    }


def _help(action: argparse.Action) -> str:
    return (action.help or "").replace("%%", "%")


if __name__ == "__main__":
    for name, content in FILES.items():
        (ROOT / name).write_text(json.dumps(content(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
