"""Each way of writing a configuration in a notebook, in a cell and on a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.kernel import Kernel
from tests.support.seen import seen, value

BUILDER = """\
import data_designer.config as dd
{name} = dd.DataDesignerConfigBuilder(model_configs=[])
{name}.add_column(name="size", column_type="sampler", sampler_type="category", params={{"values": ["S", "L"]}})
"""
FUNCTION = """\
import data_designer.config as dd
def load_config_builder():
    made = dd.DataDesignerConfigBuilder(model_configs=[])
    made.add_column(name="size", column_type="sampler", sampler_type="category", params={"values": ["S", "L"]})
    return made
"""
CONFIG = {
    "columns": [{"name": "size", "column_type": "sampler", "sampler_type": "category", "params": {"values": ["S"]}}]
}
YAML = "columns:\n  - {name: size, column_type: sampler, sampler_type: category, params: {values: [S]}}\n"


def assert_made(notebook: Kernel, cell: str, records: int = 3) -> None:
    outcome = notebook.run(cell)

    assert outcome.status == "ok", outcome.error
    assert len(outcome.displays) == 1 and outcome.stdout == outcome.stderr == ""
    assert f"Records: {records}" in seen(outcome)
    assert value(notebook, "list(out.dataset), len(out.dataset)") == f"(['size'], {records})"


@pytest.fixture(autouse=True)
def nothing_before(notebook: Kernel) -> None:
    notebook.run(
        "for each in ('out', 'mine', 'builder', 'config_builder', 'load_config_builder'): globals().pop(each, None)"
    )


@pytest.mark.parametrize(
    "body",
    [
        BUILDER.format(name="mine") + "mine",
        BUILDER.format(name="builder"),
        BUILDER.format(name="config_builder"),
        BUILDER.format(name="builder") + "print",
        FUNCTION,
        FUNCTION + "load_config_builder()",
    ],
    ids=["last expression", "builder", "config_builder", "variable before a value", "function", "call of it"],
)
def test_a_python_cell(notebook: Kernel, body: str) -> None:
    assert_made(notebook, f"%%dd_preview out -n 3\n{body}")


def test_the_last_expression_comes_before_the_function_and_that_before_the_variable(notebook: Kernel) -> None:
    other = BUILDER.format(name="builder").replace("size", "wrong")

    assert_made(notebook, "%%dd_preview out -n 3\n" + other + FUNCTION)
    assert_made(notebook, "%%dd_preview out -n 3\n" + other + FUNCTION.replace("size", "wrong") + BUILDER.format(
        name="mine"
    ) + "mine")  # fmt: skip


def test_a_cell_uses_and_leaves_the_notebooks_variables(notebook: Kernel) -> None:
    notebook.run("sizes = ['S', 'M']")

    outcome = notebook.run(
        "%%dd_preview out -n 3\n" + BUILDER.format(name="mine").replace('["S", "L"]', "sizes") + "count = 7\nmine"
    )

    assert outcome.status == "ok", outcome.error
    assert value(notebook, "count, set(out.dataset['size']) <= set(sizes)") == "(7, True)"


def test_a_cell_may_hold_magics_and_shell_lines(notebook: Kernel) -> None:
    body = "here = %pwd\nlisted = !echo hello\n" + BUILDER.format(name="mine") + "mine"

    assert_made(notebook, "%%dd_preview out -n 3\n" + body)

    assert value(notebook, "listed[0]") == "'hello'"


@pytest.mark.parametrize(("language", "body"), [("yaml", YAML), ("json", json.dumps(CONFIG))])
def test_a_cell_in_another_language(notebook: Kernel, language: str, body: str) -> None:
    assert_made(notebook, f"%%dd_preview out -n 3 --format {language}\n{body}")


def test_a_line_with_a_variable(notebook: Kernel) -> None:
    notebook.run(BUILDER.format(name="mine"))

    assert_made(notebook, "%dd_preview out -c mine -n 3")


@pytest.mark.parametrize(
    ("name", "text"),
    [("c.py", FUNCTION), ("c.yaml", YAML), ("c.json", json.dumps(CONFIG)), ("a folder/c.yaml", YAML)],
)
def test_a_line_with_a_path(notebook: Kernel, work: Path, name: str, text: str) -> None:
    (work / name).parent.mkdir(exist_ok=True)
    (work / name).write_text(text)

    assert_made(notebook, f"%dd_preview out -c '{name}' -n 3")


def test_a_create_in_cell_and_line_form(notebook: Kernel, work: Path) -> None:
    assert_made(notebook, "%%dd_create out -n 4 --name first -o data\n" + BUILDER.format(name="mine") + "mine", 4)
    assert_made(notebook, "%dd_create out -c mine -n 5 --name second", 5)

    assert (work / "data" / "first" / "parquet-files").is_dir()
    assert (work / "artifacts" / "second" / "parquet-files").is_dir()


def test_without_a_name_the_result_is_kept_too(notebook: Kernel) -> None:
    notebook.run("%%dd_preview -n 3\n" + BUILDER.format(name="mine") + "mine")

    assert value(notebook, "len(_dd.dataset)") == "3"


def test_defaults_are_configured(notebook: Kernel) -> None:
    notebook.run("%config DataDesigner.preview_records = 2")

    assert_made(notebook, "%%dd_preview out\n" + BUILDER.format(name="mine") + "mine", 2)

    notebook.run("%config DataDesigner.preview_records = 10")


def test_the_functions_do_the_same_as_the_magics(notebook: Kernel) -> None:
    notebook.run(BUILDER.format(name="mine"))

    outcome = notebook.run("import dd_jupyter as ddj\nout = ddj.preview(mine, num_records=3)\nout")

    assert outcome.result is not None and "Records: 3" in outcome.result["text/plain"]
    assert outcome.stdout == outcome.stderr == ""
