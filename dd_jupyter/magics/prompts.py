"""Secrets that a person gives: from an environment variable or a prompt, never from the line."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from dd_jupyter.errors import ConfigError

if TYPE_CHECKING:
    from pydantic import SecretStr


def secret_from(variable: str, what_for: str) -> SecretStr:
    """The value of an environment variable.

    Raises:
        ConfigError: When it is not set.
    """
    from pydantic import SecretStr

    from dd_jupyter.resources.secrets import missing_variable

    value = os.environ.get(variable, "").strip()
    if not value:
        raise ConfigError(missing_variable(variable, what_for))
    return SecretStr(value)


class NobodyToAskError(Exception):
    """A notebook is run without a person."""


def ask_secret(words: str) -> SecretStr | None:
    """What a person types, unseen; None if it is nothing.

    Raises:
        NobodyToAskError: When there is no person.
    """
    from pydantic import SecretStr

    try:
        value = getpass.getpass(f"{words}: ").strip()
    except (EOFError, NotImplementedError) as error:
        raise NobodyToAskError from error
    return SecretStr(value) if value else None


def refuse_key(line: str, option: str) -> None:
    """Not take a key from the line, which is saved with the notebook.

    Raises:
        ConfigError: When there is one in it.
    """
    from dd_jupyter.resources.secrets import find_key

    if shown := find_key(line):
        raise ConfigError(
            f"The line has a key in it ({shown}), and would be saved with the notebook. Take it out, put the key into "
            f"an environment variable, and name that with `{option}`."
        )
