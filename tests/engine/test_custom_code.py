"""Columns and validators that a person writes in Python work as in the library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import data_designer.config as dd
import pandas as pd
import pydantic

import dd_jupyter as ddj
from tests.support.builders import builder_with, chat_model, numbered, settings_for
from tests.support.model_double import ModelDouble


def test_a_column_made_cell_by_cell() -> None:
    @dd.custom_column_generator(required_columns=["number"])
    def double(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "double": 2 * row["number"]}

    builder = numbered().add_column(name="double", column_type="custom", generator_function=double)

    sample = ddj.preview(builder, num_records=5)

    assert list(sample.dataset["double"]) == [0, 2, 4, 6, 8]


def test_a_column_made_as_a_whole() -> None:
    @dd.custom_column_generator(required_columns=["number"])
    def running(df: pd.DataFrame) -> pd.DataFrame:
        return df.assign(running=df["number"].cumsum())

    builder = numbered().add_column(
        name="running", column_type="custom", generator_function=running, generation_strategy="full_column"
    )

    sample = ddj.preview(builder, num_records=5)

    assert list(sample.dataset["running"]) == [0, 1, 3, 6, 10]


def test_a_column_with_parameters() -> None:
    class Factor(pydantic.BaseModel):
        factor: int

    @dd.custom_column_generator(required_columns=["number"])
    def times(row: dict[str, Any], generator_params: Factor) -> dict[str, Any]:
        return {**row, "times": generator_params.factor * row["number"]}

    builder = numbered().add_column(
        name="times", column_type="custom", generator_function=times, generator_params=Factor(factor=10)
    )

    assert list(ddj.preview(builder, num_records=3).dataset["times"]) == [0, 10, 20]


def test_a_column_that_asks_a_model(model: ModelDouble) -> None:
    @dd.custom_column_generator(required_columns=["product"], model_aliases=["chat"])
    def slogan(row: dict[str, Any], generator_params: None, models: dict[str, Any]) -> dict[str, Any]:
        text, _ = models["chat"].generate(prompt=f"A slogan for a {row['product']}.")
        return {**row, "slogan": text}

    builder = builder_with(chat_model(model)).add_column(name="slogan", column_type="custom", generator_function=slogan)

    sample = ddj.preview(builder, num_records=3, settings=settings_for(model))

    assert all(row.product in row.slogan for row in sample.dataset.itertuples())
    assert len(model.chat_requests()) == 3
    assert sample.usage["chat"].requests == 3


def test_a_column_that_is_a_coroutine(model: ModelDouble) -> None:
    @dd.custom_column_generator(required_columns=["product"], model_aliases=["chat"])
    async def slogan(row: dict[str, Any], generator_params: None, models: dict[str, Any]) -> dict[str, Any]:
        text, _ = await models["chat"].agenerate(prompt=f"A slogan for a {row['product']}.")
        return {**row, "slogan": text}

    builder = builder_with(chat_model(model)).add_column(name="slogan", column_type="custom", generator_function=slogan)

    sample = ddj.preview(builder, num_records=3, settings=settings_for(model))

    assert all(row.product in row.slogan for row in sample.dataset.itertuples())
    assert sample.usage["chat"].requests == 3


def test_a_validator_that_is_a_function() -> None:
    def even(df: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"is_valid": df["number"] % 2 == 0})

    builder = numbered().add_column(
        name="even",
        column_type="validation",
        target_columns=["number"],
        validator_type="local_callable",
        validator_params=dd.LocalCallableValidatorParams(validation_function=even),
    )

    sample = ddj.preview(builder, num_records=4)

    assert [verdict["is_valid"] for verdict in sample.dataset["even"]] == [True, False, True, False]


def test_a_validator_of_code(model: ModelDouble) -> None:
    builder = builder_with(chat_model(model))
    builder.add_column(
        name="code", column_type="llm-code", model_alias="chat", prompt="Sell a {{ product }}.", code_lang="python"
    )
    builder.add_column(
        name="checked",
        column_type="validation",
        target_columns=["code"],
        validator_type="code",
        validator_params=dd.CodeValidatorParams(code_lang="python"),
    )

    sample = ddj.preview(builder, num_records=2, settings=settings_for(model))

    assert all(verdict["is_valid"] for verdict in sample.dataset["checked"])


def test_custom_code_works_in_a_create_of_several_row_groups(tmp_path: Path) -> None:
    @dd.custom_column_generator(required_columns=["number"])
    def double(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "double": 2 * row["number"]}

    builder = numbered().add_column(name="double", column_type="custom", generator_function=double)
    settings = ddj.Settings(run_config=dd.RunConfig(buffer_size=4))

    made = ddj.create(builder, num_records=10, artifact_path=tmp_path, settings=settings)

    assert list(made.dataset["double"]) == [2 * number for number in range(10)]
