"""What a person should know of a run in this kernel at once, and what came of it if it was stopped."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dd_jupyter.display import words
from dd_jupyter.display.bounds import NAME_CHARACTERS, REASON_CHARACTERS
from dd_jupyter.display.view_parts import NoticeView
from dd_jupyter.execution.results import Creation
from dd_jupyter.execution.run import Run


def notices_of(run: Run[Any]) -> Iterable[NoticeView]:
    """Errors, providers that keep the run waiting, what is kept, in this order."""
    if run.error is not None:
        yield NoticeView(level="error", text=str(run.error))
    for waiting in tuple(run.waiting.values()):
        since = words.elapsed(run.waited_seconds(waiting))
        provider = words.clipped(waiting.provider, NAME_CHARACTERS)
        reason = words.shortened(waiting.reason, REASON_CHARACTERS)
        times = f"{words.counted(waiting.tries, 'time')} " if waiting.tries else ""
        if run.state != "running":
            text = f"Provider `{provider}` had kept the run waiting for {since}: {times}{reason}"
        else:
            text = (
                f"Provider `{provider}` has kept the run waiting for {since}: {times}{reason} "
                f"It is asked again; {_how_to_stop(run)}"
            )
        yield NoticeView(level="warning", text=text)
    if run.still_busy:
        yield NoticeView(level="warning", text=run.still_busy)
    if run.state == "cancelled" or (isinstance(run, Creation) and run.state == "failed" and run.complete):
        yield NoticeView(level="info", text=_what_is_kept(run))
    moved = run.path.name if isinstance(run, Creation) and run.has_path else None
    if isinstance(run, Creation) and moved is not None and moved != run.workload.dataset_name:
        there, here = (words.clipped(name, NAME_CHARACTERS) for name in (run.workload.dataset_name, moved))
        yield NoticeView(
            level="info", text=f"A dataset `{there}` was there already and is untouched; this one is `{here}`."
        )


def _how_to_stop(run: Run[Any]) -> str:
    if run.background:
        return f"`{words.clipped(run.name, NAME_CHARACTERS)}.cancel()` stops the run."
    return "interrupt the kernel (■) to stop."


def _what_is_kept(run: Run[Any]) -> str:
    if isinstance(run, Creation):
        if not run.has_path:
            return "Stopped before anything was made."
        if not run.complete:
            return "Stopped before the first batch was on disk. The same cell with `--resume` starts over there."
        records = words.counted(run.complete, "record")
        return f"Stopped with {records} on disk. The same cell with `--resume` goes on from there."
    if run.complete:
        return f"Stopped. The {words.counted(run.complete, 'record')} that had all their columns are kept."
    return "Stopped before a record had all its columns."
