"""Validators that are asked over HTTP."""

from __future__ import annotations

import asyncio
import contextlib
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from dd_jupyter.resources.kind import Inquiry, named
from dd_jupyter.resources.places import PATIENCE_SECONDS
from dd_jupyter.resources.reference import Reference
from dd_jupyter.resources.report import Finding, Kind, Move
from dd_jupyter.resources.secrets import redact

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class EndpointReference(Reference):
    """An endpoint that checks values.

    Attributes:
        url: As it is asked; it may have a password in it.
    """

    url: str = field(repr=False)


class RemoteValidators:
    """Endpoints that validation columns ask."""

    kind: Kind = "validator"

    def references(self, inquiry: Inquiry) -> Iterable[EndpointReference]:
        """Each endpoint once."""
        users: dict[str, list[str]] = {}
        for column in inquiry.builder.get_column_configs():
            if getattr(column, "validator_type", "") == "remote":
                users.setdefault(str(column.validator_params.endpoint_url), []).append(column.name)
        return [EndpointReference(_shown(url), named(columns), url) for url, columns in users.items()]

    async def resolve_run(self, reference: EndpointReference, inquiry: Inquiry) -> Finding:
        """Somebody takes connections there; nothing is sent."""
        try:
            parts = urlsplit(reference.url)
            host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            host = port = None
        if not host or port is None:
            return Finding(status="missing", sentence="That is no address: write `http://host:port/path`.")
        if urllib.request.getproxies().get(parts.scheme) and not urllib.request.proxy_bypass(host):
            return Finding(status="not checked", sentence="It is asked through a proxy, record by record.")
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                _, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError, UnicodeError):
            return Finding(
                status="unreachable",
                sentence=f"Nobody takes connections at `{host}:{port}`. Start the validator, or correct its address.",
            )
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return Finding(status="ok", sentence=f"`{host}:{port}` takes connections.")

    async def resolve_submit(self, reference: EndpointReference, inquiry: Inquiry) -> Finding:
        """Whether NeMo Services reach it, they alone know."""
        if _is_here(reference.url):
            return Finding(
                status="not checked",
                sentence="An address of this machine: NeMo Services reach it only if they run here too.",
            )
        return Finding(status="not checked", sentence="NeMo Services have to reach it themselves.")

    def moves(self, reference: EndpointReference, inquiry: Inquiry) -> tuple[Move, ...]:
        """None."""
        return ()


def _is_here(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(url: str) -> str:
    """Without what may be secret: a password, a query."""
    return redact(url.partition("?")[0])
