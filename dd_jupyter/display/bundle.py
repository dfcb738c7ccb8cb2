"""What is shown as one mimebundle, which every front end draws as well as it can."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dd_jupyter.display import front_end
from dd_jupyter.display.html import migration_to_html, panel_to_html, report_to_html, to_html
from dd_jupyter.display.panel import PanelView
from dd_jupyter.display.report_model import ReportView
from dd_jupyter.display.report_text import report_to_text
from dd_jupyter.display.report_view import report_view
from dd_jupyter.display.run_view import view_of
from dd_jupyter.display.saved import answers_of_run
from dd_jupyter.display.text import panel_to_text, to_text
from dd_jupyter.display.view_model import RunView
from dd_jupyter.execution.run import Run
from dd_jupyter.resources.report import ResolutionReport

if TYPE_CHECKING:
    from dd_jupyter.display.migration_model import MigrationView


def bundle(view: RunView) -> dict[str, str]:
    """Static HTML and plain text: both last in a saved notebook, without JavaScript or network."""
    return {"text/html": to_html(view), "text/plain": to_text(view)}


def panel_bundle(view: PanelView) -> dict[str, str]:
    """The same of a panel."""
    return {"text/html": panel_to_html(view), "text/plain": panel_to_text(view)}


def report_bundle(view: ReportView) -> dict[str, str]:
    """The same of a resolution report."""
    return {"text/html": report_to_html(view), "text/plain": report_to_text(view)}


def migration_bundle(view: MigrationView) -> dict[str, str]:
    """The same of a migration."""
    from dd_jupyter.display.migration_text import migration_to_text

    return {"text/html": migration_to_html(view), "text/plain": migration_to_text(view)}


def mimebundle_of(shown: Any, **_: Any) -> dict[str, Any]:
    """What IPython shows for the value of a cell: a run, a report, a migration, a list of jobs and the like.

    Raises:
        TypeError: For anything else.
    """
    if isinstance(shown, Run):
        return _bundle_of_run(shown)
    if isinstance(shown, ResolutionReport):
        return report_bundle(report_view(shown))
    # What speaks to NeMo Services is imported with the first thing of theirs that is shown.
    from dd_jupyter.display.panels import panel_of
    from dd_jupyter.resources.migration.migration import Migration

    if isinstance(shown, Migration):
        from dd_jupyter.display.migration_view import migration_view

        return migration_bundle(migration_view(shown))
    return panel_bundle(panel_of(shown))


def _bundle_of_run(run: Run[Any]) -> dict[str, Any]:
    """With a widget where there may be a browser; of a run that goes on, it follows."""
    view = view_of(run)
    if not front_end.has_a_kernel():
        return bundle(view)
    from dd_jupyter.display.widgets.run_widget import RunWidget

    widget = RunWidget(run)
    widget.follow()
    return widget.bundle_with(bundle(view), answers_of_run(view, run.logged))
