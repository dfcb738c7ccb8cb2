"""What a larger run would take, from one that was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dd_jupyter.execution.events import Done, Usage

if TYPE_CHECKING:
    from data_designer.config.models import ModelConfig

OVERHEAD_SECONDS = 0.1
"""What starting a column's code costs whatever the number of records: threads, imports. Two cores, 0.9.6."""

QUICK_CELL_SECONDS = 0.0005
"""What a cell costs that no model makes: 0.5 ms of an expression, 0.43 ms of a person, others less; 0.9.7."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What making `num_records` records is likely to take.

    Attributes:
        seconds: Time, without checks before and the profile after.
        tokens: Tokens sent and received; 0 without models.
    """

    num_records: int
    seconds: float
    tokens: int


def forecast(
    num_records: int, made: int, done: Done, usage: Iterable[Usage], models: Mapping[str, ModelConfig], columns: int
) -> Forecast | None:
    """What `num_records` records would take, None if nothing was made.

    Requests to one model go out side by side, as many as its `max_parallel_requests`, and columns do
    not wait for each other's last record. So a long run takes as long as what is busiest: a model, with
    the time of its requests over how many go at once; a person's own code; or all the quick cells.

    Args:
        num_records: Records of the larger run.
        made: Records that were made, failed ones included.
        done: The end of the run that was made.
        usage: What its models were asked for.
        models: The model configurations by alias.
        columns: How many columns are made.
    """
    if made <= 0:
        return None
    scale = num_records / made
    busiest = 0.0
    for alias, busy in done.busy_seconds.items():
        parallel = models[alias].inference_parameters.max_parallel_requests if alias in models else 1
        busiest = max(busiest, busy / parallel)
    tokens = sum(use.tokens for use in usage)
    own_code = max(0.0, done.own_code_seconds - OVERHEAD_SECONDS)
    seconds = max(scale * busiest, scale * own_code, num_records * columns * QUICK_CELL_SECONDS)
    return Forecast(num_records, seconds, round(tokens * scale))
