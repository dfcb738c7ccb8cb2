"""How the configuration makes a column, in a person's words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from dd_jupyter.display import words
from dd_jupyter.display.requests.run import GeneratorView, SettingView
from dd_jupyter.display.table.description import KINDS
from dd_jupyter.resources.secrets import REDACTED, redact

if TYPE_CHECKING:
    from data_designer.config import DataDesignerConfigBuilder

LISTED_VALUES = 200
"""Of what a sampler chooses from, as many are shown."""

_FIRST = ("sampler_type", "expr", "generator_function", "model_alias", "system_prompt", "prompt", "output_format")
_LAST = ("skip", "propagate_skip", "drop")
_UNSAID = {"name", "column_type"}

_CODE = {"prompt", "system_prompt", "expr", "output_schema"}
_NAMES = {
    "expr": "Expression",
    "dtype": "Type",
    "convert_to": "Written as",
    "sampler_type": "Sampler",
    "p": "Probability",
    "n": "Trials",
    "stddev": "Standard deviation",
    "dist_name": "Distribution",
    "dist_params": "Parameters of the distribution",
    "dt_min": "Shortest",
    "dt_max": "Longest",
    "reference_column_name": "Counted from column",
    "short_form": "Short form",
    "category": "Depends on column",
    "select_field_values": "Only persons with",
    "age_range": "Age",
    "code_lang": "Language",
    "tool_alias": "Tools",
    "with_trace": "Trace kept",
    "extract_reasoning_content": "Reasoning kept",
    "output_format": "Schema",
    "target_columns": "Columns checked",
    "target_column": "Text from column",
    "validator_type": "Checked by",
    "validation_function": "Function",
    "endpoint_url": "Address",
    "timeout": "Seconds to wait",
    "max_retries": "Tries after the first",
    "retry_backoff": "Wait grows by",
    "max_parallel_requests": "Requests at a time",
    "generator_function": "Function",
    "generation_strategy": "Called for",
    "batch_size": "Records at a time",
    "drop": "Left out of the dataset",
    "propagate_skip": "Skipped where a column it needs is",
}

_CHOICES = {"sampler_type", "validator_type", "generation_strategy", "with_trace"}
_WORDS = {
    "cell_by_cell": "each record",
    "full_column": "all records at once",
    "local_callable": "a function of this kernel",
    "remote": "a server",
    "code": "a code checker",
    "last_message": "the model's last message",
    "all_messages": "the whole conversation",
    "bernoulli_mixture": "Bernoulli mixture",
    "person_from_faker": "person, by Faker",
}
_UNITS = {"Y": "years", "M": "months", "D": "days", "h": "hours", "m": "minutes", "s": "seconds"}

# Of a model's own settings only those that shape what it writes: headers and bodies may hold anything.
_INFERENCE = {
    "temperature": "Temperature",
    "top_p": "Top p",
    "max_tokens": "Tokens at most",
    "dimensions": "Dimensions",
    "encoding_format": "Encoding",
}

# In the parameters of a person's own code a key has no shape to be told by, but a name.
_SECRET_NAME = re.compile(
    r"(?:^|[_-])(?:api_?key|key|token|secret|password|passwd|credentials?|headers?|authorization|extra_body)$",
    re.IGNORECASE,
)


def generator_of(builder: DataDesignerConfigBuilder, column: str) -> GeneratorView:
    """How the configuration makes a column, or what comes along with one; without settings if it does not.

    Args:
        builder: The configuration.
        column: The column's name in the dataset.
    """
    for config in builder.get_column_configs():
        kind = KINDS.get(str(config.column_type), str(config.column_type))
        if config.name == column:
            settings = _seed(builder) if config.column_type == "seed-dataset" else _settings(config, builder)
            return GeneratorView(column=column, kind=kind, settings=tuple(settings))
        if column in config.side_effect_columns:
            made_with = _setting("Comes with", f"{config.name} ({kind})")
            return GeneratorView(
                column=column, kind=f"from {config.name}", settings=(made_with, *_settings(config, builder))
            )
    if _may_be_of_seed(builder, column):
        return GeneratorView(column=column, kind=KINDS["seed-dataset"], settings=tuple(_seed(builder)))
    return GeneratorView(column=column, kind="", settings=())


def _may_be_of_seed(builder: DataDesignerConfigBuilder, column: str) -> bool:
    """Whether a column of the dataset that nothing makes is the seed's; files are not read to find out."""
    seed = builder.get_seed_config()
    frame = getattr(seed.source, "df", None) if seed else None
    return seed is not None and (frame is None or column in map(str, frame.columns))


def _seed(builder: DataDesignerConfigBuilder) -> Iterator[SettingView]:
    """Where the records of the seed come from; never the token that it is read with."""
    seed = builder.get_seed_config()
    if seed is None:
        return
    from dd_jupyter.resources.seed_columns import seed_name

    yield _setting("Seed", seed_name(seed.source).replace("`", ""))
    yield _setting("Order", {"ordered": "as in the seed", "shuffle": "shuffled"}[_bare(seed.sampling_strategy)])
    part: Any = seed.selection_strategy
    if hasattr(part, "num_partitions"):
        yield _setting("Part", f"{words.count(part.index + 1)} of {words.count(part.num_partitions)}")
    elif part is not None:
        yield _setting("Rows", f"{words.count(part.start + 1)} to {words.count(part.end + 1)}")


def _settings(config: Any, builder: DataDesignerConfigBuilder) -> Iterator[SettingView]:
    """Every setting that was made, what matters most first."""
    fields = [field for field in type(config).model_fields if field not in _UNSAID]
    middle = [field for field in fields if field not in (*_FIRST, *_LAST)]
    for field in (*_FIRST, *middle, *_LAST):
        if field in fields:
            yield from _of_field(field, getattr(config, field), config, builder)


def _of_field(field: str, value: Any, config: Any, builder: DataDesignerConfigBuilder) -> Iterator[SettingView]:
    if value is None or value == [] or value == {} or value == "":
        return
    match field:
        case "model_alias":
            yield from _model(value, builder)
        case "params" | "validator_params" | "generator_params":
            yield from _parameters(value)
        case "conditional_params":
            for condition, parameters in value.items():
                settings = _parameters(parameters)
                text = "\n".join(f"{one.name}: {one.text}" for one in settings)
                yield _setting(f"Where {condition}", text)
        case "scores":
            for score in value:
                options = (f"{option}: {meaning}" for option, meaning in score.options.items())
                yield _setting(f"Score {score.name}", "\n".join((score.description, *_bounded(options))))
        case "multi_modal_context":
            for context in value:
                yield _setting(f"{_bare(context.modality).capitalize()} from column", context.column_name)
        case "generator_function":
            yield _setting(_NAMES[field], _name_of(value), code=True)
            if aliases := config.get_model_aliases():
                for alias in aliases:
                    yield from _model(alias, builder)
            if needed := config.required_columns:
                yield _setting("Columns it needs", ", ".join(needed))
        case "skip":
            yield _setting("Skipped where", value.when, code=True)
            if value.value is not None:
                yield _setting("Value where skipped", _written(value.value))
        case "propagate_skip":
            if not value:
                yield _setting(_NAMES[field], "no")
        case "drop" | "extract_reasoning_content":
            if value:
                yield _setting(_NAMES[field], "yes")
        case "with_trace":
            if _bare(value) != "none":
                yield _plain(field, value)
        case _:
            yield _plain(field, value)


def _parameters(parameters: Any) -> Iterator[SettingView]:
    """The parameters of a sampler, a validator or a person's own code."""
    given = {name: getattr(parameters, name) for name in type(parameters).model_fields}
    given.pop("sampler_type", None)
    given.pop("validator_type", None)
    unit, weights = given.get("unit"), given.pop("weights", None)
    for name, value in given.items():
        if value is None or value == [] or value == {}:
            continue
        if _SECRET_NAME.search(name):
            yield _setting(_named(name), REDACTED)
        elif name == "values" and isinstance(value, Mapping):
            lines = (f"{category}: {', '.join(map(str, values))}" for category, values in value.items())
            yield _setting("Values", "\n".join(_bounded(lines)))
        elif name == "values" and weights:
            shares = (weight / sum(weights) for weight in weights)
            lines = (f"{one}: {share:.3g}" for one, share in zip(value, shares, strict=False))
            yield _setting("Values and their shares", "\n".join(_bounded(lines)))
        elif name == "values":
            yield _setting("Values", "\n".join(_bounded(map(_written, value))))
        elif name == "age_range" and len(value) == 2:
            yield _setting("Age", f"{value[0]} to {value[1]}")
        elif name in {"dt_min", "dt_max"} and unit in _UNITS:
            yield _setting(_NAMES[name], f"{value} {_UNITS[unit]}")
        elif name == "unit" and unit in _UNITS:
            yield _setting("In steps of", _UNITS[unit])
        else:
            yield _plain(name, value)


def _model(alias: str, builder: DataDesignerConfigBuilder) -> Iterator[SettingView]:
    """A model by its alias, and what stands behind it."""
    model = next((model for model in builder.model_configs if model.alias == alias), None)
    if model is None:
        yield _setting("Model", alias)
        return
    by = f", by {model.provider}" if model.provider else ""
    yield _setting("Model", f"{alias}: {model.model}{by}")
    for field, name in _INFERENCE.items():
        value = getattr(model.inference_parameters, field, None)
        if value is not None:
            yield _setting(name, _distributed(value))


def _distributed(value: Any) -> str:
    """A number, or the distribution that it is drawn from for each request."""
    parameters: Any = getattr(value, "params", None)
    if hasattr(parameters, "low"):
        return f"{parameters.low:g} to {parameters.high:g}, drawn anew each time"
    if hasattr(parameters, "values"):
        return f"one of {', '.join(f'{one:g}' for one in parameters.values)}, drawn anew each time"
    return _written(value)


def _plain(field: str, value: Any) -> SettingView:
    if field in _CHOICES:
        return _setting(_named(field), _WORDS.get(_bare(value), _bare(value)))
    if callable(value) and not isinstance(value, BaseModel):
        return _setting(_named(field), _name_of(value), code=True)
    is_structure = isinstance(value, Mapping | BaseModel) or (
        isinstance(value, list | tuple) and any(isinstance(one, Mapping | list | tuple | BaseModel) for one in value)
    )
    return _setting(_named(field), _written(value), code=field in _CODE or is_structure)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    if isinstance(value, list | tuple) and not any(isinstance(one, Mapping | list | tuple) for one in value):
        return ", ".join(map(_written, value))
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(_without_secrets(value), indent=2, ensure_ascii=False, default=str)
    return _bare(value)


def _bare(choice: Any) -> str:
    return str(choice.value if isinstance(choice, Enum) else choice)


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            str(name): REDACTED if _SECRET_NAME.search(str(name)) and isinstance(one, str) else _without_secrets(one)
            for name, one in value.items()
        }
    return [_without_secrets(one) for one in value] if isinstance(value, list | tuple) else value


def _bounded(lines: Iterable[str]) -> list[str]:
    every = list(lines)
    more = len(every) - LISTED_VALUES
    return every if more <= 0 else [*every[:LISTED_VALUES], f"and {words.count(more)} more"]


def _setting(name: str, text: str, *, code: bool = False) -> SettingView:
    return SettingView(name=redact(name), text=redact(words.printable(text)), code=code)


def _named(field: str) -> str:
    return _NAMES.get(field) or field.replace("_", " ").capitalize()


def _name_of(function: Any) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)
