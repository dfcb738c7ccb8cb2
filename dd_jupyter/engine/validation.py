"""What the library finds wrong with a configuration, without starting a run of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dd_jupyter.engine.observer import Violation

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

_ABOUT_REFERENCES = {
    "expression_reference_missing",
    "f_string_syntax",
    "invalid_reference",
    "prompt_without_references",
    "skip_reference_missing",
}
"""Kinds of violations that need the columns of the seed to be known."""


def violations(builder: DataDesignerConfigBuilder, seed_columns: Sequence[str] | None) -> list[Violation]:
    """What the library's own checks of a configuration find; it makes them at the start of each run.

    Args:
        builder: The configuration; it stays as it is.
        seed_columns: Columns of the seed, none without a seed; None where they are not known: then nothing
            is said of references.
    """
    from data_designer.config.column_configs import SeedDatasetColumnConfig
    from data_designer.engine.validation import validate_data_designer_config

    configured = builder.get_column_configs()
    names = {column.name for column in configured}
    twice = [name for name in seed_columns or () if name in names]
    if twice:
        return [_given_twice(name) for name in twice]
    columns = [*configured, *(SeedDatasetColumnConfig(name=name) for name in seed_columns or ())]
    references = [one for column in columns for one in (column.name, *column.side_effect_columns)]
    found = validate_data_designer_config(columns, builder.get_processor_configs(), references)
    return [
        Violation(one.column, one.message, one.level == "ERROR")
        for one in found
        if seed_columns is not None or one.type not in _ABOUT_REFERENCES
    ]


def _given_twice(name: str) -> Violation:
    return Violation(name, f"Column `{name}` is in the seed too. Give it another name, or leave it out.", True)
