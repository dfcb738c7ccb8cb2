"""The TypeScript types say what the Python view model says."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_typescript_types_are_made_from_the_present_view_model() -> None:
    fingerprint = runpy.run_path(str(ROOT / "scripts" / "wire.py"))["fingerprint"]()

    header = (ROOT / "js" / "src" / "wire" / "wire.ts").read_text().splitlines()[0]

    assert f"Schema {fingerprint}." in header, "The view model has changed: run `make wire`."
