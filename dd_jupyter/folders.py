"""Where this package keeps what is its own on this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HOME_VARIABLE = "DD_JUPYTER_HOME"


def own_folder() -> Path:
    """The folder for run records and local services, which may not exist yet.

    ``DD_JUPYTER_HOME`` if that is set; else ``dd_jupyter`` where the system keeps programs' data:
    ``$XDG_DATA_HOME`` or ``~/.local/share``, ``~/Library/Application Support``, ``%LOCALAPPDATA%``.
    """
    chosen = os.environ.get(HOME_VARIABLE)
    if chosen:
        return Path(chosen).expanduser().absolute()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        named = Path(os.environ.get("XDG_DATA_HOME", ""))
        base = named if named.is_absolute() else Path.home() / ".local" / "share"
    return base / "dd_jupyter"
