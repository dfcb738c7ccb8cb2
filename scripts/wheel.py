"""What a wheel carries beside the package: the parts that Jupyter finds by their place, and the tutorials.

It is a build hook and no table in `pyproject.toml`, because an installation in place must have none of it: that would
keep copies that are never renewed, of files that a fresh checkout has not built yet. There, `make` links them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

EXTENSION = "share/jupyter/labextensions/dd-jupyter"
SERVER = "etc/jupyter/jupyter_server_config.d/dd_jupyter.json"


class BesideThePackage(BuildHookInterface[Any]):
    """Adds them to a wheel that is built, and nothing to one that points at this folder."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "standard":
            return
        build_data["shared_data"] |= {
            "dd_jupyter/labextension": EXTENSION,
            "etc/install.json": f"{EXTENSION}/install.json",
            "etc/dd_jupyter.json": SERVER,
        }
        notebooks = Path(self.root, "notebooks").glob("[0-9]*.ipynb")
        build_data["force_include"] |= {str(path): f"dd_jupyter/tutorials/{path.name}" for path in notebooks}
