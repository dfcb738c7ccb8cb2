"""A job is found again, followed while a page looks at it, and let go when none does."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dd_jupyter.errors import DDJupyterError, NotFoundError
from dd_jupyter.execution.job import Job
from dd_jupyter.execution.runs import entries
from dd_jupyter.execution.transfer import Transferred
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.server.followed import Followed
from dd_jupyter.server.services import answer_of
from tests.server.conftest import NOBODY, Answer, Ask
from tests.server.services_double import ServicesDouble
from tests.support.waiting import wait_until

JOB = ("jobs", "default", "reviews-1")


async def asked(ask: Ask, op: str, **arguments: Any) -> Answer:
    return await ask(*JOB, "answer", ask=json.dumps({"op": op, **arguments}))


@pytest.fixture
def deployment(services: ServicesDouble) -> Iterator[Deployment]:
    """The stand-in, as a client sees it."""
    made = Deployment(find_context())
    yield made
    made.close()


@pytest.fixture
def followed() -> Iterator[Callable[..., Followed]]:
    """Holds jobs, and lets go of them at the end."""
    all_made: list[Followed] = []

    def make(**options: Any) -> Followed:
        all_made.append(Followed(**options))
        return all_made[-1]

    yield make
    for one in all_made:
        one.stop()


# Looking.


async def test_a_job_is_seen_with_its_log(ask: Ask, services: ServicesDouble) -> None:
    services.has_job("reviews-1", "active")
    services.lines = ["one", "two"]

    live = (await ask(*JOB)).json
    end = time.monotonic() + 10
    while live["log_lines"] < 2:
        assert time.monotonic() < end, live
        live = (await ask(*JOB)).json
    log = await asked(ask, "log", after=1)

    assert (live["title"], live["name"], live["state"], live["status"]["text"]) == (
        "Job", "reviews-1", "running", "At work",
    )  # fmt: skip
    assert (live["job"]["deployment"], live["job"]["workspace"]) == (services.url, "default")
    assert live["variable"] == ""
    assert [line["text"] for line in log.json["lines"]] == ["two"]


async def test_many_pages_that_look_at_once_have_it_followed_once(ask: Ask, services: ServicesDouble) -> None:
    services.has_job("reviews-1", "active")

    answers = await asyncio.gather(*(ask(*JOB) for _ in range(8)))

    assert {answer.status for answer in answers} == {200}
    # Once to find it, and once by what follows it.
    assert len([path for path in services.paths() if path.endswith("/create/reviews-1")]) <= 2


async def test_the_job_is_written_down_as_attaching_does(ask: Ask, services: ServicesDouble) -> None:
    services.has_job("reviews-1", "active")

    await ask(*JOB)

    (entry,) = entries()
    assert (entry.kind, entry.name, entry.base_url, entry.state) == ("job", "reviews-1", services.url, "running")


@pytest.mark.parametrize(("refuse", "status"), [(401, 502), (403, 502), (500, 502), (422, 400), (409, 409), (404, 404)])
async def test_what_the_services_refuse_is_told_with_its_status(
    refuse: int, status: int, ask: Ask, send: Ask, services: ServicesDouble
) -> None:
    services.refuse = refuse

    for answer in (await ask(*JOB), await asked(ask, "log"), await send(*JOB, "sample"), await send(*JOB, "cancel")):
        assert answer.status == status, answer
        assert list(answer.json) == ["message"]
        assert "s3cret-of-the-double" not in answer.json["message"]


async def test_services_that_are_down_are_told_as_such(ask: Ask, send: Ask) -> None:
    for answer in (await ask(*JOB), await send(*JOB, "cancel"), await send(*JOB, "download")):
        assert answer.status == 503
        assert NOBODY in answer.json["message"]


async def test_a_job_that_was_not_there_is_found_when_it_is(ask: Ask, services: ServicesDouble) -> None:
    assert (await ask(*JOB)).status == 404

    services.has_job("reviews-1", "active")

    assert (await ask(*JOB)).status == 200


@pytest.mark.parametrize("name", ["..", "%2e%2e", "a%2fb", "-x", "a b", "x" * 101, "ä", "a?b", "a#b"])
async def test_what_is_no_name_is_asked_of_nobody(name: str, ask: Ask, send: Ask, services: ServicesDouble) -> None:
    for path in (("jobs", "default", name), ("jobs", name, "reviews-1")):
        for answer in (await ask(*path), await send(*path, "cancel"), await send(*path, "download")):
            assert answer.status in {400, 404}
            assert list(answer.json) == ["message"]
    assert services.requests == []


@pytest.mark.parametrize("op", ["stop", "sample", "download", "load", "hello"])
async def test_reading_cannot_change_anything(op: str, ask: Ask, services: ServicesDouble) -> None:
    services.has_job("reviews-1", "active")

    answer = await ask(*JOB, "answer", ask=json.dumps({"op": op, **({"variable": "x"} if op == "load" else {})}))

    assert answer.status == 400
    assert services.requests == []


async def test_records_of_a_job_without_any_are_not_ready(ask: Ask, send: Ask, services: ServicesDouble) -> None:
    services.has_job("reviews-1", "active")

    answer = await asked(ask, "rows", start=0, end=10)

    assert answer.status == 409
    assert answer.json["message"].endswith(".")


async def test_a_deployment_that_is_slow_delays_no_other_request(ask: Ask, services: ServicesDouble) -> None:
    await ask("tutorials")
    services.open.clear()
    waiting = [asyncio.ensure_future(ask(path)) for path in ("connection", "runs", "jobs/default/reviews-1")]
    await _until(lambda: len(services.requests) >= 3)

    meanwhile = [await ask("tutorials"), await ask("deployments"), await ask("openapi.json")]

    assert not any(one.done() for one in waiting)
    assert [answer.status for answer in meanwhile] == [200, 200, 200]
    services.open.set()
    await asyncio.gather(*waiting)


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server in which two requests at once may wait for NeMo Services."""
    monkeypatch.setattr("dd_jupyter.server.handlers.WAITING_THREADS", 2)


async def test_however_many_wait_for_a_deployment_the_rest_is_answered(
    two_threads: None, ask: Ask, services: ServicesDouble
) -> None:
    await ask("tutorials")
    services.open.clear()
    waiting = [asyncio.ensure_future(ask("connection")) for _ in range(6)]
    await _until(lambda: len(services.requests) >= 2)

    meanwhile = [await ask("tutorials"), await ask("deployments")]

    assert not any(one.done() for one in waiting)
    assert [answer.status for answer in meanwhile] == [200, 200]
    services.open.set()
    await asyncio.gather(*waiting)


async def test_a_deployment_that_does_not_answer_about_a_job_is_given_up(
    ask: Ask, services: ServicesDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dd_jupyter.server.followed.ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(answer_of, "__defaults__", (1.0,))
    services.open.clear()

    answers = await asyncio.gather(ask(*JOB), ask(*JOB), asked(ask, "log"))

    assert {answer.status for answer in answers} == {503}
    assert all("did not answer within" in answer.json["message"] for answer in answers)


# Letting go.


def test_a_job_that_nobody_asks_for_is_followed_no_more_and_goes_on(
    services: ServicesDouble, deployment: Deployment, followed: Callable[..., Followed]
) -> None:
    services.has_job("reviews-1", "active")
    looked_at = followed(kept_seconds=0.3)
    looked_at.job(deployment, "reviews-1").view  # noqa: B018 - looking is what holds it
    assert len(looked_at) == 1

    wait_until(lambda: len(looked_at) == 0)
    wait_until(lambda: not [one for one in threading.enumerate() if one.name == "dd_jupyter-run"])
    asked_so_far = len(services.requests)
    threading.Event().wait(1.2)  # longer than the pause between two looks at a job

    assert len(services.requests) == asked_so_far
    assert services.paths("POST") == []
    assert [entry.state for entry in entries()] == ["running"]


def test_a_job_that_is_asked_for_is_kept(
    services: ServicesDouble, deployment: Deployment, followed: Callable[..., Followed]
) -> None:
    services.has_job("reviews-1", "active")
    looked_at = followed(kept_seconds=1.0)
    job = looked_at.job(deployment, "reviews-1")

    end = time.monotonic() + 2
    while time.monotonic() < end:
        assert job.view.state == "running"
        assert looked_at.known(deployment, "reviews-1") is job


def test_of_too_many_jobs_the_one_goes_that_was_not_asked_for_the_longest(
    services: ServicesDouble, deployment: Deployment, followed: Callable[..., Followed]
) -> None:
    looked_at = followed(most=2)
    first, second = looked_at.job(deployment, "first"), looked_at.job(deployment, "second")
    looked_at.job(deployment, "first")

    looked_at.job(deployment, "third")

    assert looked_at.known(deployment, "first") is first
    assert looked_at.known(deployment, "second") is not second
    assert len(looked_at) == 2


def test_a_job_that_cannot_be_found_is_an_error_each_time(
    services: ServicesDouble, deployment: Deployment, followed: Callable[..., Followed]
) -> None:
    job = followed().job(deployment, "reviews-1")

    for _ in range(2):
        with pytest.raises(NotFoundError):
            job.view  # noqa: B018


async def test_a_server_that_stops_lets_go_of_its_jobs(jp_serverapp: Any, ask: Ask, services: ServicesDouble) -> None:
    services.has_job("reviews-1", "active")
    await ask(*JOB)

    await jp_serverapp.extension_manager.stop_all_extensions()

    await _until(lambda: not [one for one in threading.enumerate() if one.name == "dd_jupyter-run"])


# Cancelling.


async def test_a_job_is_cancelled_whether_or_not_it_is_looked_at(ask: Ask, send: Ask, services: ServicesDouble) -> None:
    services.has_job("reviews-1", "active")
    services.has_job("reviews-2", "active")
    await ask(*JOB)

    seen = await send(*JOB, "cancel")
    unseen = await send("jobs", "default", "reviews-2", "cancel")

    assert seen.json == {"text": "NeMo Services were asked to stop job `reviews-1`."}
    assert unseen.json == {"text": "NeMo Services were asked to stop job `reviews-2`."}
    assert [path.split("/")[-2] for path in services.paths("POST")] == ["reviews-1", "reviews-2"]
    end = time.monotonic() + 10
    while (await ask(*JOB)).json["state"] != "cancelled":
        assert time.monotonic() < end


async def test_of_a_job_that_has_ended_it_is_said(send: Ask, services: ServicesDouble) -> None:
    services.has_job("reviews-1", "completed")

    answer = await send(*JOB, "cancel")

    assert (answer.status, answer.json) == (200, {"text": "Job `reviews-1` has ended already: it is completed."})


# Downloading.


@pytest.mark.parametrize(
    "folder",
    [
        "/tmp/x",
        "/",
        "../x",
        "a/../../x",
        "a/./b",
        ".",
        "..",
        "a//b",
        "a\\b",
        "C:\\x",
        "C:/x",
        "~root\x00",
        "a\nb",
        ".ssh",
        "a/.ipython/profile_default/startup",
        "x" * 1_001,
        5,
        None,
        ["a"],
    ],
)
async def test_a_download_goes_nowhere_but_below_the_servers_folder(
    folder: Any, send: Ask, services: ServicesDouble, jp_root_dir: Path
) -> None:
    services.has_job("reviews-1", "completed")
    before = _all_in(jp_root_dir.parent)

    answer = await send(*JOB, "download", body={"folder": folder})

    assert answer.status == 400, answer
    assert answer.json["message"]
    assert _all_in(jp_root_dir.parent) - before == set()
    assert services.requests == []


@pytest.mark.parametrize("link", ["out", "out/deeper", "deep/out", "deep/out/deeper", "loop", "dangling"])
async def test_a_link_that_leads_out_is_not_followed(
    link: str, send: Ask, services: ServicesDouble, jp_root_dir: Path, tmp_path: Path
) -> None:
    _make_links(jp_root_dir, tmp_path / "elsewhere")

    answer = await send(*JOB, "download", body={"folder": link})

    assert answer.status == 400
    assert "leads out" in answer.json["message"]
    assert _all_in(tmp_path / "elsewhere") == set()


@pytest.mark.parametrize("body", ["{", "[]", '"x"', '{"folder": "a", "overwrite": true}', "[" * 10_000])
async def test_a_body_that_is_no_request_is_refused(body: str, send: Ask, services: ServicesDouble) -> None:
    answer = await send(*JOB, "download", body=body)

    assert answer.status == 400
    assert services.requests == []


@pytest.fixture
def transfer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Transfer]:
    """The transfer of a job, which goes on until the test lets it end."""
    transfer = Transfer()
    monkeypatch.setattr(Job, "download", transfer)
    yield transfer
    transfer.end.set()


class Transfer:
    """Stands in for `Job.download`.

    Attributes:
        begun: Set when it tells how far it is.
        end: Is set to let it end.
        fails: What it ends with; None for well.
        folder: Where to.
    """

    def __init__(self) -> None:
        self.begun, self.end = threading.Event(), threading.Event()
        self.fails: DDJupyterError | None = None
        self.folder: Path | None = None

    def __call__(self, folder: Path, *, progress: Callable[[Transferred], None]) -> Path:
        self.folder = folder
        progress(Transferred(files=4, files_done=1, bytes=4_000_000, bytes_done=1_000_000))
        self.begun.set()
        self.end.wait(10)
        if self.fails is not None:
            raise self.fails
        return folder


async def test_a_download_tells_in_the_view_how_far_it_is(
    ask: Ask, send: Ask, services: ServicesDouble, transfer: Transfer, jp_root_dir: Path
) -> None:
    services.has_job("reviews-1", "active")
    sent = asyncio.ensure_future(send(*JOB, "download", body={"folder": "data/reviews/"}))
    await _until(transfer.begun.is_set)

    meanwhile = (await ask(*JOB)).json
    again = await send(*JOB, "download")
    transfer.end.set()
    done = await sent
    after = (await ask(*JOB)).json

    assert meanwhile["job"]["transfer"] == "1.0 MB of 4.0 MB"
    assert again.status == 409
    assert "1.0 MB of 4.0 MB" in again.json["message"]
    assert done.json == {"text": "Downloaded to `data/reviews`."}
    assert transfer.folder == jp_root_dir / "data" / "reviews"
    assert after["job"]["transfer"] == ""
    assert after["notices"][-1] == {"level": "info", "text": "Downloaded to `data/reviews`."}


async def test_a_download_that_takes_long_is_not_waited_for(
    ask: Ask, send: Ask, services: ServicesDouble, transfer: Transfer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dd_jupyter.server.followed.DOWNLOAD_SECONDS", 0.1)
    services.has_job("reviews-1", "active")

    answer = await send(*JOB, "download")
    meanwhile = (await ask(*JOB)).json["job"]["transfer"]
    transfer.end.set()
    await _until(lambda: not [one for one in threading.enumerate() if one.name == "dd_jupyter-download"])

    assert (answer.status, meanwhile) == (200, "1.0 MB of 4.0 MB")
    assert answer.json["text"].startswith("The download to `artifacts/reviews-1` goes on.")
    assert (await ask(*JOB)).json["notices"][-1]["text"] == "Downloaded to `artifacts/reviews-1`."


async def test_without_a_folder_it_goes_where_the_view_says(
    ask: Ask, send: Ask, services: ServicesDouble, transfer: Transfer, jp_root_dir: Path
) -> None:
    services.has_job("reviews-1", "active")
    transfer.end.set()

    done = await send(*JOB, "download")

    assert done.json["text"] == f"Downloaded to `{(await ask(*JOB)).json['job']['folder']}`."
    assert transfer.folder == jp_root_dir / "artifacts" / "reviews-1"


async def test_a_download_that_fails_says_so_in_its_view_too(
    ask: Ask, send: Ask, services: ServicesDouble, transfer: Transfer
) -> None:
    services.has_job("reviews-1", "active")
    transfer.fails = DDJupyterError("`x` holds another dataset. Choose another folder.")
    transfer.end.set()

    failed = await send(*JOB, "download", body={"folder": "x"})
    live = (await ask(*JOB)).json

    assert (failed.status, failed.json["message"]) == (409, "`x` holds another dataset. Choose another folder.")
    assert live["notices"][-1]["level"] == "error"
    assert "holds another dataset" in live["notices"][-1]["text"]
    assert live["job"]["transfer"] == ""


def test_a_job_that_is_downloaded_is_not_let_go_of(
    services: ServicesDouble, deployment: Deployment, followed: Callable[..., Followed], transfer: Transfer
) -> None:
    services.has_job("reviews-1", "active")
    looked_at = followed(most=1, kept_seconds=0.2)
    job = looked_at.job(deployment, "reviews-1")
    downloading = threading.Thread(target=job.download, args=(Path("x"), "x"))
    downloading.start()
    assert transfer.begun.wait(10)

    looked_at.job(deployment, "reviews-2")
    threading.Event().wait(0.5)  # longer than one is held that nobody asks for

    assert looked_at.known(deployment, "reviews-1") is job
    transfer.end.set()
    downloading.join(10)
    wait_until(lambda: len(looked_at) == 0)


def _all_in(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if "dd_jupyter" not in path.parts}


def _make_links(root: Path, elsewhere: Path) -> None:
    elsewhere.mkdir()
    (root / "deep").mkdir()
    (root / "out").symlink_to(elsewhere)
    (root / "deep" / "out").symlink_to(elsewhere)
    (root / "loop").symlink_to(root / "loop")
    (root / "dangling").symlink_to(elsewhere / "new")


async def _until(condition: Callable[[], object]) -> None:
    """Let the server work until something holds."""
    await asyncio.get_running_loop().run_in_executor(None, wait_until, condition)
