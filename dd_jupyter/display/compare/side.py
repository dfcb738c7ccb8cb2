"""One of the two that are compared: a run of ours, or a DataFrame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dd_jupyter.display.table.description import Description, describe, guess
from dd_jupyter.display.table.frames import frame_of, unique_names
from dd_jupyter.errors import ConfigError, NotReadyError
from dd_jupyter.execution.job import Job
from dd_jupyter.execution.run import Run

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

INPUTS = frozenset({"seed-dataset", "sampler"})
"""Types of columns that are no answer to anything: what the other columns are made from."""


@dataclass(frozen=True, slots=True)
class Side:
    """What is known of one side.

    Attributes:
        name: What a person calls it.
        columns: All values by column, in the order of the columns.
        where: Where it was made, in words; "" for a DataFrame.
        places: Of each record, its place among those asked for, from 1.
        failed: Records that are missing from it, of which the places are not known.
        builder: The configuration; None for a DataFrame.
        about: What is known of its columns.
    """

    name: str
    columns: Mapping[str, list[Any]]
    places: tuple[int, ...]
    where: str = ""
    failed: int = 0
    builder: DataDesignerConfigBuilder | None = None
    about: Description = field(default_factory=Description)

    def __len__(self) -> int:
        return len(self.places)


def side_of(given: object, which: str, name: str = "") -> Side:
    """What is given, as one side of a comparison.

    Args:
        given: A run of ours, or a DataFrame: of pandas, polars or Arrow.
        which: "before" or "after", as the errors and a DataFrame without a name are called.
        name: What a person calls it; "" for a run's own name.

    Raises:
        ConfigError: When it is neither.
        NotReadyError: When it has no records, or has them not yet.
    """
    if not isinstance(given, Run):
        columns = _columns(given, which)
        return Side(name or which, columns, _all_places(columns), about=guess(frame_of(given)))
    columns = _columns(_dataset(given, which), which)
    places = _places(given, len(_all_places(columns)))
    return Side(
        name=name or _name(given) or which,
        columns=columns,
        places=places or _all_places(columns),
        where=given.where,
        failed=0 if places else len(given.failed_records),
        builder=given.workload.builder,
        about=describe(given),
    )


def _dataset(run: Run[Any], which: str) -> Any:
    called = f"`{_name(run)}`" if _name(run) else f"`{which}`"
    if run.state == "running":
        raise NotReadyError(f"{called} is still being made. Wait for it with `.wait()`, then compare.")
    try:
        return run.dataset  # type: ignore[attr-defined]  # all kinds of run have one
    except NotReadyError as error:
        raise NotReadyError(f"{called} has nothing to compare. {error}") from error


def _name(run: Run[Any]) -> str:
    return run.name or (run.job_name if isinstance(run, Job) else getattr(run.workload, "dataset_name", ""))


def _columns(data: Any, which: str) -> dict[str, list[Any]]:
    """Every column's values, as Python's own lists."""
    module, kind = type(data).__module__.partition(".")[0], type(data).__name__
    if module == "pandas" and kind == "DataFrame":
        data = _with_index(data)
        return {name: data.iloc[:, at].tolist() for at, name in enumerate(unique_names(data.columns))}
    if module == "polars" and kind == "DataFrame":
        return {name: data[name].to_list() for name in unique_names(data.columns)}
    if hasattr(data, "__arrow_c_stream__"):
        import pyarrow as pa

        table = pa.table(data)
        return {name: table.column(at).to_pylist() for at, name in enumerate(unique_names(table.column_names))}
    raise ConfigError(
        f"`{which}` is a {kind}, which cannot be compared. Give two previews, creates or jobs, or DataFrames of "
        "pandas, polars or Arrow."
    )


def _with_index(data: Any) -> Any:
    """An index that tells something is a column, as in a table."""
    import pandas as pd

    if isinstance(data.index, pd.RangeIndex) and data.index.name is None:
        return data
    try:
        return data.reset_index()
    except ValueError:  # there is a column of that name
        return data


def _all_places(columns: Mapping[str, list[Any]]) -> tuple[int, ...]:
    return tuple(range(1, len(next(iter(columns.values()), ())) + 1))


def _places(run: Run[Any], records: int) -> tuple[int, ...]:
    """The places of the records that did not fail: those after one that did have moved up. () where not known."""
    failed = {failure.record for failure in run.failed_records}
    places = tuple(place for place in range(1, run.workload.num_records + 1) if place not in failed)
    return places if len(places) == records else ()
