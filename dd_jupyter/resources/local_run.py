"""Finding everything that a run in this kernel depends on, before anything is generated."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dd_jupyter.nemo import background
from dd_jupyter.resources.inference_gateway import GatewayReference
from dd_jupyter.resources.providers import LocalProviders, check_key, key_of, provider_references
from dd_jupyter.resources.secrets import RememberingResolver, SecretReference, StrictResolver

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.engine import Settings
    from dd_jupyter.nemo.deployment import Deployment

LOOK_SECONDS = 0.1
"""How often a wait for NeMo Services looks at whether the run is to stop."""

Lookup = Callable[["Deployment"], Coroutine[Any, Any, Any]]


def resolve(
    builder: DataDesignerConfigBuilder, settings: Settings, check_stop: Callable[[], None] = lambda: None
) -> Settings:
    """Settings under which a run has everything that the configuration names.

    A provider's name is that of a local one, exactly, or else of one in NeMo Services. NeMo Services are
    asked for what is theirs only, all at once, and not at all if nothing is.

    Args:
        builder: The configuration.
        settings: What was said about the run.
        check_stop: Raises when the run is to stop.

    Raises:
        ResourceError: For a provider, a key, a secret or a Fileset that is not there or may not be used.
    """
    own_resolver = settings.secret_resolver
    resolver = RememberingResolver(own_resolver or StrictResolver(settings.deployment))
    settings = replace(settings, secret_resolver=resolver)
    lookups = _Lookups(settings)
    gateway = lookups.providers(builder, strict_keys=own_resolver is None)
    if own_resolver is None:  # another one speaks for itself
        lookups.keys_of_others(builder)
    lookups.seed(builder)
    if not lookups.all:
        return settings

    from dd_jupyter.nemo.deployment import current

    deployment = (settings.deployment or current)()
    found = _wait(lookups.carry_out(deployment), check_stop)
    providers = found[: len(gateway)]
    if not providers:
        return settings
    authorization = deployment.context.credentials.authorization
    return replace(
        settings,
        model_providers=[*lookups.local.providers.values(), *providers],
        authorizations={**settings.authorizations, **dict.fromkeys(gateway, authorization)},
    )


class _Lookups:
    """What NeMo Services are to be asked; what needs no asking is checked on the way."""

    def __init__(self, settings: Settings) -> None:
        self.all: list[Lookup] = []
        self._settings = settings
        self.local = LocalProviders({}, "")

    def providers(self, builder: DataDesignerConfigBuilder, *, strict_keys: bool) -> list[str]:
        """Look for the providers; returns the names of those that the gateway is to have."""
        references = provider_references(builder)
        if not references:
            return []
        self.local = local = LocalProviders.of(self._settings)
        remote = [GatewayReference.of(one, local) for one in references if one.name not in local.providers]
        self.all += [lambda deployment, one=one: one.find(deployment, local) for one in remote]  # type: ignore[misc]
        for reference in references:
            provider = local.providers.get(reference.name)
            secret = check_key(provider, reference) if strict_keys and provider is not None else None
            if secret is not None:
                self._secret(secret, key_of(reference))
        return [one.reference.name for one in remote]

    def keys_of_others(self, builder: DataDesignerConfigBuilder) -> None:
        """Look for the keys of the seed and of MCP servers."""
        seed = builder.get_seed_config()
        keys = {"the token of the seed": getattr(seed.source, "token", None)} if seed is not None else {}
        for server in self._settings.mcp_providers:
            keys[f"the key of MCP server `{server.name}`"] = getattr(server, "api_key", None)
        for what_for, key in keys.items():
            secret = SecretReference.parse(key) if key and not os.environ.get(key) else None
            if secret is not None:
                self._secret(secret, what_for)

    def seed(self, builder: DataDesignerConfigBuilder) -> None:
        """Look for a seed in a Fileset, unless somebody's own reader is to read it."""
        from dd_jupyter.resources.fileset_seed import FILESET_SEED_TYPES

        seed = builder.get_seed_config()
        if seed is None or seed.source.seed_type not in FILESET_SEED_TYPES or self._settings.seed_readers is not None:
            return
        path: str = seed.source.path

        def find(deployment: Deployment) -> Coroutine[Any, Any, Any]:
            from dd_jupyter.engine.fileset_files import FilesetPath, find_files

            return find_files(deployment, FilesetPath.parse(path, deployment.workspace))

        self.all.append(find)

    async def carry_out(self, deployment: Deployment) -> list[Any]:
        """Ask everything at once. Of several errors the first in the configuration's order is raised."""
        found = await asyncio.gather(*(lookup(deployment) for lookup in self.all), return_exceptions=True)
        for one in found:
            if isinstance(one, BaseException):
                raise one
        return found

    def _secret(self, secret: SecretReference, what_for: str) -> None:
        self.all.append(lambda deployment: secret.check(deployment, what_for))


def _wait(work: Coroutine[Any, Any, list[Any]], check_stop: Callable[[], None]) -> list[Any]:
    future = background.start(work)
    try:
        while not concurrent.futures.wait([future], LOOK_SECONDS).done:
            check_stop()
        return future.result()
    finally:
        future.cancel()
