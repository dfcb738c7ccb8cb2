"""Persona datasets move to NeMo Services and back; NGC itself cannot be reached from the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest
from pydantic import SecretStr

import dd_jupyter as ddj
from dd_jupyter.errors import ResourceError
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.migration.persona_filesets import OWN_SECRET, PLATFORM_SECRET, make_persona_fileset
from dd_jupyter.resources.migration.personas import plan_personas_to_local, plan_personas_to_services
from dd_jupyter.resources.migration.steps import Means, Moves, Step
from dd_jupyter.resources.places import Here
from tests.support.nemo_services import NemoServices
from tests.support.personas import persona_table

KEY = "nvapi-key-of-nobody-at-ngc-0123456789"

Plan = Callable[..., list[Step]]


@pytest.fixture
def deployment(services: NemoServices, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """Services without a key for NGC; what a test makes of personas is gone after it."""
    monkeypatch.delenv("NGC_API_KEY", raising=False)
    deployment = services.deployment()
    yield deployment
    for fileset in wait_for(deployment.files.filesets("system")):
        wait_for(deployment.files.delete_fileset("system", fileset.name))
    if _has_own_secret(deployment):
        wait_for(deployment.secrets.delete(OWN_SECRET.workspace, OWN_SECRET.name))
    deployment.close()


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    """A folder of managed assets."""
    return tmp_path / "assets"


@pytest.fixture
def plan(deployment: Deployment, assets: Path) -> Plan:
    def plan(planner: Callable[..., Any], builder: dd.DataDesignerConfigBuilder, **settings: Any) -> list[Step]:
        here = Here(ddj.Settings(managed_assets_path=assets, **settings))
        moves: Moves = wait_for(planner(builder, here, deployment))
        return moves[0]

    return plan


def apply(steps: list[Step], deployment: Deployment, **means: Any) -> None:
    for step in steps:
        wait_for(step.carry_out(deployment, Means(**means)))


def people(*locales: str) -> dd.DataDesignerConfigBuilder:
    """A builder with a person of each locale; the first has those of another as a condition."""
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    for i, locale in enumerate(locales):
        builder.add_column(name=f"p{i}", column_type="sampler", sampler_type="person", params={"locale": locale})
    return builder


def dataset(assets: Path, locale: str = "en_US", rows: int = 50) -> Path:
    """A dataset of a locale in the folder of managed assets."""
    file = assets / "datasets" / f"{locale}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(persona_table(rows))
    return file


# ------------------------------------------------------------------------------------------- to services


def test_a_dataset_of_this_machine_serves_a_submitted_preview(plan, deployment, assets):
    file = dataset(assets)
    told: list[tuple[int, int]] = []

    [step] = steps = plan(plan_personas_to_services, people("en_US"))

    assert (step.plan.action, step.plan.state, step.plan.bytes) == (
        "Make persona Fileset",
        "to do",
        file.stat().st_size,
    )
    assert step.plan.target == "system/nemotron-personas-dataset-en_us"
    apply(steps, deployment, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (file.stat().st_size,) * 2
    sample = ddj.preview(people("en_US"), num_records=2, submit=True)
    assert [person["first_name"] for person in sample.dataset["p0"]] == ["Ada", "Ada"]
    [again] = plan(plan_personas_to_services, people("en_US"))
    assert again.plan.state == "there already"


def test_an_upload_that_broke_off_is_done_again(plan, deployment, assets):
    dataset(assets)
    name = "nemotron-personas-dataset-en_us"
    wait_for(deployment.files.create_fileset("system", name, purpose="dataset"))

    steps = plan(plan_personas_to_services, people("en_US"))

    assert [step.plan.state for step in steps] == ["to do"]
    apply(steps, deployment)
    apply(steps, deployment)
    assert [file.path for file in wait_for(deployment.files.list_files("system", name))] == ["en_US.parquet"]


def test_an_empty_fileset_without_a_file_here_is_told(plan, deployment):
    wait_for(deployment.files.create_fileset("system", "nemotron-personas-dataset-ja_jp"))

    [step] = plan(plan_personas_to_services, people("ja_JP"))

    assert step.plan.state == "impossible" and "has no file `ja_JP.parquet`" in step.plan.sentence


def test_without_a_file_the_key_for_ngc_is_asked_for_once(plan, deployment):
    steps = plan(plan_personas_to_services, people("en_US", "fr_FR", "en_US"))

    assert [(step.plan.action, step.plan.target, step.plan.state) for step in steps] == [
        ("Create secret", "system/nemotron-personas-ngc-api-key", "to do"),
        ("Make persona Fileset", "system/nemotron-personas-dataset-en_us", "to do"),
        ("Make persona Fileset", "system/nemotron-personas-dataset-fr_fr", "to do"),
    ]
    assert "1.24 GB" in steps[1].plan.source
    asked: list[str] = []

    def ask(words: str) -> SecretStr:
        asked.append(words)
        return SecretStr(KEY)

    with pytest.raises(ResourceError, match=r"cannot be made of the dataset at NGC .* not reachable") as raised:
        apply(steps, deployment, ask=ask)

    assert len(asked) == 1 and "NGC_API_KEY" in asked[0]
    assert KEY not in str(raised.value) and KEY not in repr([vars(step) for step in steps])
    assert wait_for(deployment.secrets.value(OWN_SECRET.workspace, OWN_SECRET.name)).get_secret_value() == KEY
    again = plan(plan_personas_to_services, people("en_US"))  # the key is there now
    assert [step.plan.action for step in again] == ["Make persona Fileset"]


def test_a_key_in_the_environment_is_preferred_to_the_file_of_this_machine(plan, deployment, assets, monkeypatch):
    monkeypatch.setenv("NGC_API_KEY", KEY)
    dataset(assets)

    steps = plan(plan_personas_to_services, people("en_US"))

    assert [step.plan.action for step in steps] == ["Create secret", "Make persona Fileset"]
    assert steps[0].plan.source == "environment variable `NGC_API_KEY`"
    assert steps[1].plan.source.startswith("the dataset at NGC")


def test_only_persons_of_datasets_count_and_conditions_do_too(plan):
    builder = people("en_US")
    builder.add_column(name="made_up", column_type="sampler", sampler_type="person_from_faker", params={})
    builder.add_column(
        name="either",
        column_type="sampler",
        sampler_type="person",
        params={"locale": "en_US"},
        conditional_params={"p0 is not none": {"locale": "fr_FR"}},
    )

    assert [step.plan.name for step in plan(plan_personas_to_services, builder)][1:] == ["en_US", "fr_FR"]
    assert not plan(plan_personas_to_services, dd.DataDesignerConfigBuilder(model_configs=[]))


# --------------------------------------------------------------------------------- as the command line does


def test_making_a_fileset_asks_ngc_at_once_and_leaves_none_behind(deployment):
    with pytest.raises(ResourceError, match="cannot be made of the dataset at NGC") as raised:
        wait_for(make_persona_fileset(deployment, "en_US", key=SecretStr(KEY)))

    assert KEY not in str(raised.value)
    assert not wait_for(deployment.files.filesets("system"))
    assert _has_own_secret(deployment)


def test_a_locale_without_a_dataset_is_told_with_those_that_have_one(deployment):
    with pytest.raises(ResourceError, match=r"no persona dataset for locale `de_AT`, but for .*en_IN, .*en_US"):
        wait_for(make_persona_fileset(deployment, "de_AT"))


def test_without_a_key_nothing_is_made(deployment):
    with pytest.raises(ResourceError, match="nemotron-personas-ngc-api-key"):
        wait_for(make_persona_fileset(deployment, "en_US"))


def test_the_secret_of_the_services_themselves_cannot_be_given_a_key(deployment):
    with pytest.raises(ResourceError, match=f"`{PLATFORM_SECRET}` is that of NeMo Services themselves"):
        wait_for(make_persona_fileset(deployment, "en_US", key_secret=str(PLATFORM_SECRET), key=SecretStr(KEY)))


def test_a_fileset_that_is_there_is_given_as_it_is(deployment):
    name = "nemotron-personas-dataset-en_us"
    wait_for(deployment.files.create_fileset("system", name, description="mine"))

    fileset = wait_for(make_persona_fileset(deployment, "en_US"))

    assert (fileset.name, fileset.description) == (name, "mine")


# ---------------------------------------------------------------------------------------------- to local


def test_a_dataset_in_services_serves_a_run(plan, deployment, assets, tmp_path):
    file = dataset(assets)
    apply(plan(plan_personas_to_services, people("en_US")), deployment)
    content = file.read_bytes()
    file.unlink()
    file.parent.rmdir()

    [step] = steps = plan(plan_personas_to_local, people("en_US"))

    assert (step.plan.state, step.plan.bytes, step.plan.target) == ("to do", len(content), str(file))
    told: list[tuple[int, int]] = []
    apply(steps, deployment, progress=lambda done, total: told.append((done, total)))
    assert file.read_bytes() == content and list(file.parent.iterdir()) == [file]
    assert told[-1] == (len(content),) * 2
    sample = ddj.preview(people("en_US"), num_records=2, settings=ddj.Settings(managed_assets_path=assets))
    assert [person["first_name"] for person in sample.dataset["p0"]] == ["Ada", "Ada"]
    [again] = plan(plan_personas_to_local, people("en_US"))
    assert again.plan.state == "there already"


def test_a_download_that_changed_its_size_leaves_nothing(plan, deployment, assets):
    file = dataset(assets)
    apply(plan(plan_personas_to_services, people("en_US")), deployment)
    file.unlink()
    steps = plan(plan_personas_to_local, people("en_US"))
    name = "nemotron-personas-dataset-en_us"
    wait_for(deployment.files.upload("system", name, "en_US.parquet", b"PAR1"))

    with pytest.raises(ResourceError, match=r"4 of [\d,]+ bytes arrived"):
        apply(steps, deployment)

    assert not list(file.parent.iterdir())


def test_a_dataset_that_is_nowhere_is_told(plan):
    [step] = plan(plan_personas_to_local, people("en_US"))

    assert step.plan.state == "impossible" and "data-designer download personas --locale en_US" in step.plan.sentence


def _has_own_secret(deployment: Deployment) -> bool:
    from dd_jupyter.resources.migration.secrets import is_there

    return wait_for(is_there(deployment, OWN_SECRET))
