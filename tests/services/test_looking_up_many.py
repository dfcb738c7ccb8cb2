"""Many resources of real NeMo Services are looked up with few requests, and found as if each were asked for."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator

import data_designer.config as dd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dd_jupyter as ddj
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.places import FEW
from tests.support.nemo_services import WORKSPACE, NemoServices
from tests.support.slow_proxy import SlowProxy, slow

MANY = FEW + 1
PREFIX = f"many-{uuid.uuid4().hex[:8]}"
FILESET = f"{PREFIX}-seed"


@pytest.fixture(scope="module")
def stocked(services: NemoServices) -> NemoServices:
    """Services with many providers and secrets, and a Parquet seed."""
    there = services.deployment()
    for number in range(MANY):
        models = ["double-chat"] if number else None
        wait_for(there.secrets.create(WORKSPACE, f"{PREFIX}-{number}", "a value of nobody"))
        wait_for(
            there.models.create_provider(
                WORKSPACE, f"{PREFIX}-{number}", services.model.url, enabled_models=models, description="of a test"
            )
        )
    file = io.BytesIO()
    pq.write_table(pa.table({"product": ["mug"] * 200_000, "weight": range(200_000)}), file)
    wait_for(there.files.create_fileset(WORKSPACE, FILESET))
    wait_for(there.files.upload(WORKSPACE, FILESET, "products.parquet", file.getvalue()))
    there.close()
    return services


@pytest.fixture
def proxy(stocked: NemoServices) -> Iterator[SlowProxy]:
    """The way to the services, on which requests are counted."""
    with slow(stocked.base_url, 0.001) as proxy:
        yield proxy


@pytest.fixture
def settings(proxy: SlowProxy) -> Iterator[ddj.Settings]:
    """Many local providers whose keys are secrets."""
    deployment = Deployment(find_context(base_url=proxy.url, workspace=WORKSPACE))
    near = [
        dd.ModelProvider(
            name=f"near-{number}", endpoint="http://near.test/v1", api_key=f"{WORKSPACE}/{PREFIX}-{number}"
        )
        for number in range(MANY)
    ]
    yield ddj.Settings(model_providers=near, deployment=lambda: deployment)
    deployment.close()


def asking(*providers: str) -> dd.DataDesignerConfigBuilder:
    models = [dd.ModelConfig(alias=f"model-{n}", model="double-chat", provider=p) for n, p in enumerate(providers)]
    builder = dd.DataDesignerConfigBuilder(model_configs=models)
    builder.with_seed_dataset(ddj.FilesetFileSeedSource(path=f"{WORKSPACE}/{FILESET}#products.parquet"))
    for model in models:
        builder.add_column(
            name=f"of-{model.alias}", column_type="llm-text", model_alias=model.alias, prompt="Praise a {{ product }}"
        )
    return builder


FAR = [f"{WORKSPACE}/{PREFIX}-{number}" for number in range(MANY)]


def test_nothing_is_asked_twice_and_many_are_one_listing(proxy: SlowProxy, settings: ddj.Settings) -> None:
    builder = asking(*FAR, *(f"near-{number}" for number in range(MANY)))
    ddj.check(builder, settings=settings)  # reads the schema
    proxy.requests.clear()

    report = ddj.check(builder, settings=settings)

    assert report.ok_for("run"), report.problems("run")
    assert len([row for row in report.rows if row.kind in {"provider", "secret"}]) == 3 * MANY
    assert len(set(proxy.requests)) == len(proxy.requests) <= 10, proxy.requests


def test_those_in_a_listing_are_what_each_is_by_itself(stocked: NemoServices) -> None:
    there = stocked.deployment()

    providers = {each.name: each for each in wait_for(there.models.providers(WORKSPACE))}
    secrets = {each.name: each for each in wait_for(there.secrets.secrets(WORKSPACE))}

    for number in range(MANY):
        name = f"{PREFIX}-{number}"
        assert wait_for(there.models.provider(WORKSPACE, name)) == providers[name]
        assert wait_for(there.secrets.secret(WORKSPACE, name)) == secrets[name]


def test_one_of_many_that_is_not_there_is_told_by_its_name(settings: ddj.Settings) -> None:
    report = ddj.check(asking(*FAR, f"{WORKSPACE}/{PREFIX}-nope"), settings=settings)

    missing = [row for row in report.rows if row.run is not None and row.run.status == "missing"]
    assert [row.name for row in missing] == [f"{WORKSPACE}/{PREFIX}-nope"]


def test_the_end_of_a_file_is_read_without_knowing_its_size(stocked: NemoServices) -> None:
    files = stocked.deployment().files
    whole = wait_for(files.read(WORKSPACE, FILESET, "products.parquet"))

    for length in (8, 1000, len(whole), len(whole) + 1000):
        found = wait_for(files.read_end(WORKSPACE, FILESET, "products.parquet", length))
        assert found == (max(len(whole) - length, 0), whole[-length:])
