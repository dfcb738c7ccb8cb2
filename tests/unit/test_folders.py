"""Where this package keeps its own things, on each system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from dd_jupyter.folders import own_folder


@pytest.fixture(autouse=True)
def _a_home_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DD_JUPYTER_HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", classmethod(lambda kind: tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        ("linux", ".local/share/dd_jupyter"),
        ("freebsd14", ".local/share/dd_jupyter"),
        ("darwin", "Library/Application Support/dd_jupyter"),
        ("win32", "AppData/Local/dd_jupyter"),
    ],
)
def test_each_system_has_its_own_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, folder: str
) -> None:
    monkeypatch.setattr(sys, "platform", system)

    assert own_folder() == tmp_path / folder


@pytest.mark.parametrize(("system", "variable"), [("linux", "XDG_DATA_HOME"), ("win32", "LOCALAPPDATA")])
def test_a_place_that_the_system_names_counts(monkeypatch: pytest.MonkeyPatch, system: str, variable: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv(variable, "/somewhere/else")

    assert own_folder() == Path("/somewhere/else/dd_jupyter")


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_the_persons_own_choice_counts_most(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/else")
    monkeypatch.setenv("DD_JUPYTER_HOME", "/mine")

    assert own_folder() == Path("/mine")


def test_a_choice_may_begin_at_home_or_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DD_JUPYTER_HOME", "~/mine")
    assert own_folder() == tmp_path / "mine"

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DD_JUPYTER_HOME", "here")
    assert own_folder() == tmp_path / "here"


def test_an_empty_variable_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DD_JUPYTER_HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", "")

    assert own_folder() == tmp_path / ".local/share/dd_jupyter"


def test_a_relative_xdg_path_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")

    assert own_folder() == tmp_path / ".local/share/dd_jupyter"


def test_asking_makes_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DD_JUPYTER_HOME", str(tmp_path / "mine"))

    own_folder()

    assert list(tmp_path.iterdir()) == []
