"""What a deployment of another version does not know is told, and what it knows is not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import data_designer.config as dd
import nbformat
import pytest

import dd_jupyter as ddj
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.platform import Schema
from dd_jupyter.resources.sent import sent, unknown_parts
from tests.engine.test_migrated_configurations import AROUND, COLUMNS, models
from tests.support.builders import builder_with, chat_model, reviews, vectors
from tests.support.nemo_services import GatewayModel, NemoServices

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def schema(services: NemoServices) -> Schema:
    """What the real services say that they accept."""
    deployment = services.deployment()
    schema = wait_for(deployment.platform.schema())
    deployment.close()
    return schema


@pytest.mark.parametrize("number", range(len(COLUMNS)))
def test_every_type_of_column_is_known(number: int, schema: Schema) -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=models())
    builder.add_column(COLUMNS[number]())

    assert unknown_parts(sent(builder, schema), schema) == []


@pytest.mark.parametrize("number", range(len(AROUND)))
def test_every_other_part_is_known(number: int, schema: Schema) -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=models())
    AROUND[number](builder)
    builder.add_column(name="age", column_type="sampler", sampler_type="uniform", params={"low": 1, "high": 9})

    assert unknown_parts(sent(builder, schema), schema) == []


@pytest.mark.parametrize("make", [reviews, vectors, lambda model: builder_with(chat_model(model, temperature=0.5))])
def test_the_configurations_of_the_tests_are_known(
    make: Callable[[Any], dd.DataDesignerConfigBuilder], schema: Schema, model: GatewayModel
) -> None:
    assert unknown_parts(sent(make(model), schema), schema) == []


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_configurations_of_the_notebooks_are_known(
    notebook: Path, schema: Schema, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    builder = first_configuration(notebook)

    assert len(builder.get_column_configs()) >= 2
    assert unknown_parts(sent(builder, schema), schema) == []


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda config: column(config, "review").update(column_type="llm-poem"),
            ("review", "the column type `llm-poem`"),
        ),
        (
            lambda config: column(config, "product").update(sampler_type="tarot"),
            ("product", "the sampler type `tarot`"),
        ),
        (lambda config: column(config, "review").update(rhymes=True), ("review", "`rhymes`")),
        (lambda config: config["model_configs"][0].update(mood="kind"), ("chat", "`mood`")),
        (lambda config: config.update(weather="fair"), ("", "`weather`")),
        (lambda config: column(config, "product")["params"].update(odds=3), ("product", "`odds`")),
        (
            lambda config: config.update(seed_config={"source": {"seed_type": "moon", "path": "x"}}),
            ("seed_config.source", "the seed type `moon`"),
        ),
    ],
)
def test_what_is_newer_is_told_exactly_where_the_services_refuse_it(
    change: Change, told: tuple[str, str], schema: Schema, services: NemoServices, model: GatewayModel
) -> None:
    config = sent(reviews(model), schema)
    assert accepted(config, services) and unknown_parts(config, schema) == []

    changed = copy.deepcopy(config)
    change(changed)

    assert unknown_parts(changed, schema) == [told]
    assert not accepted(changed, services)


def column(config: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in config["columns"] if each["name"] == name)


def accepted(config: dict[str, Any], services: NemoServices) -> bool:
    """Whether the services begin to make a preview of it."""
    deployment = services.deployment()

    async def ask() -> bool:
        try:
            async for frame in deployment.data_designer.preview("default", config, 1):
                if frame["kind"] in {"done", "error"}:
                    return bool(frame["kind"] == "done")
        except ddj.DDJupyterError:
            return False
        return False

    try:
        return wait_for(ask())
    finally:
        deployment.close()


def first_configuration(notebook: Path) -> dd.DataDesignerConfigBuilder:
    """The builder of the first cell that previews one, after the cells that it needs."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        lines = [line for line in cell.source.splitlines() if not line.startswith("%")]
        exec(compile("\n".join(lines), notebook.name, "exec", dont_inherit=True), namespace)
        if cell.source.startswith("%%dd_preview"):
            builder: dd.DataDesignerConfigBuilder = namespace["builder"]
            return builder
    raise AssertionError(f"{notebook.name} previews nothing: {json.dumps(list(namespace))}")
