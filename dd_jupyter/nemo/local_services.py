"""NeMo Services on this machine: started, found again from any process, and stopped."""

from __future__ import annotations

import http.client
import re
import socket
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from dd_jupyter.errors import ServicesError
from dd_jupyter.nemo.local_environment import ServicesEnvironment, find_environment
from dd_jupyter.nemo.local_folder import HOST, Folder, Record
from dd_jupyter.nemo.local_process import Process, at_home_in
from dd_jupyter.nemo.platform import Status

START_SECONDS = 180.0
"""Ready after 7 s; the first start on a cold disk reads 1.5 GB of packages."""

IDLE_STOP_SECONDS = 2.0
"""Without open connections they end in 0.3 s. Jobs hold some: they are ended then, as the services would do at last."""

STOP_SECONDS = 5.0
"""Patience after that, with the connections of others: a preview is one. Their database takes no harm from a kill."""

LAST_LINES = 20
"""Lines of the log in an error: a traceback, without hiding the sentence."""

SERVICES = ("entities", "auth", "secrets", "files", "jobs", "inference-gateway", "models", "data-designer")
CONTROLLERS = ("entities", "jobs")
"""Not the models controller, which the published wheel lacks; providers work without it."""

_LOOK_SECONDS = 0.2
_ANSWER_SECONDS = 2.0
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

State = Literal["running", "starting", "stopped", "crashed"]
Tell = Callable[[str], object]


@dataclass(frozen=True, slots=True, repr=False)
class LocalServices:
    """A local deployment as it was when it was looked at.

    Attributes:
        state: "running" when it takes jobs, "starting" when its process lives but is not ready, "stopped", or
            "crashed" when the process ended without being stopped.
        folder: Holds its configuration, its data, which stay when it is stopped, and its log.
        log: The log's file.
        base_url: Where it answers, or did; "" before the first start.
        pid: Its process; None if it does not run.
        uptime: Seconds since its start; None if it does not run.
        ready: Names of the services that answer.
        not_ready: Names of those that do not, and of control loops that are not healthy.
    """

    state: State
    folder: Path
    log: Path
    base_url: str = ""
    pid: int | None = None
    uptime: float | None = None
    ready: tuple[str, ...] = ()
    not_ready: tuple[str, ...] = ()

    def __repr__(self) -> str:
        where = f" at {self.base_url}" if self.pid else ""
        since = f" for {_duration(self.uptime)}" if self.uptime is not None else ""
        lines = [f"NeMo Services: {self.state}{where}{since}"]
        if self.ready:
            lines.append(f"  ready      {', '.join(self.ready)}")
        if self.not_ready:
            lines.append(f"  not ready  {', '.join(self.not_ready)}")
        if self.pid:
            lines.append(f"  process    {self.pid}")
        lines += [f"  folder     {self.folder}", f"  log        {self.log}"]
        return "\n".join(lines)


def start(
    folder: str | Path | None = None,
    *,
    python: str | Path | None = None,
    port: int | None = None,
    timeout: float = START_SECONDS,
    tell: Tell = lambda sentence: None,
) -> LocalServices:
    """Start NeMo Services on loopback and wait until they take jobs; if they run already, wait for those.

    They go on when this process ends. An interrupt while this waits stops what it started.

    Args:
        folder: Holds all that they write; what earlier ones left there is theirs again. By default `services` in
            this package's own folder (`dd_jupyter.folders.own_folder`).
        python: The environment to run them in, its interpreter or folder; by default see `find_environment`.
        port: Where to listen; by default where they did last time if it is free, else any free one.
        timeout: Seconds until they must be ready.
        tell: Is called with what happens, in short sentences.

    Raises:
        ServicesError: There is no environment for them, the port is taken, they ended or did not get ready
            (the message has the last lines of their log), or they run already in another way.
    """
    place = Folder.of(folder)
    place.make()
    with place.lock(timeout, tell):
        last = place.read()
        if last is not None and last.process is not None and last.process.alive:
            _refuse_another(last, port, python)
            tell(f"NeMo Services run already at {last.base_url}")
            return _until_ready(place, last, last.process, timeout, tell)
        environment = find_environment(python, last.python if last else None)
        _end_jobs(place)
        record = Record(_port(port, last), str(environment.python), None, time.time())
        place.write_config(record.port)
        tell(f"Starting NeMo Services {environment.version} at {record.base_url}")
        process = Process.spawn(
            _command(environment, place, record.port),
            folder=place.path,
            log=place.log,
            environment=place.environment(environment),
        )
        try:
            place.write(replace(record, process=process))
            return _until_ready(place, record, process, timeout, tell)
        except BaseException:
            _end(place, process)
            place.write(record)
            raise


def stop(folder: str | Path | None = None, *, tell: Tell = lambda sentence: None) -> LocalServices:
    """Stop the services that were started in a folder, and their jobs; nothing else. Their data stay.

    Does nothing where none run.

    Args:
        folder: As for `start`.
        tell: Is called with what happens, in short sentences.

    Raises:
        ServicesError: The folder cannot be used, or another process has been starting them for too long.
    """
    place = Folder.of(folder)
    if not place.path.is_dir():
        return LocalServices("stopped", place.path, place.log)
    with place.lock(START_SECONDS, tell):
        record = place.read()
        if record is not None and record.process is not None:
            if record.process.alive:
                tell(f"Stopping NeMo Services at {record.base_url}")
            _end(place, record.process)
            place.write(record.stopped)
    return status(place.path)


def status(folder: str | Path | None = None) -> LocalServices:
    """How the services in a folder are; asks them, for at most two seconds.

    Args:
        folder: As for `start`.

    Raises:
        ServicesError: The folder cannot be read.
    """
    place = Folder.of(folder)
    record = place.read()
    if record is None or record.process is None:
        return LocalServices("stopped", place.path, place.log, record.base_url if record else "")
    if not record.process.alive:
        return LocalServices("crashed", place.path, place.log, record.base_url)
    return _look(place, record, record.process)


def logs(folder: str | Path | None = None, lines: int = 50) -> str:
    """The last lines of what the services wrote since their last start.

    Args:
        folder: As for `start`.
        lines: How many at most.
    """
    return _tail(Folder.of(folder).log, lines)


def _command(environment: ServicesEnvironment, place: Folder, port: int) -> list[str | Path]:
    return [
        *(environment.python, environment.nemo, "services", "run"),
        *("--host", HOST, "--port", str(port), "--config", place.config, "--instance", "dd_jupyter"),
        *("--services", ",".join(SERVICES), "--controllers", ",".join(CONTROLLERS)),
    ]


def _refuse_another(running: Record, port: int | None, python: str | Path | None) -> None:
    """Not take a deployment for one that was asked for with another port or environment."""
    other = f"port {port}" if port not in (None, running.port) else ""
    if not other and python is not None and str(find_environment(python).python) != running.python:
        other = f"environment {python}"
    if other:
        raise ServicesError(
            f"NeMo Services run already at {running.base_url} in {running.python}, not with {other}. Stop them first "
            "with `%dd_services stop`, or give `--folder DIR` for a second deployment."
        )


def _until_ready(place: Folder, record: Record, process: Process, timeout: float, tell: Tell) -> LocalServices:
    started = time.monotonic()
    said = ""
    while True:
        seen = _look(place, record, process)
        if seen.state == "running":
            return seen
        if not process.alive:
            raise _failed("ended while they started", place)
        if time.monotonic() - started > timeout:
            raise _failed(f"were not ready after {timeout:.0f} s", place)
        waiting = ", ".join(seen.not_ready) or "their jobs controller"
        now = f"{', '.join(seen.ready)} ready; waiting for {waiting}" if seen.ready else "Loading the services"
        if now != said:
            tell(said := now)
        time.sleep(_LOOK_SECONDS)


def _look(place: Folder, record: Record, process: Process) -> LocalServices:
    seen = LocalServices(
        "starting", place.path, place.log, record.base_url, process.pid, max(0.0, time.time() - record.since)
    )
    # Not by httpx, which reads all certificates of the system first: 30 ms for each look.
    connection = http.client.HTTPConnection(HOST, record.port, timeout=_ANSWER_SECONDS)
    try:
        connection.request("GET", "/status")
        answer = connection.getresponse()
        said = Status.model_validate_json(answer.read())
    except (OSError, http.client.HTTPException, ValueError):  # not yet, or too busy
        return seen
    finally:
        connection.close()
    unhealthy = (name for name, healthy in said.controllers.status.items() if not healthy)
    not_ready = (*said.services.not_ready, *unhealthy)
    ready = answer.status == http.client.OK and not not_ready and said.runs_jobs
    return replace(seen, state="running" if ready else "starting", ready=said.services.ready, not_ready=not_ready)


def _port(asked: int | None, last: Record | None) -> int:
    if asked is not None:
        if not _is_free(asked):
            raise ServicesError(
                f"Port {asked} is taken by another program, or is not allowed. Give another with `--port N`, or none: "
                "then a free one is taken."
            )
        return asked
    if last is not None and _is_free(last.port):
        return last.port
    with socket.socket() as any_free:
        any_free.bind((HOST, 0))
        return int(any_free.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the services do: closed connections linger
        try:
            trial.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def _end(place: Folder, process: Process) -> None:
    process.terminate()
    if not process.ends_within(IDLE_STOP_SECONDS):
        _end_jobs(place, process)
        if not process.ends_within(STOP_SECONDS):
            process.kill()
    _end_jobs(place, process)


def _end_jobs(place: Folder, services: Process | None = None) -> None:
    """End jobs, whose results nobody takes once their services have ended or are about to."""
    for process in list(at_home_in(place.home)):
        if process != services:
            process.kill()


def _failed(what: str, place: Folder) -> ServicesError:
    return ServicesError(
        f"NeMo Services {what}. The end of their log {place.log}:\n{_tail(place.log, LAST_LINES) or '(it is empty)'}"
    )


def _tail(log: Path, lines: int) -> str:
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            return _COLOUR.sub("", "".join(deque(file, maxlen=max(0, lines)))).rstrip()
    except FileNotFoundError:
        return ""


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
