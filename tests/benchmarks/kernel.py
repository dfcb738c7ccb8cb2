"""Loading, previews and creates in a real kernel, in turns with the library alone in the same kernel."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from tests.benchmarks.cells import CONFIG, done, fresh_kernel, value
from tests.benchmarks.table import Figure
from tests.support.kernel import Kernel

KERNELS = 5
TURNS = 15
CREATE_TURNS = 5

# The library alone, without what it would print and without its metrics port: the harder mark.
BARE = """
import inspect, logging, pathlib, statistics, tempfile, time
from data_designer.interface import DataDesigner
from data_designer.config.run_config import RunConfig
logging.getLogger("data_designer").setLevel(logging.ERROR)
accepted = inspect.signature(DataDesigner).parameters
quiet = {"auto_configure_logging": False} if "auto_configure_logging" in accepted else {}
folder = tempfile.mkdtemp()
designer = DataDesigner(folder, **quiet)
if "otel_metrics_port" in RunConfig.model_fields:
    designer.set_run_config(RunConfig(otel_metrics_port=None))

def timed(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started

run_line_magic = get_ipython().run_line_magic
"""


def figures() -> Iterator[Figure]:
    """Each as soon as it is measured."""
    yield from loading()
    yield from first_previews()
    yield from warm_runs()
    yield from first_signs_of_life()


def loading() -> Iterator[Figure]:
    """``%load_ext dd_jupyter`` in fresh kernels."""
    seconds = []
    for _ in range(KERNELS):
        with fresh_kernel() as kernel:
            seconds.append(
                value(
                    kernel,
                    "import time; started = time.perf_counter()\n"
                    "get_ipython().run_line_magic('load_ext', 'dd_jupyter')\n"
                    "seconds = time.perf_counter() - started",
                    "seconds",
                )
            )
    median = statistics.median(seconds)
    within = median < 0.050
    yield Figure("%load_ext dd_jupyter", f"{median * 1000:.0f} ms", budget="under 50 ms", within=within)


def first_previews() -> Iterator[Figure]:
    """The first preview of a kernel, two seconds after loading, against a warm one of the library."""
    ratios, firsts, budgets = [], [], []
    for _ in range(KERNELS):
        with fresh_kernel() as kernel:
            done(kernel, "%load_ext dd_jupyter")
            done(kernel, "import time; time.sleep(2)")  # the promise is about a person who has typed for two seconds
            done(kernel, "started = time.perf_counter()")
            done(kernel, f"%%dd_preview first -n 10\n{CONFIG}")
            first = value(kernel, "seconds = time.perf_counter() - started", "seconds")
            done(kernel, BARE)
            bare = value(
                kernel,
                "def preview(): designer.preview(builder, num_records=10)\n"
                "preview()\n"
                "seconds = statistics.median(timed(preview) for _ in range(9))",
                "seconds",
            )
            firsts.append(first)
            budgets.append(2 * bare + 0.100)
            ratios.append(first / budgets[-1])
    first, budget = statistics.median(firsts), statistics.median(budgets)
    yield Figure(
        "first preview, 2 s after loading",
        f"{first * 1000:.0f} ms",
        budget=f"under 2x the library's warm preview + 100 ms = {budget * 1000:.0f} ms",
        within=statistics.median(ratios) < 1,
    )


def warm_runs() -> Iterator[Figure]:
    """Magics and library in turns: a preview, a larger one, and a create."""
    with fresh_kernel() as kernel:
        done(kernel, "%load_ext dd_jupyter")
        done(kernel, f"%%dd_preview warm -n 10\n{CONFIG}")
        done(kernel, BARE)
        for records in (10, 1_000):
            magic, bare = in_turns(
                kernel,
                f"run_line_magic('dd_preview', 'p -c builder -n {records}')",
                f"designer.preview(builder, num_records={records})",
                TURNS,
            )
            yield compared(f"warm preview of {records:,} records", magic, bare)
        magic, bare = in_turns(
            kernel,
            "run_line_magic('dd_create', f'c -c builder -n 10000 --name m{turn} -o {folder}')",
            "designer.create(builder, num_records=10_000, dataset_name=f'b{turn}')",
            CREATE_TURNS,
        )
        yield compared("create of 10,000 records", magic, bare)


def first_signs_of_life() -> Iterator[Figure]:
    """From the request of a cell to its first output, on kernels that have just loaded and on a warm one."""
    seconds = []
    for _ in range(KERNELS):
        with fresh_kernel() as kernel:
            done(kernel, "%load_ext dd_jupyter")
            seconds.append(until_output(kernel, f"%%dd_preview first -n 10\n{CONFIG}"))
    yield quick_enough("cell to first output, just loaded", seconds)
    with fresh_kernel() as kernel:
        done(kernel, "%load_ext dd_jupyter")
        done(kernel, f"%%dd_preview warm -n 10\n{CONFIG}")
        seconds = [until_output(kernel, "%dd_preview p -c builder -n 10") for _ in range(TURNS)]
    yield quick_enough("cell to first output, warm", seconds)


def until_output(kernel: Kernel, code: str) -> float:
    """Seconds from sending a cell to its first output; waits for its end."""
    started = time.perf_counter()
    outcome = kernel.start(code)
    kernel.wait_until(lambda: bool(outcome.displays))
    seconds = time.perf_counter() - started
    kernel.wait()
    return seconds


def quick_enough(what: str, seconds: list[float]) -> Figure:
    """A time in which a person sees that something happens."""
    median = statistics.median(seconds)
    return Figure(what, f"{median * 1000:.0f} ms", budget="under 200 ms", within=median < 0.200)


def compared(what: str, magic: float, bare: float) -> Figure:
    """A run of a magic against one of the library."""
    budget = 1.05 * bare + 0.020
    return Figure(
        what,
        f"{magic * 1000:.0f} ms",
        budget=f"library {bare * 1000:.0f} ms, ratio {magic / bare:.2f}; under 1.05x + 20 ms = {budget * 1000:.0f} ms",
        within=magic < budget,
    )


def in_turns(kernel: Kernel, magic: str, bare: str, turns: int) -> tuple[float, float]:
    """Medians of both, measured A B A B in one kernel."""
    done(
        kernel,
        "magic_seconds, bare_seconds = [], []\n"
        f"for turn in range({turns + 1}):\n"
        f"    magic_seconds.append(timed(lambda: {magic}))\n"
        f"    bare_seconds.append(timed(lambda: {bare}))\n"
        "seconds = [statistics.median(magic_seconds[1:]), statistics.median(bare_seconds[1:])]",
    )
    magic_seconds, bare_seconds = value(kernel, "", "seconds")
    return magic_seconds, bare_seconds
