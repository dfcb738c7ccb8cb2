"""A large table in JupyterLab: ours beside quak, itables and the DataFrame's own HTML, one after the other."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as NotInTimeError

from tests.benchmarks.services.size import Size
from tests.benchmarks.table import duration
from tests.browser.lab import CHROMIUM, Lab, OpenNotebook
from tests.support.kernel import REPOSITORY

PATIENCE_MS = 120_000
CHANGE_MS = 30_000
PAGES = 9
COLUMNS = 20

LIBRARIES = REPOSITORY / "build" / "benchmarks"
"""What is compared with, beside the packages of this environment."""

# A thousand letters a row, of which no two are alike, made a piece at a time.
FRAME = """
import sys; sys.path.append({libraries!r})
import numpy as np, pandas as pd, pyarrow as pa

rows, piece = {rows}, 10_000
rng = np.random.default_rng(7)

def texts(length):
    for start in range(0, rows, piece):
        letters = rng.integers(97, 123, size=(min(piece, rows - start), length), dtype=np.uint8)
        offsets = np.arange(0, letters.size + 1, length, dtype=np.int32)
        yield pa.StringArray.from_buffers(len(letters), pa.py_buffer(offsets), pa.py_buffer(letters.tobytes()))

columns = {{"id": pa.array(np.arange(rows)), "review": pa.chunked_array(list(texts(1_000)))}}
for number in range(9):
    columns[f"number_{{number}}"] = pa.array(rng.normal(size=rows))
for number in range(9):
    words = pa.array([f"word {{each}}" for each in range(50)])
    columns[f"word_{{number}}"] = words.take(pa.array(rng.integers(0, 50, size=rows)))
frame = pa.table(columns).to_pandas(types_mapper=pd.ArrowDtype)
del columns
"""
MEMORY = """
import psutil
print("memory", psutil.Process().memory_info().rss)
"""

# Finds elements inside shadow trees too, where quak has its table.
DEEP = """
const deep = (root, selector) => [...root.querySelectorAll(selector),
    ...[...root.querySelectorAll("*")].flatMap(each => (each.shadowRoot ? deep(each.shadowRoot, selector) : []))];
const output = () => document.querySelectorAll('.jp-Cell-outputArea')[2];
const cells = selector => deep(output(), selector);
const texts = selector => cells(selector).map(each => each.innerText).join('|');
const scroller = () => [...cells('*')].find(each => each.scrollHeight > each.clientHeight + 200 &&
    /auto|scroll/.test(getComputedStyle(each).overflowY));
"""


@dataclass(frozen=True)
class Contender:
    """Something that shows a DataFrame.

    Attributes:
        show: The cell that shows `frame`.
        cell: Selector of its cells.
        head: Selector of the heads of columns.
        sort: Selector of what is clicked in one to sort; "" for the head itself.
        search: Selector of a field that filters by a text; "" without one.
        pages: Whether any row can be scrolled to, only the next ones, or none.
    """

    name: str
    show: str
    cell: str
    head: str = ""
    sort: str = ""
    search: str = ""
    pages: Literal["any", "next", "none"] = "none"


OURS = Contender(
    "dd_jupyter",
    "import dd_jupyter as ddj\nddj.table(frame)",
    cell="[role=gridcell]",
    head="[role=columnheader]",
    search="input[type=search]",
    pages="any",
)
OTHERS = (
    Contender("quak", "import quak\nquak.Widget(frame)", cell="td", head="th", sort=".sort-button", pages="next"),
    Contender(
        "itables",
        "import itables\nitables.init_notebook_mode(connected=False)\nitables.show(frame)",
        cell="td",
        head="th",
        sort=".dt-column-order",
        search="input[type=search]",
    ),
    Contender("plain HTML", "frame", cell="td"),
)


@dataclass
class Measured:
    """What one of them took; None where it cannot do it."""

    figures: dict[str, float | None] = field(default_factory=dict)


UNITS: dict[str, Callable[[float], str]] = {
    "to first paint": duration,
    "bytes to first paint": lambda value: f"{value / 1000:,.0f} kB",
    "a page": duration,
    "bytes a page": lambda value: f"{value / 1000:,.0f} kB",
    "scroll to the end": duration,
    "sort": duration,
    "filter": duration,
    "memory in the kernel": lambda value: f"{value / 1e6:,.0f} MB",
    "memory in the browser": lambda value: f"{value / 1e6:,.0f} MB",
}
BUDGETS = {"bytes to first paint": 200_000, "a page": 0.050, "sort": 0.300}


def compare(size: Size) -> None:
    """Measure all of them and print a table of ratios."""
    if not LIBRARIES.is_dir():
        print("\nBrowsing was left out: `make bench` installs what the table is compared with.")
        return
    measured: dict[str, Measured] = {}
    with Lab({}) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--enable-precise-memory-info"])
        for contender in (OURS, *OTHERS):
            measured[contender.name] = _measure(lab, browser, contender, size.table_rows)
        browser.close()
    _print(measured, size.table_rows)


def _measure(lab: Lab, browser: Browser, contender: Contender, rows: int) -> Measured:
    cells = [FRAME.format(rows=rows, libraries=str(LIBRARIES)), MEMORY, contender.show, MEMORY]
    notebook = OpenNotebook.open(lab, browser, lab.add(f"{contender.name.replace(' ', '-')}.ipynb", *cells))
    page = notebook.page
    page.set_default_timeout(PATIENCE_MS)
    figures: dict[str, float | None] = {}
    try:
        notebook.run_to_end(0)
        before, heap = _memory(notebook, 1), _heap(page)
        received = _count(page)
        notebook.load()  # the sockets are counted from their beginning
        received.clear()
        started = time.perf_counter()
        notebook.run(2)
        _wait(page, f"texts({contender.cell!r}).length > 40")
        figures["to first paint"] = time.perf_counter() - started
        notebook.wait_for(2)
        figures["bytes to first paint"] = float(sum(received))
        figures |= _scrolled(page, contender, rows, received)
        figures["sort"] = _sorted(page, contender)
        figures["filter"] = _filtered(page, contender)
        figures["memory in the browser"] = _heap(page) - heap
        figures["memory in the kernel"] = _memory(notebook, 3) - before
    finally:
        notebook.close()
    return Measured(figures)


def _scrolled(page: Page, contender: Contender, rows: int, received: list[int]) -> dict[str, float | None]:
    """The median of pages far apart, what they weigh, and the way to the last row."""
    if contender.pages == "none":
        return {"a page": None, "bytes a page": None, "scroll to the end": None}
    seconds, weights = [], []
    for turn in range(1, PAGES + 1):
        received.clear()
        seconds.append(
            _changed(page, contender, f"scroller().scrollTop = scroller().scrollHeight * {turn / (PAGES + 3)}")
        )
        page.wait_for_timeout(300)  # what is fetched for the next page counts too
        weights.append(sum(received))
    end = None
    if contender.pages == "any":
        end = _changed(page, contender, "scroller().scrollTop = scroller().scrollHeight")
    page.evaluate(f"() => {{ {DEEP} scroller().scrollTop = 0 }}")
    page.wait_for_timeout(500)
    reached = [each for each in seconds if each is not None]
    return {
        "a page": statistics.median(reached) if reached else None,
        "bytes a page": statistics.median(weights),
        "scroll to the end": end,
    }


def _sorted(page: Page, contender: Contender) -> float | None:
    """By a column of numbers, from the click to other rows."""
    if not contender.head:
        return None
    head = page.locator(".jp-Cell-outputArea").nth(2).locator(contender.head, has_text="number_0").first
    head.hover()  # some show their button only then
    button = head.locator(contender.sort) if contender.sort else head
    return _changed(page, contender, "", lambda: button.click(position={"x": 8, "y": 8}))


def _filtered(page: Page, contender: Contender) -> float | None:
    """By a text, from its last letter to other rows."""
    if not contender.search:
        return None
    search = page.locator(".jp-Cell-outputArea").nth(2).locator(contender.search).first
    return _changed(page, contender, "", lambda: search.fill("zqx"))


def _changed(page: Page, contender: Contender, script: str, act: Callable[[], None] | None = None) -> float | None:
    """Seconds until other cells than before are in sight, all of them filled."""
    page.evaluate(f"() => {{ {DEEP} window.before = texts({contender.cell!r}); }}")
    started = time.perf_counter()
    page.evaluate(f"() => {{ {DEEP} {script} }}") if act is None else act()
    try:
        condition = f"(now => now !== window.before && now.replaceAll('|', '').length > 40)(texts({contender.cell!r}))"
        _wait(page, condition, timeout=CHANGE_MS)
    except NotInTimeError:
        return None
    return time.perf_counter() - started


def _wait(page: Page, condition: str, timeout: int = PATIENCE_MS) -> None:
    page.wait_for_function(f"() => {{ {DEEP} return {condition}; }}", timeout=timeout)


def _count(page: Page) -> list[int]:
    """Bytes of each message that comes by a socket, from now on."""
    received: list[int] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda message: received.append(len(message))))
    return received


def _memory(notebook: OpenNotebook, number: int) -> float:
    words: str = notebook.run_to_end(number).inner_text()
    return float(words.split("memory", 1)[1].split()[0])


def _heap(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(used)


def _print(measured: dict[str, Measured], rows: int) -> None:
    """A line a figure: ours, and beside each other one how many times ours it took."""
    print(f"\nA table of {rows:,} rows x {COLUMNS} columns with 1 kB of text a row, in JupyterLab")
    names = list(measured)
    lines = [["", *names, "budget", "within"]]
    for what, written in UNITS.items():
        ours = measured[OURS.name].figures.get(what)
        cells = []
        for name in names:
            value = measured[name].figures.get(what)
            ratio = f" ({value / ours:.1f}x)" if value is not None and ours and name != OURS.name else ""
            cells.append("–" if value is None else f"{written(value)}{ratio}")
        budget = BUDGETS.get(what)
        verdict = "" if budget is None or ours is None else "yes" if ours < budget else "over budget"
        lines.append([what, *cells, "" if budget is None else f"under {written(budget)}", verdict])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
