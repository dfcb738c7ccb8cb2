"""What is wrong with the columns of a configuration is known before it runs, and what is said is what the run says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from dd_jupyter.engine.validation import violations
from tests.support.truth_world import plain

Make = Callable[[], dd.DataDesignerConfigBuilder]


def made(expression: str, **more: Any) -> Make:
    return lambda: plain().add_column(name="made", column_type="expression", expr=expression, **more)


def circle() -> dd.DataDesignerConfigBuilder:
    builder = plain().add_column(name="one", column_type="expression", expr="{{ two }} {{ product }}")
    builder.add_column(name="two", column_type="expression", expr="{{ three }}")
    return builder.add_column(name="three", column_type="expression", expr="{{ one }}")


def by(sampler_type: str, **params: Any) -> Make:
    return lambda: plain().add_column(name="made", column_type="sampler", sampler_type=sampler_type, params=params)


def by_an_expression() -> dd.DataDesignerConfigBuilder:
    builder = made("a {{ product }}")()
    params = {"category": "made", "values": {"a travel mug": ["blue"]}}
    return builder.add_column(name="kind", column_type="sampler", sampler_type="subcategory", params=params)


def by_another_sampler() -> dd.DataDesignerConfigBuilder:
    builder = by("uniform", low=1, high=2)()
    params = {"category": "made", "values": {"1": ["blue"]}}
    return builder.add_column(name="kind", column_type="sampler", sampler_type="subcategory", params=params)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (by_another_sampler, "parent 'made'"),
        (circle, r"'\w+' from '\w+' from '\w+' from '\w+'"),
        (made("{{ made }}"), "'made' from 'made'"),
        (made("{{ colour }}"), "colour"),
        (by("subcategory", category="colour", values={"red": ["rose"]}), "by column 'colour'"),
        (by("timedelta", dt_min=1, dt_max=2, reference_column_name="when"), "by column 'when'"),
        (by_an_expression, "by column 'made'"),
    ],
)
def test_columns_that_cannot_be_made_are_told_and_do_not_run(make: Make, said: str) -> None:
    found = violations(make(), ())

    assert [one.is_error for one in found] == [True]
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(found[0].message)
    with pytest.raises(ddj.ConfigError):
        ddj.preview(make(), num_records=1)
    with pytest.raises((ddj.DDJupyterError, ValueError)):
        ddj.preview(make(), num_records=1, check=False)


@pytest.mark.parametrize(
    "make",
    [
        made("{{ range(2) | list }} {{ product }}"),
        made("{% for i in range(2) %}{{ product }}{% endfor %}"),
        made("{{ product.upper() }}", drop=True),
        by("category", values=["a"]),
        by("subcategory", category="product", values={"travel mug": ["blue"], "desk lamp": ["red"]}),
    ],
)
def test_columns_that_can_be_made_are_not_told(make: Make) -> None:
    assert violations(make(), ()) == []
    assert len(ddj.preview(make(), num_records=1, check=False).dataset) == 1


def test_without_the_columns_of_the_seed_nothing_is_said_of_references() -> None:
    builder = plain().add_column(name="made", column_type="expression", expr="{{ city }}")

    assert violations(builder, None) == []
    assert violations(builder, ("city",)) == []
    assert [one.column for one in violations(builder, ())] == ["made"]
