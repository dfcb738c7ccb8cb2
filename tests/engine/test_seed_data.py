"""A seed of any kind is written as one Parquet file, with the records that a run would read."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import data_designer.config as dd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dd_jupyter as ddj
from dd_jupyter import Settings
from dd_jupyter.engine.seed_data import ROW_GROUP_RECORDS, SeedData
from dd_jupyter.errors import ResourceError
from tests.support.deployment_double import DeploymentDouble

CITIES = pd.DataFrame({"city": ["Bonn", "Oslo", "Graz"], "people": [330, 710, 290]})
REPOSITORY = Path(__file__).resolve().parents[2]


def seed(source: Any) -> SeedData:
    return SeedData(source, Settings())


def run_on(source: Any, records: int) -> list[dict[str, Any]]:
    """What a run makes of a seed: each value as a template reads it."""
    columns = SeedData(source, Settings()).columns()
    builder = dd.DataDesignerConfigBuilder(model_configs=[]).with_seed_dataset(source)
    for column in columns:
        builder.add_column(name=f"{column}_read", column_type="expression", expr="{{ " + column + " }}")
    return plain(ddj.preview(builder, num_records=records).dataset)


def plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", date_format="iso"))
    return found


def same_run_as(source: Any, path: Path, records: int) -> bool:
    made, again = run_on(source, records), run_on(dd.LocalFileSeedSource(path=str(path)), records)
    reads = [column for column in made[0] if column.endswith("_read")]
    for one, other in zip(made, again, strict=True):
        # Text that is missing is NaN to pandas 3, in whatever a file holds.
        assert [one[name].replace("nan", "None") for name in reads] == [
            other[name].replace("nan", "None") for name in reads
        ]
    return True


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.parquet"


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    folder = tmp_path / "letters"
    (folder / "old").mkdir(parents=True)
    for number in range(40):  # more than are read at a time
        (folder / f"{number:02}.txt").write_text(f"Letter {number}: é")
    (folder / "old" / "a.txt").write_text("")
    return folder


@pytest.mark.parametrize("extension", ["csv", "parquet", "json", "jsonl"])
def test_a_file(extension: str, tmp_path: Path, out: Path) -> None:
    path = tmp_path / f"cities.{extension}"
    match extension:
        case "csv":
            CITIES.to_csv(path, index=False)
        case "parquet":
            CITIES.to_parquet(path, index=False)
        case _:
            CITIES.to_json(path, orient="records", lines=extension == "jsonl")
    source = dd.LocalFileSeedSource(path=str(path))

    written = seed(source).write_parquet(out)

    assert (seed(source).columns(), seed(source).num_records()) == (["city", "people"], 3)
    assert (written.rows, written.bytes, written.as_json) == (3, out.stat().st_size, ())
    pd.testing.assert_frame_equal(pd.read_parquet(out), CITIES)


def test_all_files_of_a_pattern(tmp_path: Path, out: Path) -> None:
    CITIES.head(1).to_csv(tmp_path / "a.csv", index=False)
    CITIES.tail(2).to_csv(tmp_path / "b.csv", index=False)

    written = seed(dd.LocalFileSeedSource(path=f"{tmp_path}/*.csv")).write_parquet(out)

    assert written.rows == 3
    pd.testing.assert_frame_equal(pd.read_parquet(out), CITIES)


def test_a_dataframe_of_every_type(out: Path) -> None:
    frame = pd.DataFrame(
        {
            "text": ["a", None, "ü\u202e'\""],
            "whole": [1, 2**62, -3],
            "gaps": [1.0, np.nan, 3.5],
            "yes": [True, False, True],
            "kind": pd.Categorical(["x", "y", "x"]),
            "when": pd.to_datetime(["2024-01-01T00:00:00.000", None, "2024-02-03T04:05:06.789"]),
            "zoned": pd.to_datetime(["2024-01-01"] * 3).tz_localize("Europe/Berlin"),
            "price": [Decimal("1.10"), Decimal("2.20"), None],
            "tags": [["a", "b"], [], None],
            "thing": [{"k": 1}, {"k": 2}, {"k": 3}],
            "nothing": [None, None, None],
        }
    )
    source = dd.DataFrameSeedSource(df=frame)

    written = seed(source).write_parquet(out)

    assert (written.rows, seed(source).columns()) == (3, list(frame.columns))
    without = dd.DataFrameSeedSource(df=frame.drop(columns="kind"))  # which pyarrow before 23 does not read
    assert same_run_as(without, out, 3)
    assert list(pd.read_parquet(out)["kind"]) == ["x", "y", "x"]
    assert list(pd.read_parquet(out)["whole"]) == [1, 2**62, -3]


def test_names_of_files(letters: Path, out: Path) -> None:
    source = dd.DirectorySeedSource(path=str(letters), file_pattern="*.txt")

    written = seed(source).write_parquet(out)

    assert (written.rows, seed(source).num_records()) == (41, 41)
    assert list(pd.read_parquet(out)["relative_path"])[-2:] == ["39.txt", "old/a.txt"]
    assert same_run_as(source, out, 41)


def test_contents_of_files(letters: Path, out: Path) -> None:
    source = dd.FileContentsSeedSource(path=str(letters), recursive=False)

    seed(source).write_parquet(out)

    assert list(pd.read_parquet(out)["content"]) == [f"Letter {number}: é" for number in range(40)]
    assert same_run_as(source, out, 40)


def test_columns_of_file_contents_are_known_without_reading_them(letters: Path) -> None:
    (letters / "00.txt").write_bytes(b"\xff\xfe\xff")  # could not be decoded

    assert seed(dd.FileContentsSeedSource(path=str(letters))).columns()[-1] == "content"


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    """Sessions whose messages have values of different types in the same place, and two in one file."""
    folder = tmp_path / "sessions"
    folder.mkdir()
    at = "2026-11-20T09:00:00.000Z"
    for number in range(20):
        entries = [
            {
                "type": "user",
                "sessionId": f"s{number}",
                "timestamp": at,
                "message": {"role": "user", "content": "Why?"},
            },
            {
                "type": "assistant",
                "sessionId": f"s{number}",
                "timestamp": at,
                "message": {
                    "role": "assistant",
                    "content": [
                        {"type": "text", "text": f"Because {number}."},
                        {"type": "tool_use", "id": "c", "name": "Read", "input": {"n": number} if number % 2 else {}},
                    ],
                },
            },
        ]
        (folder / f"s{number:02}.jsonl").write_text("\n".join(map(json.dumps, entries)))
    return folder


def test_sessions_of_agents(sessions: Path, out: Path) -> None:
    source = dd.AgentRolloutSeedSource(format="claude_code", path=str(sessions))

    written = seed(source).write_parquet(out)

    assert written.rows == 20
    assert set(written.as_json) == {"messages", "source_meta"}
    found = pd.read_parquet(out)
    assert json.loads(found["messages"][3])[0]["role"] == "user"
    assert found["git_branch"].isna().all()
    assert same_run_as(source, out, 20)


def test_a_seed_in_a_fileset(out: Path) -> None:
    with DeploymentDouble() as double:
        double.files["cities.csv"] = CITIES.to_csv(index=False).encode()
        settings = Settings(deployment=double.deployment())
        data = SeedData(ddj.FilesetFileSeedSource(path="seeds#cities.csv"), settings)

        assert (data.columns(), data.num_records()) == (["city", "people"], 3)
        assert data.write_parquet(out).rows == 3


# Bytes follow from content.


def test_the_same_records_give_the_same_bytes(letters: Path, tmp_path: Path) -> None:
    rows = 70_000
    frame = pd.DataFrame(
        {"n": range(rows), "text": [f"row {n}" * (n % 7) for n in range(rows)], "list": [[1, 2]] * rows}
    )
    frame.to_csv(tmp_path / "f.csv", index=False)
    sources = [
        dd.DataFrameSeedSource(df=frame),
        dd.LocalFileSeedSource(path=str(tmp_path / "f.csv")),
        dd.FileContentsSeedSource(path=str(letters)),
    ]

    for source in sources:
        assert seed(source).write_parquet(tmp_path / "one") == seed(source).write_parquet(tmp_path / "two")
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_bytes_do_not_depend_on_how_records_arrive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = ROW_GROUP_RECORDS + 5000
    frame = pd.DataFrame({"n": range(rows), "text": [f"row {n}" * (n % 50) for n in range(rows)]})
    table = pa.Table.from_pandas(frame, preserve_index=False)
    chance = random.Random(7)

    def cut(self: Any) -> Iterator[Any]:
        at = 0
        while at < rows:
            size = chance.randint(1, 9000)
            yield table.slice(at, size).combine_chunks().to_batches()[0]
            at += size

    written = []
    for name in ("one", "two"):
        monkeypatch.setattr("dd_jupyter.engine.seed_data._batches", cut)
        written.append(seed(dd.DataFrameSeedSource(df=frame)).write_parquet(tmp_path / name))

    assert written[0] == written[1]
    assert pq.read_metadata(tmp_path / "one").num_row_groups > 2
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "one"), frame)


def test_other_records_give_other_bytes(tmp_path: Path) -> None:
    one = seed(dd.DataFrameSeedSource(df=CITIES)).write_parquet(tmp_path / "one")
    other = seed(dd.DataFrameSeedSource(df=CITIES.replace("Graz", "Linz"))).write_parquet(tmp_path / "other")

    assert one.sha256 != other.sha256


# Batches without types of their own.


class Batches:
    """Stands in for the library's reader of files: hands out what it was given."""

    def __init__(self, *frames: pd.DataFrame) -> None:
        self._left = list(frames)

    def read_next_batch(self) -> Any:
        if not self._left:
            raise StopIteration
        frame = self._left.pop(0)
        return type("Batch", (), {"to_pandas": lambda self: frame})()


def write_batches(monkeypatch: pytest.MonkeyPatch, out: Path, *columns: list[Any]) -> Any:
    data = seed(dd.DirectorySeedSource(path=str(out.parent)))
    frames = [pd.DataFrame({"value": pd.Series(values, dtype=object)}) for values in columns]
    monkeypatch.setattr(data._reader, "create_batch_reader", lambda **how: Batches(*frames))
    data.write_parquet(out)
    return pq.read_table(out)["value"].to_pylist()


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ([[None, None], ["a", None]], [None, None, "a", None]),
        ([["a"], [None]], ["a", None]),
        ([[None], [None]], [None, None]),
        ([[1, 2], [2.5]], [1.0, 2.0, 2.5]),
        ([[{"a": 1}], [{"b": [1, "x"]}], [None]], ['{"a": 1}', '{"b": [1, "x"]}', None]),
        ([["text"], [["a", "b"]]], ["text", '["a", "b"]']),
    ],
)
def test_types_of_batches_are_reconciled(
    columns: list[list[Any]], expected: list[Any], monkeypatch: pytest.MonkeyPatch, out: Path
) -> None:
    assert write_batches(monkeypatch, out, *columns) == expected


@pytest.mark.parametrize(
    "columns",
    [
        [["a"], [1]],
        [[True], [1]],
        [[2**53 + 1], [0.5]],  # would be rounded
        [["a", 1]],
        [[datetime(2024, 1, 1, tzinfo=UTC)], ["2024-01-01"]],
        [[{"a": object()}]],
    ],
)
def test_types_that_cannot_be_reconciled_are_said_in_a_sentence(
    columns: list[list[Any]], monkeypatch: pytest.MonkeyPatch, out: Path
) -> None:
    with pytest.raises(ResourceError) as raised:
        write_batches(monkeypatch, out, *columns)

    assert "\n" not in str(raised.value)
    assert str(out.parent) in str(raised.value)


def test_reading_shows_no_progress_bar_of_its_own() -> None:
    connection = seed(dd.DataFrameSeedSource(df=CITIES))._reader._get_duckdb_connection()

    assert connection.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (False,)


# What cannot be written.


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"a": []}), "has no records"),
        (pd.DataFrame(), "cannot be read"),
        (pd.DataFrame({"a": pd.to_timedelta([1, 2], unit="s")}), "column `a`"),
    ],
)
def test_a_dataframe_that_parquet_cannot_hold(frame: pd.DataFrame, words: str, out: Path) -> None:
    with pytest.raises(ResourceError, match=words) as raised:
        seed(dd.DataFrameSeedSource(df=frame)).write_parquet(out)

    assert "\n" not in str(raised.value)


def test_an_empty_file(tmp_path: Path, out: Path) -> None:
    (tmp_path / "none.csv").write_text("a,b\n")

    with pytest.raises(ResourceError, match="has no records"):
        seed(dd.LocalFileSeedSource(path=str(tmp_path / "none.csv"))).write_parquet(out)


def test_a_folder_without_such_files(tmp_path: Path, out: Path) -> None:
    (tmp_path / "folder").mkdir()

    with pytest.raises(ResourceError, match=r"cannot be read: No files matched"):
        seed(dd.DirectorySeedSource(path=str(tmp_path / "folder"), file_pattern="*.md")).write_parquet(out)


def test_a_file_that_is_broken_in_the_middle(tmp_path: Path, out: Path) -> None:
    lines = [json.dumps({"n": number}) for number in range(200_000)]
    lines[150_000] = "{"
    (tmp_path / "broken.jsonl").write_text("\n".join(lines))

    with pytest.raises(ResourceError, match="cannot be read") as raised:
        seed(dd.LocalFileSeedSource(path=str(tmp_path / "broken.jsonl"))).write_parquet(out)

    assert "\n" not in str(raised.value)


def test_writing_ends_when_progress_says_so(tmp_path: Path, out: Path) -> None:
    told = []

    def stop(rows: int) -> None:
        told.append(rows)
        raise ResourceError("Enough.")

    frame = pd.DataFrame({"n": range(200_000)})
    with pytest.raises(ResourceError, match="Enough"):
        seed(dd.DataFrameSeedSource(df=frame)).write_parquet(out, stop)

    assert told == [ROW_GROUP_RECORDS]


MEMORY = """
import resource, sys
from pathlib import Path
import data_designer.config as dd, duckdb, pandas, pyarrow.parquet
from dd_jupyter import Settings
from dd_jupyter.engine.seed_data import SeedData
data = SeedData(dd.LocalFileSeedSource(path=sys.argv[1]), Settings())
data.columns()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = data.write_parquet(Path(sys.argv[2])).rows
print(rows, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss")
def test_a_large_file_is_not_held_in_memory(tmp_path: Path, out: Path) -> None:
    line = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do " * 5
    with (tmp_path / "large.csv").open("w") as file:
        file.write("n,text\n")
        file.writelines(f"{number},{line}{number * 7919 % 10007}\n" for number in range(950_000))
    assert (tmp_path / "large.csv").stat().st_size > 300e6

    told = subprocess.run(
        [sys.executable, "-c", MEMORY, str(tmp_path / "large.csv"), str(out)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )

    rows, megabytes = map(int, told.stdout.split())
    assert rows == 950_000
    assert megabytes < 200  # DuckDB's buffers for reading text are 100 of them, more where there are more cores
