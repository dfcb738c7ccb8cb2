"""After a preview a person knows what it took, and what a larger run would take."""

from __future__ import annotations

from pathlib import Path

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support import model_answers
from tests.support.builders import builder_with, chat_model, reviews, settings_for, vectors, with_review
from tests.support.model_double import ModelDouble


def tokens_of(model: ModelDouble, name: str) -> tuple[int, int]:
    """What the double's answers to requests for a model said of tokens: in, out."""
    answers = [
        model_answers.embeddings(request.body)
        if request.path == "/embeddings"
        else model_answers.chat_completion(request.body)
        for request in model.requests
        if request.model == name and not request.is_health_check
    ]
    counts = [answer["usage"] for answer in answers]
    return sum(each["prompt_tokens"] for each in counts), sum(each["completion_tokens"] for each in counts)


def test_tokens_are_those_that_the_provider_counted(model: ModelDouble) -> None:
    builder = with_review(builder_with(chat_model(model), chat_model(model, alias="critic")))
    builder.add_column(name="critique", column_type="llm-text", model_alias="critic", prompt="Doubt this: {{ review }}")

    sample = ddj.preview(builder, num_records=5, settings=settings_for(model))

    for alias in ("chat", "critic"):
        usage = sample.usage[alias]
        assert (usage.input_tokens, usage.output_tokens) == tokens_of(model, f"double-{alias}")
        assert (usage.requests, usage.failed_requests) == (5, 0)
        assert (usage.model, usage.provider) == (f"double-{alias}", "double")
    assert sample.tokens == sum(usage.tokens for usage in sample.usage.values()) > 0


def test_tokens_of_embeddings_are_counted(model: ModelDouble) -> None:
    sample = ddj.preview(vectors(model), num_records=4, settings=settings_for(model))

    assert sample.usage["embedding"].input_tokens == tokens_of(model, "double-embedding")[0] > 0


def test_failed_requests_are_counted(model: ModelDouble) -> None:
    model.answer_with(status=400, times=1)

    sample = ddj.preview(reviews(model), num_records=5, settings=settings_for(model))

    assert (sample.usage["chat"].requests, sample.usage["chat"].failed_requests) == (5, 1)


def test_health_checks_are_no_usage_of_the_run(model: ModelDouble) -> None:
    builder = reviews(model)
    builder.model_configs[0].skip_health_check = False

    sample = ddj.preview(builder, num_records=2, settings=settings_for(model))

    assert len(model.requests) == 3
    assert sample.usage["chat"].requests == 2


def test_a_create_counts_the_tokens_of_all_row_groups(model: ModelDouble, tmp_path: Path) -> None:
    settings = settings_for(model, run_config=dd.RunConfig(buffer_size=3))

    made = ddj.create(reviews(model), num_records=8, artifact_path=tmp_path, settings=settings)

    assert (made.usage["chat"].input_tokens, made.usage["chat"].output_tokens) == tokens_of(model, "double-chat")


def test_the_forecast_follows_the_pace_of_the_provider(model: ModelDouble) -> None:
    model.delay = 0.2

    sample = ddj.preview(reviews(model, max_parallel_requests=4), num_records=8, settings=settings_for(model))
    expected = sample.forecast(800)

    assert expected is not None
    at_best = 800 * model.delay / 4
    assert at_best <= expected.seconds < 2 * at_best
    assert expected.tokens == pytest.approx(100 * sample.tokens, rel=0.01)
    assert expected.num_records == 800


def test_the_forecast_is_fulfilled_by_the_larger_run(model: ModelDouble, tmp_path: Path) -> None:
    model.delay = 0.1
    builder, settings = reviews(model, max_parallel_requests=4), settings_for(model)

    expected = ddj.preview(builder, num_records=8, settings=settings).forecast(80)
    made = ddj.create(builder, num_records=80, artifact_path=tmp_path, settings=settings)

    assert expected is not None
    assert expected.seconds / 3 < made.seconds < expected.seconds * 3
    assert expected.tokens == pytest.approx(made.tokens, rel=0.1)


def test_without_a_model_the_forecast_speaks_of_time_only() -> None:
    sample = ddj.preview(builder_with(), num_records=10)
    expected = sample.forecast(1_000)

    assert expected is not None
    assert 0 < expected.seconds < 60
    assert expected.tokens == 0


def test_the_forecast_and_the_tokens_stand_below_the_preview(model: ModelDouble) -> None:
    sample = ddj.preview(reviews(model), num_records=5, name="sample", settings=settings_for(model))
    shown = mimebundle_of(sample)

    for text in (shown["text/html"], shown["text/plain"]):
        assert f"{sample.tokens} tokens" in text
        assert "1,000 records: " in text


def test_a_preview_that_failed_forecasts_nothing(model: ModelDouble) -> None:
    model.answer_with(status=400)
    runs: list[ddj.Run] = []

    with pytest.raises(ddj.RunError):
        ddj.preview(reviews(model), num_records=2, settings=settings_for(model), watch=runs.append)

    assert runs[-1].forecast(1_000) is None
