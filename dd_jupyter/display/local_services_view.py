"""NeMo Services on this machine -> what there is to see of them."""

from __future__ import annotations

from collections.abc import Iterable

from dd_jupyter.display import words
from dd_jupyter.display.connection_view import ready_chips
from dd_jupyter.display.panel import EntryView, PanelView
from dd_jupyter.display.view_parts import NoticeView, StatusView, WayOnView
from dd_jupyter.nemo.local_services import LocalServices

_STATES = {
    "running": StatusView(mark="✓", text="Running", tone="completed"),
    "starting": StatusView(mark="●", text="Starting", tone="running"),
    "stopped": StatusView(mark="■", text="Stopped", tone="cancelled"),
    "crashed": StatusView(mark="✕", text="Crashed", tone="failed"),
}


def local_services_view(services: LocalServices) -> PanelView:
    """How they are, where they are and how to stop them."""
    return PanelView(
        title="Local NeMo Services",
        name=services.base_url if services.pid is not None else "",
        time=f"up {words.lasting(services.uptime)}" if services.uptime is not None else "",
        status=_STATES[services.state],
        notices=tuple(_notices(services)),
        entries=tuple(_entries(services)),
        way_on=tuple(_ways_on(services)),
    )


def _notices(services: LocalServices) -> Iterable[NoticeView]:
    if services.state == "crashed":
        text = "Their process ended without being stopped; `%dd_services logs` shows its last lines. Their data stay."
        yield NoticeView(level="error", text=text)


def _entries(services: LocalServices) -> Iterable[EntryView]:
    if services.ready or services.not_ready:
        yield EntryView(term="Services", chips=ready_chips(services.ready, services.not_ready))
    if services.pid is not None:
        yield EntryView(term="Process", text=f"`{services.pid}`")
    yield EntryView(term="Folder", text=f"`{words.from_here(services.folder)}`", note="their data, kept when they stop")
    yield EntryView(term="Log", text=f"`{words.from_here(services.log)}`")


def _ways_on(services: LocalServices) -> Iterable[WayOnView]:
    if services.pid is None:
        yield WayOnView(text="Start them", code="%dd_services start")
    else:
        yield WayOnView(text="Speak to them", code=f"%dd_connect --base-url {services.base_url}")
        yield WayOnView(text="Stop them", code="%dd_services stop")
    yield WayOnView(text="Their log", code="%dd_services logs")
