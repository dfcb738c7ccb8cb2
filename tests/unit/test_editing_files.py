"""The browser knows the magics as they are, and its tests the present schema of a configuration."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "editing.py"))


@pytest.mark.parametrize("name", list(SCRIPT["FILES"]))
def test_what_the_browser_knows_is_made_from_the_present_code(name: str) -> None:
    written = json.loads((ROOT / name).read_text(encoding="utf-8"))

    assert written == SCRIPT["FILES"][name](), "The magics or the schema have changed: run `make wire`."


def test_every_magic_and_option_has_its_help() -> None:
    for magic in SCRIPT["magics"]():
        assert magic["help"].endswith(".")
        assert magic["line"] or magic["cell"]
        assert all(option["help"] and "%%" not in option["help"] for option in magic["options"])
