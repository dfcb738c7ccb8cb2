"""What is wrong with a configuration in YAML or JSON is told with its line."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest

from dd_jupyter import config_source
from dd_jupyter.errors import ConfigError

COLUMN = {"name": "size", "column_type": "sampler", "sampler_type": "category", "params": {"values": ["S", "L"]}}
YAML = """\
columns:
  - name: size
    column_type: sampler
    sampler_type: category
    params: {values: [S, L]}
  - name: label
    column_type: expression
    expr: "Size {{ size }}"
  - name: shout
    column_type: expression
    expr: "{{ label | upper }}"
"""
WHOLE = "data_designer:\n" + textwrap.indent(YAML, "  ")


@pytest.mark.parametrize(
    ("text", "text_format", "said"),
    [
        ("columns:\n  - name: [\n", "yaml", "line 3: not YAML"),
        ("columns:\n\t- name: x\n", "yaml", "line 2: not YAML"),
        ("a: 1\nb: 2\na: b: c\n", "yaml", "line 3: not YAML"),
        ('{\n "columns": [}\n', "json", "line 2: not JSON"),
        ('{\n "a": 1,\n}', "json", "line 3: not JSON"),
        (YAML.replace('expr: "{{ label', 'exp: "{{ label'), "yaml", "line 9: `columns.2.expression.expr`"),
        (YAML + "    surplus: 1\n", "yaml", "line 12: `columns.2.expression.surplus`"),
        (YAML.replace("[S, L]", "[]"), "yaml", "line 5: `columns.0"),
        (WHOLE.replace("expr: \"{{ label", "exp: \"{{ label"), "yaml", "line 10: `columns.2.expression.expr`"),
        (json.dumps({"columns": [COLUMN, COLUMN, {"name": "x", "column_type": "nope"}]}, indent=1), "json",
         "`columns.2`"),
    ],
)  # fmt: skip
def test_the_line_of_a_problem_is_named(text: str, text_format: Any, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        config_source.from_text(text, text_format, place="It")

    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_line_in_json_is_that_of_the_entry() -> None:
    text = '{"columns": [\n{"name": "a", "column_type": "expression", "expr": "x"},\n{"name": "b",\n"column_type": 3}]}'

    with pytest.raises(ConfigError, match=r"It, line 3: `columns.1`"):
        config_source.from_text(text, "json", place="It")


def test_lines_count_from_the_first_line_that_the_text_has_in_its_place() -> None:
    with pytest.raises(ConfigError, match="The cell, line 12: not JSON"):
        config_source.from_text("{]", "json", place="The cell", first_line=12)


def test_several_problems_are_counted() -> None:
    config = {"columns": [{**COLUMN, "surplus": 1, "more": 2}]}

    with pytest.raises(ConfigError, match=r"\(and 1 more\)"):
        config_source.from_text(json.dumps(config), "json")
