"""Submitting from Python: which arguments go together, what a wait does with interrupts, what is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import dd_jupyter as ddj
from dd_jupyter import api
from dd_jupyter.api import service_jobs
from dd_jupyter.errors import ConfigError, ConflictError, JobError, NotFoundError, UnreachableError
from dd_jupyter.execution.job import Job
from dd_jupyter.execution.runs import entries
from dd_jupyter.nemo import deployment
from dd_jupyter.nemo.jobs import LONGEST_NAME, check_name
from tests.support.builders import builder_with
from tests.support.deployment_answers import DONE, JOBS, METADATA, DeploymentAnswers, without_waiting
from tests.support.jobs_double import NAME, logged, refused
from tests.support.waiting import wait_until
from tests.unit.runs import done, telling


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[DeploymentAnswers]:
    """The deployment of this process: without a job, and with records of this test's own."""
    without_waiting(monkeypatch)
    monkeypatch.setenv("DD_JUPYTER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    before = set(threading.enumerate())
    double = DeploymentAnswers(status=None)
    deployment.use(double.deployment)
    yield double
    deployment.use(None)
    double.instead.clear()
    double.status = "cancelled"
    for thread in set(threading.enumerate()) - before:
        if thread.name.startswith("dd_jupyter-") and thread.name != "dd_jupyter-services":
            thread.join(5)


def submitted(there: DeploymentAnswers, **options: Any) -> Job:
    return api.create(builder_with(), submit=True, **{"dataset_name": NAME, "num_records": 5, **options})


# Which arguments go together.


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("resume", True),
        ("background", True),
        ("settings", ddj.Settings()),
        ("artifact_path", "elsewhere"),
        ("artifact_path", Path("elsewhere")),
    ],
)
def test_a_job_refuses_by_name_what_is_for_this_kernel(there: DeploymentAnswers, argument: str, value: Any) -> None:
    with pytest.raises(ConfigError) as raised:
        submitted(there, **{argument: value})

    assert str(raised.value) == f"`{argument}` is for a run in this kernel: leave it out."
    assert there.requests == []


@pytest.mark.parametrize(
    ("argument", "value"),
    [("wait", True), ("workspace", "research"), ("profile", "gpu/large"), ("options", {"docker": {"cpus": "2"}})],
)
def test_a_run_in_this_kernel_refuses_by_name_what_is_for_a_job(
    there: DeploymentAnswers, tmp_path: Path, argument: str, value: Any
) -> None:
    with pytest.raises(ConfigError) as raised:
        api.create(builder_with(), **{argument: value})

    assert str(raised.value) == f"`{argument}` is for a job: add `submit`, or leave it out."
    assert not (tmp_path / "artifacts").exists()


@pytest.mark.parametrize(
    "arguments", [{"workspace": "research"}, {"submit": True, "settings": ddj.Settings(mcp_providers=())}]
)
def test_a_preview_refuses_what_it_would_ignore(
    there: DeploymentAnswers, arguments: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    there.frames = [METADATA, {"kind": "dataset", "records": [{"product": "mug"}]}, DONE]
    monkeypatch.setattr(api.runs, "run", telling(done(1)))

    with pytest.raises(ConfigError, match=r"workspace|settings"):
        api.preview(builder_with(), num_records=1, **arguments)


@pytest.mark.parametrize("num_records", [0, -3])
@pytest.mark.parametrize("make", [api.create, api.preview, api.submit], ids=["create", "preview", "submit"])
def test_less_than_one_record_is_refused_before_anything_is_asked(
    there: DeploymentAnswers, make: Callable[..., Any], num_records: int
) -> None:
    with pytest.raises(ConfigError, match=f"{num_records} records cannot be made: ask for at least 1"):
        make(builder_with(), num_records=num_records, **({} if make is api.submit else {"submit": True}))

    assert there.requests == []


def test_create_with_submit_is_submit(there: DeploymentAnswers) -> None:
    job = submitted(there, name="reviews")

    assert isinstance(job, Job)
    assert (job.job_name, job.name, job.workspace, job.workload.num_records) == (NAME, "reviews", "default", 5)
    assert there.sent[JOBS][0]["name"] == NAME


# What a job is called.


def test_a_job_without_a_name_gets_one_with_the_variable_and_the_time(there: DeploymentAnswers) -> None:
    job = submitted(there, dataset_name=None, name="My_Reviews")

    assert job.job_name.startswith("my-reviews-20")
    check_name(job.job_name)


@pytest.mark.parametrize("name", ["", "_", "données", "a__b", "A" * 10, "日本"])
def test_a_name_that_is_made_up_is_one_that_the_services_take(name: str) -> None:
    check_name(service_jobs.name_with_time(name))


@pytest.mark.parametrize("name", ["reviews_of_products_in_all_the_languages_we_sell_in", "2nd run", "_1"])
def test_a_name_made_of_any_variable_is_one_that_the_services_take(name: str) -> None:
    made = service_jobs.name_with_time(name)

    assert len(made) <= LONGEST_NAME
    check_name(made)


def test_two_jobs_of_the_same_second_have_two_names() -> None:
    assert len({service_jobs.name_with_time("reviews") for _ in range(20)}) > 15


# What is kept and shown.


def test_a_job_is_returned_while_it_is_at_work_and_followed_from_a_thread(there: DeploymentAnswers) -> None:
    states: list[str] = []

    job = submitted(there, watch=lambda run: states.append(run.status))
    assert job.state == "running" and states[0] == "created"
    there.write(logged("Dispatching"))
    there.status = "completed"

    assert job.wait(10).state == "completed"
    wait_until(lambda: states[-1] == "completed")
    assert job.log[0].message == "Dispatching"


def test_a_job_is_written_down_and_its_end_too(there: DeploymentAnswers) -> None:
    job = submitted(there)
    assert [(one.kind, one.name, one.state, one.base_url) for one in entries()] == [
        ("job", NAME, "running", "http://double")
    ]

    there.status = "completed"
    job.wait(10)

    wait_until(lambda: entries()[0].state == "completed")


def test_a_job_that_is_refused_is_not_written_down(there: DeploymentAnswers) -> None:
    there.status = "active"

    with pytest.raises(ConflictError, match="exists already"):
        submitted(there)

    assert entries() == []


def test_a_job_whose_thread_is_told_of_nothing_is_still_made(there: DeploymentAnswers, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("no folder")

    job = submitted(there)

    assert job.state == "running" and len(there.created) == 1


def test_an_interrupt_while_the_job_is_made_says_that_it_may_be_there(
    there: DeploymentAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = service_jobs.background.wait_for

    def interrupted(coroutine: Any, timeout: float | None = None) -> Any:
        real(coroutine, timeout)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(service_jobs.background, "wait_for", interrupted)
        with pytest.raises(KeyboardInterrupt) as raised:
            submitted(there)

    assert there.created
    assert NAME in str(raised.value) + "".join(getattr(raised.value, "__notes__", []))


# Waiting with interrupts.


class InterruptedJob:
    """A job whose waits are interrupted, or end as told."""

    def __init__(self, *waits: BaseException | None, cancel: Exception | None = None) -> None:
        self.done: list[str] = []
        self._waits = iter(waits)
        self._cancel = cancel

    def wait(self) -> None:
        self.done.append("wait")
        if (error := next(self._waits)) is not None:
            raise error

    def cancel(self) -> None:
        self.done.append("cancel")
        if self._cancel is not None:
            raise self._cancel


def wait_or_cancel(job: Any) -> None:
    service_jobs._wait_or_cancel(job)


def test_without_an_interrupt_a_job_is_waited_for() -> None:
    job = InterruptedJob(None)

    wait_or_cancel(job)

    assert job.done == ["wait"]


def test_the_first_interrupt_cancels_the_job_and_waits_for_that() -> None:
    job = InterruptedJob(interrupt := KeyboardInterrupt(), None)

    with pytest.raises(KeyboardInterrupt) as raised:
        wait_or_cancel(job)

    assert raised.value is interrupt
    assert job.done == ["wait", "cancel", "wait"]


def test_the_second_interrupt_leaves_the_job() -> None:
    job = InterruptedJob(KeyboardInterrupt(), KeyboardInterrupt("second"))

    with pytest.raises(KeyboardInterrupt, match="second"):
        wait_or_cancel(job)

    assert job.done == ["wait", "cancel", "wait"]


def test_a_job_that_fails_is_not_cancelled() -> None:
    job = InterruptedJob(JobError("no"))

    with pytest.raises(JobError):
        wait_or_cancel(job)

    assert job.done == ["wait"]


def test_a_cancel_that_nobody_hears_is_said_and_does_not_wait_for_ever() -> None:
    job = InterruptedJob(KeyboardInterrupt(), cancel=UnreachableError("nobody"))

    with pytest.raises(UnreachableError):
        wait_or_cancel(job)

    assert job.done == ["wait", "cancel"]


def test_a_cancelled_job_that_ends_with_an_error_is_still_an_interrupt() -> None:
    job = InterruptedJob(KeyboardInterrupt(), JobError("terminated"))

    with pytest.raises(BaseException) as raised:  # noqa: PT011 - which one is what this looks at
        wait_or_cancel(job)

    assert isinstance(raised.value, KeyboardInterrupt)


def test_waiting_returns_the_ended_job_or_raises_its_reason(there: DeploymentAnswers) -> None:
    def soon(status: str) -> Callable[[Any], None]:
        def watch(run: Any) -> None:
            if there.status == "created":
                there.status = status

        return watch

    assert submitted(there, wait=True, watch=soon("completed")).state == "completed"

    there.status, there.created, there.message = None, [], "No worker has a GPU"
    with pytest.raises(JobError, match="No worker has a GPU"):
        submitted(there, wait=True, watch=soon("error"))


# Finding again.


@pytest.mark.parametrize(("given", "workspace"), [(NAME, None), (f"default/{NAME}", None), (NAME, "default")])
def test_a_job_is_found_by_its_name_alone_or_with_its_workspace(
    there: DeploymentAnswers, given: str, workspace: str | None
) -> None:
    there.status = "completed"

    job = api.attach(given, workspace=workspace)

    assert (job.workspace, job.job_name) == ("default", NAME)
    assert job.wait(10).state == "completed"


def test_a_job_of_another_workspace_is_asked_for_there(there: DeploymentAnswers) -> None:
    with pytest.raises(NotFoundError):
        api.attach("research/reviews-1")

    assert there.requests == ["GET /apis/data-designer/v2/workspaces/research/jobs/create/reviews-1"]


@pytest.mark.parametrize("given", ["", "default/", f"/{NAME}"])
def test_a_name_with_nothing_in_it_is_refused_before_anything_is_asked(there: DeploymentAnswers, given: str) -> None:
    with pytest.raises((ConfigError, NotFoundError)):
        api.attach(given)

    assert there.requests == []


@pytest.mark.parametrize("status", [401, 403, 500])
def test_a_job_that_cannot_be_asked_for_is_not_written_down(there: DeploymentAnswers, status: int) -> None:
    there.instead[f"GET {JOBS}/{NAME}"] = refused(status, "no")

    with pytest.raises(ddj.errors.ServicesError):
        api.attach(NAME)

    assert entries() == []


# Lists.


def test_a_list_asks_for_what_was_wanted(there: DeploymentAnswers) -> None:
    queries: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        queries.append(dict(request.url.params))
        job = {"name": NAME, "status": "active", "spec": {"num_records": 3, "config": {"columns": [{"name": "a"}]}}}
        pagination = {"page": 2, "total_pages": 3, "total_results": 41}
        return httpx.Response(200, json={"data": [job], "pagination": pagination})

    there.deployment.http._transport = httpx.MockTransport(answer)

    found = api.jobs(page=2, page_size=20, oldest=True)

    assert queries == [{"page": "2", "page_size": "20", "sort": "created_at"}]
    assert (found.page, found.pages, found.total, len(found)) == (2, 3, 41, 1)
    (job,) = found
    assert (job.name, job.status, job.num_records, job.columns, job.created) == (NAME, "active", 3, ("a",), None)
    assert list(found.to_pandas().columns) == ["name", "status", "num_records", "created"]


def test_pages_of_one_status_have_no_gaps_though_the_services_leave_them(there: DeploymentAnswers) -> None:
    names = [[], ["b-1", "b-2"], ["b-3"]]

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        jobs = [{"name": name, "status": "active"} for name in names[page - 1]]
        pagination = {"page": page, "total_pages": 3, "total_results": 300}
        return httpx.Response(200, json={"data": jobs, "pagination": pagination})

    there.deployment.http._transport = httpx.MockTransport(answer)

    first, second = (api.jobs(status="active", page=page, page_size=2) for page in (1, 2))

    assert [[job.name for job in page] for page in (first, second)] == [["b-1", "b-2"], ["b-3"]]
    assert (first.pages, first.total) == (2, 3)


@pytest.mark.parametrize("options", [{"page": 0}, {"page_size": 0}, {"page": -1}])
def test_a_page_that_there_cannot_be_is_refused(there: DeploymentAnswers, options: dict[str, int]) -> None:
    with pytest.raises(ConfigError, match="Pages count from 1"):
        api.jobs(**options)

    assert there.requests == []


@pytest.mark.parametrize(
    "columns",
    [
        ["a"],
        {"a": 1},
        3,
    ],
)
def test_one_strange_job_does_not_hide_the_others(there: DeploymentAnswers, columns: Any) -> None:
    strange = {"name": "strange", "status": "error", "spec": {"config": {"columns": columns}}}
    page = {"data": [strange, {"name": NAME, "status": "active"}]}
    there.instead[f"GET {JOBS}"] = httpx.Response(200, json=page)

    assert [job.name for job in api.jobs()] == ["strange", NAME]
