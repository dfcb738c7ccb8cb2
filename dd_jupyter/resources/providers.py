"""Model providers: which ones a configuration uses, and which of them are in the local settings."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dd_jupyter.engine import local_providers, settings_file
from dd_jupyter.errors import ResourceError
from dd_jupyter.resources.secrets import SecretReference, missing_variable, names_variable

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from data_designer.config.models import ModelConfig, ModelProvider

    from dd_jupyter.engine import Settings


@dataclass(frozen=True, slots=True)
class ProviderReference:
    """A provider that a configuration names.

    Attributes:
        name: As the configuration has it.
        models: Model aliases in use that lead to it, with the model of each.
        used_by: Columns, and "a profiler", that use them.
    """

    name: str
    models: Mapping[str, str]
    used_by: tuple[str, ...]

    @property
    def alias(self) -> str:
        """The first of its model aliases."""
        return next(iter(self.models))


@dataclass(frozen=True, slots=True)
class LocalProviders:
    """The providers that are known without asking anybody.

    Attributes:
        providers: By name.
        place: Where they are from, in words.
    """

    providers: Mapping[str, ModelProvider]
    place: str

    @classmethod
    def of(cls, settings: Settings) -> LocalProviders:
        """Those that the settings give, else those on disk."""
        given = settings.model_providers
        place = f"your local settings ({settings_file()})" if given is None else "the providers given"
        return cls({provider.name: provider for provider in (local_providers() if given is None else given)}, place)

    def __str__(self) -> str:
        return f"{self.place}, which have {listed(sorted(self.providers)) or 'none'}"


def provider_references(builder: DataDesignerConfigBuilder) -> list[ProviderReference]:
    """The providers behind the model aliases that are in use; aliases that nothing uses are left out.

    Raises:
        ResourceError: When a column uses an alias that no model configuration has.
    """
    configs: dict[str, ModelConfig] = {config.alias: config for config in builder.model_configs}
    users: dict[str, list[str]] = {}
    for column in builder.get_column_configs():
        for alias in column.get_model_aliases():
            users.setdefault(alias, []).append(f"`{column.name}`")
    for profiler in builder.get_profilers():
        users.setdefault(profiler.model_alias, []).append("a profiler")

    references: dict[str, ProviderReference] = {}
    for alias, used_by in users.items():
        if alias not in configs:
            raise ResourceError(
                f"Model alias `{alias}`, used by {listed(used_by)}, is not among the model configurations "
                f"({listed(sorted(configs)) or 'none'}). Add it with `builder.add_model_config(...)`, "
                "or use one of those."
            )
        config = configs[alias]
        before = references.get(config.provider, ProviderReference(config.provider, {}, ()))
        references[config.provider] = ProviderReference(
            config.provider, {**before.models, alias: config.model}, (*before.used_by, *used_by)
        )
    return list(references.values())


def check_key(provider: ModelProvider, reference: ProviderReference) -> SecretReference | None:
    """Check that a local provider's key can be found; a secret in NeMo Services is left to be looked up.

    Raises:
        ResourceError: When it is in a variable that is not set.
    """
    key = provider.api_key
    if not key or os.environ.get(key):
        return None
    secret = SecretReference.parse(key)
    if secret is None and names_variable(key):
        raise ResourceError(missing_variable(key, key_of(reference)))
    return secret


def key_of(reference: ProviderReference) -> str:
    """What a provider's key is, in words."""
    return f"the key of provider `{reference.name}`, used by {listed(reference.used_by)}"


def listed(names: Iterable[str]) -> str:
    """Names with commas between them."""
    return ", ".join(names)
