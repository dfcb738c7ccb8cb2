"""Whatever a provider, a seed or a person's code says is text in the view, and never markup."""

from __future__ import annotations

import re
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support.builders import chat_model, settings_for
from tests.support.model_double import ModelDouble

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
MARKUP = re.compile(r"<script|<img[^>]*onerror", re.IGNORECASE)


def on_hostile_seed(model: ModelDouble) -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=[chat_model(model)])
    builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"word": [HOSTILE, "b", "c"]})))
    return builder.add_column(
        name="text", column_type="llm-text", model_alias="chat", prompt="Say {{ word }} in other words."
    )


def assert_harmless(run: ddj.Run[Any]) -> None:
    html = mimebundle_of(run)["text/html"]
    assert "&lt;script&gt;" in html
    assert not MARKUP.search(html)


def test_answers_and_seeds(model: ModelDouble) -> None:
    model.answers(HOSTILE)

    sample = ddj.preview(on_hostile_seed(model), num_records=3, settings=settings_for(model))

    assert HOSTILE in set(sample.dataset["text"]) & set(sample.dataset["word"])
    assert_harmless(sample)


def test_the_words_of_a_provider_that_refuses(model: ModelDouble) -> None:
    model.answer_with(status=400, message=HOSTILE, times=1)

    sample = ddj.preview(on_hostile_seed(model), num_records=3, settings=settings_for(model))

    assert len(sample.failures) == 1
    assert_harmless(sample)


def test_the_words_of_a_run_that_failed(model: ModelDouble) -> None:
    model.answer_with(status=400, message=HOSTILE)
    runs: list[ddj.Run[Any]] = []

    with pytest.raises(ddj.RunError):
        ddj.preview(on_hostile_seed(model), num_records=3, settings=settings_for(model), watch=runs.append)

    assert_harmless(runs[-1])
