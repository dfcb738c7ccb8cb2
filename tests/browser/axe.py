"""What axe-core, which knows the rules of WCAG and more, finds wrong with a view."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Locator, Page

_AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

OF_THE_PAGE = ["region", "page-has-heading-one", "landmark-one-main", "bypass"]
"""Rules about a whole page, of which a view is but a part."""


def assert_accessible(page: Page | Frame, view: Locator) -> None:
    """Fail where axe finds anything in the view, told as a sentence and a place each."""
    assert violations(page, view) == []


def violations(page: Page | Frame, view: Locator) -> list[str]:
    """What axe finds: the rule, what it says, and where."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))  # not as a <script>, which a policy of the page may forbid
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {rule: {"enabled": False} for rule in OF_THE_PAGE},
        "resultTypes": ["violations"],
    }
    found = view.evaluate("(view, options) => axe.run(view, options)", options)
    return [
        f"{each['id']}: {each['help']}: {node['html'][:120]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for each in found["violations"]
        for node in each["nodes"]
    ]
