"""The configuration itself: whether it holds together, and whether a deployment knows all of its parts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable

from dd_jupyter.engine import Violation
from dd_jupyter.engine.validation import refused_templates, violations
from dd_jupyter.errors import ServicesError
from dd_jupyter.resources.kind import Inquiry
from dd_jupyter.resources.places import NotAskedError
from dd_jupyter.resources.providers import PROFILER, alias_users, unknown_alias
from dd_jupyter.resources.report import Finding, Row, Status
from dd_jupyter.resources.secrets import redact
from dd_jupyter.resources.sent import sent, unknown_parts

_QUOTED = re.compile(r"(?<!\w)'([^'`]+)'(?!\w)")


class Configuration:
    """One row if all is well, else one for each thing that is wrong."""

    async def rows(self, inquiry: Inquiry) -> list[Row]:
        """What the library's checks, and the deployment's schema, say."""
        violated, unknown = await asyncio.gather(_violations(inquiry), _unknown_there(inquiry))
        wrong = [*_aliases(inquiry), *violated, *unknown]
        fine = [
            location
            for location in inquiry.locations
            if not any(found.stops for row in wrong if (found := row.at(location)) is not None)
        ]
        if not fine:
            return wrong
        columns = await inquiry.seed_columns()
        known = columns.names is not None
        text = "It holds together." if known else "It holds together, as far as that is known without the seed."
        well = Finding(status="ok" if known else "not checked", sentence=text)
        holds = Row(
            kind="configuration",
            name="",
            run=well if "run" in fine else None,
            submit=well if "submit" in fine else None,
        )
        return [holds, *wrong]


def _aliases(inquiry: Inquiry) -> Iterable[Row]:
    for alias, used_by in alias_users(inquiry.builder).items():
        problem = unknown_alias(alias, used_by, inquiry.builder)
        if problem is not None:
            missing = Finding(status="missing", sentence=problem)
            row = _row(alias, used_by, missing, inquiry)
            if used_by == (PROFILER,) and row.run is not None:  # the library goes on without what it would measure
                row = row.model_copy(update={"run": Finding(status="ok", sentence=problem, warning=True)})
            yield row


async def _violations(inquiry: Inquiry) -> list[Row]:
    columns = await inquiry.seed_columns()
    try:
        found = violations(inquiry.builder, columns.names)
        templates = [] if any(one.is_error for one in found) else refused_templates(inquiry.builder)
    except Exception as error:  # templates that no parser reads; the library raises all sorts
        why = redact(" ".join(str(error).removeprefix("🛑 ").split()))
        finding = Finding(status="not accepted", sentence=f"The library cannot read it: {why}")
        return [_row("", (), finding, inquiry)]
    rows = [_violated(one, inquiry) for one in found]
    refused = [_violated(one, inquiry) for one in templates]
    if _renders_natively(inquiry):  # this kernel does, NeMo Services never
        refused = [row.model_copy(update={"run": None}) for row in refused if row.submit is not None]
    return [*rows, *refused]


def _violated(one: Violation, inquiry: Inquiry) -> Row:
    status: Status = "not accepted" if one.is_error else "ok"
    return _row(
        one.column or "",
        (),
        Finding(status=status, sentence=_words(one.message), warning=not one.is_error),
        inquiry,
    )


def _renders_natively(inquiry: Inquiry) -> bool:
    """Whether templates may hold what the usual renderer refuses."""
    from data_designer.config.run_config import JinjaRenderingEngine

    run_config = inquiry.here.settings.run_config
    return run_config is not None and run_config.jinja_rendering_engine == JinjaRenderingEngine.NATIVE


async def _unknown_there(inquiry: Inquiry) -> list[Row]:
    """What a deployment of another version would refuse."""
    if "submit" not in inquiry.locations:
        return []
    try:
        schema = await inquiry.there.schema()
    except (ServicesError, NotAskedError):
        return []
    if not schema.has_data_designer:
        return []
    try:
        config = sent(inquiry.builder, schema)
    except Exception:  # a configuration that cannot be sent has rows that say so
        return []
    return [
        Row(
            kind="configuration",
            name=place,
            submit=Finding(
                status="not accepted",
                sentence=f"This deployment's version of Data Designer does not know {what}. Leave it out, or run in "
                "this kernel without `--submit`.",
            ),
        )
        for place, what in unknown_parts(config, schema)
    ]


def _row(name: str, used_by: tuple[str, ...], found: Finding, inquiry: Inquiry) -> Row:
    return Row(
        kind="configuration",
        name=name,
        used_by=used_by,
        run=found if "run" in inquiry.locations else None,
        submit=found if "submit" in inquiry.locations else None,
    )


def _words(message: str) -> str:
    """The library's words; what it puts in quotes are names."""
    return redact(_QUOTED.sub(r"`\1`", " ".join(message.split())))
