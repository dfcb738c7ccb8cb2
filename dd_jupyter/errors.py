"""The errors that a person meets: one tree, each error one sentence and a way on."""

from __future__ import annotations

from typing import Any

_RED, _PLAIN = "\x1b[31m", "\x1b[0m"


class DDJupyterError(Exception):
    """Base of every error that this package raises on purpose.

    Its text says what happened, to what, and what to do. In a notebook the cell fails with that
    text alone; what led to it stays reachable as ``__cause__``.

    Attributes:
        report: The `ResolutionReport` of the configuration, where that is why; else None.
    """

    report: Any = None

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [f"{_RED}{type(self).__name__}{_PLAIN}: {self}"]


class ConfigError(DDJupyterError):
    """What was given is no configuration, or one that the library refuses."""


class ResourceError(DDJupyterError):
    """A resource that the configuration names cannot be used where it is to run."""


class RunError(DDJupyterError):
    """A run ended before it had made what was asked for."""


class ResumeError(RunError):
    """A dataset on disk cannot be gone on with."""


class NotReadyError(DDJupyterError):
    """Something was asked of a run that it does not have, or does not have yet."""


class ServicesError(DDJupyterError):
    """NeMo Services refused something, or failed.

    Attributes:
        status: The HTTP status of the answer; None where there was none.
        request_id: The id that the request carried, for the deployment's own log; "" if there is none.
        retry_after: Seconds after which the deployment wants to be asked again; None if it did not say.
    """

    def __init__(
        self, message: str, *, status: int | None = None, request_id: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.request_id = request_id
        self.retry_after = retry_after


class UnreachableError(ServicesError):
    """NeMo Services do not answer, or the connection broke."""


class DeniedError(ServicesError):
    """NeMo Services do not know who is asking, or do not let them (401, 403)."""


class NotFoundError(ServicesError):
    """What was asked for is not in NeMo Services (404)."""


class ConflictError(ServicesError):
    """There is something of that name, or its state does not allow what was asked (409)."""


class RefusedError(ServicesError):
    """NeMo Services do not accept what was sent (400, 413, 422)."""


class JobError(RunError):
    """A job ended before it had made what was asked for."""
