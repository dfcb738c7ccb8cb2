"""What a person sees of a run in the output of a cell."""

from __future__ import annotations

from tests.support.kernel import Kernel
from tests.support.outputs import Outcome


def seen(outcome: Outcome) -> str:
    """The view of a run as text; "" before there is one."""
    return str(outcome.displays[0].get("text/plain", "")) if outcome.displays else ""


def value(kernel: Kernel, expression: str) -> str:
    """What an expression gives in a kernel, as text."""
    outcome = kernel.run(expression)
    assert outcome.status == "ok" and outcome.result is not None, outcome
    return str(outcome.result["text/plain"])
