"""The one door to the parts of data-designer that are private or differ between its versions.

Everything else in this package uses the library's public names only. `EngineRun` is one preview or
create of the library with three things added: it tells an `Observer` what it does while it does it,
it can be stopped from any thread, and it leaves no trace in the process (logging, ports, telemetry,
standard output). Tested with data-designer 0.7.0 and 0.9.x.
"""

from dd_jupyter.engine.designer import Settings
from dd_jupyter.engine.local_settings import (
    library_version,
    local_providers,
    refuse_telemetry_unless_asked_for,
    settings_file,
    write_default_settings,
)
from dd_jupyter.engine.observer import Column, Generation, Model, Observer, Violation
from dd_jupyter.engine.run import EngineRun, Stopped
from dd_jupyter.engine.warm_up import warm_up

__all__ = [
    "Column",
    "EngineRun",
    "Generation",
    "Model",
    "Observer",
    "Settings",
    "Stopped",
    "Violation",
    "library_version",
    "local_providers",
    "refuse_telemetry_unless_asked_for",
    "settings_file",
    "warm_up",
    "write_default_settings",
]
