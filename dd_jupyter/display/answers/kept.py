"""What stays in memory for the views: what was shown last, and what a variable holds."""

from __future__ import annotations

import threading
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from dd_jupyter.errors import NotReadyError

KEPT = 16
"""As many results and tables are kept although no variable holds them: those of the last eight runs, which are still
on the screen, as a rule. A view lives as long as its kernel, and would keep every dataset of every try."""

_T = TypeVar("_T")
_last: deque[Any] = deque(maxlen=KEPT)
_lock = threading.Lock()


def keep(result: _T) -> Callable[[], _T]:
    """Keep a result for a while; what is given finds it.

    Raises:
        NotReadyError: By what is given, once the result is gone.
    """
    with _lock:
        if not any(one is result for one in _last):
            _last.append(result)
    reference = weakref.ref(result)

    def find() -> _T:
        found = reference()
        if found is None:
            raise NotReadyError("This result is no longer in memory. Run the cell again; a variable keeps it.")
        return found

    return find
