"""A tiny MCP server over standard input and output, for columns with tools: `python mcp_server.py`."""

from __future__ import annotations

from mcp.server.fastmcp import FastMCP

server = FastMCP("shop")


@server.tool()
def stock_of(product: str) -> str:
    """Say how many pieces of a product there are."""
    return f"42 pieces of {product}"


if __name__ == "__main__":
    server.run()
