"""Records come in the configuration's column order, from memory and from disk."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from dd_jupyter.engine import Column
from dd_jupyter.execution import dataset
from tests.unit.runs import dataset_folder

COLUMNS = (
    Column("seed", "seed-dataset"),
    Column("review", "llm-text", side_effects=("review__trace", "review__reasoning")),
    Column("size", "sampler"),
)


def test_columns_stand_in_the_configurations_order_each_with_what_it_brings_along() -> None:
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["size", "review__trace", "seed", "review"])

    assert list(dataset.in_order(frame, COLUMNS).columns) == ["seed", "review", "review__trace", "size"]


def test_columns_that_nobody_accounts_for_come_last_in_their_own_order() -> None:
    frame = pd.DataFrame([[1, 2, 3, 4]], columns=["z", "size", "a", "seed"])

    assert list(dataset.in_order(frame, COLUMNS).columns) == ["seed", "size", "z", "a"]


def test_a_column_named_twice_is_there_once() -> None:
    frame = pd.DataFrame({"size": [1], "seed": [2]})
    twice = (Column("seed", "seed-dataset", side_effects=("size",)), Column("size", "sampler"))

    assert list(dataset.in_order(frame, twice).columns) == ["seed", "size"]


def test_values_stay_with_their_columns() -> None:
    frame = pd.DataFrame({"size": ["S", "L"], "seed": [1, 2]}, index=[7, 9])

    ordered = dataset.in_order(frame, COLUMNS)

    assert ordered.to_dict(orient="list") == {"seed": [1, 2], "size": ["S", "L"]}
    assert list(ordered.index) == [7, 9]
    assert list(frame.columns) == ["size", "seed"]


def test_rows_in_the_making_leave_out_the_columns_that_will_be_dropped() -> None:
    columns = (*COLUMNS, Column("draft", "llm-text", kept=False), Column("later", "sampler", kept=False))

    frame = dataset.from_rows([{"draft": "d", "size": "S", "seed": 1}], columns)

    assert frame.to_dict(orient="records") == [{"seed": 1, "size": "S"}]


def test_no_rows_are_an_empty_frame() -> None:
    assert dataset.from_rows([], COLUMNS).empty


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A dataset of 3, 2 and 4 records that count from 0."""
    parts = (range(3), range(3, 5), range(5, 9))
    return dataset_folder(tmp_path, *(pd.DataFrame({"size": "S", "seed": list(part)}) for part in parts))


@pytest.mark.parametrize("limit", [0, 1, 3, 4, 5, 8, 9, 100, None])
def test_reading_gives_the_first_records_and_no_more_than_asked_for(folder: Path, limit: int | None) -> None:
    frame = dataset.read(folder, COLUMNS, limit=limit)

    assert list(frame["seed"]) == list(range(9))[:limit]
    assert list(frame.index) == list(range(len(frame)))
    assert list(frame.columns) == ["seed", "size"]


def test_no_file_is_read_that_is_not_needed(folder: Path) -> None:
    (folder / "parquet-files" / "batch_00002.parquet").write_bytes(b"still being written")

    assert list(dataset.read(folder, COLUMNS, limit=5)["seed"]) == [0, 1, 2, 3, 4]


def test_missing_values_stay_missing_and_whole_numbers_whole(tmp_path: Path) -> None:
    dataset_folder(tmp_path, pd.DataFrame({"seed": pd.array([1, None], dtype="Int64"), "size": [None, "S"]}))

    frame = dataset.read(tmp_path, COLUMNS)

    assert frame["seed"].dtype == "int64[pyarrow]"
    assert frame.isna().to_dict(orient="list") == {"seed": [False, True], "size": [True, False]}


def test_a_batch_without_any_value_of_a_column_goes_with_one_that_has_them(tmp_path: Path) -> None:
    dataset_folder(tmp_path, pd.DataFrame({"size": [None, None]}), pd.DataFrame({"size": ["S"]}))

    frame = dataset.read(tmp_path, COLUMNS)

    assert frame["size"].isna().tolist() == [True, True, False]
    assert frame["size"].iloc[2] == "S"


def test_records_are_counted_without_reading_them(folder: Path) -> None:
    assert dataset.count(folder) == 9


def test_a_folder_without_records_has_none(tmp_path: Path) -> None:
    assert dataset.count(tmp_path) == 0
    assert dataset.read(tmp_path, COLUMNS).empty
    assert dataset.record_files(tmp_path) == []


def test_files_that_are_no_batches_are_left_alone(folder: Path) -> None:
    (folder / "parquet-files" / "notes.parquet").write_bytes(b"no records")
    (folder / "parquet-files" / "batch_00009.tmp").write_bytes(b"unfinished")

    assert [file.name for file in dataset.record_files(folder)] == [f"batch_0000{n}.parquet" for n in range(3)]
