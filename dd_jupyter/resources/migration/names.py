"""Names made from content: the same for the same, another for another."""

from __future__ import annotations

import re
from hashlib import sha256

_SHORTEST, _LONGEST = 2, 63  # characters in the name of a secret
_NO_NAME = re.compile(r"[^a-z0-9@.+_]+")  # the names of secrets have single hyphens in place of these


def content_name(name: str, content: str) -> str:
    """A name with a digest of what it stands for."""
    return f"{name}-{_digest(content)}"


def secret_name(name: str, suffix: str = "") -> str:
    """A name that a secret can have: `name` itself where that is one, else like it, with a digest of it."""
    plain = _NO_NAME.sub("-", name.lower()).strip("-")
    plain = plain if plain[:1].isalpha() and plain[:1].isascii() else f"key-{plain}".rstrip("-")
    if plain != name or not _SHORTEST <= len(plain) <= _LONGEST - len(suffix):
        plain = f"{plain[: _LONGEST - len(suffix) - 7].rstrip('-')}-{_digest(name)}"
    return plain + suffix


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()[:6]
