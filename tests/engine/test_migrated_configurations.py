"""A configuration with other references, and as text that makes it again."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import data_designer.config as dd
import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import BaseModel

import dd_jupyter as ddj
from dd_jupyter.resources.migration.rewriting import rewritten
from dd_jupyter.resources.migration.source_text import as_python, as_yaml, diff
from dd_jupyter.resources.migration.steps import Rewrites

HUB_TOKEN = "hf_ZkxTqLmVbRnWcYdFhJgKsAaBbCcDdEeFfGg"
FILESET = ddj.FilesetFileSeedSource(path="default/reviews-3fa9c2d1#reviews.parquet")

LONG = (
    "You are a careful writer. Write a review of a {{ product }} that mentions price, weight and colour, and that "
    'ends with "Would buy again".\n\n1. Be brief.\n2. Don\'t lie. \\n is no new line.\n'
    "\tTabs too: é \u202e \x00 {{ product }}\n"
)


class Tone(BaseModel):
    """What a function is told."""

    words: list[str] = []
    polite: bool = True


@dd.custom_column_generator(required_columns=["product"], model_aliases=["chat"])
def shout(row: dict[str, Any], generator_params: Tone) -> dict[str, Any]:
    return {**row, "shouted": row["product"].upper()}


def check(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(is_valid=True)


def models() -> list[dd.ModelConfig]:
    return [
        dd.ModelConfig(
            alias="chat",
            model="m",
            provider="nvidia",
            inference_parameters=dd.ChatCompletionInferenceParams(
                temperature=dd.UniformDistribution(params=dd.UniformDistributionParams(low=0.1, high=0.9)),
                top_p=dd.ManualDistribution(params=dd.ManualDistributionParams(values=[0.1, 0.5], weights=[0.5, 0.5])),
                max_tokens=256,
                extra_body={"seed": 7, "stop": ["\n", '"'], "nested": {"on": True, "none": None}},
            ),
        ),
        dd.ModelConfig(
            alias="vector",
            model="e",
            provider="openai",
            skip_health_check=True,
            inference_parameters=dd.EmbeddingInferenceParams(dimensions=8),
        ),
        dd.ModelConfig(alias="picture", model="p", provider="nvidia", inference_parameters=dd.ImageInferenceParams()),
    ]


COLUMNS: list[Callable[[], Any]] = [
    lambda: dd.SamplerColumnConfig(
        name="product",
        sampler_type="category",
        params=dd.CategorySamplerParams(values=["mug", 'a "big" lamp', "it's"]),
        conditional_params={"age > 3": dd.CategorySamplerParams(values=["x", "y"])},
    ),
    lambda: dd.SamplerColumnConfig(
        name="part",
        sampler_type="subcategory",
        params=dd.SubcategorySamplerParams(category="product", values={"mug": ["a", "b"], "it's": ["c"]}),
    ),
    lambda: dd.SamplerColumnConfig(
        name="age", sampler_type="uniform", params=dd.UniformSamplerParams(low=1, high=9), convert_to="int"
    ),
    lambda: dd.SamplerColumnConfig(
        name="mix",
        sampler_type="scipy",
        params=dd.ScipySamplerParams(dist_name="beta", dist_params={"a": 2, "b": 3.5}),
    ),
    lambda: dd.SamplerColumnConfig(
        name="when",
        sampler_type="datetime",
        params=dd.DatetimeSamplerParams(start="2024-01-01", end="2025-01-01", unit="h"),
    ),
    lambda: dd.SamplerColumnConfig(
        name="later",
        sampler_type="timedelta",
        params=dd.TimeDeltaSamplerParams(dt_min=1, dt_max=5, reference_column_name="when"),
        convert_to="%Y-%m-%d",
    ),
    lambda: dd.SamplerColumnConfig(
        name="person",
        sampler_type="person",
        params=dd.PersonSamplerParams(locale="en_US", age_range=[20, 40], sex="Female"),
    ),
    lambda: dd.SamplerColumnConfig(name="id", sampler_type="uuid", params=dd.UUIDSamplerParams(prefix="r-"), drop=True),
    lambda: dd.LLMTextColumnConfig(
        name="review",
        prompt=LONG,
        model_alias="chat",
        system_prompt="Be kind.",
        tool_alias="search",
        with_trace=dd.TraceType.ALL_MESSAGES,
        multi_modal_context=[
            dd.ImageContext(column_name="photo", data_type=dd.ModalityDataType.BASE64, image_format=dd.ImageFormat.PNG)
        ],
    ),
    lambda: dd.LLMTextColumnConfig(
        name="skipped",
        prompt="Of {{ product }}",
        model_alias="chat",
        skip=dd.SkipConfig(when="{{ age > 3 }}", value="none"),
    ),
    lambda: dd.LLMCodeColumnConfig(
        name="code", prompt="Code for {{ product }}", model_alias="chat", code_lang="sql:postgres"
    ),
    lambda: dd.LLMStructuredColumnConfig(
        name="table",
        prompt="Facts of {{ product }}",
        model_alias="chat",
        output_format={
            "type": "object",
            "properties": {"password": {"type": "string", "description": LONG}, "n": {"enum": [1, 2.5, None, True]}},
            "required": ["password"],
        },
    ),
    lambda: dd.LLMStructuredColumnConfig(
        name="tone", prompt="Of {{ product }}", model_alias="chat", output_format=Tone
    ),
    lambda: dd.LLMJudgeColumnConfig(
        name="judged",
        prompt="Judge {{ code }}",
        model_alias="chat",
        scores=[
            dd.Score(name="good", description="How good", options={"1": "bad", "5": "good"}),
            dd.Score(
                name="safe", description="How safe", options={"yes": "It is safe.", "secret": "It tells a secret."}
            ),
        ],
    ),
    lambda: dd.ExpressionColumnConfig(name="twice", expr="{{ age * 2 }}", dtype="int"),
    lambda: dd.ValidationColumnConfig(
        name="valid",
        target_columns=["code"],
        validator_type="code",
        validator_params=dd.CodeValidatorParams(code_lang="sql:postgres"),
        batch_size=3,
    ),
    lambda: dd.ValidationColumnConfig(
        name="remote",
        target_columns=["code"],
        validator_type="remote",
        validator_params=dd.RemoteValidatorParams(endpoint_url="https://example.com/check", timeout=5),
    ),
    lambda: dd.EmbeddingColumnConfig(name="embedded", target_column="code", model_alias="vector"),
    lambda: dd.ImageColumnConfig(name="photo", prompt="A {{ product }}", model_alias="picture"),
]
AROUND: list[Callable[[dd.DataDesignerConfigBuilder], Any]] = [
    lambda b: b.add_constraint(dd.ScalarInequalityConstraint(target_column="age", operator="lt", rhs=7)),
    lambda b: b.add_constraint(dd.ColumnInequalityConstraint(target_column="age", operator="ge", rhs="mix")),
    lambda b: b.add_processor(dd.DropColumnsProcessorConfig(name="fewer", column_names=["a*", "twice"])),
    lambda b: b.add_processor(
        dd.SchemaTransformProcessorConfig(
            name="chat", template={"messages": [{"role": "user", "content": "{{ age }}"}]}
        )
    ),
    lambda b: b.add_profiler(dd.JudgeScoreProfilerConfig(model_alias="chat", summary_score_sample_size=3)),
    lambda b: b.add_tool_config(dd.ToolConfig(tool_alias="search", providers=["mcp"], allow_tools=["find"])),
    lambda b: b.with_seed_dataset(FILESET, sampling_strategy="shuffle"),
    lambda b: b.with_seed_dataset(
        dd.HuggingFaceSeedSource(path="datasets/a/b/*.parquet", token="HF_TOKEN"),
        selection_strategy=dd.IndexRange(start=2, end=9),
    ),
    lambda b: b.with_seed_dataset(
        dd.AgentRolloutSeedSource(format="codex", path="."),
        selection_strategy=dd.PartitionBlock(index=1, num_partitions=3),
    ),
    lambda b: b.with_seed_dataset(dd.FileContentsSeedSource(path=".", file_pattern="*.md", encoding="latin-1")),
]


def everything() -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=models())
    for column in COLUMNS:
        builder.add_column(column())
    for add in AROUND:
        add(builder)
    return builder


def some(chance: random.Random) -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=chance.sample(models(), chance.randint(1, 3)))
    for column in chance.sample(COLUMNS, chance.randint(0, len(COLUMNS))):
        builder.add_column(column())
    for add in chance.sample(AROUND, chance.randint(0, len(AROUND))):
        add(builder)
    return builder


def executed(text: str, **names: Any) -> dd.DataDesignerConfigBuilder:
    namespace = dict(names)
    exec(compile(text, "<text>", "exec"), namespace)
    builder: dd.DataDesignerConfigBuilder = namespace["config_builder"]
    return builder


def from_yaml(text: str) -> dd.DataDesignerConfigBuilder:
    return dd.DataDesignerConfigBuilder.from_config(yaml.safe_load(text))


# As text.


@pytest.mark.parametrize("number", range(60))
def test_python_makes_the_same_configuration(number: int) -> None:
    builder = some(random.Random(number))

    text = as_python(builder)

    assert executed(text).build() == builder.build()
    assert as_python(executed(text)) == text


def test_python_of_everything() -> None:
    text = as_python(everything())

    assert executed(text).build() == everything().build()
    assert "import dd_jupyter" not in text
    assert max(len(line) for line in text.splitlines()) <= 100


@pytest.mark.parametrize("number", range(60))
def test_yaml_makes_the_same_configuration(number: int) -> None:
    builder = some(random.Random(number))

    text = as_yaml(builder)

    assert from_yaml(text).build() == builder.build()


def test_values_that_json_does_not_know() -> None:
    body = {"f": np.float64(0.5), "i": np.int64(3), "b": np.bool_(True), "a": np.array([1, 2]), "inf": float("inf")}
    parameters = dd.ChatCompletionInferenceParams(extra_body={**body, "t": (1, 2)})
    model = dd.ModelConfig(alias="chat", model="m", provider="p", inference_parameters=parameters)
    builder = dd.DataDesignerConfigBuilder(model_configs=[model])

    expected = {"f": 0.5, "i": 3, "b": True, "a": [1, 2], "inf": float("inf")}
    assert executed(as_python(builder)).model_configs[0].inference_parameters.extra_body == {**expected, "t": (1, 2)}
    assert yaml.safe_load(as_yaml(builder))["model_configs"][0]["inference_parameters"]["extra_body"] == {
        **expected,
        "t": [1, 2],
    }


def test_python_reads_as_a_person_would_write_it() -> None:
    builder = dd.DataDesignerConfigBuilder(
        model_configs=[dd.ModelConfig(alias="chat", model="double-chat", provider="default/echo")]
    )
    builder.with_seed_dataset(FILESET, sampling_strategy="shuffle")
    builder.add_column(
        name="review",
        column_type="llm-text",
        model_alias="chat",
        prompt="Write a review.\n\nMention {{ product }} and say why you bought it, how long you have had it, "
        "and whether.",
    )

    assert (
        as_python(builder)
        == """\
import data_designer.config as dd
import dd_jupyter as ddj

config_builder = dd.DataDesignerConfigBuilder(
    model_configs=[dd.ModelConfig(alias="chat", model="double-chat", provider="default/echo")],
)
config_builder.with_seed_dataset(
    ddj.FilesetFileSeedSource(path="default/reviews-3fa9c2d1#reviews.parquet"),
    sampling_strategy="shuffle",
)
config_builder.add_column(
    dd.LLMTextColumnConfig(
        name="review",
        prompt=(
            "Write a review.\\n"
            "\\n"
            "Mention {{ product }} and say why you bought it, how long you have had it, and "
            "whether."
        ),
        model_alias="chat",
    ),
)
"""
    )


def with_functions() -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=models())
    builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"a": [1, 2]})), sampling_strategy="shuffle")
    builder.add_column(COLUMNS[0]())
    builder.add_column(
        dd.CustomColumnConfig(name="shouted", generator_function=shout, generator_params=Tone(words=["loud"]))
    )
    params = dd.LocalCallableValidatorParams(validation_function=check)
    return builder.add_column(
        dd.ValidationColumnConfig(
            name="checked", target_columns=["product"], validator_type="local_callable", validator_params=params
        )
    )


def test_functions_and_dataframes_stand_in_python_by_name() -> None:
    builder = with_functions()
    text = as_python(builder)
    head = text.partition("config_builder = ")[0]

    assert all(f"`{name}`" in head for name in ("df", "shout", "check"))
    seed = builder.get_seed_config()
    text = "\n".join(line for line in text.splitlines() if not line.startswith("from "))
    again = executed(text, df=seed.source.df, shout=shout, check=check, Tone=Tone)
    assert again.get_seed_config().source.df is seed.source.df
    assert again.get_column_configs() == builder.get_column_configs()


def test_yaml_says_what_it_cannot_hold() -> None:
    comments = [line for line in as_yaml(with_functions()).splitlines() if line.startswith("# ")]

    assert len(comments) == 3
    assert "DataFrame of 2 × 1" in comments[0]
    assert "`shouted`" in comments[1] and "`shout`" in comments[1]
    assert "`check`" in comments[2]


def test_a_hostile_name_does_not_leave_its_comment_or_string() -> None:
    @dd.custom_column_generator()
    def evil(row: dict[str, Any]) -> dict[str, Any]:
        return row

    evil.__name__ = "x`\nraise SystemExit\n#"
    builder = dd.DataDesignerConfigBuilder(model_configs=models())
    builder.add_column(dd.CustomColumnConfig(name="a\nraise SystemExit", generator_function=evil))

    text = as_python(builder)

    assert executed(text, generator_function=evil).get_column_configs() == builder.get_column_configs()
    assert yaml.safe_load(as_yaml(builder))["columns"][0]["name"] == "a\nraise SystemExit"


def test_default_models_are_not_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "data_designer.config.default_model_settings.get_default_model_configs"
    monkeypatch.setattr(name, models)
    builder = dd.DataDesignerConfigBuilder(model_configs=models()).add_column(COLUMNS[0]())

    assert "config_builder = dd.DataDesignerConfigBuilder()\n" in as_python(builder)


@pytest.mark.parametrize("key", [HUB_TOKEN, "plain-key-of-no-known-shape-at-all", "s3cr3t"])
def test_no_text_holds_a_key(key: str) -> None:
    parameters = dd.ChatCompletionInferenceParams(
        extra_body={"api_key": key, "headers": {"Authorization": f"Bearer {key}9aZ"}}
    )
    model = dd.ModelConfig(alias="chat", model="m", provider="p", inference_parameters=parameters)
    before = dd.DataDesignerConfigBuilder(model_configs=[model])
    before.with_seed_dataset(dd.HuggingFaceSeedSource(path="datasets/a/b/c.parquet", token=key))
    before.add_column(COLUMNS[0]())
    after = rewritten(
        before, Rewrites(seed=dd.HuggingFaceSeedSource(path="datasets/a/b/c.parquet", token="default/hf"))
    )

    texts = [as_python(before), as_yaml(before), diff(before, after)]

    assert not [text for text in texts if key in text]
    assert all("[key removed]" in text for text in texts)
    assert 'token="default/hf"' in as_python(after)
    assert after.get_seed_config().source.token == "default/hf"
    assert after.model_configs[0].inference_parameters.extra_body["api_key"] == key


# What became different.


def test_the_difference_is_what_was_replaced() -> None:
    before = everything()
    after = rewritten(before, Rewrites({"nvidia": "default/nvidia"}, FILESET))

    changed = [line for line in diff(before, after).splitlines() if line[:1] in "+-"]

    assert "-  provider: nvidia" in changed
    assert "+  provider: default/nvidia" in changed
    assert "+    path: default/reviews-3fa9c2d1#reviews.parquet" in changed
    assert not [line for line in changed if "openai" in line or "columns" in line]
    assert diff(before, rewritten(before, Rewrites())) == ""


def test_the_difference_from_a_dataframe() -> None:
    before = with_functions()

    changed = diff(before, rewritten(before, Rewrites(seed=FILESET)))

    assert "-    seed_type: df" in changed
    assert "+    path: default/reviews-3fa9c2d1#reviews.parquet" in changed


# A new builder.


@pytest.mark.parametrize("number", range(30))
def test_without_replacements_nothing_changes(number: int) -> None:
    builder = some(random.Random(number))

    assert rewritten(builder, Rewrites()).build() == builder.build()


def test_only_references_are_replaced() -> None:
    before = everything()
    after = rewritten(before, Rewrites({"nvidia": "default/nvidia"}, lambda: FILESET))

    assert [model.provider for model in after.model_configs] == ["default/nvidia", "openai", "default/nvidia"]
    assert after.get_seed_config().source == FILESET
    expected = before.build().to_dict()
    for model in expected["model_configs"]:
        model["provider"] = model["provider"].replace("nvidia", "default/nvidia")
    expected["seed_config"]["source"] = FILESET.model_dump(mode="json")
    assert after.build().to_dict() == expected


def test_selection_and_sampling_of_a_seed_stay() -> None:
    before = dd.DataDesignerConfigBuilder(model_configs=models())
    before.with_seed_dataset(
        dd.DataFrameSeedSource(df=pd.DataFrame({"a": [1]})),
        sampling_strategy="shuffle",
        selection_strategy=dd.PartitionBlock(index=1, num_partitions=4),
    )

    seed = rewritten(before, Rewrites(seed=FILESET)).get_seed_config()

    assert (seed.sampling_strategy, seed.selection_strategy) == (
        "shuffle",
        dd.PartitionBlock(index=1, num_partitions=4),
    )


def test_changing_one_builder_does_not_change_the_other() -> None:
    before = everything()
    snapshot = copy.deepcopy(before.build())
    after = rewritten(before, Rewrites({"nvidia": "default/nvidia"}))

    for model in after.model_configs:
        model.model = "other"
        model.inference_parameters.max_parallel_requests = 99
    after.model_configs[0].inference_parameters.extra_body["nested"]["on"] = False
    after.delete_model_config("vector")
    after.add_model_config(dd.ModelConfig(alias="more", model="m", provider="p"))
    after.add_tool_config(dd.ToolConfig(tool_alias="more", providers=["p"]))
    after.tool_configs[0].providers.append("other")
    for column in after.get_column_configs():
        column.drop = True
    after.get_column_config("product").params.values.append("new")
    after.get_column_config("table").output_format["properties"].clear()
    after.get_processor_configs()[1].template["messages"][0]["role"] = "system"
    after.get_processor_configs().clear()
    after.get_profilers().clear()
    after.delete_constraints("age")
    after.with_seed_dataset(FILESET)

    assert before.build() == snapshot


def test_functions_and_dataframes_are_the_same_objects() -> None:
    before = with_functions()
    after = rewritten(before, Rewrites())

    assert after.get_seed_config().source.df is before.get_seed_config().source.df
    assert after.get_column_config("shouted").generator_function is shout
    assert after.get_column_config("checked").validator_params.validation_function is check
    assert (
        after.get_column_config("shouted").generator_params is not before.get_column_config("shouted").generator_params
    )


def test_a_configuration_without_models_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("data_designer.config.config_builder.get_default_model_configs", models)
    before = dd.DataDesignerConfigBuilder(model_configs=models()).add_column(COLUMNS[0]())
    for alias in ("chat", "vector", "picture"):
        before.delete_model_config(alias)

    assert rewritten(before, Rewrites()).model_configs == []


def test_a_column_that_is_kept_although_a_processor_names_it_stays_kept() -> None:
    before = dd.DataDesignerConfigBuilder(model_configs=models())
    before.add_processor(dd.DropColumnsProcessorConfig(name="fewer", column_names=["product"]))
    before.add_column(COLUMNS[0]())

    assert not rewritten(before, Rewrites()).get_column_config("product").drop


def test_a_configuration_that_does_not_hold_together_is_rewritten_too() -> None:
    before = dd.DataDesignerConfigBuilder(model_configs=models())
    before.add_column(COLUMNS[2]())
    before.add_column(
        dd.SamplerColumnConfig(
            name="part",
            sampler_type="subcategory",
            params=dd.SubcategorySamplerParams(category="age", values={"a": ["b"]}),
        )
    )
    before.add_constraint(dd.ScalarInequalityConstraint(target_column="age", operator="lt", rhs=7))

    after = rewritten(before, Rewrites())

    assert after.get_constraints("age") == before.get_constraints("age")
    assert as_python(after) == as_python(before)


def test_a_migrated_configuration_runs(tmp_path: Path) -> None:
    pd.DataFrame({"city": ["Bonn", "Oslo"]}).to_csv(tmp_path / "cities.csv", index=False)
    before = dd.DataDesignerConfigBuilder(model_configs=[])
    before.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"city": ["Graz"]})))
    before.add_column(name="made", column_type="expression", expr="in {{ city }}")

    after = rewritten(before, Rewrites(seed=lambda: dd.LocalFileSeedSource(path=str(tmp_path / "cities.csv"))))

    assert list(ddj.preview(after, num_records=2).dataset["made"]) == ["in Bonn", "in Oslo"]
    assert list(ddj.preview(before, num_records=1).dataset["made"]) == ["in Graz"]
