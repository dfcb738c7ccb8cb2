"""Model providers: which ones a configuration uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dd_jupyter.resources.kind import Reference

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from data_designer.config.models import ModelConfig

PROFILER = "a profiler"
"""What uses a model beside columns."""


@dataclass(frozen=True, slots=True)
class ProviderReference(Reference):
    """A provider that a configuration names.

    Attributes:
        name: As the configuration has it.
        used_by: Columns, and "a profiler", that use it.
        models: Model aliases in use that lead to it, with the model of each.
    """

    models: Mapping[str, str]

    @property
    def alias(self) -> str:
        """The first of its model aliases."""
        return next(iter(self.models))


def alias_users(builder: DataDesignerConfigBuilder) -> dict[str, tuple[str, ...]]:
    """The model aliases in use, and by what: columns, and "a profiler"."""
    users: dict[str, tuple[str, ...]] = {}
    for column in builder.get_column_configs():
        for alias in dict.fromkeys(column.get_model_aliases()):
            users[alias] = (*users.get(alias, ()), f"`{column.name}`")
    for profiler in builder.get_profilers():
        users[profiler.model_alias] = (*users.get(profiler.model_alias, ()), PROFILER)
    return users


def unknown_alias(alias: str, used_by: Iterable[str], builder: DataDesignerConfigBuilder) -> str | None:
    """What is wrong with an alias that no model configuration has; None for one that is there."""
    known = sorted(config.alias for config in builder.model_configs)
    if alias in known:
        return None
    return (
        f"Model alias `{alias}`, used by {listed(used_by)}, is not among the model configurations "
        f"({listed(known) or 'none'}). Add it with `builder.add_model_config(...)`, or use one of those."
    )


def provider_references(builder: DataDesignerConfigBuilder) -> list[ProviderReference]:
    """The providers behind the model aliases that are in use; aliases that nothing uses are left out.

    So are those that are used but not known, which `unknown_alias` tells.
    """
    configs: dict[str, ModelConfig] = {config.alias: config for config in builder.model_configs}
    references: dict[str, ProviderReference] = {}
    for alias, used_by in alias_users(builder).items():
        config = configs.get(alias)
        if config is None:
            continue
        before = references.get(config.provider, ProviderReference(config.provider, (), {}))
        references[config.provider] = ProviderReference(
            config.provider,
            tuple(dict.fromkeys((*before.used_by, *used_by))),
            {**before.models, alias: config.model},
        )
    return list(references.values())


def key_of(reference: ProviderReference) -> str:
    """What a provider's key is, in words."""
    return f"the key of provider `{reference.name}`, used by {listed(reference.used_by)}"


def listed(names: Iterable[str]) -> str:
    """Names with commas between them."""
    return ", ".join(names)
