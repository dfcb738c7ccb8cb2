"""How many records go to disk at once."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from dd_jupyter.execution.workload import CreateWorkload

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

LIBRARY_BATCH = 1_000
"""The library's own size: good for samplers, whose cost a batch is high."""

BATCHES = 20
"""A run with models is cut into about this many, so that a stop loses a twentieth of it, not all of 1,000 records."""

SMALLEST_BATCH = 10


def batch_size(workload: CreateWorkload) -> int:
    """Records that are written at once: what was finished of a batch that a stop cuts off is made again.

    A dataset that is gone on with keeps its size, because the library numbers records by it.
    """
    if workload.resume and (size := _size_on_disk(workload)) is not None:
        return size
    parallel = _requests_at_once(workload.builder)
    if not parallel:
        return LIBRARY_BATCH
    # The engine works on three batches at a time; one must be enough to keep all requests going.
    return min(LIBRARY_BATCH, max(SMALLEST_BATCH, parallel, math.ceil(workload.num_records / BATCHES)))


def _requests_at_once(builder: DataDesignerConfigBuilder) -> int:
    """The most requests that a configuration has under way; 0 without models."""
    used = {alias for column in builder.get_column_configs() for alias in column.get_model_aliases()}
    models = [config for config in builder.model_configs if config.alias in used]
    return max((config.inference_parameters.max_parallel_requests for config in models), default=0)


def _size_on_disk(workload: CreateWorkload) -> int | None:
    try:
        size = json.loads((workload.dataset_path / "metadata.json").read_text())["buffer_size"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None  # nothing was finished; the library starts over
    return size if isinstance(size, int) and size > 0 else None
