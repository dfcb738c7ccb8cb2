"""The library's `DataDesigner`, made so that a run can be watched and leaves nothing behind."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from dd_jupyter.engine.authorization import Authorization, authorize
from dd_jupyter.engine.local_settings import (
    local_providers,
    refuse_telemetry_unless_asked_for,
    write_default_settings,
)
from dd_jupyter.engine.observer import Violation, current_observer

if TYPE_CHECKING:
    from data_designer.config.mcp import MCPProviderT
    from data_designer.config.models import ModelProvider
    from data_designer.config.run_config import RunConfig
    from data_designer.engine.resources.person_reader import PersonReader
    from data_designer.engine.resources.seed_reader import SeedReader
    from data_designer.engine.secret_resolver import SecretResolver

    from dd_jupyter.nemo.deployment import Deployment


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set about a run apart from its configuration, as `DataDesigner()` takes it.

    Attributes:
        model_providers: None for the local provider settings, read anew at each run.
        mcp_providers: MCP servers that tool configurations name.
        secret_resolver: Finds the values of keys; None for environment variables, secrets in NeMo Services and
            plain keys.
        seed_readers: None for the library's own, and ours for seeds in Filesets.
        person_reader: None for the persona datasets in `managed_assets_path`.
        managed_assets_path: None for the library's own folder.
        run_config: None for the library's defaults, without its metrics port.
        deployment: Gives the NeMo Services that resources named `workspace/name` come from, when one is needed
            first; None for those that are connected.
        authorizations: Of providers whose Authorization header changes during a run, by name: what it is now.
            Those of NeMo Services are added by the run itself.
    """

    model_providers: Sequence[ModelProvider] | None = None
    mcp_providers: Sequence[MCPProviderT] = ()
    secret_resolver: SecretResolver | None = None
    seed_readers: Sequence[SeedReader[Any]] | None = None
    person_reader: PersonReader | None = None
    managed_assets_path: Path | str | None = None
    run_config: RunConfig | None = None
    deployment: Callable[[], Deployment] | None = None
    authorizations: Mapping[str, Authorization] = field(default_factory=dict)


class Watcher(Protocol):
    """What a watched designer hands its parts to, in the thread of the run."""

    def check_stop(self) -> None: ...
    def watch_models(self, registry: Any) -> None: ...
    def watch_builder(self, builder: Any) -> None: ...
    def profiling(self) -> None: ...


def watched_designer(watcher: Watcher, settings: Settings, artifact_path: Path) -> Any:
    """A `DataDesigner` that shows its parts to `watcher`."""
    refuse_telemetry_unless_asked_for()
    _hand_violations_to_observers()
    return _watched_designer_class()(watcher, settings, artifact_path)


def load_library() -> None:
    """Import the library, which takes a second or more."""
    _watched_designer_class()


@functools.cache
def _watched_designer_class() -> type[Any]:
    """Made at first use, because the library's import takes seconds."""
    from data_designer.config.default_model_settings import get_builtin_model_providers
    from data_designer.config.run_config import RunConfig
    from data_designer.interface import DataDesigner, data_designer

    if hasattr(data_designer, "_interface_runtime_initialized"):
        # 0.7.0 sets up logging once a process, removing everybody's root handlers: say it is done.
        write_default_settings()
        data_designer._interface_runtime_initialized = True
    accepted = inspect.signature(DataDesigner.__init__).parameters
    quiet = {"auto_configure_logging": False} if "auto_configure_logging" in accepted else {}
    # 0.9.x serves metrics on port 9464 at every create unless told not to.
    portless = {"otel_metrics_port": None} if "otel_metrics_port" in RunConfig.model_fields else {}

    class WatchedDesigner(DataDesigner):
        def __init__(self, watcher: Watcher, settings: Settings, artifact_path: Path) -> None:
            self._watcher = watcher
            self._authorizations = settings.authorizations
            given = settings.model_providers
            providers = local_providers() if given is None else list(given)
            super().__init__(
                artifact_path,
                # The library refuses to work without a provider, even where no model is used.
                model_providers=providers or get_builtin_model_providers(),
                secret_resolver=settings.secret_resolver,
                seed_readers=seed_readers(settings),
                person_reader=settings.person_reader,
                managed_assets_path=settings.managed_assets_path,
                mcp_providers=list(settings.mcp_providers),
                **quiet,
            )
            run_config = settings.run_config or RunConfig()
            if not portless.keys() & run_config.model_fields_set:
                run_config = run_config.model_copy(update=portless)
            self.set_run_config(run_config)

        def _create_resource_provider(self, *args: Any, **kwargs: Any) -> Any:
            self._watcher.check_stop()
            provider = super()._create_resource_provider(*args, **kwargs)
            authorize(provider.model_registry, self._authorizations)
            self._watcher.watch_models(provider.model_registry)
            return provider

        def _create_dataset_builder(self, *args: Any, **kwargs: Any) -> Any:
            builder = super()._create_dataset_builder(*args, **kwargs)
            self._watcher.watch_builder(builder)
            return builder

        def _create_dataset_profiler(self, *args: Any, **kwargs: Any) -> Any:
            self._watcher.profiling()
            return super()._create_dataset_profiler(*args, **kwargs)

    return WatchedDesigner


def seed_readers(settings: Settings) -> list[SeedReader[Any]]:
    """The seed readers that a run has."""
    if settings.seed_readers is not None:
        return list(settings.seed_readers)
    from data_designer.interface.data_designer import DEFAULT_SEED_READERS

    from dd_jupyter.engine.fileset_seed_reader import FILESET_SEED_READERS

    # Ours take the place of those that an entry point gave: they know which deployment is meant.
    ours = [reader(settings.deployment) for reader in FILESET_SEED_READERS]
    taken = {reader.get_seed_type() for reader in ours}
    return [*(reader for reader in DEFAULT_SEED_READERS if reader.get_seed_type() not in taken), *ours]


@functools.cache
def _hand_violations_to_observers() -> None:
    """Give what is wrong with a configuration to the run's observer; the library would print it."""
    from data_designer.engine import compiler

    print_violations = compiler.rich_print_violations

    def hand_over(violations: list[Any]) -> None:
        observer = current_observer.get()
        if observer is None:
            print_violations(violations)
        else:
            observer.violated([Violation(one.column, one.message, one.level == "ERROR") for one in violations])

    compiler.rich_print_violations = hand_over
