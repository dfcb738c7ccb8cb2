"""A table answers what a view asks: a page, a record, the rest of a text, and what its columns are like."""

from __future__ import annotations

import base64
import datetime
import json
import math
import threading
import time
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from pydantic import ValidationError

import dd_jupyter as ddj
from dd_jupyter.display.answers.awaiting import ForgottenError, answer_until, check
from dd_jupyter.display.profile import PROFILED_RECORDS, profiles
from dd_jupyter.display.requests.table import Filter, Profile, Record, Rows, Sort, Text
from dd_jupyter.display.table import table as table_module
from dd_jupyter.display.table.description import Description
from dd_jupyter.display.table.frames import frame_of
from dd_jupyter.display.table.table import TEXT_CHARACTERS, Table
from dd_jupyter.display.widgets.table_widget import TableWidget
from dd_jupyter.errors import ConfigError, NotReadyError

PNG = b"\x89PNG\r\n\x1a\n"


def table(data: Any, **known: Any) -> Table:
    return Table(frame_of(data), Description(**known) if known else None)


def texts(shown: Table, request: Rows) -> list[list[str]]:
    return [[cell.text for cell in row] for row in shown.rows(request).rows]


# Pages.


def test_a_page_is_what_was_asked_for_and_says_how_much_there_is() -> None:
    shown = Table(frame_of(pa.table({"n": range(100)})), version=3)

    page = shown.rows(Rows(start=10, end=12))

    assert (page.version, page.start, page.total, page.numbers) == (3, 10, 100, (10, 11))
    assert [row[0].text for row in page.rows] == ["10", "11"]


def test_a_page_beyond_the_end_is_empty() -> None:
    page = table(pa.table({"n": range(5)})).rows(Rows(start=4, end=100))

    assert (page.numbers, page.total) == ((4,), 5)
    assert table(pa.table({"n": range(5)})).rows(Rows(start=50, end=60)).rows == ()


def test_records_keep_their_numbers_when_they_are_sorted_and_filtered() -> None:
    shown = table(pd.DataFrame({"name": ["lamp", "kettle", "tent"], "stars": [2, 5, 4]}))
    request = Rows(
        sort=(Sort(column="stars", descending=True),),
        filters=(Filter(column="stars", test="at least", value="3"),),
        start=0,
        end=10,
    )

    assert shown.rows(request).numbers == (1, 2)
    assert shown.rows(request).total == 2
    assert texts(shown, request) == [["kettle", "5"], ["tent", "4"]]


def test_the_heads_say_what_a_column_is() -> None:
    plain = table(pd.DataFrame({"n": [1.0, 2], "t": ["x", "y"], "o": pd.Series([None, 2.5], dtype=object)})).view
    known = table(pa.table({"t": ["x"]}), kinds={"t": ("LLM text", "nano")}).view

    assert (plain.columns[0].name, plain.columns[0].kind, plain.columns[0].detail) == ("n", "", "float64")
    assert [head.numeric for head in plain.columns] == [True, False, True]
    assert (known.columns[0].kind, known.columns[0].detail, known.rows) == ("LLM text", "nano", 1)


def test_a_page_can_be_sent_whatever_the_values_are() -> None:
    values = [2**63, -(2**90), Decimal("NaN"), Decimal("1.5"), math.inf, math.nan, datetime.date(2024, 1, 2), b"x",
              "\udc00", {"a": math.nan}, [1, None], pd.NaT, 1 + 2j, object]  # fmt: skip
    shown = table(pd.DataFrame({"c": pd.Series(values, dtype=object)}))

    page = shown.rows(Rows(start=0, end=100)).model_dump(mode="json")
    fields = [shown.record(Record(number=number)).model_dump(mode="json") for number in range(len(values))]

    assert page["rows"][0][0]["text"] == "9223372036854775808"
    assert page["rows"][2][0]["form"] == page["rows"][5][0]["form"] == "null"
    assert json.loads(json.dumps([page, fields], allow_nan=False)) == [page, fields]


def test_pages_are_asked_for_from_many_threads_at_once() -> None:
    shown = table(pa.table({"n": list(range(5_000)), "t": [f"t{number % 7}" for number in range(5_000)]}))
    found: list[Any] = []

    def ask(descending: bool) -> None:
        for name in ("n", "t"):
            request = Rows(sort=(Sort(column=name, descending=descending),), start=0, end=2)
            found.append((name, descending, shown.rows(request).numbers))

    threads = [threading.Thread(target=ask, args=(at % 2 == 0,)) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 24
    assert set(found) == {
        ("n", False, (0, 1)), ("n", True, (4999, 4998)), ("t", False, (0, 7)), ("t", True, (6, 13)),
    }  # fmt: skip


def test_what_is_asked_for_while_nobody_waits_is_given_up() -> None:
    shown = table(pa.table({"n": [1]}))
    forgotten = threading.Event()
    raised: list[BaseException] = []

    def ask() -> None:
        answer_until(forgotten)
        check()()
        forgotten.set()
        try:
            shown.rows(Rows(start=0, end=1))
        except ForgottenError as error:
            raised.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert len(raised) == 1
    check()()  # another thread's answer is still waited for
    assert shown.rows(Rows(start=0, end=1)).total == 1


# Records.


def test_a_record_is_shown_in_full_with_code_and_markdown() -> None:
    shown = table(
        pa.table({"code": ["x = 1"], "text": ["# Title"], "plain": ["just words"], "json": [{"a": 1}]}),
        types={"code": "llm-code"},
        languages={"code": "python"},
    )

    code, text, plain, structure = shown.record(Record(number=0)).fields

    assert (code.form, code.language, code.tokens[0].text) == ("code", "python", "x ")
    assert (text.form, text.text, text.markdown[0].tag) == ("text", "# Title", "heading")
    assert (plain.markdown, plain.tokens) == ((), ())
    assert structure.form == "json"


def test_a_long_text_comes_in_pieces() -> None:
    whole = "".join(f"{number:06}" for number in range(50_000))
    shown = table(pa.table({"t": [whole]}))

    (field,) = shown.record(Record(number=0)).fields
    pieces, cut = [field.text], field.cut
    while cut:
        more = shown.text(Text(number=0, column="t", start=sum(map(len, pieces))))
        pieces.append(more.text)
        cut = more.cut

    assert len(field.text) == TEXT_CHARACTERS and "".join(pieces) == whole and len(pieces) == 3
    assert shown.text(Text(number=0, column="t", start=10**9)).text == ""


def test_a_picture_of_some_megabytes_is_shown_here() -> None:
    large, larger = PNG.ljust(4_000_000, b"\0"), PNG.ljust(6_000_000, b"\0")
    data = pd.DataFrame({"i": [base64.b64encode(picture).decode() for picture in (large, larger)]})
    shown = table(data, types={"i": "image"})

    assert shown.record(Record(number=0)).fields[0].text.startswith("data:image/png;base64,")
    assert shown.record(Record(number=1)).fields[0].text == "An image of 6.0 MB, too large to keep in the notebook."


def test_a_conversation_is_sent_once() -> None:
    trace = [{"role": "user", "content": [{"type": "text", "text": "Hello"}]}]

    (field,) = table(pd.DataFrame({"a__trace": [trace]})).record(Record(number=0)).fields

    assert (field.form, field.text, field.messages[0].text) == ("trace", "", "Hello")


def test_what_is_not_there_is_said_in_a_sentence() -> None:
    shown = table(pa.table({"t": ["x"]}))

    with pytest.raises(NotReadyError, match=r"There is no record 6 in this table, which has 1\."):
        shown.record(Record(number=5))
    with pytest.raises(NotReadyError, match="There is no record 6"):
        shown.text(Text(number=5, column="t", start=0))
    with pytest.raises(NotReadyError, match="There is no column `u`"):
        shown.text(Text(number=0, column="u", start=0))


# Judges.

ANSWERS = [
    {"quality": {"reasoning": "b", "score": 4}},
    None,
    {"quality": {"reasoning": "a", "score": 10}},
    {"quality": {"reasoning": "c", "score": 2}},
]


@pytest.mark.parametrize("held", [pd.DataFrame, pa.Table.from_pylist], ids=["pandas", "arrow"])
def test_a_judges_answers_are_sorted_and_filtered_by_their_score(held: Any) -> None:
    rows = [{"judge": answer} for answer in ANSWERS]
    shown = table(held(rows), types={"judge": "llm-judge"}, scored=frozenset({"judge"}))

    assert list(shown.numbers((Sort(column="judge"),))) == [3, 0, 2, 1]
    assert list(shown.numbers((Sort(column="judge", descending=True),))) == [2, 0, 3, 1]
    assert list(shown.numbers((), (Filter(column="judge", test="at least", value="4"),))) == [0, 2]


def test_a_judge_that_gives_words_is_sorted_by_them() -> None:
    answers = [{"tone": {"score": "rude"}}, {"tone": {"score": "kind"}}, "refused"]
    shown = table(pd.DataFrame({"judge": answers}), types={"judge": "llm-judge"})

    assert list(shown.numbers((Sort(column="judge"),))) == [1, 0, 2]
    assert list(shown.numbers((), (Filter(column="judge", test="equals", value="Kind"),))) == [1]


def test_judges_and_traces_are_known_by_their_values_in_a_dataset_from_elsewhere() -> None:
    trace = [{"role": "user", "content": "Hello"}]
    data = pd.DataFrame({"j": ANSWERS, "t__trace": [trace] * 4, "d": [{"score": 1}] * 4, "e": [{}] * 4})

    page = table(data).rows(Rows(start=0, end=1))

    assert [cell.form for cell in page.rows[0]] == ["judge", "trace", "json", "json"]
    assert [head.detail for head in table(data).view.columns] == ["judge", "trace", "object", "object"]
    assert list(table(data).numbers((Sort(column="j"),))) == [3, 0, 2, 1]


def test_a_type_of_pages_is_named_in_a_word() -> None:
    frame = pa.table({"s": [{f"a{number}": 1 for number in range(500)}], "l": [[[1]]]})

    assert [head.detail for head in table(frame).view.columns] == ["struct", "list"]


# Profiles.


def test_the_profile_counts_all_records_and_draws_the_first_ones() -> None:
    numbers = [None if number % 4 == 0 else number for number in range(4_000)]

    for data in (pa.table({"n": numbers}), pd.DataFrame({"n": numbers}), pd.DataFrame({"n": numbers}, dtype="Int64")):
        profile = table(data).profile(Profile())
        assert (profile.records, profile.drawn) == (4_000, PROFILED_RECORDS)
        assert (profile.columns[0].nulls, profile.columns[0].unique) == (1_000, 3_000)
        assert sum(bar.count for bar in profile.columns[0].distribution) == 750


def test_long_texts_of_many_records_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dd_jupyter.display.table.counts.COUNTED_BYTES", 1_000)

    profile = table(pa.table({"t": [f"{number}" * 9 for number in range(2_000)]})).profile(Profile())

    assert profile.columns[0].unique is None


def test_a_profile_is_worked_out_once() -> None:
    shown = table(pa.table({"n": [1, 2]}))

    assert shown.profile(Profile()) is shown.profile(Profile())


def judged(*scores: Any) -> Any:
    frame = pd.DataFrame({"j": [None if score is None else {"quality": {"score": score}} for score in scores]})
    (profile,) = profiles(frame, {"j": "LLM judge"}, {}, {"j": "llm-judge"})
    return profile


def test_a_judges_scores_have_a_bar_each() -> None:
    profile = judged(4, 5, None, "4", 1, 4.0)

    assert (profile.dtype, profile.nulls, profile.summary, profile.ordered) == ("score", 1, "mean 3.6", True)
    assert [(bar.label, bar.count) for bar in profile.distribution] == [
        ("1", 1),
        ("2", 0),
        ("3", 0),
        ("4", 3),
        ("5", 1),
    ]


def test_scores_that_are_words_are_told_by_how_often_they_come() -> None:
    profile = judged("rude", "kind", "kind")

    assert (profile.summary, profile.ordered) == ("", False)
    assert [(bar.label, bar.count) for bar in profile.distribution] == [("kind", 2), ("rude", 1)]


def test_of_several_scores_it_is_said_which_one_is_drawn() -> None:
    answers = [
        {"quality": {"score": 4}, "tone": {"score": "rude"}},
        {"quality": {"score": 2}, "tone": {"score": "kind"}},
    ]
    (profile,) = profiles(pd.DataFrame({"j": answers}), {}, {}, {"j": "llm-judge"})

    assert (profile.dtype, profile.summary) == ("scores", "quality is drawn; means: quality 3, tone")


def test_a_judge_that_never_answered_has_a_profile() -> None:
    (profile,) = profiles(pd.DataFrame({"j": ["refused", None]}), {}, {}, {"j": "llm-judge"})

    assert (profile.dtype, profile.nulls) == ("text", 1)


@pytest.mark.parametrize(
    ("statistics", "told"),
    [
        ({"input_tokens_mean": 209.6, "input_tokens_stddev": 12.2, "output_tokens_mean": 54, "output_tokens_stddev": 9},
         "in 210 ± 12, out 54 ± 9"),
        ({"input_tokens_mean": 1234.0, "input_tokens_stddev": "--"}, "in 1,234"),
        ({"input_tokens_mean": "--", "output_tokens_mean": -1, "output_tokens_stddev": 0.0}, ""),
        ({"output_tokens_mean": math.nan}, ""),
        ({}, ""),
    ],
)  # fmt: skip
def test_tokens_of_what_a_model_wrote_are_told(statistics: dict[str, Any], told: str) -> None:
    (profile,) = profiles(pd.DataFrame({"t": ["x"]}), {}, {"t": SimpleNamespace(**statistics)})

    assert profile.tokens == told


# The widget.


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    monkeypatch.setattr(TableWidget, "send", lambda self, message, buffers=None: messages.append(message))
    return messages


def test_any_data_is_shown_with_its_first_records_for_where_no_widget_is() -> None:
    widget = ddj.table(pd.DataFrame({"n": range(1_000), "t": ["<b>bold</b>"] * 1_000}), "things")

    bundle = widget._repr_mimebundle_()
    assert bundle is not None
    html, text = bundle[0]["text/html"], bundle[0]["text/plain"]
    assert "&lt;b&gt;bold" in html and "<b>bold" not in html
    assert html.count("<tr>") == 11 and "10 of 1,000" in html
    assert text.startswith("Table things · pandas DataFrame\n") and "10 of 1,000" in text
    assert repr(widget) == "<TableWidget things, 1,000 records>"


def test_a_table_without_records_says_so() -> None:
    bundle = ddj.table(pd.DataFrame({"n": []}))._repr_mimebundle_()

    assert bundle is not None and "No records." in bundle[0]["text/html"]


def test_what_the_notebook_keeps_holds_no_record() -> None:
    widget = ddj.table(pd.DataFrame({"n": ["a secret value"]}))

    assert "secret" not in json.dumps(widget.get_state(), default=str)
    assert widget.live["view"] == "table" and widget.live["table"]["rows"] == 1


def test_the_browser_is_answered(sent: list[dict[str, Any]]) -> None:
    widget = ddj.table(pa.table({"n": [3, 1, 2]}))
    ask = {"op": "rows", "sort": [{"column": "n"}], "start": 0, "end": 2}

    widget._hear(widget, {"request": "1", "ask": ask}, [])
    wait_for(lambda: len(sent) == 1)
    widget._hear(widget, {"request": "2", "ask": {**ask, "sort": [{"column": "gone"}]}}, [])
    wait_for(lambda: len(sent) == 2)

    assert sent[0]["reply"]["numbers"] == [1, 2]
    assert sent[1] == {
        "request": "2",
        "error": "There is no column `gone`. Run the cell again to see those that there are.",
    }


def test_an_answer_that_is_forgotten_on_the_way_is_never_sent(
    sent: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, given_up = threading.Event(), threading.Event()
    widget = ddj.table(pa.table({"n": [3, 1, 2]}))

    def page(self: Table, request: Rows) -> Any:
        begun.set()
        give_up = check()
        try:
            while True:
                give_up()
                time.sleep(0.001)
        finally:
            given_up.set()

    monkeypatch.setitem(widget._answers, Rows, lambda request: page(widget._table, request))
    widget._hear(widget, {"request": "1", "ask": {"op": "rows", "start": 0, "end": 1}}, [])
    assert begun.wait(10)
    widget._hear(widget, {"request": "2", "ask": {"op": "forget", "forgotten": "1"}}, [])

    assert given_up.wait(10)
    wait_for(lambda: not widget._awaited)
    assert sent == []


def test_a_page_larger_than_the_contract_is_refused() -> None:
    with pytest.raises(ValidationError):
        Rows(start=0, end=501)


def test_data_that_is_no_table_is_refused_before_anything_is_shown() -> None:
    with pytest.raises(ConfigError, match="A int is no table"):
        ddj.table(5)


def wait_for(condition: Any) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.005)


def test_the_answers_are_those_of_a_table() -> None:
    assert set(table(pa.table({"n": [1]})).answers) == {Rows, Record, Text, Profile}
    assert table_module.IMAGE_BYTES == 5_000_000


def test_a_structure_that_is_nested_without_end_ends_with_an_ellipsis() -> None:
    deepest: dict[str, Any] = {}
    innermost = deepest
    for _ in range(3_000):
        innermost["in"] = {}
        innermost = innermost["in"]
    table = Table(frame_of(pd.DataFrame({"x": [deepest, None]})))

    (row,) = table.rows(Rows(start=0, end=1, sort=(Sort(column="x"),))).rows
    (field,) = table.record(Record(number=0)).fields

    assert row[0].form == "json" and row[0].text.startswith('{"in": {"in"')
    assert "{…}" in field.text
    assert table.profile(Profile()).columns[0].nulls == 1
