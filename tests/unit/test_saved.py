"""What an output keeps of a view is bounded, holds no secret and can be read again."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dd_jupyter.display.requests.run import LogView
from dd_jupyter.display.requests.table import Record, RecordFieldsView, Rows, RowsView
from dd_jupyter.display.saved import MOST_CHARACTERS, answers_of_run, first_records, in_bounds
from dd_jupyter.display.saved_model import MIME_TYPE, SavedAnswers, SavedView
from dd_jupyter.display.view_model import (
    CellView,
    ColumnHeadView,
    FailureView,
    FieldView,
    LogLineView,
    RecordsView,
    RecordView,
    RunView,
)
from tests.support.filled import filled, live_views

PICTURE = "data:image/png;base64," + "A" * 150_000


def size(answers: SavedAnswers) -> int:
    return len(json.dumps(answers.to_wire()))


def kept(number: int, text: str = "Kettle", form: str = "text") -> SavedAnswers:
    """As many records of one column as are given, with this as their value."""
    rows = RowsView(
        version=1, start=0, total=number, numbers=tuple(range(number)), rows=((CellView(text=text[:200]),),) * number
    )
    field = FieldView(column="review", kind="LLM text", form=form, text=text)  # type: ignore[arg-type]
    records = tuple(RecordFieldsView(number=each, fields=(field,)) for each in range(number))
    return SavedAnswers(rows=rows, records=records)


def test_a_small_sample_is_kept_whole():
    answers = kept(50)

    assert in_bounds(answers) == answers


@pytest.mark.parametrize("number", [1, 50, 500])
@pytest.mark.parametrize("text", ["x" * 4_000, PICTURE, 'é\n"' * 1_500], ids=["long", "picture", "escaped"])
def test_no_output_is_larger_than_it_may_be(number, text):
    bounded = in_bounds(kept(number, text))

    assert size(bounded) <= 1.01 * MOST_CHARACTERS  # with what stands between the parts


def test_what_is_left_out_is_left_out_at_the_end_so_that_rows_numbers_and_total_belong_together():
    bounded = in_bounds(kept(3_000, "x" * 200))

    assert bounded.rows is not None
    assert 0 < len(bounded.rows.rows) < 3_000
    assert len(bounded.rows.rows) == len(bounded.rows.numbers) == bounded.rows.total
    assert bounded.rows.numbers == tuple(range(bounded.rows.total))
    assert [record.number for record in bounded.records] == list(range(len(bounded.records)))


def test_a_row_that_is_larger_than_an_output_leaves_the_others_out_and_breaks_nothing():
    wide = RowsView(
        version=1, start=0, total=2, numbers=(0, 1), rows=((CellView(text="x"),) * 40_000, (CellView(text="y"),))
    )

    bounded = in_bounds(SavedAnswers(rows=wide))

    assert bounded.rows is not None
    assert (bounded.rows.rows, bounded.rows.numbers, bounded.rows.total) == ((), (), 0)


def test_a_record_that_is_larger_than_an_output_is_not_kept_in_full_but_its_row_is():
    bounded = in_bounds(kept(2, "data:image/png;base64," + "A" * 300_000, "image"))

    assert bounded.rows is not None and len(bounded.rows.rows) == 2
    assert bounded.records == ()


def test_of_a_large_table_only_the_rows_that_are_kept_are_counted():
    asked: list[Any] = []

    def rows(request: Rows) -> RowsView:
        asked.append((request.start, request.end))
        return RowsView(
            version=3, start=0, total=1_000_000, numbers=(0, 1), rows=((CellView(text="a"),), (CellView(text="b"),))
        )

    def record(request: Record) -> RecordFieldsView:
        return RecordFieldsView(number=request.number, fields=())

    answers = first_records({Rows: rows, Record: record}, 2)  # type: ignore[dict-item]

    assert asked == [(0, 2)]
    assert answers.rows is not None and answers.rows.total == 2
    assert [each.number for each in answers.records] == [0, 1]


def test_of_a_run_its_first_records_its_failures_and_the_end_of_its_log_are_kept():
    field = FieldView(column="product", kind="seed", form="text", text="Kettle")
    lines = tuple(LogLineView(time="14:02:11", level="info", text=f"line {number}") for number in range(5))
    view = RunView(
        title="Preview",
        name="sample",
        where="",
        state="completed",
        records=RecordsView(
            columns=(ColumnHeadView(name="product", kind="seed"),),
            rows=((CellView(text="Kettle"),),),
            full=(RecordView(number=1, fields=(field,)),),
            total=1_000,
            expected=1_000,
        ),
        failed_records=1,
        failures=(FailureView(record=4, column="product", reason="The model did not answer."),),
        log=lines,
    )

    answers = answers_of_run(view, logged=205)

    assert answers.rows is not None and (answers.rows.total, answers.rows.numbers) == (1, (0,))
    assert answers.records == (RecordFieldsView(number=0, fields=(field,)),)
    assert answers.failures is not None and answers.failures.total == 1
    assert answers.log == LogView(first=200, next=205, lines=lines)
    assert answers.profile is None and answers.changes is None


def test_what_is_written_is_read_as_the_same_and_has_no_null_for_what_is_not_kept():
    for live in live_views("text"):
        if live.model_dump()["view"] == "submit":
            continue
        saved = SavedView(key="0" * 32, live=live, answers=filled(SavedAnswers, "text"))  # type: ignore[arg-type]

        assert SavedView.model_validate_json(json.dumps(saved.to_wire())) == saved
    assert SavedAnswers().to_wire() == {"records": []}


@pytest.mark.parametrize("exporter", ["html", "markdown", "python", "rst"])
def test_nbconvert_passes_over_the_json_and_shows_the_html_or_the_text(exporter):
    nbformat, exporters = pytest.importorskip("nbformat"), pytest.importorskip("nbconvert.exporters")
    data = {MIME_TYPE: {"kept": "only-in-the-json"}, "text/html": "<p>shown</p>", "text/plain": "shown"}
    output = nbformat.v4.new_output("display_data", data=data)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("sample", outputs=[output])])

    page, _ = exporters.get_exporter(exporter)().from_notebook_node(notebook)

    assert "only-in-the-json" not in page
    assert "shown" in page or exporter == "python"  # which has no outputs
