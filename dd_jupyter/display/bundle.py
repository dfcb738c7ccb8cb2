"""A run as one mimebundle, which every front end draws as well as it can."""

from __future__ import annotations

from typing import Any

from dd_jupyter.display.html import to_html
from dd_jupyter.display.run_view import view_of
from dd_jupyter.display.text import to_text
from dd_jupyter.display.view_model import RunView
from dd_jupyter.execution import Run


def bundle(view: RunView) -> dict[str, str]:
    """Static HTML and plain text: both last in a saved notebook, without JavaScript or network."""
    return {"text/html": to_html(view), "text/plain": to_text(view)}


def mimebundle_of(run: Run[Any], **_: Any) -> dict[str, str]:
    """What IPython shows for a run that is the value of a cell."""
    return bundle(view_of(run))
