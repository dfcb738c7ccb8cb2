"""What a configuration may be in YAML or JSON, as a JSON schema, for completion and checks while one types.

Beside what pydantic tells of the library's classes it says what only the library's code knows: which of
several kinds a part is (`discriminator`), which texts are templates, and which name a column, a model or tools.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from dd_jupyter.engine import refuse_telemetry_unless_asked_for

_INHERITED = {"sampler_type", "validator_type"}
"""Tags that a part need not repeat: the part around it has one of that name."""

_USUAL = {"generation_type": "chat-completion"}
"""Tags that may be left out, and what is meant then."""

_ONLY_IN_PYTHON = {"CustomColumnConfig", "DataFrameSeedSource", "LocalCallableValidatorParams"}
"""Kinds that hold a function or a DataFrame, which no text can."""

_NAMES = {
    "ColumnInequalityConstraint.rhs": "column",
    "ColumnInequalityConstraint.target_column": "column",
    "ScalarInequalityConstraint.target_column": "column",
    "DropColumnsProcessorConfig.column_names": "columns",
    "EmbeddingColumnConfig.target_column": "column",
    "*.column_name": "column",
    "SubcategorySamplerParams.category": "column",
    "TimeDeltaSamplerParams.reference_column_name": "column",
    "ValidationColumnConfig.target_columns": "columns",
    "*.model_alias": "model",
    "*.tool_alias": "tools",
}
"""Fields that name what stands elsewhere in the configuration. Lists of columns may hold patterns with `*`."""

_NAMES_ITSELF = "ToolConfig.tool_alias"

_TEMPLATES = {"prompt", "system_prompt", "expr", "when", "template"}
"""Fields with text in which `{{ name }}` stands for a column; in `template` at any depth."""

_TEXT = {"title", "examples"}
_ATTRIBUTE = re.compile(r"^ {4}(\w+)(?: \(.*?\))?: (.*(?:\n {8}.*)*)", re.MULTILINE)
_ATTRIBUTES = re.compile(r"^(?:Inherited )?Attributes:\n", re.MULTILINE)


@functools.cache
def schema() -> dict[str, Any]:
    """The schema of what `config_source` reads: the parts at the top, or below `data_designer`.

    JSON schema, draft 2020-12, with these additions. A `discriminator` has `inherited` when the part around may
    hold the tag, `default` when it may be left out, and in `onlyInPython` the tags of what no text can hold. A
    property has `names` ("column", "columns", "model" or "tools") when it refers to one, and `template` when it
    is one.
    """
    refuse_telemetry_unless_asked_for()
    # A second to import, so it is when somebody edits a configuration.
    from data_designer.config.config_builder import BuilderConfig

    whole: dict[str, Any] = BuilderConfig.model_json_schema()
    kinds = {name: _described(kind) for name, kind in whole.pop("$defs").items()}
    for name, kind in kinds.items():
        _say_what_is_named(name, kind.get("properties", {}))
    for part in _parts(kinds):
        if "discriminator" in part:
            _tell_kinds_apart(part, kinds)
    kinds = {name: kind for name, kind in kinds.items() if name not in _ONLY_IN_PYTHON}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Data Designer configuration",
        "type": "object",
        # Told apart by the key, so that a mistake is told of the form that is meant and not of both.
        "if": {"required": ["data_designer"]},
        "then": _bare(_described(whole)),
        "else": {"$ref": "#/$defs/DataDesignerConfig"},
        "$defs": _bare(kinds, named=True),
    }


def _described(kind: dict[str, Any]) -> dict[str, Any]:
    """A kind with the first paragraph of its description; what that says of its properties stands with them."""
    text = kind.get("description", "")
    parts = _ATTRIBUTES.split(text)
    for name, said in (found for part in parts[1:] for found in _ATTRIBUTE.findall(part)):
        if name in kind.get("properties", {}):
            kind["properties"][name].setdefault("description", _paragraph(said))
    for one in kind.get("properties", {}).values():
        if "description" in one:
            one["description"] = _paragraph(one["description"])
    return {**kind, "description": _paragraph(parts[0])} if text else kind


def _paragraph(text: str) -> str:
    """The first paragraph, with names in it between single backticks."""
    text = text.replace("``", "`")
    return " ".join(text.strip().split("\n\n")[0].split())


def _say_what_is_named(kind: str, properties: dict[str, Any]) -> None:
    for name, one in properties.items():
        field = f"{kind}.{name}"
        named = _NAMES.get(field) or _NAMES.get(f"*.{name}")
        if named and field != _NAMES_ITSELF:
            one["names"] = named
        if name in _TEMPLATES:
            one["template"] = True


def _tell_kinds_apart(part: dict[str, Any], kinds: dict[str, Any]) -> None:
    discriminator = part["discriminator"]
    tag, mapping = discriminator["propertyName"], discriminator["mapping"]
    only_in_python = [value for value, reference in mapping.items() if _name(reference) in _ONLY_IN_PYTHON]
    for value in only_in_python:
        part["oneOf"] = [one for one in part["oneOf"] if one["$ref"] != mapping[value]]
        del mapping[value]
    if only_in_python:
        discriminator["onlyInPython"] = only_in_python
    if tag in _INHERITED:
        discriminator["inherited"] = True
    elif tag in _USUAL:
        discriminator["default"] = _USUAL[tag]
    else:
        for reference in mapping.values():
            kind = kinds[_name(reference)]
            kind["required"] = list(dict.fromkeys([*kind.get("required", []), tag]))


def _name(reference: str) -> str:
    return reference.rsplit("/", 1)[1]


def _parts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for one in schema.values():
            yield from _parts(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _parts(one)


def _bare(schema: Any, named: bool = False) -> Any:
    """Without the titles, which repeat the names; `named`: the keys are such names."""
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _bare(one, key in {"properties", "mapping"}) for key, one in schema.items() if named or key not in _TEXT
    }
