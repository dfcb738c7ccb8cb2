"""Whatever stands in the JSON of a notebook that nobody has signed, it is drawn as text, or its output's text is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from dd_jupyter.display.saved_model import MIME_TYPE, SavedAnswers
from tests.browser.lab import OpenNotebook
from tests.support.filled import filled, live_views
from tests.support.hostile import PAYLOADS, Payload

STAGE = (Path(__file__).parent / "stage.js").read_text()
LOOKS = STAGE[STAGE.index("/** Until the view has") : STAGE.index("/** Draw a view, open everything")]
"""What looks at a view on a stage, to look at it in JupyterLab."""

LONGEST = 500
"""Of longer ones so many places would be more than an output may have; they are tried in live views."""

CHUNK = 12
SHORT = [
    payload for payload in PAYLOADS if len(payload.text) <= LONGEST and not re.search("[\ud800-\udfff]", payload.text)
]
"""Without halves of characters, with which Jupyter opens no notebook."""
TOGETHER = 1_200  # characters of texts that stand in so many places that an output is still small enough
FOREIGN = (
    "script, style, link, base, meta, iframe, object, embed, frame, portal, svg, math, video, audio, source, "
    "marquee, template, x-harm, [data-ddj-view], [data-commandlinker-command]"
)
"""What no view is made of."""

TOGETHER_IN_A_NOTEBOOK = 6


def chunks() -> Iterator[list[Payload]]:
    """The payloads, as many together as one output takes."""
    chunk: list[Payload] = []
    for payload in SHORT:
        if chunk and (len(chunk) == CHUNK or sum(len(each.text) for each in [*chunk, payload]) > TOGETHER):
            yield chunk
            chunk = []
        chunk.append(payload)
    yield chunk


CHUNKS = list(chunks())


@pytest.fixture(scope="module")
def opened(lab, browser):
    notebooks: list[OpenNotebook] = []

    def open_with(name: str, bundles: list[dict[str, Any]]) -> OpenNotebook:
        outputs = [nbformat.v4.new_output("display_data", data=data, metadata={}) for data in bundles]
        cells = [nbformat.v4.new_code_cell("# signed by nobody", outputs=[output]) for output in outputs]
        notebook = nbformat.v4.new_notebook(cells=cells)
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "python3", "language": "python"}
        nbformat.write(notebook, lab.notebooks / name)
        notebooks.append(OpenNotebook.open(lab, browser, name))
        page = notebooks[-1].page
        page.evaluate(f"() => {{ window.harm = () => {{ window.harmed = true; }}; {LOOKS} window.tour = tour; "
                      "window.wrong = wrong; window.overflowing = overflowing; }")  # fmt: skip
        return notebooks[-1]

    yield open_with
    for notebook in notebooks:
        notebook.close()


def wrong_in(notebook: OpenNotebook, number: int, *, opens: bool) -> list[str]:
    """What is wrong with an output, as it comes and, if it `opens`, with everything in it opened."""
    notebook.cell(number).scroll_into_view_if_needed()
    output = notebook.output(number).locator(".dd-kept-output")
    output.locator(".dd-view").wait_for()
    return list(
        output.evaluate(
            """async (el, [opens, foreign]) => {
                const found = new Set();
                const look = (where) => {
                    for (const said of [...wrong(el), ...(where === 'as it comes' ? overflowing(el) : [])])
                        found.add(`${where}: ${said}`);
                    for (const each of el.querySelectorAll(foreign)) found.add(`${where}: <${each.localName}>`);
                };
                if (opens) await tour(el, look); else look('as it comes');
                return [...found];
            }""",
            [opens, FOREIGN],
        )
    )


def nothing_happened(notebook: OpenNotebook) -> None:
    assert not notebook.page.evaluate("() => Boolean(window.harmed || ({}).harmed)")
    assert notebook.strayed == []
    assert notebook.complaints == []


@pytest.mark.timeout(400)
@pytest.mark.parametrize("start", range(0, len(CHUNKS), TOGETHER_IN_A_NOTEBOOK))
def test_every_text_of_a_saved_run_is_nothing_but_text(opened, start):
    some = CHUNKS[start : start + TOGETHER_IN_A_NOTEBOOK]
    notebook = opened(f"hostile-runs-{start}.ipynb", [saved("run", chunk) for chunk in some])

    found = {str(chunk[0]): wrong_in(notebook, number, opens=True) for number, chunk in enumerate(some)}

    assert {chunk: wrong for chunk, wrong in found.items() if wrong} == {}
    nothing_happened(notebook)


@pytest.mark.timeout(400)
@pytest.mark.parametrize("view", ["table", "report", "compare"])
def test_so_it_is_in_the_other_views(opened, view):
    some = CHUNKS[::4]
    notebook = opened(f"hostile-{view}.ipynb", [saved(view, chunk) for chunk in some])

    found = {str(chunk[0]): wrong_in(notebook, number, opens=True) for number, chunk in enumerate(some)}

    assert {chunk: wrong for chunk, wrong in found.items() if wrong} == {}
    nothing_happened(notebook)


@pytest.mark.timeout(400)
def test_in_the_place_of_what_cannot_be_drawn_the_text_is_nothing_but_text(opened):
    broken = [
        {MIME_TYPE: value, "text/plain": payload.text}
        for payload, value in zip(SHORT[:: len(SHORT) // 60], _Broken(), strict=False)
    ]
    notebook = opened("hostile-broken.ipynb", broken)

    found = {number: wrong_in(notebook, number, opens=False) for number in range(len(broken))}

    assert {number: wrong for number, wrong in found.items() if wrong} == {}
    for number in range(len(broken)):
        assert notebook.output(number).locator(".dd-kept-text").count() == 1
    nothing_happened(notebook)


def test_numbers_that_no_kernel_writes_keep_within_the_output(opened):
    numbers = (0, -1, 1e308, 2**53 - 1, 0.1)
    bundles = [with_numbers(number) for number in numbers]
    notebook = opened("hostile-numbers.ipynb", bundles)

    found = {number: wrong_in(notebook, at, opens=False) for at, number in enumerate(numbers)}

    assert {number: wrong for number, wrong in found.items() if wrong} == {}
    nothing_happened(notebook)


class _Broken:
    """JSON that is none of ours, without end."""

    VALUES: tuple[Any, ...] = (
        None, 5, "text", [], {}, {"version": 2}, {"key": "0" * 32}, {"live": {"view": "submit"}},
        {"version": 1, "key": "<b>", "live": {"view": "run"}, "answers": {}},
        {"__proto__": {"harmed": True}, "constructor": {"prototype": {"harmed": True}}},
        {"version": 1, "key": "0" * 32, "live": {"view": "run", "title": "x" * 2_000_000}, "answers": {}},
    )  # fmt: skip

    def __iter__(self):
        while True:
            yield from self.VALUES


def saved(view: str, chunk: list[Payload]) -> dict[str, Any]:
    """An output with these texts in every place of a view and of its answers."""
    texts = [payload.text for payload in chunk]
    [live] = [live for live in live_views(*texts) if live.model_dump()["view"] == view]
    answers = filled(SavedAnswers, *texts).model_dump(mode="json")
    answers["records"] = answers["records"][:2]
    value = {"version": 1, "key": "0" * 32, "live": live.model_dump(mode="json"), "answers": answers}
    text = json.dumps(value, ensure_ascii=False)
    assert len(text) < 900_000, f"{len(text)} characters are refused."
    return {MIME_TYPE: value, "text/plain": "plain"}


def with_numbers(number: float) -> dict[str, Any]:
    """A run in which every number is this."""
    whole = saved("run", SHORT[:1])

    def put(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: put(item) for name, item in value.items()}
        if isinstance(value, list):
            return [put(item) for item in value]
        return number if isinstance(value, int | float) and not isinstance(value, bool) else value

    value = whole[MIME_TYPE]
    return {**whole, MIME_TYPE: {**put(value), "version": 1}}
