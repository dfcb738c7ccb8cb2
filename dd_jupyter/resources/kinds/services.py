"""NeMo Services themselves: whether they answer, have the workspace, and can do what is asked."""

from __future__ import annotations

import asyncio

from dd_jupyter.errors import NotFoundError, ServicesError
from dd_jupyter.resources.kind import Inquiry
from dd_jupyter.resources.places import NotAskedError, There, status_of
from dd_jupyter.resources.report import Finding, Row

USUAL_LIMIT = 10
"""Most records of a preview where the deployment's operator chose nothing else (nemo-platform 0.3)."""


class Services:
    """A row for the deployment, and one each for jobs and for the size of a preview where they matter."""

    async def rows(self, inquiry: Inquiry) -> list[Row]:
        """None where nothing is to be submitted."""
        if "submit" not in inquiry.locations:
            return []
        there = inquiry.there
        if there.deployment is None:
            silence = there.silence
            found = (
                Finding(status="not checked", sentence="They were not asked.")
                if silence is None
                else Finding(status="unreachable", sentence=str(silence))
            )
            return [Row(kind="services", name="", submit=found)]
        found, abilities = await asyncio.gather(_deployment(there), _abilities(inquiry))
        rows = [Row(kind="services", name=there.base_url, submit=found)]
        return [*rows, *abilities] if found.status == "ok" else rows


async def _deployment(there: There) -> Finding:
    try:
        schema, version, _ = await asyncio.gather(
            there.schema(),
            there.ask(("version",), lambda deployment: deployment.platform.version()),
            there.ask(("workspace",), lambda deployment: deployment.platform.check_workspace(there.workspace)),
        )
    except NotAskedError:
        return Finding(status="unreachable", sentence=str(there.silence))
    except NotFoundError as error:
        return Finding(status="missing", sentence=str(error))
    except ServicesError as error:
        return Finding(status=status_of(error), sentence=str(error))
    if not schema.has_data_designer:
        return Finding(
            status="not accepted",
            sentence="This deployment has no Data Designer API. `%dd_connect` shows which services it has.",
        )
    of_version = f"Version {version}, w" if version else "W"
    return Finding(status="ok", sentence=f"{of_version}orkspace `{there.workspace}`.")


async def _abilities(inquiry: Inquiry) -> list[Row]:
    if inquiry.operation == "preview":
        name, operation, found = "size of a preview", "preview", await _limit(inquiry)
    else:
        name, operation, found = "jobs", "create", await _jobs(inquiry)
    return [] if found is None else [Row(kind="services", name=name, used_by=(operation,), submit=found)]


async def _jobs(inquiry: Inquiry) -> Finding | None:
    """What keeps jobs from running; None if they can, or if that cannot be known."""
    try:
        status = await inquiry.there.status()
    except (ServicesError, NotAskedError):
        return Finding(status="not checked", sentence="The deployment does not say whether it runs jobs.")
    if status.runs_jobs:
        return None
    sick = [name for name, healthy in status.controllers.status.items() if not healthy]
    why = (
        "the jobs service is not ready"
        if "jobs" not in status.services.ready
        else f"control loops are not healthy: {', '.join(f'`{name}`' for name in sick)}"
        if sick
        else "the deployment does not run the control loops that start them"
    )
    return Finding(status="missing", sentence=f"Jobs would wait for ever: {why}. Previews do not need them.")


async def _limit(inquiry: Inquiry) -> Finding | None:
    """Why a preview is too large; None if it is not."""
    asked = inquiry.here.num_records or 0
    if asked <= USUAL_LIMIT:
        return None
    there = inquiry.there
    try:
        limit = await there.ask(("limit",), lambda services: services.data_designer.record_limit(there.workspace))
    except (ServicesError, NotAskedError):
        return Finding(status="not checked", sentence="How many records a preview may have could not be learnt.")
    if limit is None or asked <= limit:
        return None
    return Finding(
        status="not accepted",
        sentence=f"A preview in this deployment has at most {limit} records, and {asked} were asked for; nothing "
        f"was sent. Ask for `-n {limit}`, preview in this kernel without `--submit`, or make a job with "
        f"`%%dd_create --submit -n {asked}`.",
    )
