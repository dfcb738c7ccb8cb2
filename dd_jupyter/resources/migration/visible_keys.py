"""Keys that stand where everybody could read them: in headers, fields of requests and endpoints."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from dd_jupyter.errors import ResourceError
from dd_jupyter.resources.secrets import find_key

_HOLDS_KEY = re.compile(
    r"(?i)^(?:(?:proxy-)?authorization|(?:set-)?cookie)$|(?:api|access|subscription|secret)[-_]?key|"
    r"password|credential|secret|(?:^|[-_])token$"
)


def holds_key(name: str, value: object = "") -> bool:
    """Whether a header, or a field of a request, has a key in it, by its name or by its looks."""
    return _HOLDS_KEY.search(name) is not None or find_key(str(value)) is not None


def refuse_visible_key(who: str, where: str, endpoint: str, body: Mapping[str, Any] | None) -> None:
    """Refuse to write a key to where everybody can read it.

    Args:
        who: Has it, in words, at the beginning of a sentence.
        where: It would be written to, in words.
        endpoint: Of a provider.
        body: What a provider has sent along in each request.

    Raises:
        ResourceError: When there is one in the endpoint or the body.
    """
    parts = urlsplit(endpoint)
    if parts.username or parts.password or parts.query:
        raise ResourceError(
            f"{who} has a user name, a password or a query in its endpoint, which would stand in {where} for everybody "
            "to read. Give it the endpoint alone, and the key as a key."
        )
    if body and (find_key(json.dumps(body, default=str)) or any(holds_key(name) for name in body)):
        raise ResourceError(
            f"{who} seems to have a key among the fields that it sends along (`extra_body`), which would stand in "
            f"{where} for everybody to read. Give it as its key."
        )
