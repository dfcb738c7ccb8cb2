"""A create goes on where it stopped, and refuses where that would mix two kinds of records."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest

import dd_jupyter as ddj
from dd_jupyter.display.bundle import mimebundle_of
from tests.support.builders import builder_with, numbered, settings_for
from tests.support.model_double import ModelDouble
from tests.support.waiting import wait_until

SMALL_GROUPS = dd.RunConfig(buffer_size=2)


def reviews_of_numbers(model: ModelDouble, prompt: str = "Review number {{ number }}.") -> Any:
    return numbered(model, max_parallel_requests=2).add_column(
        name="review", column_type="llm-text", model_alias="chat", prompt=prompt
    )


def create(builder: Any, folder: Path, *models: ModelDouble, **options: Any) -> ddj.Creation:
    settings = settings_for(*models, run_config=SMALL_GROUPS) if models else ddj.Settings(run_config=SMALL_GROUPS)
    return ddj.create(builder, **{"num_records": 4, "artifact_path": folder, "settings": settings, **options})


def test_more_records_are_added_to_those_that_are_there(model: ModelDouble, tmp_path: Path) -> None:
    create(reviews_of_numbers(model), tmp_path, model)
    model.forget()

    made = create(reviews_of_numbers(model), tmp_path, model, num_records=10, resume=True)

    assert made.path == tmp_path / "dataset"
    assert list(made.dataset["number"]) == list(range(10))
    assert len(model.chat_requests()) == 6
    assert made.progress["review"].done == made.progress["review"].total == 10


def test_a_cancelled_create_is_completed(model: ModelDouble, tmp_path: Path) -> None:
    model.hold()
    stopped = create(reviews_of_numbers(model), tmp_path, model, num_records=10, background=True)
    model.release(6)  # of five row groups of two one is whole then, whichever these are
    wait_until(lambda: stopped.has_path and stopped.count_records() >= 2)
    stopped.cancel()
    stopped.wait(5)
    kept = stopped.count_records()
    model.behave()
    model.forget()

    made = create(reviews_of_numbers(model), tmp_path, model, num_records=10, resume=True)

    assert stopped.state == "cancelled"
    assert made.path == stopped.path
    assert sorted(made.dataset["number"]) == list(range(10))
    assert len(model.chat_requests()) == 10 - kept


def test_a_create_that_was_stopped_before_its_first_batch_is_made_from_the_start(
    model: ModelDouble, tmp_path: Path
) -> None:
    model.hold()
    stopped = create(reviews_of_numbers(model), tmp_path, model, background=True)
    model.wait_for(requests=1)
    stopped.cancel()
    stopped.wait(5)
    model.behave()

    made = create(reviews_of_numbers(model), tmp_path, model, resume=True)

    assert made.path == stopped.path
    assert list(made.dataset["number"]) == [0, 1, 2, 3]


def test_a_finished_create_has_nothing_more_to_do(model: ModelDouble, tmp_path: Path) -> None:
    create(reviews_of_numbers(model), tmp_path, model)
    model.forget()

    made = create(reviews_of_numbers(model), tmp_path, model, resume=True)

    assert model.chat_requests() == []
    assert len(made.dataset) == 4
    assert made.state == "completed"


def test_a_changed_column_is_refused_by_its_name(model: ModelDouble, tmp_path: Path) -> None:
    create(reviews_of_numbers(model), tmp_path, model)

    with pytest.raises(ddj.ResumeError, match=r"changed since it was started: column `review`\. .*`--name`"):
        create(reviews_of_numbers(model, "Praise number {{ number }}."), tmp_path, model, resume=True)


def test_a_changed_model_is_refused_by_its_alias(model: ModelDouble, tmp_path: Path) -> None:
    create(reviews_of_numbers(model), tmp_path, model)
    changed = reviews_of_numbers(model)
    changed.model_configs[0].inference_parameters.temperature = 0.1

    with pytest.raises(ddj.ResumeError, match="model `chat`"):
        create(changed, tmp_path, model, resume=True)


def test_an_added_column_is_refused(tmp_path: Path) -> None:
    create(builder_with(), tmp_path)

    with pytest.raises(ddj.ResumeError, match="column `label`"):
        create(builder_with().add_column(name="label", column_type="expression", expr="x"), tmp_path, resume=True)


def test_a_changed_dataframe_is_refused(tmp_path: Path) -> None:
    def on(cities: list[str]) -> dd.DataDesignerConfigBuilder:
        builder = dd.DataDesignerConfigBuilder(model_configs=[])
        builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"city": cities})))
        return builder.add_column(name="made", column_type="expression", expr="in {{ city }}")

    create(on(["Bonn", "Oslo"]), tmp_path)

    with pytest.raises(ddj.ResumeError, match="the seed DataFrame"):
        create(on(["Bonn", "Rome"]), tmp_path, num_records=8, resume=True)
    made = create(on(["Bonn", "Oslo"]), tmp_path, num_records=8, resume=True)

    assert len(made.dataset) == 8
    assert set(made.dataset["city"]) == {"Bonn", "Oslo"}


def test_a_changed_seed_file_is_refused_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "cities.csv"
    file.write_text("city\nBonn\nOslo\n")
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(dd.LocalFileSeedSource(path=str(file)))
    builder.add_column(name="made", column_type="expression", expr="in {{ city }}")
    create(builder, tmp_path)

    file.write_text("city\nBonn\nRome\n")

    with pytest.raises(ddj.ResumeError, match=r"seed file `cities\.csv`"):
        create(builder, tmp_path, num_records=8, resume=True)


def test_a_file_more_in_a_seed_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "one.txt").write_text("One.")
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(dd.FileContentsSeedSource(path=str(folder), file_pattern="*.txt"))
    builder.add_column(name="made", column_type="expression", expr="{{ content }} Two.")
    create(builder, tmp_path)

    (folder / "two.txt").write_text("Two.")

    with pytest.raises(ddj.ResumeError, match="seed folder `notes`"):
        create(builder, tmp_path, num_records=8, resume=True)


def test_a_changed_body_of_a_custom_column_is_refused(tmp_path: Path) -> None:
    create(with_stock(module(tmp_path, "10")), tmp_path)

    with pytest.raises(ddj.ResumeError, match="column `stock`"):
        create(with_stock(module(tmp_path, "20")), tmp_path, num_records=8, resume=True)
    made = create(with_stock(module(tmp_path, "10")), tmp_path, num_records=8, resume=True)

    assert set(made.dataset["stock"]) == {10}


def test_where_nothing_is_there_is_nothing_to_resume(tmp_path: Path) -> None:
    with pytest.raises(ddj.ResumeError, match=rf"nothing to resume in `{tmp_path}/dataset`.*`--resume`.*`--name`"):
        create(builder_with(), tmp_path, resume=True)

    assert list(tmp_path.iterdir()) == []


def test_fewer_records_than_there_are_is_refused_in_a_sentence(tmp_path: Path) -> None:
    create(builder_with(), tmp_path)

    with pytest.raises(ddj.ResumeError, match="4") as raised:
        create(builder_with(), tmp_path, num_records=2, resume=True)

    assert "\n" not in str(raised.value)
    assert "ResumeMode" not in str(raised.value)


def test_the_same_name_again_leaves_the_first_dataset_untouched_and_says_so(tmp_path: Path) -> None:
    first = create(builder_with(), tmp_path)
    before = {file: file.read_bytes() for file in first.files}

    second = create(builder_with(), tmp_path)

    assert second.path != first.path and second.path.parent == tmp_path
    assert {file: file.read_bytes() for file in first.files} == before
    assert "`dataset` was there already and is untouched" in mimebundle_of(second)["text/plain"]
    assert second.path.name in mimebundle_of(second)["text/html"]


def test_another_pace_is_no_change(model: ModelDouble, tmp_path: Path) -> None:
    create(reviews_of_numbers(model), tmp_path, model)
    slower = reviews_of_numbers(model)
    slower.model_configs[0].inference_parameters.max_parallel_requests = 1
    slower.model_configs[0].inference_parameters.timeout = 300

    made = create(slower, tmp_path, model, num_records=6, resume=True)

    assert list(made.dataset["number"]) == [0, 1, 2, 3, 4, 5]


def test_what_only_the_library_compares_is_refused_in_our_words(tmp_path: Path) -> None:
    first = create(builder_with(), tmp_path)
    (first.path / "dd_jupyter.json").unlink()  # as in a dataset that another program made

    with pytest.raises(ddj.ResumeError, match=r"config.* does not match.*`--name`") as raised:
        create(builder_with().add_column(name="label", column_type="expression", expr="x"), tmp_path, resume=True)

    assert "ResumeMode" not in str(raised.value)
    assert "\n" not in str(raised.value)


def module(folder: Path, value: str) -> ModuleType:
    """A module with a custom column, as a person edits it between two runs."""
    file = folder / f"stock_{value}.py"
    file.write_text(
        "import data_designer.config as dd\n\n"
        "@dd.custom_column_generator(required_columns=['product'])\n"
        f"def stock(row):\n    return {{**row, 'stock': {value}}}\n"
    )
    specification = importlib.util.spec_from_file_location("stock_module", file)
    assert specification is not None and specification.loader is not None
    made = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(made)
    return made


def with_stock(made: ModuleType) -> dd.DataDesignerConfigBuilder:
    return builder_with().add_column(name="stock", column_type="custom", generator_function=made.stock)


def test_records_of_a_model_reach_the_disk_long_before_the_last_one_is_made(model: ModelDouble, tmp_path: Path) -> None:
    builder, settings = reviews_of_numbers(model), settings_for(model)
    model.hold()
    stopped = ddj.create(builder, num_records=100, artifact_path=tmp_path, background=True, settings=settings)
    model.release(30)
    wait_until(lambda: stopped.has_path and stopped.count_records() >= 5)
    stopped.cancel()
    stopped.wait(5)
    kept = stopped.count_records()
    model.behave()
    model.forget()

    made = ddj.create(builder, num_records=100, artifact_path=tmp_path, resume=True, settings=settings)

    assert 5 <= kept <= 30
    assert len(model.chat_requests()) == 100 - kept
    assert sorted(made.dataset["number"]) == list(range(100))


def test_a_dataset_grows_to_any_size_with_the_usual_settings(model: ModelDouble, tmp_path: Path) -> None:
    builder, settings = reviews_of_numbers(model), settings_for(model)
    ddj.create(builder, num_records=7, artifact_path=tmp_path, settings=settings)

    made = ddj.create(builder, num_records=60, artifact_path=tmp_path, resume=True, settings=settings)

    assert sorted(made.dataset["number"]) == list(range(60))
