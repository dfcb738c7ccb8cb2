"""How numbers, times and texts are written, the same in every renderer."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

PLAIN_UP_TO = 10_000
"""Token counts below this are written out: an exact "5,310" is as short as "5.3 k"."""

MILLIONS_FROM = 500_000
"""From here on a thousand more or less says nothing: "0.5 M"."""

PER_MINUTE_BELOW = 0.1
"""Below this many a second "0.0/s" would hide that there is progress: "3.0/min"."""

STATES = {
    "running": ("●", "Running"),
    "completed": ("✓", "Completed"),
    "cancelled": ("■", "Cancelled"),
    "failed": ("✕", "Failed"),
}
USUAL_SOURCE = "builder"
"""The variable that cells leave a config builder in, as all examples do."""

SENTENCE_CHARACTERS = 2_000
"""Where a sentence that others wrote, an error for one, is cut: the rest of a page of it tells a reader nothing."""

LEVELS = {"info": "Note", "warning": "Warning", "error": "Error"}

# C0 and C1 controls but tab and newline, and halves of surrogate pairs, which no output could encode.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# Embeddings, overrides, isolates and marks of direction: they would reach beyond the value they stand in.
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def option(name: str, value: str) -> str:
    """``-c builder``, ``-c 'my reviews.yaml'``: as it is typed behind a magic."""
    return f"{name} {quote(value) if ' ' in value else value}"


def count(n: int) -> str:
    """``5,310``."""
    return f"{n:,}"


def size(n: float) -> str:
    """Bytes: ``812 bytes``, ``1.2 kB``, ``96 MB``, ``1.4 GB``; in powers of ten, as disks are sold."""
    if n < 1_000:
        return f"{n:,.0f} bytes"
    for unit in ("kB", "MB", "GB"):
        n /= 1_000
        if n < 999.5 or unit == "GB":
            break
    return f"{n:.1f} {unit}" if n < 99.95 else f"{n:,.0f} {unit}"


def ago(seconds: float) -> str:
    """``just now``, ``5 min ago``, ``2 h ago``, ``3 days ago``; rounded down, as people do."""
    minutes = max(0.0, seconds) / 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{int(minutes)} min ago"
    if minutes < 24 * 60:
        return f"{int(minutes / 60)} h ago"
    return f"{counted(int(minutes / 60 / 24), 'day')} ago"


def counted(n: int, noun: str) -> str:
    """``1 column``, ``5,310 columns``."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def out_of(done: int, total: int) -> str:
    """``3,100/5,000``."""
    return f"{done:,}/{total:,}"


def tokens(n: int) -> str:
    """``5,310``, ``410 k``, ``0.5 M``, ``1,200 M``."""
    if n < PLAIN_UP_TO:
        return f"{n:,}"
    if n < MILLIONS_FROM:
        return f"{n / 1_000:.0f} k"
    millions = n / 1_000_000
    return f"{millions:.1f} M" if millions < 100 else f"{millions:,.0f} M"


def elapsed(seconds: float) -> str:
    """``0:07``, ``2:33``, ``1:02:03``; only whole seconds that have passed count."""
    return _clock(math.floor(_finite(seconds)))


def lasting(seconds: float) -> str:
    """``12 s``, ``5 min``, ``2 h 5 min``, ``3 days``: how long something has been so."""
    minutes, hours = int(_finite(seconds) // 60), int(_finite(seconds) // 3600)
    if minutes < 1:
        return f"{int(_finite(seconds))} s"
    if hours < 1:
        return f"{minutes} min"
    return f"{hours} h {minutes % 60} min" if hours < 48 else counted(hours // 24, "day")


def left(seconds: float | None) -> str:
    """``2 s left``, ``2:33 left``; "" while unknown. Never says that nothing is left before it is so."""
    if seconds is None or not math.isfinite(seconds):
        return ""
    whole = max(1, math.ceil(seconds)) if seconds > 0 else 0
    return f"{whole} s left" if whole < 60 else f"{_clock(whole)} left"


def about(seconds: float) -> str:
    """``a few seconds``, ``about 40 s``, ``about 9 min``, ``about 2.5 h``: as rough as an estimate is."""
    if seconds < 8:
        return "a few seconds"
    if seconds < 90:
        return f"about {max(10, round(seconds / 10) * 10)} s"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} min"
    return f"about {seconds / 3600:.1f} h"


def rate(per_second: float | None) -> str:
    """``1.2/s``, ``1,204/s``, ``3.0/min``; "" while unknown."""
    if per_second is None or not math.isfinite(per_second) or per_second <= 0:
        return ""
    if per_second < PER_MINUTE_BELOW:
        return f"{per_second * 60:.1f}/min"
    return f"{per_second:.1f}/s" if per_second < 100 else f"{per_second:,.0f}/s"


def shown(rows: int, total: int | None, expected: int) -> str:
    """How many of the records are on view: ``10``, ``4 of 10``, ``showing 10 of 1,000``, ``the first 10``."""
    if total is None:
        return f"the first {rows:,}"
    made = count(total) if total >= expected else f"{total:,} of {expected:,}"
    if rows >= total:
        return made
    return f"showing {rows:,} of {total:,}" if total >= expected else f"{made}, showing {rows:,}"


def cut(text: str, characters: int) -> str:
    """The text on one line, and no longer."""
    line = one_line(text[: 4 * characters])
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"


def clipped(text: str, characters: int) -> str:
    """The text as it is, lines and all, and no longer."""
    return text if len(text) <= characters else f"{text[: characters - 1]}…"


def shortened(text: str, characters: int = SENTENCE_CHARACTERS) -> str:
    """The beginning of a long text, and how much more there is: ``Refused: ab… (1,204 more characters)``."""
    more = len(text) - characters
    return text if more <= 0 else f"{text[:characters]}… ({counted(more, 'more character')})"


def from_here(path: Path) -> str:
    """Relative below the current folder, so that a saved notebook says nothing of the machine it ran on."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def listed(names: Sequence[str]) -> str:
    """``sampler``, ``sampler and seed``, ``sampler, seed and expression``."""
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def printable(text: str) -> str:
    """The text without control characters, which no renderer should pass on; tabs and newlines stay."""
    return _UNPRINTABLE.sub("", text)


def one_line(text: str) -> str:
    """The text on one line, for where nothing keeps it apart from its neighbours.

    Without the characters that move a terminal's cursor or turn the writing direction of what follows.
    """
    return " ".join(_DIRECTIONS.sub("", printable(text)).split())


def plain_line(text: str) -> str:
    """The same of one line, with the room before and between its words."""
    return _DIRECTIONS.sub("", printable(text)).replace("\n", " ").expandtabs(4).rstrip()


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _finite(seconds: float) -> float:
    return max(0.0, seconds) if math.isfinite(seconds) else 0.0
