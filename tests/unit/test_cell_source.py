"""A cell is Python as IPython has it; its errors show the person's own lines and no others."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from dd_jupyter import cell_source
from dd_jupyter.errors import ConfigError, DDJupyterError

BUILDER = """\
import data_designer.config as dd
builder = dd.DataDesignerConfigBuilder(model_configs=[])
builder.add_column(name="size", column_type="sampler", sampler_type="uuid", params={})
"""
KEY = "nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks"


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    shell = InteractiveShell()
    yield shell
    shell.restore_sys_module_state()
    shell.history_manager.end_session()


def error_of(shell: InteractiveShell, cell: str, language: Any = "python") -> Exception:
    with pytest.raises(Exception) as raised:  # noqa: PT011  which one is what the tests look at
        cell_source.of_cell(shell, cell, language)
    return raised.value


def shown(error: Any) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error._render_traceback_()))


def columns(builder: Any) -> list[str]:
    return [config.name for config in builder.get_column_configs()]


def test_a_cell_makes_its_builder_and_leaves_its_variables(shell: InteractiveShell) -> None:
    builder = cell_source.of_cell(shell, BUILDER + "x = 3\n", "python")

    assert columns(builder) == ["size"]
    assert shell.user_ns["x"] == 3


@pytest.mark.parametrize(
    ("before", "outcome"),
    [
        ("out = !echo hello\n", "['hello']"),
        ("!true\nout = 1\n", "1"),
        ("%time out = 2\n", "2"),
        ("out = %env HOME\n", None),
        ("if True:\n    out = !echo nested\n", "['nested']"),
    ],
)
def test_shell_commands_and_magics_work_in_a_cell(shell: InteractiveShell, before: str, outcome: str | None) -> None:
    builder = cell_source.of_cell(shell, before + BUILDER, "python")

    assert columns(builder) == ["size"]
    assert outcome is None or str(shell.user_ns["out"]) == outcome


def test_help_works_in_a_cell(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    builder = cell_source.of_cell(shell, BUILDER + "len?\nbuilder\n", "python")

    assert columns(builder) == ["size"]
    assert "Return the number of items" in capsys.readouterr().out


def test_a_cell_magic_within_is_run_and_makes_no_configuration(
    shell: InteractiveShell, capfd: pytest.CaptureFixture[str]
) -> None:
    error = error_of(shell, "%%bash\necho from bash\n")

    assert "makes no configuration" in str(error)
    assert "from bash" in capfd.readouterr().out


# The person's own errors.


@pytest.mark.parametrize(
    ("cell", "kind", "line"),
    [
        ("1 / 0\n", ZeroDivisionError, 2),
        ("x = 1\n\n\nx.y\n", AttributeError, 5),
        ("\n\n1 / 0\n", ZeroDivisionError, 4),
        ("out = !true\n1 / 0\n", ZeroDivisionError, 3),
        ("(\n  1\n  / 0\n)\n", ZeroDivisionError, 3),
    ],
)
def test_an_error_is_shown_with_the_line_number_of_the_cell_magic_included(
    shell: InteractiveShell, cell: str, kind: type[Exception], line: int
) -> None:
    error = error_of(shell, cell)

    assert type(error) is kind
    assert re.search(rf"^-+> {line} ", shown(error), re.MULTILINE)


def test_the_traceback_begins_at_the_cell(shell: InteractiveShell) -> None:
    cell = "import json\ndef parse(text):\n    return json.loads(text)\nparse('{')\n"

    error = error_of(shell, cell)

    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith("<ipython-input")]
    assert [frame.lineno for frame in own] == [5, 4]
    assert not any(frame.filename.endswith("config_source.py") for frame in frames)
    seen = shown(error)
    assert "----> 5 parse('{')" in seen and "----> 4     return json.loads(text)" in seen
    assert "dd_jupyter" not in seen


def test_what_led_to_an_error_stays_with_it(shell: InteractiveShell) -> None:
    cell = "try:\n    {}['x']\nexcept KeyError as error:\n    raise ValueError('no x') from error\n"

    error = error_of(shell, cell)

    assert isinstance(error, ValueError) and isinstance(error.__cause__, KeyError)
    assert "KeyError" in shown(error) and "dd_jupyter" not in shown(error)


@pytest.mark.parametrize(
    ("cell", "line"), [("x = 1\ny = (\n", 3), ("for\n", 2), ("\nx = 1\n  y = 2\n", 4), ("return 3\n", 2)]
)
def test_a_syntax_error_names_its_line(shell: InteractiveShell, cell: str, line: int) -> None:
    error = error_of(shell, cell)

    assert isinstance(error, SyntaxError | ConfigError)
    assert re.search(rf":{line}\b|line {line}\b", shown(error))
    assert "dd_jupyter" not in shown(error)


# The configuration's errors.


@pytest.mark.parametrize(
    ("cell", "line", "words"),
    [
        (BUILDER + "builder.add_column(name='x', column_type='expression')\n", 5, "`expr`: Field required"),
        (BUILDER + "builder.add_column(name='x', column_type='expression', expr='{{ a')\n", 5, "Jinja2"),
        (BUILDER + "builder.add_column(name='x', column_type='nope')\n", 5, "'nope'"),
        (BUILDER + "dd.ModelConfig(\n  alias=3,\n  model='m',\n)\n", 5, "`alias`: Input should be a valid string"),
        ("\n" + BUILDER + "\ndd.ModelConfig(alias=3, model=4)\n", 7, "(and 2 more)"),
        (BUILDER + "def add():\n    dd.ModelConfig(alias=3)\nadd()\n", 6, "`alias`"),
    ],
)
def test_a_refused_part_of_a_configuration_is_one_line_with_its_place(
    shell: InteractiveShell, cell: str, line: int, words: str
) -> None:
    error = error_of(shell, cell)

    assert isinstance(error, ConfigError)
    assert str(error).startswith(f"The cell, line {line}: ") and words in str(error)
    assert shown(error) == f"ConfigError: {error}"
    assert "\n" not in str(error) and "https://errors.pydantic.dev" not in str(error)
    assert error.__cause__ is not None


def test_the_value_that_was_refused_is_not_repeated(shell: InteractiveShell) -> None:
    cell = BUILDER + "secret = 'hunter' + '2'\ndd.ModelConfig(alias=[secret], model='m')\n"

    assert "hunter2" not in str(error_of(shell, cell))


@pytest.mark.parametrize(
    ("language", "cell", "line"),
    [
        ("yaml", "columns:\n  - name: [\n", 4),
        ("yaml", "columns:\n  - name: x\n    column_type: nope\n", 3),
        ("json", '{"columns": [}\n', 2),
        ("json", '{"columns": [\n  {"name": "x", "column_type": "nope"}]}\n', 3),
    ],
)
def test_a_problem_in_yaml_or_json_is_told_with_the_line_of_the_cell(
    shell: InteractiveShell, language: str, cell: str, line: int
) -> None:
    error = error_of(shell, cell, language)

    assert isinstance(error, ConfigError)
    assert str(error).startswith(f"The cell, line {line}: ")


@pytest.mark.parametrize("language", ["python", "yaml", "json"])
def test_a_key_in_a_cell_is_refused_with_its_beginning_only(shell: InteractiveShell, language: str) -> None:
    error = error_of(shell, f"key: str = '{KEY}'\n", language)

    assert isinstance(error, ConfigError)
    assert f"({KEY[:6]}…)" in str(error) and KEY[:7] not in shown(error)
    assert "key" not in shell.user_ns


def test_an_error_of_ours_stays_what_it_is(shell: InteractiveShell) -> None:
    cell = "from dd_jupyter import ResourceError\nraise ResourceError('No such thing.')\n"

    error = error_of(shell, cell)

    assert isinstance(error, DDJupyterError)
    assert shown(error) == "ResourceError: No such thing."


# What a line names.


def test_a_name_is_a_variable_before_it_is_a_file(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("columns: [{name: from_file, column_type: expression, expr: '1'}]")
    builder = cell_source.of_cell(shell, BUILDER, "python")
    shell.user_ns["config.yaml"] = builder

    assert cell_source.named(shell, "config.yaml") is builder
    del shell.user_ns["config.yaml"]
    assert columns(cell_source.named(shell, "config.yaml")) == ["from_file"]


def test_a_name_that_is_neither_variable_nor_file_is_told_so(shell: InteractiveShell) -> None:
    shell.user_ns["builder"] = 3

    with pytest.raises(ConfigError, match="neither a variable nor a file `buildr`"):
        cell_source.named(shell, "buildr")


def test_a_variable_that_holds_no_configuration_is_told_so(shell: InteractiveShell) -> None:
    shell.user_ns["empty"] = None

    with pytest.raises(ConfigError, match="not a NoneType"):
        cell_source.named(shell, "empty")


def test_an_error_in_a_module_is_shown_with_the_modules_own_lines(shell: InteractiveShell, tmp_path: Path) -> None:
    module = tmp_path / "config.py"
    module.write_text("def half(x):\n    return x / 0\n\ndef load_config_builder():\n    return half(1)\n")

    with pytest.raises(ZeroDivisionError) as raised:
        cell_source.named(shell, str(module))

    said = shown(raised.value)
    assert "return half(1)" in said
    assert "return x / 0" in said
    assert "dd_jupyter" not in said.replace(str(tmp_path), "")


def test_a_refused_part_of_a_modules_configuration_is_one_line_with_its_place(
    shell: InteractiveShell, tmp_path: Path
) -> None:
    module = tmp_path / "config.py"
    module.write_text("import data_designer.config as dd\n\ndd.ExpressionColumnConfig(name='e', expr='{{ a')\n")

    with pytest.raises(ConfigError, match=r"config\.py`, line 3: "):
        cell_source.named(shell, str(module))
