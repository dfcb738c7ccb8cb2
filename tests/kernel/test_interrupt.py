"""The stop button stops the engine, not only the cell."""

from __future__ import annotations

import time

import pytest

from tests.support.config_cell import llm_config
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble
from tests.support.model_request import health_checks
from tests.support.outputs import Outcome
from tests.support.seen import seen, value

CUSTOM = """
@dd.custom_column_generator(required_columns=["product"], model_aliases=["chat"])
def slogan(row, generator_params, models):
    return {**row, "slogan": models["chat"].generate(prompt="A slogan for a " + row["product"])[0]}

builder.delete_column("text")
builder.add_column(name="slogan", column_type="custom", generator_function=slogan)
"""


def interrupt(notebook: Kernel) -> tuple[Outcome, float]:
    """Interrupt the cell that runs; how it ended, and seconds until then."""
    began = time.monotonic()
    notebook.interrupt()
    outcome = notebook.wait(10)
    return outcome, time.monotonic() - began


def test_interrupting_a_preview_stops_its_requests(notebook: Kernel, provider: ModelDouble) -> None:
    provider.delay = 0.1
    notebook.start("%%dd_preview sample -n 100\n" + llm_config(provider))
    provider.wait_for(requests=5, timeout=30)

    outcome, seconds = interrupt(notebook)

    assert (outcome.status, outcome.ename) == ("error", "KeyboardInterrupt")
    assert outcome.error == "KeyboardInterrupt: stopped; no request is sent any more"
    assert seconds < 1
    provider.wait_until_quiet()
    assert provider.requests_in_the_next(seconds=2) == 0
    assert len(provider.requests) < 100


def test_the_view_says_cancelled_and_the_finished_records_are_kept(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    cell = notebook.start("%%dd_preview kept -n 10\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)
    provider.release(3)
    notebook.wait_until(lambda: "text" in seen(cell) and " 3/10" in seen(cell))

    outcome, _ = interrupt(notebook)

    assert "■ Cancelled" in seen(outcome)
    assert "3 records" in seen(outcome)
    assert value(notebook, "kept.state, len(kept.dataset), list(kept.dataset)") == (
        "('cancelled', 3, ['product', 'stars', 'text'])"
    )


def test_all_held_requests_are_given_up(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    notebook.start("%%dd_preview -n 10\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)

    _, seconds = interrupt(notebook)

    assert seconds < 1
    provider.wait_until_quiet(timeout=2)
    assert all(request.abandoned for request in provider.requests)


def test_the_kernel_works_on_after_an_interrupt(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()
    notebook.start("%%dd_preview -n 10\n" + llm_config(provider))
    provider.wait_for(requests=3, timeout=30)
    interrupt(notebook)
    provider.behave()

    outcome = notebook.run("%%dd_preview again -n 3\n" + llm_config(provider))

    assert outcome.status == "ok"
    assert "✓ Completed" in seen(outcome)
    assert outcome.stderr == ""


def test_a_health_check_that_hangs_is_interrupted_too(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold(for_requests=health_checks)
    cell = notebook.start("%%dd_preview -n 10\n" + llm_config(provider, skip_health_check=False))
    notebook.wait_until(lambda: "Checking `double-chat` at provider `double`" in seen(cell), timeout=30)

    outcome, seconds = interrupt(notebook)

    assert outcome.ename == "KeyboardInterrupt"
    assert seconds < 1
    provider.release()
    assert provider.requests_in_the_next(seconds=1) == 0
    assert provider.chat_requests() == []


def test_requests_of_a_custom_column_stop_without_a_word_in_later_cells(
    notebook: Kernel, provider: ModelDouble
) -> None:
    provider.hold()
    late = notebook.late_outputs()
    said_before = late.stderr
    notebook.start("%%dd_preview -n 4\n" + llm_config(provider) + CUSTOM + "builder")
    provider.wait_for(requests=3, timeout=30)

    outcome, seconds = interrupt(notebook)
    provider.wait_until_quiet(timeout=2)
    provider.release()
    later = notebook.run("import time; time.sleep(1)")

    assert seconds < 1
    assert provider.requests_in_the_next(seconds=0.5) == 0
    assert outcome.stderr == later.stderr == ""
    assert late.stderr == said_before


def test_code_that_cannot_be_stopped_keeps_nobody_waiting(notebook: Kernel) -> None:
    cell = notebook.start(
        "%%dd_preview -n 3\n"
        "import time, data_designer.config as dd\n"
        "@dd.custom_column_generator(required_columns=['n'])\n"
        "def slow(row):\n    time.sleep(3)\n    return {**row, 'slow': 1}\n"
        "builder = dd.DataDesignerConfigBuilder()\n"
        "builder.add_column(name='n', column_type='sampler', sampler_type='uuid', params={})\n"
        "builder.add_column(name='slow', column_type='custom', generator_function=slow)\n"
        "builder"
    )
    notebook.wait_until(lambda: "n  " in seen(cell) and "3/3" in seen(cell), timeout=30)

    outcome, seconds = interrupt(notebook)

    assert outcome.ename == "KeyboardInterrupt"
    assert seconds < 2


@pytest.mark.parametrize("finished", [0, 6])
def test_an_interrupted_create_is_completed_with_resume(notebook: Kernel, provider: ModelDouble, finished: int) -> None:
    notebook.run("import data_designer.config as dd\n%config DataDesigner.run_config = dd.RunConfig(buffer_size=2)")
    create = f"%%dd_create made -n 12 --name stopped-after-{finished} "
    provider.hold()
    notebook.start(create + "\n" + llm_config(provider, max_parallel_requests=2))
    provider.release(finished)
    provider.wait_for(requests=finished + 1, timeout=30)
    outcome, _ = interrupt(notebook)
    kept = int(value(notebook, "made.count_records()"))
    provider.behave()
    provider.forget()

    resumed = notebook.run(create + "--resume\n" + llm_config(provider, max_parallel_requests=2))

    assert "■ Cancelled" in seen(outcome) and "`--resume`" in seen(outcome)
    assert resumed.status == "ok", resumed.error
    assert value(notebook, "len(made.dataset), made.path.name") == f"(12, 'stopped-after-{finished}')"
    assert len(provider.requests) == 12 - kept
    notebook.run("%config DataDesigner.run_config = None")
