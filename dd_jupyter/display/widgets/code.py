"""The browser code of the views, sent once for all of them."""

from __future__ import annotations

import gzip
import hashlib
import threading
from functools import cache
from pathlib import Path

import anywidget
import traitlets

from dd_jupyter.errors import DDJupyterError

_STATIC = Path(__file__).parents[2] / "static"

_VIEWS = _STATIC / "widget.js"
LOADER = _STATIC / "loader.js"
"""What each widget brings along, some hundred bytes: it finds the code, and loads it once a page."""


class Code(anywidget.AnyWidget):
    """Holds the code of all views. It is never shown.

    anywidget sends a widget's code with every widget, and a notebook that is run without a browser keeps it
    as often. Hence a view has a few lines of its own, and the name of this one once a browser asks for it.
    """

    packed = traitlets.Bytes(read_only=True).tag(sync=True)

    def __init__(self) -> None:
        self.add_traits(_esm=traitlets.Unicode("export default {};").tag(sync=True))
        # A third of the size, which the first view in a page waits for.
        self.set_trait("packed", gzip.compress(read(_VIEWS).encode(), mtime=0))
        super().__init__()


_held: Code | None = None
_holding = threading.Lock()


def shared() -> Code:
    """The one of this kernel; made again if someone closed all widgets."""
    global _held
    with _holding:
        if _held is None or _held.comm is None:
            _held = Code()
        return _held


@cache
def fingerprint() -> str:
    """What tells this code from that of another version, which the same page may have loaded."""
    return hashlib.sha256(read(_VIEWS).encode()).hexdigest()[:16]


@cache
def read(path: Path) -> str:
    """A file of the browser code.

    Raises:
        DDJupyterError: When it was not built.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise DDJupyterError(
            f"The browser code of this checkout was not built: `dd_jupyter/static/{path.name}` is missing. "
            "Run `make build`."
        ) from error
