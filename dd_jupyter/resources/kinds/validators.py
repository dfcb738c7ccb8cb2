"""Validators that are asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from dd_jupyter.resources.kind import Inquiry, Reference, named
from dd_jupyter.resources.listening import find_listener
from dd_jupyter.resources.report import Finding, Kind, Move
from dd_jupyter.resources.secrets import redact


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
        return await find_listener(reference.url, "the validator")

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
