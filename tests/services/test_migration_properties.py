"""What holds of every migration, whatever the configuration, with real services."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import dd_jupyter as ddj
from tests.support.model_double import ModelDouble
from tests.support.nemo_services import NemoServices

HUB = "http://127.0.0.1:9"  # nobody is there: whether a dataset is on the hub is not the question here
VARIABLE = "TEST_MIGRATED_KEY"
KEYS = st.integers(10**15, 10**16).map(lambda number: f"sk-generated{number}")
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_. -]{0,14}[A-Za-z0-9]", fullmatch=True)


@dataclass
class Case:
    """A configuration of this machine.

    Attributes:
        keys: The values of its keys, which nobody is to see.
    """

    builder: dd.DataDesignerConfigBuilder
    providers: list[dd.ModelProvider]
    keys: list[str]


@pytest.fixture(scope="module")
def near() -> Iterator[ModelDouble]:
    """A provider that takes any key, or none."""
    with ModelDouble("near") as provider:
        yield provider


@st.composite
def cases(draw: st.DrawFn, endpoint: str, folder: Path) -> Case:
    keys: list[str] = []

    def key() -> str | None:
        form = draw(st.sampled_from(["none", "variable", "in plain text"]))
        if form == "none":
            return None
        keys.append(draw(KEYS))
        if form == "in plain text":
            return keys[-1]
        name = f"{VARIABLE}_{len(keys)}"
        os.environ[name] = keys[-1]
        return name

    names = draw(st.lists(NAMES, min_size=1, max_size=2, unique_by=str.lower))
    providers = [dd.ModelProvider(name=name, endpoint=endpoint, api_key=key()) for name in names]
    models = [
        dd.ModelConfig(alias=f"chat-{number}", model="double-chat", provider=provider.name, skip_health_check=True)
        for number, provider in enumerate(providers)
    ]
    builder = dd.DataDesignerConfigBuilder(model_configs=models)
    builder.add_column(name="made", column_type="sampler", sampler_type="uuid", params={})
    for model in models:
        builder.add_column(
            name=f"by-{model.alias}", column_type="llm-text", prompt="About {{ made }}", model_alias=model.alias
        )
    source = draw(st.sampled_from(["none", "DataFrame", "file", "hub"]))
    rows = draw(st.lists(st.tuples(WORDS, st.integers(-(2**31), 2**31)), min_size=1, max_size=5))
    frame = pd.DataFrame(rows, columns=["word", "number"])
    if source == "DataFrame":
        builder.with_seed_dataset(dd.DataFrameSeedSource(df=frame))
    elif source == "file":
        file = folder / f"{draw(st.integers(0, 99))}.parquet"
        frame.to_parquet(file)
        builder.with_seed_dataset(dd.LocalFileSeedSource(path=str(file)))
    elif source == "hub":
        path = "datasets/org/name/data.parquet"
        builder.with_seed_dataset(dd.HuggingFaceSeedSource(path=path, token=key(), endpoint=HUB))
    return Case(builder, providers, keys)


def states(migration: ddj.Migration) -> set[str]:
    return {step.state for step in migration.steps}


def test_a_migration_is_complete_repeatable_and_shows_no_key(
    services: NemoServices, near: ModelDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 3):
        monkeypatch.setenv(f"{VARIABLE}_{number}", "overwritten by each case, and gone after the test")

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(data=st.data())
    def holds(data: Any) -> None:
        with tempfile.TemporaryDirectory() as folder:
            case = data.draw(cases(near.url, Path(folder)))
            under = ddj.Settings(model_providers=case.providers)
            before = case.builder.build().model_dump_json()

            migration = ddj.migrate(case.builder, settings=under)
            assert migration.ready, migration.plan
            report = ddj.check(case.builder, settings=under)
            migration.apply()
            moved = migration.builder

            assert migration.done
            assert case.builder.build().model_dump_json() == before
            after = ddj.check(moved, settings=under)
            assert after.ok_for("submit"), after.problems("submit")
            again = ddj.migrate(case.builder, settings=under)
            assert states(again) <= {"there already"}, again.plan
            assert again.builder.build().model_dump_json() == moved.build().model_dump_json()
            assert not states(ddj.migrate(moved, settings=under))
            said = [
                *(each.model_dump_json() for each in (report, after, migration.plan, again.plan)),
                repr(migration),
                migration.diff,
                migration.python(),
                migration.yaml(),
            ]
            assert not [key for key in case.keys if any(key in text for text in said)]

    holds()
