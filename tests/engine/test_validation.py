"""What is wrong with the columns of a configuration is known before it runs, and what is said is what the run says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from dd_jupyter.engine.validation import refused_templates, violations
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


@pytest.mark.parametrize(
    "template",
    [
        "{% set x = product %}{{ x }}",
        "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(product) }}",
        "{% for a in product %}{% for b in product %}{{ b }}{% endfor %}{% endfor %}",
        "{{ product | tojson | safe }}",
        "{{ self }}{{ product }}",
    ],
)
def test_a_template_that_the_library_refuses_is_told_if_and_only_if_it_does(template: str) -> None:
    def runs() -> bool:
        try:
            ddj.preview(made(template)(), num_records=1, check=False)
        except ddj.DDJupyterError:
            return False
        return True

    assert ddj.check(made(template)(), locations=["run"]).ok_for("run") == runs()


@pytest.mark.parametrize(
    "template",
    [
        "a {{ product }}",
        "{{ product | upper }}",
        "{% if product == 'mug' %}A{% else %}B{% endif %}",
        "{% for letter in product %}{{ letter }}{% endfor %}",
        "{{ product.split(' ')[0] }}",
        "{{ product[0] }} {{ product | length }}",
    ],
)
def test_an_ordinary_template_is_not_told(template: str) -> None:
    assert refused_templates(made(template)()) == []
    assert len(ddj.preview(made(template)(), num_records=1).dataset) == 1


def test_with_the_other_renderer_nothing_is_told() -> None:
    settings = ddj.Settings(run_config=dd.RunConfig(jinja_rendering_engine="native"))

    builder = made("{% set x = product %}{{ x }}")()

    assert ddj.check(builder, locations=["run"], settings=settings).ok_for("run")
    assert len(ddj.preview(builder, num_records=1, settings=settings).dataset) == 1


def test_without_the_columns_of_the_seed_nothing_is_said_of_references() -> None:
    builder = plain().add_column(name="made", column_type="expression", expr="{{ city }}")

    assert violations(builder, None) == []
    assert violations(builder, ("city",)) == []
    assert [one.column for one in violations(builder, ())] == ["made"]
