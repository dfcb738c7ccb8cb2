"""Tools of MCP servers, which the settings of a run give to this kernel only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dd_jupyter.resources.kind import Inquiry, named
from dd_jupyter.resources.providers import listed
from dd_jupyter.resources.reference import Reference
from dd_jupyter.resources.report import Finding, Kind, Move


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
        """Its servers are among those of the settings."""
        if reference.servers is None:
            return _unknown(reference)
        given = {server.name for server in inquiry.here.settings.mcp_providers}
        missing = [name for name in reference.servers if name not in given]
        if not missing:
            return Finding(status="ok", sentence=f"MCP server {listed(named(reference.servers))}.")
        if not reference.used_by:
            return Finding(status="ok", sentence="No column uses it.")
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


def _unknown(reference: ToolReference) -> Finding:
    return Finding(
        status="missing",
        sentence=f"Tool alias `{reference.name}`, used by {listed(reference.used_by)}, is not among the tool "
        "configurations. Add it with `builder.add_tool_config(...)`.",
    )
