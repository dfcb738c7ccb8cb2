"""What helps to write a configuration: its schema, notebooks to learn from, and the description of the server."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dd_jupyter.config_source import from_text
from dd_jupyter.server import tutorials as tutorials_module
from dd_jupyter.server.arguments import parameters
from dd_jupyter.server.routes import ROUTES
from tests.server.conftest import Ask
from tests.support.builders import builder_with

SHORT = """
columns:
  - {name: id, column_type: sampler, sampler_type: category, params: {values: [1, 2]}}
  - {name: twice, column_type: expression, expr: "{{ id }}{{ id }}"}
"""


def parsed(text: str) -> Any:
    import yaml

    return yaml.safe_load(text)


async def schema(ask: Ask) -> Draft202012Validator:
    answer = await ask("schema")
    assert answer.status == 200, answer
    Draft202012Validator.check_schema(answer.json)
    return Draft202012Validator(answer.json)


# The schema.


async def test_what_the_builder_reads_is_right_by_the_schema(ask: Ask) -> None:
    checks = await schema(ask)
    whole = json.loads(builder_with().get_builder_config().to_json())

    for config in (parsed(SHORT), {"data_designer": parsed(SHORT)}, whole, whole["data_designer"]):
        from_text(json.dumps(config), "json")
        assert [error.message for error in checks.iter_errors(config)] == []


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ("columns: 5", ["columns"]),
        ("columns: [{name: id, column_type: sampler, sampler_type: nothing, params: {}}]", ["columns", 0]),
        ("columns: [{name: id, column_type: expression}]", ["columns", 0]),
        ("data_designer: {columns: 5}", ["data_designer", "columns"]),
    ],
)
async def test_what_it_refuses_is_wrong_there(wrong: str, where: list[str | int], ask: Ask) -> None:
    checks = await schema(ask)

    errors = list(checks.iter_errors(parsed(wrong)))

    assert errors
    assert any(list(error.absolute_path)[: len(where)] == where for error in errors), errors


async def test_it_tells_what_a_column_may_be(ask: Ask) -> None:
    kinds = (await ask("schema")).json["$defs"]

    assert {"SamplerColumnConfig", "LLMTextColumnConfig", "ExpressionColumnConfig"} <= set(kinds)
    assert kinds["LLMTextColumnConfig"]["properties"]["prompt"]


# Notebooks to learn from.


async def test_the_tutorials_are_listed_in_the_order_to_read_them(ask: Ask) -> None:
    listed = (await ask("tutorials")).json["tutorials"]

    assert [one["name"][:2] for one in listed] == sorted(one["name"][:2] for one in listed)
    assert listed[0]["name"] == "01-quickstart.ipynb"
    for one in listed:
        assert one["title"] and not re.search(r"[#`*\]]", one["title"])
        assert re.fullmatch(r"[A-Z].+[.!?]", one["summary"]), one
        assert "](" not in one["summary"]


async def test_a_tutorial_is_a_notebook_that_has_not_run(ask: Ask) -> None:
    notebook = (await ask("tutorials", "01-quickstart.ipynb")).json
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]

    assert notebook["nbformat"] == 4
    assert len(code) > 3
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert "kernelspec" not in notebook["metadata"]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("99-nothing.ipynb", 404),
        ("conftest.py", 400),
        ("..%2fREADME.md", 400),
        ("%2e%2e", 400),
        ("/etc/passwd", 404),
        ("01-quickstart.ipynb/x", 404),
    ],
)
async def test_nothing_else_is_read_as_a_tutorial(name: str, status: int, ask: Ask) -> None:
    answer = await ask("tutorials", name)

    assert answer.status == status
    assert list(answer.json) == ["message"]


def test_in_a_wheel_they_are_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "dd_jupyter"
    inside = package / "tutorials"
    inside.mkdir(parents=True)
    cell = {"cell_type": "markdown", "source": "# A *title*\n\nSee [this](x.ipynb) and `that`. More."}
    (inside / "01-only.ipynb").write_text(json.dumps({"cells": [cell]}))
    monkeypatch.setattr(tutorials_module, "__file__", str(package / "server" / "tutorials.py"))

    (only,) = tutorials_module.tutorials().tutorials

    assert (only.name, only.title, only.summary) == ("01-only.ipynb", "A title", "See this and that.")


# The description.


async def test_every_route_is_described(ask: Ask) -> None:
    described = (await ask("openapi.json")).json

    assert described["openapi"] == "3.1.0"
    told = {(method.upper(), path) for path, methods in described["paths"].items() for method in methods}
    assert told == {(route.method, f"/dd-jupyter/{route.path}") for route in ROUTES}
    for path, methods in described["paths"].items():
        for operation in methods.values():
            in_path = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert in_path == set(re.findall(r"{(.+?)}", path))
            assert operation["summary"].endswith(".")
            assert {"200", "400", "403", "404", "409", "502", "503"} <= set(operation["responses"])


def test_what_may_ask_a_deployment_is_known_to_wait() -> None:
    assert {route.answer for route in ROUTES if route.waits} == {
        route.answer for route in ROUTES if any(one.name == "deployment" for one in parameters(route))
    }


async def test_what_it_refers_to_is_in_it(ask: Ask) -> None:
    described = (await ask("openapi.json")).json

    references = set(re.findall(r'"\$ref": "(.+?)"', json.dumps(described)))

    assert references
    assert references == {f"#/components/schemas/{name}" for name in described["components"]["schemas"]} & references
    for name, model in described["components"]["schemas"].items():
        Draft202012Validator.check_schema(model)
        assert model.get("title", name) == name


async def test_what_a_question_may_be_is_told(ask: Ask) -> None:
    path = (await ask("openapi.json")).json["paths"]["/dd-jupyter/runs/{id}/answer"]["get"]
    question = next(one for one in path["parameters"] if one["name"] == "ask")

    assert [one["$ref"].rpartition("/")[2] for one in question["content"]["application/json"]["schema"]["oneOf"]] == [
        "Rows", "Record", "Text", "Profile", "Generator", "Failures", "Resources", "Log",
    ]  # fmt: skip


async def test_what_is_answered_is_as_it_is_described(ask: Ask) -> None:
    described = (await ask("openapi.json")).json

    for path in ("deployments", "connection", "runs", "tutorials"):
        answer = (await ask(path)).json
        told = described["paths"][f"/dd-jupyter/{path}"]["get"]["responses"]["200"]["content"]["application/json"]
        whole = {**told["schema"], "components": described["components"]}
        assert [error.message for error in Draft202012Validator(whole).iter_errors(answer)] == []
