"""Records that models make are expensive: few of them are lost when a create is stopped."""

from __future__ import annotations

from pathlib import Path

import data_designer.config as dd
import pytest

from dd_jupyter.execution.batches import batch_size
from dd_jupyter.execution.workload import CreateWorkload


def workload(tmp_path: Path, num_records: int, *, parallel: int | None, resume: bool = False) -> CreateWorkload:
    models = [] if parallel is None else [model(parallel)]
    builder = dd.DataDesignerConfigBuilder(model_configs=[*models, model(64, alias="unused")])
    builder.add_column(name="kind", column_type="sampler", sampler_type="category", params={"values": ["a", "b"]})
    if models:
        builder.add_column(name="text", column_type="llm-text", model_alias="used", prompt="Describe {{ kind }}.")
    return CreateWorkload(builder, num_records, "things", tmp_path, resume)


def model(parallel: int, alias: str = "used") -> dd.ModelConfig:
    return dd.ModelConfig(
        alias=alias,
        model="nano",
        provider="double",
        inference_parameters=dd.ChatCompletionInferenceParams(max_parallel_requests=parallel),
    )


@pytest.mark.parametrize(
    ("num_records", "size"),
    [(5, 10), (200, 10), (1_000, 50), (20_000, 1_000), (1_000_000, 1_000)],
)
def test_with_models_a_batch_is_a_twentieth_of_the_dataset(tmp_path: Path, num_records: int, size: int) -> None:
    assert batch_size(workload(tmp_path, num_records, parallel=4)) == size


def test_a_batch_is_large_enough_to_keep_all_requests_going(tmp_path: Path) -> None:
    assert batch_size(workload(tmp_path, 100, parallel=32)) == 32


def test_without_models_batches_are_as_large_as_the_library_makes_them(tmp_path: Path) -> None:
    assert batch_size(workload(tmp_path, 100, parallel=None)) == 1_000


def test_a_dataset_that_is_gone_on_with_keeps_its_batches(tmp_path: Path) -> None:
    (tmp_path / "things").mkdir()
    (tmp_path / "things" / "metadata.json").write_text('{"buffer_size": 37}')

    assert batch_size(workload(tmp_path, 1_000, parallel=4, resume=True)) == 37
    assert batch_size(workload(tmp_path, 1_000, parallel=4)) == 50
