"""What real jobs leave: read while they are active, after their end and after a cancel, and downloaded."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from data_designer.config.analysis.dataset_profiler import DatasetProfilerResults

from dd_jupyter.engine import Column
from dd_jupyter.errors import ConflictError, NotFoundError, NotReadyError, ServicesError
from dd_jupyter.execution import dataset
from dd_jupyter.execution.artifacts import ArtifactFile, JobArtifacts, Transferred
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import find_context
from dd_jupyter.nemo.deployment import Deployment
from tests.support.cutting_proxy import cutting
from tests.support.nemo_services import MODELS, PROVIDER, WORKSPACE, GatewayModel, NemoServices
from tests.support.waiting import wait_until

MIB = 1 << 20
BATCH = 500  # records, set by the services
JOBS = f"/apis/jobs/v2/workspaces/{WORKSPACE}/jobs"
COLUMNS = (Column("product", "sampler"), Column("price", "sampler"), Column("title", "expression"))
SAMPLERS: dict[str, Any] = {
    "columns": [
        {
            "name": "product",
            "column_type": "sampler",
            "sampler_type": "category",
            "params": {"values": ["lamp", "kettle"]},
        },
        {"name": "price", "column_type": "sampler", "sampler_type": "uniform", "params": {"low": 0, "high": 1}},
        {"name": "title", "column_type": "expression", "expr": "{{ product }} at {{ price }}"},
    ],
    "processors": [{"processor_type": "schema_transform", "name": "chat", "template": {"question": "{{ title }}"}}],
}
REVIEWS: dict[str, Any] = {
    "columns": [
        *SAMPLERS["columns"][:1],
        {"name": "review", "column_type": "llm-text", "model_alias": "text", "prompt": "Review a {{ product }}."},
    ],
    "model_configs": [
        {
            "alias": "text",
            "model": MODELS[0],
            "provider": f"{WORKSPACE}/{PROVIDER}",
            "inference_parameters": {"max_parallel_requests": 32},
        }
    ],
}

Submit = Callable[[dict[str, Any], int], str]


@pytest.fixture
def submit(services: NemoServices) -> Submit:
    """Makes a job past the client under test and tells its name."""

    def submit(config: dict[str, Any], num_records: int) -> str:
        name = f"left-{uuid.uuid4().hex[:8]}"
        body = {"name": name, "spec": {"num_records": num_records, "config": config}}
        services.request("POST", f"/apis/data-designer/v2/workspaces/{WORKSPACE}/jobs/create", json=body)
        return name

    return submit


@pytest.fixture
def deployment(services: NemoServices) -> Iterator[Deployment]:
    deployment = services.deployment()
    yield deployment
    deployment.close()


@pytest.fixture(scope="module")
def ended_job(services: NemoServices) -> str:
    """A job of three batches and a processor that has ended; for reading only."""
    name = f"left-{uuid.uuid4().hex[:8]}"
    body = {"name": name, "spec": {"num_records": 2 * BATCH + 200, "config": SAMPLERS}}
    services.request("POST", f"/apis/data-designer/v2/workspaces/{WORKSPACE}/jobs/create", json=body)
    wait_for_status(services, name, "completed")
    return name


def status(services: NemoServices, job: str) -> str:
    return str(services.request("GET", f"{JOBS}/{job}/status").json()["status"])


def wait_for_status(services: NemoServices, job: str, wanted: str) -> None:
    wait_until(lambda: status(services, job) == wanted, timeout=90)


def test_an_ended_job_is_read_where_it_is(deployment: Deployment, ended_job: str) -> None:
    job = JobArtifacts(deployment, WORKSPACE, ended_job)

    files = wait_for(job.files())
    head = wait_for(job.head(BATCH + 1, COLUMNS))

    assert [file.path for file in files if "/parquet-files/" in file.path] == [
        f"dataset/parquet-files/batch_0000{number}.parquet" for number in range(3)
    ]
    assert all(isinstance(file, ArtifactFile) and file.size > 0 for file in files)
    assert len(head) == BATCH + 1
    assert list(head.columns) == ["product", "price", "title"]
    assert isinstance(wait_for(job.load_analysis()), DatasetProfilerResults)
    assert len(wait_for(job.load_processor_dataset("chat"))) == 2 * BATCH + 200


def test_a_download_is_a_dataset_as_the_library_would_have_made_it_here(
    deployment: Deployment, ended_job: str, tmp_path: Path
) -> None:
    job = JobArtifacts(deployment, WORKSPACE, ended_job)
    seen: list[Transferred] = []

    folder = wait_for(job.download(tmp_path / "d", seen.append))

    assert dataset.count(folder) == 2 * BATCH + 200
    assert dataset.read(folder, COLUMNS).equals(wait_for(job.load_dataset(COLUMNS)))
    assert DatasetProfilerResults.model_validate_json((folder / "analysis.json").read_bytes()).num_records == 1200
    assert (folder / "metadata.json").is_file()
    assert (folder / "processors-files/chat/batch_00000.parquet").is_file()
    assert (seen[-1].files_done, seen[-1].bytes_done) == (seen[-1].files, seen[-1].bytes)


def test_batches_are_readable_while_the_job_is_active_and_after_a_cancel(
    services: NemoServices, deployment: Deployment, model: GatewayModel, submit: Submit, tmp_path: Path
) -> None:
    # Batches are made several at once and end in any order: of eight, some are always left.
    model.hold()
    name = submit(REVIEWS, 8 * BATCH)
    job = JobArtifacts(deployment, WORKSPACE, name)

    with pytest.raises(NotReadyError, match=f"Job `{name}` is .* yet"):
        wait_for(job.head(3))
    model.wait_for(requests=8, timeout=60)
    with pytest.raises(NotReadyError, match=f"Job `{name}` is active and has no artifacts yet"):
        wait_for(job.head(3))

    def has_a_batch() -> bool:
        model.release(50)
        return "parquet-files" in str(wait_for(job.files()))

    wait_until(has_a_batch, timeout=60)
    assert status(services, name) == "active"
    active = wait_for(job.head(3))
    wait_for(job.download(tmp_path / "d"))

    services.request("POST", f"{JOBS}/{name}/cancel")
    wait_for_status(services, name, "cancelled")

    assert len(active) == 3
    downloaded, at_the_end = dataset.count(tmp_path / "d"), len(wait_for(job.load_dataset()))
    assert 0 < downloaded <= at_the_end < 8 * BATCH
    assert downloaded % BATCH == at_the_end % BATCH == 0
    assert len(wait_for(job.head(3))) == 3
    with pytest.raises(NotReadyError, match=r"ended without analysis; its status is cancelled"):
        wait_for(job.load_analysis())


def test_a_download_of_an_active_job_is_completed_by_the_next(
    services: NemoServices, deployment: Deployment, submit: Submit, tmp_path: Path
) -> None:
    name = submit(SAMPLERS, 8 * BATCH)
    job = JobArtifacts(deployment, WORKSPACE, name)
    wait_until(lambda: "parquet-files" in str(wait_for(job.files())), timeout=60)

    first = dataset.count(wait_for(job.download(tmp_path / "d")))
    wait_for_status(services, name, "completed")
    wait_for(job.download(tmp_path / "d"))

    assert first >= BATCH
    assert dataset.count(tmp_path / "d") == 8 * BATCH
    assert dataset.read(tmp_path / "d", ()).equals(wait_for(JobArtifacts(deployment, WORKSPACE, name).load_dataset()))
    assert (tmp_path / "d/analysis.json").is_file()


def test_a_download_whose_connection_breaks_in_the_middle_goes_on_and_is_the_same_to_the_byte(
    services: NemoServices, deployment: Deployment, submit: Submit, tmp_path: Path
) -> None:
    name = submit(SAMPLERS, 10)
    wait_for_status(services, name, "completed")
    attempt = services.request("GET", f"{JOBS}/{name}").json()["attempt_id"]
    images = {f"{number}.png": random.Random(number).randbytes(24 * MIB) for number in range(2)}
    for image, content in images.items():
        path = f"results/{attempt}/artifacts/dataset/images/{image}"
        wait_for(deployment.files.upload(WORKSPACE, f"job-fileset-{name}", path, content))

    with cutting(services.base_url, [9 * MIB, 7 * MIB, 5 * MIB]) as proxy:
        broken = Deployment(find_context(base_url=proxy.url, workspace=WORKSPACE))
        wait_for(JobArtifacts(broken, WORKSPACE, name).download(tmp_path / "d"), timeout=100)
        broken.close()

    assert proxy.made == 3
    assert {image: (tmp_path / "d/images" / image).read_bytes() for image in images} == images
    assert proxy.passed < 1.2 * 48 * MIB
    assert not list((tmp_path / "d").rglob("*.part*"))


def test_a_job_that_is_not_there_is_not_found(deployment: Deployment) -> None:
    with pytest.raises(NotFoundError, match="left-nowhere"):
        wait_for(JobArtifacts(deployment, WORKSPACE, "left-nowhere").files())


def test_the_files_api_answers_as_it_is_described(deployment: Deployment) -> None:
    files, name = deployment.files, f"left-{uuid.uuid4().hex[:8]}"

    made = wait_for(files.create_fileset(WORKSPACE, name, purpose="dataset"))
    with pytest.raises(ConflictError):
        wait_for(files.create_fileset(WORKSPACE, name))
    stored = wait_for(files.upload(WORKSPACE, name, "a b/ü%#.txt", b"0123456789"))
    wait_for(files.upload(WORKSPACE, name, "a bc.txt", b""))

    assert (made.name, wait_for(files.fileset(WORKSPACE, name)).id, made.purpose) == (name, made.id, "dataset")
    assert name in [fileset.name for fileset in wait_for(files.filesets(WORKSPACE))]
    assert (stored.path, stored.size) == ("a b/ü%#.txt", 10)
    assert [file.path for file in wait_for(files.list_files(WORKSPACE, name, "a b"))] == ["a b/ü%#.txt"]
    assert [file.size for file in wait_for(files.list_files(WORKSPACE, name))] == [10, 0]
    assert wait_for(files.read(WORKSPACE, name, "a b/ü%#.txt", 3, 6)) == b"345"
    assert wait_for(files.read(WORKSPACE, name, "a b/ü%#.txt", 8)) == b"89"
    assert wait_for(files.read(WORKSPACE, name, "a bc.txt")) == b""
    assert wait_for(files.head(WORKSPACE, name, "a b/ü%#.txt")).size == 10
    with pytest.raises(ServicesError) as beyond:
        wait_for(files.read(WORKSPACE, name, "a b/ü%#.txt", 3, 11))
    assert beyond.value.status == 416
    wait_for(files.delete_file(WORKSPACE, name, "a bc.txt"))
    with pytest.raises(NotFoundError):
        wait_for(files.head(WORKSPACE, name, "a bc.txt"))
    wait_for(files.delete_fileset(WORKSPACE, name))
    with pytest.raises(NotFoundError):
        wait_for(files.list_files(WORKSPACE, name))
