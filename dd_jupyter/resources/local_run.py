"""Finding everything that a run in this kernel depends on, before anything is generated."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from dd_jupyter.engine import Settings
from dd_jupyter.nemo import background
from dd_jupyter.resources.kind import Inquiry, Operation, rows_of
from dd_jupyter.resources.kinds.providers import Providers
from dd_jupyter.resources.places import Here, There
from dd_jupyter.resources.report import ResolutionReport
from dd_jupyter.resources.resolution import resolve
from dd_jupyter.resources.secrets import RememberingResolver, StrictResolver

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.nemo.deployment import Deployment

T = TypeVar("T")

LOOK_SECONDS = 0.1
"""How often a wait for NeMo Services looks at whether the run is to stop."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was found for a run.

    Attributes:
        settings: Those of the run, with everything that it needs from NeMo Services.
    """

    report: ResolutionReport
    settings: Settings


def resolve_for_run(
    builder: DataDesignerConfigBuilder,
    here: Here,
    check_stop: Callable[[], None] = lambda: None,
    *,
    operation: Operation,
) -> Resolved:
    """Find everything that a run depends on.

    A provider's name is that of a local one, exactly, or else of one in NeMo Services. NeMo Services are
    asked for what is theirs only, all at once, and not at all if nothing is.

    Args:
        builder: The configuration.
        here: This kernel.
        check_stop: Raises when the run is to stop.
        operation: What is made.
    """
    there = There(here.settings.deployment or _connected)
    report = _wait(resolve(builder, here, there, locations=("run",), operation=operation), check_stop)
    return Resolved(report, _settings(here, there))


def find_providers(
    builder: DataDesignerConfigBuilder, here: Here, check_stop: Callable[[], None] = lambda: None
) -> Resolved:
    """Find the providers of NeMo Services that a run needs, and look at nothing else."""
    there = There(here.settings.deployment or _connected)
    inquiry = Inquiry(builder, here, there, ("run",))
    rows = _wait(rows_of(Providers(), inquiry), check_stop)
    return Resolved(ResolutionReport(rows=tuple(rows), locations=("run",)), _settings(here, there))


def _settings(here: Here, there: There) -> Settings:
    settings = here.settings
    own_resolver = settings.secret_resolver
    resolver = RememberingResolver(own_resolver or StrictResolver(settings.deployment))
    settings = replace(settings, secret_resolver=resolver)
    if not there.providers or there.deployment is None:
        return settings
    authorization = there.deployment.context.credentials.authorization
    return replace(
        settings,
        model_providers=[*here.providers.providers.values(), *there.providers.values()],
        authorizations={**settings.authorizations, **dict.fromkeys(there.providers, authorization)},
    )


def _connected() -> Deployment:
    from dd_jupyter.nemo.deployment import current

    return current()


def _wait(work: Coroutine[Any, Any, T], check_stop: Callable[[], None]) -> T:
    future = background.start(work)
    try:
        while not concurrent.futures.wait([future], LOOK_SECONDS).done:
            check_stop()
        return future.result()
    finally:
        future.cancel()
