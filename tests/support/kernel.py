"""A real IPython kernel in its own process and its own empty home."""

from __future__ import annotations

import json
import os
import queue
import shutil
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

from tests.support.outputs import Displays, Message, Outcome, Outputs

REPOSITORY = Path(__file__).resolve().parents[2]
KERNEL_NAME = "under-test"
LOG = "kernel.log"  # what the process itself writes; cells write to the notebook
LOG_SHOWN = 2000  # characters of it in an error
START_TIMEOUT = 60  # seconds; the first start on a cold disk compiles all of IPython
READER_POLL = 0.1  # seconds in which the reading thread notices that it should end
ALIVE_POLL = 0.5  # seconds between looks at whether the process still lives

# All that a kernel inherits. Proxies, keys, homes and switches of the tester's own shell stay out.
# PYTHONDONTWRITEBYTECODE too: without .pyc files each import of the engine takes 8 s instead of 1.5.
INHERITED = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH")


class KernelDiedError(RuntimeError):
    """The kernel's process ended while somebody waited for it."""


class Kernel:
    """A kernel to run cells in, one after the other, as a notebook does.

    Attributes:
        folder: Holds everything that the kernel may write; `folder / "work"` is its working directory.
    """

    def __init__(self, manager: KernelManager, client: BlockingKernelClient, folder: Path) -> None:
        self.folder = folder
        self._manager = manager
        self._client = client
        self._displays = Displays()
        self._late = Outputs()
        self._cells: dict[str, Outcome] = {}  # by message id, while their messages are expected
        self._idle: set[str] = set()
        self._waited_for: deque[tuple[str, Outcome]] = deque()
        self._changed = threading.Condition()
        self._reader: threading.Thread | None = None
        self._read_on = threading.Event()

    @classmethod
    def start_new(cls, python: str = sys.executable, env: Mapping[str, str] | None = None) -> Kernel:
        """Start a kernel and wait until it answers.

        Args:
            python: Interpreter of an environment with ipykernel.
            env: Variables to set on top of the clean environment.
        """
        folder = Path(tempfile.mkdtemp(prefix="kernel-"))
        (folder / "work").mkdir()
        manager = KernelManager(
            kernel_name=KERNEL_NAME,
            kernel_spec_manager=_specification(python, folder / "kernels"),
            connection_file=str(folder / "connection.json"),
            transport="ipc",  # no port that another kernel could take first
            ip=str(folder / "socket"),
        )
        environment = {**clean_environment(folder), **(env or {})}
        with (folder / LOG).open("wb") as log:
            manager.start_kernel(env=environment, cwd=str(folder / "work"), stdout=log, stderr=log)
        kernel = cls(manager, manager.blocking_client(), folder)
        try:
            kernel._connect()
        except BaseException:
            kernel.shutdown()
            raise
        return kernel

    def __enter__(self) -> Kernel:
        return self

    def __exit__(self, *error: object) -> None:
        self.shutdown()

    @property
    def work(self) -> Path:
        """The working directory."""
        return self.folder / "work"

    def run(self, code: str, timeout: float = 60) -> Outcome:
        """Run a cell and wait for its end."""
        self.start(code)
        return self.wait(timeout)

    def start(self, code: str) -> Outcome:
        """Send a cell to run and return at once; what it shows is added to the outcome as it comes."""
        with self._changed:
            name = self._client.execute(code, allow_stdin=False)
            self._cells[name] = outcome = Outcome()
        self._waited_for.append((name, outcome))
        return outcome

    def wait(self, timeout: float = 60) -> Outcome:
        """Wait for the end of the cell that was started first and not waited for yet.

        Raises:
            TimeoutError: It still runs; what it has shown is in the message.
            KernelDiedError: The process has ended.
        """
        name, outcome = self._waited_for[0]
        end = time.monotonic() + timeout
        reply = self._reply_to(name, end, outcome)
        self._wait_until(lambda: name in self._idle, end, outcome)
        self._waited_for.popleft()
        with self._changed:
            del self._cells[name]
        outcome.status = reply["content"]["status"]
        outcome.payload = reply["content"].get("payload", [])
        return outcome

    def wait_until(self, condition: Callable[[], bool], timeout: float = 10) -> None:
        """Wait until something holds; it is looked at whenever the kernel has said something.

        Raises:
            TimeoutError: It does not hold after so many seconds.
        """
        self._wait_until(condition, time.monotonic() + timeout, self._late)

    def late_outputs(self) -> Outputs:
        """What came while no cell was running or from a cell that had ended, since the start of the kernel.

        It grows while the kernel speaks: `late = kernel.late_outputs(); kernel.wait_until(lambda: late.stdout)`.
        """
        return self._late

    def interrupt(self) -> None:
        """Do what the stop button does."""
        self._manager.interrupt_kernel()

    def restart(self) -> None:
        """Start again with an empty namespace, in the same folder; cells that run are given up."""
        self._disconnect()
        with (self.folder / LOG).open("ab") as log:
            self._manager.restart_kernel(now=True, stdout=log, stderr=log)
        self._waited_for.clear()
        self._cells.clear()
        self._client = self._manager.blocking_client()
        self._connect()

    def shutdown(self) -> None:
        """End the process and remove its folder."""
        self._disconnect()
        if self._manager.has_kernel:
            self._manager.shutdown_kernel(now=True)
        self._manager.cleanup_resources()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connect(self) -> None:
        self._client.start_channels()
        self._client.wait_for_ready(timeout=START_TIMEOUT)
        self._read_on.set()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _disconnect(self) -> None:
        self._read_on.clear()
        if self._reader:
            self._reader.join()
        self._client.stop_channels()

    def _read(self) -> None:
        """Take in what the kernel publishes, without a pause: ZeroMQ drops what nobody fetches."""
        while self._read_on.is_set():
            try:
                message = self._client.get_iopub_msg(timeout=READER_POLL)
            except queue.Empty:
                continue
            with self._changed:
                self._take(message)
                self._changed.notify_all()

    def _take(self, message: Message) -> None:
        parent = message["parent_header"].get("msg_id", "")
        if message["msg_type"] == "status":
            if message["content"]["execution_state"] == "idle":
                self._idle.add(parent)
            return
        ended = parent in self._idle or parent not in self._cells
        self._displays.take(message, self._late if ended else self._cells[parent])

    def _reply_to(self, name: str, end: float, outcome: Outcome) -> Message:
        while True:
            try:
                reply = self._client.get_shell_msg(timeout=self._patience(end, outcome))
            except queue.Empty:
                continue
            if reply["parent_header"].get("msg_id") == name:
                return reply

    def _wait_until(self, condition: Callable[[], bool], end: float, shown: Outputs) -> None:
        with self._changed:
            while not condition():
                self._changed.wait(self._patience(end, shown))

    def _patience(self, end: float, shown: Outputs) -> float:
        """How long to wait before the next look."""
        if not self._manager.is_alive():
            log = (self.folder / LOG).read_text(errors="replace")[-LOG_SHOWN:]
            raise KernelDiedError(
                f"The kernel's process has ended; it had shown {shown}. Its own log: {log or 'empty'}"
            )
        if (left := end - time.monotonic()) <= 0:
            raise TimeoutError(f"The kernel took too long; it has shown {shown}.")
        return min(left, ALIVE_POLL)


def clean_environment(folder: Path) -> dict[str, str]:
    """Variables for a process that finds this checkout, and whose every home is in the folder."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    homes = {
        "HOME": home,
        "IPYTHONDIR": folder / "ipython",
        "JUPYTER_CONFIG_DIR": folder / "jupyter" / "config",
        "JUPYTER_DATA_DIR": folder / "jupyter" / "data",
        "JUPYTER_RUNTIME_DIR": folder / "jupyter" / "runtime",
        "DATA_DESIGNER_HOME": folder / "data-designer",
        "PYTHONPATH": REPOSITORY,
    }
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**inherited, **{name: str(path) for name, path in homes.items()}}


def _specification(python: str, folder: Path) -> KernelSpecManager:
    """Let this interpreter be the only kernel there is."""
    (folder / KERNEL_NAME).mkdir(parents=True)
    arguments = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    specification = {"argv": arguments, "display_name": KERNEL_NAME, "language": "python"}
    (folder / KERNEL_NAME / "kernel.json").write_text(json.dumps(specification))
    return KernelSpecManager(kernel_dirs=[str(folder)], ensure_native_kernel=False)
