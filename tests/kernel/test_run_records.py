"""Another process sees what a kernel runs, reads its log, and stops it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dd_jupyter.errors import ConflictError
from dd_jupyter.execution.runs import RunEntry, ask_to_stop, entries, find, folder, read_log
from tests.kernel.conftest import KEY
from tests.support.config_cell import llm_config, write_home
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble
from tests.support.seen import seen, value

SLOW_SAMPLER = """
import time, data_designer.config as dd

@dd.custom_column_generator(required_columns=["n"])
def slow(row):
    time.sleep(5)
    return {**row, "slow": 1}

builder = dd.DataDesignerConfigBuilder()
builder.add_column(name="n", column_type="sampler", sampler_type="uuid", params={})
builder.add_column(name="slow", column_type="custom", generator_function=slow)
builder
"""


@pytest.fixture(autouse=True)
def same_records(notebook: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process, which is another than the kernel, finds the kernel's run records."""
    monkeypatch.setenv("DD_JUPYTER_HOME", str(notebook.folder / "home" / ".local" / "share" / "dd_jupyter"))


def record(name: str) -> RunEntry:
    """The record of the run of that name."""
    return next(entry for entry in entries() if entry.name == name)


def wait_until(condition: Callable[[], bool], timeout: float = 10) -> None:
    end = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < end, "It did not come to that in time."
        time.sleep(0.02)


# Stopping.


def test_a_create_that_its_cell_waits_for_is_stopped(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    notebook.start("%%dd_create made -n 40 --name in-front\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)

    began = time.monotonic()
    ask_to_stop(record("in-front"))
    outcome = notebook.wait(10)
    seconds = time.monotonic() - began

    assert outcome.status == "ok"
    assert "■ Cancelled" in seen(outcome)
    assert seconds < 2
    provider.wait_until_quiet(timeout=2)
    provider.release()
    assert provider.requests_in_the_next(seconds=1) == 0
    assert record("in-front").state == "cancelled"
    assert value(notebook, "made.state") == "'cancelled'"
    assert not list(folder().glob("*.stop"))


CANCEL_FROM_A_THREAD = """
import threading
started, making = [], threading.Event()

def watch(run):
    started.append(run)
    if run.step == "Making records":
        making.set()

threading.Thread(target=lambda: (making.wait(), started[0].cancel())).start()
"""


def test_a_cell_that_is_stopped_from_outside_ends_as_by_the_stop_button(
    notebook: Kernel, provider: ModelDouble
) -> None:
    provider.hold()
    notebook.run(llm_config(provider) + "\nimport dd_jupyter as ddj")

    by_button = notebook.run(CANCEL_FROM_A_THREAD + "made = ddj.create(builder, num_records=40, watch=watch)")
    after_button = value(notebook, "made.state, made.error, made.complete")
    notebook.start("made = ddj.create(builder, num_records=40)")
    wait_until(lambda: any(entry.state == "running" for entry in entries()))
    ask_to_stop(next(entry for entry in entries() if entry.state == "running"))
    from_outside = notebook.wait(10)

    assert (from_outside.status, from_outside.stderr) == (by_button.status, by_button.stderr) == ("ok", "")
    assert value(notebook, "made.state, made.error, made.complete") == after_button == "('cancelled', None, 0)"


def test_a_create_in_the_background_is_stopped(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    cell = notebook.run("%%dd_create behind -n 40 --name behind --background\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)

    ask_to_stop(record("behind"))

    notebook.wait_until(lambda: "■ Cancelled" in seen(cell), timeout=5)
    provider.wait_until_quiet(timeout=2)
    provider.release()
    assert provider.requests_in_the_next(seconds=1) == 0
    wait_until(lambda: record("behind").state == "cancelled")


def test_a_preview_is_stopped_and_the_next_one_is_not(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    notebook.start("%%dd_preview first -n 40\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)
    ask_to_stop(record("first"))
    first = notebook.wait(10)
    provider.behave()

    second = notebook.run("%%dd_preview second -n 3\n" + llm_config(provider))

    assert "■ Cancelled" in seen(first)
    assert "✓ Completed" in seen(second)


def test_a_run_that_is_busy_with_slow_code_hears_it_too(notebook: Kernel) -> None:
    cell = notebook.start("%%dd_create slow -n 3 --name slow\n" + SLOW_SAMPLER)
    notebook.wait_until(lambda: "n  " in seen(cell) and "3/3" in seen(cell), timeout=30)

    began = time.monotonic()
    ask_to_stop(record("slow"))
    outcome = notebook.wait(10)

    assert "■ Cancelled" in seen(outcome)
    assert time.monotonic() - began < 3


def test_a_health_check_that_hangs_is_stopped_too(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold(for_requests=lambda request: True)
    cell = notebook.start("%%dd_create checks -n 3 --name checks\n" + llm_config(provider, skip_health_check=False))
    notebook.wait_until(lambda: "Checking `double-chat`" in seen(cell), timeout=30)

    began = time.monotonic()
    ask_to_stop(record("checks"))
    outcome = notebook.wait(10)

    assert "■ Cancelled" in seen(outcome)
    assert time.monotonic() - began < 2


# Looking on.


def test_the_records_made_are_seen_while_it_runs(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    notebook.start("%%dd_create grows -n 8 --name grows\n" + llm_config(provider))
    provider.wait_for(requests=1, timeout=30)
    assert (record("grows").done, record("grows").num_records) == (0, 8)

    provider.release(2)
    wait_until(lambda: record("grows").done == 2)
    provider.release(3)
    wait_until(lambda: record("grows").done == 5)
    assert record("grows").state == "running"
    provider.release()
    notebook.wait(20)

    assert (record("grows").done, record("grows").failed, record("grows").state) == (8, 0, "completed")


def test_records_given_up_on_are_seen(notebook: Kernel, provider: ModelDouble) -> None:
    provider.answer_with(status=400, message="The prompt breaks rule 7.", times=2)

    notebook.run("%%dd_preview lossy -n 6\n" + llm_config(provider))

    assert (record("lossy").done, record("lossy").failed) == (4, 2)


def test_the_log_is_read_while_it_runs_and_after(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    notebook.start("%%dd_create logs -n 4 --name logs\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)
    wait_until(lambda: len(read_log(record("logs"))) > 0)
    so_far = read_log(record("logs"))

    provider.release()
    notebook.wait(20)

    log = read_log(record("logs"))
    assert record("logs").state == "completed"
    assert len(log) > len(so_far) and log[: len(so_far)] == so_far
    assert read_log(record("logs"), after=len(so_far)) == log[len(so_far) :]
    assert value(notebook, "logs.logged") == str(len(log))


@pytest.mark.parametrize("how", ["%%dd_preview tells -n 4", "%%dd_create tells -n 4 --name tells"])
def test_a_key_that_a_provider_repeats_is_in_none_of_its_files(
    notebook: Kernel, provider: ModelDouble, how: str
) -> None:
    provider.answer_with(status=400, message=f"Key {KEY} may not do that.")

    notebook.run(how + "\n" + llm_config(provider))

    entry = record("tells")
    files = list(folder().glob(f"{entry.id}*"))
    assert entry.state == "failed"
    assert "may not do that" in "\n".join(line.message for line in read_log(entry))
    assert {file.suffix for file in files} == {".json", ".log"}
    assert not [file for file in folder().iterdir() if KEY.encode() in file.read_bytes()]
    assert not [file for file in files if b"travel mug" in file.read_bytes()]


# A kernel that is gone.


@pytest.fixture
def other_kernel(provider: ModelDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    """A kernel of this test's own, which it may end, as Jupyter Server starts it for a notebook."""
    environment = {
        "DATA_DESIGNER_HOME": str(write_home(tmp_path / "home", provider)),
        provider.key_variable: KEY,
        "DD_JUPYTER_HOME": str(tmp_path / "records"),
        "JPY_SESSION_NAME": "/home/ada/reviews.ipynb",
    }
    monkeypatch.setenv("DD_JUPYTER_HOME", str(tmp_path / "records"))
    with Kernel.start_new(env=environment) as kernel:
        assert kernel.run("%load_ext dd_jupyter").status == "ok"
        yield kernel


def test_a_run_of_a_killed_kernel_is_lost_and_its_log_is_still_there(
    other_kernel: Kernel, provider: ModelDouble
) -> None:
    provider.hold()
    other_kernel.start("%%dd_create gone -n 8 --name gone\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)
    wait_until(lambda: len(read_log(record("gone"))) > 0)
    running = record("gone")

    other_kernel.restart()

    lost = find(running.id)
    assert lost is not None and lost.is_lost
    assert lost.notebook == "/home/ada/reviews.ipynb"
    assert len(read_log(lost)) > 0
    with pytest.raises(ConflictError, match="its kernel has ended"):
        ask_to_stop(lost)
