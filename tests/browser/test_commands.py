"""What a person does with a configuration from a button, a menu, a shortcut, the palette or the launcher."""

from __future__ import annotations

import json
import re
import sys

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import violations
from tests.browser.lab import CELL_MS, TOKEN, Lab, OpenNotebook

CONFIGURATION = """\
import data_designer.config as dd

builder = dd.DataDesignerConfigBuilder()
builder.add_column(
    name="product", column_type="sampler", sampler_type="category", params={"values": ["Kettle", "Lamp"]}
)
builder"""

YAML = """\
columns:
  - name: product
    column_type: sampler
    sampler_type: category
    params: {values: [Kettle, Lamp]}"""

WITHOUT_US = """\
import sys
class Absent:
    def find_spec(self, name, *_):
        if name == "dd_jupyter":
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
sys.meta_path.insert(0, Absent())
from ipykernel.kernelapp import launch_new_instance
launch_new_instance()"""

UNNUMBERED = "[ ]:"
WAIT_MS = 20_000


@pytest.fixture(scope="module", autouse=True)
def patience():
    """Wait longer than usual for what a page shows: most of it comes with the answer of a server or of a kernel."""
    expect.set_options(timeout=WAIT_MS)
    yield
    expect.set_options(timeout=None)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab with our server extension, and two kernels that cannot run configurations."""
    folder = tmp_path_factory.mktemp("jupyter")
    enabled = folder / "jupyter_server_config.d" / "dd_jupyter.json"
    enabled.parent.mkdir()
    enabled.write_text(json.dumps({"ServerApp": {"jpserver_extensions": {"dd_jupyter.server": True}}}))
    for name, language in (("without", "python"), ("rho", "Rho")):
        specification = {
            "argv": [sys.executable, "-c", WITHOUT_US, "-f", "{connection_file}"],
            "display_name": name,
            "language": language,
        }
        kernel = folder / "kernels" / name / "kernel.json"
        kernel.parent.mkdir(parents=True)
        kernel.write_text(json.dumps(specification))
    with Lab({"JUPYTER_CONFIG_PATH": str(folder), "JUPYTER_PATH": str(folder)}) as lab:
        yield lab


@pytest.fixture
def page(lab, browser):
    """A page with nothing open."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(CELL_MS)
    yield page
    page.close()


# -------------------------------------------------------------------------------------- buttons of a cell


def test_a_button_previews_the_configuration_of_a_cell_whose_text_stays(lab, open_notebook):
    notebook = open_notebook(lab.add("create.ipynb", "%%dd_create things -n 500\n" + CONFIGURATION, "dir()"))

    button(notebook, 0, "preview").click()

    expect(records(notebook, 0)).to_have_text("Records10")
    expect(notebook.prompt(0)).to_have_text(UNNUMBERED)  # the cell itself has not run
    assert text_of(notebook, 0) == "%%dd_create things -n 500\n" + CONFIGURATION
    assert not (lab.notebooks / "artifacts").exists()
    expect(notebook.run_to_end(1)).not_to_contain_text("things")


def test_a_preview_cell_is_run_as_it_is(lab, open_notebook):
    notebook = open_notebook(lab.add("preview.ipynb", "%%dd_preview sample -n 3\n" + CONFIGURATION, "sample.state"))

    button(notebook, 0, "preview").click()

    notebook.wait_for(0)
    expect(records(notebook, 0)).to_have_text("Records3")
    expect(notebook.run_to_end(1)).to_contain_text("completed")


@pytest.mark.parametrize("cell", [CONFIGURATION, "%%dd_create --format yaml\n" + YAML], ids=["Python", "YAML"])
def test_plain_python_and_yaml_are_previewed_too(lab, open_notebook, cell):
    notebook = open_notebook(lab.add("plain.ipynb", cell))

    button(notebook, 0, "preview").click()

    expect(records(notebook, 0)).to_have_text("Records10")


def test_the_buttons_are_on_cells_with_a_configuration_and_come_as_it_is_typed(lab, open_notebook):
    notebook = open_notebook(lab.add("typed.ipynb", "x = 1", "%%dd_check\n" + CONFIGURATION))

    notebook.select(1)
    expect(button_of_active(notebook, "preview")).to_be_visible()
    notebook.select(0)
    expect(notebook.cell(0).locator(".jp-cell-toolbar")).to_be_visible()
    expect(button_of_active(notebook, "preview")).to_be_hidden()
    notebook.cell(0).locator(".cm-content").click()
    notebook.page.keyboard.type("\nbuilder = dd.DataDesignerConfigBuilder()")
    expect(button_of_active(notebook, "preview")).to_be_visible()
    expect(button_of_active(notebook, "check")).to_be_visible()


def test_a_button_checks_where_the_resources_are(lab, open_notebook):
    notebook = open_notebook(lab.add("check.ipynb", "%%dd_preview sample\n" + CONFIGURATION))

    button(notebook, 0, "check").click()

    expect(notebook.output(0)).to_contain_text("Resources")
    expect(notebook.output(0)).to_contain_text("NeMo Services")


def test_a_second_press_while_a_cell_runs_changes_nothing(lab, open_notebook):
    counted = "import time\ncount = globals().get('count', 0) + 1\ntime.sleep(2)\n"
    notebook = open_notebook(lab.add("twice.ipynb", counted + CONFIGURATION, "print('count', count)"))

    button(notebook, 0, "preview").click()
    expect(notebook.prompt(0)).to_have_text("[*]:")
    notebook.command("dd-jupyter:preview-cell")
    expect(button_of_active(notebook, "preview")).to_have_attribute("aria-disabled", "true")

    expect(records(notebook, 0)).to_have_text("Records10")
    expect(notebook.run_to_end(1)).to_contain_text("count 1")


def test_progress_is_seen_while_records_are_made(lab, open_notebook):
    slow = """
builder.add_column(name="slow", column_type="custom", generator_function=slow)
builder"""
    made = """import time
import data_designer.config as dd
@dd.custom_column_generator(required_columns=["product"])
def slow(row: dict) -> dict:
    while not go: time.sleep(0.05)
    return {**row, "slow": 1}
go = False
"""
    notebook = open_notebook(lab.add("slow.ipynb", made + "import threading\n", CONFIGURATION + slow))
    notebook.run_to_end(0)

    button(notebook, 1, "preview").click()

    expect(notebook.output(1)).to_contain_text("Running")
    expect(notebook.output(1)).to_contain_text("0/10")
    expect(notebook.prompt(1)).to_have_text("[*]:")
    notebook.command("notebook:interrupt-kernel")
    expect(notebook.output(1)).to_contain_text("KeyboardInterrupt")
    expect(notebook.prompt(1)).to_have_text(UNNUMBERED)


def test_an_error_is_an_error_output(lab, open_notebook):
    notebook = open_notebook(lab.add("error.ipynb", "%%dd_create things\n" + CONFIGURATION + "\nnothing_of_that_name"))

    button(notebook, 0, "preview").click()

    expect(notebook.output(0)).to_contain_text("NameError")
    notebook.save()
    saved = nbformat.read(lab.notebooks / "error.ipynb", as_version=4)
    assert [output.output_type for output in saved.cells[0].outputs][-1] == "error"


def test_a_dataset_in_the_output_is_not_replaced_without_a_question(lab, open_notebook):
    notebook = open_notebook(
        lab.add("dataset.ipynb", "%load_ext dd_jupyter", "%%dd_create things -n 4 -o made\n" + CONFIGURATION)
    )
    notebook.run_to_end(0)
    notebook.run_to_end(1)

    button(notebook, 1, "check").click()
    dialog = notebook.page.get_by_role("dialog")
    expect(dialog).to_contain_text("Replace the Output?")
    notebook.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(records(notebook, 1)).to_have_text("Records4")

    button(notebook, 1, "check").click()
    dialog.get_by_role("button", name="Replace").click()
    expect(notebook.output(1)).to_contain_text("NeMo Services")
    expect(records(notebook, 1)).to_have_count(0)


def test_after_a_restart_meanwhile_the_cell_is_at_rest(lab, open_notebook):
    notebook = open_notebook(lab.add("restart.ipynb", "import time; time.sleep(60)\n" + CONFIGURATION))

    button(notebook, 0, "preview").click()
    expect(notebook.prompt(0)).to_have_text("[*]:")
    notebook.restart_kernel()

    expect(notebook.prompt(0)).to_have_text(UNNUMBERED)
    expect(notebook.page.get_by_role("dialog")).to_have_count(0)


# ---------------------------------------------------------------------------------------- other kernels


def test_a_kernel_without_dd_jupyter_is_told_apart_and_how_to_install_it(lab, open_notebook):
    notebook = open_notebook(lab.add("without.ipynb", CONFIGURATION, kernel="without"))

    button(notebook, 0, "preview").click()

    dialog = notebook.page.get_by_role("dialog")
    expect(dialog).to_contain_text("`%pip install dd-jupyter`")
    expect(notebook.prompt(0)).to_have_text(UNNUMBERED)
    dialog.get_by_role("button", name="Add a Cell That Installs It").click()
    expect(notebook.cell(0).locator(".cm-content")).to_have_text("%pip install dd-jupyter")
    assert text_of(notebook, 1) == CONFIGURATION


def test_a_kernel_of_another_language_is_told_apart(lab, open_notebook):
    notebook = open_notebook(lab.add("rho.ipynb", "%%dd_preview\n" + CONFIGURATION, kernel="rho"))

    button(notebook, 0, "preview").click()

    dialog = notebook.page.get_by_role("dialog")
    expect(dialog).to_contain_text("speaks Rho")
    dialog.get_by_role("button", name="Choose a Kernel…").click()
    expect(notebook.page.get_by_role("dialog")).to_contain_text("Select Kernel")
    notebook.page.keyboard.press("Escape")


# ------------------------------------------------------------------------- shortcuts, menus and the palette


@pytest.mark.parametrize("mode", ["edit", "command"])
def test_shortcuts_work_where_a_cell_is_written_and_where_it_is_chosen(lab, open_notebook, mode):
    cell = "%%dd_create things -n 321\n" + CONFIGURATION
    notebook = open_notebook(lab.add("shortcuts.ipynb", cell, "x = 1"))
    notebook.cell(0).locator(".cm-content").click()
    if mode == "command":
        notebook.page.keyboard.press("Escape")

    notebook.page.keyboard.press("ControlOrMeta+Shift+Enter")
    expect(records(notebook, 0)).to_have_text("Records10")
    expect(notebook.prompt(0)).to_have_text(UNNUMBERED)
    notebook.page.keyboard.press("ControlOrMeta+Alt+Enter")
    expect(notebook.output(0)).to_contain_text("Resources")
    expect(records(notebook, 0)).to_have_count(0)
    expect(notebook.prompt(0)).to_have_text(UNNUMBERED)
    notebook.page.keyboard.press("Alt+Shift+Enter")
    expect(notebook.output(0).get_by_label("Records").first).to_have_value("321")

    assert text_of(notebook, 0) == cell


def test_the_menu_has_all_and_greys_out_what_a_cell_has_not(lab, open_notebook):
    notebook = open_notebook(lab.add("menu.ipynb", "x = 1", CONFIGURATION))
    notebook.select(0)

    menu = open_menu(notebook.page)
    assert [line.split("\t")[0] for line in menu.locator(".lm-Menu-itemLabel").all_inner_texts() if line] == [
        "Preview This Cell's Configuration",
        "Check Where Its Resources Are",
        "Submit This Cell's Configuration…",
        "New Data Designer Notebook",
        "New Notebook from a Tutorial…",
        "Show Jobs",
    ]
    assert [keys for keys in menu.locator(".lm-Menu-itemShortcut").all_inner_texts() if keys] == [
        "Ctrl+Shift+Enter",
        "Ctrl+Alt+Enter",
        "Alt+Shift+Enter",
    ]
    expect(menu.locator("[data-command$='-cell'].lm-mod-disabled")).to_have_count(3)
    notebook.page.keyboard.press("Escape")

    notebook.select(1)
    menu = open_menu(notebook.page)
    expect(menu.locator(".lm-mod-disabled")).to_have_count(0)
    menu.get_by_text("Preview This Cell's Configuration").click()
    expect(records(notebook, 1)).to_have_text("Records10")


def test_the_palette_has_all_under_one_heading(lab, open_notebook, screenshots):
    notebook = open_notebook(lab.add("palette.ipynb", CONFIGURATION))
    notebook.page.keyboard.press("ControlOrMeta+Shift+C")
    palette = notebook.page.locator("#modal-command-palette")

    palette.get_by_role("textbox").or_(palette.locator("input")).first.fill("data designer")

    expect(palette.locator("[data-command^='dd-jupyter:']")).to_have_count(6)
    notebook.page.screenshot(path=screenshots / "commands-palette.png")
    notebook.page.keyboard.press("Escape")


# ----------------------------------------------------------------------------------------- new notebooks


def test_a_tutorial_is_copied_beside_what_is_there(lab, page, screenshots):
    (lab.notebooks / "learn").mkdir()
    (lab.notebooks / "learn" / "01-quickstart.ipynb").write_text("mine")
    page.goto(f"{lab.url}/lab/tree/learn?reset&token={TOKEN}")

    launcher_card(page, "Data Designer Tutorials").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio")).to_have_count(4)
    expect(dialog.get_by_role("radio").first).to_be_focused()
    assert violations(page, dialog.locator(".dd-tutorials")) == []
    page.screenshot(path=screenshots / "commands-tutorials.png")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(page.locator(".jp-NotebookPanel h1").first).to_contain_text("A used-car market")
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    assert (lab.notebooks / "learn" / "01-quickstart.ipynb").read_text() == "mine"
    assert sorted(path.name for path in (lab.notebooks / "learn").glob("*.ipynb")) == [
        "01-quickstart-1.ipynb",
        "01-quickstart.ipynb",
    ]


def test_a_tutorial_that_there_is_not_is_said_so(lab, page):
    page.goto(f"{lab.url}/lab?reset&token={TOKEN}")
    expect(page.locator(".jp-Launcher")).to_be_visible()
    before = sorted(path.name for path in lab.notebooks.iterdir())

    page.evaluate("() => { void jupyterapp.commands.execute('dd-jupyter:new-from-tutorial', {name: 'none.ipynb'}); }")

    expect(page.get_by_role("dialog")).to_contain_text("There is no tutorial `none.ipynb`")
    assert sorted(path.name for path in lab.notebooks.iterdir()) == before


def test_a_card_of_the_launcher_opens_a_notebook_that_runs_as_it_is(lab, page, screenshots):
    page.goto(f"{lab.url}/lab?reset&token={TOKEN}")
    card = launcher_card(page, "Data Designer")
    expect(card.locator("img")).to_be_visible()
    page.screenshot(path=screenshots / "commands-launcher.png")
    use_theme(page, "JupyterLab Dark")
    page.screenshot(path=screenshots / "commands-launcher-dark.png")
    use_theme(page, "JupyterLab Light")

    card.click()

    expect(page.locator(".jp-Launcher")).to_have_count(0)
    cells = page.locator(".jp-Notebook-cell")
    expect(cells).to_have_count(2)
    expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    page.evaluate("() => { void jupyterapp.commands.execute('notebook:run-all-cells'); }")
    expect(cells.nth(1).get_by_role("tab", name="Records")).to_have_text("Records10", timeout=CELL_MS)
    expect(cells.nth(1).locator(".jp-Cell-outputArea")).to_contain_text("Completed")


# ------------------------------------------------------------------------------------------- Notebook 7


def test_notebook_7_has_button_shortcut_and_menu(lab, page, screenshots):
    name = lab.add("in-notebook-7-too.ipynb", "%%dd_create things\n" + CONFIGURATION)
    page.goto(f"{lab.url}/notebooks/{name}?token={TOKEN}")
    cell = page.locator(".jp-Notebook-cell").first
    expect(page.get_by_title("Kernel status: Idle").or_(page.locator("[data-status=idle]")).first).to_be_visible()
    records = cell.get_by_role("tab", name="Records")

    cell.locator(".cm-content").click()
    cell.locator("[data-command='dd-jupyter:preview-cell']").click()
    expect(records).to_have_text("Records10")
    page.screenshot(path=screenshots / "commands-notebook-7.png")
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+Alt+Enter")
    expect(cell.locator(".jp-Cell-outputArea")).to_contain_text("NeMo Services")
    expect(records).to_have_count(0)
    menu = open_menu(page)
    menu.get_by_text("Preview This Cell's Configuration").click()
    expect(records).to_have_text("Records10")


@pytest.mark.parametrize("start", ["tree", "notebooks/of-tutorials.ipynb"])
def test_notebook_7_opens_new_notebooks_in_a_page_of_their_own(lab, page, start):
    lab.add("of-tutorials.ipynb", "x = 1")
    page.goto(f"{lab.url}/{start}?token={TOKEN}")

    open_menu(page).get_by_text("New Notebook from a Tutorial…").click()
    page.get_by_role("radio", name="Columns that a model writes").check()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Open a Copy").click()
    expect(opened.value.locator(".jp-Notebook h1").first).to_contain_text("Columns that a model writes")

    page.get_by_role("menuitem", name="File").click()
    page.locator(".lm-Menu-item").filter(has_text=re.compile("^New")).first.hover()
    with page.expect_popup() as opened:
        page.get_by_text("Data Designer Notebook", exact=True).click()
    expect(opened.value.locator(".jp-Notebook-cell")).to_have_count(2)


@pytest.mark.parametrize("start", ["lab/tree", "notebooks"])
def test_show_jobs_brings_their_panel_to_the_front(lab, page, start):
    name = lab.add("of-jobs.ipynb", "x = 1")
    page.goto(f"{lab.url}/{start}/{name}?token={TOKEN}")
    expect(page.locator(".jp-Notebook-cell").first).to_be_visible()
    expect(page.locator("#dd-jupyter-panel")).to_be_hidden()

    open_menu(page).get_by_text("Show Jobs").click()

    expect(page.locator("#dd-jupyter-panel")).to_be_visible()


# ------------------------------------------------------------------------------------------------ looks


def test_the_toolbar_of_a_cell_leaves_its_text_readable(lab, open_notebook, screenshots):
    notebook = open_notebook(
        lab.add("looks.ipynb", "%%dd_preview sample -n 6\n" + CONFIGURATION, "builder = dd.DataDesignerConfigBuilder()")
    )
    for theme, name in (("JupyterLab Light", "light"), ("JupyterLab Dark", "dark")):
        notebook.use_theme(theme)
        notebook.select(0)
        expect(button_of_active(notebook, "preview")).to_be_visible()
        notebook.page.screenshot(path=screenshots / f"commands-cell-{name}.png")
        open_menu(notebook.page)
        notebook.page.screenshot(path=screenshots / f"commands-menu-{name}.png")
        notebook.page.keyboard.press("Escape")
    first_line = notebook.cell(0).locator(".cm-line").first.locator("span").last.bounding_box()
    toolbar = notebook.cell(0).locator(".jp-cell-toolbar").bounding_box()
    assert first_line["x"] + first_line["width"] < toolbar["x"]


def button(notebook: OpenNotebook, number: int, name: str) -> Locator:
    """The button in the toolbar of a cell, which is chosen first."""
    notebook.select(number)
    return notebook.cell(number).locator(f"[data-command='dd-jupyter:{name}-cell']")


def button_of_active(notebook: OpenNotebook, name: str) -> Locator:
    return notebook.page.locator(f".jp-cell-toolbar [data-command='dd-jupyter:{name}-cell']")


def records(notebook: OpenNotebook, number: int) -> Locator:
    """The tab of the records, which says how many there are."""
    return notebook.output(number).get_by_role("tab", name="Records")


def text_of(notebook: OpenNotebook, number: int) -> str:
    script = "number => jupyterapp.shell.currentWidget.content.widgets[number].model.sharedModel.getSource()"
    return str(notebook.page.evaluate(script, number))


def open_menu(page: Page) -> Locator:
    page.get_by_role("menuitem", name="Data Designer", exact=True).click()
    menu = page.locator(".lm-Menu").last
    expect(menu).to_be_visible()
    return menu


def launcher_card(page: Page, label: str) -> Locator:
    return page.locator(".jp-LauncherCard").filter(has=page.get_by_text(label, exact=True))


def use_theme(page: Page, name: str) -> None:
    page.evaluate("name => { void jupyterapp.commands.execute('apputils:change-theme', {theme: name}); }", name)
    page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)
