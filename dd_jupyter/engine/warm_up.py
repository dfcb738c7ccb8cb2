"""Importing what a first preview needs, ahead of it and quickly."""

from __future__ import annotations

import gc
import importlib
import importlib.util
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from dd_jupyter.engine.designer import load_library
from dd_jupyter.engine.local_settings import refuse_telemetry_unless_asked_for

_GRAMMAR = "rfc3987_syntax"
_once = threading.Lock()


def warm_up() -> None:
    """Import the library and what it would import at the first sampler that runs.

    Takes 1.6 s of a processor, and 2.7 s without the two measures below: 0.9.6 in an environment with
    JupyterLab, two cores. Idempotent.
    """
    refuse_telemetry_unless_asked_for()
    with _once, _collector_paused():
        _import_jsonschema_without_its_grammar()
        load_library()
        import networkx  # noqa: F401
        import scipy.stats  # noqa: F401


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Thousands of modules make the collector look through a growing heap that holds no garbage: 0.7 s."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _import_jsonschema_without_its_grammar() -> None:
    """Have the grammar of internationalised addresses built when an address is checked, not now.

    The library imports mcp, mcp imports jsonschema, and that imports, where JupyterLab has brought it
    along, a package that spends a second on a grammar. Checking an address works as before.
    """
    if "jsonschema" in sys.modules or _GRAMMAR in sys.modules or importlib.util.find_spec(_GRAMMAR) is None:
        return
    stand_in = ModuleType(_GRAMMAR)

    def is_valid_syntax(*args: Any, **options: Any) -> Any:
        return importlib.import_module(_GRAMMAR).is_valid_syntax(*args, **options)

    stand_in.is_valid_syntax = is_valid_syntax  # type: ignore[attr-defined]
    sys.modules[_GRAMMAR] = stand_in
    try:
        importlib.import_module("jsonschema")
    except ImportError:
        return  # the library does without it, then
    finally:
        if sys.modules.get(_GRAMMAR) is stand_in:
            del sys.modules[_GRAMMAR]
