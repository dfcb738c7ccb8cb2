"""A download, shown in the output of the cell that waits for it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Self

from IPython.display import DisplayHandle

from dd_jupyter.display import words
from dd_jupyter.display.bundle import panel_bundle
from dd_jupyter.display.panel import MeterView, PanelView
from dd_jupyter.display.view_model import RunState
from dd_jupyter.display.view_parts import FactView, NoticeView, StatusView, WayOnView
from dd_jupyter.execution.dataset import RECORDS_FOLDER

if TYPE_CHECKING:
    from dd_jupyter.execution.transfer import Transferred

REFRESH_SECONDS = 0.25
"""As of a run: four pictures a second."""

RATE_SECONDS = 5.0
"""A rate looks back this far: steady enough to read, and soon right when the network changes."""

NAME_CHARACTERS = 200

_CHIPS: dict[RunState, StatusView] = {
    "running": StatusView(mark="●", text="Downloading", tone="running"),
    "completed": StatusView(mark="✓", text="Downloaded", tone="completed"),
    "cancelled": StatusView(mark="■", text="Stopped", tone="cancelled"),
    "failed": StatusView(mark="✕", text="Broken off", tone="failed"),
}


class DownloadProgress:
    """Watches a download and draws it: a bar while it goes on, then where it is.

    Used as a context, and called with how far it is, from any thread. An error or an interrupt that leaves
    the context is told as the end of the download, and goes on its way.
    """

    def __init__(self, job_name: str) -> None:
        """Nothing is shown before there is something to bring.

        Args:
            job_name: The job whose artifacts are brought.
        """
        self._job_name = job_name
        self._handle = DisplayHandle()
        self._shown = False
        self._state: RunState = "running"
        self._started = time.monotonic()
        self._drawn_at: float | None = None
        self._last: Transferred | None = None
        self._at_first = 0
        self._track: deque[tuple[float, int]] = deque()
        self._path: Path | None = None
        self._lock = threading.Lock()
        # A message from a thread finds its cell by the context that the cell ran in.
        self._context = copy_context()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _error: object, _traceback: object) -> None:
        if kind is not None:
            self._end("cancelled" if issubclass(kind, KeyboardInterrupt) else "failed")

    def __call__(self, transferred: Transferred) -> None:
        """Draw how far it is, if it is time."""
        with self._lock:
            if self._state != "running":
                return
            if self._last is None:
                self._at_first = transferred.bytes_done
            self._last = transferred
            now = time.monotonic()
            if self._drawn_at is None or now - self._drawn_at >= REFRESH_SECONDS:
                self._drawn_at = now
                self._note(now, transferred.bytes_done)
                self._draw()

    def finish(self, path: Path) -> None:
        """Draw the end: everything is in `path`."""
        self._path = path
        self._end("completed")

    def _note(self, now: float, bytes_done: int) -> None:
        self._track.append((now, bytes_done))
        while len(self._track) > 2 and now - self._track[1][0] >= RATE_SECONDS:
            self._track.popleft()

    def _end(self, state: RunState) -> None:
        with self._lock:
            if self._state != "running":
                return
            self._state = state
            if self._shown or state == "completed":  # an error at once stands for itself
                self._draw()

    def _draw(self) -> None:
        picture = panel_bundle(self._view())
        show = self._handle.update if self._shown else self._handle.display
        self._shown = True
        self._context.copy().run(show, picture, raw=True)

    def _view(self) -> PanelView:
        return PanelView(
            title="Download",
            name=words.cut(self._job_name, NAME_CHARACTERS),
            where="" if self._path is None else words.from_here(self._path),
            time=words.elapsed(time.monotonic() - self._started),
            status=_CHIPS[self._state],
            notices=tuple(self._notices()),
            meter=self._meter() if self._state == "running" else None,
            facts=tuple(self._facts()),
            way_on=tuple(self._ways_on()),
        )

    def _meter(self) -> MeterView:
        done = self._last
        if done is None:
            return MeterView(share=0.0, parts=())
        rate = self._rate()
        parts = (
            f"{words.size(done.bytes_done)} of {words.size(done.bytes)}",
            f"{done.files_done:,}/{words.counted(done.files, 'file')}",
            f"{words.size(rate)}/s" if rate else "",
            words.left((done.bytes - done.bytes_done) / rate) if rate else "",
        )
        share = done.bytes_done / done.bytes if done.bytes else 1.0
        return MeterView(share=share, parts=tuple(part for part in parts if part))

    def _rate(self) -> float | None:
        """Bytes per second; None while nothing has come since the first look."""
        began, begun = self._track[0]
        ended, there = self._track[-1]
        return (there - begun) / (ended - began) if ended > began and there > begun else None

    def _notices(self) -> Iterable[NoticeView]:
        if self._state in {"cancelled", "failed"} and self._last is not None:
            how_far = f"{self._last.files_done:,} of {words.counted(self._last.files, 'file')}"
            again = f"%dd_download {words.cut(self._job_name, NAME_CHARACTERS)}"
            text = f"{how_far} had come and stay. `{again}` goes on from there."
            yield NoticeView(level="info", text=text)

    def _facts(self) -> Iterable[FactView]:
        if self._state != "completed" or self._last is None:
            return
        yield FactView(text=words.counted(self._last.files, "file"))
        yield FactView(text=words.size(self._last.bytes))
        if self._at_first >= self._last.bytes:
            yield FactView(text="everything was there already")
        elif self._at_first:
            yield FactView(text=f"{words.size(self._at_first)} of it were there already")

    def _ways_on(self) -> Iterable[WayOnView]:
        if self._path is None:
            return
        folder = words.from_here(self._path / RECORDS_FOLDER)
        yield WayOnView(text="The records", code=f"pd.read_parquet({folder!r})")
