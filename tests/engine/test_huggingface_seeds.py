"""HuggingFace seeds: read through the library's own file system; a hub that is not there is told in a sentence."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest
from fsspec.implementations.local import LocalFileSystem

import dd_jupyter as ddj

PATH = "datasets/ada/cities/data.parquet"


def on_hub(**changed: Any) -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(dd.HuggingFaceSeedSource(path=PATH, **changed))
    return builder.add_column(name="made", column_type="expression", expr="in {{ city }}")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """A folder in the place of the hub; the tokens that it was asked with."""
    tokens: list[str | None] = []

    class Hub(LocalFileSystem):
        protocol = "hf"

        def __init__(self, endpoint: str, token: str | None, **options: Any) -> None:
            tokens.append(token)
            super().__init__(**options)

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            return str(tmp_path / str(path).removeprefix("hf://").removeprefix(f"{tmp_path}/"))

    monkeypatch.setattr("data_designer.engine.resources.seed_reader.HfFileSystem", Hub)
    file = tmp_path / PATH
    file.parent.mkdir(parents=True)
    pd.DataFrame({"city": ["Bonn", "Oslo"]}).to_parquet(file, index=False)
    return tokens


def test_a_file_on_the_hub(hub: list[str | None]) -> None:
    sample = ddj.preview(on_hub(), num_records=2)

    assert list(sample.dataset["made"]) == ["in Bonn", "in Oslo"]
    assert set(hub) == {None}


def test_a_token_is_read_from_its_variable(hub: list[str | None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_HUB_TOKEN", "token-of-ada")

    ddj.preview(on_hub(token="MY_HUB_TOKEN"), num_records=1)

    assert set(hub) == {"token-of-ada"}


def test_a_token_whose_variable_is_not_set_is_an_error_before_the_hub_is_asked(hub: list[str | None]) -> None:
    with pytest.raises(ddj.ResourceError, match=r"`MY_HUB_TOKEN`.* is not set"):
        ddj.preview(on_hub(token="MY_HUB_TOKEN"), num_records=1)

    assert hub == []


def test_a_hub_that_cannot_be_reached_is_one_sentence_and_soon() -> None:
    began = time.monotonic()

    with pytest.raises(ddj.DDJupyterError) as raised:
        ddj.preview(on_hub(endpoint="http://127.0.0.1:9"), num_records=1)

    assert time.monotonic() - began < 30
    assert "127.0.0.1" in str(raised.value)
    assert "\n" not in str(raised.value)
