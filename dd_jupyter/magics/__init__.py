"""The magics: each parses what was typed, calls the function of the same purpose, and shows what comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dd_jupyter.magics.compare import CompareMagics
from dd_jupyter.magics.jobs import JobMagics
from dd_jupyter.magics.resources import ResourceMagics
from dd_jupyter.magics.runs import DataDesigner
from dd_jupyter.magics.services import ServicesMagics
from dd_jupyter.magics.submit import SubmitMagics

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["MAGICS", "DataDesigner", "parsers", "register"]

MAGICS = (DataDesigner, JobMagics, ResourceMagics, ServicesMagics, SubmitMagics, CompareMagics)
"""All classes of magics."""


def register(shell: InteractiveShell) -> None:
    """Make all magics known to a shell."""
    designer = DataDesigner(shell)
    shell.register_magics(
        designer,
        JobMagics(shell, designer),
        ResourceMagics(shell, designer),
        ServicesMagics(shell),
        SubmitMagics(shell, designer),
        CompareMagics(shell),
    )


def parsers() -> dict[str, Any]:
    """What reads the options of each magic, by its name."""
    found: dict[str, Any] = {}
    for kind in MAGICS:
        for magics in kind.magics.values():
            found |= {name: getattr(kind, name).parser for name in magics}
    return found
