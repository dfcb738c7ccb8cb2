"""Everything that is shown as a panel -> its view."""

from __future__ import annotations

from functools import singledispatch

from dd_jupyter.display.connection_view import connection_view
from dd_jupyter.display.job_list_view import job_list_view
from dd_jupyter.display.local_services_view import local_services_view
from dd_jupyter.display.panel import PanelView
from dd_jupyter.execution.job_list import JobList
from dd_jupyter.nemo.connection import Connection
from dd_jupyter.nemo.local_services import LocalServices


@singledispatch
def panel_of(shown: object) -> PanelView:
    """The view of what is shown.

    Raises:
        TypeError: When there is none for its type.
    """
    raise TypeError(f"There is no view for {type(shown).__name__}.")


@panel_of.register
def _(shown: JobList) -> PanelView:
    return job_list_view(shown)


@panel_of.register
def _(shown: Connection) -> PanelView:
    return connection_view(shown)


@panel_of.register
def _(shown: LocalServices) -> PanelView:
    return local_services_view(shown)
