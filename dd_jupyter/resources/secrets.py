"""Keys: where their values come from, and how they stay out of sight.

A key is given as the name of an environment variable, as `workspace/name` of a secret in NeMo Services
or, discouraged, as the key itself. The library tells the first and the last apart by trying, and sends
the name of a variable that is not set as if it were the key. Here a name is told by its shape, so that
what is missing is an error before anything is sent, and a key is never sent as if it were a name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dd_jupyter.errors import DeniedError, NotFoundError, ResourceError, ServicesError
from dd_jupyter.nemo import background

if TYPE_CHECKING:
    from dd_jupyter.nemo.deployment import Deployment

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
_FORBIDDEN = 403
_SHORTEST_KEY = 8  # "EMPTY", "none" and the like are no secrets, but words
_found: set[str] = set()

# As the services themselves check the names of workspaces and secrets. Workspaces have no capitals, keys do.
_SECRET = re.compile(r"([a-z](?!.*--[^/]*/)[a-z0-9@.+_-]{1,62})/([\w.-]{1,255})", re.ASCII)


class Resolver(Protocol):
    """What the library asks for the values of keys."""

    def resolve(self, secret: str) -> str: ...  # noqa: D102


def names_variable(secret: str) -> bool:
    """Whether a key's reference has the shape of an environment variable's name: capitals with "_".

    The library's own rule, from its `get_providers_with_missing_api_keys`. "EMPTY" and the like, which
    local servers ask for, are keys.
    """
    return secret.isupper() and "_" in secret


@dataclass(frozen=True, slots=True)
class SecretReference:
    """A secret in NeMo Services, as a configuration names it: ``workspace/name``."""

    workspace: str
    name: str

    @classmethod
    def parse(cls, text: str) -> SecretReference | None:
        """Read a reference; None for what has another form, or looks like a key, which is never looked up."""
        match = _SECRET.fullmatch(text)
        return cls(*match.groups()) if match and find_key(text) is None else None

    def __str__(self) -> str:
        return f"{self.workspace}/{self.name}"

    async def value(self, deployment: Deployment, what_for: str) -> str:
        """Read the secret's value, for the call that needs it.

        Raises:
            ResourceError: When it is not there or may not be read.
        """
        try:
            value = await deployment.secrets.value(self.workspace, self.name)
        except ServicesError as error:
            raise ResourceError(self.trouble(error, what_for, deployment.base_url)) from error
        return value.get_secret_value()

    def trouble(self, error: ServicesError, what_for: str, base_url: str) -> str:
        """What it means that NeMo Services answered with an error, or not at all."""
        if isinstance(error, NotFoundError):
            return (
                f"{self._which(what_for)} is not in NeMo Services at {base_url}. Create it there, or name an "
                "environment variable that holds the value."
            )
        if isinstance(error, DeniedError) and error.status == _FORBIDDEN:
            return self.unreadable(what_for)
        return f"{self._which(what_for)} cannot be looked up: {error}"

    def unreadable(self, what_for: str) -> str:
        """Why its value cannot be had in this kernel, though it is there."""
        return (
            f"{self._which(what_for)} may not be read in this kernel: with authentication on, NeMo Services give the "
            "values of secrets to services only. Name an environment variable that holds the value, or run it there "
            "with `--submit`."
        )

    def _which(self, what_for: str) -> str:
        return f"Secret `{self}`, which holds {what_for},"


class StrictResolver:
    """Finds the value of a key for the library.

    The first that fits: a variable of that name that is set; ``workspace/name``, a secret in NeMo
    Services and never anything else; the name of a variable that is not set; the key itself.

    Raises:
        ResourceError: From `resolve`, for a secret that is not there or may not be read, and for the name
            of a variable that is not set.
    """

    def __init__(self, deployment: Callable[[], Deployment] | None = None) -> None:
        """Make a resolver.

        Args:
            deployment: Gives the NeMo Services that have the secrets, when one is asked for; None for those
                that are connected.
        """
        self._deployment = deployment

    def resolve(self, secret: str) -> str:
        """The value of a key given by name or in full."""
        value = os.environ.get(secret)
        if value:
            return value
        reference = SecretReference.parse(secret)
        if reference is not None:
            deployment = (self._deployment or _connected)()
            return background.wait_for(reference.value(deployment, "a key of the configuration"))
        if names_variable(secret):
            raise ResourceError(missing_variable(secret, "a key of the configuration"))
        return secret


def _connected() -> Deployment:
    from dd_jupyter.nemo.deployment import current

    return current()


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
