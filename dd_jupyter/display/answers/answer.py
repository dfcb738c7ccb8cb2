"""What answers one kind of request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dd_jupyter.display.view_parts import View

Answer = Callable[[Any], View | None]
"""Answers one kind of request; in a thread of its own, so it may take its time. With `awaiting.check` it can find out
whether anybody still waits. A `DDJupyterError` that it raises is shown to the person."""
