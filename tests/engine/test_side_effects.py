"""A run leaves no trace in the process, on the network or in the current folder."""

from __future__ import annotations

import logging
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from tests.support.builders import builder_with, reviews, settings_for
from tests.support.model_double import ModelDouble
from tests.support.waiting import previewing, wait_until

METRICS_PORT = 9464
ESTABLISHED, LISTEN = "01", "0A"  # as Linux writes them


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def handler() -> Iterator[logging.Handler]:
    """A person's own handler of the root logger, with a level of theirs."""
    root = logging.getLogger()
    level = root.level
    handler = logging.StreamHandler()
    root.addHandler(handler)
    root.setLevel(logging.ERROR)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def both(model: ModelDouble, folder: Path) -> None:
    """A preview, and a create into the folder."""
    ddj.preview(reviews(model), num_records=2, settings=settings_for(model))
    ddj.create(reviews(model), num_records=2, artifact_path=folder, settings=settings_for(model))


def test_the_root_logger_is_as_it_was(model: ModelDouble, handler: logging.Handler, tmp_path: Path) -> None:
    root = logging.getLogger()
    before = list(root.handlers)

    both(model, tmp_path)

    assert [id(each) for each in root.handlers] == [id(each) for each in before]
    assert handler in root.handlers
    assert root.level == logging.ERROR


def test_the_root_logger_is_as_it_was_while_a_run_goes_on(model: ModelDouble, handler: logging.Handler) -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    model.hold()

    with previewing(reviews(model), num_records=2, settings=settings_for(model)):
        model.wait_for(requests=1)

        assert root.handlers == before
        assert root.level == logging.ERROR


def test_the_librarys_logger_is_as_it_was(model: ModelDouble, tmp_path: Path) -> None:
    library = logging.getLogger("data_designer")
    library.setLevel(logging.CRITICAL)

    try:
        both(model, tmp_path)

        assert (library.level, library.propagate, library.handlers) == (logging.CRITICAL, True, [])
    finally:
        library.setLevel(logging.NOTSET)


def test_no_port_is_opened(model: ModelDouble, tmp_path: Path) -> None:
    both(model, tmp_path)
    settings = settings_for(model, run_config=dd.RunConfig(buffer_size=1))
    ddj.create(reviews(model), num_records=2, artifact_path=tmp_path / "small groups", settings=settings)

    assert listening_ports() <= {port_of(model)}


def test_a_create_says_nothing_of_a_port_that_is_taken(model: ModelDouble, tmp_path: Path) -> None:
    with socket.socket() as taken:
        with suppress(OSError):  # somebody else may have it
            taken.bind(("127.0.0.1", METRICS_PORT))
            taken.listen()

        made = ddj.create(reviews(model), num_records=2, artifact_path=tmp_path, settings=settings_for(model))

    assert not [line for line in made.log if str(METRICS_PORT) in line.message or "etrics" in line.message]


def test_telemetry_is_off(model: ModelDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    look_up = socket.getaddrinfo

    def noted(host: str, *more: object, **options: object) -> object:
        asked.append(str(host))
        return look_up(host, *more, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", noted)

    both(model, tmp_path)

    assert os.environ["NEMO_TELEMETRY_ENABLED"] == "false"
    assert sys.modules["data_designer.engine.models.telemetry"].TELEMETRY_ENABLED is False
    assert not [host for host in asked if "telemetry" in host]


def test_telemetry_stays_on_for_whom_asked_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ddj.preview(builder_with(), num_records=1)
    monkeypatch.setenv("NEMO_TELEMETRY_ENABLED", "true")
    monkeypatch.setattr("data_designer.engine.models.telemetry.TELEMETRY_ENABLED", True)

    ddj.preview(builder_with(), num_records=1)

    assert sys.modules["data_designer.engine.models.telemetry"].TELEMETRY_ENABLED is True


def test_a_preview_leaves_nothing_in_the_current_folder(model: ModelDouble, here: Path) -> None:
    builder = reviews(model).add_processor(
        name="offers", processor_type="schema_transform", template={"offer": "{{ product }}"}
    )

    ddj.preview(builder, num_records=2, settings=settings_for(model))

    assert list(here.iterdir()) == []


def test_a_create_writes_below_its_folder_only(model: ModelDouble, here: Path, tmp_path: Path) -> None:
    made = ddj.create(reviews(model), num_records=2, artifact_path=tmp_path / "out", settings=settings_for(model))

    assert list(here.iterdir()) == []
    assert made.path == tmp_path / "out" / "dataset"
    assert [folder.name for folder in (tmp_path / "out").iterdir()] == ["dataset"]


@pytest.mark.parametrize("ending", ["completed", "failed", "cancelled"])
def test_no_temporary_folder_is_left(
    model: ModelDouble, ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    if ending == "failed":
        model.answer_with(status=400)
    if ending == "cancelled":
        model.hold()

    with previewing(reviews(model), num_records=2, settings=settings_for(model)) as sample:
        if ending == "cancelled":
            model.wait_for(requests=1)
            sample.cancel()
        wait_until(lambda: sample.state == ending)

    wait_until(lambda: list((tmp_path / "temporary").iterdir()) == [])


def test_nothing_is_printed(model: ModelDouble, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    both(model, tmp_path)

    assert capfd.readouterr() == ("", "")


def test_nothing_is_printed_by_a_configuration_that_fails(capfd: pytest.CaptureFixture[str]) -> None:
    builder = builder_with().add_column(name="label", column_type="expression", expr="{{ nowhere }}")

    with pytest.raises(ddj.ConfigError, match="nowhere"):
        ddj.preview(builder, num_records=2)

    assert capfd.readouterr() == ("", "")


def test_nothing_is_printed_by_a_run_that_fails(model: ModelDouble, capfd: pytest.CaptureFixture[str]) -> None:
    model.answer_with(status=400)

    with pytest.raises(ddj.RunError):
        ddj.preview(reviews(model), num_records=2, settings=settings_for(model))

    assert capfd.readouterr() == ("", "")


def test_connections_are_closed_when_a_run_has_ended(model: ModelDouble) -> None:
    def run() -> None:
        ddj.preview(reviews(model), num_records=4, settings=settings_for(model))

    run()
    wait_until(lambda: open_sockets_to(model) == 0)
    for _ in range(20):
        run()

    wait_until(lambda: open_sockets_to(model) == 0)


def test_threads_of_a_run_end_with_it(model: ModelDouble) -> None:
    def of_runs() -> list[str]:
        # One thread for all that asks NeMo Services stays for the life of the process, once there was one.
        names = (thread.name for thread in threading.enumerate())
        return [name for name in names if name.startswith("dd_jupyter") and name != "dd_jupyter-services"]

    ddj.preview(reviews(model), num_records=2, settings=settings_for(model))

    wait_until(lambda: of_runs() == [])


def port_of(model: ModelDouble) -> int:
    return int(model.url.split(":")[2].split("/")[0])


def open_sockets_to(model: ModelDouble) -> int:
    """Connections of this process to the double that are open at our end."""
    remote = f"0100007F:{port_of(model):04X}"
    return sum(row[2] == remote and row[3] == ESTABLISHED for row in tcp_sockets("tcp"))


def listening_ports() -> set[int]:
    """Ports at which this process listens."""
    ours = set()
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed in the meantime
            ours.add(str(entry.readlink()))
    return {
        int(row[1].rpartition(":")[2], 16)
        for family in ("tcp", "tcp6")
        for row in tcp_sockets(family)
        if row[3] == LISTEN and f"socket:[{row[9]}]" in ours
    }


def tcp_sockets(family: str) -> list[list[str]]:
    """The rows of the system's table: 1 is the local address, 2 the remote one, 3 the state, 9 the inode."""
    table = Path("/proc/net") / family
    return [line.split() for line in table.read_text().splitlines()[1:]] if table.exists() else []
