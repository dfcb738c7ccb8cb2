"""A configuration as a person would type it into a cell, for the model double to answer."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.model_double import ModelDouble

COLUMNS = {
    "text": """builder.add_column(
    name="text",
    column_type="llm-text",
    prompt="Write a short review of a {{ product }} that you gave {{ stars }} stars.",
    model_alias="chat",
)""",
    "structured": """builder.add_column(
    name="structured",
    column_type="llm-structured",
    prompt="Make up a customer who bought a {{ product }}.",
    output_format={
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 18, "maximum": 90}},
        "required": ["name", "age"],
    },
    model_alias="chat",
)""",
    "code": """builder.add_column(
    name="code",
    column_type="llm-code",
    prompt="Write a function that counts sales of {{ product }}.",
    code_lang="python",
    model_alias="chat",
)""",
    "judge": """builder.add_column(
    name="judge",
    column_type="llm-judge",
    prompt="Judge how helpful a {{ stars }} star review of a {{ product }} is.",
    scores=[dd.Score(name="Helpfulness", description="How helpful", options={"1": "Not at all", "2": "Very"})],
    model_alias="chat",
)""",
    "embedding": """builder.add_column(
    name="embedding", column_type="embedding", target_column="product", model_alias="embedding"
)""",
    "image": """builder.add_column(
    name="image", column_type="image", prompt="A photo of a {{ product }}.", model_alias="image"
)""",
}

CELL = """\
import data_designer.config as dd

builder = dd.DataDesignerConfigBuilder(
    model_configs=[
        dd.ModelConfig(
            alias="chat",
            model="double-chat",
            provider={provider!r},
            skip_health_check={skip_health_check},
            inference_parameters=dd.ChatCompletionInferenceParams(max_parallel_requests={max_parallel_requests}),
        ),
        dd.ModelConfig(
            alias="embedding",
            model="double-embedding",
            provider={provider!r},
            skip_health_check={skip_health_check},
            inference_parameters=dd.EmbeddingInferenceParams(),
        ),
        dd.ModelConfig(
            alias="image",
            model="double-image",
            provider={provider!r},
            skip_health_check={skip_health_check},
            inference_parameters=dd.ImageInferenceParams(),
        ),
    ]
)
builder.add_column(
    name="product",
    column_type="sampler",
    sampler_type="category",
    params={{"values": ["travel mug", "desk lamp", "rain jacket", "bread knife"]}},
)
builder.add_column(
    name="stars", column_type="sampler", sampler_type="category", params={{"values": [1, 2, 3, 4, 5]}}
)
{columns}
builder
"""


def llm_config(
    model: ModelDouble, *columns: str, skip_health_check: bool = True, max_parallel_requests: int = 4
) -> str:
    """Write a cell that builds `builder`, with two sampler columns and columns for the model to fill.

    Args:
        model: Its provider name is used; `write_home` makes that name known to Data Designer.
        columns: Of `text`, `structured`, `code`, `judge`, `embedding`, `image`; `text` if none is named. They
            do not depend on each other: n records make n requests a column.
        skip_health_check: False lets Data Designer try the models before the run.
        max_parallel_requests: At most so many chat requests are open at once.
    """
    return CELL.format(
        provider=model.name,
        skip_health_check=skip_health_check,
        max_parallel_requests=max_parallel_requests,
        columns="\n".join(COLUMNS[column] for column in columns or ("text",)),
    )


def write_home(folder: Path, *models: ModelDouble) -> Path:
    """Write a Data Designer home whose only providers are these doubles, without any model configuration.

    Args:
        folder: Becomes `DATA_DESIGNER_HOME`.
        models: Each is a provider under its name; its key is read from its `key_variable`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    providers = [{"name": each.name, "endpoint": each.url, "api_key": each.key_variable} for each in models]
    # JSON is YAML, and needs no library.
    (folder / "model_providers.yaml").write_text(json.dumps({"providers": providers}, indent=2))
    (folder / "model_configs.yaml").write_text(json.dumps({"model_configs": []}))
    return folder
