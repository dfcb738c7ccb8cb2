"""Fresh processes in which the clients are measured: ours, the SDK, and the `nemo` command.

Ours runs in the environment of this process, which is the one that a person installs `dd_jupyter` into; the
SDK and the command in that of the services. None inherits more than the address of the deployment, and each
has an empty home.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.support.kernel import clean_environment
from tests.support.nemo_services import PYTHON, NemoServices

OURS = Path(sys.executable)
SDK = PYTHON
COMMAND = PYTHON.parent / "nemo"

TIMEOUT = 600

# Both clients find the deployment by NMP_BASE_URL, as a person's do; `tell` hands figures to the benchmark.
PRELUDE = """
import json, os, sys, time

def tell(**figures):
    print("FIGURES", json.dumps(figures), flush=True)
"""

# What is added is the highest there was during a call, less what the process had before.
MEMORY = """
import pathlib, re

def kilobytes(name):
    return int(re.search(name + r":\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[1])

def tell_cost(call):
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before, started = kilobytes("VmRSS"), time.perf_counter()
    call()
    seconds = time.perf_counter() - started
    tell(seconds=seconds, added_mb=(kilobytes("VmHWM") - before) * 1024 / 1e6)
"""


@dataclass(frozen=True)
class Command:
    """What a whole command took.

    Attributes:
        seconds: From its start to its end.
        peak_mb: The most memory that it had.
    """

    seconds: float
    peak_mb: float


def in_fresh_process(services: NemoServices, python: Path, code: str, *arguments: str) -> dict[str, Any]:
    """Run code and give what it tells; it is told once."""
    with conversation(services, python, code, *arguments) as process:
        return told(process)


@contextmanager
def conversation(
    services: NemoServices, python: Path, code: str, *arguments: str, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A process that runs code, and is written to and listened to; what it fails with is raised."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "errors").open("w+") as errors:
        process = subprocess.Popen(
            [str(python), "-c", PRELUDE + code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=folder,
            env=_environment(Path(folder), services) | dict(env or {}),
        )
        try:
            yield process
            _stream(process.stdin).close()
            process.wait(TIMEOUT)
        finally:
            process.kill()
            process.wait()
            _stream(process.stdout).close()
            errors.seek(0)
            wrote = errors.read()
        if process.returncode:
            raise RuntimeError(f"{python} failed: {wrote[-4000:]}")


def told(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What it tells next."""
    for line in _stream(process.stdout):
        if line.startswith("FIGURES "):
            figures: dict[str, Any] = json.loads(line.removeprefix("FIGURES "))
            return figures
    process.wait(TIMEOUT)
    return {}


def ask(process: subprocess.Popen[str], line: str) -> dict[str, Any]:
    """Write a line to it, and give what it tells next."""
    stream = _stream(process.stdin)
    stream.write(line + "\n")
    stream.flush()
    return told(process)


def command(
    services: NemoServices, *arguments: str, env: Mapping[str, str] | None = None, may_refuse: bool = False
) -> Command:
    """Run the `nemo` command to its end, which is an error unless it may refuse with status 1."""
    with tempfile.TemporaryDirectory() as folder, (Path(folder) / "output").open("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [str(COMMAND), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=_environment(Path(folder), services) | dict(env or {}),
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode and not (may_refuse and process.returncode == 1):
            output.seek(0)
            raise RuntimeError(f"nemo {' '.join(arguments)} failed: {output.read()[-4000:]}")
    return Command(seconds, usage.ru_maxrss * 1024 / 1e6)


def _environment(folder: Path, services: NemoServices) -> dict[str, str]:
    return {**clean_environment(folder), **services.env}


def _stream(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
