"""What the library finds wrong with a configuration, without starting a run of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

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
    told = [
        Violation(one.column, one.message, one.level == "ERROR")
        for one in found
        if seed_columns is not None or one.type not in _ABOUT_REFERENCES
    ]
    if any(one.is_error for one in told):
        return told
    if seed_columns is not None:
        told += _without_source(configured, references)
    told += _in_a_circle(configured)
    return told if any(one.is_error for one in told) else [*told, *_as_a_whole(builder)]


def refused_templates(builder: DataDesignerConfigBuilder) -> list[Violation]:
    """Templates that the library's usual renderer does not permit, which it finds out column by column in a run."""
    from data_designer.engine.processing.ginja.environment import UserTemplateSandboxEnvironment
    from data_designer.engine.processing.ginja.exceptions import UserTemplateError
    from jinja2 import Environment, TemplateError, meta

    refused = []
    for column in builder.get_column_configs():
        for part in ("prompt", "system_prompt", "expr"):
            template = getattr(column, part, None)
            if not isinstance(template, str):
                continue
            try:
                names = meta.find_undeclared_variables(Environment(autoescape=True).parse(template))
                UserTemplateSandboxEnvironment(allowed_references=sorted(names)).validate_template(template)
            except UserTemplateError as error:
                message = f"The `{part}` of column '{column.name}' is refused by the library: {error}"
                refused.append(Violation(column.name, message, True))
            except TemplateError:
                pass  # no template at all: the library's other checks tell
    return refused


def _as_a_whole(builder: DataDesignerConfigBuilder) -> Iterator[Violation]:
    """What the library says when its parts are put together."""
    try:
        builder.build()
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False, include_input=False):
            yield Violation(None, f"{one['msg'].removeprefix('Value error, ').rstrip('.')}.", True)


def _without_source(columns: Sequence[Any], references: Sequence[str]) -> Iterator[Violation]:
    """Columns that are made from others that are not there, which the library finds out in the middle of a run."""
    samplers = {column.name for column in columns if column.column_type == "sampler"}
    for column in columns:
        for name in column.required_columns:
            if name not in references:
                yield Violation(column.name, f"Column '{column.name}' needs column '{name}', which is not there.", True)
        params = getattr(column, "params", None)
        for name in (getattr(params, "category", None), getattr(params, "reference_column_name", None)):
            if name is not None and name not in samplers:
                message = f"Column '{column.name}' is sampled by column '{name}', which is no sampler's."
                yield Violation(column.name, message, True)


def _in_a_circle(columns: Sequence[Any]) -> Iterator[Violation]:
    """Columns that are made from each other."""
    needs = {column.name: set(column.required_columns) for column in columns}
    made_by = {extra: column.name for column in columns for extra in column.side_effect_columns}
    sorter = TopologicalSorter(
        {name: {made_by.get(other, other) for other in others} for name, others in needs.items()}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        shown = " from ".join(f"'{name}'" for name in circle)
        yield Violation(circle[0], f"Columns are made from each other, in a cycle: {shown}.", True)


def _given_twice(name: str) -> Violation:
    return Violation(name, f"Column `{name}` is in the seed too. Give it another name, or leave it out.", True)
