"""Two previews are compared record by record: which changed, in which columns, and what was made otherwise."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import data_designer.config as dd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.compare.comparison import Comparison
from dd_jupyter.display.compare.differences import same
from dd_jupyter.display.requests.run import Generator
from dd_jupyter.display.requests.table import Filter, Record, Rows, Sort
from dd_jupyter.errors import ConfigError, NotReadyError
from dd_jupyter.execution.events import RecordFailed, Step
from tests.unit.runs import created, done, preview_of, previewed, telling

PRODUCTS = ["mug", "lamp", "knife"]
PROMPT = "Write a review of {{ product }}."


def builder(prompt: str = PROMPT, temperature: float = 0.7) -> dd.DataDesignerConfigBuilder:
    parameters = dd.ChatCompletionInferenceParams(temperature=temperature)
    model = dd.ModelConfig(
        alias="chat", model="nano", provider="nvidia", skip_health_check=True, inference_parameters=parameters
    )
    made = dd.DataDesignerConfigBuilder(model_configs=[model])
    made.add_column(name="product", column_type="sampler", sampler_type="category", params={"values": list(PRODUCTS)})
    made.add_column(name="review", column_type="llm-text", model_alias="chat", prompt=prompt)
    scores = [dd.Score(name="tone", description="Tone", options={"1": "bad", "2": "fair", "3": "good"})]
    return made.add_column(
        name="quality", column_type="llm-judge", model_alias="chat", prompt="Judge {{ review }}", scores=scores
    )


def judged(*scores: int) -> list[dict[str, Any]]:
    return [{"tone": {"score": score, "reasoning": f"because {score}"}} for score in scores]


def frame(reviews: list[str], scores: tuple[int, ...] = (1, 2, 3), products: list[str] = PRODUCTS) -> pd.DataFrame:
    return pd.DataFrame({"product": products, "review": reviews, "quality": judged(*scores)})


def preview(name: str, data: pd.DataFrame, made: dd.DataDesignerConfigBuilder | None = None, *events: Any) -> Any:
    return previewed(*events, frame=data, builder=made or builder(), num_records=len(data) + len(events), name=name)


FIRST = frame(["Good.", "Dim.", "Sharp."])
SECOND = frame(["Good.", "Bright.", "Blunt."], (1, 3, 2))


class TestWhatDiffers:
    def test_a_person_learns_how_many_records_differ_and_in_which_columns(self) -> None:
        comparison = ddj.compare(preview("first", FIRST), preview("second", SECOND))

        assert comparison.changed == 2
        assert comparison.columns == {"product": 0, "review": 2, "quality": 2}
        assert repr(comparison) == "<Comparison first, second: 2 of 3 records differ>"

    def test_runs_and_dataframes_are_compared_in_any_mix(self, tmp_path: Path) -> None:
        folder = tmp_path / "reviews" / "parquet-files"
        folder.mkdir(parents=True)
        FIRST[["product", "review"]].to_parquet(folder / "batch_00000.parquet")
        creation = created(tmp_path / "reviews", done(3))
        table = pa.Table.from_pandas(SECOND, preserve_index=False)

        assert ddj.compare(creation, SECOND).columns == {"product": 0, "review": 2}
        assert ddj.compare(FIRST, preview("second", SECOND)).changed == 2
        assert ddj.compare(table, FIRST).changed == 2

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (None, float("nan")),
            (pd.NA, None),
            (pd.NaT, None),
            (1, 1.0),
            (0.1 + 0.2, 0.3),
            (np.int64(3), 3),
            (Decimal("1.5"), 1.5),
            ({"a": [1, float("nan")]}, {"a": [1, None]}),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
            (np.array([1.0, 2.0]), [1, 2]),
            ({"a": np.array(["x", "y"])}, {"a": ["x", "y"]}),
            (np.array([]), []),
            (10**400, 10**400),
        ],
        ids=repr,
    )
    def test_what_is_the_same_to_a_person_is_the_same(self, old: Any, new: Any) -> None:
        assert same(old, new)
        assert ddj.compare(_one(old), _one(new)).changed == 0

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (1, 1 + 1e-9),
            (2**60, 2**60 + 1),
            ("1", 1),
            (True, 1),
            (None, 0),
            ("", None),
            ([1, 2], [2, 1]),
            ({"a": 1}, {"a": 1, "b": None}),
            (np.array([1, 2]), [1, 2, 3]),
            ("a", "A"),
            (10**400, 1.0),
        ],
        ids=repr,
    )
    def test_what_is_another_value_differs(self, old: Any, new: Any) -> None:
        assert not same(old, new)
        assert ddj.compare(_one(old), _one(new)).changed == 1

    def test_values_nested_thousands_deep_do_not_end_the_comparison(self) -> None:
        deep: list[Any] = []
        other: list[Any] = []
        for _ in range(20_000):
            deep, other = [deep], [other]

        assert same(deep, other) in {True, False}

    def test_columns_of_numbers_with_nan_at_the_same_places_are_the_same(self) -> None:
        numbers = pd.DataFrame({"x": [1.0, float("nan"), float("inf")]})

        assert ddj.compare(numbers, numbers.copy()).changed == 0
        assert ddj.compare(numbers, pd.DataFrame({"x": [1.0, 2.0, float("inf")]})).changed == 1

    def test_what_but_one_side_has_is_told_and_not_counted(self) -> None:
        longer = pd.DataFrame({"a": [1, 2, 3], "old": [1, 1, 1]})
        shorter = pd.DataFrame({"a": [1, 9], "new": [2, 2]})

        comparison = ddj.compare(longer, shorter)

        assert (comparison.changed, len(comparison.common), len(comparison.rows)) == (1, 2, 3)
        assert comparison.names == ["a", "new", "old"]
        assert comparison.columns == {"a": 1}

    def test_two_of_the_same_name_are_told_apart(self) -> None:
        comparison = ddj.compare(preview("sample", FIRST), preview("sample", SECOND))

        assert (comparison.before.name, comparison.after.name) == ("sample (before)", "sample (after)")

    def test_a_failed_record_does_not_move_the_others(self) -> None:
        failed = preview("second", SECOND.iloc[[0, 2]], None, RecordFailed(2, "review", "refused"))

        comparison = ddj.compare(preview("first", FIRST), failed)

        assert comparison.rows == [(0, 0), (1, None), (2, 1)]
        assert comparison.changed == 1

    def test_an_index_that_tells_something_is_a_column(self) -> None:
        data = pd.DataFrame({"a": [1, 2]}, index=pd.Index(["x", "y"], name="key"))

        assert ddj.compare(data, data.copy()).columns == {"key": 0, "a": 0}


class TestWhatIsMadeOtherwise:
    def test_the_edited_prompt_comes_first_and_a_models_setting_once(self) -> None:
        edited = builder("Write a short review of {{ product }}.", temperature=0.9)
        comparison = ddj.compare(preview("first", FIRST), preview("second", SECOND, edited))

        prompt, temperature = comparison.changes.settings

        assert (prompt.columns, prompt.name) == (("review",), "Prompt")
        assert (prompt.before, prompt.after) == (PROMPT, "Write a short review of {{ product }}.")
        assert (temperature.columns, temperature.name) == (("review", "quality"), "Temperature")
        assert (temperature.before, temperature.after) == ("0.7", "0.9")

    def test_nothing_is_said_of_settings_of_a_dataframe(self) -> None:
        assert ddj.compare(FIRST, preview("second", SECOND)).changes.settings == ()

    def test_scores_are_better_or_worse_and_numbers_higher_or_lower(self) -> None:
        before = FIRST.assign(price=[1.0, 2.0, None])
        after = SECOND.assign(price=[1.0, 5.0, 3.0])

        measures = {one.column: one.measures for one in ddj.compare(before, after).changes.measures}

        (score,) = measures["quality"]
        assert (score.name, score.before, score.after, score.up, score.down) == ("tone", "2", "2", 1, 1)
        assert score.judged
        (price,) = measures["price"]
        assert (price.before, price.after, price.up, price.down, price.judged) == ("1.5", "3", 1, 0, False)
        assert set(measures) == {"quality", "price"}


class TestWhatToMind:
    def test_samplers_that_drew_anew_are_named(self) -> None:
        drawn = frame(["Good.", "Dim.", "Sharp."], products=["lamp", "lamp", "knife"])

        (sentence,) = _sentences(ddj.compare(preview("first", FIRST), preview("second", drawn)))

        assert "`product` was drawn anew and differs in 1 of 3 records" in sentence
        assert "seed dataset" in sentence

    def test_the_same_inputs_in_another_order_are_told(self) -> None:
        turned = frame(["Good.", "Dim.", "Sharp."], products=["lamp", "mug", "knife"])

        (sentence,) = _sentences(ddj.compare(preview("first", FIRST), preview("second", turned)))

        assert "`product` has the same values in another order" in sentence
        assert "by their number only" in sentence

    def test_a_shuffled_dataframe_is_told(self) -> None:
        (sentence,) = _sentences(ddj.compare(FIRST, FIRST.iloc[::-1].reset_index(drop=True)))

        assert "in another order" in sentence

    def test_records_that_but_one_side_has_are_counted(self) -> None:
        assert _sentences(ddj.compare(FIRST, FIRST.head(1))) == [
            "2 records are in `before` only, and count among those that differ."
        ]

    def test_records_that_failed_nobody_knows_where_are_told(self) -> None:
        failed = previewed(RecordFailed(7, "review", "refused"), frame=SECOND, builder=builder(), name="second")

        (sentence,) = _sentences(ddj.compare(preview("first", FIRST), failed))

        assert sentence.startswith("In `second`, 1 record failed; it is not known which")

    def test_nothing_is_said_where_only_texts_differ(self) -> None:
        assert _sentences(ddj.compare(preview("first", FIRST), preview("second", SECOND))) == []


class TestErrors:
    def test_what_is_no_run_and_no_dataframe_is_refused(self) -> None:
        with pytest.raises(ConfigError, match=r"`after` is a dict, which cannot be compared\. Give two previews"):
            ddj.compare(FIRST, {"a": 1})

    def test_two_without_a_common_column_are_refused_with_the_columns_they_have(self) -> None:
        with pytest.raises(ConfigError, match="`before` has `a`, `after` has `b`"):
            ddj.compare(pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]}))

    def test_a_preview_that_still_runs_is_to_be_waited_for(self) -> None:
        running = preview_of(telling(Step("Making")), name="second")

        with pytest.raises(NotReadyError, match=r"`second` is still being made\. Wait for it with `\.wait\(\)`"):
            ddj.compare(FIRST, running)

    def test_a_preview_without_records_says_why(self) -> None:
        with pytest.raises(NotReadyError, match="`second` has nothing to compare"):
            ddj.compare(FIRST, previewed(name="second"))


class TestRecords:
    @pytest.fixture
    def comparison(self) -> Comparison:
        return ddj.compare(preview("first", FIRST), preview("second", SECOND, builder("Write {{ product }}.")))

    def test_a_cell_that_differs_holds_the_earlier_value_too(self, comparison: Comparison) -> None:
        page = comparison.table.rows(Rows(start=0, end=10))

        assert [cell.before for cell in page.rows[0]] == [None, None, None]
        assert [(cell.text, cell.before) for cell in page.rows[1]] == [
            ("lamp", None),
            ("Bright.", "Dim."),
            ("3", "2"),
        ]

    def test_only_records_that_differ_are_shown_on_demand(self, comparison: Comparison) -> None:
        of_any = comparison.table.rows(Rows(start=0, end=10, filters=(Filter(column=None, test="changed"),)))
        of_product = comparison.table.rows(Rows(start=0, end=10, filters=(Filter(column="product", test="changed"),)))

        assert (of_any.numbers, of_any.total) == ((1, 2), 2)
        assert of_product.total == 0

    def test_they_are_sorted_and_filtered_as_in_any_table(self, comparison: Comparison) -> None:
        asked = Rows(
            start=0,
            end=1,
            sort=(Sort(column="product"),),
            filters=(Filter(column=None, test="changed"), Filter(column="review", test="contains", value="b")),
        )

        page = comparison.table.rows(asked)

        assert (page.numbers, page.total) == ((2,), 2)

    def test_a_filter_for_a_column_that_is_not_there_says_so(self, comparison: Comparison) -> None:
        with pytest.raises(ConfigError, match="no column `gone`"):
            comparison.table.rows(Rows(start=0, end=1, filters=(Filter(column="gone", test="changed"),)))

    def test_two_long_texts_are_shown_from_their_first_difference(self) -> None:
        same_start = "word " * 100
        comparison = ddj.compare(_one(same_start + "old end"), _one(same_start + "new end"))

        ((cell,),) = comparison.table.rows(Rows(start=0, end=1)).rows

        assert cell.before is not None
        assert cell.before.startswith("…") and cell.before.endswith("old end")
        assert cell.text.startswith("…") and cell.text.endswith("new end")

    def test_a_record_in_full_has_both_values(self, comparison: Comparison) -> None:
        record = comparison.table.record(Record(number=1))

        assert [(field.column, field.text, field.differs) for field in record.fields[:2]] == [
            ("product", "lamp", False),
            ("review", "Bright.", True),
        ]
        assert record.before[1].text == "Dim."
        assert record.before[2].scores[0].score == "2"

    def test_a_record_that_one_side_has_stands_alone(self) -> None:
        comparison = ddj.compare(FIRST, SECOND.head(2))

        page = comparison.table.rows(Rows(start=2, end=3))

        assert [cell.before for cell in page.rows[0]] == [None] * 3
        assert page.rows[0][0].note == "only in before"
        record = comparison.table.record(Record(number=2))
        assert (record.fields[1].text, record.before) == ("Sharp.", ())

    def test_it_is_counted_among_those_that_differ(self) -> None:
        table = ddj.compare(FIRST, FIRST.head(2)).table

        assert table.rows(Rows(start=0, end=9, filters=(Filter(column=None, test="changed"),))).numbers == (2,)

    def test_a_record_that_is_not_there_says_so(self, comparison: Comparison) -> None:
        with pytest.raises(NotReadyError, match="no record 4"):
            comparison.table.record(Record(number=3))

    def test_how_a_column_is_made_is_told_by_the_later_configuration(self, comparison: Comparison) -> None:
        made = comparison.table.generator(Generator(column="review"))

        assert "Write {{ product }}." in [setting.text for setting in made.settings]


def _one(value: Any) -> pd.DataFrame:
    column = pd.Series([None], dtype=object)
    column[0] = value
    return pd.DataFrame({"x": column})


def _sentences(comparison: Comparison) -> list[str]:
    return [notice.text for notice in comparison.caveats]
