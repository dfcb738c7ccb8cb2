"""A key that comes back from a provider is shown nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support.builders import numbered, provider_of, settings_for
from tests.support.model_double import ModelDouble
from tests.support.model_request import health_checks, work

KEYS = ["sk-proj-0123456789abcdefghij", "nvapi-0123456789abcdefghij", "house-key-of-ada-1234"]


@pytest.fixture(params=KEYS, ids=["of OpenAI", "of NVIDIA", "of no known shape"])
def key(request: pytest.FixtureRequest, model: ModelDouble, monkeypatch: pytest.MonkeyPatch) -> str:
    """The key in the environment, which the provider repeats in its errors."""
    monkeypatch.setenv(model.key_variable, request.param)
    return str(request.param)


def numbered_reviews(model: ModelDouble) -> dd.DataDesignerConfigBuilder:
    return numbered(model).add_column(
        name="review", column_type="llm-text", model_alias="chat", prompt="Review number {{ number }}."
    )


def everything_of(run: ddj.Run[Any]) -> str:
    """All that a run shows or tells."""
    return "\n".join(
        [
            *mimebundle_of(run).values(),
            str(run.error),
            repr(run),
            run.failures.to_string(max_colwidth=None),
            *(waiting.reason for waiting in run.waiting.values()),
            *(line.message for line in run.log),
        ]
    )


def test_of_a_record_that_failed(model: ModelDouble, key: str) -> None:
    model.answer_with(status=400, message=f"Key {key} may not do that.", times=1, for_requests=work)

    sample = ddj.preview(numbered_reviews(model), num_records=4, settings=settings_for(model))

    assert len(sample.failures) == 1
    assert "may not do that" in everything_of(sample)
    assert key not in everything_of(sample)


def test_of_a_run_that_failed(model: ModelDouble, key: str) -> None:
    model.answer_with(status=401, message=f"Incorrect API key provided: {key}.", for_requests=health_checks)
    builder = numbered_reviews(model)
    builder.model_configs[0].skip_health_check = False
    runs: list[ddj.Run[Any]] = []

    with pytest.raises(ddj.RunError, match="401") as raised:
        ddj.preview(builder, num_records=4, settings=settings_for(model), watch=runs.append)

    assert key not in str(raised.value)
    assert key not in everything_of(runs[-1])


def test_given_in_plain(model: ModelDouble) -> None:
    settings = ddj.Settings(model_providers=[provider_of(model, api_key="house-key-of-eve-5678")])
    model.answer_with(status=400, message="Key house-key-of-eve-5678 may not do that.", times=1)

    sample = ddj.preview(numbered_reviews(model), num_records=4, settings=settings)

    assert len(sample.failures) == 1
    assert "house-key-of-eve-5678" not in everything_of(sample)


def test_of_what_is_written_to_disk(model: ModelDouble, key: str, tmp_path: Path) -> None:
    model.answer_with(status=400, message=f"Key {key} may not do that.", times=1, for_requests=work)

    made = ddj.create(numbered_reviews(model), num_records=4, artifact_path=tmp_path, settings=settings_for(model))

    for file in made.files:
        assert key.encode() not in file.read_bytes(), file
    assert set(json.loads((made.path / "dd_jupyter.json").read_text())) == {
        "parts", "num_records", "data_designer_version", "started",
    }  # fmt: skip
