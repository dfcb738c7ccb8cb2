"""What a person installs: a wheel that works in an empty environment without Node, and goes without a trace."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

from tests.support.kernel import REPOSITORY

NEWEST = REPOSITORY / "requirements" / "dev.txt"
EXTENSION = "share/jupyter/labextensions/dd-jupyter"
USE = """
import importlib
import importlib.util
import pkgutil

from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "dd_jupyter")
assert "dd_preview" in shell.magics_manager.magics["cell"]

import dd_jupyter

assert not importlib.util.find_spec("jupyter_server")
need_a_server = []
for module in pkgutil.walk_packages(dd_jupyter.__path__, "dd_jupyter."):
    try:
        importlib.import_module(module.name)
    except ModuleNotFoundError as missing:
        assert missing.name.partition(".")[0] in ("jupyter_server", "tornado"), (module.name, missing)
        need_a_server.append(module.name)
assert {name.rpartition(".")[0] for name in need_a_server} == {"dd_jupyter.server"}, need_a_server

from dd_jupyter.display.live_model import LiveRunView
from dd_jupyter.display.widgets.widget import ViewWidget

ViewWidget(LiveRunView(title="Create", name="reviews", where="run in this kernel", state="running"), {}, static=dict)
print(dd_jupyter.__file__)
"""
TUTORIALS = "from dd_jupyter.server.tutorials import tutorials; print(*(each.name for each in tutorials().tutorials))"


def test_the_wheel_carries_all_that_is_read_and_nothing_twice(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    package = {
        f"dd_jupyter/{name}"
        for name in _files(REPOSITORY / "dd_jupyter")
        if "__pycache__" not in name and not name.startswith("labextension/")
    }
    extension = {f"{EXTENSION}/{name}" for name in _files(REPOSITORY / "dd_jupyter" / "labextension")}
    tutorials = {f"dd_jupyter/tutorials/{path.name}" for path in (REPOSITORY / "notebooks").glob("*.ipynb")}
    server = "etc/jupyter/jupyter_server_config.d/dd_jupyter.json"

    assert {"dd_jupyter/static/widget.js", "dd_jupyter/static/loader.js", "dd_jupyter/py.typed"} <= package
    assert {f"{EXTENSION}/static/style.js", f"{EXTENSION}/schemas/dd-jupyter/plugin.json"} <= extension
    assert tutorials
    data = f"{wheel.name.removesuffix('-py3-none-any.whl')}.data/data"
    beside = {f"{data}/{name}" for name in {*extension, f"{EXTENSION}/install.json", server}}
    assert sorted(name for name in names if ".dist-info/" not in name) == sorted(package | tutorials | beside)


def test_it_works_where_there_is_neither_node_nor_jupyterlab(wheel, environment, path_without_node, tmp_path):
    python = environment("--constraint", NEWEST, wheel) / "bin" / "python"
    variables = {"PATH": path_without_node, "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)}

    run = subprocess.run([python, "-c", USE], cwd=tmp_path, env=variables, capture_output=True, text=True)
    told = subprocess.run([python, "-c", TUTORIALS], cwd=tmp_path, env=variables, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    assert "site-packages" in run.stdout
    assert told.stdout.split()[:1] == ["01-quickstart.ipynb"], told.stderr


def test_uninstalling_leaves_nothing(wheel, environment, uv):
    folder = environment()
    before = _files(folder) | {".lock"}  # of uv itself
    there = ["--quiet", "--python", folder / "bin" / "python"]

    subprocess.run([uv, "pip", "install", *there, "--no-deps", "--compile-bytecode", wheel], check=True)
    assert _files(folder) > before
    subprocess.run([uv, "pip", "uninstall", *there, "dd-jupyter"], check=True)

    assert _files(folder) == before


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
