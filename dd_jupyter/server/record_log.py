"""The log of a run of this machine, from the file beside its record."""

from __future__ import annotations

from dd_jupyter.display.live_view import LOG_PAGE
from dd_jupyter.display.log_view import log_line
from dd_jupyter.display.requests.run import LogView
from dd_jupyter.execution.runs import RunEntry, read_log


def counted(entry: RunEntry) -> int:
    """Lines of the log so far."""
    return len(read_log(entry))


def page(entry: RunEntry, after: int) -> LogView:
    """The lines from number `after` on; of many the newest ones."""
    lines = read_log(entry)
    first = max(min(after, len(lines)), len(lines) - LOG_PAGE)
    return LogView(first=first, next=len(lines), lines=tuple(log_line(line) for line in lines[first:]))
