"""Names of what is made in NeMo Services: such as they take, the same for the same, another for another."""

from __future__ import annotations

import re
from hashlib import sha256

SHORTEST, LONGEST = 2, 63
NAME = re.compile(rf"[a-z](?!.*--)[a-z0-9\-@.+_]{{{SHORTEST - 1},{LONGEST - 1}}}(?<!-)", re.ASCII)
"""As nemo-platform 0.3.0 checks the names of providers and secrets; what its schema says of them is wider."""

_NO_NAME = re.compile(r"[^a-z0-9@.+_]+")  # names have single hyphens in place of these


def content_name(name: str, content: str) -> str:
    """A name with a digest of what it stands for."""
    return f"{name}-{_digest(content)}"


def entity_name(name: str, suffix: str = "", *, stem: str) -> str:
    """A name that NeMo Services take: `name` itself where that is one, else like it, with a digest of it.

    Args:
        name: What it is called elsewhere.
        suffix: Stands behind it in any case.
        stem: Stands in front where `name` does not begin with a letter.
    """
    plain = _NO_NAME.sub("-", name.lower()).strip("-")
    plain = plain if plain[:1].isalpha() and plain[:1].isascii() else f"{stem}-{plain}".rstrip("-")
    if plain != name or not SHORTEST <= len(plain) <= LONGEST - len(suffix):
        plain = f"{plain[: LONGEST - len(suffix) - 7].rstrip('-')}-{_digest(name)}"
    return plain + suffix


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()[:6]
