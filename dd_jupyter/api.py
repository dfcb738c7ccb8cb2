"""Everything the magics do, as functions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from dd_jupyter import config_source
from dd_jupyter.engine import Settings
from dd_jupyter.errors import ConfigError
from dd_jupyter.execution import Creation, Preview, Run
from dd_jupyter.execution.local import run
from dd_jupyter.execution.workload import CreateWorkload, PreviewWorkload

DEFAULT_ARTIFACT_PATH = Path("artifacts")
"""The library's own default, below the current folder."""

Watch = Callable[[Run[Any]], None]


def preview(
    source: Any,
    *,
    num_records: int = 10,
    name: str = "",
    settings: Settings | None = None,
    watch: Watch | None = None,
) -> Preview:
    """Make a sample of the records that a configuration describes. Nothing is kept on disk.

    Args:
        source: A config builder, a dict, or a path to a Python module, YAML or JSON file.
        num_records: Records to make, at least 1.
        name: What to call it where it is shown.
        settings: Providers, MCP servers and the like; the local settings if None.
        watch: Called at the start and after each event, to show the run.

    Returns:
        The sample: `dataset`, `analysis`, `failures`, `usage`, `forecast(n)`.

    Raises:
        ConfigError: When the source holds no configuration, or one that the library refuses.
        ResourceError: When a provider or a key is not there; nothing has been sent then.
        RunError: When the run fails; the records it got to stay in what `watch` was given.
        KeyboardInterrupt: When interrupted; the engine has stopped then.
    """
    workload = PreviewWorkload(config_source.load(source), _at_least_one(num_records), settings or Settings())
    sample = Preview(workload, run, name=name)
    _carry_out(sample, watch)
    return sample


def create(
    source: Any,
    *,
    num_records: int = 100,
    dataset_name: str = "dataset",
    artifact_path: Path | str = DEFAULT_ARTIFACT_PATH,
    resume: bool = False,
    background: bool = False,
    name: str = "",
    settings: Settings | None = None,
    watch: Watch | None = None,
) -> Creation:
    """Make a dataset on disk.

    Args:
        source: A config builder, a dict, or a path to a Python module, YAML or JSON file.
        num_records: Records to make, at least 1; with `resume`, records the dataset is to have.
        dataset_name: Folder of the dataset below `artifact_path`. A dataset that is there already stays
            untouched, and the new one gets a name with the time in it.
        artifact_path: Folder that holds datasets.
        resume: Go on with the dataset of that name.
        background: Return at once; `wait`, `cancel` and `head` are on the result.
        name: What to call it where it is shown.
        settings: Providers, MCP servers and the like; the local settings if None.
        watch: Called at the start and after each event, to show the run; from a thread with `background`.

    Returns:
        The dataset: `path`, `dataset`, `analysis`, `failures`, `files`.

    Raises:
        ConfigError: When the source holds no configuration, or one that the library refuses.
        ResourceError: When a provider or a key is not there; nothing has been sent then.
        ResumeError: When the dataset cannot be gone on with.
        RunError: When the run fails; finished batches are on disk.
        KeyboardInterrupt: When interrupted; the engine has stopped then, and `resume` goes on after the
            finished batches: 1,000 records each, with models a twentieth of the dataset.
    """
    workload = CreateWorkload(
        config_source.load(source),
        _at_least_one(num_records),
        _folder_name(dataset_name),
        Path(artifact_path).expanduser().absolute(),
        resume,
        settings or Settings(),
    )
    creation = Creation(workload, run, name=name, background=background)
    _carry_out(creation, watch)
    return creation


def _carry_out(started: Run[Any], watch: Watch | None) -> None:
    watch = watch or _nobody
    watch(started)
    if started.background:
        started.follow_in_background(watch)
        return
    started.follow(watch)
    if started.error is not None:
        raise started.error


def _nobody(started: Run[Any]) -> None:
    """Watches in nobody's name."""


def _at_least_one(num_records: int) -> int:
    if num_records < 1:
        raise ConfigError(f"{num_records} records cannot be made: ask for at least 1.")
    return num_records


def _folder_name(name: str) -> str:
    if not name or name in {".", ".."} or any(sign in name for sign in "/\\\0"):
        raise ConfigError(
            f"`{name}` cannot be a dataset's name: it becomes a folder. Say where it goes with the artifact path."
        )
    return name
