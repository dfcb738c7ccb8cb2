"""Where a download may go: into a folder below that of the server, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

from dd_jupyter.errors import ConfigError

_NO_NAME = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|]')


def folder_below(root: Path, asked: str) -> Path:
    """The folder that is meant by a path below the server's own.

    Raises:
        ConfigError: When it is not below it, or hidden.
    """
    parts = asked.strip().removesuffix("/").split("/")
    if any(part in {"", ".", ".."} for part in parts) or _NO_NAME.search(asked):
        raise ConfigError(
            "A download goes into a folder below that of the Jupyter server, written as `artifacts/reviews`. "
            "Choose such a folder."
        )
    if any(part.startswith(".") for part in parts):  # where programs keep what they run when they start
        raise ConfigError("A download does not go into a hidden folder. Choose one whose name begins with no dot.")
    root = root.resolve()
    folder = root.joinpath(*parts)
    try:
        inside = folder.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link that leads to itself
        inside = False
    if not inside or folder.is_symlink():
        raise ConfigError("That folder is a link that leads out of the Jupyter server's own. Choose another folder.")
    return folder
