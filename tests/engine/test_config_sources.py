"""Whatever a person has of a configuration, the functions take it, or say in one line what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from tests.support.builders import builder_with, chat_model, reviews, settings_for
from tests.support.model_double import ModelDouble

CONFIG: dict[str, Any] = {
    "columns": [
        {"name": "size", "column_type": "sampler", "sampler_type": "category", "params": {"values": ["S", "L"]}},
        {"name": "label", "column_type": "expression", "expr": "Size {{ size }}"},
    ]
}
YAML = """\
columns:
  - name: size
    column_type: sampler
    sampler_type: category
    params: {values: [S, L]}
  - name: label
    column_type: expression
    expr: "Size {{ size }}"
"""
MODULE = f"""\
import data_designer.config as dd

def load_config_builder():
    return dd.DataDesignerConfigBuilder.from_config({CONFIG!r})
"""


def made(source: Any) -> list[str]:
    return list(ddj.preview(source, num_records=2).dataset.columns)


def error_of(source: Any, kind: type[ddj.DDJupyterError] = ddj.ConfigError) -> str:
    with pytest.raises(kind) as raised:
        ddj.preview(source, num_records=2)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_builder_a_dict_and_a_built_configuration_that_was_written(tmp_path: Path) -> None:
    builder = dd.DataDesignerConfigBuilder.from_config(CONFIG)
    builder.write_config(tmp_path / "written.yaml")

    assert made(builder) == made(CONFIG) == made(tmp_path / "written.yaml") == ["size", "label"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("c.yaml", YAML), ("c.yml", YAML), ("c.json", json.dumps(CONFIG)), ("c.py", MODULE)],
    ids=["yaml", "yml", "json", "py"],
)
def test_a_file(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    assert made(tmp_path / name) == made(str(tmp_path / name)) == ["size", "label"]


def test_a_module_that_was_edited_is_read_anew(tmp_path: Path) -> None:
    module = tmp_path / "config.py"
    module.write_text(MODULE)
    first = made(module)

    module.write_text(MODULE.replace("label", "tag"))

    assert (first, made(module)) == (["size", "label"], ["size", "tag"])


def test_a_builder_is_not_changed_by_a_run(model: ModelDouble) -> None:
    builder = reviews(model)
    before = builder.get_builder_config().to_dict()

    ddj.preview(builder, num_records=2, settings=settings_for(model))

    assert builder.get_builder_config().to_dict() == before


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("c.yaml", "columns:\n  - name: [\n", "line 3: not YAML"),
        ("c.json", '{"columns": [}\n', "line 1: not JSON"),
        ("c.yaml", "- just\n- a list\n", "holds no configuration but a list"),
        ("c.yaml", YAML.replace("column_type: expression", "column_type: expresion"), "line 6: `columns.1`"),
        ("c.yaml", YAML + "    surplus: 1\n", "line 9: `columns.1.expression.surplus`"),
        ("c.py", "x = 1\n", "defines no `load_config_builder()`"),
        ("c.py", "def load_config_builder():\n    return 3\n", "returns a int"),
        ("c.py", "load_config_builder = 3\n", "is a int, not a function"),
        ("c.toml", "", "ends neither in .py nor in .yaml"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_with_its_place(name: str, text: str, place: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    said = error_of(tmp_path / name)

    assert place in said
    assert name in said


def test_a_file_that_is_not_there_is_told_with_where_it_was_looked_for(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)

    said = error_of("nowhere.yaml")

    assert "`nowhere.yaml`" in said and str(tmp_path) in said


@pytest.mark.parametrize("source", [3, None, ["columns"]])
def test_what_is_no_configuration_at_all_is_told_by_its_type(source: Any) -> None:
    assert f"not a {type(source).__name__}" in error_of(source)


@pytest.mark.parametrize("column_type", ["expression", "llm-text"])
def test_a_reference_to_an_unknown_column_names_both(model: ModelDouble, column_type: str) -> None:
    builder = builder_with(chat_model(model))
    if column_type == "expression":
        builder.add_column(name="label", column_type="expression", expr="{{ nowhere }}")
    else:
        builder.add_column(name="label", column_type="llm-text", model_alias="chat", prompt="Say {{ nowhere }}.")

    with pytest.raises(ddj.ConfigError) as raised:
        ddj.preview(builder, num_records=2, settings=settings_for(model))

    assert "`label`" in str(raised.value) and "nowhere" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert model.requests == []


def test_columns_in_a_circle_are_told_as_such() -> None:
    builder = builder_with()
    builder.add_column(name="hen", column_type="expression", expr="{{ egg }}")
    builder.add_column(name="egg", column_type="expression", expr="{{ hen }}")

    said = error_of(builder)

    assert "ircular" in said or "cycle" in said.lower()


@pytest.mark.parametrize("records", [0, -1])
def test_fewer_than_one_record_is_refused(records: int) -> None:
    with pytest.raises(ddj.ConfigError, match="at least 1"):
        ddj.preview(builder_with(), num_records=records)


@pytest.mark.parametrize("name", ["", "..", "a/b", "a\\b"])
def test_a_dataset_name_that_is_no_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ddj.ConfigError, match="dataset's name"):
        ddj.create(builder_with(), num_records=1, dataset_name=name, artifact_path=tmp_path)


@pytest.mark.parametrize("key", ["sk-proj-0123456789abcdefghij", "nvapi-0123456789abcdefghij"])
def test_a_key_in_a_file_is_refused_without_showing_it(key: str, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(f"# key: {key}\n{YAML}")

    said = error_of(tmp_path / "c.yaml")

    assert key not in said
    assert "getpass" in said
