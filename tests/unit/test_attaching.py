"""A job is found again with its configuration, by any version of the library and whatever it was named."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import data_designer.config as dd
import httpx
import pytest

import dd_jupyter as ddj
from dd_jupyter.errors import DeniedError, NotFoundError, ServicesError
from dd_jupyter.execution.attaching import attached
from dd_jupyter.execution.job import Job
from dd_jupyter.execution.runs import Journal, entries
from tests.support.builders import builder_with
from tests.support.deployment_answers import JOBS, DeploymentAnswers
from tests.support.jobs_double import NAME, refused

KEY = "hf_Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0KsPq"


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> DeploymentAnswers:
    monkeypatch.setattr("dd_jupyter.nemo.http._BACK_OFF", lambda state: 0.0)
    return DeploymentAnswers()


def holds(there: DeploymentAnswers, config: dict[str, Any] | dd.DataDesignerConfigBuilder, **changed: Any) -> None:
    """Let the job be one that was made from this configuration."""
    if not isinstance(config, dict):
        config = json.loads(config.build().model_dump_json())
    there.created = [{"name": NAME, "spec": {"num_records": 7, "config": config}, **changed}]


def found(there: DeploymentAnswers) -> Job:
    return attached(there.deployment, NAME, name="job")


def test_a_job_comes_with_the_configuration_that_it_was_made_from(there: DeploymentAnswers) -> None:
    holds(there, builder_with())

    job = found(there)

    assert (job.job_name, job.workspace, job.name, job.status) == (NAME, "default", "job", "active")
    assert job.workload.num_records == 7
    assert [column.name for column in job.columns] == ["product"]
    assert job.builder.build().model_dump() == builder_with().build().model_dump()


def test_a_job_with_a_fileset_seed_can_be_submitted_again_from_what_was_found(there: DeploymentAnswers) -> None:
    builder = builder_with().with_seed_dataset(ddj.FilesetFileSeedSource(path="default/seeds#a.csv"))
    holds(there, builder)

    seed = found(there).builder.get_seed_config()

    assert seed.source.path == "default/seeds#a.csv"


def test_nothing_is_changed_by_looking(there: DeploymentAnswers) -> None:
    found(there)

    assert [request.split(" ")[0] for request in there.requests] == ["GET", "GET"]


@pytest.mark.parametrize("config", [{"columns": [{"column_type": "of a later version", "name": "a"}]}, {}])
def test_a_job_of_another_version_of_the_library_is_found_all_the_same(
    there: DeploymentAnswers, config: dict[str, Any]
) -> None:
    holds(there, config)

    job = found(there)

    assert job.columns == ()
    (warning,) = job.log
    assert (
        warning.level == "WARNING" and "cannot be read by the data-designer that is installed here" in warning.message
    )


def test_a_job_of_another_version_can_be_written_down(
    there: DeploymentAnswers, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DD_JUPYTER_HOME", str(tmp_path))
    holds(there, {"columns": [{"column_type": "of a later version", "name": "a"}]})

    Journal("http://double", "default")(found(there))

    assert [one.name for one in entries()] == [NAME]


def test_a_key_in_a_configuration_that_cannot_be_read_is_not_shown(there: DeploymentAnswers) -> None:
    seed = {"source": {"seed_type": "hf", "path": 3, "token": KEY, "endpoint": KEY}}
    holds(there, {"columns": [{"column_type": "of a later version", "name": KEY}], "seed_config": seed})

    job = found(there)

    assert KEY not in repr(list(job.log)) + repr(job)


def test_a_configuration_that_cannot_be_read_is_empty(there: DeploymentAnswers) -> None:
    holds(there, {"columns": [{"column_type": "of a later version", "name": "a"}]})

    assert found(there).builder.model_configs == []


@pytest.mark.parametrize("status", ["created", "paused", "cancelling", "completed", "error", "of a later version"])
def test_a_job_is_found_in_any_status(there: DeploymentAnswers, status: str) -> None:
    there.status = status

    assert found(there).status == status


# How long.


def test_a_job_at_work_has_run_since_it_was_made(there: DeploymentAnswers) -> None:
    there.changed_at = datetime.now(UTC) - timedelta(minutes=5)

    assert 300 <= found(there).seconds < 330


def test_an_ended_job_ran_from_its_making_to_its_last_change(there: DeploymentAnswers) -> None:
    made = datetime.now(UTC) - timedelta(days=3)
    there.status, there.changed_at = "completed", made + timedelta(minutes=10)
    answer = there._job(NAME) | {"created_at": made.replace(tzinfo=None).isoformat()}
    there.instead[f"GET {JOBS}/{NAME}"] = httpx.Response(200, json=answer)

    assert 600 <= found(there).seconds < 630


def test_clocks_that_differ_make_no_negative_time(there: DeploymentAnswers) -> None:
    there.changed_at = datetime.now(UTC) + timedelta(hours=1)

    assert 0 <= found(there).seconds < 30


@pytest.mark.parametrize("missing", ["created_at", "spec", "custom_fields", "workspace"])
def test_what_the_services_leave_out_is_done_without(there: DeploymentAnswers, missing: str) -> None:
    answer = {key: value for key, value in there._job(NAME).items() if key != missing}
    there.instead[f"GET {JOBS}/{NAME}"] = httpx.Response(200, json=answer)

    assert found(there).job_name == NAME


def test_an_ended_job_without_a_time_of_its_end_has_no_time_made_up(there: DeploymentAnswers) -> None:
    there.changed_at = datetime.now(UTC) - timedelta(days=3)
    there.status = "completed"
    told = {"name": NAME, "status": "completed", "steps": []}
    there.instead[f"GET {JOBS}/{NAME}/status"] = httpx.Response(200, json=told)

    assert found(there).seconds < 60


# A job that cannot be found.


def test_a_job_that_is_not_there_is_said_once(there: DeploymentAnswers) -> None:
    there.status = None

    with pytest.raises(NotFoundError, match=f"Job '{NAME}' not found"):
        found(there)

    assert there.requests == [f"GET {JOBS}/{NAME}"]


def test_a_job_that_vanishes_between_two_questions_is_not_there(there: DeploymentAnswers) -> None:
    there.instead[f"GET {JOBS}/{NAME}/status"] = refused(404, f"Job '{NAME}' not found.")

    with pytest.raises(NotFoundError):
        found(there)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("question", ["", "/status"])
def test_a_job_that_one_may_not_see_is_said(there: DeploymentAnswers, question: str, status: int) -> None:
    there.instead[f"GET {JOBS}/{NAME}{question}"] = refused(status, "Not you.")

    with pytest.raises(DeniedError, match="Not you"):
        found(there)


@pytest.mark.parametrize("answer", [{}, [], None, {"data": []}])
def test_an_answer_that_is_no_job_is_an_error_of_ours(there: DeploymentAnswers, answer: Any) -> None:
    there.instead[f"GET {JOBS}/{NAME}"] = httpx.Response(200, json=answer)

    with pytest.raises(ServicesError, match="in a form that this version of dd_jupyter does not know"):
        found(there)


@pytest.mark.parametrize("name", ["../../secrets", "a/b", "a?b=c", "a#b", "a%2fb", "a b", "é", "<script>"])
def test_a_hostile_name_stays_one_part_of_the_path(there: DeploymentAnswers, name: str) -> None:
    paths: list[bytes] = []
    there.when_asked = lambda what: None
    transport = httpx.MockTransport(lambda request: paths.append(request.url.raw_path) or refused(404, "no"))
    there.deployment.http._transport = transport

    with pytest.raises(NotFoundError):
        attached(there.deployment, name)

    (path,) = paths
    assert path.count(b"/") == JOBS.count("/") + 1
    assert b"?" not in path and b"#" not in path
