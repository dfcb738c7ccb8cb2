"""A file that is being fetched: what is there of it, and what it is a part of."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dd_jupyter.execution.download_folder import NOTE_SUFFIX, PART_SUFFIX


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch.

    Attributes:
        path: In the fileset.
        name: In the folder, parted by slashes.
        size: In bytes, as the listing has it.
    """

    path: str
    name: str
    size: int


class PartFile:
    """A file that is not whole yet, beside the place where it goes.

    Attributes:
        file: What is fetched.
        size: Bytes that are there.
        counted: Bytes of them that were told as progress.
    """

    def __init__(self, target: Path, file: Wanted, owner: str) -> None:
        self.file = file
        self.size = 0
        self.counted = 0
        self._target = target
        self._path = target.with_name(target.name + PART_SUFFIX)
        self._note = target.with_name(target.name + NOTE_SUFFIX)
        self._owner = owner
        self._seal = ""
        self._find_earlier()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing; an empty file is made too."""
        return self.size == self.file.size and self._path.exists()

    def belongs_to(self, seal: str) -> bool:
        """Whether what is there is of the file that has this seal now."""
        return self.size > 0 and seal != "" and seal == self._seal

    def begin_anew(self, seal: str) -> None:
        """Throw away what is there; `seal` is "" where nothing could be gone on with later."""
        self._remove()
        self.size = 0
        self._seal = seal
        if seal:
            self._note.write_text(json.dumps(self._facts(seal)))

    def open(self) -> BinaryIO:
        """The file, at the end of what is there. Never through a link that somebody put in its place."""
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        output = os.fdopen(os.open(self._path, flags, 0o666), "r+b")
        output.truncate(self.size)
        output.seek(self.size)
        return output

    def finish(self) -> None:
        """Put the whole file in its place."""
        self._path.replace(self._target)
        self._note.unlink(missing_ok=True)

    def leave(self) -> None:
        """Keep what is there only if it can be gone on with."""
        if not (self.size and self._seal):
            self._remove()

    def _find_earlier(self) -> None:
        try:
            facts = json.loads(self._note.read_text())
            there = self._path.lstat().st_size
            seal = facts["seal"]
        except (OSError, ValueError, KeyError, TypeError):
            return
        if facts == self._facts(seal) and not self._path.is_symlink() and there <= self.file.size:
            self.size, self._seal = there, seal

    def _facts(self, seal: str) -> dict[str, str | int]:
        return {"owner": self._owner, "path": self.file.path, "size": self.file.size, "seal": seal}

    def _remove(self) -> None:
        self._path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
