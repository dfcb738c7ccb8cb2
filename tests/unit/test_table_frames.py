"""Data of every kind is a table: its records by their number, and its columns to be sorted and searched."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dd_jupyter.display.answers.awaiting import ForgottenError
from dd_jupyter.display.requests.table import Filter, Sort
from dd_jupyter.display.table import unpacked
from dd_jupyter.display.table.arrangement import Arrangement
from dd_jupyter.display.table.frames import Frame, frame_of, unique_names
from dd_jupyter.errors import ConfigError, NotReadyError

pytestmark = pytest.mark.filterwarnings("error")

ROWS: list[dict[str, Any]] = [
    {"name": "kettle", "stars": 4, "price": 1.5, "good": True, "made": datetime.datetime(2024, 1, 2), "tags": ["a"]},
    {"name": None, "stars": 1, "price": None, "good": False, "made": None, "tags": []},
    {"name": "lamp", "stars": 5, "price": 0.5, "good": True, "made": datetime.datetime(2023, 5, 6), "tags": None},
    {"name": "Tent", "stars": 2, "price": 9.0, "good": None, "made": datetime.datetime(2025, 7, 8), "tags": ["b", "c"]},
]
TABLE = pa.Table.from_pylist(ROWS)


class Capsule:
    """What speaks Arrow and is of no library that is known here."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return TABLE.__arrow_c_stream__(requested_schema)


def polars() -> Any:
    """A DataFrame of polars, as far as this package uses it; polars is not installed."""
    module = ModuleType("polars.dataframe.frame")
    kind = type("DataFrame", (), {"__module__": module.__name__, "to_arrow": lambda self: TABLE})
    return kind()


def parquet(folder: Path) -> Path:
    pq.write_table(TABLE.slice(0, 3), folder / "batch_0.parquet", row_group_size=2)
    pq.write_table(TABLE.slice(3), folder / "batch_1.parquet")
    return folder


KINDS: dict[str, Callable[[Path], Any]] = {
    "pandas": lambda _: pd.DataFrame(ROWS),
    "pandas of objects": lambda _: pd.DataFrame(ROWS, dtype=object),
    "pandas of arrow": lambda _: TABLE.to_pandas(types_mapper=pd.ArrowDtype),
    "arrow": lambda _: TABLE,
    "arrow in chunks": lambda _: pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1, 0), TABLE.slice(1)]),
    "arrow batch": lambda _: TABLE.to_batches()[0],
    "capsule": lambda _: Capsule(),
    "polars": lambda _: polars(),
    "folder": parquet,
    "folder by name": lambda folder: str(parquet(folder)),
    "files": lambda folder: sorted(parquet(folder).iterdir()),
}


@pytest.fixture(params=KINDS)
def frame(request: pytest.FixtureRequest, tmp_path: Path) -> Frame:
    return frame_of(KINDS[request.param](tmp_path))


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """A record with every missing value as None, lists as lists, and times as Python's own."""

    def value(item: Any) -> Any:
        item = item.tolist() if isinstance(item, np.ndarray) else item
        item = item.to_pydatetime() if isinstance(item, pd.Timestamp) else item
        return item if isinstance(item, list) else None if item is None or item is pd.NA or item != item else item

    return {name: value(item) for name, item in row.items()}


def ordered(frame: Frame, *sort: Sort) -> list[int]:
    return [int(number) for number in Arrangement(frame).numbers(sort)]


def test_records_are_found_by_their_numbers_in_any_order(frame: Frame) -> None:
    assert len(frame) == 4
    assert frame.names == tuple(ROWS[0])
    assert [plain(row) for row in frame.rows([3, 0, 3])] == [ROWS[3], ROWS[0], ROWS[3]]
    assert frame.rows([]) == []
    assert [plain(row) for row in frame.rows(np.array([2, 1], dtype=np.uint32))] == [ROWS[2], ROWS[1]]


def test_a_column_can_be_read_alone(frame: Frame) -> None:
    assert frame.values("stars", range(1, 4)) == [1, 5, 2]


def test_columns_are_sorted_as_what_they_are(frame: Frame) -> None:
    assert ordered(frame, Sort(column="name")) == [3, 0, 2, 1]
    assert ordered(frame, Sort(column="stars", descending=True)) == [2, 0, 3, 1]
    assert ordered(frame, Sort(column="price")) == [2, 0, 3, 1]
    assert ordered(frame, Sort(column="good")) == [1, 0, 2, 3]
    assert ordered(frame, Sort(column="made")) == [2, 0, 3, 1]
    assert ordered(frame, Sort(column="tags")) == [0, 3, 1, 2]


def test_columns_are_searched_as_what_they_are(frame: Frame) -> None:
    arrangement = Arrangement(frame)

    def found(column: str | None, test: Any, value: str = "") -> list[int]:
        return [int(number) for number in arrangement.numbers((), (Filter(column=column, test=test, value=value),))]

    assert found("name", "contains", "T") == [0, 3]
    assert found("price", "at most", "1.5") == [0, 2]
    assert found("good", "equals", "true") == [0, 2]
    assert found("made", "at least", "2024") == [0, 3]
    assert found(None, "contains", '"c"') == [3]
    assert found("tags", "empty") == [2]


def test_numbers_align_to_the_right_and_nothing_else_does(frame: Frame) -> None:
    assert [name for name in frame.names if frame.looks_numeric(name)] == ["stars", "price"]


def test_the_first_records_are_there_for_the_profile(frame: Frame) -> None:
    head = frame.head(2)

    assert list(head.columns) == list(frame.names)
    assert head["name"].tolist()[0] == "kettle" and len(head) == 2
    assert len(frame.head(10)) == 4


def test_missing_values_are_counted_where_that_is_cheap(frame: Frame) -> None:
    assert frame.nulls("price") in {1, None}
    assert (frame.nulls("price") is None) == ("Parquet" in frame.detail)


@pytest.mark.parametrize("kind", KINDS)
def test_data_without_records_is_an_empty_table(kind: str, tmp_path: Path) -> None:
    data = KINDS[kind](tmp_path)
    if isinstance(data, str | Path | list):
        pq.write_table(TABLE.slice(0, 0), tmp_path / "empty.parquet")
        data = tmp_path / "empty.parquet"
    elif isinstance(data, pd.DataFrame):
        data = data.head(0)
    else:
        data = TABLE.slice(0, 0)
    frame = frame_of(data)

    assert (len(frame), frame.rows([]), ordered(frame, Sort(column="name"))) == (0, [], [])
    assert len(frame.head(5)) == 0
    assert list(Arrangement(frame).numbers((), (Filter(column=None, test="contains", value="x"),))) == []


def test_a_table_without_columns_has_its_records_all_the_same() -> None:
    for data in (pd.DataFrame(index=range(3)), pd.DataFrame()):
        frame = frame_of(data)
        assert (frame.names, len(frame), len(frame.rows(range(len(data))))) == ((), len(data), len(data))


def test_what_data_is_stands_in_words(tmp_path: Path) -> None:
    assert frame_of(pd.DataFrame(ROWS)).detail == "pandas DataFrame"
    assert frame_of(TABLE).detail == "pyarrow Table"
    assert frame_of(polars()).detail == "polars DataFrame"
    assert frame_of(parquet(tmp_path)).detail == "2 Parquet files"
    assert frame_of(tmp_path / "batch_0.parquet").detail == "Parquet file"


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["a", "a", "a (2)"], ("a", "a (2)", "a (2) (2)")),
        ([1, "1", None], ("1", "1 (2)", "None")),
        ([("x", "mean"), ("x", "max")], ("x · mean", "x · max")),
        (["x" * 1_000, "x" * 1_001], ("x" * 299 + "…", "x" * 299 + "… (2)")),
    ],
)
def test_every_column_has_a_name_of_its_own(labels: list[Any], names: tuple[str, ...]) -> None:
    assert unique_names(labels) == names


def test_columns_of_the_same_name_keep_their_own_values() -> None:
    data = pd.DataFrame([[1, "b"], [2, "a"]], columns=["x", "x"])
    frame = frame_of(data)

    assert frame.rows([0]) == [{"x": 1, "x (2)": "b"}]
    assert ordered(frame, Sort(column="x (2)")) == [1, 0]
    assert frame_of(pa.table([[1], [2]], names=["x", "x"])).rows([0]) == [{"x": 1, "x (2)": 2}]


def test_an_index_that_tells_something_comes_first() -> None:
    data = pd.DataFrame({"stars": [4, 2], "product": ["lamp", "kettle"]})

    assert frame_of(data).names == ("stars", "product")
    assert frame_of(data.set_index("product")).rows([1]) == [{"product": "kettle", "stars": 2}]
    assert frame_of(data[data.stars < 3]).rows([0]) == [{"index": 1, "stars": 2, "product": "kettle"}]
    assert frame_of(data["stars"]).rows([0]) == [{"stars": 4}]
    several = data.groupby("product").agg({"stars": ["min", "max"]})
    assert frame_of(several).names == ("product", "stars · min", "stars · max")


def test_columns_that_are_added_later_are_none_of_the_table() -> None:
    data = pd.DataFrame({"a": [1, 2]})
    frame = frame_of(data)

    data["b"] = 3
    del data["a"]

    assert (frame.names, len(frame), frame.rows([1])) == (("a",), 2, [{"a": 2}])


DAY = datetime.date(2024, 1, 1)
ODD: list[tuple[str, Any]] = [
    ("category", pd.Series(["b", None, "a"], dtype="category")),
    ("ordered numbers", pd.Series([2, None, 1], dtype="category")),
    ("Int64", pd.Series([2, None, 1], dtype="Int64")),
    ("float16", pd.Series([2, None, 1], dtype="float16")),
    ("decimals", pd.Series([Decimal("2.5"), None, Decimal("-1.25")])),
    ("decimals of arrow", pd.Series([Decimal("2.5"), None, Decimal(1)], dtype=pd.ArrowDtype(pa.decimal128(9, 2)))),
    ("big integers", pd.Series([2**90, None, 2**80], dtype=object)),
    ("timedelta", pd.Series([pd.Timedelta(2, "h"), None, pd.Timedelta(1, "h")])),
    ("time", pd.Series([datetime.time(2), None, datetime.time(1)])),
    ("day", pd.Series([datetime.date(2024, 1, 1), None, datetime.date(2023, 1, 1)])),
    ("nanoseconds", pd.Series(pd.to_datetime(["2024-01-01T00:00:00.000000002", None, "2023-01-01"], format="ISO8601"))),
    ("period", pd.Series(pd.PeriodIndex(["2024-02", None, "2024-01"], freq="M"))),
    ("interval", pd.Series(pd.arrays.IntervalArray.from_tuples([(2, 3), None, (1, 2)]))),
    ("sparse", pd.Series(pd.arrays.SparseArray([2.0, np.nan, 1.0]))),
    ("complex", pd.Series([2 + 1j, None, 1 + 1j])),
    ("bytes", pd.Series([b"bb", None, b"a"])),
    ("halves of characters", pd.Series(["b\udc00", None, "a"], dtype=object)),
    ("arrays", pd.Series([np.array([2]), None, np.array([1])])),
    ("sets", pd.Series([{2}, None, {1}])),
    ("dictionary of arrow", pd.Series(["b", None, "a"], dtype=pd.ArrowDtype(pa.dictionary(pa.int8(), pa.string())))),
    ("struct of arrow", pd.Series([{"a": 2}, None, {"a": 1}], dtype=pd.ArrowDtype(pa.struct([("a", pa.int8())])))),
    ("binary of arrow", pd.Series([b"bb", None, b"a"], dtype=pd.ArrowDtype(pa.binary()))),
    ("day of arrow", pd.Series([DAY, None, datetime.date(2023, 1, 1)], dtype=pd.ArrowDtype(pa.date32()))),
]  # fmt: skip


@pytest.mark.parametrize("values", [values for _, values in ODD], ids=[name for name, _ in ODD])
def test_unusual_values_are_sorted_and_searched_too(values: Any) -> None:
    frame = frame_of(pd.DataFrame({"c": values}))
    arrangement = Arrangement(frame)

    assert ordered(frame, Sort(column="c")) == [2, 0, 1]
    assert ordered(frame, Sort(column="c", descending=True)) == [0, 2, 1]
    assert [int(n) for n in arrangement.numbers((), (Filter(column="c", test="empty"),))] == [1]
    assert [int(n) for n in arrangement.numbers((), (Filter(column="c", test="filled"),))] == [0, 2]
    assert len(frame.rows(range(3))) == 3 and frame.nulls("c") == 1


@pytest.mark.parametrize(
    "array",
    [
        pa.array([2, None, 1], pa.float16()),
        pa.array(["b", None, "a"], pa.string_view()),
        pa.array(["b", None, "a"], pa.large_string()),
        pa.array([[2], None, [1]], pa.large_list(pa.int8())),
        pa.array([[("a", 2)], None, [("a", 1)]], pa.map_(pa.string(), pa.int8())),
        pa.array([2**60, None, -(2**60)], pa.timestamp("s")),
        pa.array([datetime.datetime(2024, 1, 1), None, datetime.datetime(2023, 1, 1)], pa.timestamp("ns", "Nowhere/X")),
        pa.array([2_000_000, None, 1_000_000], pa.time64("ns")),
    ],
    ids=lambda array: str(array.type),
)
def test_every_type_of_arrow_is_sorted_and_shown(array: pa.Array) -> None:
    frame = frame_of(pa.table({"c": array}))

    assert len(frame.rows(range(3))) == 3
    assert ordered(frame, Sort(column="c"))[-1] == 1
    if "[s]" not in str(array.type):
        assert ordered(frame, Sort(column="c")) == [2, 0, 1]


# Parquet files.


def test_parquet_files_are_read_as_far_as_they_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "BATCH_RECORDS", 10)
    pq.write_table(pa.table({"n": range(1_000)}), tmp_path / "n.parquet", row_group_size=100)
    frame: Any = frame_of(tmp_path)

    def batches() -> set[tuple[int, int]]:
        return set(frame._unpacked._batches)

    assert frame.rows([0, 5]) == [{"n": 0}, {"n": 5}] and batches() == {(0, 0)}
    assert frame.rows([925]) == [{"n": 925}] and batches() == {(0, 0), (9, 0), (9, 1), (9, 2)}
    assert [row["n"] for row in frame.rows([999, 0, 555, 930])] == [999, 0, 555, 930]


def test_what_was_unpacked_gives_way_and_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "UNPACKED_BYTES", 1)
    monkeypatch.setattr(unpacked, "BATCH_RECORDS", 10)
    monkeypatch.setattr(unpacked, "_READERS", 1)
    pq.write_table(pa.table({"n": range(100)}), tmp_path / "n.parquet", row_group_size=50)
    frame: Any = frame_of(tmp_path)

    for number in (0, 99, 15, 60, 3, 99):
        assert frame.rows([number]) == [{"n": number}]

    assert len(list(frame._unpacked.folder.iterdir())) == 1


def test_a_page_of_scattered_records_that_nobody_waits_for_is_given_up(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": range(100)}), tmp_path / "n.parquet", row_group_size=1)
    frame: Any = frame_of(tmp_path)
    steps: list[int] = []

    def check() -> None:
        steps.append(1)
        if len(steps) > 5:
            raise ForgottenError

    with pytest.raises(ForgottenError):
        frame._unpacked.records([(group, 0) for group in range(100)], check)
    assert len(frame._unpacked._batches) < 20
    assert len(frame.rows(range(100))) == 100


def test_records_are_found_from_several_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "BATCH_RECORDS", 7)
    monkeypatch.setattr(unpacked, "UNPACKED_BYTES", 5_000)
    pq.write_table(pa.table({"n": range(500)}), tmp_path / "n.parquet", row_group_size=50)
    frame = frame_of(tmp_path)
    wanted = [np.random.default_rng(seed).integers(0, 500, 100).tolist() for seed in range(8)]

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(frame.rows, wanted))

    assert [[row["n"] for row in rows] for rows in found] == wanted


def test_columns_that_differ_from_file_to_file_are_brought_together(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1], "b": ["x"]}), tmp_path / "0.parquet")
    pq.write_table(pa.table({"b": [5], "c": [1]}), tmp_path / "1.parquet")
    frame = frame_of(tmp_path)

    assert frame.names == ("a", "b", "c")
    assert frame.rows([0, 1]) == [{"a": 1, "b": "x", "c": None}, {"a": None, "b": "5", "c": 1}]
    assert ordered(frame, Sort(column="b")) == [1, 0]
    assert ordered(frame, Sort(column="a", descending=True)) == [0, 1]


def test_a_first_batch_without_values_does_not_hide_those_of_the_next(tmp_path: Path) -> None:
    values: list[Any] = [None, 1, 2.5, {"a": 1}, {"b": [2]}]
    for at, value in enumerate(values):
        pq.write_table(pa.table({"c": [value], "n": [values[at] if at < 3 else None]}), tmp_path / f"{at}.parquet")
    frame = frame_of(tmp_path)

    assert [row["n"] for row in frame.rows(range(5))] == [None, 1.0, 2.5, None, None]
    assert [row["c"] for row in frame.rows(range(5))] == [None, "1", "2.5", '{"a": 1}', '{"b": [2]}']
    assert frame.looks_numeric("n") and not frame.looks_numeric("c")
    assert len(frame.head(4)) == 4


def test_the_configurations_order_of_columns_can_be_asked_for(tmp_path: Path) -> None:
    frame = frame_of(parquet(tmp_path), ["price", "gone", "name"])

    assert frame.names == ("price", "name", "stars", "good", "made", "tags")
    assert plain(frame.rows([2])[0]) == ROWS[2]


# What is no table.


@pytest.mark.parametrize("data", [None, 5, [], [1, 2], {"a": [1]}, object()])
def test_what_is_no_table_is_refused(data: Any) -> None:
    with pytest.raises(ConfigError, match=r"is no table\. Give a DataFrame"):
        frame_of(data)


def test_a_frame_without_a_result_yet_is_refused_with_the_way_on() -> None:
    lazy = type("LazyFrame", (), {"__module__": "polars.lazyframe.frame", "collect": lambda self: None})

    with pytest.raises(ConfigError, match=r"ddj\.table\(frame\.collect\(\)\)"):
        frame_of(lazy())


def test_files_that_are_not_there_or_no_parquet_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_text("no parquet")

    with pytest.raises(ConfigError, match="There is no file"):
        frame_of(tmp_path / "missing.parquet")
    with pytest.raises(ConfigError, match="cannot be read as Parquet"):
        frame_of(tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match="There is no Parquet file in"):
        frame_of(str(tmp_path / "empty"))


def test_of_a_datasets_folder_the_records_are_shown_and_nothing_else(tmp_path: Path) -> None:
    for folder in ("parquet-files", "processors-files/p", "dropped-columns-parquet-files"):
        (tmp_path / folder).mkdir(parents=True)
        pq.write_table(pa.table({"from": [folder]}), tmp_path / folder / "batch_00000.parquet")

    frame = frame_of(tmp_path)

    assert frame.rows(range(len(frame))) == [{"from": "parquet-files"}]


def test_a_file_that_went_away_is_told(tmp_path: Path) -> None:
    frame = frame_of(parquet(tmp_path))
    for file in tmp_path.iterdir():
        file.unlink()

    with pytest.raises(NotReadyError, match=r"batch_0\.parquet` cannot be read any more"):
        frame.rows([0])
    with pytest.raises(NotReadyError, match="cannot be read any more"):
        ordered(frame, Sort(column="stars"))


def test_data_that_lies_about_speaking_arrow_is_refused() -> None:
    liar = type("Liar", (), {"__arrow_c_stream__": lambda self, requested_schema=None: 5})

    with pytest.raises(ConfigError, match="cannot be read as a table"):
        frame_of(liar())


def test_what_was_unpacked_goes_with_the_table(tmp_path: Path) -> None:
    frame: Any = frame_of(parquet(tmp_path))
    frame.rows([0])
    folder = frame._unpacked.folder
    assert folder.is_dir()

    del frame

    assert not folder.exists()


def test_polars_is_not_needed() -> None:
    assert "polars" not in sys.modules
