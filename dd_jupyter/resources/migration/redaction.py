"""Values of a configuration without the keys among them."""

from __future__ import annotations

import os
from typing import Any

from pydantic import SecretStr

from dd_jupyter.resources.migration.visible_keys import holds_key
from dd_jupyter.resources.secrets import REDACTED, SecretReference, names_variable, redact


def without_keys(value: Any, name: str = "") -> Any:
    """The same lists, dicts and strings, and in place of each key "[key removed]".

    A key is told by its looks, and by the name of what holds it: a "token" that names no environment variable and no
    `workspace/name` is one.

    Args:
        value: Anything.
        name: What holds it.
    """
    match value:
        case str():
            return REDACTED if holds_key(name) and _may_be_key(value) else redact(value)
        case SecretStr():
            return REDACTED
        case dict():
            return {_key(key): without_keys(part, str(key)) for key, part in value.items()}
        case list():
            return [without_keys(part, name) for part in value]
        case tuple():
            return tuple(without_keys(part, name) for part in value)
    return value


def _key(key: Any) -> Any:
    return redact(key) if isinstance(key, str) else key


def _may_be_key(text: str) -> bool:
    """Whether it is neither a reference to a key nor a template nor words."""
    names_one = bool(os.environ.get(text)) or names_variable(text) or SecretReference.parse(text) is not None
    return bool(text) and not names_one and "{{" not in text and not any(character.isspace() for character in text)
