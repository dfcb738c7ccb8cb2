"""Where a dataset is written: a folder here, the job's own storage there."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from dd_jupyter.resources.kind import Inquiry, Reference
from dd_jupyter.resources.places import UNASKED
from dd_jupyter.resources.report import Finding, Kind, Move

LITTLE_BYTES = 1_000_000_000
"""Below this a person is warned: personas and pictures fill it soon."""


class Artifacts:
    """The folder of a create; a preview writes nothing."""

    kind: Kind = "artifacts"

    def references(self, inquiry: Inquiry) -> Iterable[Reference]:
        """One, unless nothing is written."""
        if inquiry.operation != "preview":
            yield Reference("", ("create",))

    async def resolve_run(self, reference: Reference, inquiry: Inquiry) -> Finding | None:
        """A folder that can be made and written, with room."""
        path = inquiry.here.artifact_path
        return None if path is None else await asyncio.to_thread(_folder, path)

    async def resolve_submit(self, reference: Reference, inquiry: Inquiry) -> Finding:
        """The job's own Fileset."""
        there = inquiry.there
        if there.deployment is None or there.silence is not None:
            return UNASKED
        return Finding(status="ok", sentence="Storage of the job.")

    def moves(self, reference: Reference, inquiry: Inquiry) -> tuple[Move, ...]:
        """A job's are downloaded; a run's are where they are to be."""
        return (Move(to="local", text="Download them when they are made: `%dd_download`."),)


def _folder(path: Path) -> Finding:
    there = next((folder for folder in (path, *path.parents) if folder.exists()), None)
    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    if there is None or not there.is_dir():
        return Finding(status="missing", sentence=f"`{there or path}` is no folder. Choose another with `-o DIR`.")
    if not os.access(there, os.W_OK | os.X_OK):
        return Finding(status="denied", sentence=f"`{there}` may not be written. Choose another with `-o DIR`.")
    free = shutil.disk_usage(there).free
    room = f"{free / 1e9:,.0f} GB" if free >= LITTLE_BYTES else f"{free / 1e6:,.0f} MB"
    return Finding(status="ok", sentence=f"`{shown}`, {room} free.", warning=free < LITTLE_BYTES)
