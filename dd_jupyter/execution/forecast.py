"""What a larger run would take, from one that was made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dd_jupyter.execution.events import Done, Usage

if TYPE_CHECKING:
    from data_designer.config.models import ModelConfig

START_SECONDS = 0.1
"""What starting costs whatever the number of records: measured with six samplers on two cores."""


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
    num_records: int, made: int, done: Done, usage: Iterable[Usage], models: Mapping[str, ModelConfig]
) -> Forecast | None:
    """What `num_records` records would take, None if nothing was made.

    Requests to one model go out side by side, as many as its `max_parallel_requests`, and columns do
    not wait for each other's last record. So a long run takes as long as its busiest model: the time
    of its requests over how many go at once. What is made without a model adds its own time.

    Args:
        num_records: Records of the larger run.
        made: Records that were made, failed ones included.
        done: The end of the run that was made.
        usage: What its models were asked for.
        models: The model configurations by alias.
    """
    if made <= 0:
        return None
    scale = num_records / made
    busiest = 0.0
    for alias, busy in done.busy_seconds.items():
        parallel = models[alias].inference_parameters.max_parallel_requests if alias in models else 1
        busiest = max(busiest, busy / parallel)
    tokens = sum(use.tokens for use in usage)
    unaided = START_SECONDS + scale * max(0.0, done.seconds - START_SECONDS)
    return Forecast(num_records, scale * busiest if busiest else unaided, round(tokens * scale))
