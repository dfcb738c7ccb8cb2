"""Run records: any process finds a run again, and nothing of its content is among them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest

from dd_jupyter.errors import RunError
from dd_jupyter.execution import run_entries
from dd_jupyter.execution.events import Done, Failed, Records
from dd_jupyter.execution.run_entries import write
from dd_jupyter.execution.runs import Journal, RunEntry, entries
from tests.support.builders import PRODUCTS, builder_with
from tests.unit.jobs_at_hand import ended_job, job_of
from tests.unit.runs import creation_of, done, preview_of, previewed, telling

KEY = "nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks"
VALUE = "a value that nobody else may read"
URL = "http://services.test"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own for run records."""
    monkeypatch.setenv("DD_JUPYTER_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "runs"


def files(home: Path) -> list[Path]:
    return sorted(home.glob("*")) if home.exists() else []


def entry(number: int = 0, **changed: Any) -> RunEntry:
    """A record as another process might have written it."""
    told: dict[str, Any] = {
        "id": f"20261121T1000{number:08}-abcdef",
        "kind": "create",
        "name": f"reviews-{number}",
        "num_records": 10,
        "fingerprint": "sha256:0",
        "started": "2026-11-21T10:00:00+00:00",
        "state": "running",
        "ended": None,
        "base_url": None,
        "workspace": None,
        "artifact_path": None,
        "process": os.getpid(),
        **changed,
    }
    return RunEntry(**told)


def a_process_that_is_no_more() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


# What is written down, and when.


def test_a_run_is_one_record_from_its_start_to_its_end(home: Path) -> None:
    preview = preview_of(telling(Records((), 1), Records((), 2), done(2)), name="sample", num_records=2)
    journal = Journal()

    journal(preview)
    (started,) = entries()
    preview.follow(journal)

    (ended,) = entries()
    assert (started.kind, started.name, started.num_records) == ("preview", "sample", 2)
    assert (started.state, started.ended) == ("running", None)
    assert (ended.id, ended.started, ended.state) == (started.id, started.started, "completed")
    assert ended.ended is not None
    assert len(files(home)) == 1


@pytest.mark.parametrize(("last", "state"), [(Failed(RunError("no")), "failed"), (Done(1, 0.0, {}), "completed")])
def test_how_a_run_ended_is_written_down(last: Any, state: str) -> None:
    preview_of(telling(last)).follow(Journal())

    assert [one.state for one in entries()] == [state]


def test_a_run_in_this_kernel_has_no_deployment_and_a_create_has_its_folder(tmp_path: Path) -> None:
    from dd_jupyter.execution.events import Artifacts

    folder = tmp_path / "artifacts" / "reviews_2"
    creation_of(telling(Artifacts(folder), done()), tmp_path / "artifacts").follow(Journal())

    (one,) = entries()
    assert (one.kind, one.name, one.artifact_path) == ("create", "reviews", str(folder))
    assert (one.base_url, one.workspace) == (None, None)


def test_a_job_is_found_by_deployment_workspace_and_name() -> None:
    Journal(URL, "research")(job_of(job_name="reviews-7", workspace="research", name="variable"))

    (one,) = entries()
    assert (one.kind, one.name, one.base_url, one.workspace) == ("job", "reviews-7", URL, "research")


def test_the_fingerprint_is_that_of_the_configuration() -> None:
    for builder in (
        builder_with(),
        builder_with(),
        builder_with().add_column(name="b", column_type="expression", expr="x"),
    ):
        Journal()(preview_of(telling(), builder=builder))

    other, same, first = (one.fingerprint for one in entries())
    assert first == same != other
    assert first == builder_with().build().fingerprint()["config_hash"]


def test_a_record_is_written_again_only_when_it_says_something_new(home: Path) -> None:
    journal = Journal()
    preview = preview_of(telling())
    journal(preview)
    (file,) = files(home)
    file.write_text("touched")

    preview.complete = 7
    journal(preview)

    assert file.read_text() == "touched"
    preview.state = "completed"
    journal(preview)
    assert json.loads(file.read_text())["state"] == "completed"


# What is not written down.


def test_nothing_of_configuration_key_or_records_is_in_a_record(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED_KEY", KEY)
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(dd.HuggingFaceSeedSource(path="datasets/org/data/a.parquet", token=KEY))
    builder.add_column(name="planted", column_type="expression", expr=VALUE)
    preview = preview_of(
        telling(Records(({"planted": VALUE},), 1), Failed(RunError(f"{KEY}: {VALUE}"))), builder=builder
    )

    preview.follow(Journal(URL, "default"))

    (file,) = files(home)
    text = file.read_text()
    assert set(json.loads(text)) == set(RunEntry.__dataclass_fields__)
    assert not [part for part in (KEY, VALUE, "planted", "org/data") if part in text]


# Reading.


def test_another_process_reads_the_records() -> None:
    previewed(name="sample")
    Journal()(preview_of(telling(), name="sample"))
    code = "from dd_jupyter.execution.runs import entries; print([(e.name, e.state, e.is_lost) for e in entries()])"

    read = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert read.stdout.strip() == "[('sample', 'running', False)]"


def test_the_newest_come_first_and_no_more_than_asked_for() -> None:
    for number in (2, 0, 1):
        write(entry(number))

    assert [one.name for one in entries()] == ["reviews-2", "reviews-1", "reviews-0"]
    assert [one.name for one in entries(2)] == ["reviews-2", "reviews-1"]


def test_before_the_first_run_there_is_none() -> None:
    assert entries() == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "3", "{}", '{"id": "x"}', "\x00"])
def test_a_file_that_is_no_record_is_passed_over(home: Path, text: str) -> None:
    write(entry())
    (home / "20991231T000000000000-broken.json").write_text(text)

    assert [one.name for one in entries()] == ["reviews-0"]


def test_a_record_of_a_later_version_is_read_as_far_as_it_is_known(home: Path) -> None:
    write(entry())
    (file,) = files(home)
    file.write_text(json.dumps({**json.loads(file.read_text()), "colour": "green"}))

    assert len(entries()) == 1


@pytest.mark.parametrize("process", ["many", None, 10**30])
def test_a_record_with_a_field_of_another_type_is_passed_over(home: Path, process: Any) -> None:
    write(entry())
    (file,) = files(home)
    file.write_text(json.dumps({**json.loads(file.read_text()), "process": process}))

    assert [one.is_lost for one in entries()] in ([], [False], [True])


def test_a_broken_file_takes_no_place_of_a_record(home: Path) -> None:
    write(entry())
    (home / "20991231T000000000000-broken.json").write_text("{")

    assert len(entries(1)) == 1


def test_old_records_are_forgotten(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_entries, "KEPT_RECORDS", 3)

    for number in range(5):
        write(entry(number))

    assert [one.name for one in entries()] == ["reviews-4", "reviews-3", "reviews-2"]
    assert len(files(home)) == 3


# A run that was lost.


def test_a_run_whose_process_is_no_more_is_lost() -> None:
    gone = a_process_that_is_no_more()

    assert entry(process=gone).is_lost
    assert not entry(process=os.getpid()).is_lost


@pytest.mark.parametrize("changed", [{"kind": "job"}, {"state": "completed"}, {"state": "failed"}])
def test_a_job_and_an_ended_run_are_never_lost(changed: dict[str, str]) -> None:
    assert not entry(process=a_process_that_is_no_more(), **changed).is_lost


def test_a_process_of_somebody_else_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_mine(process: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", not_mine)

    assert not entry(process=1).is_lost


# A folder that cannot be written.


def test_a_run_goes_on_where_it_cannot_be_written_down(home: Path) -> None:
    home.parent.mkdir()
    home.write_text("a file in the place of the folder")
    journal = Journal()
    preview = preview_of(telling(done(1)))

    preview.follow(journal)

    assert preview.state == "completed"
    assert isinstance(journal.failure, OSError)
    assert home.read_text() == "a file in the place of the folder"


def test_a_journal_that_can_be_written_has_no_failure() -> None:
    journal = Journal()

    preview_of(telling(done(1))).follow(journal)

    assert journal.failure is None


def test_a_record_is_written_whole_or_not_at_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(entry())
    (file,) = files(home)
    before = file.read_text()

    def full(self: Path, *args: Any, **options: Any) -> None:
        with self.open("w") as half:
            half.write("{")
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space"):
        write(entry(state="completed"))

    assert file.read_text() == before
    assert [one.state for one in entries()] == ["running"]


def test_a_job_that_ended_is_written_down_as_ended() -> None:
    job = ended_job("completed", done(10))

    Journal(URL, "default")(job)

    (one,) = entries()
    assert one.state == "completed"


def test_a_run_that_had_ended_when_it_was_first_written_down_has_an_end() -> None:
    Journal()(previewed(done(1)))

    assert entries()[0].ended is not None


def test_a_job_that_is_found_again_is_still_one_record() -> None:
    for _ in range(3):
        Journal(URL, "default")(job_of())

    assert len(entries()) == 1


def test_a_job_that_is_at_work_has_no_end() -> None:
    Journal(URL, "default")(ended_job("completed", done(10)))

    Journal(URL, "default")(job_of(status="active"))  # deleted and made again, or attached and not yet followed

    assert [(one.state, one.ended) for one in entries() if one.state == "running"] == [("running", None)]


@pytest.mark.parametrize("other", [{"workspace": "research"}, {"job_name": "reviews-2"}])
def test_another_job_is_another_record(other: dict[str, str]) -> None:
    for options in ({}, other):
        job = job_of(**options)
        Journal(URL, job.workspace)(job)

    assert len(entries()) == 2


def test_the_products_are_not_in_a_record(home: Path) -> None:
    Journal()(preview_of(telling()))

    assert not [product for product in PRODUCTS if product in files(home)[0].read_text()]
