"""What NeMo Services say of a job, in a person's words."""

from __future__ import annotations

from dd_jupyter.display import words
from dd_jupyter.display.view_model import RunState
from dd_jupyter.display.view_parts import StatusView

_STATUSES = {
    "created": StatusView(mark="○", text="Waiting", tone="waiting"),
    "pending": StatusView(mark="○", text="Starting", tone="running"),
    "active": StatusView(mark="●", text="At work", tone="running"),
    "pausing": StatusView(mark="‖", text="Pausing", tone="warning"),
    "paused": StatusView(mark="‖", text="Paused", tone="warning"),
    "resuming": StatusView(mark="○", text="Starting again", tone="running"),
    "cancelling": StatusView(mark="■", text="Cancelling", tone="cancelled"),
    "cancelled": StatusView(mark="■", text="Cancelled", tone="cancelled"),
    "error": StatusView(mark="✕", text="Failed", tone="failed"),
    "completed": StatusView(mark="✓", text="Completed", tone="completed"),
}

_ENDS: dict[str, RunState] = {"completed": "completed", "cancelled": "cancelled", "error": "failed"}


def status_view(status: str) -> StatusView:
    """The chip of a job; what only a newer deployment says is shown as it is."""
    unknown = words.cut(status.replace("_", " "), 40).capitalize() or "Unknown"
    return _STATUSES.get(status) or StatusView(mark="○", text=unknown, tone="waiting")


def end_of(status: str) -> RunState | None:
    """How a job ended; None while it has not."""
    return _ENDS.get(status)
