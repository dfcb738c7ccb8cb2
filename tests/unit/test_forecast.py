"""A preview says what a larger run would take."""

from __future__ import annotations

import data_designer.config as dd
import pytest

from dd_jupyter.execution.events import Usage
from dd_jupyter.execution.forecast import OVERHEAD_SECONDS, QUICK_CELL_SECONDS, forecast
from tests.unit.runs import done


def models(**parallel: int) -> dict[str, dd.ModelConfig]:
    return {
        alias: dd.ModelConfig(
            alias=alias,
            model="m",
            provider="near",
            inference_parameters=dd.ChatCompletionInferenceParams(max_parallel_requests=requests),
        )
        for alias, requests in parallel.items()
    }


def used(alias: str, tokens_in: int, tokens_out: int) -> Usage:
    return Usage(alias, "m", "near", tokens_in, tokens_out, requests=10, failed_requests=0)


def test_a_model_takes_the_time_of_its_requests_over_how_many_go_at_once() -> None:
    expected = forecast(1_000, 10, done(own_code=2, chat=20.0), [], models(chat=4), columns=3)

    assert expected is not None
    assert (expected.num_records, expected.seconds) == (1_000, 500.0)


def test_the_busiest_model_sets_the_time_because_models_work_side_by_side() -> None:
    ending = done(chat=20.0, judge=12.0)

    expected = forecast(100, 10, ending, [], models(chat=4, judge=1), columns=3)

    assert expected is not None and expected.seconds == 120.0


def test_a_model_that_the_configuration_does_not_have_goes_one_request_at_a_time() -> None:
    expected = forecast(100, 10, done(other=2.0), [], {}, columns=1)

    assert expected is not None and expected.seconds == 20.0


def test_tokens_grow_with_the_records() -> None:
    usage = [used("chat", 1_000, 500), used("judge", 33, 0)]

    expected = forecast(1_000, 10, done(), usage, {}, columns=1)

    assert expected is not None and expected.tokens == 153_300


def test_a_persons_own_code_may_be_busier_than_the_models() -> None:
    expected = forecast(1_000, 10, done(own_code=9.1, chat=20.0), [], models(chat=4), columns=3)

    assert expected is not None and expected.seconds == pytest.approx(900.0)


def test_without_models_quick_columns_cost_by_the_cell() -> None:
    expected = forecast(10_000, 10, done(own_code=OVERHEAD_SECONDS / 2), [], {}, columns=4)

    assert expected is not None
    assert expected.seconds == pytest.approx(10_000 * 4 * QUICK_CELL_SECONDS)
    assert expected.tokens == 0


def test_slow_code_of_a_person_costs_what_it_took() -> None:
    expected = forecast(100, 10, done(own_code=5.1), [], {}, columns=1)

    assert expected is not None and expected.seconds == pytest.approx(50.0)


@pytest.mark.parametrize("made", [0, -1])
def test_from_nothing_nothing_is_forecast(made: int) -> None:
    assert forecast(100, made, done(), [], {}, columns=1) is None
