"""Whoever looks at a column can read how the configuration makes it, in words, and never a secret."""

from __future__ import annotations

from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest
from pydantic import BaseModel

from dd_jupyter.display.generator import LISTED_VALUES, generator_of
from dd_jupyter.resources.secrets import REDACTED

KEY = "nvapi-abcdef0123456789abcdef0123456789"
PROMPT = "Write a review of {{ product }}.\n\n" + "Be honest. " * 2_000


@dd.custom_column_generator(required_columns=["product"], side_effect_columns=["price_note"], model_aliases=["writer"])  # type: ignore[untyped-decorator]
def price(row: dict[str, Any]) -> dict[str, Any]:
    return row


def check(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


class Rates(BaseModel):
    currency: str = "EUR"
    api_key: str = "hunter2 has no shape of a key"
    service: dict[str, str] = {"host": "example.org", "token": "hunter3"}


class Review(BaseModel):
    tone: str
    token: str


def writer(**parameters: Any) -> dd.ModelConfig:
    return dd.ModelConfig(
        alias="writer",
        model="nano-30b",
        provider="nvidia",
        inference_parameters=dd.ChatCompletionInferenceParams(
            extra_body={"session": "hunter4", "key": KEY}, **({"temperature": 0.5, "max_tokens": 64} | parameters)
        ),
    )


def settings(config: Any, *models: dd.ModelConfig, of: str | None = None) -> dict[str, str]:
    builder = dd.DataDesignerConfigBuilder(model_configs=list(models or [writer()]))
    builder.add_column(config)
    view = generator_of(builder, of or config.name)
    assert len({setting.name for setting in view.settings}) == len(view.settings)
    return {setting.name: setting.text for setting in view.settings}


def sampler(kind: str, **parameters: Any) -> dd.SamplerColumnConfig:
    return dd.SamplerColumnConfig(name="it", sampler_type=kind, params=parameters)


def text(**more: Any) -> dd.LLMTextColumnConfig:
    return dd.LLMTextColumnConfig(**({"name": "review", "model_alias": "writer", "prompt": PROMPT} | more))


def test_a_prompt_is_whole_and_set_as_code() -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=[writer()])
    builder.add_column(text(system_prompt="You are a buyer."))

    view = generator_of(builder, "review")

    assert view.kind == "LLM text"
    assert [(one.name, one.code) for one in view.settings] == [
        ("Model", False),
        ("Temperature", False),
        ("Tokens at most", False),
        ("System prompt", True),
        ("Prompt", True),
    ]
    assert view.settings[-1].text == PROMPT


def test_a_model_is_told_by_its_alias_and_what_stands_behind_it() -> None:
    assert settings(text())["Model"] == "writer: nano-30b, by nvidia"
    assert settings(text(model_alias="unknown"))["Model"] == "unknown"


def test_a_temperature_that_is_drawn_says_so() -> None:
    low_to_high = dd.UniformDistribution(params=dd.UniformDistributionParams(low=0.2, high=0.9))

    assert settings(text(), writer(temperature=low_to_high))["Temperature"] == "0.2 to 0.9, drawn anew each time"


def test_nothing_secret_of_a_model_or_in_a_prompt_is_shown() -> None:
    shown = settings(text(prompt=f"Use {KEY} and https://me:pass@example.org for {{{{ product }}}}."))

    assert shown["Prompt"] == f"Use {REDACTED} and https://{REDACTED}@example.org for {{{{ product }}}}."
    assert "hunter" not in str(shown) and KEY not in str(shown)


def test_what_else_a_model_is_given_or_keeps_is_told() -> None:
    config = text(
        tool_alias="search",
        with_trace=dd.TraceType.ALL_MESSAGES,
        extract_reasoning_content=True,
        multi_modal_context=[dd.ImageContext(column_name="photo")],
        drop=True,
    )

    shown = settings(config)

    assert shown["Tools"] == "search"
    assert shown["Image from column"] == "photo"
    assert (shown["Trace kept"], shown["Reasoning kept"]) == ("the whole conversation", "yes")
    assert shown["Left out of the dataset"] == "yes"


@pytest.mark.parametrize("column", ["review__trace", "review__reasoning_content"])
def test_what_comes_along_with_a_column_is_told_by_that_column(column: str) -> None:
    config = text(with_trace=dd.TraceType.LAST_MESSAGE, extract_reasoning_content=True)

    shown = settings(config, of=column)

    assert next(iter(shown.items())) == ("Comes with", "review (LLM text)")
    assert shown["Prompt"] == PROMPT


def test_code_names_its_language() -> None:
    config = dd.LLMCodeColumnConfig(name="query", model_alias="writer", prompt="A query", code_lang="sql:postgres")

    assert settings(config)["Language"] == "sql:postgres"


def test_a_structure_shows_its_schema() -> None:
    config = dd.LLMStructuredColumnConfig(name="facts", model_alias="writer", prompt="The facts", output_format=Review)

    schema = settings(config)["Schema"]

    assert '"tone": {' in schema and '"token": {' in schema
    assert REDACTED not in schema


def test_a_judge_shows_each_score_and_what_its_options_mean() -> None:
    scores = [
        dd.Score(name="honest", description="Is it honest?", options={1: "no", 5: "yes"}),
        dd.Score(name="style", description="How is it written?", options={"poor": "badly", "good": "well"}),
    ]
    config = dd.LLMJudgeColumnConfig(name="quality", model_alias="writer", prompt="Judge it", scores=scores)

    shown = settings(config)

    assert shown["Score honest"] == "Is it honest?\n1: no\n5: yes"
    assert shown["Score style"] == "How is it written?\npoor: badly\ngood: well"


def test_an_expression_and_when_it_is_left_out() -> None:
    config = dd.ExpressionColumnConfig(
        name="it",
        expr="{{ a * 2 }}",
        dtype="int",
        skip=dd.SkipConfig(when="{{ a < 0 }}", value=0),
        propagate_skip=False,
    )

    assert settings(config) == {
        "Expression": "{{ a * 2 }}",
        "Type": "int",
        "Skipped where": "{{ a < 0 }}",
        "Value where skipped": "0",
        "Skipped where a column it needs is": "no",
    }


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (sampler("uuid", prefix="r-"), {"Sampler": "uuid", "Prefix": "r-", "Short form": "no", "Uppercase": "no"}),
        (sampler("category", values=["Kettle", "Lamp"]), {"Sampler": "category", "Values": "Kettle\nLamp"}),
        (
            sampler("category", values=["Kettle", "Lamp"], weights=[3, 1]),
            {"Sampler": "category", "Values and their shares": "Kettle: 0.75\nLamp: 0.25"},
        ),
        (
            sampler("uniform", low=0, high=9.5, decimal_places=1),
            {"Sampler": "uniform", "Low": "0.0", "High": "9.5", "Decimal places": "1"},
        ),
        (sampler("gaussian", mean=3, stddev=1), {"Sampler": "gaussian", "Mean": "3.0", "Standard deviation": "1.0"}),
        (sampler("bernoulli", p=0.3), {"Sampler": "bernoulli", "Probability": "0.3"}),
        (
            sampler("bernoulli_mixture", p=0.3, dist_name="norm", dist_params={"loc": 1}),
            {
                "Sampler": "Bernoulli mixture",
                "Probability": "0.3",
                "Distribution": "norm",
                "Parameters of the distribution": '{\n  "loc": 1\n}',
            },
        ),
        (sampler("binomial", n=10, p=0.5), {"Sampler": "binomial", "Trials": "10", "Probability": "0.5"}),
        (sampler("poisson", mean=4), {"Sampler": "poisson", "Mean": "4.0"}),
        (
            sampler("scipy", dist_name="norm", dist_params={"loc": 1}),
            {"Sampler": "scipy", "Distribution": "norm", "Parameters of the distribution": '{\n  "loc": 1\n}'},
        ),
        (
            sampler("datetime", start="2024-01-01", end="2024-12-31", unit="h"),
            {"Sampler": "datetime", "Start": "2024-01-01", "End": "2024-12-31", "In steps of": "hours"},
        ),
        (
            sampler("person_from_faker", locale="en_GB", sex="Female", city=["Leeds", "York"], age_range=[20, 30]),
            {
                "Sampler": "person, by Faker",
                "Locale": "en_GB",
                "Sex": "Female",
                "City": "Leeds, York",
                "Age": "20 to 30",
            },
        ),
        (
            sampler("person", locale="en_US", select_field_values={"state": ["NY"]}),
            {
                "Sampler": "person",
                "Locale": "en_US",
                "Age": "18 to 114",
                "Only persons with": '{\n  "state": [\n    "NY"\n  ]\n}',
                "With synthetic personas": "no",
            },
        ),
    ],
    ids=lambda value: value.params.sampler_type if hasattr(value, "params") else "",
)
def test_a_sampler_shows_its_parameters(config: Any, expected: dict[str, str]) -> None:
    assert settings(config) == expected


def test_samplers_that_need_another_column_name_it() -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.add_column(
        dd.SamplerColumnConfig(name="day", sampler_type="datetime", params={"start": "2024", "end": "2025"})
    )
    builder.add_column(dd.SamplerColumnConfig(name="kind", sampler_type="category", params={"values": ["a", "b"]}))
    builder.add_column(
        dd.SamplerColumnConfig(
            name="paid",
            sampler_type="timedelta",
            params={"dt_min": 1, "dt_max": 3, "reference_column_name": "day", "unit": "D"},
        )
    )
    builder.add_column(
        dd.SamplerColumnConfig(
            name="model", sampler_type="subcategory", params={"category": "kind", "values": {"a": ["x", 1], "b": ["y"]}}
        )
    )

    paid = {one.name: one.text for one in generator_of(builder, "paid").settings}
    model = {one.name: one.text for one in generator_of(builder, "model").settings}

    assert (paid["Shortest"], paid["Longest"], paid["Counted from column"]) == ("1 days", "3 days", "day")
    assert (model["Depends on column"], model["Values"]) == ("kind", "a: x, 1\nb: y")


def test_a_sampler_of_ten_thousand_values_shows_the_first() -> None:
    lines = settings(sampler("category", values=[f"v{n}" for n in range(10_000)]))["Values"].split("\n")

    assert len(lines) == LISTED_VALUES + 1
    assert lines[-1] == "and 9,800 more"


def test_conditional_parameters_say_where_they_hold() -> None:
    config = dd.SamplerColumnConfig(
        name="it",
        sampler_type="uniform",
        params={"low": 0, "high": 1},
        conditional_params={"age > 21": {"low": 5, "high": 6}},
        convert_to="int",
    )

    shown = settings(config)

    assert shown["Where age > 21"] == "Low: 5.0\nHigh: 6.0"
    assert shown["Written as"] == "int"


def test_a_custom_column_names_its_function_and_hides_what_is_named_like_a_secret() -> None:
    config = dd.CustomColumnConfig(name="price", generator_function=price, generator_params=Rates())

    shown = settings(config)

    assert shown["Function"] == "price"
    assert shown["Columns it needs"] == "product"
    assert shown["Called for"] == "each record"
    assert shown["Model"].startswith("writer")
    assert (shown["Currency"], shown["Api key"]) == ("EUR", REDACTED)
    assert "hunter" not in str(shown) and "example.org" in shown["Service"]
    assert settings(config, of="price_note")["Comes with"] == "price (custom)"


def test_validations_of_each_sort() -> None:
    code = dd.ValidationColumnConfig(
        name="ok", target_columns=["a", "b"], validator_type="code", validator_params={"code_lang": "python"}
    )
    own = dd.ValidationColumnConfig(
        name="ok",
        target_columns=["a"],
        validator_type="local_callable",
        validator_params={"validation_function": check},
    )
    remote = dd.ValidationColumnConfig(
        name="ok",
        target_columns=["a"],
        validator_type="remote",
        validator_params={"endpoint_url": "https://me:pass@example.org/check"},
    )

    assert settings(code) == {
        "Columns checked": "a, b",
        "Checked by": "a code checker",
        "Language": "python",
        "Records at a time": "10",
    }
    assert (settings(own)["Checked by"], settings(own)["Function"]) == ("a function of this kernel", "check")
    assert settings(remote)["Address"] == f"https://{REDACTED}@example.org/check"


def test_embeddings_and_images() -> None:
    embedding = dd.EmbeddingColumnConfig(name="vector", target_column="review", model_alias="embedder")
    embedder = dd.ModelConfig(
        alias="embedder",
        model="embed",
        provider="nvidia",
        inference_parameters=dd.EmbeddingInferenceParams(dimensions=8),
    )
    image = dd.ImageColumnConfig(name="photo", prompt="A kettle", model_alias="painter")

    shown = settings(embedding, embedder)

    assert (shown["Text from column"], shown["Dimensions"]) == ("review", "8")
    assert settings(image) == {"Model": "painter", "Prompt": "A kettle"}


def test_a_column_of_the_seed_tells_which_seed_and_how_it_is_read() -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(
        dd.DataFrameSeedSource(df=pd.DataFrame({"product": ["Kettle"] * 20})),
        sampling_strategy=dd.SamplingStrategy.SHUFFLE,
        selection_strategy=dd.IndexRange(start=4, end=9),
    )

    view = generator_of(builder, "product")

    assert view.kind == "seed"
    assert [(one.name, one.text) for one in view.settings][1:] == [("Order", "shuffled"), ("Rows", "5 to 10")]
    assert "DataFrame" in view.settings[0].text
    assert generator_of(builder, "no such column").settings == ()


def test_the_token_that_a_seed_is_read_with_is_not_shown() -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(
        dd.HuggingFaceSeedSource(path="datasets/some/where/a.csv", token="hunter5"),
        selection_strategy=dd.PartitionBlock(index=0, num_partitions=4),
    )

    view = generator_of(builder, "product")

    assert "hunter" not in str(view)
    assert view.settings[-1].text == "1 of 4"


def test_a_column_that_nothing_makes_has_no_settings() -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=[writer()])
    builder.add_column(text())

    view = generator_of(builder, "no such column")

    assert (view.column, view.kind, view.settings) == ("no such column", "", ())


def test_no_column_type_of_the_library_is_without_words() -> None:
    from data_designer.config.column_types import DataDesignerColumnType

    from dd_jupyter.display.table.description import KINDS

    assert {str(kind.value) for kind in DataDesignerColumnType} <= set(KINDS)
