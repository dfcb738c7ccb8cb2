"""The NeMo Services that the third notebook runs in, prepared as its text tells a reader to."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import nbformat
import pytest

from dd_jupyter.nemo import local_services
from tests.support.nemo_services import MODELS, PYTHON, REPOSITORY, NemoServices, nemo_services, own_home

NOTEBOOK = REPOSITORY / "notebooks" / "03-nemo-services.ipynb"
COMMANDS = re.compile(r"^nemo .+$", re.MULTILINE)
COMMAND_SECONDS = 120
_VARIABLES = pytest.StashKey[dict[str, str]]()


def of_session(config: pytest.Config) -> dict[str, str]:
    """The variables of services that are started when first asked for, and stopped when pytest ends."""
    if _VARIABLES not in config.stash:
        resources = ExitStack()
        config.add_cleanup(resources.close)
        folder = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="nemo-services-")))
        config.stash[_VARIABLES] = resources.enter_context(services(folder))
    return config.stash[_VARIABLES]


@contextmanager
def services(folder: Path, *, port: int | None = None, delay: float = 0.0) -> Iterator[dict[str, str]]:
    """Serve, and give the variables that make the notebook run there.

    Args:
        folder: Holds the deployment, and a home for the `nemo` command.
        port: Where it listens; a free port if None.
        delay: Seconds that each answer of a model takes.
    """
    if not PYTHON.exists():
        raise AssertionError("There is no environment for the services: make it with `make .venv-services/.ready`.")
    deployment = folder / "services"
    if port is not None:
        local_services.start(deployment, python=PYTHON, port=port)  # what follows goes on with it
    with nemo_services(deployment) as running:
        running.model.delay = delay
        _make_the_fileset(folder, running)
        yield {
            **running.env,
            "DD_GATEWAY_PROVIDER": running.model.name,
            "DD_GATEWAY_MODEL": MODELS[0],
        }


def _make_the_fileset(folder: Path, running: NemoServices) -> None:
    """Write the file with the notebook's own cells, and upload it with the commands in its text."""
    sources = {cell.id: cell.source for cell in nbformat.read(NOTEBOOK, as_version=4).cells}
    write = "\n".join(["import pandas as pd", sources["cities"], sources["file"]])
    commands = [shlex.split(line) for line in COMMANDS.findall(sources["upload"])]
    assert commands, "The notebook does not tell how to make the Fileset any more."
    _run([sys.executable, "-c", write], folder, {})
    for name, *arguments in commands:
        _run([str(PYTHON.parent / name), *arguments], folder, {**own_home(folder), **running.env})


def _run(command: list[str], folder: Path, env: dict[str, str]) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={"PATH": os.environ["PATH"], **env},
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"`{shlex.join(command)}` failed: {done.stdout}{done.stderr}"
