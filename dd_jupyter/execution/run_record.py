"""What this package writes down beside a dataset, so that it can be gone on with and found again."""

from __future__ import annotations

import hashlib
import inspect
import json
import textwrap
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter.engine import library_version
from dd_jupyter.errors import ResumeError

if TYPE_CHECKING:
    import pandas as pd

    from dd_jupyter.execution.workload import CreateWorkload

FILE_NAME = "dd_jupyter.json"

# What the library leaves out of its own comparison too: it changes how fast records are made, not which.
_OF_THE_PACE = {"skip_health_check": True, "inference_parameters": {"max_parallel_requests", "timeout"}}


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What a dataset was made from, as digests: nothing of the configuration itself, and no data.

    The library compares configurations too, but takes all DataFrames for the same seed, and looks at
    the name of a custom column's function only.

    Attributes:
        parts: Digest of each part of the configuration by its words, "column `review`" for one.
        num_records: Records asked for.
        data_designer_version: The library that made it.
        started: When, in ISO 8601 and UTC.
    """

    parts: dict[str, str]
    num_records: int
    data_designer_version: str
    started: str

    @classmethod
    def of(cls, workload: CreateWorkload) -> RunRecord:
        """The record of a workload that is about to run. Reads the seed: call it off the main thread."""
        return cls(
            parts=_parts(workload),
            num_records=workload.num_records,
            data_designer_version=library_version(),
            started=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    @classmethod
    def read(cls, dataset_path: Path) -> RunRecord | None:
        """The record in the folder of a dataset; None where another program made the dataset."""
        try:
            stored = json.loads((dataset_path / FILE_NAME).read_text())
            record = cls(**{field.name: stored[field.name] for field in fields(cls)})
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return record if isinstance(stored["parts"], dict) else None

    def write(self, dataset_path: Path) -> None:
        """Write it into the folder of a dataset, whole or not at all."""
        target = dataset_path / FILE_NAME
        unfinished = target.with_suffix(".tmp")
        unfinished.write_text(json.dumps(asdict(self), indent=2))
        unfinished.replace(target)


def check_resumable(workload: CreateWorkload, now: RunRecord) -> None:
    """Check that going on would not mix records of two configurations.

    Raises:
        ResumeError: When there is nothing to go on with, or what it was made from has changed since.
    """
    path = workload.dataset_path
    if not path.is_dir() or not any(path.iterdir()):
        raise ResumeError(
            f"There is nothing to resume in `{path}`. Leave out `--resume` to start, or correct `--name` or `-o`."
        )
    before = RunRecord.read(path)
    if before is None:
        return  # the library compares what it wrote itself
    changed = [
        part for part in dict.fromkeys((*before.parts, *now.parts)) if before.parts.get(part) != now.parts.get(part)
    ]
    if changed:
        raise ResumeError(
            f"Cannot resume `{workload.dataset_name}`: changed since it was started: {', '.join(changed)}. "
            "Going on would mix two kinds of records. Put it back as it was, or leave out `--resume` and give "
            "another `--name`."
        )


def _parts(workload: CreateWorkload) -> dict[str, str]:
    config = workload.builder.build()
    parts: dict[str, str] = {}
    for column in config.columns:
        code = _code(getattr(column, "generator_function", None)) + _code(
            getattr(getattr(column, "validator_params", None), "validation_function", None)
        )
        parts[f"column `{column.name}`"] = _digest(column, code)
    for model in config.model_configs or []:
        parts[f"model `{model.alias}`"] = _digest(model.model_dump_json(exclude=_OF_THE_PACE))
    for tool in config.tool_configs or []:
        parts[f"tools `{tool.tool_alias}`"] = _digest(tool.model_dump_json(exclude={"timeout_sec"}))
    for name, items in (("constraints", config.constraints), ("processors", config.processors)):
        if items:
            parts[name] = _digest(*items)
    if config.seed_config is not None:
        parts.update(_seed(config.seed_config))
    return parts


def _seed(seed: Any) -> dict[str, str]:
    source = seed.source
    parts = {"the seed's settings": _digest(seed)}
    if source.seed_type == "df":
        parts["the seed DataFrame"] = _frame_digest(source.df)
    elif source.seed_type == "local":
        for file in sorted(_matching(source.path)):
            parts[f"seed file `{file.name}`"] = _file_digest(file)
    elif (folder := getattr(source, "path", None)) is not None and Path(folder).is_dir():
        parts[f"seed folder `{Path(folder).name}`"] = _folder_digest(Path(folder))
    return parts


def _matching(path: str) -> list[Path]:
    given = Path(path)
    return list(given.parent.glob(given.name)) if "*" in given.name else [given]


def _folder_digest(folder: Path) -> str:
    """Of the names and sizes of all files: a folder of documents may be too large to read twice."""
    files = sorted((str(file.relative_to(folder)), file.stat().st_size) for file in folder.rglob("*") if file.is_file())
    return _digest(json.dumps(files))


def _digest(*models: Any) -> str:
    dumped = [model.model_dump_json() if hasattr(model, "model_dump_json") else str(model) for model in models]
    return hashlib.sha256("\n".join(dumped).encode()).hexdigest()


def _code(function: Callable[..., Any] | None) -> str:
    """The source of a function, "" where Python no longer has it."""
    if function is None:
        return ""
    try:
        return textwrap.dedent(inspect.getsource(inspect.unwrap(function)))
    except (OSError, TypeError):
        return ""


def _frame_digest(frame: pd.DataFrame) -> str:
    import pandas as pd
    import pyarrow as pa

    digest = hashlib.sha256(json.dumps([[str(name), str(kind)] for name, kind in frame.dtypes.items()]).encode())
    try:
        # In one piece, because how a frame was put together is no difference.
        for batch in pa.Table.from_pandas(frame, preserve_index=False).combine_chunks().to_batches():
            digest.update(batch.serialize())
    except (ValueError, TypeError, OverflowError, NotImplementedError):
        # Values of several types in a column, or of none that Arrow has: what they look like has to do.
        for _, values in frame.items():
            digest.update(pd.util.hash_pandas_object(values.map(repr), index=False).to_numpy().tobytes())
    return digest.hexdigest()


def _file_digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
