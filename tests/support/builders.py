"""Configurations for tests in this process, and settings that lead them to the model double."""

from __future__ import annotations

from typing import Any

import data_designer.config as dd

from dd_jupyter import Settings
from tests.support.model_double import ModelDouble

PRODUCTS = ("travel mug", "desk lamp", "rain jacket", "bread knife")


def provider_of(model: ModelDouble, **changed: Any) -> dd.ModelProvider:
    """The double as a provider whose key is in an environment variable."""
    return dd.ModelProvider(**{"name": model.name, "endpoint": model.url, "api_key": model.key_variable, **changed})


def settings_for(*models: ModelDouble, **more: Any) -> Settings:
    """Settings under which these doubles are the only providers."""
    return Settings(model_providers=[provider_of(model) for model in models], **more)


def chat_model(model: ModelDouble, alias: str = "chat", **parameters: Any) -> dd.ModelConfig:
    """A chat model at the double, not tried before a run."""
    return dd.ModelConfig(
        alias=alias,
        model=f"double-{alias}",
        provider=model.name,
        skip_health_check=True,
        inference_parameters=dd.ChatCompletionInferenceParams(**parameters),
    )


def builder_with(*models: dd.ModelConfig) -> dd.DataDesignerConfigBuilder:
    """A builder with the sampler column `product` and these models."""
    builder = dd.DataDesignerConfigBuilder(model_configs=list(models))
    return builder.add_column(
        name="product", column_type="sampler", sampler_type="category", params={"values": list(PRODUCTS)}
    )


def reviews(model: ModelDouble, **parameters: Any) -> dd.DataDesignerConfigBuilder:
    """A builder with `product` and the LLM column `review`: one request a record."""
    return with_review(builder_with(chat_model(model, **parameters)))


def with_review(builder: dd.DataDesignerConfigBuilder) -> dd.DataDesignerConfigBuilder:
    """Add the LLM column `review` on a `product`."""
    return builder.add_column(
        name="review", column_type="llm-text", model_alias="chat", prompt="Write a review of a {{ product }}."
    )


def vectors(model: ModelDouble) -> dd.DataDesignerConfigBuilder:
    """A builder with `product` and its embedding, the column `vector`."""
    config = dd.ModelConfig(
        alias="embedding",
        model="double-embedding",
        provider=model.name,
        skip_health_check=True,
        inference_parameters=dd.EmbeddingInferenceParams(),
    )
    builder = builder_with(config)
    return builder.add_column(name="vector", column_type="embedding", model_alias="embedding", target_column="product")


def numbered(model: ModelDouble | None = None, **parameters: Any) -> dd.DataDesignerConfigBuilder:
    """A builder whose records are known by their place: the seed column `number` counts from 0."""
    import pandas as pd

    models = [chat_model(model, **parameters)] if model else []
    builder = dd.DataDesignerConfigBuilder(model_configs=models)
    return builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"number": range(100)})))
