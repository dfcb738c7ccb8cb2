"""One request that the model double got."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.model_answers import HEALTH_CHECK_IMAGE, HEALTH_CHECK_TEXT, prompt_of

CHAT = "/chat/completions"
EMBEDDINGS = "/embeddings"
IMAGES = "/images/generations"


@dataclass(eq=False)
class Request:
    """What came in, and what became of it.

    Attributes:
        path: Without the `/v1` that all paths begin with.
        body: The parsed JSON.
        headers: As they were sent, names in lower case.
        time: When it arrived, on the clock of `time.monotonic`.
        status: HTTP status of the answer; None while it is pending, and for ever if the client left.
        abandoned: The client closed the connection before it had the answer.
    """

    path: str
    body: dict[str, Any]
    headers: Mapping[str, str]
    time: float = field(default_factory=time.monotonic)
    status: int | None = None
    abandoned: bool = False

    @property
    def pending(self) -> bool:
        return self.status is None and not self.abandoned

    @property
    def key(self) -> str | None:
        """The API key that was sent; None if there was none."""
        scheme, _, key = self.headers.get("authorization", "").partition(" ")
        return key if scheme == "Bearer" else None

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def prompt(self) -> str:
        """The text of the last message of the user, or the prompt of an image."""
        return prompt_of(self.body)

    @property
    def is_chat(self) -> bool:
        return self.path == CHAT

    @property
    def is_health_check(self) -> bool:
        """Whether it is what Data Designer sends to each model before a run."""
        if self.path == EMBEDDINGS:
            return self.body.get("input") == [HEALTH_CHECK_TEXT]
        return self.prompt in (HEALTH_CHECK_TEXT, HEALTH_CHECK_IMAGE)


Which = Callable[[Request], bool]


def every_request(request: Request) -> bool:
    return True


def health_checks(request: Request) -> bool:
    return request.is_health_check


def work(request: Request) -> bool:
    """Requests for cells of a dataset: all but the health checks."""
    return not request.is_health_check
