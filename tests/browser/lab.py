"""JupyterLab in a browser: a real server, a real kernel, and a page to look at and act on."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Route, WebSocket, expect

from tests.support.kernel import REPOSITORY, clean_environment

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
TOKEN = "token-of-the-tests"
START_SECONDS = 60
CELL_MS = 60_000
OF_JUPYTERLAB = re.compile("Canceled future for")  # said when a kernel restarts or ends, whatever it did
KERNELS = ("6.31", "7.3", "7.4")
"""Versions of ipykernel that hear clicks during a cell each in a way of its own; `make browser` installs them."""

USUAL_KERNEL = "python3"
ENDED = re.compile(r"\[\d+\]:")
START_POLL = 0.1  # seconds between looks at whether the server answers
LOG_SHOWN = 3_000  # characters of the server's log in an error
STOP_SECONDS = 10

SETTINGS = {
    # With the usual windowing, cells out of sight have no output in the page.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}


class Lab:
    """A server that knows nothing of this account: homes, settings and notebooks are in a folder of its own.

    Args:
        env: Variables to set on top of the clean environment.
        python: Interpreter of an environment with JupyterLab.

    Attributes:
        notebooks: Holds the notebooks; it is where their kernels run.
        data_designer_home: Holds the provider settings, which are read anew for each run.
    """

    def __init__(self, env: Mapping[str, str], python: str = sys.executable) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lab-"))
        self.notebooks = self._folder / "notebooks"
        self.notebooks.mkdir()
        self.data_designer_home = self._folder / "data-designer"
        for name, settings in SETTINGS.items():
            path = self._folder / "settings" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(settings))
        for version in KERNELS:
            self._add_kernel(version)
        self.port = _free_port()
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [python, *self._arguments()],
                env={**clean_environment(self._folder), **env},
                cwd=self.notebooks,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def __enter__(self) -> Lab:
        try:
            self._wait_until_it_answers()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def add(self, name: str, *cells: str, kernel: str = USUAL_KERNEL) -> str:
        """Put a notebook with these code cells there; `kernel` may be one of `KERNELS`."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
        )
        nbformat.write(notebook, self.notebooks / name)
        return name

    def stop(self) -> None:
        """End the server and its kernels, and remove the folder."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)  # twice within five seconds means: without a question
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _add_kernel(self, version: str) -> None:
        """A kernel with this ipykernel, and all else as in this environment."""
        own = REPOSITORY / "build" / f"ipykernel-{version}"
        folder = self._folder / "jupyter" / "data" / "kernels" / version
        folder.mkdir(parents=True)
        specification = {
            "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            "display_name": version,
            "language": "python",
            "env": {"PYTHONPATH": f"{own}{os.pathsep}{REPOSITORY}"},
        }
        (folder / "kernel.json").write_text(json.dumps(specification))

    def _arguments(self) -> list[str]:
        return [
            *("-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            *(f"--port={self.port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"),
            f"--ServerApp.root_dir={self.notebooks}",
            "--LabApp.expose_app_in_browser=True",
            f"--LabApp.user_settings_dir={self._folder / 'settings'}",
            f"--LabApp.workspaces_dir={self._folder / 'workspaces'}",
            "--LabApp.news_url=None",
        ]

    def _wait_until_it_answers(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/api?token={TOKEN}").close()
                return
            except urllib.error.URLError:
                if self._process.poll() is not None or time.monotonic() > end:
                    log = (self._folder / "log").read_text(errors="replace")[-LOG_SHOWN:]
                    raise RuntimeError(f"JupyterLab did not start: {log}") from None
                time.sleep(START_POLL)


@dataclass
class OpenNotebook:
    """A notebook in a page of its own.

    Attributes:
        strayed: Addresses that the page asked for outside of the server; they were not let through.
        complaints: What the page wrote to the console as an error, but for what JupyterLab always says.
    """

    lab: Lab
    page: Page
    name: str
    strayed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, lab: Lab, browser: Browser, name: str, *, width: int = 1400, scale: float = 1) -> OpenNotebook:
        page = browser.new_page(viewport={"width": width, "height": 1000}, device_scale_factor=scale)
        page.set_default_timeout(CELL_MS)
        notebook = cls(lab, page, name)
        page.route("**/*", notebook._let_pass)
        page.on("websocket", notebook._look_at)
        page.on("console", notebook._hear)
        page.on("pageerror", lambda error: notebook._complain(str(error)))
        notebook.load()
        return notebook

    def load(self) -> None:
        """Load the page, or load it again, and wait for the notebook and its kernel."""
        self.page.goto(f"{self.lab.url}/lab/tree/{self.name}?reset&token={TOKEN}")
        self.page.wait_for_function(
            "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        )

    def cell(self, number: int) -> Locator:
        """A cell, counted from 0, Markdown too."""
        return self.page.locator(".jp-Notebook-cell").nth(number)

    def output(self, number: int) -> Locator:
        return self.cell(number).locator(".jp-Cell-outputArea")

    def select(self, number: int) -> None:
        self.page.evaluate(
            "number => { jupyterapp.shell.currentWidget.content.activeCellIndex = number; }",
            number,
        )

    def run(self, number: int) -> None:
        """Start a cell; does not wait."""
        self.select(number)
        self.command("notebook:run-cell")

    def run_to_end(self, number: int) -> Locator:
        """Run a cell and wait for its end."""
        self.run(number)
        self.wait_for(number)
        return self.output(number)

    def wait_for(self, number: int) -> None:
        expect(self.prompt(number)).to_have_text(ENDED, timeout=CELL_MS)

    def prompt(self, number: int) -> Locator:
        """`[*]:` while the cell runs, then its count."""
        return self.cell(number).locator(".jp-InputPrompt").first

    def run_all(self) -> None:
        """Run all cells and wait for their end."""
        self.command("notebook:run-all-cells")
        for number in self.code_cells():
            self.wait_for(number)

    def code_cells(self) -> list[int]:
        notebook = nbformat.read(self.lab.notebooks / self.name, as_version=4)
        return [number for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]

    def number_of(self, cell_id: str) -> int:
        notebook = nbformat.read(self.lab.notebooks / self.name, as_version=4)
        return [cell.id for cell in notebook.cells].index(cell_id)

    def restart_kernel(self) -> None:
        self.page.evaluate("() => { window.restarted = false; void jupyterapp.shell.currentWidget.sessionContext"
                           ".session.kernel.restart().then(() => { window.restarted = true; }); }")  # fmt: skip
        self.page.wait_for_function("() => window.restarted")

    def save(self) -> None:
        self.page.evaluate("() => { window.saved = false; void jupyterapp.shell.currentWidget.context.save()"
                           ".then(() => { window.saved = true; }); }")  # fmt: skip
        self.page.wait_for_function("() => window.saved")

    def use_theme(self, name: str) -> None:
        """Change to a theme and wait until it is in place."""
        self.page.evaluate(
            "name => { void jupyterapp.commands.execute('apputils:change-theme', {theme: name}); }", name
        )
        self.page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=name)
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)

    def command(self, name: str) -> None:
        """Start a command; does not wait, as that would have no limit."""
        self.page.evaluate("name => { void jupyterapp.commands.execute(name); }", name)

    def close(self) -> None:
        """Close the page and end the kernel."""
        self.page.evaluate("() => { window.ended = false; void jupyterapp.shell.currentWidget.sessionContext"
                           ".shutdown().then(() => { window.ended = true; }); }")  # fmt: skip
        self.page.wait_for_function("() => window.ended")
        self.page.close()

    def _let_pass(self, route: Route) -> None:
        if route.request.url.startswith((self.lab.url, "data:", "blob:")):
            route.continue_()
        else:
            self.strayed.append(route.request.url)
            route.abort()

    def _look_at(self, socket: WebSocket) -> None:
        if not socket.url.startswith(self.lab.url.replace("http", "ws", 1)):
            self.strayed.append(socket.url)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._complain(message.text)

    def _complain(self, text: str) -> None:
        if not OF_JUPYTERLAB.search(text):
            self.complaints.append(text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
