"""A comparison as a person sees it: a widget where a browser draws one, static HTML and text elsewhere."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

import dd_jupyter as ddj
from dd_jupyter.display.compare.pieces import first_difference, pieces_of
from dd_jupyter.display.widgets.compare_widget import CompareWidget, static_bundle
from dd_jupyter.magics import register
from tests.unit.test_compare import FIRST, SECOND, builder, preview

HOSTILE = "<img src=x onerror=alert(1)>"
EDITED = "Write a short review of {{ product }}."


def shown(before: Any, after: Any) -> dict[str, str]:
    return static_bundle(ddj.compare(before, after))


def edited() -> tuple[Any, Any]:
    return preview("first", FIRST), preview("second", SECOND, builder(EDITED))


class TestText:
    def test_it_says_what_differs_how_it_is_made_and_what_came_of_it(self) -> None:
        assert shown(*edited())["text/plain"].splitlines() == [
            "Compare first (3 records, run in this kernel) -> second (3 records, run in this kernel) · "
            "≠ 2 of 3 records differ",
            "",
            "review   LLM text   [#############-------]  2 of 3  made otherwise",
            "quality  LLM judge  [#############-------]  2 of 3  tone mean 2 -> 2, 1 better, 1 worse",
            "The same: product",
            "",
            "Made otherwise",
            "  review · Prompt",
            "    -  Write a review of {{ product }}.",
            "    +  Write a short review of {{ product }}.",
            "",
            "Records that differ",
            "  Record 2",
            "    review",
            "    -  Dim.",
            "    +  Bright.",
            "    quality",
            "    -  tone 2: because 2",
            "    +  tone 3: because 3",
            "  Record 3",
            "    review",
            "    -  Sharp.",
            "    +  Blunt.",
            "    quality",
            "    -  tone 3: because 3",
            "    +  tone 2: because 2",
        ]

    def test_two_that_are_the_same_are_said_to_be(self) -> None:
        assert shown(FIRST, FIRST.copy())["text/plain"] == (
            "Compare before (3 records) -> after (3 records) · ✓ All 3 records are the same"
        )

    def test_columns_of_one_side_and_other_types_are_told(self) -> None:
        before = pd.DataFrame({"a": [1, 2], "gone": [1, 1]})
        after = pd.DataFrame({"a": ["1", "2"], "new": [1, 1]})

        text = shown(before, after)["text/plain"]

        assert re.search(r"2 of 2 +text, was number", text)
        assert re.search(r"new +int64 +only in after", text)
        assert re.search(r"gone +int64 +only in before", text)

    def test_no_more_than_the_first_five_records_are_kept(self) -> None:
        before, after = pd.DataFrame({"n": range(1_000)}), pd.DataFrame({"n": range(1, 1_001)})

        text = shown(before, after)["text/plain"]

        assert "The first 5 of 1,000 records that differ" in text
        assert "Record 5" in text and "Record 6" not in text


class TestHtml:
    def test_the_words_that_differ_are_marked(self) -> None:
        html = shown(*edited())["text/html"]

        assert "Write a <ins>short </ins>review of {{ product }}." in html
        assert "<del>Dim.</del>" in html and "<ins>Bright.</ins>" in html
        assert "2 of 3 records differ" in html

    def test_hostile_text_is_text_wherever_it_stands(self) -> None:
        before = pd.DataFrame({HOSTILE: [f"{HOSTILE} a"], "gone": [1]})
        after = pd.DataFrame({HOSTILE: [f"{HOSTILE} b"]})
        comparison = ddj.compare(before, after, names=(HOSTILE, HOSTILE))

        html = static_bundle(comparison)["text/html"]

        assert "<img" not in html
        assert html.count("&lt;img") >= 5

    def test_hostile_prompts_are_text_too(self) -> None:
        html = shown(preview("a", FIRST), preview("b", SECOND, builder(f"{HOSTILE}\x1b[31m {{{{ product }}}}")))[
            "text/html"
        ]

        assert "<img" not in html and "\x1b" not in html

    def test_a_difference_late_in_a_long_text_is_in_sight(self) -> None:
        words = "same " * 3_000

        html = shown(pd.DataFrame({"x": [f"{words}old"]}), pd.DataFrame({"x": [f"{words}new"]}))["text/html"]

        assert "<del>old</del>" in html and "<ins>new</ins>" in html
        assert len(html) < 30_000


class TestPieces:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("", ""),
            ("a b c", "a x c"),
            ("one two", "one two three"),
            ("same", "same"),
            ("  ", "\n"),
            ("x " * 5_000, "y " * 5_000),
        ],
        ids=["nothing", "middle", "end", "same", "spaces", "long"],
    )
    def test_they_make_up_both_texts(self, old: str, new: str) -> None:
        before, after = pieces_of(old, new)

        assert "".join(piece.text for piece in before) == old
        assert "".join(piece.text for piece in after) == new
        if old != new:
            assert any(piece.differs for piece in (*before, *after))

    def test_only_words_that_differ_are_marked(self) -> None:
        before, after = pieces_of("Write two long sentences.", "Write three sentences, please.")

        assert [piece.text for piece in before if piece.differs] == ["two long"]
        assert [piece.text for piece in after if piece.differs] == ["three", ", please"]

    def test_of_a_number_all_is_marked(self) -> None:
        before, after = pieces_of("0.7", "0.75")

        assert [(piece.text, piece.differs) for piece in (*before, *after)] == [("0.7", True), ("0.75", True)]

    def test_a_line_begins_shortly_before_the_difference(self) -> None:
        start = first_difference("a lot of words and then old", "a lot of words and then new")

        assert "a lot of words and then old"[start:] in {"then old", "and then old"}
        assert first_difference("short old", "short new") == 0


class TestWidget:
    def test_a_notebook_keeps_no_value_of_a_record_and_no_prompt(self) -> None:
        widget = CompareWidget(ddj.compare(*edited()))

        kept = json.dumps(widget.get_state())

        for secret in ("Bright.", "Dim.", "because", EDITED, "lamp"):
            assert secret not in kept
        assert widget.live["changed"] == 2
        assert [(one["name"], one["changed"], one["settings"]) for one in widget.live["columns"]] == [
            ("review", 2, True),
            ("quality", 2, False),
        ]

    def test_without_a_kernel_it_is_static(self) -> None:
        assert set(ddj.compare(FIRST, SECOND)._repr_mimebundle_()) == {"text/html", "text/plain"}  # type: ignore[arg-type]


class TestMagic:
    @pytest.fixture
    def shell(self, publisher: CapturingDisplayPublisher) -> InteractiveShell:
        shell = InteractiveShell.instance()
        register(shell)
        shell.user_ns.update(first=FIRST, second=SECOND)
        return shell

    def test_it_compares_two_variables_and_names_them(
        self, shell: InteractiveShell, publisher: CapturingDisplayPublisher
    ) -> None:
        shell.run_line_magic("dd_compare", "first second")

        (output,) = publisher.outputs
        assert output["data"]["text/plain"].startswith("Compare first (3 records) -> second (3 records)")

    def test_a_variable_that_is_not_there_is_named(self, shell: InteractiveShell) -> None:
        with pytest.raises(UsageError, match="There is no variable `third`"):
            shell.run_line_magic("dd_compare", "first third")
