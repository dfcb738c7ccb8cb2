"""Forms that do something: the display draws them, and what they do is the API's."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter import api, config_source
from dd_jupyter.api import DEFAULT_ARTIFACT_PATH
from dd_jupyter.api.carrying_out import Watch, at_least_one
from dd_jupyter.api.service_jobs import name_with_time
from dd_jupyter.display.live import Live
from dd_jupyter.display.submit_fields import Spelling
from dd_jupyter.display.submit_model import LiveSubmitView
from dd_jupyter.display.widgets.submit_form import SubmitForm
from dd_jupyter.engine import Settings
from dd_jupyter.errors import DeniedError, NotFoundError
from dd_jupyter.execution.results import Preview
from dd_jupyter.nemo import background, deployment

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.display.submit_fields import Chosen, Where
    from dd_jupyter.execution.forecast import Forecast
    from dd_jupyter.execution.run import Run
    from dd_jupyter.resources.migration.migration import Migration
    from dd_jupyter.resources.report import Location, ResolutionReport


def submit_form(
    source: Any,
    *,
    location: Location = "submit",
    num_records: int = 100,
    dataset_name: str | None = None,
    artifact_path: Path | str = DEFAULT_ARTIFACT_PATH,
    workspace: str | None = None,
    name: str = "",
    settings: Settings | None = None,
    previews: Collection[object] = (),
    watch: Watch | None = None,
    keep: Callable[[Run[Any]], object] | None = None,
    spelling: Spelling | None = None,
) -> SubmitForm:
    """A form that makes a dataset in this kernel, or has NeMo Services make it in a job; submitted once.

    What the arguments say is what its fields hold at first.

    Args:
        source: A config builder, a dict, or a path to a Python module, YAML or JSON file.
        location: "submit" for a job, "run" for this kernel.
        num_records: Records to make, at least 1.
        dataset_name: The dataset's name, and the job's. If None "dataset", and for a job one with the time in it.
        artifact_path: For this kernel, the folder that holds datasets.
        workspace: The job's workspace; that of the connection if None.
        name: What to call it where it is shown: the variable that holds it.
        settings: Providers, MCP servers and the like for this kernel; the local settings if None.
        previews: Where a preview of the same configuration may be, for the forecast: ``[sample]``, or
            ``globals().values()``. Other things in it do not count.
        watch: Called at the start and after each event, from a thread, to show the job or the run; a view beneath
            the form if None.
        keep: Is given the job or the run.
        spelling: How the same is typed where the form cannot be drawn; as the function `create` if None.

    Returns:
        The form, to be shown; its `result` is the `Job` or `Creation`, once it is submitted.

    Raises:
        ConfigError: When the source holds no configuration, or no record is asked for.
    """
    live = LiveSubmitView(
        name=name,
        location=location,
        records=f"{at_least_one(num_records):,}",
        job_name=dataset_name or name_with_time(name),
        workspace=workspace or "",
        dataset_name=dataset_name or "dataset",
        artifact_path=str(artifact_path),
    )
    watch = watch or Live("Create", name)
    maker = _Maker(config_source.load(source), name, settings or Settings(), previews, watch, keep)
    return SubmitForm(live, maker, spelling or Spelling(python=True))


class _Maker:
    """Does what the form asks for, with one configuration."""

    def __init__(
        self,
        builder: DataDesignerConfigBuilder,
        name: str,
        settings: Settings,
        previews: Collection[object],
        watch: Watch,
        keep: Callable[[Run[Any]], object] | None,
    ) -> None:
        self._builder = builder
        self._name = name
        self._settings = settings
        self._previews = previews
        self._watch = watch
        self._keep = keep

    def look_up(self, where: Where) -> ResolutionReport:
        return api.check(
            self._builder,
            locations=(where.location,),
            operation="create",
            num_records=where.num_records,
            artifact_path=where.artifact_path,
            workspace=where.workspace,
            settings=self._settings,
        )

    def plan(self, where: Where) -> Migration:
        to = "services" if where.location == "submit" else "local"
        return api.migrate(self._builder, to=to, workspace=where.workspace, settings=self._settings)  # type: ignore[arg-type]

    def make(self, chosen: Chosen, migration: Migration | None) -> Run[Any]:
        source = self._builder if migration is None else migration.builder
        made: Run[Any]
        if chosen.location == "submit":
            made = api.create(
                source,
                submit=True,
                num_records=chosen.num_records,
                dataset_name=chosen.name,
                workspace=chosen.workspace,
                name=self._name,
                watch=self._watch,
            )
        else:
            made = api.create(
                source,
                background=True,
                num_records=chosen.num_records,
                dataset_name=chosen.name,
                artifact_path=chosen.artifact_path,
                settings=self._settings,
                name=self._name,
                watch=self._watch,
            )
        if self._keep is not None:
            self._keep(made)
        return made

    def workspaces(self) -> tuple[str, tuple[str, ...]]:
        there = deployment.current()
        try:
            return there.workspace, tuple(background.wait_for(there.platform.workspaces()))
        except (DeniedError, NotFoundError):
            return there.workspace, ()  # one may work in a workspace without being shown which there are

    def forecast(self, num_records: int) -> Forecast | None:
        wanted = _digest(self._builder)
        for found in reversed(list(self._previews)):
            if isinstance(found, Preview) and wanted and _digest(found.workload.builder) == wanted:
                expected = found.forecast(num_records)
                if expected is not None:
                    return expected
        return None


def _digest(builder: DataDesignerConfigBuilder) -> str:
    """What tells a configuration from others; "" for one that the library refuses."""
    try:
        return str(builder.build().fingerprint()["config_hash"])
    except ValueError:
        return ""
