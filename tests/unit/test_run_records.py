"""Run records: any process finds a run again, and nothing of its content is among them."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest

from dd_jupyter.errors import RunError
from dd_jupyter.execution import run_entries
from dd_jupyter.execution.events import Artifacts, Done, Failed, Log, RecordFailed, Records
from dd_jupyter.execution.journal import NOTEBOOK_VARIABLE
from dd_jupyter.execution.process import beginning_of
from dd_jupyter.execution.run_entries import write
from dd_jupyter.execution.runs import Journal, RunEntry, entries, find
from tests.support.builders import PRODUCTS, builder_with
from tests.unit.jobs_at_hand import ended_job, job_of
from tests.unit.run_records_at_hand import a_process_that_is_no_more, entry
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


def test_a_record_is_written_again_only_when_it_says_something_new(home: Path, counts_at_once: None) -> None:
    journal = Journal()
    preview = preview_of(telling())
    journal(preview)
    (file,) = files(home)
    file.write_text("touched")

    journal(preview)

    assert file.read_text() == "touched"
    preview.state = "completed"
    journal(preview)
    assert json.loads(file.read_text())["state"] == "completed"


# How far it is.


@pytest.fixture
def counts_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts are written whenever they change."""
    monkeypatch.setattr("dd_jupyter.execution.journal.WRITE_SECONDS", 0.0)


@pytest.fixture
def counts_never(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second passes, so that counts alone are no reason to write."""
    monkeypatch.setattr("dd_jupyter.execution.journal.WRITE_SECONDS", 3_600.0)


def test_records_made_and_given_up_on_are_written_while_it_runs(counts_at_once: None) -> None:
    journal = Journal()
    preview = preview_of(telling(Records((), 3), RecordFailed(4, "text", "400"), Records((), 5), done(9)))
    seen: list[tuple[str, int, int]] = []

    def watch(run: Any) -> None:
        journal(run)
        seen.extend((one.state, one.done, one.failed) for one in entries())

    preview.follow(watch)

    assert list(dict.fromkeys(seen)) == [
        ("running", 3, 0), ("running", 3, 1), ("running", 5, 1), ("completed", 9, 1),
    ]  # fmt: skip


def test_counts_are_written_once_a_second_and_at_the_end(counts_never: None) -> None:
    journal = Journal()
    preview = preview_of(telling(Records((), 3), RecordFailed(4, "text", "400"), Records((), 5), done(9)))
    seen: list[tuple[int, int]] = []

    def watch(run: Any) -> None:
        journal(run)
        seen.extend((one.done, one.failed) for one in entries())

    preview.follow(watch)

    assert seen == [(3, 0), (3, 0), (3, 0), (9, 1), (9, 1)]  # the first is written with the record


def test_a_record_without_counts_or_notebook_is_one_of_an_earlier_version(home: Path) -> None:
    write(entry())
    (file,) = files(home)
    told = json.loads(file.read_text())
    for name in ("done", "failed", "notebook", "process_began"):
        del told[name]
    file.write_text(json.dumps(told))

    (one,) = entries()
    assert (one.done, one.failed, one.notebook) == (0, 0, None)


# Where it was started.


@pytest.mark.parametrize(
    ("variable", "notebook"),
    [
        ("/home/ada/work/reviews.ipynb", "/home/ada/work/reviews.ipynb"),
        ("work/reviews.ipynb", "work/reviews.ipynb"),
        ("", None),
        (None, None),
    ],
)
def test_the_notebook_is_the_one_that_jupyter_server_names(
    variable: str | None, notebook: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    if variable is not None:
        monkeypatch.setenv("JPY_SESSION_NAME", variable)

    Journal()(preview_of(telling()))

    assert [one.notebook for one in entries()] == [notebook]


def test_jupyter_server_names_the_notebook_in_that_variable(tmp_path: Path) -> None:
    from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
    from jupyter_server.services.sessions.sessionmanager import SessionManager

    (tmp_path / "work").mkdir()
    sessions = SessionManager(kernel_manager=AsyncMappingKernelManager(root_dir=str(tmp_path)))

    environment = sessions.get_kernel_env("work/reviews.ipynb", "reviews.ipynb")

    assert environment[NOTEBOOK_VARIABLE] == str(tmp_path / "work" / "reviews.ipynb")


def test_a_name_with_bytes_that_are_no_text_hides_no_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", os.fsdecode(b"/home/ada/caf\xe9.ipynb"))
    folder = tmp_path / os.fsdecode(b"caf\xe9")

    creation_of(telling(Artifacts(folder), done()), tmp_path, dataset_name="\ud800").follow(Journal())

    (one,) = entries()
    assert (one.notebook, one.name) == ("/home/ada/caf?.ipynb", "?")


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


def test_a_record_that_says_it_is_another_is_passed_over(home: Path) -> None:
    write(entry())
    (file,) = files(home)
    file.write_text(json.dumps({**json.loads(file.read_text()), "id": "../../elsewhere"}))

    assert entries() == []


def test_a_run_is_found_by_its_id() -> None:
    write(entry(1))
    write(entry(2, state="completed"))

    found = find(entry(2).id)

    assert found is not None and (found.name, found.state) == ("reviews-2", "completed")


@pytest.mark.parametrize("run_id", ["", ".", "..", "unknown", "../runs/{}", "{}.json", "{}\n", "{}\0", "x" * 5_000])
def test_no_run_is_found_by_what_is_no_id(run_id: str) -> None:
    write(entry())

    assert find(run_id.format(entry().id)) is None


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


def test_what_lies_beside_a_record_is_forgotten_with_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_entries, "KEPT_RECORDS", 2)
    for number in range(2):
        write(entry(number))
        for kind in ("log", "stop", "12.tmp"):
            (home / f"{entry(number).id}.{kind}").touch()

    write(entry(2))

    assert {file.name.partition(".")[0] for file in files(home)} == {entry(1).id, entry(2).id}
    assert len(files(home)) == 5


def test_only_its_owner_reads_what_is_kept_of_a_run(home: Path) -> None:
    preview_of(telling(Log("INFO", "Making records", 1.0), done(1))).follow(Journal())

    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {(file.suffix, stat.S_IMODE(file.stat().st_mode)) for file in files(home)} == {
        (".json", 0o600), (".log", 0o600),
    }  # fmt: skip


# A run that was lost.


def test_a_run_whose_process_is_no_more_is_lost() -> None:
    gone = a_process_that_is_no_more()

    assert entry(process=gone).is_lost
    assert not entry(process=os.getpid()).is_lost


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells when a process began.")
def test_a_run_whose_process_left_its_number_to_another_is_lost() -> None:
    Journal()(preview_of(telling()))
    (one,) = entries()

    assert one.process_began == beginning_of(os.getpid()) > 0
    assert not one.is_lost
    assert replace(one, process_began=one.process_began - 1).is_lost


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells that a process has ended but is not gone.")
def test_a_run_whose_process_has_ended_but_was_not_asked_how_is_lost() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        run = entry(process=process.pid, process_began=beginning_of(process.pid))
        assert not run.is_lost

        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)

        assert run.is_lost


def test_where_the_system_does_not_tell_when_a_process_began_its_number_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dd_jupyter.execution.process._fields", lambda process: [])

    Journal()(preview_of(telling()))

    (one,) = entries()
    assert (one.process_began, one.is_lost) == (0, False)
    assert entry(process=os.getpid(), process_began=7).is_lost is False
    assert entry(process=a_process_that_is_no_more()).is_lost


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
    preview = preview_of(telling(Log("INFO", "Making records", 1.0), Records((), 1), done(1)))

    preview.follow(journal)

    assert preview.state == "completed"
    assert isinstance(journal.failure, OSError)
    assert home.read_text() == "a file in the place of the folder"


def test_the_end_of_a_run_is_written_down_once_the_disk_has_room_again(home: Path) -> None:
    home.parent.mkdir()
    home.write_text("a file in the place of the folder")
    preview = preview_of(telling(done(1)))
    journal = Journal()
    journal(preview)
    home.unlink()

    preview.follow(journal)

    assert [one.state for one in entries()] == ["completed"]


def test_the_end_of_a_run_is_tried_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal()
    preview = preview_of(telling(done(1)))
    journal(preview)

    def fails_once(entry: RunEntry) -> None:
        monkeypatch.setattr("dd_jupyter.execution.journal.write", write)
        raise PermissionError  # as on Windows, while somebody reads it

    monkeypatch.setattr("dd_jupyter.execution.journal.write", fails_once)
    preview.follow(journal)

    assert [one.state for one in entries()] == ["completed"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="There is no device that is always full.")
def test_a_run_goes_on_where_the_disk_is_full(home: Path) -> None:
    journal = Journal()
    preview = preview_of(telling(*(Log("INFO", f"line {n}", 1.0) for n in range(3)), done(1)))
    journal(preview)
    (home / f"{entries()[0].id}.log").symlink_to("/dev/full")

    preview.follow(journal)

    assert preview.state == "completed" and entries()[0].state == "completed"
    assert journal.failure is not None and journal.failure.errno == errno.ENOSPC


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
