"""Asking NeMo Services from a thread that must not wait for long."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

from dd_jupyter.errors import UnreachableError
from dd_jupyter.nemo import background
from dd_jupyter.nemo.deployment import Deployment

ANSWER_SECONDS = 10.0
"""A person waits, and a page asks again: an answer that takes longer is given up."""

T = TypeVar("T")


def answer_of(deployment: Deployment, asked: Coroutine[Any, Any, T], seconds: float = ANSWER_SECONDS) -> T:
    """What a deployment answers.

    Raises:
        UnreachableError: When it does not, in that time.
        ServicesError: What it says instead.
    """
    try:
        return background.wait_for(asked, seconds)
    except TimeoutError:
        raise late(deployment, seconds) from None


def late(deployment: Deployment, seconds: float) -> UnreachableError:
    """The error to raise where a deployment has not answered in that time."""
    return UnreachableError(
        f"NeMo Services at {deployment.base_url} did not answer within {seconds:g} s. Try again in a moment."
    )
