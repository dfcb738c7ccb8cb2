"""A connection to NeMo Services -> what there is to see of it."""

from __future__ import annotations

from collections.abc import Iterable

from dd_jupyter.display import words
from dd_jupyter.display.panel import EntryView, PanelView
from dd_jupyter.display.view_parts import NoticeView, StatusView, WayOnView
from dd_jupyter.nemo.connection import FILESETS, Connection

NO_ORIGIN = {"", "none"}
"""What is said of a setting that nobody made."""


def connection_view(connection: Connection) -> PanelView:
    """Where it leads, as whom one is known there, and what can be done."""
    return PanelView(
        title="NeMo Services",
        name=connection.base_url,
        where=f"version {connection.version}" if connection.version else "",
        status=_status(connection),
        notices=tuple(_notices(connection)),
        entries=tuple(_entries(connection)),
        way_on=tuple(_ways_on(connection)),
    )


def ready_chips(ready: Iterable[str], not_ready: Iterable[str]) -> tuple[StatusView, ...]:
    """A chip for each service, those that need a look first."""
    return (
        *(StatusView(mark="✕", text=name, tone="failed") for name in not_ready),
        *(StatusView(mark="✓", text=name, tone="completed") for name in ready),
    )


def _status(connection: Connection) -> StatusView:
    if not connection.schema.has_data_designer:
        return StatusView(mark="!", text="Connected, without Data Designer", tone="warning")
    if connection.problem or not connection.runs_jobs:
        return StatusView(mark="!", text="Connected, not all can be used", tone="warning")
    return StatusView(mark="✓", text="Connected", tone="completed")


def _notices(connection: Connection) -> Iterable[NoticeView]:
    if connection.problem:
        yield NoticeView(level="warning", text=words.shortened(connection.problem))
    if not connection.schema.has_data_designer:
        text = "This deployment has no Data Designer service, so nothing can be submitted to it."
        yield NoticeView(level="warning", text=text)
    elif not connection.runs_jobs:
        yield NoticeView(level="warning", text=f"{_why_no_jobs(connection)} Previews do not need them.")


def _why_no_jobs(connection: Connection) -> str:
    if "jobs" not in connection.status.services.ready:
        return "The jobs service is not ready: a job cannot be submitted."
    sick = [name for name, healthy in connection.status.controllers.status.items() if not healthy]
    if sick:
        loops = ", ".join(f"`{name}`" for name in sick)
        return f"Jobs would not start: control loops that are not healthy: {loops}."
    return "Jobs would wait for ever: the deployment does not run the control loops that start them."


def _entries(connection: Connection) -> Iterable[EntryView]:
    origins = connection.origins
    yield EntryView(term="Deployment", text=f"`{connection.base_url}`", note=_origin(origins.get("base_url", "")))
    yield EntryView(term="Workspace", text=f"`{connection.workspace}`", note=_origin(origins.get("workspace", "")))
    if connection.asks_who:
        yield EntryView(term="Identity", text=connection.identity, note=_origin(origins.get("token", "")))
    else:
        yield EntryView(term="Identity", text="no authentication", note="the deployment does not ask who one is")
    services = connection.status.services
    yield EntryView(term="Services", chips=ready_chips(services.ready, services.not_ready))
    if not connection.schema.has_data_designer:
        return
    jobs = (
        StatusView(mark="✓", text="Jobs can run", tone="completed")
        if connection.runs_jobs
        else StatusView(mark="!", text="Jobs cannot run", tone="warning")
    )
    profiles = ", ".join(f"`{profile.name}` ({profile.backend})" for profile in connection.profiles)
    yield EntryView(term="Jobs", chips=(jobs,), note=f"execution profiles: {profiles}" if profiles else "")
    if FILESETS in connection.seeds:
        yield EntryView(term="Seeds", text=", ".join(connection.seeds))
    else:
        yield EntryView(
            term="Seeds",
            text=", ".join(connection.seeds),
            note="no Filesets: the plugin that reads them is not installed beside the services; `dd-jupyter` has it",
        )


def _origin(origin: str) -> str:
    return "" if origin in NO_ORIGIN else f"from {origin}"


def _ways_on(connection: Connection) -> Iterable[WayOnView]:
    if connection.schema.has_data_designer and not connection.problem:
        yield WayOnView(text="A preview there", code="%dd_preview sample -c builder --submit")
        if connection.runs_jobs:
            yield WayOnView(text="The jobs", code="%dd_jobs")
