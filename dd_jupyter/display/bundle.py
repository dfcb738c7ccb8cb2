"""What is shown as one mimebundle, which every front end draws as well as it can."""

from __future__ import annotations

from typing import Any

from dd_jupyter.display.html import panel_to_html, to_html
from dd_jupyter.display.panel import PanelView
from dd_jupyter.display.run_view import view_of
from dd_jupyter.display.text import panel_to_text, to_text
from dd_jupyter.display.view_model import RunView
from dd_jupyter.execution.run import Run


def bundle(view: RunView) -> dict[str, str]:
    """Static HTML and plain text: both last in a saved notebook, without JavaScript or network."""
    return {"text/html": to_html(view), "text/plain": to_text(view)}


def panel_bundle(view: PanelView) -> dict[str, str]:
    """The same of a panel."""
    return {"text/html": panel_to_html(view), "text/plain": panel_to_text(view)}


def mimebundle_of(shown: Any, **_: Any) -> dict[str, str]:
    """What IPython shows for the value of a cell: a run, a list of jobs, a connection, local services.

    Raises:
        TypeError: For anything else.
    """
    if isinstance(shown, Run):
        return bundle(view_of(shown))
    # What speaks to NeMo Services is imported with the first thing of theirs that is shown.
    from dd_jupyter.display.panels import panel_of

    return panel_bundle(panel_of(shown))
