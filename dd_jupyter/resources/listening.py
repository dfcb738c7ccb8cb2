"""Whether somebody takes connections at an address; nothing is sent there."""

from __future__ import annotations

import asyncio
import contextlib
import urllib.request
from urllib.parse import urlsplit

from dd_jupyter.resources.places import PATIENCE_SECONDS
from dd_jupyter.resources.report import Finding

_PORTS = {"http": 80, "https": 443}


async def find_listener(url: str, what: str) -> Finding:
    """Whether somebody takes connections at a URL.

    Args:
        url: The address.
        what: What should be there, for the way on: "the validator".
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        host = port = None
    if not host or port is None:
        return Finding(status="missing", sentence="That is no address: write `http://host:port/path`.")
    if urllib.request.getproxies().get(parts.scheme) and not urllib.request.proxy_bypass(host):
        return Finding(status="not checked", sentence="It is asked through a proxy, when it is needed.")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError, UnicodeError):
        return Finding(
            status="unreachable",
            sentence=f"Nobody takes connections at `{host}:{port}`. Start {what}, or correct its address.",
        )
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return Finding(status="ok", sentence=f"`{host}:{port}` takes connections.")
