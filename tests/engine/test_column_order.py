"""Columns stand in the configuration's order, what the seed brings first."""

from __future__ import annotations

from pathlib import Path

import data_designer.config as dd
import pandas as pd
import pytest

import dd_jupyter as ddj
from tests.support.builders import builder_with, chat_model, reviews, settings_for
from tests.support.model_double import ModelDouble


def mixed(model: ModelDouble) -> dd.DataDesignerConfigBuilder:
    """Columns in an order in which they cannot be made."""
    builder = dd.DataDesignerConfigBuilder(model_configs=[chat_model(model)])
    builder.add_column(name="summary", column_type="expression", expr="{{ text }} / {{ city }}")
    builder.add_column(
        name="text",
        column_type="llm-text",
        model_alias="chat",
        prompt="Describe {{ city }} in {{ mood }} words.",
        with_trace="all_messages",
    )
    builder.add_column(name="mood", column_type="sampler", sampler_type="category", params={"values": ["happy", "sad"]})
    return builder.with_seed_dataset(
        dd.DataFrameSeedSource(df=pd.DataFrame({"city": ["Bonn", "Oslo"], "country": ["Germany", "Norway"]}))
    )


IN_ORDER = ["city", "country", "summary", "text", "text__trace", "mood"]


def test_a_preview_has_the_seed_first_and_the_trace_behind_its_column(model: ModelDouble) -> None:
    sample = ddj.preview(mixed(model), num_records=3, settings=settings_for(model))

    assert list(sample.dataset.columns) == IN_ORDER
    assert [column.name for column in sample.columns] == ["city", "country", "summary", "text", "mood"]


def test_a_create_has_the_same_order_however_it_is_read(model: ModelDouble, tmp_path: Path) -> None:
    made = ddj.create(mixed(model), num_records=3, artifact_path=tmp_path, settings=settings_for(model))

    assert list(made.dataset.columns) == IN_ORDER
    assert list(made.head(1).columns) == IN_ORDER
    assert list(made.load_dataset().columns) == IN_ORDER


def test_the_side_effects_of_a_custom_column_stand_behind_it() -> None:
    @dd.custom_column_generator(required_columns=["product"], side_effect_columns=["width", "height"])
    def measured(row: dict[str, object]) -> dict[str, object]:
        return {**row, "height": 2, "measured": "yes", "width": 1}

    builder = builder_with()
    builder.add_column(name="measured", column_type="custom", generator_function=measured)
    builder.add_column(name="last", column_type="expression", expr="{{ product }}")

    sample = ddj.preview(builder, num_records=2)

    assert list(sample.dataset.columns) == ["product", "measured", "width", "height", "last"]


def test_a_dropped_column_is_used_and_not_shown(model: ModelDouble) -> None:
    builder = reviews(model)
    builder.add_column(name="secret", column_type="expression", expr="hidden {{ product }}", drop=True)
    builder.add_column(name="open", column_type="expression", expr="not {{ secret }}")

    sample = ddj.preview(builder, num_records=2, settings=settings_for(model))

    assert list(sample.dataset.columns) == ["product", "review", "open"]
    assert sample.dataset["open"].str.startswith("not hidden ").all()
    assert sample.progress["secret"].done == 2


def test_a_dropped_column_of_a_create_is_kept_in_its_own_file(tmp_path: Path) -> None:
    builder = builder_with()
    builder.add_column(name="secret", column_type="expression", expr="hidden {{ product }}", drop=True)

    made = ddj.create(builder, num_records=2, artifact_path=tmp_path)

    assert list(made.dataset.columns) == ["product"]
    assert any("dropped-columns" in str(file) for file in made.files)


@pytest.mark.parametrize("records", [1, 30])
def test_the_order_does_not_hang_on_which_answer_came_first(model: ModelDouble, records: int) -> None:
    builder = builder_with(chat_model(model))
    names = [f"column_{number}" for number in range(8)]
    for name in reversed(names):
        builder.add_column(name=name, column_type="llm-text", model_alias="chat", prompt=f"{name}: {{{{ product }}}}")

    sample = ddj.preview(builder, num_records=records, settings=settings_for(model))

    assert list(sample.dataset.columns) == ["product", *reversed(names)]
