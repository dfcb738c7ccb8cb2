"""A configuration as it is sent to NeMo Services, and what of it a deployment does not know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dd_jupyter.resources.fileset_seed import FILESET_SEED_TYPES

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.nemo.platform import Schema

NO_FILESET_SEEDS = (
    "This deployment does not accept Fileset seeds: its installation lacks the seed plugin. Ask its operator to "
    "install `dd-jupyter` beside the services, or use a HuggingFace seed."
)

_ROOT = "DataDesignerConfig"
_REFERENCE = "#/components/schemas/"


def sent(builder: DataDesignerConfigBuilder, schema: Schema) -> dict[str, Any]:
    """The configuration as JSON, its Fileset seed in the deployment's dialect."""
    config: dict[str, Any] = json.loads(builder.build().model_dump_json())
    source = (config.get("seed_config") or {}).get("source") or {}
    if source.get("seed_type") in FILESET_SEED_TYPES and schema.fileset_seed_type is not None:
        source["seed_type"] = schema.fileset_seed_type
    return config


def unknown_parts(config: Mapping[str, Any], schema: Schema) -> list[tuple[str, str]]:
    """Parts of a configuration that a deployment's own schema has no place for.

    Types of columns, samplers and the like that are newer than it, and fields that it would refuse.

    Returns:
        Where each one is, the name of a column for one, and what it is, in words.
    """
    root = schema.components.get(_ROOT)
    if root is None:
        return []
    found = _unknown(config, root, schema.components, ())
    return list(dict.fromkeys((_place(config, path), what) for path, what in found))


def _unknown(
    value: Any, schema: Mapping[str, Any], components: Mapping[str, Any], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    schema = _resolved(schema, components)
    if isinstance(value, Mapping):
        yield from _unknown_in_object(value, schema, components, path)
    elif isinstance(value, list):
        items = _variant(schema, components, "array").get("items")
        if isinstance(items, Mapping):
            for index, item in enumerate(value):
                yield from _unknown(item, items, components, (*path, index))
    elif isinstance(value, str) and not _is_choice(value, schema, components):
        field = next(part for part in reversed(path) if isinstance(part, str))
        yield path, f"the {field.replace('_', ' ')} `{value}`"


def _unknown_in_object(
    value: Mapping[str, Any], schema: Mapping[str, Any], components: Mapping[str, Any], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    told = _discriminated(value, schema, components)
    if isinstance(told, str):
        yield path, told
        return
    schema = _variant(told, components, "object")
    properties = schema.get("properties")
    if not properties:
        return  # anything goes
    for name, content in value.items():
        if name in properties:
            yield from _unknown(content, properties[name], components, (*path, name))
        elif schema.get("additionalProperties") is False and content is not None:
            yield path, f"`{name}`"


def _discriminated(
    value: Mapping[str, Any], schema: Mapping[str, Any], components: Mapping[str, Any]
) -> Mapping[str, Any] | str:
    """The schema of a union's member, or what is wrong with the field that tells which it is."""
    union = next((one for one in _members(schema, components) if "discriminator" in one), schema)
    discriminator = union.get("discriminator")
    if discriminator is None:
        return schema
    field, mapping = discriminator["propertyName"], discriminator.get("mapping", {})
    kind = value.get(field)
    if kind in mapping:
        return _resolved({"$ref": mapping[kind]}, components)
    return f"the {field.replace('_', ' ')} `{kind}`" if kind is not None and mapping else {}


def _is_choice(value: str, schema: Mapping[str, Any], components: Mapping[str, Any]) -> bool:
    """Whether a text is one of those that may stand there; any is where not all are listed."""
    choices: set[Any] = set()
    for member in _members(schema, components):
        if member.get("type") != "null":
            listed = member.get("enum", [member["const"]] if "const" in member else None)
            if listed is None:
                return True
            choices.update(listed)
    return value in choices or not choices


def _variant(schema: Mapping[str, Any], components: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    """The one member of a union with a type; of several that could be meant, none."""
    members = [one for one in _members(schema, components) if one.get("type") == kind or kind in _implied(one)]
    return members[0] if len(members) == 1 else {}


def _implied(schema: Mapping[str, Any]) -> tuple[str, ...]:
    return ("object",) if "properties" in schema else ("array",) if "items" in schema else ()


def _members(schema: Mapping[str, Any], components: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    options = schema.get("anyOf") or schema.get("oneOf")
    if not options or "discriminator" in schema:
        return [schema]
    return [member for one in options for member in _members(_resolved(one, components), components)]


def _resolved(schema: Mapping[str, Any], components: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref", "")
    if not reference.startswith(_REFERENCE):
        return schema
    found: Mapping[str, Any] = components.get(reference.removeprefix(_REFERENCE), {})
    return found


def _place(config: Mapping[str, Any], path: tuple[str | int, ...]) -> str:
    """The name of the column or model that a part belongs to, or where else it is."""
    if len(path) >= 2 and isinstance(path[1], int):
        entry = config[str(path[0])][path[1]]
        name = next((entry[key] for key in ("name", "alias", "tool_alias") if entry.get(key)), None)
        if name is not None:
            return str(name)
    return ".".join(str(part) for part in path)
