"""Whatever goes wrong is one line that names the place and the remedy, and the cell fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble
from tests.support.outputs import Outcome

START = "import data_designer.config as dd\nbuilder = dd.DataDesignerConfigBuilder(model_configs=[])\n"
SIZE = 'builder.add_column(name="size", column_type="sampler", sampler_type="category", params={"values": ["S"]})\n'
KEY = "sk-proj-0123456789abcdefghij"


def assert_one_line(outcome: Outcome, kind: str, *parts: str) -> None:
    assert outcome.status == "error"
    assert outcome.ename == kind
    assert "\n" not in outcome.error and outcome.error.startswith(f"{kind}: ")
    for part in parts:
        assert part in outcome.error
    assert outcome.stdout == outcome.stderr == ""


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("x = 1", ["makes no configuration", "gives nothing", "`load_config_builder()`", "`builder`"]),
        ("1 + 1", ["makes no configuration", "gives a int"]),
        ("# nothing but words", ["makes no configuration"]),
        ("def load_config_builder():\n    return 3", ["`load_config_builder()` returns a int"]),
        (
            START + 'builder.add_column(name="a", column_type="expression")\nbuilder',
            ["The cell, line 4", "expr"],
        ),
        (
            START + "# a comment\n\n" + 'builder.add_column(name="a", column_type="llm-text", prompt="x")\nbuilder',
            ["The cell, line 6", "model_alias"],
        ),
        (
            START + 'builder.add_column(name="a", column_type="expression", expr="{{ broken")\nbuilder',
            ["The cell, line 4", "end of"],
        ),
        (
            START + 'builder.with_seed_dataset(dd.LocalFileSeedSource(path="nowhere.csv"))\nbuilder',
            ["The cell, line 4", "nowhere.csv"],
        ),
        (
            START + SIZE + 'builder.add_column(name="a", column_type="expression", expr="{{ nowhere }}")\nbuilder',
            ["column `a`", "nowhere"],
        ),
        (START + "builder", ["cannot run"]),
    ],
    ids=[
        "no value", "another value", "empty", "loader of another value", "a field is missing", "a field further down",
        "Jinja", "a seed file is missing", "an unknown column", "no columns",
    ],
)  # fmt: skip
def test_a_cell_without_a_valid_configuration(notebook: Kernel, body: str, parts: list[str]) -> None:
    notebook.run("for each in ('builder', 'load_config_builder'): globals().pop(each, None)")

    outcome = notebook.run(f"%%dd_preview out\n{body}")

    assert_one_line(outcome, "ConfigError", *parts)


@pytest.mark.parametrize(
    ("language", "body", "parts"),
    [
        ("yaml", "columns:\n  - name: [\n", ["The cell, line 4: not YAML"]),
        ("json", '{"columns":\n  [}', ["The cell, line 3: not JSON"]),
        ("yaml", "columns:\n  - name: a\n    column_type: expression\n", ["The cell, line 3", "expr"]),
        ("yaml", "- a\n", ["holds no configuration but a list"]),
    ],
)
def test_a_cell_in_another_language(notebook: Kernel, language: str, body: str, parts: list[str]) -> None:
    outcome = notebook.run(f"%%dd_preview out --format {language}\n{body}")

    assert_one_line(outcome, "ConfigError", *parts)


@pytest.mark.parametrize(
    ("source", "text", "parts"),
    [
        ("nowhere.py", None, ["no file `nowhere.py`", "work"]),
        ("nowhere", None, ["neither a variable nor a file `nowhere`"]),
        ("empty.py", "x = 1", ["`empty.py` defines no `load_config_builder()`", "Add it"]),
        ("broken.yaml", "columns: [", ["`broken.yaml`, line", "not YAML"]),
    ],
)
def test_a_line(notebook: Kernel, work: Path, source: str, text: str | None, parts: list[str]) -> None:
    if text is not None:
        (work / source).write_text(text)

    outcome = notebook.run(f"%dd_preview out -c {source}")

    assert_one_line(outcome, "ConfigError", *parts)


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("%dd_preview out", "-c SOURCE"),
        ("%dd_preview 1st -c builder", "cannot be the name of a variable"),
        ("%%dd_preview out -c builder\nbuilder", "Two configurations"),
        ("%%dd_preview out --nonsense\nbuilder", "--nonsense"),
        ("%%dd_preview out -n many\nbuilder", "many"),
    ],
)
def test_a_line_that_is_typed_wrong_is_a_usage_error(notebook: Kernel, line: str, part: str) -> None:
    outcome = notebook.run(line)

    assert outcome.status == "error"
    assert part in outcome.error + outcome.stderr
    assert "Traceback" not in outcome.error


@pytest.mark.parametrize("records", [0, -3])
def test_no_records_at_all_are_refused(notebook: Kernel, records: int) -> None:
    outcome = notebook.run(f"%%dd_preview out -n {records}\n" + START + SIZE + "builder")

    assert_one_line(outcome, "ConfigError", "at least 1")


def test_an_error_in_the_persons_code_shows_their_lines_and_none_of_ours(notebook: Kernel) -> None:
    outcome = notebook.run("%%dd_preview out\n\ndef price(pieces):\n    return 100 / pieces\n\nprice(0)\n")

    assert (outcome.status, outcome.ename) == ("error", "ZeroDivisionError")
    assert "----> 6 price(0)" in outcome.error
    assert "----> 4     return 100 / pieces" in outcome.error
    assert "dd_jupyter" not in outcome.error and "exec(" not in outcome.error


def test_an_error_in_an_earlier_cells_function_shows_both(notebook: Kernel) -> None:
    notebook.run("def price(pieces):\n    return 100 / pieces")

    outcome = notebook.run("%%dd_preview out\nimport math\nprice(0)\n")

    assert "----> 3 price(0)" in outcome.error
    assert "return 100 / pieces" in outcome.error
    assert "dd_jupyter" not in outcome.error


def test_a_syntax_error_shows_the_persons_line(notebook: Kernel) -> None:
    outcome = notebook.run("%%dd_preview out\nx = 1\ny = = 2\n")

    assert outcome.status == "error"
    assert "y = = 2" in outcome.error and "SyntaxError: invalid syntax" in outcome.error
    assert "line 3" in outcome.error
    assert outcome.evalue.startswith("The cell, line 3: invalid syntax")
    assert "dd_jupyter" not in outcome.error


def test_an_error_in_a_module_shows_the_modules_line(notebook: Kernel, work: Path) -> None:
    (work / "failing.py").write_text("def load_config_builder():\n    return 100 / 0\n")

    outcome = notebook.run("%dd_preview out -c failing.py")

    assert (outcome.status, outcome.ename) == ("error", "ZeroDivisionError")
    assert "return 100 / 0" in outcome.error


@pytest.mark.parametrize("language", ["python", "yaml"])
def test_a_key_that_was_typed_into_a_cell_is_refused_without_showing_it(notebook: Kernel, language: str) -> None:
    outcome = notebook.run(f"%%dd_preview out --format {language}\n# {KEY}\n")

    assert_one_line(outcome, "ConfigError", "looks like a key", "getpass")
    assert KEY not in str(outcome)


def test_a_key_is_not_run_before_it_is_refused(notebook: Kernel) -> None:
    notebook.run("globals().pop('reached', None)")

    notebook.run(f"%%dd_preview out\nreached = '{KEY}'\n")

    assert notebook.run("reached").ename == "NameError"


def test_a_key_whose_variable_is_not_set_is_told_before_anything_is_sent(
    notebook: Kernel, provider: ModelDouble
) -> None:
    body = START + SIZE + (
        f"builder.add_model_config(dd.ModelConfig(alias='chat', model='m', provider='{provider.name}'))\n"
        "builder.add_column(name='text', column_type='llm-text', model_alias='chat', prompt='{{ size }}')\nbuilder"
    )  # fmt: skip
    notebook.run(f"import os; kept = os.environ.pop('{provider.key_variable}')")

    outcome = notebook.run(f"%%dd_preview out\n{body}")
    notebook.run(f"os.environ['{provider.key_variable}'] = kept")

    assert_one_line(outcome, "ResourceError", provider.key_variable, "`text`", "getpass")
    assert provider.requests == []


def test_a_cell_behind_a_failed_one_is_not_run(notebook: Kernel) -> None:
    notebook.start("%%dd_preview out\n1")
    notebook.start("reached = True")

    assert notebook.wait().status == "error"
    assert notebook.wait().status == "aborted"
