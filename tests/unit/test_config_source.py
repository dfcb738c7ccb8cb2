"""A configuration is found wherever a person has it, and what is wrong with it is told with its place."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest

from dd_jupyter import config_source
from dd_jupyter.errors import ConfigError

COLUMN = {"name": "size", "column_type": "sampler", "sampler_type": "category", "params": {"values": ["S", "L"]}}
CONFIG: dict[str, Any] = {"columns": [COLUMN]}
KEY = "nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks"


def code(variable: str = "builder", column: str = "size") -> str:
    return (
        "import data_designer.config as dd\n"
        f"{variable} = dd.DataDesignerConfigBuilder(model_configs=[])\n"
        f"{variable}.add_column(name={column!r}, column_type='sampler', sampler_type='uuid', params={{}})\n"
    )


def loader(column: str = "size") -> str:
    body = "".join(f"    {line}\n" for line in code("made", column).splitlines())
    return f"def load_config_builder():\n{body}    return made\n"


def named(column: str) -> dd.DataDesignerConfigBuilder:
    return config_source.from_python(code(column=column), {})


def columns(builder: dd.DataDesignerConfigBuilder) -> list[str]:
    return [config.name for config in builder.get_column_configs()]


# What the code of a cell makes.

LAST, LOADER, CONFIG_BUILDER, BUILDER = (
    "named('last')\n",
    loader("loaded"),
    "config_builder = named('config_builder')\n",
    "builder = named('builder')\n",
)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (BUILDER + CONFIG_BUILDER + LOADER + LAST, "last"),
        (BUILDER + CONFIG_BUILDER + LOADER, "loaded"),
        (BUILDER + CONFIG_BUILDER, "config_builder"),
        (CONFIG_BUILDER + BUILDER, "config_builder"),
        (BUILDER, "builder"),
        (BUILDER + CONFIG_BUILDER + LOADER + "3\n", "loaded"),
        (BUILDER + "config_builder = None\n", "builder"),
        (BUILDER + "print(end='')\n", "builder"),
    ],
)
def test_the_last_expression_comes_before_the_loader_before_the_variables(text: str, column: str) -> None:
    assert columns(config_source.from_python(text, {"named": named})) == [column]


@pytest.mark.parametrize("name", ["config_builder", "builder", "load_config_builder"])
def test_a_variable_that_was_there_before_and_is_not_assigned_does_not_count(name: str) -> None:
    namespace = {name: named("old")}

    with pytest.raises(ConfigError, match="The cell makes no configuration"):
        config_source.from_python("x = 1\n", namespace)


def test_a_variable_that_was_there_before_counts_once_the_cell_assigns_it() -> None:
    namespace: dict[str, Any] = {"builder": named("old"), "named": named}

    assert columns(config_source.from_python("builder = named('new')\n", namespace)) == ["new"]


@pytest.mark.parametrize(
    "text", ["builder = builder.add_column({})\n", "if True:\n    builder = builder.add_column({})\n"]
)
def test_a_builder_that_the_cell_adds_to_and_assigns_again_counts(text: str) -> None:
    arguments = "name='more', column_type='expression', expr='{{ old }}'"
    namespace: dict[str, Any] = {"builder": named("old")}

    assert columns(config_source.from_python(text.format(arguments), namespace)) == ["old", "more"]


def test_a_local_variable_of_a_function_is_no_assignment_of_the_cell() -> None:
    namespace: dict[str, Any] = {"builder": named("old")}

    with pytest.raises(ConfigError, match="makes no configuration"):
        config_source.from_python("def make():\n    builder = 3\n", namespace)


def test_a_builder_that_the_cell_imports_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop_of_a_test.py").write_text(code())
    monkeypatch.syspath_prepend(tmp_path)

    assert columns(config_source.from_python("from shop_of_a_test import builder\n", {})) == ["size"]


@pytest.mark.parametrize(
    ("text", "made"), [("", "nothing"), ("3\n", "a int"), ("x = 3\n", "nothing"), ("builder = 3\n", "nothing")]
)
def test_a_cell_that_makes_no_configuration_is_told_the_three_ways(text: str, made: str) -> None:
    with pytest.raises(ConfigError) as raised:
        config_source.from_python(text, {})

    said = str(raised.value)
    assert f"gives {made}. End the cell with the builder" in said
    assert "`load_config_builder()`" in said and "`config_builder` or `builder`" in said
    assert "\n" not in said


def test_variables_of_the_cell_stay_in_the_namespace() -> None:
    namespace: dict[str, Any] = {}

    builder = config_source.from_python(code() + "x = 3\nbuilder\n", namespace)

    assert namespace["x"] == 3
    assert namespace["builder"] is builder


def test_type_hints_in_a_cell_are_what_they_say() -> None:
    namespace: dict[str, Any] = {"__name__": "__main__"}

    config_source.from_python(f"class Size: ...\ndef of(size: Size) -> int: ...\n{code()}", namespace)

    assert namespace["of"].__annotations__ == {"size": namespace["Size"], "return": int}


# What a path or an object stands for.


def test_a_builder_stands_for_itself() -> None:
    builder = named("size")

    assert config_source.load(builder) is builder


@pytest.mark.parametrize("config", [CONFIG, {"data_designer": CONFIG}], ids=["shorthand", "whole"])
@pytest.mark.parametrize("suffix", ["dict", ".json", ".yaml", ".yml", ".YAML"])
def test_a_dict_and_files_of_each_format(config: dict[str, Any], suffix: str, tmp_path: Path) -> None:
    source: Any = config
    if suffix != "dict":
        source = tmp_path / f"config{suffix}"
        source.write_text(json.dumps(config))  # JSON is YAML too

    assert columns(config_source.load(source)) == ["size"]


def test_a_path_may_be_text_and_begin_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.py").write_text(loader())
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    assert columns(config_source.load("config.py")) == columns(config_source.load("~/config.py")) == ["size"]


def test_a_module_is_read_anew_after_an_edit_within_the_same_second(tmp_path: Path) -> None:
    module = tmp_path / "config.py"
    module.write_text(loader("first"))
    first = columns(config_source.load(module))
    stat = module.stat()
    module.write_text(loader("other"))
    os.utime(module, ns=(stat.st_atime_ns, stat.st_mtime_ns))

    assert (first, columns(config_source.load(module))) == (["first"], ["other"])


def test_a_module_imports_its_neighbours_and_leaves_the_search_path_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "neighbour_of_a_test.py").write_text("NAME = 'size'\n")
    (tmp_path / "config.py").write_text("from neighbour_of_a_test import NAME\n" + loader())
    before = list(sys.path)

    assert columns(config_source.load(tmp_path / "config.py")) == ["size"]
    assert sys.path == before


@pytest.mark.parametrize("first", ["", "from __future__ import annotations\n"])
def test_types_of_a_module_may_name_each_other(first: str, tmp_path: Path) -> None:
    types = "import pydantic\nclass Item(pydantic.BaseModel):\n    n: int\n"
    types += "class Order(pydantic.BaseModel):\n    items: list[Item]\nOrder(items=[{'n': 1}])\n"
    (tmp_path / "config.py").write_text(first + types + loader())

    assert columns(config_source.load(tmp_path / "config.py")) == ["size"]


@pytest.mark.parametrize("source", [3, None, ["columns"], b"config.yaml"])
def test_what_is_no_source_is_told_by_its_type(source: Any) -> None:
    with pytest.raises(ConfigError, match=f"not a {type(source).__name__}"):
        config_source.load(source)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("config.py", "x = 1\n", "defines no `load_config_builder()`. Add it"),
        ("config.py", "def load_config_builder():\n    return 3\n", "returns a int, not a config builder"),
        ("config.py", "load_config_builder = 3\n", "is a int, not a function"),
        ("config.toml", "", "ends neither in .py nor in .yaml, .yml or .json"),
        ("config.yaml", "", "holds no configuration but a NoneType"),
        ("config.json", "[1]", "holds no configuration but a list"),
    ],
)
def test_a_file_that_holds_no_configuration(name: str, text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(ConfigError) as raised:
        config_source.load(tmp_path / name)

    assert said in str(raised.value) and name in str(raised.value)


def test_a_refused_part_of_a_configuration_in_a_module_is_one_line_with_its_place(tmp_path: Path) -> None:
    wrong = loader().replace("return made", "made.add_column(name='x', column_type='expression')")
    (tmp_path / "config.py").write_text(wrong)

    with pytest.raises(ConfigError, match=r"config\.py`, line 5: .*`expr`: Field required"):
        config_source.load(tmp_path / "config.py")


def test_a_missing_file_is_told_with_where_it_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigError) as raised:
        config_source.load("nowhere.yaml")

    assert "`nowhere.yaml`" in str(raised.value) and f"`{tmp_path}`" in str(raised.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no file"):
        config_source.load(tmp_path)


# Keys.


@pytest.mark.parametrize("name", ["config.py", "config.yaml", "config.json"])
def test_a_key_in_a_file_is_refused_with_its_beginning_only(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(f"# {KEY}\n")

    with pytest.raises(ConfigError) as raised:
        config_source.load(tmp_path / name)

    assert f"({KEY[:6]}…)" in str(raised.value) and KEY[:7] not in str(raised.value)
    assert "getpass" in str(raised.value)


def test_a_cell_with_a_key_is_refused_before_any_of_it_runs() -> None:
    namespace: dict[str, Any] = {}

    with pytest.raises(ConfigError, match="looks like a key"):
        config_source.from_python(f"ran = True\nkey = '{KEY}'\n", namespace)

    assert "ran" not in namespace
