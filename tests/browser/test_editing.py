"""Help while one types: options of magics, keys and values of YAML cells, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.lab import CELL_MS, TOKEN, Lab, OpenNotebook
from tests.support.waiting import wait_until

YAML = """\
%%dd_preview --format yaml
columns:
  - name: age
    column_type: sampler
    sampler_type: uniform
    params: {low: 18, hihg: 90}
  - name: bio
    column_type: llm-text
    model_alias: text
    prompt: |
      Write about somebody of {{ agee }} years.
model_configs:
  - alias: text
    model: nvidia/small
    provider: nvidia
"""
BLOCKING = "open('at-work', 'w').close()\nimport time, os\nwhile os.path.exists('at-work'): time.sleep(0.05)"


class LabWithServer(Lab):
    """JupyterLab with our server extension, from where the schema comes."""

    def _arguments(self) -> list[str]:
        return [*super()._arguments(), "--ServerApp.jpserver_extensions={'dd_jupyter.server': True}"]


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with LabWithServer({}) as lab:
        yield lab


class Editor:
    """A cell that a person types in."""

    def __init__(self, page: Page, cell: Locator) -> None:
        self.page = page
        self.cell = cell
        self.lines = cell.locator(".cm-content")
        self.marks = cell.locator(".cm-lintRange")
        self.offers = page.locator(".jp-Completer:not(.lm-mod-hidden) .jp-Completer-item")
        self.problem = page.locator(".dd-problem")

    def type(self, text: str) -> None:
        self.lines.click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(text)

    def tab(self) -> list[str]:
        """Ask for completion; what is offered."""
        self.page.keyboard.press("Tab")
        expect(self.offers.first).to_be_visible()
        return self.offers.locator(".jp-Completer-match").all_inner_texts()

    def choose(self, label: str) -> None:
        self.page.keyboard.insert_text(label)
        expect(self.offers).to_have_count(1)
        self.page.keyboard.press("Enter")

    @property
    def text(self) -> str:
        return "\n".join(self.cell.locator(".cm-line").all_inner_texts())


@pytest.fixture
def notebook(lab: Lab, browser: Browser) -> Iterator[OpenNotebook]:
    name = lab.add("editing.ipynb", "%load_ext dd_jupyter", "%%dd_preview ", BLOCKING, YAML, "wrong: [yaml\n")
    notebook = OpenNotebook.open(lab, browser, name)
    yield notebook
    (lab.notebooks / "at-work").unlink(missing_ok=True)
    notebook.close()
    assert notebook.strayed == []
    assert notebook.complaints == []


def editor(notebook: OpenNotebook, number: int) -> Editor:
    return Editor(notebook.page, notebook.cell(number))


def test_tab_offers_options_while_the_kernel_is_busy_and_before_the_extension_is_loaded(notebook, lab):
    typing = editor(notebook, 1)
    typing.type("--")

    assert "--num-records" in typing.tab()
    notebook.page.keyboard.press("Escape")

    notebook.run(2)
    wait_until((lab.notebooks / "at-work").exists, timeout=CELL_MS / 1000)
    typing.type("num")
    assert typing.tab() == ["--num-records"]
    notebook.page.keyboard.press("Enter")

    expect(typing.cell.locator(".cm-line").first).to_have_text("%%dd_preview --num-records")
    (lab.notebooks / "at-work").unlink()
    notebook.wait_for(2)


def test_a_kernel_that_listens_adds_what_it_knows_and_nothing_twice(notebook):
    notebook.run_to_end(0)
    typing = editor(notebook, 1)
    typing.type("--")

    offered = typing.tab()

    assert len(offered) == len(set(offered))
    assert {"--num-records", "--format", "--submit"} <= set(offered)
    assert all(option.startswith("--") for option in offered)


def test_keys_and_values_of_a_configuration_are_offered_with_what_they_are_for(notebook, screenshots):
    typing = editor(notebook, 3)
    expect(typing.marks).to_have_count(2)
    typing.type("  - ")

    assert typing.tab() == ["alias", "model", "provider", "inference_parameters", "skip_health_check"]
    expect(typing.offers.first).to_contain_text("required")
    expect(typing.offers.first).to_contain_text("User-defined alias")
    for theme in ("Dark", "Light"):
        notebook.use_theme(f"JupyterLab {theme}")
        notebook.page.screenshot(path=screenshots / f"editing-completion-{theme.lower()}.png")

    typing.choose("alias")
    notebook.page.keyboard.insert_text("large\n    skip_health_check: ")
    assert typing.tab() == ["true", "false"]
    notebook.page.keyboard.press("Escape")
    expect(typing.offers).to_have_count(0)
    assert typing.text.rstrip().endswith("  - alias: large\n    skip_health_check:")


def test_ctrl_space_offers_keys_where_tab_indents(notebook):
    typing = editor(notebook, 3)
    expect(typing.marks).to_have_count(2)
    typing.type("    ")

    notebook.page.keyboard.press("Control+Space")

    expect(typing.offers.locator(".jp-Completer-match")).to_have_text(["inference_parameters", "skip_health_check"])
    notebook.page.keyboard.press("Enter")
    expect(typing.cell.locator(".cm-line").nth(15)).to_have_text("    inference_parameters:")


def test_what_is_wrong_is_marked_and_told_at_the_pointer_and_by_key(notebook, screenshots):
    typing = editor(notebook, 3)
    expect(typing.marks).to_have_text(["hihg", "agee"])

    typing.marks.first.hover()
    expect(typing.problem).to_have_text("params with sampler_type: uniform has no hihg: did you mean high?")
    assert typing.problem.evaluate("node => getComputedStyle(node.closest('.cm-diagnostic')).borderLeftWidth") == "0px"
    for theme in ("Dark", "Light"):
        notebook.use_theme(f"JupyterLab {theme}")
        typing.lines.hover(position={"x": 5, "y": 5})
        typing.marks.first.hover()
        expect(typing.problem).to_be_visible()
        notebook.page.screenshot(path=screenshots / f"editing-problem-{theme.lower()}.png")

    typing.lines.click(position={"x": 5, "y": 5})
    expect(typing.problem).to_have_count(0)
    notebook.page.keyboard.press("F8")
    notebook.page.keyboard.press("F8")
    expect(typing.problem).to_have_text("No column is named agee: did you mean age?")
    expect(typing.cell.locator(".cm-announced")).to_contain_text("No column is named `agee`")

    notebook.page.keyboard.press("Escape")
    expect(typing.problem).to_have_count(0)
    notebook.page.keyboard.press("Control+Delete")
    notebook.page.keyboard.insert_text("age ")
    expect(typing.marks).to_have_text(["hihg"])


def test_a_cell_is_checked_from_when_its_first_line_says_so_and_no_other_is(notebook):
    other = editor(notebook, 4)
    expect(editor(notebook, 3).marks).to_have_count(2)
    expect(notebook.page.locator(".dd-checked")).to_have_count(1)
    expect(other.marks).to_have_count(0)

    other.lines.click()
    notebook.page.keyboard.press("Control+Home")
    notebook.page.keyboard.insert_text("%%dd_check --format yaml\n")
    expect(other.marks).to_have_count(1)

    notebook.page.keyboard.press("Control+Home")
    notebook.page.keyboard.press("Delete")
    expect(other.cell.locator(".dd-checked")).to_have_count(0)
    expect(other.marks).to_have_count(0)


def test_it_is_the_same_in_notebook_7(lab, browser):
    name = lab.add("editing-7.ipynb", YAML, "%%dd_create reviews ")
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.set_default_timeout(CELL_MS)
    page.goto(f"{lab.url}/notebooks/{name}?token={TOKEN}")
    cells = page.locator(".jp-Notebook-cell")
    configuration, magic = (Editor(page, cells.nth(number)) for number in range(2))

    expect(configuration.marks).to_have_text(["hihg", "agee"])
    configuration.type("tool_configs:\n  - tool_alias: web\n    pro")
    assert configuration.tab() == ["providers"]
    page.keyboard.press("Enter")
    expect(configuration.cell.locator(".cm-line").last).to_have_text("      - ")
    assert configuration.text.rstrip().endswith("providers:\n      -")
    magic.type("--res")
    assert magic.tab() == ["--resume"]
    page.keyboard.press("Tab")
    expect(magic.cell.locator(".cm-line").first).to_have_text("%%dd_create reviews --resume")
    page.close()
