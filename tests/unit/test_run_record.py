"""A dataset is gone on with only when what it was made from is the same."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import data_designer.config as dd
import numpy as np
import pandas as pd
import pytest

from dd_jupyter.errors import ResumeError
from dd_jupyter.execution.run_record import FILE_NAME, RunRecord, check_resumable
from dd_jupyter.execution.workload import CreateWorkload

BASE = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None], "c": [0.5, None, 2.0]})
FRAMES: dict[str, tuple[pd.DataFrame, pd.DataFrame]] = {
    "a number": (BASE, BASE.assign(a=[1, 2, 4])),
    "a text": (BASE, BASE.assign(b=["x", "Y", None])),
    "a missing value": (BASE, BASE.assign(b=["x", "y", "None"])),
    "the type": (BASE, BASE.astype({"a": "float64"})),
    "the width": (BASE, BASE.astype({"a": "int32"})),
    "the order of columns": (BASE, BASE[["b", "a", "c"]]),
    "the order of records": (BASE, BASE.iloc[::-1]),
    "a column's name": (BASE, BASE.rename(columns={"a": "A"})),
    "fewer records": (BASE, BASE.head(2)),
    "more columns": (BASE, BASE.assign(d=1)),
    "a nested value": (pd.DataFrame({"a": [{"x": [1, 2]}]}), pd.DataFrame({"a": [{"x": [1, 3]}]})),
    "a value among mixed ones": (pd.DataFrame({"a": [1, "x", None]}), pd.DataFrame({"a": [1, "y", None]})),
    "a number as text among mixed ones": (pd.DataFrame({"a": [1, "x"]}), pd.DataFrame({"a": ["1", "x"]})),
    "a huge number": (pd.DataFrame({"a": [2**70, 1]}), pd.DataFrame({"a": [2**70 + 1, 1]})),
    "a set": (pd.DataFrame({"a": [{1}, {2}]}), pd.DataFrame({"a": [{1}, {3}]})),
    "a complex number": (pd.DataFrame({"a": [1j]}), pd.DataFrame({"a": [2j]})),
    "half of a character": (
        pd.DataFrame({"a": pd.Series(["\ud800"], dtype=object)}),
        pd.DataFrame({"a": pd.Series(["\ud801"], dtype=object)}),
    ),
    "a decimal": (pd.DataFrame({"a": [Decimal("1.5")]}), pd.DataFrame({"a": [Decimal("1.6")]})),
    "a day": (pd.DataFrame({"a": [date(2024, 1, 1)]}), pd.DataFrame({"a": [date(2024, 1, 2)]})),
    "an array": (pd.DataFrame({"a": [np.array([1, 2])]}), pd.DataFrame({"a": [np.array([1, 3])]})),
    "structs of several shapes": (
        pd.DataFrame({"a": [{"x": 1}, {"x": "s"}]}),
        pd.DataFrame({"a": [{"x": 1}, {"x": "t"}]}),
    ),
}


def seeded(frame: pd.DataFrame, path: Path = Path("nowhere"), **options: Any) -> CreateWorkload:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.add_column(name="id", column_type="sampler", sampler_type="uuid", params={})
    builder.with_seed_dataset(dd.DataFrameSeedSource(df=frame))
    return CreateWorkload(builder, options.get("num_records", 10), "data", path, resume=True)


def digest(frame: pd.DataFrame) -> str:
    return RunRecord.of(seeded(frame)).parts["the seed DataFrame"]


@pytest.mark.parametrize("frames", FRAMES.values(), ids=FRAMES)
def test_a_changed_seed_frame_is_another(frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    before, after = frames

    assert digest(before) == digest(before.copy())
    assert digest(before) != digest(after)


def test_a_frame_is_the_same_whatever_its_index() -> None:
    assert digest(BASE) == digest(BASE.set_axis([7, 8, 9])) == digest(BASE.set_axis(["x", "y", "z"]))


@pytest.mark.parametrize("backend", ["numpy_nullable", "pyarrow"])
def test_a_frame_is_the_same_however_it_was_put_together(backend: Any) -> None:
    frame = BASE.convert_dtypes(dtype_backend=backend)
    pieces = pd.concat([frame.iloc[:1], frame.iloc[1:]], ignore_index=True)
    slice_of_more = pd.concat([frame, frame]).iloc[3:].reset_index(drop=True)

    assert digest(frame) == digest(pieces) == digest(slice_of_more)


@pytest.mark.timeout(20)
def test_a_frame_of_a_million_records_is_no_burden() -> None:
    frame = pd.DataFrame({"n": np.arange(1_000_000), "text": "some text of a person"})

    assert digest(frame) == digest(frame)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    record = RunRecord.of(seeded(BASE))

    record.write(tmp_path)

    assert RunRecord.read(tmp_path) == record


def test_a_record_holds_nothing_of_the_data(tmp_path: Path) -> None:
    RunRecord.of(seeded(pd.DataFrame({"a": ["a private text"]}))).write(tmp_path)

    assert "private" not in (tmp_path / FILE_NAME).read_text()


def test_a_record_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    RunRecord.of(seeded(BASE)).write(tmp_path)
    before = RunRecord.read(tmp_path)

    def full_disk(path: Path, text: str) -> int:
        with path.open("w") as file:
            file.write(text[:10])
        raise OSError("No space left on device")

    monkeypatch.setattr(Path, "write_text", full_disk)

    with pytest.raises(OSError, match="No space"):
        RunRecord.of(seeded(BASE, num_records=20)).write(tmp_path)

    assert RunRecord.read(tmp_path) == before


def test_nothing_but_the_record_is_left_in_the_folder(tmp_path: Path) -> None:
    RunRecord.of(seeded(BASE)).write(tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == [FILE_NAME]


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"3",
        b"null",
        b"{}",
        b'{"parts": {}}',
        b'{"parts": 3, "num_records": 1, "data_designer_version": "1", "started": "x"}',
    ],
)
def test_a_missing_broken_or_foreign_record_is_none(content: bytes | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)

    assert RunRecord.read(tmp_path) is None


def test_a_record_that_cannot_be_opened_is_none(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()

    assert RunRecord.read(tmp_path) is None


def test_a_record_of_a_later_version_is_still_read(tmp_path: Path) -> None:
    record = RunRecord.of(seeded(BASE))
    record.write(tmp_path)
    stored = json.loads((tmp_path / FILE_NAME).read_text())

    (tmp_path / FILE_NAME).write_text(json.dumps({**stored, "new": 1}))

    assert RunRecord.read(tmp_path) == record


# Going on.


def begun(tmp_path: Path, workload: CreateWorkload) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "some-file").touch()
    RunRecord.of(workload).write(folder)


def test_the_same_configuration_goes_on_with_more_records(tmp_path: Path) -> None:
    begun(tmp_path, seeded(BASE))
    more = seeded(BASE.copy(), tmp_path, num_records=500)

    check_resumable(more, RunRecord.of(more))


def test_every_changed_part_is_named_with_the_way_on(tmp_path: Path) -> None:
    begun(tmp_path, seeded(BASE))
    changed = seeded(BASE.assign(a=0), tmp_path)
    changed.builder.add_column(name="label", column_type="expression", expr="{{ a }}")

    with pytest.raises(ResumeError) as raised:
        check_resumable(changed, RunRecord.of(changed))

    said = str(raised.value)
    assert "changed since it was started: the seed DataFrame, column `label`." in said
    assert "`--resume`" in said and "`--name`" in said


def test_a_custom_columns_code_is_a_part(tmp_path: Path) -> None:
    def with_column(function: Any) -> CreateWorkload:
        workload = seeded(BASE, tmp_path)
        workload.builder.add_column(dd.CustomColumnConfig(name="twice", generator_function=function))
        return workload

    @dd.custom_column_generator(required_columns=["a"])
    def twice(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "twice": 2 * row["a"]}

    first = twice

    @dd.custom_column_generator(required_columns=["a"])
    def twice(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "twice": row["a"] + row["a"]}

    begun(tmp_path, with_column(first))

    with pytest.raises(ResumeError, match="column `twice`"):
        check_resumable(with_column(twice), RunRecord.of(with_column(twice)))


@pytest.mark.parametrize("folder_exists", [True, False])
def test_where_nothing_was_begun_there_is_nothing_to_resume(folder_exists: bool, tmp_path: Path) -> None:
    if folder_exists:
        (tmp_path / "data").mkdir()
    workload = seeded(BASE, tmp_path)

    with pytest.raises(ResumeError, match="nothing to resume"):
        check_resumable(workload, RunRecord.of(workload))


def test_a_dataset_of_another_program_is_left_to_the_library(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "metadata.json").write_text("{}")
    workload = seeded(BASE, tmp_path)

    check_resumable(workload, RunRecord.of(workload))
