"""Whether a process that was written down is still there, or has left its number to another."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_BEGAN = 19  # its place behind the name of the program: field 22 of 52, counted from the state, which is the third
_GONE = {"Z", "X"}  # ended, but whoever started it has not asked how


def beginning_of(process: int) -> int:
    """When a process began, in clock ticks since the machine did; 0 where the system does not tell.

    With its number it tells a process from all others: in a container, which begins to count at 1, the kernel
    of yesterday and that of today often have the same.
    """
    fields = _fields(process)
    return int(fields[_BEGAN]) if fields else 0


def is_alive(process: int, began: int = 0) -> bool:
    """Whether the process of that number, and that beginning if it is known, has not ended."""
    if sys.platform == "win32":  # there the question would be an interrupt
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        pass
    fields = _fields(process)
    if not fields:
        return True
    return fields[0] not in _GONE and began in {0, int(fields[_BEGAN])}


def _fields(process: int) -> list[str]:
    """What Linux tells of a process, from its state on; [] where it does not."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    fields = told.rpartition(")")[2].split()  # the name before it may hold anything
    return fields if len(fields) > _BEGAN and fields[_BEGAN].isdecimal() else []
