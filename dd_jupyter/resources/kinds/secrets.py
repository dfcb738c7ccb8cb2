"""Keys: environment variables, secrets of NeMo Services, and keys that are written out.

Which one is meant is told by the shape of what stands there and by what exists; a value is never read to
check it. Names without a workspace are looked for among the names of the workspace's secrets, not asked
for: one that is no name but a key would stand in the services' access log.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dd_jupyter.errors import ServicesError
from dd_jupyter.resources.kind import Inquiry, Reference
from dd_jupyter.resources.kinds.providers import found_there
from dd_jupyter.resources.places import UNASKED, NotAskedError, There, status_of
from dd_jupyter.resources.providers import ProviderReference, listed, provider_references
from dd_jupyter.resources.report import Finding, Kind, Move
from dd_jupyter.resources.secrets import SecretReference, find_key, missing_variable, names_variable

if TYPE_CHECKING:
    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.nemo.secrets import Secret

IN_PLAIN_TEXT = "in plain text"
"""How a key that is written out is called in a report."""


@dataclass(frozen=True, slots=True)
class Key(Reference):
    """A key as it is given somewhere.

    Attributes:
        text: A variable's name, a secret's, or the key itself.
        what_for: What it is, in words: "the key of provider `openai`, used by `review`".
        sent: Whether it is part of what is submitted; keys of local providers and MCP servers are not.
        providers: The local providers that need it, if nothing else does.
    """

    text: str = field(repr=False)
    what_for: str
    sent: bool
    providers: tuple[ProviderReference, ...] = ()

    @property
    def in_services(self) -> SecretReference | None:
        """The secret of NeMo Services that it names; None where it has another form."""
        return None if os.environ.get(self.text) else SecretReference.parse(self.text)

    @property
    def is_plain(self) -> bool:
        """Whether it is the key itself, in this kernel."""
        return is_plain(self.text)


def is_plain(text: str) -> bool:
    """Whether a key is written out: it is neither a variable, nor the name of one, nor that of a secret."""
    return not os.environ.get(text) and SecretReference.parse(text) is None and not names_variable(text)


class Secrets:
    """Keys of the local providers in use, of the seed, and of MCP servers in use."""

    kind: Kind = "secret"

    def references(self, inquiry: Inquiry) -> Iterable[Key]:
        """Each once, with all that use it."""
        keys: dict[str, Key] = {}
        for key in _keys(inquiry):
            before = keys.get(key.text)
            if before is None:
                keys[key.text] = key
            else:
                used_by = tuple(dict.fromkeys((*before.used_by, *key.used_by)))
                what_for = listed(dict.fromkeys((before.what_for, key.what_for)))
                providers = before.providers + key.providers if before.providers and key.providers else ()
                keys[key.text] = Key(before.name, used_by, key.text, what_for, before.sent or key.sent, providers)
        return keys.values()

    async def resolve_run(self, reference: Key, inquiry: Inquiry) -> Finding:
        """A variable that is set, a secret that this kernel may read, or the key itself."""
        if inquiry.here.settings.secret_resolver is not None:
            return Finding(status="not checked", sentence="A secret resolver of your own finds it.")
        if os.environ.get(reference.text):
            return Finding(status="ok", sentence="The environment variable is set.")
        if reference.in_services is not None:
            return await _readable(reference.in_services, reference.what_for, inquiry.there)
        if names_variable(reference.text):
            return Finding(status="missing", sentence=missing_variable(reference.text, reference.what_for))
        return Finding(
            status="ok",
            warning=True,
            sentence=f"It stands where {reference.what_for}, is set, for everybody to read. Put it in an environment "
            "variable and name that.",
        )

    async def resolve_submit(self, reference: Key, inquiry: Inquiry) -> Finding | None:
        """A secret of the Secrets API; a name without a workspace is one of the current workspace.

        The key of a local provider plays no part where the gateway has one of that name, with a key of its own.
        """
        if reference.providers and all([await found_there(each, inquiry) for each in reference.providers]):
            return None
        secret = reference.in_services
        try:
            if secret is not None:
                await ask_for(secret, inquiry.there)
                return Finding(status="ok", sentence=f"Secret `{secret}` is there.")
            if reference.sent and find_key(reference.text) is None:
                there = inquiry.there
                names = await there.ask(("secret", there.workspace), lambda services: _all(services, there.workspace))
                if reference.text in names:
                    return _ambiguous(reference, there)
        except NotAskedError:
            if secret is not None or inquiry.there.silence is None:
                return UNASKED
        except ServicesError as error:
            if secret is None:
                return Finding(status=status_of(error), sentence=f"The secrets cannot be looked up: {error}")
            return Finding(status=status_of(error), sentence=_trouble(secret, reference.what_for, error, inquiry.there))
        what = "a variable of this kernel" if not reference.is_plain else "a key that is written out"
        return Finding(
            status="not accepted",
            sentence=f"NeMo Services take secrets of the Secrets API, named `workspace/name`; this is {what}.",
        )

    def moves(self, reference: Key, inquiry: Inquiry) -> tuple[Move, ...]:
        """To a secret, or to a variable."""
        if reference.in_services is not None:
            return (Move(to="local", text="Keep it in an environment variable."),)
        return (Move(to="services", text="Create a secret from it."),)


async def ask_for(secret: SecretReference, there: There) -> object:
    """What NeMo Services know of a secret, without its value.

    Raises:
        NotAskedError: When they were not asked.
        ServicesError: When they have none, or do not say.
    """
    return await there.ask_by_name(
        "secret",
        secret.workspace,
        secret.name,
        lambda deployment: deployment.secrets.secret(secret.workspace, secret.name),
        lambda deployment: _all(deployment, secret.workspace),
    )


async def _readable(secret: SecretReference, what_for: str, there: There) -> Finding:
    try:
        _, discovery = await asyncio.gather(
            ask_for(secret, there),
            there.ask(("discovery",), lambda deployment: deployment.platform.discovery()),
        )
    except NotAskedError:
        silence = there.silence
        if silence is None:
            return UNASKED
        return Finding(status="unreachable", sentence=_trouble(secret, what_for, silence, there))
    except ServicesError as error:
        return Finding(status=status_of(error), sentence=_trouble(secret, what_for, error, there))
    if discovery.auth_enabled:
        return Finding(status="denied", sentence=secret.unreadable(what_for))
    return Finding(status="ok", sentence=f"Secret `{secret}` of NeMo Services is there.")


def _trouble(secret: SecretReference, what_for: str, error: ServicesError, there: There) -> str:
    return secret.trouble(error, what_for, there.base_url)


def _ambiguous(reference: Key, there: There) -> Finding:
    name = f"{there.workspace}/{reference.text}"
    here = "the variable" if os.environ.get(reference.text) else "the key itself"
    if names_variable(reference.text):
        here = "a variable"
    return Finding(
        status="ok",
        warning=True,
        sentence=f"It is taken for secret `{name}`; in this kernel the same text is {here}. Write `{name}` to mean the "
        "secret in both.",
    )


async def _all(services: Deployment, workspace: str) -> Mapping[str, Secret]:
    return {secret.name: secret for secret in await services.secrets.secrets(workspace)}


def _keys(inquiry: Inquiry) -> Iterable[Key]:
    here, builder = inquiry.here, inquiry.builder
    for reference in provider_references(builder):
        provider = here.providers.providers.get(reference.name)
        if provider is not None and provider.api_key:
            what_for = f"the key of provider `{reference.name}`, used by {listed(reference.used_by)}"
            yield _key(provider.api_key, f"provider `{reference.name}`", what_for, sent=False, providers=(reference,))
    seed = builder.get_seed_config()
    token = getattr(seed.source, "token", None) if seed is not None else None
    if token:
        yield _key(token, "the seed", "the token of the seed", sent=True)
    wanted = {name for tool in builder.tool_configs for name in tool.providers}
    for server in here.settings.mcp_providers:
        key = getattr(server, "api_key", None)
        if key and server.name in wanted:
            yield _key(key, f"MCP server `{server.name}`", f"the key of MCP server `{server.name}`", sent=False)


def _key(text: str, used_by: str, what_for: str, *, sent: bool, providers: tuple[ProviderReference, ...] = ()) -> Key:
    return Key(IN_PLAIN_TEXT if is_plain(text) else text, (used_by,), text, what_for, sent, providers)
