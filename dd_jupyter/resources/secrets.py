"""Keys: where their values come from, and how they stay out of sight.

A key is given as the name of an environment variable or, discouraged, as the key itself. The library
tells the two apart by trying, and sends the name of a variable that is not set as if it were the key.
Here a name is told by its shape, so that a missing variable is an error before anything is sent.
"""

from __future__ import annotations

import os
import re
from typing import Protocol

from dd_jupyter.errors import ResourceError

_KEY = re.compile(
    r"""(?<![\w-])(?:
        # OpenAI, NVIDIA, Groq, xAI, GitHub, GitLab. Keys have digits: "sk_customer_dimension" is a column's name.
        (?:sk|pk|nvapi|gsk|xai|gh[oprsu]|github_pat|glpat|rk)[-_](?=[\w-]*\d)[\w-]{16,}
      | hf_[A-Za-z0-9]{20,}                                 # Hugging Face
      | AIza[\w-]{30,}                                      # Google
      | AKIA[A-Z0-9]{16}                                    # AWS
    )""",
    re.VERBOSE,
)
# With a digit or a capital inside: "a basic understanding" is no credential.
_BEARER = re.compile(r"\b((?i:bearer|basic))\s+(?=[\w.~+/=-]*(?:\d|[a-z][A-Z]))[\w.~+/=-]{8,}")
_USERINFO = re.compile(r"(?<=://)[^/\s?#]+@")  # up to the last "@": a password may have one
REDACTED = "[key removed]"
_SHORTEST_KEY = 8  # "EMPTY", "none" and the like are no secrets, but words
_found: set[str] = set()


class Resolver(Protocol):
    """What the library asks for the values of keys."""

    def resolve(self, secret: str) -> str: ...  # noqa: D102


def names_variable(secret: str) -> bool:
    """Whether a key's reference has the shape of an environment variable's name: capitals with "_".

    The library's own rule, from its `get_providers_with_missing_api_keys`. "EMPTY" and the like, which
    local servers ask for, are keys.
    """
    return secret.isupper() and "_" in secret


class StrictResolver:
    """Finds the value of a key for the library: a set variable, or a key that is none's name.

    Raises:
        ResourceError: From `resolve`, for the name of a variable that is not set.
    """

    def resolve(self, secret: str) -> str:
        """The value of a key given by name or in full."""
        value = os.environ.get(secret)
        if value:
            return value
        if names_variable(secret):
            raise ResourceError(missing_variable(secret, "a key of the configuration"))
        return secret


class RememberingResolver:
    """Finds keys as another resolver does, and has `redact` remove them from then on, whatever their shape."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def resolve(self, secret: str) -> str:
        """The value that the other resolver finds."""
        value = self._resolver.resolve(secret)
        if len(value) >= _SHORTEST_KEY:
            _found.add(value)
        return value


def missing_variable(name: str, what_for: str) -> str:
    """The sentence for a variable that is not set."""
    return (
        f"Environment variable `{name}`, which holds {what_for}, is not set. Set it without showing it: "
        f"`import os, getpass; os.environ['{name}'] = getpass.getpass()`."
    )


def find_key(text: str) -> str | None:
    """The beginning of the first thing in `text` that looks like a key; None if there is none."""
    match = _KEY.search(text)
    return match.group()[:6] + "…" if match else None


def redact(text: str) -> str:
    """`text` without the keys of this session, what else looks like a key, a bearer token, or a password in a URL."""
    for key in sorted(_found, key=len, reverse=True):
        text = text.replace(key, REDACTED)
    return _USERINFO.sub(f"{REDACTED}@", _BEARER.sub(rf"\1 {REDACTED}", _KEY.sub(REDACTED, text)))
