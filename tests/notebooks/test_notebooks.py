"""What the notebooks promise to whoever runs them, and to whoever reads them as they are saved."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from vega_datasets import local_data

from dd_jupyter.resources.secrets import find_key
from tests.notebooks import services
from tests.notebooks.execution import FOLDER, NOTEBOOKS, SAVED_PORT, SAVED_STAND_IN_PORT, execute, outputs
from tests.notebooks.stand_in import KEY as STAND_IN_KEY
from tests.notebooks.stand_in import stand_in
from tests.support.nemo_services import KEY, PROVIDER

LARGEST = 250_000  # bytes
OF_ONE_MACHINE = re.compile(r"(?<![\w.~])/(?:root|home|tmp|work|var|private|Users)/|[A-Z]:\\\\Users")
LOOPBACK = re.compile(r"(?:127\.0\.0\.1|localhost):(\d+)")
QUICKSTART, LLM_COLUMNS = "01-quickstart", "02-llm-columns"
IN_SERVICES, MOVING = (path.stem for path in services.NOTEBOOKS)
TWO_RUNS_SECONDS = 600  # NeMo Services load the library anew for each job


@dataclass
class Twice:
    """A notebook run from top to bottom, and once more in the same folder."""

    first: NotebookNode
    second: NotebookNode
    folder: Path

    def dataset(self, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.folder / "artifacts" / name / "parquet-files")


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    folder = tmp_path_factory.mktemp("notebooks")
    path = FOLDER / f"{request.param}.ipynb"
    with ExitStack() as resources:
        env = resources.enter_context(stand_in(tmp_path_factory.mktemp("home")))
        if path in services.NOTEBOOKS:  # such as nobody has used: what was moved there before would be found
            env |= resources.enter_context(services.services(tmp_path_factory.mktemp("services")))
        return Twice(execute(path, folder, env), execute(path, folder, env), folder)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def saved(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


_IN_SERVICES, _MOVING = (
    pytest.param(name, marks=pytest.mark.timeout(TWO_RUNS_SECONDS)) for name in (IN_SERVICES, MOVING)
)

each = pytest.mark.parametrize("run", [QUICKSTART, LLM_COLUMNS, _IN_SERVICES, _MOVING], indirect=True)
quickstart = pytest.mark.parametrize("run", [QUICKSTART], indirect=True)
llm_columns = pytest.mark.parametrize("run", [LLM_COLUMNS], indirect=True)
in_services = pytest.mark.parametrize("run", [_IN_SERVICES], indirect=True)
moving = pytest.mark.parametrize("run", [_MOVING], indirect=True)


def test_every_notebook_is_run():
    assert [path.stem for path in NOTEBOOKS] == [QUICKSTART, LLM_COLUMNS, IN_SERVICES, MOVING]


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
    assert all("_" not in folder.name for folder in run.folder.glob("artifacts/*"))


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


@pytest.mark.parametrize("name", [LLM_COLUMNS, MOVING])
def test_without_a_key_it_says_which_variable_to_set(name, tmp_path):
    with pytest.raises(CellExecutionError, match=r"`NVIDIA_API_KEY`.* is not set"):
        execute(FOLDER / f"{name}.ipynb", tmp_path, env={})


@in_services
def test_the_connection_shows_where_it_is_and_that_jobs_and_filesets_can_be_used(run):
    shown = shown_by(run.second, "connect")

    assert "default (from environment variable NMP_WORKSPACE)" in shown
    assert "Jobs can run" in shown and "Filesets" in shown


@in_services
def test_the_same_configuration_makes_the_same_columns_here_and_there(run):
    here, there = (shown_by(run.second, name) for name in ("preview", "there"))

    assert "run in this kernel" in here and "NeMo Services · workspace default" in there
    for shown in (here, there):
        assert re.findall(r"^(\w+) .*3/3$", shown, re.MULTILINE) == ["place", "stars", "review"]


@in_services
def test_a_dataframe_is_refused_there_in_one_line_that_says_what_to_do(run):
    shown = shown_by(run.second, "refused")

    assert shown.startswith("The seed is a DataFrame") and "migrate" in shown
    assert len(shown.splitlines()) == 1


@in_services
def test_a_fileset_gives_the_same_seed_here_and_there(run):
    here, there = (line for line in shown_by(run.second, "fileset").splitlines() if line)

    assert here == "run in this kernel · Bergen, Ghent, Kyoto"
    assert there == "NeMo Services · workspace default · Bergen, Ghent, Kyoto"


@in_services
def test_the_job_ends_well_in_its_own_cell_and_each_run_has_a_job_of_its_own(run):
    shown = [shown_by(notebook, "job") for notebook in (run.first, run.second)]
    names = [re.findall(r"reviews-\d{8}-\d{6}-\w{4}", each)[0] for each in shown]

    assert all("✓ Completed" in each and each.count("200/200") == 4 for each in shown)
    assert names[0] != names[1]
    assert all(name in shown_by(run.second, "jobs") for name in names)
    assert shown_by(run.second, "attach").strip() == f"{names[1]} · NeMo Services · workspace default · completed"


@in_services
def test_its_log_is_there_while_it_works(run):
    assert "Dispatching with 200 records" in shown_by(run.second, "log")


@in_services
def test_the_job_found_again_knows_what_it_was_made_from(run):
    shown = shown_by(run.second, "configuration")

    assert [line.split()[0] for line in shown.splitlines()] == ["place", "stars", "review", "title", "seed"]
    assert re.search(r"default/seed-\w+#seed.parquet", shown)


@in_services
def test_the_download_has_every_record_with_the_columns_of_seed_and_configuration(run):
    reviews = run.dataset("reviews")

    assert len(reviews) == 200
    assert set(reviews.columns) == {"place", "stars", "review", "title", "city", "country"}
    assert reviews.notna().all(axis=None)
    assert reviews["city"].nunique() == 6


@in_services
def test_the_large_job_is_cancelled(run):
    assert shown_by(run.second, "cancel").strip() == "cancelled"
    assert "Cancelled" in shown_by(run.second, "large")


@in_services
def test_no_output_holds_the_key_of_the_gateway(run):
    for notebook in (run.first, run.second):
        assert KEY not in nbformat.writes(notebook)


@moving
def test_what_lives_here_runs_here_and_is_said_to_need_a_move_before_it_is_submitted(run):
    assert "run in this kernel" in shown_by(run.first, "preview")
    assert "✓ Runs in this kernel · ✕ Cannot be submitted yet: 3 moves" in shown_by(run.first, "check")


@moving
def test_the_plan_changes_nothing_and_carrying_it_out_does_it_all(run):
    plan, applied = (shown_by(run.first, name) for name in ("plan", "apply"))

    assert "○ Planned: 3 to do" in plan and plan.count("○ To do") == 3
    assert "✓ Done" in applied.splitlines()[0] and applied.count("✓ Done") == 4
    assert "+   provider: default/standin" in applied


@moving
def test_what_an_earlier_run_moved_is_found_and_not_moved_again(run):
    first, second = (shown_by(notebook, "twice") for notebook in (run.first, run.second))

    assert "✓ Nothing to do" in shown_by(run.second, "plan")
    assert first == second
    assert [line.split()[0] for line in first.splitlines()] == ["seed", "provider"]
    assert all(line.endswith("there already") for line in first.splitlines())


@moving
def test_the_same_table_has_the_same_name_the_next_time(run):
    names = [set(re.findall(r"seed-\w{8}", shown_by(notebook, "plan"))) for notebook in (run.first, run.second)]

    assert names[0] == names[1] and len(names[0]) == 1


@moving
def test_what_was_moved_can_be_run_in_both_places_and_its_job_makes_the_records(run):
    assert "✓ Runs in this kernel · ✓ Can be submitted" in shown_by(run.second, "again")
    assert "%dd_create made -c moved --submit" in shown_by(run.second, "again")
    assert "✓ Completed" in shown_by(run.second, "job") and "20/20" in shown_by(run.second, "job")


@moving
def test_a_local_provider_that_the_gateway_has_too_and_its_key_are_not_in_the_way(run):
    shown = shown_by(run.second, "check")

    assert "Cannot be submitted yet: 1 move" in shown
    assert "Warning" not in shown


@moving
def test_the_code_to_paste_makes_the_moved_configuration(run):
    namespace: dict[str, object] = {}
    exec(shown_by(run.second, "paste"), namespace)

    builder = namespace["config_builder"]
    assert [column.name for column in builder.get_column_configs()] == ["visitor", "question", "asked_in"]
    assert builder.get_seed_config().source.path in shown_by(run.second, "twice")


@moving
def test_going_back_brings_the_table_and_leaves_the_local_settings(run):
    assert "✓ Done" in shown_by(run.first, "back").splitlines()[0]
    assert "✓ Nothing to do" in shown_by(run.second, "back").splitlines()[0]
    (seed,) = run.folder.glob("seeds/*/seed.parquet")
    assert list(pd.read_parquet(seed).columns) == ["exhibit", "year", "room"]


@moving
def test_a_function_is_said_not_to_move_and_nothing_is_begun(run):
    assert "Cannot be submitted: 1 to fix" in shown_by(run.second, "stays")
    assert shown_by(run.second, "impossible").startswith("Nothing was migrated. Custom column `characters`")


@moving
def test_no_output_holds_the_key_of_the_provider(run):
    for notebook in (run.first, run.second):
        assert STAND_IN_KEY not in nbformat.writes(notebook)


def test_without_services_it_says_how_to_start_some(tmp_path):
    with pytest.raises(CellExecutionError, match=r"No NeMo Services answer at .*`%dd_services start`"):
        execute(FOLDER / f"{IN_SERVICES}.ipynb", tmp_path, env={"NMP_BASE_URL": "http://127.0.0.1:9"})


def test_without_services_the_report_is_there_and_the_migration_says_how_to_start_some(tmp_path):
    with stand_in(tmp_path / "home") as env, pytest.raises(CellExecutionError) as stopped:
        execute(FOLDER / f"{MOVING}.ipynb", tmp_path, env={**env, "NMP_BASE_URL": "http://127.0.0.1:9"})

    assert "%dd_migrate moved -c builder" in str(stopped.value)
    assert re.search(r"No NeMo Services answer at .*`%dd_services start`", str(stopped.value))


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


@pytest.mark.parametrize("name", [LLM_COLUMNS, MOVING])
def test_saved_answers_of_the_stand_in_are_called_so(name):
    notebook = read(FOLDER / f"{name}.ipynb")

    assert "stand-in server" in notebook.cells[0].source
    assert "standin-chat" in shown_by(notebook, "model")


def test_servers_that_were_asked_for_saved_outputs_are_where_they_are_by_default():
    of_services, of_the_stand_in = str(SAVED_PORT), str(SAVED_STAND_IN_PORT)

    assert set(LOOPBACK.findall((FOLDER / f"{IN_SERVICES}.ipynb").read_text())) == {of_services}
    assert set(LOOPBACK.findall((FOLDER / f"{MOVING}.ipynb").read_text())) == {of_services, of_the_stand_in}


def test_it_is_saved_as_what_a_first_run_shows():
    notebook = read(FOLDER / f"{MOVING}.ipynb")

    assert "Planned: 3 to do" in shown_by(notebook, "plan")
    assert "/seed-" in shown_by(notebook, "back") and "✓ Done" in shown_by(notebook, "back").splitlines()[0]


def test_saved_outputs_of_services_tell_what_answered_in_place_of_a_model():
    notebook = read(FOLDER / f"{IN_SERVICES}.ipynb")

    assert "stand-in server" in notebook.cells[0].source
    assert f"default/{PROVIDER}" in notebook.cells[0].source and f"default/{PROVIDER}" in shown_by(notebook, "model")


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == name)


def shown_by(notebook: NotebookNode, name: str, mimetype: str = "text/plain") -> str:
    return "\n".join(output.get("text") or output.data.get(mimetype, "") for output in cell(notebook, name).outputs)


def text(run: Twice, which: int) -> str:
    notebook = (run.first, run.second)[which]
    return "\n".join(output.get("text") or output.data.get("text/plain", "") for output in outputs(notebook))
