"""The wheel, built once, and environments that it is installed in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.kernel import REPOSITORY

Environment = Callable[..., Path]


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
        source = REPOSITORY if what == "sdist" else _unpacked(next(folder.glob("*.tar.gz")))
        command = [sys.executable, "-m", "hatchling", "build", "--target", what, "--directory", str(folder)]
        subprocess.run(command, cwd=source, env={**os.environ, "PATH": path_without_node}, check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def environment(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Makes an environment with what is told to `uv pip install`, and gives its folder."""

    def environment(*arguments: str | Path) -> Path:
        folder = tmp_path_factory.mktemp("environment") / "venv"
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
        if arguments:
            install = [uv, "pip", "install", "--quiet", "--python", folder / "bin" / "python"]
            subprocess.run([*install, *arguments], check=True)
        return folder

    return environment


def _unpacked(sdist: Path) -> Path:
    shutil.unpack_archive(sdist, sdist.parent)
    return sdist.parent / sdist.name.removesuffix(".tar.gz")
