"""Everything the magics do, as functions."""

from dd_jupyter.api.connection import connect
from dd_jupyter.api.local_services import (
    services_log,
    services_status,
    set_up_provider,
    start_services,
    stop_services,
)
from dd_jupyter.api.resources import check, make_persona_fileset, migrate
from dd_jupyter.api.runs import DEFAULT_ARTIFACT_PATH, create, preview
from dd_jupyter.api.service_jobs import attach, cancel, download, jobs, submit

__all__ = [
    "DEFAULT_ARTIFACT_PATH",
    "attach",
    "cancel",
    "check",
    "connect",
    "create",
    "download",
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
]
