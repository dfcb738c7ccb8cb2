"""The library's log, led to the run that it is about and to nowhere else."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dd_jupyter.engine.observer import Observer, current_observer

_library = logging.getLogger("data_designer")
_lock = threading.Lock()
_runs: list[Observer] = []


class _ToObservers(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        observer = current_observer.get()
        if observer is None:
            # A worker thread without the run's context: with one run there is no doubt whose it is.
            observer = _runs[0] if len(_runs) == 1 else None
        if observer is not None:
            observer.logged(record)
        root = logging.getLogger()
        if record.levelno >= root.level:  # what a person's own handlers would have had without us
            for handler in root.handlers:
                if record.levelno >= handler.level:
                    handler.handle(record)


_handler = _ToObservers()


def _of_no_run(record: logging.LogRecord) -> bool:
    return current_observer.get() is None or not record.name.startswith(_library.name)


# A custom column's thread may speak after its run was stopped. Where nobody handles records Python would
# print that to stderr, which a notebook shows in whichever cell is running then.
if logging.lastResort is not None:
    logging.lastResort.addFilter(_of_no_run)


@contextmanager
def led_to(observer: Observer) -> Iterator[None]:
    """Lead the library's log to `observer` while the block runs.

    The root logger is never touched, and the library's own logger is as before when no run is left.
    """
    global _before
    with _lock:
        if not _runs:
            _before = (_library.level, _library.propagate)
            _library.setLevel(logging.INFO)
            _library.propagate = False
            _library.addHandler(_handler)
        _runs.append(observer)
    token = current_observer.set(observer)
    try:
        yield
    finally:
        current_observer.reset(token)
        with _lock:
            _runs.remove(observer)
            if not _runs:
                _library.removeHandler(_handler)
                _library.setLevel(_before[0])
                _library.propagate = _before[1]


_before: tuple[int, bool] = (logging.NOTSET, True)
