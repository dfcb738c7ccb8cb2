"""Any value that a dataset can hold is shown as what it is, on a line and in full."""

from __future__ import annotations

import base64
import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dd_jupyter.display.values import IMAGE_BYTES, PENDING, cell, fields, is_number, label
from dd_jupyter.display.view_model import CELL_CHARACTERS, FIELD_CHARACTERS, FieldView

NULLS = [
    None,
    float("nan"),
    np.float64("nan"),
    np.float32("nan"),
    Decimal("NaN"),
    pd.NA,
    pd.NaT,
    np.datetime64("NaT"),
    np.timedelta64("NaT"),
]
NUMBERS: list[tuple[Any, str]] = [
    (0, "0"),
    (-3, "-3"),
    (np.int8(3), "3"),
    (np.uint64(2**64 - 1), "18446744073709551615"),
    (2**70, "1180591620717411303424"),
    (0.1, "0.1"),
    (np.float32(0.1), "0.1"),
    (1 / 3, "0.333333"),
    (1e-9, "1e-09"),
    (float("inf"), "inf"),
    (Decimal("1.50"), "1.50"),
    (1 + 2j, "(1+2j)"),
]
TEXTS: list[tuple[Any, str]] = [
    ("text", "text"),
    (np.str_("text"), "text"),
    (True, "true"),
    (np.bool_(False), "false"),
    (datetime.date(2024, 1, 2), "2024-01-02"),
    (datetime.datetime(2024, 1, 2, 3, 4, 5), "2024-01-02 03:04:05"),
    (pd.Timestamp("2024-01-02"), "2024-01-02"),
    (np.datetime64("2024-01-02T03:04:05", "ns"), "2024-01-02 03:04:05"),
    (datetime.time(1, 2), "01:02:00"),
    (b"abc", "3 bytes"),
]
STRUCTURES: list[tuple[Any, Any]] = [
    ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
    ({"yes": True, "no": np.bool_(False)}, {"yes": True, "no": False}),
    ({"day": datetime.date(2024, 1, 2)}, {"day": "2024-01-02"}),
    ({"raw": b"abc"}, {"raw": "3 bytes"}),
    ({1: {"x": (2, 3)}}, {"1": {"x": [2, 3]}}),
    (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    (np.array([{"a": 1}], dtype=object), [{"a": 1}]),
    (np.array(["2024-01-02", "NaT"], dtype="datetime64[ns]"), ["2024-01-02", None]),
    ([], []),
    ({}, {}),
    (("ü", "er"), ["ü", "er"]),
]


def in_full(value: Any, column_type: str = "expression", **options: Any) -> FieldView:
    (field,) = fields("name", value, column_type, "kind", **options)
    return field


@pytest.mark.parametrize("value", NULLS, ids=repr)
def test_a_missing_value_of_any_kind_is_missing(value: Any) -> None:
    assert (cell(value, "expression").form, cell(value, "expression").text) == ("null", "")
    assert in_full(value).form == in_full(value, "llm-judge").form == in_full(value, "image").form == "null"


@pytest.mark.parametrize(("value", "text"), NUMBERS)
def test_a_number_is_written_short(value: Any, text: str) -> None:
    assert is_number(value)
    assert (cell(value, "expression").form, cell(value, "expression").text) == ("number", text)
    assert (in_full(value).form, in_full(value).text) == ("number", text)
    assert label(value) == text


@pytest.mark.parametrize(("value", "text"), TEXTS)
def test_a_plain_value_is_its_text(value: Any, text: str) -> None:
    assert not is_number(value)
    assert (cell(value, "expression").form, cell(value, "expression").text) == ("text", text)
    assert (in_full(value).form, in_full(value).text) == ("text", text)
    assert label(value) == text


@pytest.mark.parametrize(("value", "plain"), STRUCTURES)
def test_a_structure_is_json(value: Any, plain: Any) -> None:
    shown, full = cell(value, "llm-structured"), in_full(value, "llm-structured")

    assert (shown.form, json.loads(shown.text)) == ("json", plain)
    assert (full.form, json.loads(full.text)) == ("json", plain)


def test_json_keeps_letters_as_they_are_and_is_indented_in_full() -> None:
    assert cell({"a": "ü"}, "").text == '{"a": "ü"}'
    assert in_full({"a": "ü"}).text == '{\n  "a": "ü"\n}'


def test_a_huge_whole_number_is_cut_and_one_that_python_cannot_write_is_described() -> None:
    assert cell(10**300, "").text == "1" + "0" * (CELL_CHARACTERS - 2) + "…"
    assert cell(10**5_000, "").text == in_full(10**5_000).text == "a whole number of about 5,000 digits"


def test_a_long_text_is_cut_on_the_line_and_in_full_with_how_much_is_missing() -> None:
    shown, full = cell("x" * 10_000, "llm-text").text, in_full("x" * 10_000, "llm-text")

    assert shown == "x" * (CELL_CHARACTERS - 1) + "…"
    assert (len(full.text), full.cut) == (FIELD_CHARACTERS, 10_000 - FIELD_CHARACTERS)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\t c\r\n", "a b c"),
        (" " * 2_000 + "begins late", "begins late"),
        ("x" * CELL_CHARACTERS, "x" * CELL_CHARACTERS),
        ("x" * CELL_CHARACTERS + "\n", "x" * CELL_CHARACTERS),
        ("a" + " " * 2_000 + "b", "a…"),
        ("", ""),
        ("\u2028", ""),
    ],
)
def test_a_text_stands_on_one_line(text: str, shown: str) -> None:
    assert cell(text, "llm-text").text == shown


def test_code_has_its_form_and_its_language() -> None:
    full = in_full("print(1)\n", "llm-code", language="python")

    assert cell("print(1)\n", "llm-code").form == full.form == "code"
    assert (full.text, full.language) == ("print(1)\n", "python")


def test_a_value_still_to_be_made_is_no_missing_value() -> None:
    assert (PENDING.form, PENDING.text) == ("pending", "")


# Judges.


def test_one_score_is_shown_with_its_scale() -> None:
    shown = cell({"quality": {"score": 4, "reasoning": "Good."}}, "llm-judge", scale=5)

    assert (shown.form, shown.text, shown.note) == ("judge", "4", "of 5")


def test_several_scores_are_shown_with_their_names() -> None:
    answer = {"quality": {"score": 4}, "tone": {"score": "rude", "reasoning": None}}

    assert cell(answer, "llm-judge", scale=5).text == "quality 4, tone rude"
    scores = in_full(answer, "llm-judge").scores
    assert [(score.name, score.score, score.reasoning) for score in scores] == [
        ("quality", "4", ""),
        ("tone", "rude", ""),
    ]


@pytest.mark.parametrize("answer", [{"quality": 4}, {"quality": {}}, {}, [1], {"quality": [4]}])
def test_an_answer_that_is_no_score_is_shown_as_it_is(answer: Any) -> None:
    assert (cell(answer, "llm-judge").form, in_full(answer, "llm-judge").form) == ("json", "json")


def test_a_judge_that_just_talks_is_text() -> None:
    assert cell("I refuse.", "llm-judge").form == "text"


def test_an_endless_score_is_cut() -> None:
    answer = {"quality": {"score": "x" * 10_000, "reasoning": "y" * 10_000}}

    (score,) = in_full(answer, "llm-judge").scores
    assert len(cell(answer, "llm-judge").text) == len(score.score) == CELL_CHARACTERS
    assert len(score.reasoning) == FIELD_CHARACTERS


# Images.

PICTURES = {
    "png": b"\x89PNG\r\n\x1a\n" + b"p",
    "jpeg": b"\xff\xd8\xff\xe0" + b"j",
    "gif": b"GIF89a" + b"g",
    "webp": b"RIFF\x10\0\0\0WEBPVP8 ",
}
NO_PICTURES = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "html": b"<html><script>alert(1)</script>",
    "wav": b"RIFF\x10\0\0\0WAVEfmt ",
    "pdf": b"%PDF-1.7",
    "a picture in disguise": b" \x89PNG\r\n\x1a\n",
}


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(("kind", "data"), PICTURES.items())
@pytest.mark.parametrize("prefix", ["", "data:image/svg+xml;base64,"])
def test_a_picture_is_known_by_its_content(kind: str, data: bytes, prefix: str) -> None:
    shown = in_full(prefix + base64_of(data), "image")

    assert (shown.form, shown.text) == ("image", f"data:image/{kind};base64,{base64_of(data)}")


@pytest.mark.parametrize("data", NO_PICTURES.values(), ids=NO_PICTURES)
def test_what_is_no_raster_picture_is_not_shown(data: bytes) -> None:
    shown = in_full(f"data:image/png;base64,{base64_of(data)}", "image")

    assert shown.form == "text" and "only PNG, JPEG, GIF and WebP" in shown.text


@pytest.mark.parametrize("value", ["https://example.com/x.png", "not base64!", 3, b"\x89PNG\r\n\x1a\n", {"a": 1}])
def test_what_is_no_image_at_all_is_told_so(value: Any) -> None:
    shown = in_full(value, "image")

    assert shown.form == "text" and shown.text.startswith("An image that cannot be read: ")


def test_a_picture_on_disk_is_shown_from_the_datasets_folder(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(PICTURES["png"])

    assert in_full("images/a.png", "image", folder=tmp_path).form == "image"
    assert in_full("images/../images/a.png", "image", folder=tmp_path).form == "image"


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "../secret.png", "/etc/passwd", "link.png", ".", "", "x\0y", "x" * 5_000, "nowhere"]
)
def test_no_file_outside_of_the_datasets_folder_is_read(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "dataset"
    folder.mkdir()
    (tmp_path / "secret.png").write_bytes(PICTURES["png"])
    (folder / "link.png").symlink_to(tmp_path / "secret.png")

    shown = in_full(path, "image", folder=folder)

    assert shown.form == "text" and "cannot be read" in shown.text


def test_a_picture_that_is_too_large_is_named_but_not_kept() -> None:
    at_most = PICTURES["png"].ljust(IMAGE_BYTES, b"\0")

    assert in_full(base64_of(at_most), "image").form == "image"
    assert in_full(base64_of(at_most + b"\0"), "image").text == "An image of 0.3 MB, too large to keep in the notebook."


def test_several_pictures_are_a_field_each_and_counted_in_the_table() -> None:
    pictures = [base64_of(data) for data in PICTURES.values()]

    assert [field.form for field in fields("name", pictures, "image", "kind")] == ["image"] * 4
    assert cell(pictures, "image").text == "4 images"
    assert cell(pictures[0], "image").text == cell(pictures[:1], "image").text == "image"
