"""What there is to see of a migration."""

from __future__ import annotations

from typing import Literal

from dd_jupyter.display.panel import MeterView
from dd_jupyter.display.view_parts import NoticeView, StatusView, View, WayOnView


class StepView(View):
    """One thing that a migration does.

    Attributes:
        action: What is done: "Upload"; "" where nothing can be.
        kind: Of the resource: "seed"; "" where the action says it.
        name: The resource as the configuration names it; "" where there is but one of its kind.
        source: What it is made from; in backticks what is code.
        target: What the configuration names afterwards; "" for none.
        size: "1,204 records" and "84 kB"; what is not known is left out.
        text: Why it is impossible or failed, or what to know of it; in backticks what is code.
    """

    action: str
    kind: str
    name: str
    source: str
    target: str
    size: tuple[str, ...]
    status: StatusView
    text: str = ""


class DiffLineView(View):
    """A line of the configuration, before or after."""

    sign: Literal["+", "-", " "]
    text: str


class MigrationView(View):
    """A migration, whole: what is planned, what was done of it, and what becomes of the configuration.

    Attributes:
        name: The variable that is to hold the new configuration; "" without one.
        where: "to NeMo Services · workspace default" or "to this machine".
        meter: How far the step at work is.
        diff: The configuration before and after, the lines around a change included.
        added: Lines that are in the new one only, all of them, also those that `diff` has no room for.
        removed: Lines that are in the old one only.
        diff_cut: Lines left out at the end of `diff`.
        way_on: For the foot: code to type next, each with its words.
    """

    title: str
    name: str
    where: str
    status: StatusView
    notices: tuple[NoticeView, ...] = ()
    steps: tuple[StepView, ...] = ()
    meter: MeterView | None = None
    diff: tuple[DiffLineView, ...] = ()
    added: int = 0
    removed: int = 0
    diff_cut: int = 0
    way_on: tuple[WayOnView, ...] = ()
