"""What the notebooks promise to whoever runs them, and to whoever reads them as they are saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from vega_datasets import local_data

from dd_jupyter.resources.secrets import find_key
from tests.notebooks.execution import FOLDER, NOTEBOOKS, execute, outputs
from tests.notebooks.stand_in import stand_in

LARGEST = 200_000  # bytes
OF_ONE_MACHINE = re.compile(r"(?<![\w.~])/(?:root|home|tmp|work|var|private|Users)/|[A-Z]:\\\\Users")
QUICKSTART, LLM_COLUMNS = "01-quickstart", "02-llm-columns"


@dataclass
class Twice:
    """A notebook run from top to bottom, and once more in the same folder."""

    first: NotebookNode
    second: NotebookNode
    folder: Path

    def dataset(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "artifacts" / name / "parquet-files")


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twice]:
    folder = tmp_path_factory.mktemp("notebooks")
    path = FOLDER / f"{request.param}.ipynb"
    with stand_in(tmp_path_factory.mktemp("home")) as env:
        yield Twice(execute(path, folder, env), execute(path, folder, env), folder)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def saved(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


each = pytest.mark.parametrize("run", [path.stem for path in NOTEBOOKS], indirect=True)
quickstart = pytest.mark.parametrize("run", [QUICKSTART], indirect=True)
llm_columns = pytest.mark.parametrize("run", [LLM_COLUMNS], indirect=True)


# ------------------------------------------------------------------------------------------ when run


@each
def test_it_runs_to_the_end_twice_without_an_error_or_a_red_line(run):
    for notebook in (run.first, run.second):
        kinds = {(output.output_type, output.get("name")) for output in outputs(notebook)}

        assert not any(kind == "error" or name == "stderr" for kind, name in kinds)


@each
def test_a_second_run_finds_the_same_datasets_and_no_others(run):
    shown = [[line for line in text(run, which).splitlines() if "was there already" in line] for which in (0, 1)]

    assert shown == [[], []]
    assert all("_" not in folder.name for folder in (run.folder / "artifacts").iterdir())


@each
def test_what_it_shows_holds_no_script_and_fetches_nothing(run):
    for output in outputs(run.second):
        html = output.get("data", {}).get("text/html", "")

        assert "<script" not in html and "javascript:" not in html
        assert not re.search(r"(?:src|href)=.?(?:https?:)?//", html)
        assert "@import" not in html


@quickstart
def test_the_create_makes_a_thousand_listings(run):
    assert "1,000/1,000" in shown_by(run.second, "create")
    assert "showing 10 of 1,000" in shown_by(run.second, "create")


@quickstart
def test_going_on_with_it_makes_two_thousand(run):
    assert len(run.dataset("listings")) == 2_000


@quickstart
def test_the_listings_have_the_columns_of_the_seed_and_of_the_configuration_and_not_the_dropped_one(run):
    assert set(run.dataset("listings").columns) == {
        "car", "year", "origin", "mpg", "horsepower", "weight_lbs",
        "condition", "remark", "miles_a_year", "inspected", "listed", "age", "miles", "seller", "price",
    }  # fmt: skip


@quickstart
def test_the_listings_keep_the_constraints(run):
    listings = run.dataset("listings")

    assert (listings["inspected"] <= listings["listed"]).all()
    assert listings["miles_a_year"].min() >= 2_000


@quickstart
def test_every_listing_is_of_a_real_car_with_its_real_numbers(run):
    real = local_data.cars()[["Miles_per_Gallon", "Horsepower", "Weight_in_lbs"]]
    listed = run.dataset("listings")[["mpg", "horsepower", "weight_lbs"]]

    assert set(listed.itertuples(index=False, name=None)) <= set(real.itertuples(index=False, name=None))


@quickstart
def test_a_remark_fits_the_condition(run):
    for_parts = run.dataset("listings").query("condition == 'for parts'")

    assert set(for_parts["remark"]) == {"engine apart", "no title"}


@quickstart
def test_the_picture_is_there(run):
    assert [output for output in cell(run.second, "picture").outputs if "image/png" in output.get("data", {})]


@llm_columns
def test_the_model_fills_all_four_columns(run):
    tickets = run.dataset("tickets")

    assert tickets[["ticket", "triage", "query", "quality"]].notna().all(axis=None)
    assert tickets["triage"].iloc[0].keys() == {"topic", "urgency", "wants_money_back"}
    assert tickets["quality"].iloc[0]["realism"]["score"] in {"1", "2", "3"}


@llm_columns
def test_a_record_that_the_model_fails_at_is_named_with_the_reason(run):
    assert "1 failed" in shown_by(run.second, "preview")
    assert "could not be parsed" in shown_by(run.second, "failures") or "triage" in shown_by(run.second, "failures")


@llm_columns
def test_the_preview_tells_tokens_and_what_a_larger_run_would_take(run):
    assert re.search(r"\d tokens", shown_by(run.second, "preview"))
    assert re.search(r"1,000 records: about .*tokens", shown_by(run.second, "preview"))


@llm_columns
def test_the_large_run_is_cancelled(run):
    assert shown_by(run.second, "cancel").strip() == "cancelled"


def test_without_a_key_it_says_which_variable_to_set(tmp_path):
    with pytest.raises(CellExecutionError, match=r"`NVIDIA_API_KEY`.* is not set"):
        execute(FOLDER / f"{LLM_COLUMNS}.ipynb", tmp_path, env={})


# ---------------------------------------------------------------------------------------- when saved


def test_it_is_saved_as_one_run_from_top_to_bottom(saved):
    counts = [cell.execution_count for cell in read(saved).cells if cell.cell_type == "code"]

    assert counts == list(range(1, len(counts) + 1))


def test_it_is_saved_without_errors_or_red_lines(saved):
    for output in outputs(read(saved)):
        assert output.output_type != "error" and output.get("name") != "stderr"


def test_it_is_saved_with_static_views_and_without_widgets(saved):
    notebook = read(saved)

    assert "widgets" not in notebook.metadata
    assert "ddj-run" in shown_by(notebook, "preview", "text/html")
    assert not any("widget" in mimetype for output in outputs(notebook) for mimetype in output.get("data", {}))


def test_it_is_saved_without_a_key(saved):
    assert find_key(saved.read_text()) is None


def test_it_is_saved_without_a_path_of_the_machine_that_ran_it(saved):
    assert OF_ONE_MACHINE.findall(saved.read_text()) == []


def test_it_is_saved_small(saved):
    assert saved.stat().st_size < LARGEST


def test_it_is_saved_for_any_python_kernel(saved):
    notebook = read(saved)

    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.language_info == {"name": "python"}


def test_saved_answers_of_the_stand_in_are_called_so():
    notebook = read(FOLDER / f"{LLM_COLUMNS}.ipynb")

    assert "stand-in server" in notebook.cells[0].source
    assert "standin-chat" in shown_by(notebook, "model")


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == name)


def shown_by(notebook: NotebookNode, name: str, mimetype: str = "text/plain") -> str:
    return "\n".join(output.get("text") or output.data.get(mimetype, "") for output in cell(notebook, name).outputs)


def text(run: Twice, which: int) -> str:
    notebook = (run.first, run.second)[which]
    return "\n".join(output.get("text") or output.data.get("text/plain", "") for output in outputs(notebook))
