"""Cells that must work, in kernels that keep to themselves."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.config_cell import write_home
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble

CONFIG = """
import data_designer.config as dd
builder = dd.DataDesignerConfigBuilder()
builder.add_column(dd.SamplerColumnConfig(name="product", sampler_type="category",
    params=dd.CategorySamplerParams(values=["lamp", "kettle", "chair"])))
builder.add_column(dd.SamplerColumnConfig(name="price", sampler_type="gaussian",
    params=dd.GaussianSamplerParams(mean=40, stddev=12, decimal_places=2)))
builder.add_column(dd.SamplerColumnConfig(name="sold", sampler_type="datetime",
    params=dd.DatetimeSamplerParams(start="2025-01-01", end="2026-01-01")))
builder.add_column(dd.SamplerColumnConfig(name="buyer", sampler_type="person_from_faker",
    params=dd.PersonFromFakerSamplerParams(locale="en_US")))
builder.add_column(dd.ExpressionColumnConfig(name="title", expr="{{ product }} at {{ price }}"))
builder
"""


@contextmanager
def fresh_kernel(env: Mapping[str, str] | None = None) -> Iterator[Kernel]:
    """A kernel with nothing loaded, with these variables beside its own."""
    with ModelDouble() as model, tempfile.TemporaryDirectory() as home:
        settings = {"DATA_DESIGNER_HOME": str(write_home(Path(home), model))}
        with Kernel.start_new(env={**settings, **(env or {})}) as kernel:
            yield kernel


def done(kernel: Kernel, code: str) -> None:
    """Run code that must work."""
    outcome = kernel.run(code, timeout=300)
    if outcome.status != "ok":
        raise RuntimeError("\n".join(outcome.traceback) or outcome.stderr)


def value(kernel: Kernel, code: str, name: str) -> Any:
    """Run code and fetch a variable of numbers."""
    outcome = kernel.run(f"{code}\nimport json; print('VALUE', json.dumps({name}))", timeout=300)
    if outcome.status != "ok":
        raise RuntimeError("\n".join(outcome.traceback) or outcome.stderr)
    return json.loads(outcome.stdout.split("VALUE", 1)[1])
