"""A Jupyter home for NVIDIA NeMo Data Designer.

In a notebook: ``%load_ext dd_jupyter``, then ``%%dd_preview`` and ``%%dd_create``. In a script or another
kind of notebook: `preview` and `create`, with ``watch=Live()`` to see them go on. Names are imported when they
are first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dd_jupyter.api import create, preview
    from dd_jupyter.display.live import Live
    from dd_jupyter.engine import Settings
    from dd_jupyter.errors import (
        ConfigError,
        DDJupyterError,
        NotReadyError,
        ResourceError,
        ResumeError,
        RunError,
    )
    from dd_jupyter.execution import Creation, Preview, Run

__version__ = "0.1.0"

_HOMES = {
    "preview": "api",
    "create": "api",
    "Live": "display.live",
    "Settings": "engine",
    "Run": "execution",
    "Preview": "execution",
    "Creation": "execution",
    "DDJupyterError": "errors",
    "ConfigError": "errors",
    "ResourceError": "errors",
    "RunError": "errors",
    "ResumeError": "errors",
    "NotReadyError": "errors",
}

__all__ = [
    "ConfigError",
    "Creation",
    "DDJupyterError",
    "Live",
    "NotReadyError",
    "Preview",
    "ResourceError",
    "ResumeError",
    "Run",
    "RunError",
    "Settings",
    "create",
    "preview",
]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """``%load_ext dd_jupyter``: register the magics; returns at once, the engine is warmed in a thread."""
    from dd_jupyter.extension import load

    load(shell)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"dd_jupyter.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


def _show_results_in_a_notebook() -> None:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    if shell is not None:
        from dd_jupyter.extension import show_results

        show_results(shell)


_show_results_in_a_notebook()
