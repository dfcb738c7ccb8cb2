"""The log of a run can be read by any process, while it runs and after."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dd_jupyter.execution import run_log_file
from dd_jupyter.execution.events import Heartbeat, Log
from dd_jupyter.execution.runs import Journal, RunEntry, entries, read_log
from tests.unit.jobs_at_hand import job_of
from tests.unit.runs import done, preview_of, telling

KEY = "nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own for run records."""
    monkeypatch.setenv("DD_JUPYTER_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "runs"


def line(number: int) -> Log:
    return Log("INFO", f"line {number}", float(number))


def logged(*lines: Log) -> RunEntry:
    """A run that ended, with this log."""
    preview_of(telling(*lines, done(1))).follow(Journal())
    return entries()[0]


def file_of(entry: RunEntry, home: Path) -> Path:
    return home / f"{entry.id}.log"


def test_it_is_read_as_it_was_told() -> None:
    lines = [Log("INFO", "Making 10 records", 1.5), Log("WARNING", "two\nlines\u2028 \u00e9 \U0001f9ea", 2.5)]

    assert read_log(logged(*lines)) == lines


def test_each_line_is_there_at_once() -> None:
    journal, seen = Journal(), []

    def watch(run: Any) -> None:
        journal(run)
        seen.append(len(read_log(entries()[0])))

    preview_of(telling(line(1), Heartbeat(), line(2), line(3), done(1))).follow(watch)

    assert seen == [1, 1, 2, 3, 3, 3]


def test_only_the_lines_after_those_that_are_known_are_read() -> None:
    entry = logged(*map(line, range(5)))

    assert read_log(entry, after=3) == [line(3), line(4)]
    assert read_log(entry, after=5) == []
    assert read_log(entry, after=50) == []


def test_another_process_reads_it() -> None:
    logged(line(1))
    code = "from dd_jupyter.execution.runs import entries, read_log; print(read_log(entries()[0])[0].message)"

    read = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert read.stdout.strip() == "line 1"


def test_all_lines_are_kept_of_a_run_that_says_more_than_its_view_shows() -> None:
    assert read_log(logged(*map(line, range(1_500)))) == [line(number) for number in range(1_500)]


def test_a_run_that_said_nothing_has_an_empty_log(home: Path) -> None:
    entry = logged()

    assert read_log(entry) == []
    assert not file_of(entry, home).exists()


def test_the_log_of_a_job_is_not_kept(home: Path) -> None:
    job = job_of()
    job.note(line(1))

    Journal("http://services.test", "default")(job)

    assert read_log(entries()[0]) == []
    assert len(list(home.iterdir())) == 1


@pytest.mark.parametrize(
    "half", ['{"level": "INFO", "mess', "", '{"level"', '{"level": "INFO", "message": "x", "time": 1}']
)
def test_a_last_line_that_is_half_written_is_not_there_yet(half: str, home: Path) -> None:
    entry = logged(line(1), line(2))
    with file_of(entry, home).open("a") as file:
        file.write(half)

    assert read_log(entry) == [line(1), line(2)]


@pytest.mark.parametrize("broken", [b"", b"null", b"[1]", b'{"level": 3}', b"\xff\xfe", b'{"level": "INFO", "mes'])
def test_a_line_that_is_none_is_passed_over(broken: bytes, home: Path) -> None:
    entry = logged(line(1))
    with file_of(entry, home).open("ab") as file:
        file.write(broken + b'\n{"level": "INFO", "message": "line 2", "time": 2.0}\n')

    assert read_log(entry) == [line(1), line(2)]


def test_a_log_that_is_too_long_says_that_it_goes_on(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log_file, "LOG_BYTES", 10_000)

    entry = logged(*map(line, range(5_000)))

    *lines, last = read_log(entry)
    assert lines == [line(number) for number in range(len(lines))] and len(lines) > 100
    assert (last.level, last.message) == ("WARNING", "The log goes on, but the rest is not kept.")
    assert file_of(entry, home).stat().st_size < 10_200


def test_a_long_line_is_cut_and_says_how_much_is_missing() -> None:
    (told,) = read_log(logged(Log("ERROR", "x" * 5_000, 1.0)))

    assert told.message == "x" * 2_000 + "… (3,000 more characters)"


def test_a_key_is_not_in_it_even_where_it_is_cut(home: Path) -> None:
    entry = logged(Log("ERROR", f"Bearer {KEY}", 1.0), Log("ERROR", "x" * 1_990 + " " + KEY, 1.0))

    assert KEY[:9] not in file_of(entry, home).read_text()
    assert len(read_log(entry)) == 2


def test_characters_that_are_no_text_are_no_obstacle() -> None:
    (told,) = read_log(logged(Log("ERROR", "half of a pair: \ud83d", 1.0)))

    assert told.message == "half of a pair: ?"
