"""A wish to stop, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Cancel:
    """Asks a run to stop; once asked, it stays so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requested = False
        self._calls: list[Callable[[], None]] = []

    @property
    def requested(self) -> bool:
        """Whether anyone asked."""
        return self._requested

    def request(self) -> None:
        """Ask; what can stop has been told when this returns."""
        with self._lock:
            self._requested = True
            calls, self._calls = self._calls, []
        for call in calls:
            call()

    def on_request(self, call: Callable[[], None]) -> None:
        """Have `call` made once, when someone asks; now, if someone has."""
        with self._lock:
            if not self._requested:
                self._calls.append(call)
                return
        call()
