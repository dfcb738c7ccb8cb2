"""A preview that NeMo Services make: the same result as in this kernel, and nothing lost when it breaks."""

from __future__ import annotations

import threading
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest

from dd_jupyter import api
from dd_jupyter.errors import NotFoundError, RefusedError, ResourceError, RunError
from dd_jupyter.execution.events import Usage
from dd_jupyter.execution.results import Preview
from tests.support.builders import PRODUCTS, builder_with, reviews
from tests.support.config_cell import llm_config
from tests.support.fileset_seeds import animals_in
from tests.support.kernel import Kernel
from tests.support.nemo_services import GatewayModel, NemoServices
from tests.support.seen import seen, value


def test_the_result_is_that_of_a_run_in_this_kernel(services: NemoServices, model: GatewayModel) -> None:
    sample = api.preview(reviews(model), num_records=3, submit=True)

    assert sample.state == "completed"
    assert list(sample.dataset.columns) == ["product", "review"]
    assert set(sample.dataset["product"]) <= set(PRODUCTS)
    assert sample.dataset["review"].str.len().gt(0).all()
    assert sample.analysis.num_records == 3
    assert sample.progress["review"].done == sample.progress["review"].total == 3
    assert isinstance(sample.usage["chat"], Usage) and sample.usage["chat"].requests == 3
    assert sample.where == "NeMo Services · workspace default"


def test_the_gateway_adds_the_key_that_only_the_secrets_api_has(services: NemoServices, model: GatewayModel) -> None:
    sample = api.preview(reviews(model), num_records=2, submit=True)

    assert len(model.chat_requests()) == 2  # it answers nobody without the key
    assert model.key not in repr(sample.log)


def test_lines_arrive_while_it_is_made(services: NemoServices, model: GatewayModel) -> None:
    model.hold()
    lines: list[int] = []

    def watch(run: Any) -> None:
        lines.append(len(run.log))
        if len(lines) > 1 and lines[-1] and model.pending():
            model.release()

    sample = api.preview(reviews(model), num_records=2, submit=True, watch=watch)

    assert sample.state == "completed"
    assert any(0 < count < lines[-1] for count in lines)


def test_heartbeats_are_counted_while_a_model_is_slow(services: NemoServices, model: GatewayModel) -> None:
    model.hold()

    def watch(run: Preview) -> None:
        if run.heartbeats:
            model.release()

    sample = api.preview(reviews(model), num_records=1, submit=True, watch=watch)

    assert sample.heartbeats >= 1


def test_what_processors_made_comes_too(services: NemoServices) -> None:
    builder = builder_with()
    builder.add_processor(dd.SchemaTransformProcessorConfig(name="flat", template={"text": "{{ product }}"}))

    sample = api.preview(builder, num_records=2, submit=True)

    assert [set(record) for record in sample.processor_outputs["flat"]] == [{"text"}, {"text"}]


def test_columns_that_the_seed_brings_come_first(services: NemoServices) -> None:
    builder = dd.DataDesignerConfigBuilder().with_seed_dataset(animals_in(services))
    builder.add_column(name="text", column_type="expression", expr="{{ animal }} {{ legs }}")

    sample = api.preview(builder, num_records=2, submit=True)

    assert list(sample.dataset.columns) == ["animal", "legs", "text"]
    assert list(sample.dataset["text"]) == ["cat 4", "hen 2"]


def test_more_records_than_the_deployment_makes_are_told_before_anything_is_sent(
    services: NemoServices, model: GatewayModel
) -> None:
    with pytest.raises(RefusedError) as raised:
        api.preview(reviews(model), num_records=30, submit=True)

    assert "at most 10 records" in str(raised.value) and "`-n 10`" in str(raised.value)
    assert not model.requests


def test_what_only_this_kernel_has_is_told_before_anything_is_sent(services: NemoServices) -> None:
    builder = builder_with().with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"a": [1]})))

    with pytest.raises(ResourceError, match="a DataFrame, which NeMo Services cannot read"):
        api.preview(builder, submit=True)


def test_a_provider_that_is_not_there_is_named(services: NemoServices) -> None:
    with GatewayModel("default/nobody") as nobody, pytest.raises(ResourceError, match="default/nobody"):
        api.preview(reviews(nobody), num_records=1, submit=True)


def test_an_unknown_workspace_is_named(services: NemoServices) -> None:
    with pytest.raises(NotFoundError, match="There is no workspace `nope`"):
        api.preview(builder_with(), submit=True, workspace="nope")


def test_a_model_that_fails_fails_the_preview_with_its_reason(services: NemoServices, model: GatewayModel) -> None:
    model.fail_every(1, status=400)

    with pytest.raises(RunError) as raised:
        api.preview(reviews(model), num_records=2, submit=True)

    assert str(raised.value) == ("NeMo Services could not make the preview: Every nth request fails.")


def test_services_that_stop_in_the_middle_end_it_with_the_point_it_had_reached(own_services: NemoServices) -> None:
    api.connect(base_url=own_services.base_url)
    own_services.model.hold()
    kept: list[Preview] = []
    stopper = threading.Thread(target=_stop_when_asked, args=(own_services,))
    stopper.start()

    with pytest.raises(RunError) as raised:
        api.preview(reviews(own_services.model), num_records=2, submit=True, watch=kept.append)

    stopper.join()
    assert "broke after the line" in str(raised.value) or "ended before it was complete after" in str(raised.value)
    assert kept[-1].state == "failed" and len(kept[-1].log) > 0
    own_services.start()
    own_services.model.behave()
    assert api.preview(reviews(own_services.model), num_records=1, submit=True).state == "completed"


def _stop_when_asked(services: NemoServices) -> None:
    services.model.wait_for(1)
    services.stop()


def test_an_interrupt_closes_the_request(kernel: Kernel, model: GatewayModel) -> None:
    kernel.run("%load_ext dd_jupyter")
    model.hold()
    kernel.start("%%dd_preview sample -n 4 --submit\n" + llm_config(model, max_parallel_requests=1))
    model.wait_for(1)

    kernel.interrupt()
    outcome = kernel.wait(timeout=5)

    assert outcome.ename == "KeyboardInterrupt"
    assert value(kernel, "sample.state") == "'cancelled'"


def test_the_cell_shows_where_it_runs(kernel: Kernel, model: GatewayModel) -> None:
    kernel.run("%load_ext dd_jupyter")

    outcome = kernel.run("%%dd_preview sample -n 2 --submit\n" + llm_config(model))

    assert outcome.status == "ok"
    assert "NeMo Services · workspace default" in seen(outcome)
    assert value(kernel, "sample.dataset.shape[0]") == "2"


def test_an_error_of_the_services_fails_the_cell_in_one_line(kernel: Kernel, model: GatewayModel) -> None:
    kernel.run("%load_ext dd_jupyter")

    outcome = kernel.run("%%dd_preview sample -n 99 --submit\n" + llm_config(model))

    assert outcome.ename == "RefusedError"
    assert len(outcome.traceback) == 1
    assert "at most 10 records" in outcome.error
