"""A Jupyter home for NVIDIA NeMo Data Designer.

In a notebook: ``%load_ext dd_jupyter``, then ``%%dd_preview`` and ``%%dd_create``, with ``--submit`` in NeMo
Services; ``%%dd_check`` says what a configuration depends on, ``%%dd_migrate`` moves it, ``%dd_submit`` is a form for
both, and ``%dd_compare`` shows what differs between two previews. In a script or another kind of notebook: `preview`,
`create`, `submit`, with ``watch=Live()`` to see them go on, `check`, `migrate`, `submit_form`, `compare`, `table` for
any DataFrame, `connect`, `jobs` and `attach`. Names are imported when they are first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dd_jupyter.api import (
        attach,
        check,
        connect,
        create,
        jobs,
        make_persona_fileset,
        migrate,
        preview,
        services_log,
        services_status,
        set_up_provider,
        start_services,
        stop_services,
        submit,
    )
    from dd_jupyter.display.compare.comparison import Comparison, compare
    from dd_jupyter.display.live import Live
    from dd_jupyter.display.widgets.table_widget import table
    from dd_jupyter.engine import Settings
    from dd_jupyter.errors import (
        ConfigError,
        ConflictError,
        DDJupyterError,
        DeniedError,
        JobError,
        NotFoundError,
        NotReadyError,
        RefusedError,
        ResourceError,
        ResumeError,
        RunError,
        ServicesError,
        UnreachableError,
    )
    from dd_jupyter.execution.job import Job
    from dd_jupyter.execution.results import Creation, Preview
    from dd_jupyter.execution.run import Run
    from dd_jupyter.forms import submit_form
    from dd_jupyter.resources.fileset_seed import FilesetFileSeedSource
    from dd_jupyter.resources.migration.migration import Migration
    from dd_jupyter.resources.report import ResolutionReport

__version__ = "0.1.0"

_HOMES = {
    "preview": "api",
    "create": "api",
    "check": "api",
    "migrate": "api",
    "make_persona_fileset": "api",
    "submit": "api",
    "connect": "api",
    "jobs": "api",
    "attach": "api",
    "start_services": "api",
    "stop_services": "api",
    "services_status": "api",
    "services_log": "api",
    "set_up_provider": "api",
    "submit_form": "forms",
    "compare": "display.compare.comparison",
    "Comparison": "display.compare.comparison",
    "FilesetFileSeedSource": "resources.fileset_seed",
    "Migration": "resources.migration.migration",
    "ResolutionReport": "resources.report",
    "Live": "display.live",
    "table": "display.widgets.table_widget",
    "Settings": "engine",
    "Run": "execution.run",
    "Preview": "execution.results",
    "Creation": "execution.results",
    "Job": "execution.job",
    "DDJupyterError": "errors",
    "ConfigError": "errors",
    "ResourceError": "errors",
    "RunError": "errors",
    "ResumeError": "errors",
    "NotReadyError": "errors",
    "JobError": "errors",
    "ServicesError": "errors",
    "UnreachableError": "errors",
    "DeniedError": "errors",
    "NotFoundError": "errors",
    "ConflictError": "errors",
    "RefusedError": "errors",
}

__all__ = [
    "Comparison",
    "ConfigError",
    "ConflictError",
    "Creation",
    "DDJupyterError",
    "DeniedError",
    "FilesetFileSeedSource",
    "Job",
    "JobError",
    "Live",
    "Migration",
    "NotFoundError",
    "NotReadyError",
    "Preview",
    "RefusedError",
    "ResolutionReport",
    "ResourceError",
    "ResumeError",
    "Run",
    "RunError",
    "ServicesError",
    "Settings",
    "UnreachableError",
    "attach",
    "check",
    "compare",
    "connect",
    "create",
    "jobs",
    "make_persona_fileset",
    "migrate",
    "preview",
    "services_log",
    "services_status",
    "set_up_provider",
    "start_services",
    "stop_services",
    "submit",
    "submit_form",
    "table",
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
