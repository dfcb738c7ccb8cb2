"""What a cell shows: one view a run, which lasts; and help."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dd_jupyter.display.saved_model import MIME_TYPE
from tests.support.config_cell import llm_config
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble
from tests.support.seen import seen, value


@pytest.mark.parametrize("magic", ["%%dd_preview out -n 3", "%%dd_create out -n 3 --name shown"])
def test_a_run_shows_exactly_one_view_and_prints_nothing(notebook: Kernel, provider: ModelDouble, magic: str) -> None:
    outcome = notebook.run(f"{magic}\n{llm_config(provider)}")

    assert outcome.status == "ok", outcome.error
    assert len(outcome.displays) == 1
    assert outcome.result is None
    assert outcome.stdout == outcome.stderr == ""
    assert set(outcome.displays[0]) == {"text/html", "text/plain", MIME_TYPE}
    kept = outcome.displays[0][MIME_TYPE]
    assert kept["live"]["state"] == "completed"
    assert kept["answers"]["rows"]["total"] == len(kept["answers"]["records"]) == 3


def test_the_view_is_live_before_it_is_final(notebook: Kernel, provider: ModelDouble) -> None:
    provider.hold()

    cell = notebook.start("%%dd_preview out -n 4\n" + llm_config(provider))
    notebook.wait_until(lambda: "4/4" in seen(cell) and "0/4" in seen(cell), timeout=30)
    live = seen(cell)
    provider.release(2)
    notebook.wait_until(lambda: "2/4" in seen(cell))
    provider.release()
    final = seen(notebook.wait())

    assert "● Running" in live and "product" in live and "text" in live
    assert "✓ Completed" in final and "Records: 4" in final
    assert len(cell.displays) == 1


def test_the_final_view_is_html_without_scripts_or_addresses(notebook: Kernel, provider: ModelDouble) -> None:
    outcome = notebook.run("%%dd_preview out -n 3\n" + llm_config(provider))
    html = outcome.displays[0]["text/html"]

    assert "<table" in html
    assert "<script" not in html and "http://" not in html and "https://" not in html


def test_a_result_in_a_later_cell_shows_the_same_view(notebook: Kernel, provider: ModelDouble) -> None:
    first = notebook.run("%%dd_preview out -n 3\n" + llm_config(provider))
    later = notebook.run("out")

    assert later.result is not None
    assert later.result["text/plain"] == first.displays[0]["text/plain"]
    assert without_its_name(later.result["text/html"]) == without_its_name(first.displays[0]["text/html"])


def test_a_dataset_in_a_later_cell_shows_the_same_view(notebook: Kernel, provider: ModelDouble) -> None:
    first = notebook.run("%%dd_create out -n 3 --name again\n" + llm_config(provider))
    later = notebook.run("out")

    assert later.result is not None
    assert later.result["text/plain"] == first.displays[0]["text/plain"]


def test_the_view_leads_on_to_the_result(notebook: Kernel, provider: ModelDouble) -> None:
    provider.answer_with(status=400, times=1)

    outcome = notebook.run("%%dd_preview out -n 4\n" + llm_config(provider))

    assert "out.dataset" in seen(outcome) and "out.failures" in seen(outcome)
    assert value(notebook, "len(out.dataset), len(out.failures)") == "(3, 1)"
    assert value(notebook, "[each.column_name for each in out.analysis.column_statistics]") == (
        "['product', 'stars', 'text']"
    )


def test_a_preview_leaves_nothing_in_the_folder_of_the_notebook(
    notebook: Kernel, provider: ModelDouble, work: Path
) -> None:
    before = sorted(work.rglob("*"))

    notebook.run("%%dd_preview out -n 3\n" + llm_config(provider))

    assert sorted(work.rglob("*")) == before


@pytest.mark.parametrize("magic", ["dd_preview", "dd_create"])
@pytest.mark.parametrize("form", ["%%{}?", "%{}?"])
def test_a_question_mark_shows_help(notebook: Kernel, magic: str, form: str) -> None:
    outcome = notebook.run(form.format(magic))

    (page,) = [each for each in outcome.payload if each["source"] == "page"]
    shown = page["data"]["text/plain"]
    assert "--num-records" in shown and "--config" in shown and "Examples" in shown
    assert "interrupt" in shown.lower()


def test_loading_again_is_harmless(notebook: Kernel, provider: ModelDouble) -> None:
    outcome = notebook.run("%load_ext dd_jupyter\n%reload_ext dd_jupyter")

    assert outcome.status == "ok"
    assert outcome.stderr == ""
    assert len(notebook.run("%%dd_preview out -n 2\n" + llm_config(provider)).displays) == 1


def without_its_name(html: str) -> str:
    """Each view in a page has a name of its own."""
    return re.sub(r'data-ddj-view="[0-9a-f]+"', "", html)
