"""Pictures and vectors are made, kept and shown."""

from __future__ import annotations

import base64
from pathlib import Path

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support.builders import builder_with, settings_for, vectors
from tests.support.model_answers import EMBEDDING_DIMENSIONS, vector
from tests.support.model_double import ModelDouble

PNG = b"\x89PNG\r\n\x1a\n"


def pictures(model: ModelDouble, name: str = "double-image") -> dd.DataDesignerConfigBuilder:
    config = dd.ModelConfig(
        alias="image",
        model=name,
        provider=model.name,
        skip_health_check=True,
        inference_parameters=dd.ImageInferenceParams(),
    )
    builder = builder_with(config)
    return builder.add_column(
        name="picture", column_type="image", model_alias="image", prompt="A photo of a {{ product }}."
    )


@pytest.mark.parametrize("name", ["double-image", "dall-e-3"], ids=["by chat", "by the route for images"])
def test_a_preview_holds_the_pictures_themselves(model: ModelDouble, name: str) -> None:
    sample = ddj.preview(pictures(model, name), num_records=3, settings=settings_for(model))

    for value in sample.dataset["picture"]:
        (picture,) = [value] if isinstance(value, str) else value
        assert base64.b64decode(picture).startswith(PNG)


def test_a_create_holds_paths_to_pictures_on_disk(model: ModelDouble, tmp_path: Path) -> None:
    made = ddj.create(pictures(model), num_records=3, artifact_path=tmp_path, settings=settings_for(model))

    files = [made.path / path for paths in made.dataset["picture"] for path in paths]
    assert len(files) == 3
    assert all(file.read_bytes().startswith(PNG) for file in files)
    assert set(files) <= set(made.files)


def test_pictures_of_a_preview_and_of_a_create_are_drawn(model: ModelDouble, tmp_path: Path) -> None:
    settings = settings_for(model)

    sample = ddj.preview(pictures(model), num_records=1, settings=settings)
    made = ddj.create(pictures(model), num_records=1, artifact_path=tmp_path, settings=settings)

    assert "data:image/png;base64," in mimebundle_of(sample)["text/html"]
    assert "data:image/png;base64," in mimebundle_of(made)["text/html"]


def test_an_embedding_is_the_vector_that_the_provider_gave(model: ModelDouble) -> None:
    sample = ddj.preview(vectors(model), num_records=3, settings=settings_for(model))

    for row in sample.dataset.itertuples():
        (numbers,) = row.vector["embeddings"]
        assert list(numbers) == pytest.approx(vector(row.product, EMBEDDING_DIMENSIONS), abs=1e-6)
