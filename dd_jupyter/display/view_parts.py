"""The small values that all views are made of."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Tone = Literal["running", "completed", "cancelled", "failed", "waiting", "warning"]


class View(BaseModel):
    """Base of all views: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_wire(self) -> dict[str, Any]:
        """As it travels to the browser."""
        return self.model_dump(mode="json")


class StatusView(View):
    """How something stands, as a chip: a mark and a word, so that no colour has to be told apart.

    Attributes:
        tone: Which colour it has.
    """

    mark: str
    text: str
    tone: Tone


class FactView(View):
    """A small fact for the foot of the view: "5,310 tokens"; `hint` says more when asked."""

    text: str
    hint: str = ""


class NoticeView(View):
    """A sentence that matters now: an error with its way on, a provider that keeps us waiting."""

    level: Literal["info", "warning", "error"]
    text: str


class WayOnView(View):
    """What a person can do next: words and the code for it."""

    text: str
    code: str
