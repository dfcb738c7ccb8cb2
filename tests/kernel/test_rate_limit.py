"""A provider that limits the rate without end: the person sees who, how long and how often, and can stop."""

from __future__ import annotations

import re
import time

from tests.support.config_cell import llm_config
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble
from tests.support.seen import seen

WAITING = re.compile(r"Provider `double` has kept the run waiting for (\d+):(\d\d): (\d+) times? HTTP 429: Slow down")


def test_the_live_view_names_the_provider_the_time_and_the_tries(notebook: Kernel, provider: ModelDouble) -> None:
    provider.answer_with(status=429, message="Slow down")

    cell = notebook.start("%%dd_preview -n 5\n" + llm_config(provider))
    notebook.wait_until(lambda: WAITING.search(in_one_line(seen(cell))) is not None, timeout=30)
    first = WAITING.search(in_one_line(seen(cell)))
    notebook.wait_until(lambda: later_than(first, WAITING.search(in_one_line(seen(cell)))), timeout=30)
    live = in_one_line(seen(cell))

    assert "interrupt the kernel" in live
    assert "HTTP 429" in cell.displays[0]["text/html"]
    began = time.monotonic()
    notebook.interrupt()
    outcome = notebook.wait(10)
    assert time.monotonic() - began < 1
    assert outcome.ename == "KeyboardInterrupt"
    assert "had kept the run waiting" in in_one_line(seen(outcome))
    assert provider.requests_in_the_next(seconds=2) == 0


def test_a_rate_limit_that_ends_is_forgotten(notebook: Kernel, provider: ModelDouble) -> None:
    provider.answer_with(status=429, message="Slow down", times=4)

    outcome = notebook.run("%%dd_preview -n 5\n" + llm_config(provider))

    assert outcome.status == "ok"
    assert "429" not in seen(outcome)
    assert "5/5" in seen(outcome)


def test_a_background_create_says_how_to_stop_it(notebook: Kernel, provider: ModelDouble) -> None:
    provider.answer_with(status=429, message="Slow down")

    cell = notebook.run("%%dd_create limited -n 5 --background\n" + llm_config(provider))
    until = notebook.run(
        "import time\nwhile not limited.waiting: time.sleep(0.05)\nlimited"  # the kernel's own view of it
    )
    notebook.run("limited.cancel(); limited.wait(5)")

    assert cell.status == until.status == "ok"
    assert until.result is not None
    assert "`limited.cancel()` stops the run" in in_one_line(until.result["text/plain"])
    assert provider.requests_in_the_next(seconds=1) == 0


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def later_than(first: re.Match[str] | None, second: re.Match[str] | None) -> bool:
    """Whether more time and more tries have passed."""
    if first is None or second is None:
        return False
    seconds = [60 * int(match[1]) + int(match[2]) for match in (first, second)]
    return seconds[1] > seconds[0] and int(second[3]) > int(first[3])
