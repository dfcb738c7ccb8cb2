"""Runs side by side do not mix."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest

import dd_jupyter as ddj
from tests.support.builders import builder_with, chat_model, settings_for
from tests.support.model_double import ModelDouble
from tests.support.waiting import previewing


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModelDouble]:
    with ModelDouble("other") as other:
        monkeypatch.setenv(other.key_variable, "key-of-the-other")
        yield other


def about(word: str, model: ModelDouble) -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=[chat_model(model, alias=f"{word}-model")])
    builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"seed": [f"{word} {n}" for n in range(20)]})))
    return builder.add_column(
        name=f"{word}_text", column_type="llm-text", model_alias=f"{word}-model", prompt="Describe {{ seed }}."
    )


def test_two_previews_at_once_keep_their_seeds_models_and_logs_apart(model: ModelDouble, other: ModelDouble) -> None:
    model.hold()
    other.hold()
    first, second = about("alpha", model), about("beta", other)

    with (
        previewing(first, num_records=20, settings=settings_for(model)) as alpha,
        previewing(second, num_records=10, settings=settings_for(other)) as beta,
    ):
        model.wait_for(requests=2)
        other.wait_for(requests=2)
        model.release()
        other.release()
        alpha.wait(20)
        beta.wait(20)

    assert list(alpha.dataset["seed"]) == [f"alpha {n}" for n in range(20)]
    assert list(beta.dataset["seed"]) == [f"beta {n}" for n in range(10)]
    assert set(alpha.usage) == {"alpha-model"} and set(beta.usage) == {"beta-model"}
    assert (len(model.chat_requests()), len(other.chat_requests())) == (20, 10)
    for run, own, foreign in ((alpha, "alpha", "beta"), (beta, "beta", "alpha")):
        log = "\n".join(line.message for line in run.log)
        assert own in log
        assert foreign not in log


def test_runs_that_prepare_their_seeds_at_the_same_moment_read_their_own(
    model: ModelDouble, other: ModelDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = importlib.import_module("data_designer.engine.resources.seed_reader").SeedReader
    attach = reader.attach
    both = threading.Barrier(2)

    def attach_together(self: Any, *source: Any) -> None:
        attach(self, *source)
        both.wait(10)

    monkeypatch.setattr(reader, "attach", attach_together)

    with (
        previewing(about("alpha", model), num_records=5, settings=settings_for(model)) as alpha,
        previewing(about("beta", other), num_records=5, settings=settings_for(other)) as beta,
    ):
        alpha.wait(20)
        beta.wait(20)

    assert list(alpha.dataset["seed"]) == [f"alpha {n}" for n in range(5)]
    assert list(beta.dataset["seed"]) == [f"beta {n}" for n in range(5)]


def test_stopping_one_run_leaves_the_other_alone(model: ModelDouble, other: ModelDouble, tmp_path: Path) -> None:
    model.hold()
    other.hold()
    stopped = ddj.create(
        about("alpha", model),
        num_records=10,
        artifact_path=tmp_path / "alpha",
        background=True,
        settings=settings_for(model),
    )
    kept = ddj.create(
        about("beta", other),
        num_records=10,
        artifact_path=tmp_path / "beta",
        background=True,
        settings=settings_for(other),
    )
    model.wait_for(requests=2)
    other.wait_for(requests=2)

    stopped.cancel()
    stopped.wait(5)
    other.release()
    kept.wait(20)

    assert stopped.state == "cancelled"
    assert list(kept.dataset["seed"]) == [f"beta {n}" for n in range(10)]


def test_many_runs_on_one_builder_at_once(model: ModelDouble) -> None:
    builder = about("alpha", model)

    with ExitStack() as stack:
        samples = [
            stack.enter_context(previewing(builder, num_records=5, settings=settings_for(model))) for _ in range(4)
        ]
        for sample in samples:
            sample.wait(20)

    assert all(list(sample.dataset["seed"]) == [f"alpha {n}" for n in range(5)] for sample in samples)


def test_creates_of_one_name_at_once_get_a_folder_each(tmp_path: Path) -> None:
    made = [
        ddj.create(builder_with(), num_records=5, artifact_path=tmp_path / str(place), background=True)
        for place in range(3)
    ]
    for each in made:
        each.wait(20)

    assert [len(each.dataset) for each in made] == [5, 5, 5]
    assert threading.active_count() < 100
