"""Tools of MCP servers, which the settings of a run give to this kernel only."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dd_jupyter.resources.kind import Inquiry, Reference, named
from dd_jupyter.resources.listening import find_listener
from dd_jupyter.resources.providers import listed
from dd_jupyter.resources.report import Finding, Kind, Move
from dd_jupyter.resources.secrets import redact


@dataclass(frozen=True, slots=True)
class ToolReference(Reference):
    """A tool configuration.

    Attributes:
        servers: The MCP servers that it names; None where a column names it and it is not there.
    """

    servers: tuple[str, ...] | None


class Tools:
    """Tool configurations, and those that columns name."""

    kind: Kind = "tool"

    def references(self, inquiry: Inquiry) -> Iterable[ToolReference]:
        """Each alias once."""
        servers = {tool.tool_alias: tuple(tool.providers) for tool in inquiry.builder.tool_configs}
        users: dict[str, list[str]] = {alias: [] for alias in servers}
        for column in inquiry.builder.get_column_configs():
            alias = getattr(column, "tool_alias", None)
            if alias:
                users.setdefault(alias, []).append(column.name)
        return [ToolReference(alias, named(columns), servers.get(alias)) for alias, columns in users.items()]

    async def resolve_run(self, reference: ToolReference, inquiry: Inquiry) -> Finding:
        """Its servers are among those of the settings, and could be started or are there; none is started."""
        if reference.servers is None:
            return _unknown(reference)
        if not reference.used_by:
            return Finding(status="ok", sentence="No column uses it.")
        given = {server.name: server for server in inquiry.here.settings.mcp_providers}
        missing = [name for name in reference.servers if name not in given]
        if not missing:
            found = await asyncio.gather(*(_server(given[name]) for name in reference.servers))
            well = Finding(status="ok", sentence=f"MCP server {listed(named(reference.servers))}.")
            return next((one for one in found if one.status != "ok"), well)
        return Finding(
            status="missing",
            sentence=f"MCP server {listed(named(missing))} is not among those of this run "
            f"({listed(sorted(given)) or 'none'}). Add it to `%config DataDesigner.mcp_providers`, or to "
            "`Settings(mcp_providers=...)`.",
        )

    async def resolve_submit(self, reference: ToolReference, inquiry: Inquiry) -> Finding:
        """Never."""
        return Finding(
            status="not accepted",
            sentence=f"Tools (`{reference.name}`) work in this kernel only. Leave them out, or run without `--submit`.",
        )

    def moves(self, reference: ToolReference, inquiry: Inquiry) -> tuple[Move, ...]:
        """None."""
        return ()


async def _server(server: Any) -> Finding:
    """Whether a server is there, or its program is."""
    command = getattr(server, "command", None)
    if command is None:
        found = await find_listener(server.endpoint, "the MCP server")
        return found.model_copy(update={"sentence": f"MCP server `{server.name}`: {found.sentence}"})
    path = (getattr(server, "env", None) or {}).get("PATH")
    if await asyncio.to_thread(shutil.which, command, path=path) is None:
        return Finding(
            status="missing",
            sentence=f"MCP server `{server.name}` is started with `{redact(command)}`, which is no program of this "
            "machine. Install it, or correct the command.",
        )
    return Finding(status="ok", sentence="Its program is there.")


def _unknown(reference: ToolReference) -> Finding:
    return Finding(
        status="missing",
        sentence=f"Tool alias `{reference.name}`, used by {listed(reference.used_by)}, is not among the tool "
        "configurations. Add it with `builder.add_tool_config(...)`.",
    )
