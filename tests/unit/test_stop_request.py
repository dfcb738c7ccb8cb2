"""A run is stopped by another process as by its own Stop button."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from dd_jupyter.errors import ConflictError, DDJupyterError
from dd_jupyter.execution import run_entries, stop_request
from dd_jupyter.execution.cancel import Cancel
from dd_jupyter.execution.events import Cancelled, Event, Heartbeat
from dd_jupyter.execution.results import Preview
from dd_jupyter.execution.runs import Journal, ask_to_stop, entries
from tests.unit.jobs_at_hand import job_of
from tests.unit.run_records_at_hand import a_process_that_is_no_more, entry
from tests.unit.runs import done, preview_of, previewed, telling

pytestmark = pytest.mark.timeout(20)  # what does not stop would run for ever


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of this test's own for run records."""
    monkeypatch.setenv("DD_JUPYTER_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "runs"


@pytest.fixture
def looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run looks for a wish at each sign of life."""
    monkeypatch.setattr("dd_jupyter.execution.journal.LOOK_SECONDS", 0.0)


def until_cancelled(_workload: Any, cancel: Cancel) -> Generator[Event]:
    """An executor that says nothing new until it is stopped."""
    asked = threading.Event()
    cancel.on_request(asked.set)
    while not asked.wait(0.01):
        yield Heartbeat()
    yield Cancelled()


def running(name: str = "sample") -> Preview:
    """A run in the background that goes on until it is stopped."""
    preview = preview_of(until_cancelled, name=name, background=True)
    journal = Journal()
    journal(preview)
    preview.follow_in_background(journal)
    return preview


def wishes(home: Path) -> list[Path]:
    return list(home.glob("*.stop"))


def test_a_run_that_is_asked_to_stop_is_cancelled(home: Path) -> None:
    preview = running()

    ask_to_stop(entries()[0])

    assert preview.wait(5).state == "cancelled"
    assert [one.state for one in entries()] == ["cancelled"]
    assert wishes(home) == []


def test_another_process_can_ask() -> None:
    preview = running()
    code = "from dd_jupyter.execution.runs import entries, ask_to_stop; ask_to_stop(entries()[0])"

    subprocess.run([sys.executable, "-c", code], check=True)

    assert preview.wait(5).state == "cancelled"


def test_asking_twice_is_asking() -> None:
    preview = running()
    (one,) = entries()

    ask_to_stop(one)
    ask_to_stop(one)

    assert preview.wait(5).state == "cancelled"


def test_only_the_run_that_is_meant_stops(looks_at_once: None) -> None:
    other, meant = running("other"), running("meant")

    ask_to_stop(next(one for one in entries() if one.name == "meant"))

    assert meant.wait(5).state == "cancelled"
    assert other.state == "running"
    other.cancel()
    other.wait(5)


def test_a_wish_that_was_left_behind_stops_no_other_run(home: Path, looks_at_once: None) -> None:
    home.mkdir(parents=True)
    (home / f"{entry().id}.stop").touch()
    preview = preview_of(telling(*[Heartbeat()] * 5, done(1)))

    preview.follow(Journal())

    assert preview.state == "completed" and not preview._cancel.requested


def test_a_run_looks_twice_a_second_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[float] = []
    monkeypatch.setattr(
        "dd_jupyter.execution.journal.is_asked_to_stop", lambda run_id: looks.append(time.monotonic()) or False
    )
    preview = running()

    while len(looks) < 3:
        time.sleep(0.01)
    preview.cancel()
    preview.wait(5)

    assert all(after - before > 0.4 for before, after in itertools.pairwise(looks))


# What cannot be stopped.


def test_a_run_that_has_ended_is_not_asked(home: Path) -> None:
    Journal()(previewed(frame=[]))

    with pytest.raises(ConflictError, match="Preview `sample` cannot be stopped: it has ended already, and is comp"):
        ask_to_stop(entries()[0])

    assert wishes(home) == []


def test_a_run_that_has_ended_since_it_was_listed_is_not_asked(home: Path) -> None:
    preview = running()
    (listed,) = entries()
    preview.cancel()
    preview.wait(5)

    with pytest.raises(ConflictError, match="has ended already, and is cancelled"):
        ask_to_stop(listed)

    assert wishes(home) == []


def test_a_run_that_ends_while_it_is_asked_leaves_no_wish(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_entries.write(entry())
    touch = Path.touch

    def ends_meanwhile(self: Path, *args: Any) -> None:
        touch(self, *args)
        monkeypatch.setattr(Path, "touch", touch)
        run_entries.write(entry(state="completed"))

    monkeypatch.setattr(Path, "touch", ends_meanwhile)
    with pytest.raises(ConflictError, match="has ended already"):
        ask_to_stop(entry())

    assert wishes(home) == []


def test_a_run_whose_kernel_is_gone_is_not_asked(home: Path) -> None:
    run_entries.write(entry(process=a_process_that_is_no_more()))

    with pytest.raises(ConflictError, match="Dataset `reviews-0` cannot be stopped: its kernel has ended"):
        ask_to_stop(entries()[0])

    assert wishes(home) == []


def test_a_run_that_is_forgotten_is_not_asked() -> None:
    with pytest.raises(ConflictError, match="not known on this machine any more"):
        ask_to_stop(entry())


def test_a_job_is_stopped_elsewhere(home: Path) -> None:
    Journal("http://services.test", "default")(job_of(job_name="reviews-7"))

    with pytest.raises(ConflictError, match="`%dd_cancel reviews-7`"):
        ask_to_stop(entries()[0])

    assert wishes(home) == []


def test_a_wish_that_cannot_be_written_is_an_error(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_entries.write(entry())
    monkeypatch.setattr(stop_request, "_file", lambda run_id: home / "no folder" / run_id)

    with pytest.raises(DDJupyterError, match=r"`reviews-0` cannot be asked to stop, as .* No such file"):
        ask_to_stop(entry())


def test_a_wish_that_cannot_be_seen_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_seen(run_id: str) -> Any:
        raise PermissionError

    class Hidden:
        stat = unlink = staticmethod(lambda: not_seen(""))

    monkeypatch.setattr(stop_request, "_file", lambda run_id: Hidden())

    assert not stop_request.is_asked_to_stop("x")
    stop_request.forget_wish("x")


def test_only_its_owner_can_ask(home: Path) -> None:
    run_entries.write(entry(process=os.getpid()))

    ask_to_stop(entry())

    assert [file.stat().st_mode & 0o777 for file in wishes(home)] == [0o600]
