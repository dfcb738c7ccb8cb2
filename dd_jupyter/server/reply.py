"""A request -> what it is answered with: the arguments, the answer, and errors as sentences."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Mapping
from typing import Any

from dd_jupyter.display import words
from dd_jupyter.display.answers import awaiting
from dd_jupyter.display.view_parts import View
from dd_jupyter.errors import (
    ConfigError,
    ConflictError,
    DDJupyterError,
    NotFoundError,
    RefusedError,
    ServicesError,
    UnreachableError,
)
from dd_jupyter.resources.secrets import redact
from dd_jupyter.server.answering import Answering
from dd_jupyter.server.arguments import arguments
from dd_jupyter.server.handlers import Reply
from dd_jupyter.server.model import ErrorView
from dd_jupyter.server.routes import Route

LOGGER = logging.getLogger(__name__)

_STATUSES: tuple[tuple[type[DDJupyterError], int], ...] = (
    (ConfigError, 400),
    (RefusedError, 400),
    (NotFoundError, 404),
    (ConflictError, 409),
    (UnreachableError, 503),
    (ServicesError, 502),
    (DDJupyterError, 409),  # something stands in the way here: a run that has no records yet, a folder with others
)


def replied(
    answering: Answering,
    route: Route,
    names: Mapping[str, str],
    query: Mapping[str, str],
    body: bytes,
    forgotten: threading.Event,
) -> Reply:
    """Answer a request, or say why not."""
    awaiting.answer_until(forgotten)
    try:
        given = arguments(route, names, query, body)
        return Reply(200, _wire(getattr(answering, route.answer)(**given)))
    except DDJupyterError as error:
        LOGGER.debug("%s %s: %s", route.method, route.path, type(error).__name__)
        return Reply(status_of(error), _wire(ErrorView(message=words.shortened(redact(str(error))))))
    except awaiting.ForgottenError:
        return Reply(200, b"null")  # nobody reads it


def status_of(error: DDJupyterError) -> int:
    """The status that says it to the browser."""
    return next(status for kind, status in _STATUSES if isinstance(error, kind))


def _wire(answer: Any) -> bytes:
    return json.dumps(answer.to_wire() if isinstance(answer, View) else answer, allow_nan=False).encode()
