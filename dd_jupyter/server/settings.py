"""What the server's configuration says, beside where its folder is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What whoever runs the server has chosen.

    Attributes:
        base_url: Where NeMo Services are; "" for where the environment says.
        workspace: The workspace that is meant where none is named; "" for the one that the environment says.
        context: The context in the config file of the `nemo` command; "" for its current one.
        root: The server's folder: what a browser may see, and where a download goes.
    """

    base_url: str = ""
    workspace: str = ""
    context: str = ""
    root: Path = Path()
