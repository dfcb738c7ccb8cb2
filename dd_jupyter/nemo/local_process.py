"""Processes of a local deployment: told apart from others, and ended, even by one who did not start them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.05
_KILL_SECONDS = 5.0  # SIGKILL takes effect when the process leaves the system call that it is in
_PROC = Path("/proc")
_children: dict[int, subprocess.Popen[bytes]] = {}  # of this process: whoever starts one has to ask how it ended


@dataclass(frozen=True, slots=True)
class Process:
    """A process, also after another has got its number.

    Attributes:
        pid: Its number.
        started: When it was started, as the system says it; no two processes of one number share it.
    """

    pid: int
    started: str

    @classmethod
    def spawn(
        cls, command: Sequence[str | Path], *, folder: Path, log: Path, environment: Mapping[str, str]
    ) -> Process:
        """Start a process that outlives this one and hears none of its signals.

        Args:
            command: What to run.
            folder: Where.
            log: Takes what it writes; emptied first.
            environment: All that it inherits.
        """
        with log.open("wb") as output:
            child = subprocess.Popen(  # noqa: S603 - the command of an environment that the user chose
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        _children[child.pid] = child
        return cls(child.pid, _started(child.pid))

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        if (child := _children.get(self.pid)) and child.poll() is not None:
            del _children[self.pid]
            return False
        return bool(self.started) and _started(self.pid) == self.started

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self._send(signal.SIGKILL)
        self.ends_within(_KILL_SECONDS)

    def ends_within(self, seconds: float) -> bool:
        """Wait until it has ended, for so long at most; whether it has."""
        end = time.monotonic() + seconds
        while self.alive:
            if time.monotonic() > end:
                return False
            time.sleep(_LOOK_SECONDS)
        return True

    def _send(self, number: signal.Signals) -> None:
        try:
            if self.alive:
                os.kill(self.pid, number)
        except ProcessLookupError:  # it has ended meanwhile
            return


def at_home_in(home: Path) -> Iterator[Process]:
    """Processes whose home is that folder: the services and their jobs, which are in groups of their own.

    On Linux only: elsewhere the environment of a process cannot be read, and none is found.
    """
    mark = f"HOME={home}".encode()
    for entry in _PROC.glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                yield Process(int(entry.name), _started(int(entry.name)))
        except OSError:  # another user's, or it has ended
            continue


def _started(pid: int) -> str:
    """When a process was started; "" if there is none, or it has ended and only its parent does not know yet."""
    if _PROC.is_dir():
        try:
            stat = (_PROC / str(pid) / "stat").read_text()
        except OSError:
            return ""
        fields = stat.rpartition(")")[2].split()  # the name before it may hold anything; proc(5)
        return "" if fields[0] in "ZX" else fields[19]
    shown = subprocess.run(  # noqa: S603
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
        env={"LC_ALL": "C"},
    ).stdout.strip()
    state, _, started = shown.partition(" ")
    return "" if state.startswith("Z") else started.strip()
