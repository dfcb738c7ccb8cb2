"""The first records are seen before the last one is made."""

from __future__ import annotations

from pathlib import Path

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from tests.support.builders import PRODUCTS, builder_with, numbered, reviews, settings_for
from tests.support.model_double import ModelDouble
from tests.support.waiting import previewing, wait_until


def test_records_are_seen_before_the_model_answered(model: ModelDouble) -> None:
    model.hold()

    with previewing(reviews(model), num_records=5, settings=settings_for(model)) as sample:
        wait_until(lambda: len(sample.sample) == 5)

        assert all(row["product"] in PRODUCTS and "review" not in row for row in sample.sample)
        assert sample.complete == 0


def test_an_answer_is_seen_while_others_are_awaited(model: ModelDouble) -> None:
    model.hold()

    with previewing(reviews(model), num_records=5, settings=settings_for(model)) as sample:
        wait_until(lambda: sample.sample)
        model.release(2)
        wait_until(lambda: sample.complete == 2)

        reviewed = [row for row in sample.sample if "review" in row]
        assert len(reviewed) == 2
        assert all(row["product"] in row["review"] for row in reviewed)
        assert sample.state == "running"


def test_a_running_preview_has_no_dataset_yet_and_says_how_to_wait(model: ModelDouble) -> None:
    model.hold()

    with (
        previewing(reviews(model), num_records=5, settings=settings_for(model)) as sample,
        pytest.raises(ddj.NotReadyError, match=r"Wait for it with `\.wait\(\)`"),
    ):
        _ = sample.dataset


def test_nothing_of_the_librarys_own_is_among_the_records(model: ModelDouble) -> None:
    builder = numbered(model).add_column(
        name="review",
        column_type="llm-text",
        model_alias="chat",
        prompt="Review number {{ number }}.",
        skip=dd.SkipConfig(when="{{ number % 2 == 0 }}"),
    )
    model.hold()

    with previewing(builder, num_records=4, settings=settings_for(model)) as sample:
        model.wait_for(requests=2)
        wait_until(lambda: len(sample.sample) == 4)
        shown = {name for row in sample.sample for name in row}
        model.release()
        sample.wait(10)

    assert shown <= {"number", "review"}
    assert list(sample.dataset.columns) == ["number", "review"]


def test_a_running_create_shows_what_is_on_disk(model: ModelDouble, tmp_path: Path) -> None:
    settings = settings_for(model, run_config=dd.RunConfig(buffer_size=2))
    model.hold()

    made = ddj.create(reviews(model), num_records=6, artifact_path=tmp_path, background=True, settings=settings)
    model.release(4)  # of three row groups of two one is whole then, whichever these are
    wait_until(lambda: made.has_path and made.count_records() >= 2)
    first = made.head(2)
    model.release()
    made.wait(10)

    assert list(first.columns) == ["product", "review"]
    assert len(first) == 2
    assert len(made.dataset) == 6


def test_the_sample_outlives_the_row_group_it_came_from(tmp_path: Path) -> None:
    settings = ddj.Settings(run_config=dd.RunConfig(buffer_size=5))

    made = ddj.create(builder_with(), num_records=15, artifact_path=tmp_path, settings=settings)

    assert len(made.sample) == 10
    assert all(row["product"] in PRODUCTS for row in made.sample)
