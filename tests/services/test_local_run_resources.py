"""A run in this kernel takes seeds, providers and secrets from NeMo Services, each by `workspace/name`."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest
from fsspec.implementations.local import LocalFileSystem

import dd_jupyter as ddj
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.fileset_seed import FilesetFileSeedSource
from tests.support.builders import builder_with, chat_model, provider_of, reviews, settings_for, with_review
from tests.support.model_double import ModelDouble
from tests.support.nemo_services import GatewayModel, NemoServices

CITIES = pd.DataFrame({"city": ["Bonn", "Oslo", "Graz"], "people": [330, 710, 290]})
WRITERS: dict[str, Callable[[pd.DataFrame, Any], object]] = {
    "parquet": lambda frame, file: frame.to_parquet(file, index=False),
    "csv": lambda frame, file: frame.to_csv(file, index=False),
    "json": lambda frame, file: frame.to_json(file, orient="records"),
    "jsonl": lambda frame, file: frame.to_json(file, orient="records", lines=True),
}

Upload = Callable[[str, pd.DataFrame], str]


@pytest.fixture
def deployment(services: NemoServices) -> Iterator[Deployment]:
    """What the test itself asks the services with."""
    deployment = services.deployment()
    yield deployment
    deployment.close()


@pytest.fixture
def fileset(deployment: Deployment) -> str:
    """A new Fileset of the test's own."""
    name = f"seeds-{uuid.uuid4().hex}"
    wait_for(deployment.files.create_fileset("default", name))
    return name


@pytest.fixture
def upload(deployment: Deployment, fileset: str) -> Upload:
    """Puts a table into the Fileset, in the format that the file's name says."""

    def upload(path: str, frame: pd.DataFrame) -> str:
        file = io.BytesIO()
        WRITERS[path.rsplit(".", 1)[1]](frame, file)
        wait_for(deployment.files.upload("default", fileset, path, file.getvalue()))
        return path

    return upload


def on(path: str, *models: dd.ModelConfig) -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=list(models))
    builder.with_seed_dataset(FilesetFileSeedSource(path=path))
    return builder.add_column(name="made", column_type="expression", expr="in {{ city }}")


@pytest.mark.parametrize("extension", list(WRITERS))
def test_a_seed_in_a_fileset(extension: str, fileset: str, upload: Upload) -> None:
    upload(f"data/cities.{extension}", CITIES)

    sample = ddj.preview(on(f"default/{fileset}#data/cities.{extension}"), num_records=3)

    assert list(sample.dataset.columns) == ["city", "people", "made"]
    assert list(sample.dataset["made"]) == ["in Bonn", "in Oslo", "in Graz"]
    assert list(sample.dataset["people"]) == [330, 710, 290]


@pytest.mark.parametrize("extension", ["parquet", "csv", "jsonl"])
@pytest.mark.parametrize("pattern", ["data/*.{}", "**/*.{}", "data/part [ab].{}"])
def test_all_files_of_a_pattern(pattern: str, extension: str, fileset: str, upload: Upload) -> None:
    upload(f"data/part a.{extension}", CITIES.head(1))
    upload(f"data/part b.{extension}", CITIES.tail(2))
    upload("data/notes.json", pd.DataFrame({"other": [1]}))

    sample = ddj.preview(on(f"default/{fileset}#{pattern.format(extension)}"), num_records=3)

    assert set(sample.dataset["city"]) == {"Bonn", "Oslo", "Graz"}


def test_a_fileset_without_a_workspace_is_in_the_one_that_is_connected(fileset: str, upload: Upload) -> None:
    upload("cities.csv", CITIES)

    sample = ddj.preview(on(f"{fileset}#cities.csv"), num_records=1)

    assert list(sample.dataset["made"]) == ["in Bonn"]


def test_a_name_with_a_quote_is_read_as_it_is(fileset: str, upload: Upload) -> None:
    upload("ada's cities.csv", CITIES)

    sample = ddj.preview(on(f"{fileset}#ada's cities.csv"), num_records=1)

    assert list(sample.dataset["made"]) == ["in Bonn"]


def test_a_file_that_changed_in_between_is_read_anew(fileset: str, upload: Upload) -> None:
    builder = on(f"{fileset}#cities.csv")

    upload("cities.csv", CITIES)
    first = ddj.preview(builder, num_records=1).dataset
    upload("cities.csv", CITIES.tail(1))
    second = ddj.preview(builder, num_records=1).dataset

    assert (list(first["city"]), list(second["city"])) == (["Bonn"], ["Graz"])


def test_a_dataset_goes_through_the_seed_in_order(fileset: str, upload: Upload, tmp_path: Path) -> None:
    upload("numbers.parquet", pd.DataFrame({"city": [f"no. {number}" for number in range(2500)]}))

    made = ddj.create(on(f"{fileset}#numbers.parquet"), num_records=2500, artifact_path=tmp_path)

    assert list(made.dataset["city"]) == [f"no. {number}" for number in range(2500)]


def test_a_yaml_configuration_with_a_fileset_runs_as_it_is_written(
    fileset: str, upload: Upload, tmp_path: Path
) -> None:
    upload("cities.csv", CITIES)
    path = tmp_path / "config.yaml"
    path.write_text(
        f"""
data_designer:
  columns:
    - {{name: made, column_type: expression, expr: "in {{{{ city }}}}"}}
  seed_config:
    source: {{seed_type: nmp, path: "default/{fileset}#cities.csv"}}
"""
    )

    sample = ddj.preview(path, num_records=1)

    assert list(sample.dataset["made"]) == ["in Bonn"]


def test_the_library_by_itself_reads_it_too(fileset: str, upload: Upload, tmp_path: Path) -> None:
    from data_designer.interface import DataDesigner

    upload("cities.csv", CITIES)

    results = DataDesigner(tmp_path).preview(on(f"default/{fileset}#cities.csv"), num_records=1)

    assert list(results.dataset["made"]) == ["in Bonn"]


@pytest.mark.parametrize("name", ["default/echo", "echo"])
def test_a_provider_is_asked_through_the_gateway_which_has_the_key(name: str, model: GatewayModel) -> None:
    builder = reviews(model)
    builder.model_configs[0].provider = name
    builder.model_configs[0].skip_health_check = False

    sample = ddj.preview(builder, num_records=2)

    assert sample.state == "completed"
    assert {request.key for request in model.chat_requests()} == {model.key}
    assert sample.usage["chat"].provider == name


def test_a_local_provider_of_that_very_name_comes_first(model: GatewayModel) -> None:
    with ModelDouble("default/echo") as local:
        local.key_variable = "EMPTY"

        ddj.preview(reviews(local), num_records=1, settings=settings_for(local))

        assert len(local.chat_requests()) == 1
    assert model.requests == []


def test_local_providers_and_the_gateway_serve_one_run(model: GatewayModel) -> None:
    with ModelDouble("near") as local:
        builder = with_review(builder_with(chat_model(local), chat_model(model, alias="far")))
        builder.add_column(name="title", column_type="llm-text", model_alias="far", prompt="Title {{ review }}")

        ddj.preview(builder, num_records=2, settings=ddj.Settings(model_providers=[provider_of(local, api_key=None)]))

        assert (len(local.chat_requests()), len(model.chat_requests())) == (2, 2)


@pytest.mark.parametrize(
    ("provider", "sentence"),
    [
        (
            "default/ecko",
            r"`default/ecko` of model alias `chat` is not in workspace `default` of http.*--provider ecko`",
        ),
        ("nowhere/echo", r"`nowhere/echo` .* is not in workspace `nowhere`"),
        ("ecko", r"`ecko` .* is in neither workspace `default` of http.* nor .*model_providers\.yaml.* which have"),
    ],
)
def test_a_provider_that_is_not_there_is_told_before_any_request(
    provider: str, sentence: str, model: GatewayModel
) -> None:
    builder = with_review(builder_with(chat_model(model, alias="other"), chat_model(model)))
    builder.model_configs[1].provider = provider
    builder.add_column(name="title", column_type="llm-text", model_alias="other", prompt="A title")

    with pytest.raises(ddj.ResourceError, match=sentence):
        ddj.preview(builder, num_records=1)

    assert model.requests == []


def test_a_model_that_is_not_enabled_is_told_with_those_that_are(deployment: Deployment, model: GatewayModel) -> None:
    wait_for(deployment.models.create_provider("default", "narrow", model.url, enabled_models=["small", "tiny"]))
    builder = reviews(model)
    builder.model_configs[0].provider = "default/narrow"

    with pytest.raises(ddj.ResourceError, match=r"`double-chat` of alias `chat` is not enabled at .* has small, tiny"):
        ddj.preview(builder, num_records=1)

    assert model.requests == []


def test_the_key_of_a_local_provider_may_be_a_secret(deployment: Deployment) -> None:
    wait_for(deployment.secrets.create("default", "key-of-near", "the value of near"))
    with ModelDouble("near") as near:
        near.key_variable = "default/key-of-near"

        ddj.preview(reviews(near), num_records=1, settings=settings_for(near))

        assert {request.key for request in near.requests} == {"the value of near"}


def test_the_token_of_a_huggingface_seed_may_be_a_secret(
    deployment: Deployment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: set[str | None] = set()

    class Hub(LocalFileSystem):  # type: ignore[misc]
        protocol = "hf"

        def __init__(self, endpoint: str, token: str | None, **options: Any) -> None:
            tokens.add(token)
            super().__init__(**options)

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            return str(tmp_path / str(path).removeprefix("hf://").removeprefix(f"{tmp_path}/"))

    monkeypatch.setattr("data_designer.engine.resources.seed_reader.HfFileSystem", Hub)
    (tmp_path / "datasets" / "ada" / "cities").mkdir(parents=True)
    CITIES.to_csv(tmp_path / "datasets" / "ada" / "cities" / "all.csv", index=False)
    wait_for(deployment.secrets.create("default", "hub-token", "the value for the hub"))
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(dd.HuggingFaceSeedSource(path="datasets/ada/cities/all.csv", token="default/hub-token"))
    builder.add_column(name="made", column_type="expression", expr="in {{ city }}")

    sample = ddj.preview(builder, num_records=1)

    assert list(sample.dataset["made"]) == ["in Bonn"]
    assert tokens == {"the value for the hub"}


@pytest.mark.usefixtures("services")
def test_a_secret_that_is_not_there_is_told_before_any_request_and_never_sent_as_a_key() -> None:
    with ModelDouble("near") as near:
        near.key_variable = "default/no-such-secret"

        with pytest.raises(ddj.ResourceError, match=r"`default/no-such-secret`.*`near`, used by `review`, is not in"):
            ddj.preview(reviews(near), num_records=1, settings=settings_for(near))

        assert near.requests == []


@pytest.mark.usefixtures("services")
def test_a_fileset_that_is_not_there_is_told_before_any_request(model: GatewayModel) -> None:
    with pytest.raises(ddj.ResourceError, match=r"Fileset `default/no-such-fileset`, .* is not in NeMo Services"):
        ddj.preview(with_review(builder_on("default/no-such-fileset#cities.csv", model)), num_records=1)

    assert model.requests == []


def test_a_file_that_is_not_there_is_told_with_the_nearest_names(
    fileset: str, upload: Upload, model: GatewayModel
) -> None:
    upload("data/cities.csv", CITIES)
    upload("data/people.csv", CITIES)

    with pytest.raises(ddj.ResourceError, match=rf"`data/citis.csv`.* not in Fileset `default/{fileset}`.*data/cities"):
        ddj.preview(with_review(builder_on(f"{fileset}#data/citis.csv", model)), num_records=1)

    assert model.requests == []


def test_a_pattern_without_a_file_and_a_file_of_no_known_format_are_told(
    fileset: str, upload: Upload, deployment: Deployment
) -> None:
    upload("cities.csv", CITIES)

    with pytest.raises(ddj.ResourceError, match=r"`\*\.parquet`.*which has `cities\.csv`"):
        ddj.preview(on(f"{fileset}#*.parquet"), num_records=1)

    wait_for(deployment.files.upload("default", fileset, "cities.txt", b"city\nBonn\n"))
    with pytest.raises(ddj.ResourceError, match=r"`cities\.txt`.* is no Parquet, CSV, JSON or JSON Lines"):
        ddj.preview(on(f"{fileset}#cities.txt"), num_records=1)


def builder_on(path: str, model: ModelDouble) -> dd.DataDesignerConfigBuilder:
    builder = builder_with(chat_model(model))
    return builder.with_seed_dataset(FilesetFileSeedSource(path=path))
