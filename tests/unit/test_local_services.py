"""Local NeMo Services: found, started, found again and stopped, with a stand-in for the big package.

The stand-in is a real process with the command line of `nemo` that answers `/status`; the real one is started
in `tests/services`.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from dd_jupyter.errors import ServicesError
from dd_jupyter.nemo import local_services
from dd_jupyter.nemo.local_environment import PYTHON_VARIABLE, find_environment
from dd_jupyter.nemo.local_services import LocalServices
from tests.support.waiting import wait_until

NEMO = """
import http.server, json, os, signal, subprocess, sys
{before}
options = dict(zip(sys.argv[3::2], sys.argv[4::2]))
print("\\x1b[31mstarted\\x1b[0m with", json.dumps(dict(os.environ)), flush=True)
STATUS = {{
    "status": "healthy",
    "services": {{"ready": ["jobs", "files"], "not_ready": []}},
    "controllers": {{"healthy": True, "status": {{"job_scheduler": {healthy}}}}},
}}

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(STATUS).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *said):
        pass

http.server.ThreadingHTTPServer((options["--host"], int(options["--port"])), Handler).serve_forever()
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="NeMo Services run on Linux and macOS.")


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(PYTHON_VARIABLE, raising=False)
    monkeypatch.setenv("DD_JUPYTER_HOME", str(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A deployment's folder; whatever is started in it is stopped."""
    yield tmp_path / "services"
    local_services.stop(tmp_path / "services")


def environment(folder: Path, before: str = "", *, healthy: bool = True, extra: bool = True) -> Path:
    """An environment whose `nemo` is the stand-in."""
    packages = folder / "lib" / "python3.11" / "site-packages"
    (packages / "nemo_platform-0.3.0.dist-info").mkdir(parents=True)
    if extra:
        (packages / "pyleak").mkdir()
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder / "bin" / "nemo").write_text(NEMO.format(before=textwrap.dedent(before), healthy=healthy))
    return folder


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An environment that runs them well."""
    return environment(tmp_path / "environment")


# ------------------------------------------------------------------------------------------- environments


def test_without_an_environment_the_error_shows_how_to_make_one(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))

    with pytest.raises(ServicesError) as raised:
        find_environment()

    assert "uv venv --python 3.11" in str(raised.value)
    assert "uv pip install --python nemo-services 'nemo-platform[services]==0.3.0'" in str(raised.value)


def test_an_environment_that_was_given_and_cannot_run_them_is_not_passed_over(tmp_path, monkeypatch, python):
    monkeypatch.setenv("PATH", str(python / "bin"))

    with pytest.raises(ServicesError, match="without its `services` extra"):
        find_environment(environment(tmp_path / "client", extra=False))
    with pytest.raises(ServicesError, match="no Python there"):
        find_environment(tmp_path / "nowhere")


def test_an_environment_is_given_by_its_folder_or_its_interpreter(python):
    assert find_environment(python) == find_environment(python / "bin" / "python")
    assert find_environment(python).version == "0.3.0"


def test_the_variable_names_the_environment(monkeypatch, python):
    monkeypatch.setenv(PYTHON_VARIABLE, str(python))

    assert find_environment().folder == python


def test_the_nemo_command_on_the_path_tells_its_environment_also_by_a_link(monkeypatch, tmp_path, python):
    (tmp_path / "links").mkdir()
    (python / "bin" / "nemo").chmod(0o755)
    (tmp_path / "links" / "nemo").symlink_to(python / "bin" / "nemo")
    monkeypatch.setenv("PATH", str(tmp_path / "links"))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))

    assert find_environment().folder == python


# ------------------------------------------------------------------------------------------------- start


def test_started_services_are_found_by_another_process(folder, python):
    told: list[str] = []

    services = local_services.start(folder, python=python, tell=told.append)

    assert services.state == "running" and services.ready == ("jobs", "files")
    assert told[0] == f"Starting NeMo Services 0.3.0 at {services.base_url}"
    code = f"from dd_jupyter.nemo import local_services as s; found = s.status({str(folder)!r}); print(found.pid)"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(seen) == services.pid


def test_a_second_start_gives_the_services_that_run(folder, python):
    first = local_services.start(folder, python=python)

    second = local_services.start(folder)

    assert second.pid == first.pid and second.base_url == first.base_url


def test_a_second_start_on_another_port_is_refused(folder, python):
    running = local_services.start(folder, python=python)

    with pytest.raises(ServicesError, match=f"run already at {running.base_url}.*not with port 1024"):
        local_services.start(folder, port=1024)


def test_two_notebooks_that_start_at_once_get_the_same_services(folder, python):
    code = (
        f"from dd_jupyter.nemo import local_services as s;print(s.start({str(folder)!r}, python={str(python)!r}).pid)"
    )

    both = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    pids = {process.communicate()[0] for process in both}

    assert len(pids) == 1 and int(pids.pop()) == local_services.status(folder).pid


def test_a_port_that_is_taken_is_named_and_nothing_is_started(folder, python):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(ServicesError, match=f"Port {port} is taken by another program"):
            local_services.start(folder, python=python, port=port)

    assert local_services.status(folder).state == "stopped"


def test_a_crash_at_start_shows_the_end_of_the_log(folder, tmp_path):
    broken = environment(tmp_path / "broken", before="sys.exit('the database is locked')")

    with pytest.raises(ServicesError, match=r"(?s)ended while they started.*the database is locked$"):
        local_services.start(folder, python=broken)

    assert local_services.status(folder).state == "stopped"


def test_services_that_never_take_jobs_are_stopped_and_told_of(folder, tmp_path):
    unhealthy = environment(tmp_path / "unhealthy", healthy=False)
    told: list[str] = []

    with pytest.raises(ServicesError, match="were not ready after 1 s"):
        local_services.start(folder, python=unhealthy, timeout=1, tell=told.append)

    assert told[-1] == "jobs, files ready; waiting for job_scheduler"
    assert local_services.status(folder).state == "stopped"
    assert not listens(told[0].rpartition(":")[2])


def test_an_interrupt_while_they_start_stops_them(folder, tmp_path):
    slow = environment(tmp_path / "slow", before="import time; time.sleep(60)")

    def interrupt(sentence: str) -> None:
        if sentence.startswith("Loading"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        local_services.start(folder, python=slow, tell=interrupt)

    assert local_services.status(folder).state == "stopped"
    assert not processes_with(folder)


def test_a_folder_that_cannot_be_made_is_named(tmp_path, python):
    (tmp_path / "file").touch()

    with pytest.raises(ServicesError, match=r"The folder .*/file of the local NeMo Services cannot be used"):
        local_services.start(tmp_path / "file", python=python)


def test_the_services_inherit_no_key_and_speak_to_themselves_past_the_proxy(folder, python, monkeypatch):
    monkeypatch.setenv("NVIDIA_API_KEY", "nvapi-secret")
    monkeypatch.setenv("NMP_ACCESS_TOKEN", "token-secret")
    monkeypatch.setenv("HTTPS_PROXY", "http://ann:password@proxy.example:3128")

    local_services.start(folder, python=python)

    inherited = json.loads(local_services.logs(folder).partition("with ")[2])
    assert "secret" not in str(inherited)
    assert inherited["HOME"] == str(folder / "home")
    assert inherited["PATH"].startswith(f"{python / 'bin'}:")
    assert inherited["VIRTUAL_ENV"] == str(python)
    assert "127.0.0.1" in inherited["NO_PROXY"] and inherited["HTTPS_PROXY"].endswith("proxy.example:3128")
    written = [path for path in folder.iterdir() if path.is_file() and path.name != "services.log"]
    assert not [path for path in written if "password" in path.read_text()]


def test_the_configuration_names_the_port_and_keeps_everything_in_the_folder(folder, python):
    services = local_services.start(folder, python=python)

    config = json.loads((folder / "platform.yaml").read_text())
    assert config["platform"]["base_url"] == services.base_url
    executor = config["jobs"]["executors"][0]
    assert executor["backend"] == "subprocess" and executor["config"]["working_directory"] == str(folder / "jobs")
    assert executor["config"]["env"]["HOME"] == str(folder / "home")
    assert folder.stat().st_mode & 0o077 == 0


# -------------------------------------------------------------------------------------------- stop, status


def test_what_was_stopped_is_started_again_on_the_same_port_without_being_told_its_environment(folder, python):
    first = local_services.start(folder, python=python)

    stopped = local_services.stop(folder)
    again = local_services.start(folder)

    assert stopped.state == "stopped" and stopped.pid is None
    assert again.base_url == first.base_url and again.pid != first.pid


def test_stop_ends_every_process_and_a_second_stop_does_nothing(folder, python):
    services = local_services.start(folder, python=python)
    told: list[str] = []

    local_services.stop(folder, tell=told.append)
    local_services.stop(folder, tell=told.append)

    assert told == [f"Stopping NeMo Services at {services.base_url}"]
    assert not processes_with(folder)


def test_stop_where_nothing_was_ever_started_leaves_no_trace(folder):
    assert local_services.stop(folder).state == "stopped"
    assert not folder.exists()


def test_services_that_do_not_listen_to_the_request_are_ended(folder, tmp_path, monkeypatch):
    deaf = environment(tmp_path / "deaf", before="signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    monkeypatch.setattr(local_services, "IDLE_STOP_SECONDS", 0.1)
    monkeypatch.setattr(local_services, "STOP_SECONDS", 0.1)
    local_services.start(folder, python=deaf)

    local_services.stop(folder)

    assert not processes_with(folder)


@pytest.mark.skipif(sys.platform != "linux", reason="Jobs that outlived their services are found on Linux only.")
def test_stop_ends_jobs_that_outlived_their_services(folder, tmp_path):
    job = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], start_new_session=True)"
    services = local_services.start(folder, python=environment(tmp_path / "with-job", before=job))
    os.kill(services.pid, signal.SIGKILL)
    wait_until(lambda: local_services.status(folder).state == "crashed")
    assert len(processes_with(folder)) == 1

    local_services.stop(folder)

    assert not processes_with(folder)
    assert local_services.status(folder).state == "stopped"


def test_a_process_that_got_the_number_of_the_services_is_left_alone(folder, python):
    local_services.start(folder, python=python)
    local_services.stop(folder)
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    record = json.loads((folder / "deployment.json").read_text())
    record["process"] = {"pid": other.pid, "started": "1"}
    (folder / "deployment.json").write_text(json.dumps(record))

    try:
        assert local_services.status(folder).state == "crashed"
        local_services.stop(folder)

        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_services_that_crashed_are_told_of_and_can_be_started_again(folder, python):
    services = local_services.start(folder, python=python)
    os.kill(services.pid, signal.SIGKILL)
    wait_until(lambda: local_services.status(folder).state == "crashed")

    again = local_services.start(folder)

    assert again.state == "running" and again.base_url == services.base_url


def test_a_record_that_somebody_changed_is_refused_with_its_name(folder, python):
    local_services.start(folder, python=python)
    local_services.stop(folder)
    (folder / "deployment.json").write_text("[]")

    with pytest.raises(ServicesError, match=r"deployment\.json is not what was written into it"):
        local_services.status(folder)

    (folder / "deployment.json").unlink()


def test_the_log_is_given_by_its_last_lines_without_colours(folder, tmp_path):
    chatty = environment(tmp_path / "chatty", before="print('\\n'.join(f'line {i}' for i in range(100)))")
    local_services.start(folder, python=chatty)

    assert local_services.logs(folder, 3).splitlines()[:2] == ["line 98", "line 99"]
    assert local_services.logs(folder, 1).startswith("started with")
    assert local_services.logs(tmp_path / "nowhere") == ""


def test_how_they_are_reads_as_lines(tmp_path):
    services = LocalServices("running", tmp_path, tmp_path / "log", "http://127.0.0.1:1", 7, 3725.0, ("jobs",))

    assert repr(services).splitlines()[:2] == [
        "NeMo Services: running at http://127.0.0.1:1 for 1 h 2 min",
        "  ready      jobs",
    ]


def listens(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def processes_with(folder: Path) -> list[str]:
    """Numbers of the processes whose home is in the folder."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"HOME={folder}/home".encode() in environ.read_bytes():
                found.append(environ.parent.name)
        except OSError:
            continue
    return found
