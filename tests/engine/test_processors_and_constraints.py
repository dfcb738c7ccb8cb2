"""Processors and constraints work as in the library."""

from __future__ import annotations

from pathlib import Path

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support.builders import builder_with


def with_price() -> dd.DataDesignerConfigBuilder:
    builder = builder_with()
    return builder.add_column(
        name="price", column_type="sampler", sampler_type="uniform", params={"low": 1, "high": 9, "decimal_places": 0}
    )


def with_offer() -> dd.DataDesignerConfigBuilder:
    return with_price().add_processor(
        name="offers", processor_type="schema_transform", template={"offer": "{{ product }} for {{ price }}"}
    )


def test_what_a_processor_makes_beside_a_preview_is_kept() -> None:
    sample = ddj.preview(with_offer(), num_records=4)

    offers = [record["offer"] for record in sample.processor_outputs["offers"]]
    assert offers == [f"{row.product} for {row.price}" for row in sample.dataset.itertuples()]
    assert list(sample.dataset.columns) == ["product", "price"]
    assert "offers: 4 records" in mimebundle_of(sample)["text/plain"]


def test_what_a_processor_makes_beside_a_create_can_be_read(tmp_path: Path) -> None:
    settings = ddj.Settings(run_config=dd.RunConfig(buffer_size=3))

    made = ddj.create(with_offer(), num_records=7, artifact_path=tmp_path, settings=settings)

    offers = list(made.load_processor_dataset("offers")["offer"])
    assert offers == [f"{row.product} for {row.price}" for row in made.dataset.itertuples()]
    assert any("processors-files" in str(file) for file in made.files)


def test_a_processor_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    made = ddj.create(with_offer(), num_records=2, artifact_path=tmp_path)

    with pytest.raises(ddj.NotReadyError, match=r"`prices` left no records .* Those that did: offers\."):
        made.load_processor_dataset("prices")


@pytest.mark.parametrize("pattern", ["price", "pri*"])
def test_columns_that_a_processor_drops_are_gone(pattern: str) -> None:
    builder = with_price().add_processor(name="tidy", processor_type="drop_columns", column_names=[pattern])

    sample = ddj.preview(builder, num_records=3)

    assert list(sample.dataset.columns) == ["product"]


def test_columns_that_a_processor_drops_from_a_create_are_in_their_own_file(tmp_path: Path) -> None:
    builder = with_price().add_processor(name="tidy", processor_type="drop_columns", column_names=["price"])

    made = ddj.create(builder, num_records=3, artifact_path=tmp_path)

    assert list(made.dataset.columns) == ["product"]
    assert any("dropped-columns" in str(file) for file in made.files)


def test_constraints_hold_in_every_record() -> None:
    builder = with_price()
    builder.add_column(
        name="cost", column_type="sampler", sampler_type="uniform", params={"low": 0, "high": 6, "decimal_places": 0}
    )
    builder.add_constraint(
        dd.ColumnInequalityConstraint(target_column="cost", operator=dd.InequalityOperator.LE, rhs="price")
    )
    builder.add_constraint(
        dd.ScalarInequalityConstraint(target_column="price", operator=dd.InequalityOperator.LE, rhs=8)
    )

    frame = ddj.preview(builder, num_records=100).dataset

    assert len(frame) == 100
    assert (frame["cost"] <= frame["price"]).all()
    assert (frame["price"] <= 8).all()


def test_a_constraint_that_cannot_hold_fails_in_words() -> None:
    builder = with_price()
    builder.add_constraint(
        dd.ScalarInequalityConstraint(target_column="price", operator=dd.InequalityOperator.GT, rhs=100)
    )

    with pytest.raises(ddj.DDJupyterError, match="constraint") as raised:
        ddj.preview(builder, num_records=3)

    assert "\n" not in str(raised.value)
