"""What a person installs: a wheel that works in an empty environment without Node."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USE = """
import importlib
import pkgutil

from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "dd_jupyter")
assert "dd_preview" in shell.magics_manager.magics["cell"]

import dd_jupyter

for module in pkgutil.walk_packages(dd_jupyter.__path__, "dd_jupyter."):
    importlib.import_module(module.name)

from dd_jupyter.display.live_model import LiveRunView
from dd_jupyter.display.widgets.widget import ViewWidget

ViewWidget(LiveRunView(title="Create", name="reviews", where="run in this kernel", state="running"), {}, static=dict)
print(dd_jupyter.__file__)
"""


@pytest.fixture(scope="session")
def uv() -> str:
    found = os.environ.get("UV") or shutil.which("uv")
    assert found, "No uv here: run `make wheel`, or put uv on the PATH."
    return found


@pytest.fixture(scope="session")
def path_without_node(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PATH on which there is nothing at all."""
    return str(tmp_path_factory.mktemp("path"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory, path_without_node: str) -> Path:
    """The wheel as made from an sdist of this tree, which has the browser code built, without Node."""
    folder = tmp_path_factory.mktemp("dist")
    for what in ("sdist", "wheel"):
        source = ROOT if what == "sdist" else _unpacked(next(folder.glob("*.tar.gz")))
        command = [sys.executable, "-m", "hatchling", "build", "--target", what, "--directory", str(folder)]
        subprocess.run(command, cwd=source, env={**os.environ, "PATH": path_without_node}, check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def python(wheel: Path, uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Python of an environment with nothing but the wheel and what it asks for."""
    environment = tmp_path_factory.mktemp("empty") / "venv"
    python = environment / "bin" / "python"
    locked = ROOT / "requirements" / "dev.txt"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--python", python, "--constraint", locked, wheel], check=True)
    return python


def test_the_wheel_carries_all_that_the_package_reads(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "dd_jupyter"
    read = {
        path.relative_to(ROOT).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert {"dd_jupyter/static/widget.js", "dd_jupyter/static/loader.js", "dd_jupyter/py.typed"} <= read
    assert read == {name for name in carried if name.startswith("dd_jupyter/")}


def test_it_works_where_there_is_no_node(python: Path, path_without_node: str, tmp_path: Path) -> None:
    environment = {"PATH": path_without_node, "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)}

    run = subprocess.run([python, "-c", USE], cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert run.returncode == 0, run.stderr
    assert "site-packages" in run.stdout


def _unpacked(sdist: Path) -> Path:
    shutil.unpack_archive(sdist, sdist.parent)
    return sdist.parent / sdist.name.removesuffix(".tar.gz")
