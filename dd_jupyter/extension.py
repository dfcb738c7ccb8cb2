"""What happens when the package is loaded into IPython."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING

from dd_jupyter.engine import refuse_telemetry_unless_asked_for

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


_SHOWN = (
    ("execution.results", "Preview"),
    ("execution.results", "Creation"),
    ("execution.job", "Job"),
    ("execution.job_list", "JobList"),
    ("resources.report", "ResolutionReport"),
    ("resources.migration.migration", "Migration"),
    ("nemo.connection", "Connection"),
    ("nemo.local_services", "LocalServices"),
)
"""What is drawn when it is the value of a cell, by module and class."""


def load(shell: InteractiveShell) -> None:
    """Register the magics, their completion and how results look, and warm the engine in a thread."""
    from dd_jupyter.magics import register

    refuse_telemetry_unless_asked_for()
    register(shell)
    complete_magics(shell)
    show_results(shell)
    _import_what_threads_cannot_share()
    threading.Thread(target=_warm_up, name="dd_jupyter-warm-up", daemon=True).start()


def _import_what_threads_cannot_share() -> None:
    """Import the two modules that put another in their place, before a second thread imports them too.

    The library imports them, in the warm-up and in the first cell alike. A thread that waits for the other
    to finish gets the module that was replaced, and fails: "cannot import name 'PythonLexer'". Takes 8 ms.
    """
    for name in ("pygments.formatters", "pygments.lexers"):
        import_module(name)


def complete_magics(shell: InteractiveShell) -> None:
    """Have the shell complete options; once, however often the extension is loaded."""
    from dd_jupyter.completion import matcher
    from dd_jupyter.magics import parsers

    completer = shell.Completer
    others = [one for one in completer.custom_matchers if getattr(one, "__name__", "") != "dd_jupyter_matcher"]
    completer.custom_matchers = [*others, matcher(shell, parsers())]


def show_results(shell: InteractiveShell) -> None:
    """Have the shell draw runs, jobs and the like; by name, so that nothing is imported before there is one."""
    formatter = shell.display_formatter.mimebundle_formatter  # type: ignore[union-attr]
    for module, kind in _SHOWN:
        formatter.for_type_by_name(f"dd_jupyter.{module}", kind, _mimebundle)


def _mimebundle(run: object, **options: object) -> dict[str, str]:
    from dd_jupyter.display.bundle import mimebundle_of

    return mimebundle_of(run)


def _warm_up() -> None:
    """Import what the first preview needs. A failure shows itself there, with its own words."""
    import logging

    try:
        # The view first: a cell that is run at once has something to show while the library comes.
        import dd_jupyter.display.live
        from dd_jupyter.display.html import compile_templates

        compile_templates()
        from dd_jupyter.engine import warm_up

        warm_up()
        import dd_jupyter.api
        import dd_jupyter.display.widgets.run_widget  # noqa: F401
    except Exception:
        logging.getLogger(__name__).debug("warming up failed", exc_info=True)
