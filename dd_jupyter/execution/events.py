"""What happens while a configuration runs, wherever it runs.

The names follow the frames of the Data Designer API's preview stream (``log``, ``dataset``,
``processor_output``, ``analysis``, ``done``, ``error``), so that a run in this kernel and one in
NeMo Services are told in the same words. Progress, records in the making, failed records and
tokens are what that stream leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd
    from data_designer.config.analysis.dataset_profiler import DatasetProfilerResults

    from dd_jupyter.engine import Column
    from dd_jupyter.errors import DDJupyterError
    from dd_jupyter.resources.report import ResolutionReport


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of the dataset, what the seed brings first, then in the configuration's order."""

    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """Everything that the configuration depends on was looked up, before anything is generated."""

    report: ResolutionReport


@dataclass(frozen=True, slots=True)
class Step:
    """What the run is busy with now, in words for a person: "Checking model `m` at provider `p`"."""

    text: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The run goes on, whether or not there is anything new.

    Attributes:
        count: How many NeMo Services have sent since the preview began; 0 if this one is not theirs.
    """

    count: int = 0


@dataclass(frozen=True, slots=True)
class Log:
    """One line of the engine's log.

    Attributes:
        level: Name of the level, as in `logging`: DEBUG, INFO, WARNING, ERROR.
        message: The line, which may span several.
        time: Seconds since the epoch.
    """

    level: str
    message: str
    time: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one column is.

    Attributes:
        column: Its name in the configuration.
        done: Records finished, those given up on included.
        total: Records asked for.
        failed: Records given up on because of this column.
        rate: Records per second over the last ten seconds; None until two are done.
    """

    column: str
    done: int
    total: int
    failed: int = 0
    rate: float | None = None

    @property
    def seconds_left(self) -> float | None:
        """Time left at the present rate; None without a rate."""
        return (self.total - self.done) / self.rate if self.rate else None


@dataclass(frozen=True, slots=True)
class Records:
    """The records in the making: a sample from the start of the dataset.

    Attributes:
        rows: One dict a record, by column name; a column not yet made is absent.
        complete: Records of the whole dataset that have all their columns.
    """

    rows: tuple[dict[str, Any], ...]
    complete: int


@dataclass(frozen=True, slots=True)
class RecordFailed:
    """One record that will be missing from the dataset.

    Attributes:
        record: Its place among the records asked for, from 1.
        column: The column that could not be made.
        reason: Why, in the provider's or the engine's words.
    """

    record: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A provider keeps the run waiting: it limits the rate, fails for now, or does not answer.

    Attributes:
        provider: Its name in the configuration.
        reason: What it answers, "429, rate limit" for one.
        since: When it first did so without a success in between, in seconds since the epoch.
        tries: Requests answered so since then.
    """

    provider: str
    reason: str
    since: float
    tries: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The provider answers again, after `Waiting`."""

    provider: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What one model was asked for so far in this run, health checks left out.

    Attributes:
        alias: The model alias in the configuration.
        model: The model's name at its provider.
        provider: The provider's name.
        input_tokens: Tokens sent, as the provider counts them.
        output_tokens: Tokens received, as the provider counts them.
        requests: Requests made, the failed ones included.
        failed_requests: Requests that failed.
    """

    alias: str
    model: str
    provider: str
    input_tokens: int
    output_tokens: int
    requests: int
    failed_requests: int

    @property
    def tokens(self) -> int:
        """Tokens sent and received."""
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class JobStatus:
    """What NeMo Services say of a job, whenever that changes.

    Attributes:
        status: "created", "pending", "active", "pausing", "paused", "resuming", "cancelling", "cancelled",
            "error", "completed", or what a newer deployment says.
        message: What it says beside it; "" if nothing.
    """

    status: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Dataset:
    """The finished records, in the configuration's column order; of a run cut short those it got to."""

    frame: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The folder on disk that a create fills: known from its first moment, whole after `Done`.

    Attributes:
        path: The dataset's own folder, below the artifact path.
    """

    path: Path


@dataclass(frozen=True, slots=True)
class Analysis:
    """The library's profile of the columns."""

    results: DatasetProfilerResults


@dataclass(frozen=True, slots=True)
class ProcessorOutput:
    """What a processor made beside the dataset.

    Attributes:
        name: The processor's name in the configuration.
        records: One dict a record.
    """

    name: str
    records: list[dict[str, Any]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Done:
    """The run ended as asked; nothing follows.

    Attributes:
        num_records: Records in the dataset; fewer than asked for when some failed.
        own_code_seconds: Time from the first to the last cell of the column whose code, a person's own,
            took longest; 0 without one.
        busy_seconds: Time that requests to each model alias took, added up; requests run side by side.
    """

    num_records: int
    own_code_seconds: float
    busy_seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The run was stopped on request; nothing follows.

    Attributes:
        still_busy: What could not be stopped and is still at work, as a sentence; "" if nothing is.
    """

    still_busy: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """The run ended with an error; nothing follows."""

    error: DDJupyterError


Event = (
    Columns
    | Resolved
    | Step
    | Heartbeat
    | Log
    | Progress
    | Records
    | RecordFailed
    | Waiting
    | Resumed
    | Usage
    | JobStatus
    | Dataset
    | Artifacts
    | Analysis
    | ProcessorOutput
    | Done
    | Cancelled
    | Failed
)
