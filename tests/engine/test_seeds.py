"""Seeds of every local kind lead to records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest

import dd_jupyter as ddj

CITIES = pd.DataFrame({"city": ["Bonn", "Oslo", "Graz"], "people": [330, 710, 290]})


def on(source: Any, expression: str = "in {{ city }}", **settings: Any) -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(source, **settings)
    return builder.add_column(name="made", column_type="expression", expr=expression)


def write(frame: pd.DataFrame, path: Path) -> Path:
    match path.suffix:
        case ".csv":
            frame.to_csv(path, index=False)
        case ".parquet":
            frame.to_parquet(path, index=False)
        case ".json":
            frame.to_json(path, orient="records")
        case ".jsonl":
            frame.to_json(path, orient="records", lines=True)
    return path


@pytest.mark.parametrize("extension", ["csv", "parquet", "json", "jsonl"])
def test_a_file(extension: str, tmp_path: Path) -> None:
    path = write(CITIES, tmp_path / f"cities.{extension}")

    sample = ddj.preview(on(dd.LocalFileSeedSource(path=str(path))), num_records=3)

    assert list(sample.dataset.columns) == ["city", "people", "made"]
    assert list(sample.dataset["made"]) == ["in Bonn", "in Oslo", "in Graz"]
    assert list(sample.dataset["people"]) == [330, 710, 290]


@pytest.mark.parametrize("extension", ["csv", "parquet", "jsonl"])
def test_all_files_of_a_pattern(extension: str, tmp_path: Path) -> None:
    write(CITIES.head(1), tmp_path / f"a.{extension}")
    write(CITIES.tail(2), tmp_path / f"b.{extension}")

    sample = ddj.preview(on(dd.LocalFileSeedSource(path=f"{tmp_path}/*.{extension}")), num_records=3)

    assert set(sample.dataset["city"]) == {"Bonn", "Oslo", "Graz"}


def test_a_dataframe() -> None:
    sample = ddj.preview(on(dd.DataFrameSeedSource(df=CITIES)), num_records=3)

    assert list(sample.dataset["made"]) == ["in Bonn", "in Oslo", "in Graz"]


def test_a_dataframe_that_changed_in_between_is_read_anew() -> None:
    frame = CITIES.copy()
    builder = on(dd.DataFrameSeedSource(df=frame))

    first = ddj.preview(builder, num_records=1).dataset
    frame.loc[0, "city"] = "Rome"
    second = ddj.preview(builder, num_records=1).dataset

    assert list(first["made"]) == ["in Bonn"]
    assert list(second["made"]) == ["in Rome"]


def test_a_file_that_changed_in_between_is_read_anew(tmp_path: Path) -> None:
    path = write(CITIES, tmp_path / "cities.csv")
    builder = on(dd.LocalFileSeedSource(path=str(path)))

    first = ddj.preview(builder, num_records=1).dataset
    write(CITIES.tail(1), path)
    second = ddj.preview(builder, num_records=1).dataset

    assert list(first["made"]) == ["in Bonn"]
    assert list(second["made"]) == ["in Graz"]


def test_a_directory(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / "deeper" / "b.txt").write_text("second")
    (tmp_path / "c.log").write_text("not meant")

    source = dd.DirectorySeedSource(path=str(tmp_path), file_pattern="*.txt")
    sample = ddj.preview(on(source, "{{ file_name }}"), num_records=2)

    assert sorted(sample.dataset["made"]) == ["a.txt", "b.txt"]


def test_the_contents_of_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Grüße", encoding="latin-1")

    source = dd.FileContentsSeedSource(path=str(tmp_path), file_pattern="*.txt", encoding="latin-1")
    sample = ddj.preview(on(source, "{{ content }}!"), num_records=1)

    assert list(sample.dataset["made"]) == ["Grüße!"]


def test_a_seed_that_is_shorter_than_the_dataset_starts_again() -> None:
    sample = ddj.preview(on(dd.DataFrameSeedSource(df=CITIES)), num_records=7)

    assert list(sample.dataset["city"]) == ["Bonn", "Oslo", "Graz", "Bonn", "Oslo", "Graz", "Bonn"]


def test_a_part_of_a_seed() -> None:
    source = dd.DataFrameSeedSource(df=CITIES)

    sample = ddj.preview(on(source, selection_strategy=dd.IndexRange(start=1, end=2)), num_records=4)

    assert list(sample.dataset["city"]) == ["Oslo", "Graz", "Oslo", "Graz"]


def test_a_shuffled_seed() -> None:
    source = dd.DataFrameSeedSource(df=CITIES)

    sample = ddj.preview(on(source, sampling_strategy=dd.SamplingStrategy.SHUFFLE), num_records=3)

    assert sorted(sample.dataset["city"]) == ["Bonn", "Graz", "Oslo"]


@pytest.mark.parametrize("extension", ["csv", "parquet"])
def test_a_create_of_several_row_groups_goes_through_the_seed_in_order(extension: str, tmp_path: Path) -> None:
    path = write(pd.DataFrame({"city": [f"C{number}" for number in range(10)]}), tmp_path / f"cities.{extension}")
    settings = ddj.Settings(run_config=dd.RunConfig(buffer_size=4))
    source = dd.LocalFileSeedSource(path=str(path))

    made = ddj.create(on(source), num_records=10, artifact_path=tmp_path / "out", settings=settings)

    assert list(made.dataset["made"]) == [f"in C{number}" for number in range(10)]


def test_a_file_that_is_gone_when_the_run_starts_is_named(tmp_path: Path) -> None:
    path = write(CITIES, tmp_path / "cities.csv")
    builder = on(dd.LocalFileSeedSource(path=str(path)))
    path.unlink()

    with pytest.raises(ddj.DDJupyterError, match=r"cities\.csv") as raised:
        ddj.preview(builder, num_records=1)

    assert "\n" not in str(raised.value)


def test_a_directory_without_a_fitting_file_is_named(tmp_path: Path) -> None:
    source = dd.DirectorySeedSource(path=str(tmp_path), file_pattern="*.txt")

    with pytest.raises(ddj.DDJupyterError, match=rf"\*\.txt.*{tmp_path.name}"):
        ddj.preview(on(source, "{{ file_name }}"), num_records=1)
