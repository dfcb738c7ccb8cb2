"""A record that could not be made is missing from the dataset, and the result says which and why."""

from __future__ import annotations

from pathlib import Path

import data_designer.config as dd
import pandas as pd
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support.builders import numbered, reviews, settings_for
from tests.support.model_double import ModelDouble
from tests.support.model_request import Which, work

REFUSAL = "The prompt breaks rule 7."


def on_number(number: int) -> Which:
    return lambda request: work(request) and f"number {number}." in request.prompt


def numbered_reviews(model: ModelDouble) -> dd.DataDesignerConfigBuilder:
    return numbered(model).add_column(
        name="review", column_type="llm-text", model_alias="chat", prompt="Review number {{ number }}."
    )


def test_a_refused_record_is_told_with_its_place_column_and_reason(model: ModelDouble) -> None:
    model.answer_with(status=400, message=REFUSAL, for_requests=on_number(3))

    sample = ddj.preview(numbered_reviews(model), num_records=8, settings=settings_for(model))

    assert sample.state == "completed"
    assert sorted(sample.dataset["number"]) == [0, 1, 2, 4, 5, 6, 7]
    assert list(sample.failures.columns) == ["record", "column", "reason"]
    (failure,) = sample.failures.to_dict(orient="records")
    assert (failure["record"], failure["column"]) == (4, "review")
    assert "HTTP 400" in failure["reason"] and REFUSAL in failure["reason"]
    assert "\n" not in failure["reason"]


def test_progress_counts_a_failed_record_as_done_and_as_failed(model: ModelDouble) -> None:
    model.answer_with(status=400, for_requests=on_number(3))

    sample = ddj.preview(numbered_reviews(model), num_records=8, settings=settings_for(model))

    assert (sample.progress["review"].done, sample.progress["review"].failed) == (8, 1)
    assert sample.progress["number"].failed == 0
    assert sample.complete == 7


def test_a_column_behind_the_failed_one_counts_the_record_as_done_too(model: ModelDouble) -> None:
    builder = numbered_reviews(model)
    builder.add_column(name="shout", column_type="expression", expr="{{ review | upper }}")
    model.answer_with(status=400, for_requests=on_number(3))

    sample = ddj.preview(builder, num_records=8, settings=settings_for(model))

    assert (sample.progress["shout"].done, sample.progress["shout"].failed) == (8, 0)


def test_an_answer_that_cannot_be_parsed_is_a_failure_that_says_so(model: ModelDouble) -> None:
    builder = numbered(model).add_column(
        name="customer",
        column_type="llm-structured",
        model_alias="chat",
        prompt="Who buys number {{ number }}.",
        output_format={"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    )
    model.answers("I would rather not say.", for_requests=on_number(1))

    sample = ddj.preview(builder, num_records=3, settings=settings_for(model))

    (failure,) = sample.failures.to_dict(orient="records")
    assert (failure["record"], failure["column"]) == (2, "customer")
    assert "structured" in failure["reason"].lower() or "format" in failure["reason"].lower()
    assert list(sample.dataset["number"]) == [0, 2]


def test_a_custom_column_that_raises_fails_that_record_with_its_own_words() -> None:
    @dd.custom_column_generator(required_columns=["number"])
    def stock(row: dict[str, object]) -> dict[str, object]:
        if row["number"] == 2:
            raise ValueError("The warehouse knows no number 2")
        return {**row, "stock": 10}

    builder = numbered().add_column(name="stock", column_type="custom", generator_function=stock)

    sample = ddj.preview(builder, num_records=5)

    assert list(sample.dataset["number"]) == [0, 1, 3, 4]
    (failure,) = sample.failures.to_dict(orient="records")
    assert (failure["record"], failure["column"]) == (3, "stock")
    assert "The warehouse knows no number 2" in failure["reason"]


def test_a_record_of_a_later_row_group_has_its_place_in_the_whole_dataset(model: ModelDouble, tmp_path: Path) -> None:
    model.answer_with(status=400, for_requests=on_number(11))
    settings = settings_for(model, run_config=dd.RunConfig(buffer_size=5))

    made = ddj.create(numbered_reviews(model), num_records=13, artifact_path=tmp_path, settings=settings)

    assert list(made.failures["record"]) == [12]
    assert made.state == "completed"
    assert sorted(made.dataset["number"]) == [number for number in range(13) if number != 11]


def test_a_record_of_an_extension_has_its_place_behind_a_last_batch_that_is_not_full(
    model: ModelDouble, tmp_path: Path
) -> None:
    settings = settings_for(model, run_config=dd.RunConfig(buffer_size=5))
    ddj.create(numbered_reviews(model), num_records=7, artifact_path=tmp_path, settings=settings)
    model.answer_with(status=400, for_requests=on_number(9))

    made = ddj.create(numbered_reviews(model), num_records=12, artifact_path=tmp_path, resume=True, settings=settings)

    assert list(made.failures["record"]) == [10]
    assert 9 not in set(made.dataset["number"])


def test_a_passing_error_is_tried_again_and_no_failure(model: ModelDouble) -> None:
    model.answer_with(status=500, times=1, for_requests=on_number(1))

    sample = ddj.preview(numbered_reviews(model), num_records=3, settings=settings_for(model))

    assert sample.failures.empty
    assert list(sample.dataset["number"]) == [0, 1, 2]


def test_a_preview_in_which_every_record_fails_fails_with_the_providers_words(model: ModelDouble) -> None:
    model.answer_with(status=400, message=REFUSAL)
    runs: list[ddj.Run] = []

    with pytest.raises(ddj.RunError, match="HTTP 400") as raised:
        ddj.preview(numbered_reviews(model), num_records=3, settings=settings_for(model), watch=runs.append)

    assert REFUSAL in str(raised.value)
    assert model.url in str(raised.value)
    assert runs[-1].state == "failed"
    assert sorted(runs[-1].failures["record"]) == [1, 2, 3]


def test_a_failed_full_column_fails_the_run_with_its_own_words() -> None:
    @dd.custom_column_generator(required_columns=["number"])
    def stock(df: pd.DataFrame) -> pd.DataFrame:
        raise ValueError("The warehouse is closed")

    builder = numbered().add_column(
        name="stock", column_type="custom", generator_function=stock, generation_strategy="full_column"
    )

    with pytest.raises(ddj.RunError, match="The warehouse is closed"):
        ddj.preview(builder, num_records=3)


def test_what_failed_is_in_the_html_and_in_the_text(model: ModelDouble) -> None:
    model.answer_with(status=400, message=REFUSAL, for_requests=on_number(3))

    sample = ddj.preview(numbered_reviews(model), num_records=8, name="sample", settings=settings_for(model))
    shown = mimebundle_of(sample)

    for text in (shown["text/html"], shown["text/plain"]):
        assert REFUSAL in text
        assert "1 record failed" in text
        assert "sample.failures" in text


def test_without_a_failure_the_table_of_failures_is_empty(model: ModelDouble) -> None:
    sample = ddj.preview(reviews(model), num_records=2, settings=settings_for(model))

    assert sample.failures.empty
    assert list(sample.failures.columns) == ["record", "column", "reason"]
