"""A job in NeMo Services: made, followed, left, found again, stopped and collected."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import uuid
from pathlib import Path

import data_designer.config as dd
import pandas as pd
import pytest

from dd_jupyter import api
from dd_jupyter.errors import (
    ConflictError,
    JobError,
    NotFoundError,
    NotReadyError,
    RefusedError,
    ResourceError,
    UnreachableError,
)
from dd_jupyter.execution import dataset
from dd_jupyter.execution.events import Progress
from dd_jupyter.execution.job import Job
from dd_jupyter.nemo import deployment
from tests.support.builders import builder_with, reviews
from tests.support.fileset_seeds import animals_in
from tests.support.nemo_services import GatewayModel, NemoServices
from tests.support.waiting import wait_until

BATCH = 500
"""Records in a batch of a job (nemo-platform 0.3.0)."""


@pytest.fixture
def name() -> str:
    """A name that no other job has."""
    return f"t-{uuid.uuid4().hex[:12]}"


@pytest.fixture(scope="module")
def finished(services: NemoServices) -> str:
    """The name of a job with 5 records that has ended well."""
    name = f"t-{uuid.uuid4().hex[:12]}"
    deployment.use(services.deployment())
    services.model.behave()
    builder = reviews(services.model)
    builder.add_processor(dd.SchemaTransformProcessorConfig(name="flat", template={"text": "{{ product }}"}))
    api.submit(builder, num_records=5, job_name=name).wait(90)
    deployment.use(None)
    return name


def test_a_job_to_its_end(services: NemoServices, model: GatewayModel, name: str, tmp_path: Path) -> None:
    job = api.submit(reviews(model), num_records=20, job_name=name)

    assert job.wait(60) is job

    assert (job.state, job.status, job.complete) == ("completed", "completed", 20)
    assert list(job.dataset.columns) == ["product", "review"] and len(job.dataset) == 20
    assert job.analysis.num_records == 20
    assert job.progress["review"] == Progress("review", 20, 20, 0, job.progress["review"].rate)
    assert job.usage["chat"].requests == 20
    folder = job.download(tmp_path / "reviews")
    assert dataset.count(folder) == 20
    assert [line.message for line in job.logs(follow=True)][-1] == "Job complete"


def test_progress_is_seen_before_the_end_and_the_job_can_be_looked_into(
    services: NemoServices, model: GatewayModel, name: str
) -> None:
    # Batches are made several at once and end in any order: of eight, some are always left.
    model.delay = 0.04
    job = api.submit(reviews(model), num_records=8 * BATCH, job_name=name)

    wait_until(lambda: 0 < job.progress.get("review", Progress("review", 0, 1)).done < 8 * BATCH, timeout=60)
    assert job.status == "active"
    wait_until(lambda: _readable(job), timeout=60)
    first = job.head(20)

    assert job.state == "running"
    assert len(first) == 20 and list(first.columns) == ["product", "review"]
    with pytest.raises(NotReadyError, match="still at work"):
        _ = job.dataset
    job.cancel()
    job.wait(60)
    assert job.state == "cancelled"
    made = len(job.load_dataset())
    assert 0 < made < 8 * BATCH and made % BATCH == 0


def test_cancelling_stops_requests(services: NemoServices, model: GatewayModel, name: str) -> None:
    model.hold()
    job = api.submit(reviews(model), num_records=50, job_name=name)
    model.wait_for(1, timeout=40)

    job.cancel()
    job.wait(60)

    assert (job.state, job.status) == ("cancelled", "cancelled")
    model.release()
    assert model.requests_in_the_next(seconds=2) == 0
    job.cancel()  # once more is nothing


def test_a_failed_job_raises_its_own_reason(services: NemoServices, model: GatewayModel, name: str) -> None:
    model.fail_every(1, status=400)
    job = api.submit(reviews(model), num_records=3, job_name=name)

    with pytest.raises(JobError) as raised:
        job.wait(60)

    assert name in str(raised.value)
    assert "exit code" not in str(raised.value) and "\n" not in str(raised.value)
    assert (job.state, job.status) == ("failed", "error")


def test_a_name_that_is_taken_is_told_and_nothing_is_made(services: NemoServices, finished: str) -> None:
    with pytest.raises(ConflictError, match=f"`{finished}` exists already"):
        api.submit(builder_with(), num_records=2, job_name=finished)

    assert [job.name for job in api.jobs(page_size=100)].count(finished) == 1


def test_a_name_that_the_services_do_not_take_is_refused_before_sending(services: NemoServices) -> None:
    with pytest.raises(RefusedError, match="Bad name"):
        api.submit(builder_with(), job_name="Bad name!")


def test_without_a_name_a_job_has_one_with_the_time_in_it(services: NemoServices) -> None:
    job = api.submit(builder_with(), num_records=1, name="my reviews")

    assert re.fullmatch(r"my-reviews-\d{8}-\d{6}-[0-9a-f]{4}", job.job_name)
    job.cancel()


def test_a_job_is_found_again_by_another_process(services: NemoServices, model: GatewayModel, name: str) -> None:
    model.hold()
    code = (
        "from dd_jupyter import api\n"
        "import data_designer.config as dd\n"
        f"builder = dd.DataDesignerConfigBuilder.from_config({reviews(model).build().to_dict()!r})\n"
        f"api.submit(builder, num_records=4, job_name={name!r})\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, cwd=Path(__file__).parents[2])

    job = api.attach(name)
    model.wait_for(1, timeout=40)
    model.release()
    job.wait(60)

    assert job.state == "completed"
    assert [column.name for column in job.builder.get_column_configs()] == ["product", "review"]
    assert job.workload.num_records == 4
    assert len(job.dataset) == 4


def test_a_job_that_ended_is_as_it_was(services: NemoServices, finished: str) -> None:
    job = api.attach(f"default/{finished}").wait(20)

    assert (job.state, job.status, job.complete) == ("completed", "completed", 5)
    assert job.usage["chat"].requests == 5
    assert 0 < job.seconds < 60


def test_its_log_can_be_read(services: NemoServices, finished: str) -> None:
    job = api.attach(finished)

    lines = [line.message for line in job.logs()]

    assert lines == [line.message for line in job.logs(follow=True)]
    assert lines[-1] == "Job complete"
    assert "INFO Job complete" in repr(job.logs())


def test_a_paused_job_does_not_hang_a_wait_and_starts_again(
    services: NemoServices, model: GatewayModel, name: str
) -> None:
    model.hold()
    job = api.submit(reviews(model), num_records=3, job_name=name)
    model.wait_for(1, timeout=40)

    job.pause()
    with pytest.raises(JobError, match="paused"):
        job.wait(60)
    model.release()
    job.resume()
    job.wait(90)

    assert job.state == "completed"
    assert len(job.dataset) == 3


def test_a_job_is_deleted_only_after_its_end(services: NemoServices, model: GatewayModel, name: str) -> None:
    model.hold()
    job = api.submit(reviews(model), num_records=3, job_name=name)
    model.wait_for(1, timeout=40)

    with pytest.raises(ConflictError, match="cannot be deleted"):
        job.delete()
    job.cancel()
    job.wait(60)
    job.delete()

    with pytest.raises(NotFoundError):
        api.attach(name)


def test_everything_can_be_awaited(services: NemoServices, finished: str) -> None:
    async def cell() -> tuple[str, int, int, int]:
        job = await api.attach(finished)
        head, frame, analysis = await asyncio.gather(job.ahead(2), job.aload_dataset(), job.aload_analysis())
        return job.state, len(head), len(frame), analysis.num_records

    assert asyncio.run(cell()) == ("completed", 2, 5, 5)


def test_what_a_processor_made_is_loaded_by_its_name(services: NemoServices, finished: str) -> None:
    job = api.attach(finished)

    assert list(job.load_processor_dataset("flat").columns) == ["text"]
    with pytest.raises(NotReadyError, match="flat"):
        job.load_processor_dataset("other")


def test_a_seed_in_a_fileset(services: NemoServices, name: str) -> None:
    builder = dd.DataDesignerConfigBuilder().with_seed_dataset(animals_in(services))
    builder.add_column(name="text", column_type="expression", expr="{{ animal }} {{ legs }}")

    job = api.submit(builder, num_records=3, job_name=name).wait(60)

    assert list(job.dataset["text"]) == ["cat 4", "hen 2", "bee 6"]


def test_what_only_this_kernel_has_makes_no_job(services: NemoServices, name: str) -> None:
    builder = builder_with().with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"a": [1]})))

    with pytest.raises(ResourceError, match=r"a DataFrame.*`--migrate`"):
        api.submit(builder, job_name=name)

    with pytest.raises(NotFoundError):
        api.attach(name)


def test_a_profile_that_the_deployment_would_ignore_is_refused_with_those_it_has(
    services: NemoServices, name: str
) -> None:
    with pytest.raises(RefusedError) as raised:
        api.submit(builder_with(), job_name=name, profile="gpu-large")

    assert "would ignore `--profile`" in str(raised.value) and "subprocess/default" in str(raised.value)
    with pytest.raises(RefusedError, match="would ignore `--option`"):
        api.submit(builder_with(), job_name=name, options={"docker": {"cpus": "2"}})


def test_jobs_are_listed_page_by_page_and_by_status(services: NemoServices, finished: str, name: str) -> None:
    api.submit(builder_with(), num_records=1, job_name=name).cancel()

    first, second = api.jobs(page_size=1), api.jobs(page_size=1, page=2)

    assert [job.name for job in first] == [name] != [job.name for job in second]
    assert first.total == first.pages >= 2
    completed = api.jobs(status="completed", page_size=100)
    assert {job.status for job in completed} == {"completed"}
    assert finished in [job.name for job in completed]
    assert list(completed.to_pandas()["name"]) == [job.name for job in completed]
    assert api.jobs(page_size=1, oldest=True).jobs[0].created < first.jobs[0].created


def test_an_unknown_workspace_is_named(services: NemoServices, name: str) -> None:
    with pytest.raises((NotFoundError, RefusedError), match="nope"):
        api.submit(builder_with(), job_name=name, workspace="nope")


def test_services_that_are_away_for_a_while_are_waited_for(own_services: NemoServices, name: str) -> None:
    api.connect(base_url=own_services.base_url)
    own_services.model.hold()
    job = api.submit(reviews(own_services.model), num_records=2, job_name=name)
    own_services.model.wait_for(1, timeout=40)

    own_services.stop()
    wait_until(lambda: "NeMo Services" in job.waiting, timeout=30)
    with pytest.raises(UnreachableError):
        api.jobs()
    own_services.start()

    wait_until(lambda: "NeMo Services" not in job.waiting, timeout=30)
    own_services.model.release()
    job.cancel()
    wait_until(lambda: job.state != "running", timeout=60)


def _readable(job: Job) -> bool:
    try:
        return len(job.head(1)) == 1
    except NotReadyError:
        return False
