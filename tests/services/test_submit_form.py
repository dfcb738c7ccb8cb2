"""The submit form with real services: one job of what was chosen, in the workspace that was chosen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest

import dd_jupyter as ddj
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.deployment import Deployment
from tests.support.builders import builder_with
from tests.support.form_browser import FormBrowser
from tests.support.nemo_services import WORKSPACE, NemoServices
from tests.support.waiting import wait_until

Open = Callable[..., FormBrowser]


@pytest.fixture
def name() -> str:
    """A name that no other job has."""
    return f"f-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def deployment(services: NemoServices) -> Iterator[Deployment]:
    """What a test looks at the jobs with."""
    deployment = services.deployment()
    yield deployment
    deployment.close()


@pytest.fixture
def workspace(deployment: Deployment) -> str:
    """Another workspace than the usual one."""
    made = f"w-{uuid.uuid4().hex[:8]}"
    wait_for(deployment.http.post("/apis/entities/v2/workspaces", json={"name": made}))
    return made


@pytest.fixture
def open_form(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> Open:
    """A form that a person has before them, and services that can run jobs by now."""
    wait_until(lambda: wait_for(deployment.platform.status()).runs_jobs, timeout=60)

    def form_of(builder: Any, **options: Any) -> FormBrowser:
        return FormBrowser(ddj.submit_form(builder, watch=lambda run: None, **options), monkeypatch)

    return form_of


def typed(browser: FormBrowser, **changed: str) -> dict[str, str]:
    """What stands in the fields, with what a person types over it."""
    names = ("location", "records", "job_name", "workspace", "dataset_name", "artifact_path")
    return {**{name: browser.form.live[name] for name in names}, **changed}


def jobs_in(deployment: Deployment, workspace: str = WORKSPACE) -> list[Any]:
    async def listed() -> list[Any]:
        return [job async for job in deployment.jobs.all(workspace)]

    return wait_for(listed())


def test_a_double_click_makes_exactly_one_job_of_what_was_chosen(
    open_form: Open, deployment: Deployment, workspace: str, name: str
) -> None:
    browser = open_form(builder_with())
    assert workspace in browser.asks("workspaces")["names"]
    chosen = typed(browser, records="1,200", job_name=name, workspace=workspace)
    assert browser.asks("look up", fields=chosen)["others"] == 0

    answers = [answer() for answer in [browser.sends("submit", fields=chosen) for _ in range(2)]]

    assert [answer["reply"] for answer in answers if "reply" in answer] == [{"problems": []}], answers
    (job,) = jobs_in(deployment, workspace)
    assert (job.name, job.num_records) == (name, 1200)
    assert browser.form.result.job_name == name and browser.form.result.workspace == workspace
    browser.form.result.cancel()


def test_a_name_that_is_taken_is_refused_at_its_field(open_form: Open, deployment: Deployment, name: str) -> None:
    first = open_form(builder_with(), dataset_name=name, num_records=1)
    first.asks("submit", fields=typed(first))
    browser = open_form(builder_with(), dataset_name=name, num_records=2)

    reply = browser.asks("submit", fields=typed(browser))

    (problem,) = reply["problems"]
    assert problem["field"] == "job_name" and name in problem["text"]
    browser.asks("submit", fields=typed(browser, job_name=f"{name}-2"))
    assert [job.name for job in jobs_in(deployment) if job.name.startswith(name)] == [f"{name}-2", name]
    for form in (first, browser):
        form.form.result.wait(90)


def test_what_only_this_machine_has_is_moved_first(open_form: Open, deployment: Deployment, name: str) -> None:
    seed = pd.DataFrame({"city": [f"city of {name}", "Bern"]})
    builder = builder_with().with_seed_dataset(dd.DataFrameSeedSource(df=seed))
    browser = open_form(builder, dataset_name=name, num_records=2)
    found = browser.asks("look up", fields=typed(browser))
    assert (found["moves"], found["others"]) == (1, 0)
    assert "needs to move first" in found["status"]["text"]
    browser.refused("submit", fields=typed(browser))
    assert jobs_named(deployment, name) == []

    plan = browser.asks("plan", to="services")
    assert plan["can_apply"] and plan["migration"]["steps"][0]["action"] == "Upload"
    browser.asks("submit", fields=typed(browser), plan=plan["plan"])

    (job,) = jobs_named(deployment, name)
    assert job.config["seed_config"]["source"]["path"].startswith(f"{WORKSPACE}/")
    made = browser.form.result.wait(90).dataset
    assert set(made["city"]) <= set(seed["city"]) and len(made) == 2
    assert builder.get_seed_config().source.seed_type == "df"  # the person's own is as it was


def jobs_named(deployment: Deployment, name: str) -> list[Any]:
    return [job for job in jobs_in(deployment) if job.name == name]


def test_services_that_are_gone_lose_nothing_that_was_typed(
    open_form: Open, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("NMP_BASE_URL", "http://127.0.0.1:9")
    browser = open_form(builder_with(), dataset_name=name)

    found = browser.asks("look up", fields=typed(browser))
    sentence = browser.refused("submit", fields=typed(browser, records="7"))

    assert found["status"]["text"] == "Submission not checked" and found["moves"] == 0
    assert "127.0.0.1:9" in sentence
    assert browser.form.live["state"] == "open"


def test_a_run_in_this_kernel_is_made_from_the_same_form(open_form: Open, tmp_path: Path, name: str) -> None:
    browser = open_form(builder_with(), artifact_path=tmp_path)

    browser.asks("submit", fields=typed(browser, location="run", records="3", dataset_name=name))

    assert browser.form.result.wait(60).path == tmp_path / name
