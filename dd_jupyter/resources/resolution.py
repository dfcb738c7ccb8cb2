"""Looking at a configuration: everything that it depends on, in each location, all at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from dd_jupyter.errors import (
    ConfigError,
    DDJupyterError,
    DeniedError,
    NotFoundError,
    RefusedError,
    ResourceError,
    UnreachableError,
)
from dd_jupyter.resources.kind import Inquiry, Operation, fault, rows_of
from dd_jupyter.resources.places import Here, There
from dd_jupyter.resources.references import CHECKS, KINDS
from dd_jupyter.resources.report import LOCATIONS, Kind, Location, ResolutionReport, Row, Status

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

_OF_SERVICES: dict[Status, type[DDJupyterError]] = {
    "missing": NotFoundError,
    "denied": DeniedError,
    "unreachable": UnreachableError,
    "not accepted": RefusedError,
}
"""What is raised for what is wrong with NeMo Services themselves."""


async def resolve(
    builder: DataDesignerConfigBuilder,
    here: Here,
    there: There,
    *,
    locations: tuple[Location, ...] = LOCATIONS,
    operation: Operation | None = None,
) -> ResolutionReport:
    """Find everything that a configuration depends on.

    All questions go out together, and each is put once. What cannot be found, or found out, is a row and not
    an error.

    Args:
        builder: The configuration.
        here: This kernel.
        there: NeMo Services.
        locations: Where it is to be carried out.
        operation: What is to be made.
    """
    inquiry = Inquiry(builder, here, there, locations, operation)
    try:
        found = await asyncio.gather(
            *(_safely(check.rows(inquiry), "configuration", inquiry) for check in CHECKS),
            *(_safely(rows_of(kind, inquiry), kind.kind, inquiry) for kind in KINDS),
        )
    finally:
        there.close()
    return ResolutionReport(
        rows=tuple(row for rows in found for row in rows),
        locations=locations,
        base_url=there.base_url if there.was_asked else "",
        workspace=there.workspace if there.was_asked else "",
    )


def refusal(report: ResolutionReport, location: Location) -> DDJupyterError | None:
    """The error for a configuration that cannot be carried out in a location; None if it can."""
    problems = [(row, found) for row in report.rows if (found := row.at(location)) is not None and found.stops]
    if not problems:
        return None
    row, found = problems[0]
    if row.kind == "configuration" and found.status == "not accepted":
        said = " ".join(found.sentence for row, found in problems if row.kind == "configuration")
        error: DDJupyterError = ConfigError(
            f"The configuration cannot {'run' if location == 'run' else 'be submitted'}: {said}"
        )
        error.report = report
        return error
    more = len(problems) - 1
    others = f" {more} more {'thing is' if more == 1 else 'things are'} in the way: see Resources." if more else ""
    kind = _OF_SERVICES.get(found.status, ResourceError) if row.kind == "services" else ResourceError
    way_on = ""
    if location == "submit" and found.status == "not accepted" and row.move_to("services") is not None:
        way_on = (
            " Move it there with `%dd_migrate` (`--migrate` of `%dd_create`, `dd_jupyter.migrate` in Python), or run "
            "in this kernel, without `--submit`."
        )
    error = kind(found.sentence + way_on + others)
    error.report = report
    return error


async def _safely(rows: Coroutine[Any, Any, list[Row]], kind: Kind, inquiry: Inquiry) -> list[Row]:
    """Rows, whatever comes: a fault of ours in one of them hides no other."""
    try:
        return await rows
    except Exception as error:
        finding = fault(error)
        return [
            Row(
                kind=kind,
                name="",
                run=finding if "run" in inquiry.locations else None,
                submit=finding if "submit" in inquiry.locations else None,
            )
        ]
