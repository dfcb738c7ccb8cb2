"""Runs in this kernel on resources of NeMo Services that answer as the real ones cannot be made to."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import data_designer.config as dd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dd_jupyter as ddj
from dd_jupyter.nemo.deployment import use
from dd_jupyter.resources.fileset_seed import FilesetFileSeedSource
from dd_jupyter.resources.secrets import redact
from tests.support.builders import builder_with, chat_model, provider_of, reviews, settings_for, with_review
from tests.support.deployment_double import FILES, DeploymentDouble
from tests.support.model_double import ModelDouble
from tests.support.waiting import wait_until

HUB_TOKEN = "hf_ZkxTqLmVbRnWcYdFhJgKsAaBbCcDdEeFfGg"


@pytest.fixture
def double() -> Iterator[DeploymentDouble]:
    with DeploymentDouble() as double:
        yield double


@pytest.fixture
def connected(double: DeploymentDouble) -> Iterator[DeploymentDouble]:
    """The double as what everything goes to that does not say otherwise."""
    use(double.deployment()())
    yield double
    use(None)


def asking(*providers: str) -> dd.DataDesignerConfigBuilder:
    """A column for each provider, one request at a time."""
    builder = builder_with(*(gateway_model(provider, f"model-{n}") for n, provider in enumerate(providers)))
    for n in range(len(providers)):
        builder.add_column(name=f"text_{n}", column_type="llm-text", model_alias=f"model-{n}", prompt="{{ product }}")
    return builder


def gateway_model(provider: str, alias: str) -> dd.ModelConfig:
    parameters = dd.ChatCompletionInferenceParams(max_parallel_requests=1)
    return dd.ModelConfig(
        alias=alias, model="m", provider=provider, skip_health_check=True, inference_parameters=parameters
    )


def seeded(path: str = "default/seeds#cities.csv") -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(FilesetFileSeedSource(path=path))
    return builder.add_column(name="made", column_type="expression", expr="in {{ city }}")


def test_a_token_that_is_renewed_during_a_run_is_the_one_that_is_sent(double: DeploymentDouble) -> None:
    double.accepted, double.renew_after = "Bearer token-0", 3
    settings = ddj.Settings(deployment=double.deployment(lambda: double.accepted))

    sample = ddj.preview(asking("default/echo"), num_records=9, settings=settings)

    assert len(sample.dataset) == 9
    assert sample.failures.empty
    assert double.chats == [f"Bearer token-{n // 3}" for n in range(9)]


def test_a_token_that_is_not_renewed_fails_the_records_after_its_end(double: DeploymentDouble) -> None:
    double.accepted, double.renew_after = "Bearer token-0", 3
    settings = ddj.Settings(deployment=double.deployment(lambda: "Bearer token-0"))

    sample = ddj.preview(asking("default/echo"), num_records=5, settings=settings)

    assert len(sample.dataset) == 3
    assert all("401" in reason for reason in sample.failures["reason"])


def test_without_authentication_no_header_is_sent(double: DeploymentDouble) -> None:
    settings = ddj.Settings(deployment=double.deployment())

    ddj.preview(asking("default/echo"), num_records=2, settings=settings)

    assert {header for _, _, header in double.requests} == {None}
    assert len(double.chats) == 2


def test_a_token_goes_to_the_gateway_and_not_to_local_providers(double: DeploymentDouble, model: ModelDouble) -> None:
    double.accepted = "Bearer token-0"
    builder = with_review(builder_with(chat_model(model), gateway_model("default/echo", "far")))
    builder.add_column(name="title", column_type="llm-text", model_alias="far", prompt="Title {{ review }}")
    settings = settings_for(model, deployment=double.deployment(lambda: "Bearer token-0"))

    ddj.preview(builder, num_records=1, settings=settings)

    assert double.chats == ["Bearer token-0"]
    assert {request.key for request in model.requests} == {"key-of-the-double"}


def test_a_run_with_local_resources_only_asks_no_services(
    connected: DeploymentDouble, model: ModelDouble, tmp_path: Path
) -> None:
    pd.DataFrame({"city": ["Bonn"]}).to_csv(tmp_path / "cities.csv", index=False)
    builder = reviews(model).with_seed_dataset(dd.LocalFileSeedSource(path=str(tmp_path / "cities.csv")))

    ddj.preview(builder, num_records=1, settings=settings_for(model))

    assert connected.requests == []


@pytest.mark.parametrize("key", [HUB_TOKEN, "a/b/c", "aB3d/Ef7+hI==", "Abc/def", f"default/{HUB_TOKEN}", "plain-key"])
def test_a_key_is_never_sent_to_the_services_as_if_it_were_a_name(
    key: str, connected: DeploymentDouble, model: ModelDouble
) -> None:
    settings = ddj.Settings(model_providers=[provider_of(model, api_key=key)])

    ddj.preview(reviews(model), num_records=1, settings=settings)

    assert connected.requests == []
    assert {request.key for request in model.requests} == {key}


def test_a_variable_that_is_set_comes_before_a_secret(
    connected: DeploymentDouble, model: ModelDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("default/key", "of the variable")
    settings = ddj.Settings(model_providers=[provider_of(model, api_key="default/key")])

    ddj.preview(reviews(model), num_records=1, settings=settings)

    assert connected.requests == []
    assert {request.key for request in model.requests} == {"of the variable"}


def test_the_value_of_a_secret_is_taken_out_of_what_is_shown(connected: DeploymentDouble, model: ModelDouble) -> None:
    settings = ddj.Settings(model_providers=[provider_of(model, api_key="default/key-of-ada")])

    ddj.preview(reviews(model), num_records=1, settings=settings)

    assert {request.key for request in model.requests} == {"the value of key-of-ada"}
    assert "the value of key-of-ada" not in redact("refused: the value of key-of-ada")


def test_a_secret_that_may_not_be_read_is_told_with_both_ways_on(
    connected: DeploymentDouble, model: ModelDouble
) -> None:
    connected.secret = 403
    settings = ddj.Settings(model_providers=[provider_of(model, api_key="default/locked")])

    with pytest.raises(ddj.ResourceError, match=r"`default/locked`.* services only.*variable.*`--submit`"):
        ddj.preview(reviews(model), num_records=1, settings=settings)

    assert model.requests == []


def test_providers_are_looked_up_together(double: DeploymentDouble) -> None:
    together = threading.Barrier(3)
    double.before_provider = lambda: together.wait(10)
    settings = ddj.Settings(deployment=double.deployment())

    sample = ddj.preview(asking("default/a", "default/b", "c"), num_records=1, settings=settings)

    assert sample.state == "completed"
    assert not together.broken


def test_a_run_stops_while_the_services_are_awaited(double: DeploymentDouble, tmp_path: Path) -> None:
    answer = threading.Event()
    double.before_provider = lambda: answer.wait(30)
    settings = ddj.Settings(deployment=double.deployment())
    made = ddj.create(asking("default/echo"), num_records=1, artifact_path=tmp_path, background=True, settings=settings)
    wait_until(lambda: double.requests)

    made.cancel()
    began = time.monotonic()
    made.wait(5)
    answer.set()

    assert made.state == "cancelled"
    assert time.monotonic() - began < 0.7
    assert double.chats == []


def test_of_a_parquet_file_only_what_is_needed_is_read(connected: DeploymentDouble) -> None:
    rows = 4_000_000
    table = pa.table({"city": pa.repeat("Bonn", rows), "noise": np.random.default_rng(0).random(rows)})
    file = io.BytesIO()
    pq.write_table(table, file, row_group_size=rows // 10)
    connected.files["cities.parquet"] = file.getvalue()

    sample = ddj.preview(seeded("seeds#cities.parquet"), num_records=1)

    assert list(sample.dataset["made"]) == ["in Bonn"]
    reads = [path for _, path, _ in connected.requests if path.startswith(f"{FILES}/-/")]
    assert 0 < len(reads) < 8
    assert connected.bytes_read < len(file.getvalue()) / 2


def test_a_read_that_breaks_off_is_made_again(connected: DeploymentDouble) -> None:
    connected.files["cities.csv"] = b"city\n" + b"Bonn\n" * 200_000
    connected.break_reads = 1

    sample = ddj.preview(seeded(), num_records=2)

    assert list(sample.dataset["made"]) == ["in Bonn"] * 2


def test_a_file_that_is_gone_while_it_is_read_is_told_in_our_words(connected: DeploymentDouble) -> None:
    connected.files["cities.csv"] = b"city\nBonn\n"
    connected.gone = True

    with pytest.raises(ddj.ResourceError, match=r"The seed, `default/seeds#cities\.csv`, cannot be read: .*404"):
        ddj.preview(seeded(), num_records=1)


def test_a_file_that_shrinks_while_it_is_read_is_told(connected: DeploymentDouble) -> None:
    connected.files["cities.csv"] = b"city\nBonn\n"
    connected.told_sizes = {"cities.csv": 200}

    with pytest.raises(ddj.ResourceError, match="changed while it was read"):
        ddj.preview(seeded(), num_records=1)


def test_services_that_are_not_there_are_told_before_anything_is_generated(model: ModelDouble) -> None:
    with DeploymentDouble() as double:
        deployment = double.deployment()
    builder = reviews(model).with_seed_dataset(FilesetFileSeedSource(path="default/seeds#cities.csv"))

    with pytest.raises(ddj.ResourceError, match=r"Fileset `default/seeds`.*No NeMo Services answer at http://127"):
        ddj.preview(builder, num_records=1, settings=settings_for(model, deployment=deployment))

    assert model.requests == []


def test_a_misspelt_local_name_is_told_at_once_where_no_services_are(model: ModelDouble) -> None:
    with DeploymentDouble() as double:
        deployment = double.deployment()
    builder = reviews(model)
    builder.model_configs[0].provider = "dubble"
    began = time.monotonic()

    with pytest.raises(ddj.ResourceError, match=r"`dubble` .* is not in the providers given, which have double\. No"):
        ddj.preview(builder, num_records=1, settings=settings_for(model, deployment=deployment))

    assert time.monotonic() - began < 1


def test_a_reader_of_ones_own_reads_the_seed(connected: DeploymentDouble) -> None:
    from data_designer.engine.resources.seed_reader import SeedReader  # noqa: TID251 - a person's own reader

    class Own(SeedReader):  # type: ignore[misc, type-arg]
        def get_seed_type(self) -> str:
            return "nmp"

        def get_dataset_uri(self) -> str:
            return "df"

        def create_duckdb_connection(self) -> object:
            return self.create_dataframe_duckdb_connection(table_name="df", dataframe=pd.DataFrame({"city": ["Rome"]}))

    sample = ddj.preview(seeded(), num_records=1, settings=ddj.Settings(seed_readers=[Own()]))

    assert list(sample.dataset["made"]) == ["in Rome"]
    assert connected.requests == []
