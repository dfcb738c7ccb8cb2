"""The NeMo Services part beside the nemo SDK and CLI, with one deployment, in one run."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.services import connecting, downloads, following, resolving, submitting
from tests.benchmarks.services.size import Size
from tests.benchmarks.table import Figure
from tests.support.nemo_services import NemoServices, nemo_services

PARTS: dict[str, Callable[[NemoServices, Size], Iterator[Figure]]] = {
    "connecting": connecting.figures,
    "resolving": resolving.figures,
    "submitting": submitting.figures,
    "following": following.figures,
    "downloads": downloads.figures,
}


def figures(parts: Sequence[str], size: Size) -> Iterator[Figure]:
    """Those parts, one after the other, against a deployment that is started for them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, nemo_services(Path(folder) / "services") as services:
        for part in parts:
            started = time.monotonic()
            yield from PARTS[part](services, size)
            print(f"{part}: {time.monotonic() - started:.0f} s", file=sys.stderr)
