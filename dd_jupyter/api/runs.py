"""Previews anywhere, and datasets made in this kernel or by a job."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, overload

from dd_jupyter import config_source
from dd_jupyter.api.carrying_out import Watch, at_least_one, carry_out
from dd_jupyter.api.service_jobs import submit as submit_job
from dd_jupyter.engine import Settings
from dd_jupyter.errors import ConfigError
from dd_jupyter.execution.job import Job
from dd_jupyter.execution.local import run
from dd_jupyter.execution.results import Creation, Preview
from dd_jupyter.execution.runs import Journal
from dd_jupyter.execution.services import preview_in
from dd_jupyter.execution.workload import CreateWorkload, PreviewWorkload
from dd_jupyter.nemo import deployment

DEFAULT_ARTIFACT_PATH = Path("artifacts")
"""The library's own default, below the current folder."""


def preview(
    source: Any,
    *,
    num_records: int = 10,
    submit: bool = False,
    workspace: str | None = None,
    name: str = "",
    check: bool = True,
    settings: Settings | None = None,
    watch: Watch | None = None,
) -> Preview:
    """Make a sample of the records that a configuration describes. Nothing is kept on disk.

    Args:
        source: A config builder, a dict, or a path to a Python module, YAML or JSON file.
        num_records: Records to make, at least 1; a deployment sets a limit, 10 as a rule.
        submit: Have NeMo Services make it, in place of this kernel.
        workspace: With `submit`, the workspace; that of the connection if None.
        name: What to call it where it is shown.
        check: Look up first what it depends on, and stop if something is not there.
        settings: Providers, MCP servers and the like for this kernel; the local settings if None.
        watch: Called at the start and after each event, to show the run.

    Returns:
        The sample: `dataset`, `analysis`, `failures`, `usage`, `forecast(n)`.

    Raises:
        ConfigError: When the source holds no configuration, or one that the library refuses.
        ResourceError: When a provider or a key is not there, or NeMo Services could not use it; nothing has
            been sent then.
        RunError: When the run fails; the records it got to stay in what `watch` was given.
        ServicesError: With `submit`, when the deployment cannot be reached, or refuses.
        KeyboardInterrupt: When interrupted; the engine has stopped then, or the request is closed.
    """
    _check_together({"settings": settings} if submit else {"workspace": workspace}, submit)
    workload = PreviewWorkload(config_source.load(source), at_least_one(num_records), settings or Settings(), check)
    if submit:
        there = deployment.current().in_workspace(workspace)
        where = f"NeMo Services · workspace {there.workspace}"
        sample = Preview(workload, preview_in(there), name=name, where=where)
        carry_out(sample, Journal(there.base_url, there.workspace), watch)
    else:
        sample = Preview(workload, run, name=name)
        carry_out(sample, Journal(), watch)
    return sample


@overload
def create(
    source: Any,
    *,
    num_records: int = ...,
    dataset_name: str | None = ...,
    artifact_path: Path | str = ...,
    resume: bool = ...,
    background: bool = ...,
    submit: Literal[False] = ...,
    check: bool = ...,
    name: str = ...,
    settings: Settings | None = ...,
    watch: Watch | None = ...,
) -> Creation: ...
@overload
def create(
    source: Any,
    *,
    num_records: int = ...,
    dataset_name: str | None = ...,
    submit: Literal[True],
    wait: bool = ...,
    workspace: str | None = ...,
    profile: str | None = ...,
    options: Mapping[str, Mapping[str, str]] | None = ...,
    check: bool = ...,
    name: str = ...,
    watch: Watch | None = ...,
) -> Job: ...
def create(
    source: Any,
    *,
    num_records: int = 100,
    dataset_name: str | None = None,
    artifact_path: Path | str = DEFAULT_ARTIFACT_PATH,
    resume: bool = False,
    background: bool = False,
    submit: bool = False,
    wait: bool = False,
    workspace: str | None = None,
    profile: str | None = None,
    options: Mapping[str, Mapping[str, str]] | None = None,
    check: bool = True,
    name: str = "",
    settings: Settings | None = None,
    watch: Watch | None = None,
) -> Creation | Job:
    """Make a dataset on disk, or with `submit` have NeMo Services make it in a job.

    Args:
        source: A config builder, a dict, or a path to a Python module, YAML or JSON file.
        num_records: Records to make, at least 1; with `resume`, records the dataset is to have.
        dataset_name: Folder of the dataset below `artifact_path`, "dataset" if None. A dataset that is there
            already stays untouched, and the new one gets a name with the time in it. With `submit`, the
            job's name.
        artifact_path: Folder that holds datasets.
        resume: Go on with the dataset of that name.
        background: Return at once; `wait`, `cancel` and `head` are on the result.
        submit: Have NeMo Services make it; then as `submit` of this package, which has the arguments up to
            `options`. A job is always in the background.
        wait: With `submit`, wait for its end.
        workspace: With `submit`, its workspace.
        profile: With `submit`, the execution profile.
        options: With `submit`, options of the job's backend.
        name: What to call it where it is shown.
        check: Look up first what it depends on, and stop if something is not there.
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
    elsewhere = artifact_path != DEFAULT_ARTIFACT_PATH
    for_kernel = {"resume": resume, "background": background, "settings": settings, "artifact_path": elsewhere}
    for_jobs = {"wait": wait, "workspace": workspace, "profile": profile, "options": options}
    _check_together(for_kernel if submit else for_jobs, submit)
    if submit:
        return submit_job(
            source,
            num_records=num_records,
            job_name=dataset_name,
            workspace=workspace,
            wait=wait,
            profile=profile,
            options=options,
            check=check,
            name=name,
            watch=watch,
        )
    workload = CreateWorkload(
        config_source.load(source),
        at_least_one(num_records),
        _folder_name("dataset" if dataset_name is None else dataset_name),
        Path(artifact_path).expanduser().absolute(),
        resume,
        settings or Settings(),
        check,
    )
    creation = Creation(workload, run, name=name, background=background)
    carry_out(creation, Journal(), watch)
    return creation


def _check_together(given: Mapping[str, Any], submit: bool) -> None:
    """Refuse an argument that the chosen place would ignore."""
    for argument, value in given.items():
        if value:
            where = "a run in this kernel" if submit else "a job"
            way_on = "leave it out" if submit else "add `submit`, or leave it out"
            raise ConfigError(f"`{argument}` is for {where}: {way_on}.")


def _folder_name(name: str) -> str:
    if not name or name in {".", ".."} or any(sign in name for sign in "/\\\0"):
        raise ConfigError(
            f"`{name}` cannot be a dataset's name: it becomes a folder. Say where it goes with the artifact path."
        )
    return name
