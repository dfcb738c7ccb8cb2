"""A run is stopped from any thread, and nothing is asked of a provider after that."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support.builders import builder_with, chat_model, reviews, settings_for
from tests.support.model_double import ModelDouble
from tests.support.model_request import health_checks
from tests.support.waiting import previewing, wait_until


def test_a_background_create_returns_while_the_model_is_awaited(model: ModelDouble, tmp_path: Path) -> None:
    model.hold()

    made = ddj.create(
        reviews(model), num_records=4, artifact_path=tmp_path, background=True, settings=settings_for(model)
    )

    assert made.state == "running"
    with pytest.raises(TimeoutError, match=r"`\.cancel\(\)`"):
        made.wait(0.1)
    model.release()
    assert made.wait(10) is made
    assert len(made.dataset) == 4


def test_no_request_goes_out_after_a_cancel_and_pending_ones_are_given_up(model: ModelDouble, tmp_path: Path) -> None:
    model.hold()
    made = ddj.create(
        reviews(model), num_records=40, artifact_path=tmp_path, background=True, settings=settings_for(model)
    )
    model.wait_for(requests=3)

    made.cancel()
    began = time.monotonic()
    made.wait(5)

    assert time.monotonic() - began < 1
    assert made.state == "cancelled"
    model.wait_until_quiet()
    assert all(request.abandoned for request in model.requests)
    model.release()
    assert model.requests_in_the_next(seconds=1) == 0


def test_a_cancelled_preview_keeps_the_records_that_were_finished(model: ModelDouble) -> None:
    model.hold()

    with previewing(reviews(model), num_records=10, settings=settings_for(model)) as sample:
        model.release(3)
        wait_until(lambda: sample.complete == 3)
        sample.cancel()
        sample.wait(5)

    assert sample.state == "cancelled"
    assert list(sample.dataset.columns) == ["product", "review"]
    assert len(sample.dataset) == 3 and sample.dataset["review"].notna().all()
    assert "3 records" in mimebundle_of(sample)["text/plain"]


def test_a_cancelled_preview_without_a_record_says_so(model: ModelDouble) -> None:
    model.hold()

    with previewing(reviews(model), num_records=10, settings=settings_for(model)) as sample:
        model.wait_for(requests=1)
        sample.cancel()
        sample.wait(5)

    with pytest.raises(ddj.NotReadyError, match="the run was cancelled"):
        _ = sample.dataset
    assert "Stopped before a record had all its columns" in mimebundle_of(sample)["text/plain"]


def test_a_health_check_is_given_up_too(model: ModelDouble) -> None:
    model.hold(for_requests=health_checks)
    builder = reviews(model)
    builder.model_configs[0].skip_health_check = False

    with previewing(builder, num_records=2, settings=settings_for(model)) as sample:
        wait_until(lambda: model.requests)
        sample.cancel()
        sample.wait(2)

    assert sample.state == "cancelled"
    model.wait_until_quiet()
    model.release()
    assert model.requests_in_the_next(seconds=1) == 0


def test_requests_of_a_custom_column_stop_too(model: ModelDouble) -> None:
    @dd.custom_column_generator(required_columns=["product"], model_aliases=["chat"])
    def slogan(row: dict[str, Any], generator_params: None, models: dict[str, Any]) -> dict[str, Any]:
        texts = [models["chat"].generate(prompt=f"A slogan for a {row['product']}.")[0] for _ in range(5)]
        return {**row, "slogan": texts[0]}

    builder = builder_with(chat_model(model)).add_column(name="slogan", column_type="custom", generator_function=slogan)
    model.hold()

    with previewing(builder, num_records=1, settings=settings_for(model)) as sample:
        model.wait_for(requests=1)
        sample.cancel()
        sample.wait(5)
        model.wait_until_quiet()
        model.release()

        assert model.requests_in_the_next(seconds=1) == 0
    assert sample.state == "cancelled"
    assert all(request.abandoned for request in model.requests)


def test_code_that_nothing_can_stop_does_not_keep_the_person_waiting() -> None:
    begun: list[float] = []

    @dd.custom_column_generator(required_columns=["product"])
    def slow(row: dict[str, Any]) -> dict[str, Any]:
        begun.append(time.monotonic())
        time.sleep(3)
        return {**row, "slow": 1}

    builder = builder_with().add_column(name="slow", column_type="custom", generator_function=slow)

    with previewing(builder, num_records=2) as sample:
        wait_until(lambda: begun)
        sample.cancel()
        asked = time.monotonic()
        sample.wait(5)

    assert time.monotonic() - asked < 2
    assert sample.state == "cancelled"


def test_a_cancel_after_the_end_changes_nothing() -> None:
    sample = ddj.preview(builder_with(), num_records=2)

    sample.cancel()

    assert sample.state == "completed"
    assert len(sample.dataset) == 2


def test_a_background_create_that_fails_says_so_to_whoever_waits(model: ModelDouble, tmp_path: Path) -> None:
    model.answer_with(status=400, message="The prompt breaks rule 7.")

    made = ddj.create(
        reviews(model), num_records=2, artifact_path=tmp_path, background=True, settings=settings_for(model)
    )

    with pytest.raises(ddj.RunError, match="rule 7"):
        made.wait(20)
    assert made.state == "failed"
