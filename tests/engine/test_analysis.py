"""The profile of the columns is the library's own, of a preview and of a create."""

from __future__ import annotations

from pathlib import Path

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support.builders import builder_with, chat_model, reviews, settings_for
from tests.support.model_double import ModelDouble


def test_a_preview_has_the_profile_of_each_column(model: ModelDouble) -> None:
    sample = ddj.preview(reviews(model), num_records=5, settings=settings_for(model))

    statistics = {each.column_name: each for each in sample.analysis.column_statistics}
    assert set(statistics) == {"product", "review"}
    assert statistics["product"].sampler_type == "category"
    assert sample.analysis.num_records == 5


def test_a_create_has_the_profile_of_each_column(model: ModelDouble, tmp_path: Path) -> None:
    made = ddj.create(reviews(model), num_records=5, artifact_path=tmp_path, settings=settings_for(model))

    assert {each.column_name for each in made.analysis.column_statistics} == {"product", "review"}
    assert made.analysis.num_records == made.analysis.target_num_records == 5


def test_the_profile_shows_the_records_that_are_missing(model: ModelDouble) -> None:
    model.answer_with(status=400, times=1)

    sample = ddj.preview(reviews(model), num_records=5, settings=settings_for(model))

    assert (sample.analysis.num_records, sample.analysis.target_num_records) == (4, 5)


def test_a_preview_that_failed_has_no_profile_and_says_why(model: ModelDouble) -> None:
    model.answer_with(status=400, message="The prompt breaks rule 7.")
    runs: list[ddj.Run] = []

    with pytest.raises(ddj.RunError):
        ddj.preview(reviews(model), num_records=2, settings=settings_for(model), watch=runs.append)

    with pytest.raises(ddj.NotReadyError, match=r"the run was failed: .*rule 7"):
        _ = runs[-1].analysis


def test_a_profiler_of_judge_scores_adds_their_distribution(model: ModelDouble) -> None:
    builder = judged(model)
    builder.add_profiler(dd.JudgeScoreProfilerConfig(model_alias="chat", summary_score_sample_size=3))

    sample = ddj.preview(builder, num_records=4, settings=settings_for(model))

    (profile,) = sample.analysis.column_profiles
    assert profile.column_name == "judge"
    assert sum(profile.score_distributions.histograms["Clarity"].counts) == 4
    # Its words on them are missing: the library's profiler asks in a way that its own client refuses.
    assert len(profile.summaries["Clarity"].score_samples) == 3


def test_what_the_profile_says_is_in_the_view() -> None:
    shown = mimebundle_of(ddj.preview(builder_with(), num_records=20))

    assert "product" in shown["text/html"]
    assert "travel mug" in shown["text/html"]


def judged(model: ModelDouble) -> dd.DataDesignerConfigBuilder:
    return builder_with(chat_model(model)).add_column(
        name="judge",
        column_type="llm-judge",
        model_alias="chat",
        prompt="Judge {{ product }}.",
        scores=[dd.Score(name="Clarity", description="How clear", options={"1": "Not", "2": "Very"})],
    )
