"""Whom a run asks, with which key, is settled before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import dd_jupyter as ddj
from dd_jupyter.engine import settings_file
from tests.support.builders import builder_with, chat_model, provider_of, reviews, settings_for, with_review
from tests.support.config_cell import write_home
from tests.support.model_double import ModelDouble


@pytest.fixture
def local_settings() -> Iterator[Path]:
    """The folder of the local settings; it is emptied afterwards."""
    folder = settings_file().parent
    yield folder
    for file in folder.glob("*.yaml"):
        file.unlink()


@pytest.fixture
def other() -> Iterator[ModelDouble]:
    with ModelDouble("other") as other:
        yield other


def test_a_key_whose_variable_is_not_set_is_an_error_before_anything_is_sent(
    model: ModelDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(model.key_variable)
    builder = reviews(model)
    builder.model_configs[0].skip_health_check = False

    with pytest.raises(ddj.ResourceError, match=rf"`{model.key_variable}`.*`double`.*`review`.*is not set") as raised:
        ddj.preview(builder, num_records=1, settings=settings_for(model))

    assert "getpass" in str(raised.value)
    assert model.requests == []


def test_the_same_holds_for_a_create_and_leaves_no_folder(
    model: ModelDouble, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(model.key_variable)

    with pytest.raises(ddj.ResourceError, match=model.key_variable):
        ddj.create(reviews(model), num_records=1, artifact_path=tmp_path / "out", settings=settings_for(model))

    assert model.requests == []
    assert not (tmp_path / "out").exists()


def test_an_empty_variable_counts_as_not_set(model: ModelDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(model.key_variable, "")

    with pytest.raises(ddj.ResourceError, match="is not set"):
        ddj.preview(reviews(model), num_records=1, settings=settings_for(model))

    assert model.requests == []


def test_the_key_of_the_variable_is_what_is_sent(model: ModelDouble) -> None:
    ddj.preview(reviews(model), num_records=1, settings=settings_for(model))

    assert {request.key for request in model.requests} == {"key-of-the-double"}


@pytest.mark.parametrize("key", ["plain-key-of-ada", "EMPTY"])
def test_a_key_given_in_plain_works(model: ModelDouble, key: str) -> None:
    settings = ddj.Settings(model_providers=[provider_of(model, api_key=key)])

    ddj.preview(reviews(model), num_records=1, settings=settings)

    assert {request.key for request in model.requests} == {key}


def test_a_provider_without_a_key_works(model: ModelDouble) -> None:
    settings = ddj.Settings(model_providers=[provider_of(model, api_key=None)])

    ddj.preview(reviews(model), num_records=1, settings=settings)

    assert {request.key for request in model.requests} == {None}


def test_a_persons_own_resolver_finds_the_key(model: ModelDouble) -> None:
    class Vault:
        def resolve(self, secret: str) -> str:
            return f"key-for-{secret}"

    settings = settings_for(model, secret_resolver=Vault())

    ddj.preview(reviews(model), num_records=1, settings=settings)

    assert {request.key for request in model.requests} == {f"key-for-{model.key_variable}"}


def test_a_provider_that_is_not_there_is_named_with_those_that_are(model: ModelDouble) -> None:
    builder = reviews(model)
    builder.model_configs[0].provider = "nvidia2"

    with pytest.raises(ddj.ResourceError, match=r"`nvidia2` of model alias `chat` .* which have double\."):
        ddj.preview(builder, num_records=1, settings=settings_for(model))

    assert model.requests == []


def test_an_alias_that_is_not_there_is_named_with_the_column_and_those_that_are(model: ModelDouble) -> None:
    builder = with_review(builder_with(chat_model(model, alias="critic")))

    with pytest.raises(ddj.ResourceError, match=r"`chat`, used by `review`, .*\(critic\)"):
        ddj.preview(builder, num_records=1, settings=settings_for(model))

    assert model.requests == []


def test_a_model_that_nothing_uses_needs_no_key(model: ModelDouble, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(model.key_variable)

    sample = ddj.preview(builder_with(chat_model(model)), num_records=1, settings=settings_for(model))

    assert sample.state == "completed"


def test_local_settings_that_were_edited_hold_for_the_next_run(
    model: ModelDouble, other: ModelDouble, local_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(other.key_variable, "key-of-the-other")
    write_home(local_settings, model)
    ddj.preview(reviews(model), num_records=2)

    write_home(local_settings, model, other)
    ddj.preview(reviews(other), num_records=3)

    assert (len(model.requests), len(other.requests)) == (2, 3)


def test_an_endpoint_that_was_edited_is_the_one_that_is_asked_next(
    model: ModelDouble, other: ModelDouble, local_settings: Path
) -> None:
    write_home(local_settings, model)
    ddj.preview(reviews(model), num_records=2)

    moved = {"name": model.name, "endpoint": other.url, "api_key": model.key_variable}
    (local_settings / "model_providers.yaml").write_text(json.dumps({"providers": [moved]}))
    ddj.preview(reviews(model), num_records=3)

    assert (len(model.requests), len(other.requests)) == (2, 3)


def test_a_provider_missing_from_the_local_settings_is_told_with_their_file(
    model: ModelDouble, local_settings: Path
) -> None:
    write_home(local_settings, model)
    builder = reviews(model)
    builder.model_configs[0].provider = "nvidia2"

    with pytest.raises(ddj.ResourceError, match=r"model_providers\.yaml"):
        ddj.preview(builder, num_records=1)
