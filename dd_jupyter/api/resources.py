"""Looking at what a configuration depends on, and moving it between this machine and NeMo Services."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter import config_source
from dd_jupyter.api.runs import DEFAULT_ARTIFACT_PATH
from dd_jupyter.engine import Settings
from dd_jupyter.errors import ConfigError, ServicesError, UnreachableError
from dd_jupyter.nemo import background, deployment
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources import resolution
from dd_jupyter.resources.kind import Operation
from dd_jupyter.resources.migration import migration, persona_filesets
from dd_jupyter.resources.migration.migration import Migration
from dd_jupyter.resources.places import Here, There
from dd_jupyter.resources.report import LOCATIONS, Backend, Location, ResolutionReport, Row

if TYPE_CHECKING:
    from pydantic import SecretStr


def check(
    source: Any,
    *,
    locations: Iterable[Location] = LOCATIONS,
    operation: Operation | None = None,
    num_records: int | None = None,
    artifact_path: Path | str = DEFAULT_ARTIFACT_PATH,
    workspace: str | None = None,
    settings: Settings | None = None,
) -> ResolutionReport:
    """Look up everything that a configuration depends on, in this kernel and in NeMo Services; runs nothing.

    Args:
        source: A config builder, a dict, or a path to a Python module, YAML or JSON file.
        locations: "run" for this kernel, "submit" for NeMo Services.
        operation: "preview" or "create"; both if None.
        num_records: How many records are to be made; None where that is all the same.
        artifact_path: Folder that holds datasets.
        workspace: The workspace that a name without one is looked up in; that of the connection if None.
        settings: Providers, MCP servers and the like for this kernel; the local settings if None.

    Returns:
        A row a resource: what was found in each location, in a sentence. What cannot be found, or found out,
        is a row too.

    Raises:
        ConfigError: When the source holds no configuration, or a location is none.
    """
    wanted = tuple(dict.fromkeys(locations))
    if not wanted or not set(wanted) <= set(LOCATIONS):
        raise ConfigError(f"`locations` are {' and '.join(f'`{one}`' for one in LOCATIONS)}, one of them or both.")
    settings = settings or Settings()
    here = Here(settings, Path(artifact_path).expanduser().absolute(), num_records)

    def find() -> Deployment:
        return (settings.deployment or deployment.current)().in_workspace(workspace)

    return background.wait_for(
        resolution.resolve(config_source.load(source), here, There(find), locations=wanted, operation=operation)
    )


def migrate(
    source: Any,
    *,
    to: Backend = "services",
    folder: Path | str | None = None,
    workspace: str | None = None,
    settings: Settings | None = None,
    only: Iterable[Row] | None = None,
) -> Migration:
    """Plan how the resources of a configuration come to the other place; nothing is changed.

    Seed data is read for it, since what is made there is named after its content.

    Args:
        source: A config builder, a dict, or a path to a Python module, YAML or JSON file.
        to: "services" or "local": where the resources are to come from.
        folder: With "local", where seed data is downloaded to; ``seeds/FILESET`` if None.
        workspace: The workspace in which things are made; that of the connection if None.
        settings: Providers and the like for this kernel; the local settings if None.
        only: Rows of a report to move, those of ``check(source).to_move("services")`` for one; all that can be
            if None. A provider and its key move together.

    Returns:
        The plan: `steps`, `builder` with the new references, `diff`, `python()`, `yaml()`. Its `apply()`
        carries it out; it can be called again after a failure.

    Raises:
        ConfigError: When the source holds no configuration.
        ServicesError: When NeMo Services cannot be reached.
    """
    if to not in {"services", "local"}:
        raise ConfigError(f"`{to}` is no place to migrate to: say `services` or `local`.")
    builder = config_source.load(source)
    settings = settings or Settings()
    there = (settings.deployment or deployment.current)().in_workspace(workspace)
    plan = migration.plan(builder, Here(settings), there, to, folder=folder, only=only)
    return background.wait_for(_planned(there, plan))


def make_persona_fileset(locale: str, *, key: SecretStr | None = None, key_secret: str | None = None) -> str:
    """Make the Fileset from which NeMo Services draw the personas of a locale, as `nemo` does; once.

    Args:
        locale: "en_US" for one.
        key: An NGC API key, to be kept as `key_secret`; None where that is there.
        key_secret: The secret that holds it, "workspace/name"; if None that of the services, else one of ours.

    Returns:
        The Fileset, "workspace/name".

    Raises:
        ResourceError: When there are no personas of that locale, or no key.
        ServicesError: When NeMo Services cannot be reached, or refuse.
    """
    fileset = background.wait_for(
        persona_filesets.make_persona_fileset(deployment.current(), locale, key_secret=key_secret, key=key)
    )
    return f"{fileset.workspace}/{fileset.name}"


async def _planned(there: Deployment, plan: Any) -> Migration:
    """The plan, once it is known that somebody is there: else each step would say so, after several tries."""
    try:
        async with there.http.stream("GET", "/status"):
            pass
    except UnreachableError:
        plan.close()
        raise
    except ServicesError:
        pass  # there is somebody, who may have no such page
    made: Migration = await plan
    return made
