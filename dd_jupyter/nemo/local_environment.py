"""Which Python environment on this machine can run NeMo Services. Nothing is installed, nothing imported."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from dd_jupyter.errors import ServicesError

PYTHON_VARIABLE = "DD_JUPYTER_SERVICES_PYTHON"
"""Environment variable: the interpreter, or the folder, of the environment that runs NeMo Services."""

_SERVICES_PACKAGE = "pyleak"
"""The package of the `services` extra by which the `nemo` command itself tells whether it is there."""

_INSTALL = """\
Make an environment for them, about 1.5 GB:
  uv venv --python 3.11 nemo-services
  uv pip install --python nemo-services 'nemo-platform[services]==0.3.0' dd-jupyter
(`python -m venv` and `pip install` do it too, but pip searches for versions that fit for over ten minutes.) Then:
  %dd_services start --python nemo-services"""


@dataclass(frozen=True, slots=True)
class ServicesEnvironment:
    """A Python environment with ``nemo-platform[services]``.

    Attributes:
        python: Its interpreter.
        version: The version of nemo-platform in it; "" if its metadata do not tell.
    """

    python: Path
    version: str

    @property
    def folder(self) -> Path:
        """The environment's own folder."""
        return self.python.parent.parent

    @property
    def nemo(self) -> Path:
        """The `nemo` command in it."""
        return self.python.with_name("nemo")


def find_environment(given: str | Path | None = None, remembered: str | Path | None = None) -> ServicesEnvironment:
    """The environment to run NeMo Services in.

    What was given counts, then `DD_JUPYTER_SERVICES_PYTHON`: if that one cannot run them, no other is
    taken. Then the one that ran them last, that of this interpreter, and that of `nemo` on the PATH.

    Args:
        given: An interpreter, or the folder of an environment.
        remembered: The interpreter that ran them last.

    Raises:
        ServicesError: None can run them. The message shows how to make one.
    """
    for place, origin in ((given, "--python"), (os.environ.get(PYTHON_VARIABLE), PYTHON_VARIABLE)):
        if place:
            found = _environment(_interpreter(Path(place).expanduser().absolute()))
            if isinstance(found, str):
                raise ServicesError(f"`{place}`, given by {origin}, cannot run NeMo Services: {found}.\n{_INSTALL}")
            return found
    command = shutil.which("nemo")
    places = [Path(remembered)] if remembered else []
    places.append(Path(sys.executable))
    if command:
        places.append(Path(command).resolve().with_name("python"))  # what `uv tool` puts on the PATH is a link
    reasons = []
    for place in dict.fromkeys(places):
        found = _environment(place)
        if isinstance(found, ServicesEnvironment):
            return found
        reasons.append(f"{place}: {found}")
    raise ServicesError(f"No Python environment here can run NeMo Services ({'; '.join(reasons)}).\n{_INSTALL}")


def _interpreter(place: Path) -> Path:
    return place / "bin" / "python" if place.is_dir() else place


def _environment(python: Path) -> ServicesEnvironment | str:
    """The environment of an interpreter; if it cannot run NeMo Services, why."""
    if not os.access(python, os.X_OK):
        return "no Python there"
    packages = [
        folder for lib in ("lib", "lib64") for folder in (python.parent.parent / lib).glob("python3*/*-packages")
    ]
    platforms = [found for folder in packages for found in folder.glob("nemo_platform-*.dist-info")]
    if not python.with_name("nemo").is_file() or not platforms:
        return "no nemo-platform"
    if not any((folder / _SERVICES_PACKAGE).is_dir() for folder in packages):
        return "nemo-platform without its `services` extra"
    return ServicesEnvironment(python, platforms[0].name.removesuffix(".dist-info").partition("-")[2])
