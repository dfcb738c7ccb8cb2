"""Model providers: which ones a configuration uses, and whether a run here can use them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dd_jupyter.engine import local_providers, settings_file
from dd_jupyter.errors import ResourceError
from dd_jupyter.resources.secrets import missing_variable, names_variable

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from data_designer.config.models import ModelConfig, ModelProvider


@dataclass(frozen=True, slots=True)
class ProviderReference:
    """A provider that a configuration names.

    Attributes:
        name: As the configuration has it.
        alias: The first model alias that leads to it.
        used_by: Columns, and "a profiler", that use the alias.
    """

    name: str
    alias: str
    used_by: tuple[str, ...]


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
                f"Model alias `{alias}`, used by {_listed(used_by)}, is not among the model configurations "
                f"({_listed(sorted(configs)) or 'none'}). Add it with `builder.add_model_config(...)`, "
                "or use one of those."
            )
        name = configs[alias].provider
        if name not in references:
            references[name] = ProviderReference(name, alias, tuple(used_by))
    return list(references.values())


def check_providers(
    builder: DataDesignerConfigBuilder, given: Sequence[ModelProvider] | None, *, strict_keys: bool
) -> None:
    """Check, sending nothing, that a run in this kernel can use every provider of a configuration.

    Args:
        builder: The configuration.
        given: Providers that take the place of the local settings; None for the settings on disk.
        strict_keys: Whether keys are found by `StrictResolver`; another resolver speaks for itself.

    Raises:
        ResourceError: For a provider that is not there, or whose key is in a variable that is not set.
    """
    references = provider_references(builder)
    if not references:
        return
    providers = {provider.name: provider for provider in (local_providers() if given is None else given)}
    for reference in references:
        provider = providers.get(reference.name)
        if provider is None:
            place = f"your local settings ({settings_file()})" if given is None else "the providers given"
            raise ResourceError(
                f"Provider `{reference.name}` of model alias `{reference.alias}` is not in {place}, "
                f"which have {_listed(sorted(providers)) or 'none'}. Correct the name in the model configuration, "
                "or add the provider there."
            )
        key = provider.api_key
        if strict_keys and key and names_variable(key) and not os.environ.get(key):
            users = _listed(reference.used_by)
            raise ResourceError(missing_variable(key, f"the key of provider `{provider.name}`, used by {users}"))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
