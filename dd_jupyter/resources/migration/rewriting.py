"""The configuration with other references: a new config builder, the given one left as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from dd_jupyter.resources.migration.steps import Rewrites

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from data_designer.config.sampler_constraints import ColumnConstraintT


def rewritten(builder: DataDesignerConfigBuilder, rewrites: Rewrites) -> DataDesignerConfigBuilder:
    """A new builder with references replaced; it shares functions and DataFrames with the old one, nothing else."""
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    models = [_copy(config) for config in builder.model_configs]
    for config in models:
        config.provider = rewrites.providers.get(config.provider, config.provider)
    new = DataDesignerConfigBuilder(model_configs=models, tool_configs=_copy(builder.tool_configs))
    if not models:  # an empty list counts as none: the default models were added
        new.model_configs.clear()
    # Before the columns, because it marks those that it finds as dropped: what the marks are is for the columns to say.
    for processor in builder.get_processor_configs():
        new.add_processor(_copy(processor))
    for column in builder.get_column_configs():
        new.add_column(_copy(column))
    for constraint in constraints_of(builder):
        new.add_constraint(_copy(constraint))
    for profiler in builder.get_profilers():
        new.add_profiler(_copy(profiler))
    seed = builder.get_seed_config()
    if seed is not None:
        new.with_seed_dataset(
            _source(seed.source, rewrites),
            sampling_strategy=seed.sampling_strategy,
            selection_strategy=_copy(seed.selection_strategy),
        )
    return new


def constraints_of(builder: DataDesignerConfigBuilder) -> list[ColumnConstraintT]:
    """All of them, which a builder tells only column by column, or as part of what it builds."""
    try:
        return list(builder.build().constraints or ())
    except Exception:  # what does not hold together is not built, but can be rewritten
        names = dict.fromkeys(column.name for column in builder.get_column_configs())
        return [constraint for name in names for constraint in builder.get_constraints(name)]


def _source(source: Any, rewrites: Rewrites) -> Any:
    if rewrites.seed is None:
        return _copy(source)
    return rewrites.seed() if callable(rewrites.seed) else _copy(rewrites.seed)


def _copy(value: Any) -> Any:
    """A copy of all that the library or a person may change later; not of functions and what they belong to."""
    if isinstance(value, BaseModel):
        copied = value.model_copy()
        copied.__dict__.update({name: _copy(part) for name, part in value.__dict__.items()})
        return copied
    if type(value) is dict:
        return {key: _copy(part) for key, part in value.items()}
    if type(value) in (list, tuple, set):
        return type(value)(_copy(part) for part in value)
    return value
