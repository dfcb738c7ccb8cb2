"""A create in the background leaves the notebook free and keeps to the output of its own cell."""

from __future__ import annotations

import time

from tests.support.config_cell import llm_config
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble
from tests.support.seen import seen, value


def test_the_cell_returns_at_once_and_others_run_meanwhile(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()

    began = time.monotonic()
    cell = notebook.run("%%dd_create free -n 6 --name free --background\n" + llm_config(provider))
    seconds = time.monotonic() - began
    provider.wait_for(requests=3, timeout=30)

    assert cell.status == "ok"
    assert seconds < 5  # the import of the engine included
    assert value(notebook, "free.state") == "'running'"
    assert value(notebook, "1 + 1") == "2"
    provider.release()
    assert value(notebook, "len(free.wait(20).dataset)") == "6"


def test_updates_land_in_the_first_cell_and_nowhere_else(notebook: Kernel, provider: ModelDouble) -> None:
    provider.delay = 0.2
    late = notebook.late_outputs()
    said_before = (late.stdout, late.stderr)

    cell = notebook.run("%%dd_create quiet -n 12 --name quiet --background\n" + llm_config(provider))
    others = [notebook.run("import time; time.sleep(0.3)") for _ in range(3)]
    notebook.wait_until(lambda: "✓ Completed" in seen(cell), timeout=30)

    assert len(cell.displays) == 1
    assert "12" in seen(cell) and "Records" in seen(cell)
    assert "<table" in cell.displays[0]["text/html"]
    assert cell.stdout == cell.stderr == ""
    for other in others:
        assert (other.displays, other.stdout, other.stderr) == ([], "", "")
    assert (late.stdout, late.stderr) == said_before


def test_cancel_stops_its_requests_at_once(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    cell = notebook.run("%%dd_create stopped -n 40 --name stopped --background\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)

    began = time.monotonic()
    notebook.run("stopped.cancel()")
    provider.wait_until_quiet(timeout=2)

    assert time.monotonic() - began < 1
    provider.release()
    assert provider.requests_in_the_next(seconds=2) == 0
    notebook.wait_until(lambda: "■ Cancelled" in seen(cell))
    assert value(notebook, "stopped.wait(5).state") == "'cancelled'"


def test_an_interrupt_ends_the_waiting_and_not_the_run(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    notebook.run("%%dd_create awaited -n 4 --name awaited --background\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)
    cell = notebook.start("print('now', flush=True); awaited.wait()")
    notebook.wait_until(lambda: "now" in cell.stdout)

    notebook.interrupt()
    waiting = notebook.wait(10)
    provider.release()

    assert waiting.ename == "KeyboardInterrupt"
    assert value(notebook, "awaited.wait(20).state") == "'completed'"


def test_a_failure_is_in_the_first_cells_view_and_raised_by_wait(notebook: Kernel, provider: ModelDouble) -> None:
    provider.answer_with(status=400, message="The prompt breaks rule 7.")

    cell = notebook.run("%%dd_create broken -n 2 --name broken --background\n" + llm_config(provider))
    notebook.wait_until(lambda: "✕ Failed" in seen(cell), timeout=30)
    waiting = notebook.run("broken.wait()")

    assert "rule 7" in seen(cell)
    assert waiting.ename == "RunError"
    assert "rule 7" in waiting.error
