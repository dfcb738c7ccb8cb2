"""While a run goes on, each column says how far it is."""

from __future__ import annotations

import data_designer.config as dd
import pandas as pd

import dd_jupyter as ddj
from dd_jupyter import Run
from tests.support.builders import builder_with, chat_model, reviews, settings_for
from tests.support.model_double import ModelDouble
from tests.support.waiting import previewing, wait_until

RECORDS = 6


@dd.custom_column_generator(required_columns=["product"])
def shouted(row: dict[str, object]) -> dict[str, object]:
    return {**row, "shouted": str(row["product"]).upper()}


@dd.custom_column_generator(required_columns=["product"])
def ranked(df: pd.DataFrame) -> pd.DataFrame:
    return df.assign(ranked=range(len(df)))


def short(df: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"is_valid": df["product"].str.len() < 10})


def every_kind(model: ModelDouble) -> dd.DataDesignerConfigBuilder:
    builder = builder_with(
        chat_model(model),
        dd.ModelConfig(
            alias="embedding",
            model="double-embedding",
            provider=model.name,
            skip_health_check=True,
            inference_parameters=dd.EmbeddingInferenceParams(),
        ),
        dd.ModelConfig(
            alias="image",
            model="double-image",
            provider=model.name,
            skip_health_check=True,
            inference_parameters=dd.ImageInferenceParams(),
        ),
    )
    builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"place": ["Bonn", "Oslo"]})))
    add = builder.add_column
    add(name="label", column_type="expression", expr="{{ product }} from {{ place }}")
    add(name="shouted", column_type="custom", generator_function=shouted)
    add(name="ranked", column_type="custom", generator_function=ranked, generation_strategy="full_column")
    add(
        name="valid",
        column_type="validation",
        target_columns=["product"],
        validator_type="local_callable",
        validator_params=dd.LocalCallableValidatorParams(validation_function=short),
    )
    add(name="text", column_type="llm-text", model_alias="chat", prompt="Describe a {{ product }}.")
    add(
        name="structured",
        column_type="llm-structured",
        model_alias="chat",
        prompt="Who buys a {{ product }}?",
        output_format={"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    )
    add(name="code", column_type="llm-code", model_alias="chat", prompt="Sell a {{ product }}.", code_lang="python")
    add(
        name="judge",
        column_type="llm-judge",
        model_alias="chat",
        prompt="Judge this: {{ text }}",
        scores=[dd.Score(name="Clarity", description="How clear", options={"1": "Not", "2": "Very"})],
    )
    add(name="vector", column_type="embedding", model_alias="embedding", target_column="product")
    add(name="picture", column_type="image", model_alias="image", prompt="A {{ product }}.")
    return builder


def done(run: Run, column: str) -> int:
    return run.progress[column].done if column in run.progress else 0


def test_every_kind_of_column_is_followed_to_its_end(model: ModelDouble) -> None:
    builder = every_kind(model)

    sample = ddj.preview(builder, num_records=RECORDS, settings=settings_for(model))

    assert sample.state == "completed"
    assert set(sample.progress) == {"place", *(column.name for column in builder.get_column_configs())}
    assert {progress.done for progress in sample.progress.values()} == {RECORDS}
    assert {progress.total for progress in sample.progress.values()} == {RECORDS}
    assert {progress.failed for progress in sample.progress.values()} == {0}


def test_samplers_and_expressions_are_done_while_the_model_is_awaited(model: ModelDouble) -> None:
    builder = reviews(model).add_column(name="label", column_type="expression", expr="one {{ product }}")
    model.hold()

    with previewing(builder, num_records=RECORDS, settings=settings_for(model)) as sample:
        wait_until(lambda: done(sample, "label") == RECORDS)

        assert done(sample, "product") == RECORDS
        assert done(sample, "review") == 0


def test_each_answer_counts_when_it_comes(model: ModelDouble) -> None:
    model.hold()

    with previewing(reviews(model), num_records=RECORDS, settings=settings_for(model)) as sample:
        for answers in range(1, RECORDS):
            model.release(1)
            model.wait_for_answers(answers)
            wait_until(lambda answers=answers: done(sample, "review") >= answers)

            assert done(sample, "review") == answers


def test_a_rate_and_the_time_left_are_known_from_the_second_record_on(model: ModelDouble) -> None:
    model.hold()

    with previewing(reviews(model), num_records=RECORDS, settings=settings_for(model)) as sample:
        wait_until(lambda: "review" in sample.progress)
        first = sample.progress["review"]
        model.release(3)
        wait_until(lambda: done(sample, "review") == 3)
        later = sample.progress["review"]

    assert first.rate is None and first.seconds_left is None
    assert later.rate is not None and later.rate > 0
    assert later.seconds_left is not None and later.seconds_left > 0


def test_progress_never_goes_back_and_never_beyond_the_total(model: ModelDouble) -> None:
    seen: list[tuple[str, int]] = []

    def watch(run: Run) -> None:
        seen.extend((name, progress.done) for name, progress in run.progress.items())

    ddj.preview(reviews(model), num_records=40, settings=settings_for(model), watch=watch)

    for name in ("product", "review"):
        counts = [done for column, done in seen if column == name]
        assert counts == sorted(counts) and counts[-1] == 40


def test_a_create_of_several_row_groups_counts_all_of_them(tmp_path) -> None:
    made = ddj.create(
        builder_with(),
        num_records=25,
        artifact_path=tmp_path,
        settings=ddj.Settings(run_config=dd.RunConfig(buffer_size=10)),
    )

    assert made.progress["product"].done == made.progress["product"].total == 25


def test_the_run_says_what_it_is_busy_with(model: ModelDouble) -> None:
    steps: list[str] = []
    builder = reviews(model)
    builder.model_configs[0].skip_health_check = False

    ddj.preview(builder, num_records=2, settings=settings_for(model), watch=lambda run: steps.append(run.step))

    assert list(dict.fromkeys(steps)) == [
        "Starting",
        "Checking `double-chat` at provider `double`",
        "Making records",
        "Profiling columns",
        "",
    ]
