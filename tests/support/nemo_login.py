"""A home folder of a person who uses the `nemo` command: its config files, and no variables from outside."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

DEPLOYMENT = "https://nemo.example.com"


def clean_home(patch: pytest.MonkeyPatch, folder: Path) -> Path:
    """A home in which nobody is logged in."""
    for name in list(os.environ):
        if name.startswith(("NMP_", "NHX_", "XDG_CONFIG_HOME")):
            patch.delenv(name)
    patch.setenv("HOME", str(folder))
    return folder


def content(
    base_url: str = DEPLOYMENT, *, name: str = "default", workspace: str | None = "research", **user: Any
) -> dict[str, Any]:
    """A config file of one context; without more it is one of a user without authentication."""
    context = {"name": name, "cluster": f"{name}-cluster", "user": f"{name}-user"}
    return {
        "current_context": name,
        "clusters": [{"name": f"{name}-cluster", "base_url": base_url}],
        "users": [{"name": f"{name}-user"} | (user or {"type": "no-auth"})],
        "contexts": [context | ({"workspace": workspace} if workspace else {})],
    }


def oauth(token: str, refresh_token: str | None = None) -> dict[str, Any]:
    """A user who is logged in."""
    return {"type": "oauth", "token": token} | ({"refresh_token": refresh_token} if refresh_token else {})


def write(home: Path, text: dict[str, Any] | str, dialect: str = "nmp") -> Path:
    """Write the config file of a dialect."""
    path = home / ".config" / dialect / "config.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text if isinstance(text, str) else yaml.safe_dump(text, sort_keys=False))
    path.chmod(0o600)
    return path
