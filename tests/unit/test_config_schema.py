"""The schema that editors use says what the library reads from YAML and JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dd_jupyter import config_source
from dd_jupyter.config_schema import _NAMES, _NAMES_ITSELF, _ONLY_IN_PYTHON, _TEMPLATES, schema
from dd_jupyter.errors import ConfigError

SCHEMA = schema()
KINDS: dict[str, dict[str, Any]] = SCHEMA["$defs"]
COLUMN = {"name": "size", "column_type": "sampler", "sampler_type": "uniform", "params": {"low": 1, "high": 2}}
MODEL = {"alias": "text", "model": "small", "provider": "nvidia"}


def discriminators() -> list[tuple[str, dict[str, Any]]]:
    """Each place where one of several kinds is chosen, by the key that chooses."""
    found: list[tuple[str, dict[str, Any]]] = []

    def look(part: Any) -> None:
        if isinstance(part, dict):
            if "discriminator" in part:
                found.append((part["discriminator"]["propertyName"], part["discriminator"]))
            for one in part.values():
                look(one)
        elif isinstance(part, list):
            for one in part:
                look(one)

    look(SCHEMA)
    return found


def kind(reference: str) -> dict[str, Any]:
    return KINDS[reference.removeprefix("#/$defs/")]


def test_it_travels_as_json_and_is_small() -> None:
    assert len(json.dumps(SCHEMA)) < 80_000


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(SCHEMA)
    for part in text.split('"$ref": "#/$defs/')[1:]:
        assert part.split('"')[0] in KINDS
    for _, discriminator in discriminators():
        for reference in discriminator["mapping"].values():
            assert kind(reference)["properties"]


def test_a_configuration_has_its_parts_at_the_top_or_below_data_designer() -> None:
    assert SCHEMA["if"] == {"required": ["data_designer"]}
    assert SCHEMA["then"]["properties"]["data_designer"] == {"$ref": SCHEMA["else"]["$ref"]} | {
        key: value for key, value in SCHEMA["then"]["properties"]["data_designer"].items() if key == "description"
    }
    assert KINDS["DataDesignerConfig"]["required"] == ["columns"]


@pytest.mark.parametrize(
    ("tag", "is_required", "configuration"),
    [
        ("column_type", True, {"columns": [{"name": "a", "expr": "x"}]}),
        ("processor_type", True, {"processors": [{"name": "a", "column_names": ["size"]}]}),
        ("seed_type", True, {"seed_config": {"source": {"path": "a/b.csv"}}}),
        ("modality", None, {}),
        ("sampler_type", False, {}),
        ("generation_type", False, {"model_configs": [{**MODEL, "inference_parameters": {"max_tokens": 9}}]}),
        (
            "validator_type",
            False,
            {
                "columns": [
                    {"name": "a", "column_type": "validation", "target_columns": ["b"], "validator_type": "code"}
                    | {"validator_params": {"code_lang": "python"}}
                ]
            },
        ),
    ],
)
def test_it_asks_for_a_tag_where_the_library_does(
    tag: str, is_required: bool | None, configuration: dict[str, Any]
) -> None:
    for _, discriminator in (one for one in discriminators() if one[0] == tag):
        required = {tag in kind(reference).get("required", []) for reference in discriminator["mapping"].values()}
        left_out = {"inherited", "default"} & discriminator.keys()
        assert required == {not left_out}
        assert is_required in {None, not left_out}
    if is_required:
        with pytest.raises(ConfigError, match=tag):
            config_source.load({"columns": [COLUMN], **configuration})
    else:
        config_source.load({"columns": [COLUMN], **configuration})


def test_all_tags_are_known_here() -> None:
    assert {tag for tag, _ in discriminators()} == {
        "column_type",
        "generation_type",
        "modality",
        "processor_type",
        "sampler_type",
        "seed_type",
        "validator_type",
    }


def test_what_only_python_can_make_is_left_out_and_named() -> None:
    left_out = {tag: one["onlyInPython"] for tag, one in discriminators() if "onlyInPython" in one}

    assert left_out == {"column_type": ["custom"], "seed_type": ["df"], "validator_type": ["local_callable"]}
    assert not _ONLY_IN_PYTHON & KINDS.keys()


@pytest.mark.parametrize(
    "configuration",
    [
        {"columns": [{"name": "a", "column_type": "custom", "generator_function": "f"}]},
        {"columns": [COLUMN], "seed_config": {"source": {"seed_type": "df", "df": [1]}}},
    ],
)
def test_the_library_does_not_read_it_from_text(configuration: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        config_source.from_text(json.dumps(configuration), "json")


@pytest.mark.parametrize("field", [*_NAMES, *(f"*.{name}" for name in _TEMPLATES)])
def test_fields_with_names_and_templates_are_fields_of_the_library(field: str) -> None:
    owner, name = field.split(".")
    owners = KINDS.values() if owner == "*" else [KINDS[owner]]
    fields = [one["properties"][name] for one in owners if name in one.get("properties", {})]

    assert fields
    assert any("names" in one or "template" in one for one in fields)


def test_tools_do_not_name_themselves() -> None:
    owner, name = _NAMES_ITSELF.split(".")

    assert "names" not in KINDS[owner]["properties"][name]


def test_fields_are_described_in_one_paragraph() -> None:
    fields = [one for owner in KINDS.values() for one in owner.get("properties", {}).values()]
    described = [one["description"] for one in fields if "description" in one]

    assert len(described) > 0.7 * len(fields)
    assert not [text for text in described if "\n" in text or "  " in text]
    assert KINDS["ModelConfig"]["properties"]["alias"]["description"].startswith("User-defined alias")
    assert "Attributes" not in json.dumps(SCHEMA)
