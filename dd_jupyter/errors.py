"""The errors that a person meets: one tree, each error one sentence and a way on."""

from __future__ import annotations

_RED, _PLAIN = "\x1b[31m", "\x1b[0m"


class DDJupyterError(Exception):
    """Base of every error that this package raises on purpose.

    Its text says what happened, to what, and what to do. In a notebook the cell fails with that
    text alone; what led to it stays reachable as ``__cause__``.
    """

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
