"""Submitting sends what the services can use, says what they cannot, and leaves the person's builder alone."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import data_designer.config as dd
import httpx
import pandas as pd
import pytest

import dd_jupyter as ddj
from dd_jupyter.errors import ConflictError, DeniedError, RefusedError, ResourceError, UnreachableError
from dd_jupyter.execution.submission import columns_of, config_for, submit
from dd_jupyter.execution.workload import JobWorkload
from dd_jupyter.nemo import background
from dd_jupyter.nemo.jobs import Job
from dd_jupyter.nemo.platform import Schema
from tests.support.builders import builder_with, with_review
from tests.support.deployment_answers import JOB_FIELDS, JOBS, DeploymentAnswers
from tests.support.jobs_double import NAME, WORKSPACE, refused

NEWER = Schema(True, frozenset(), frozenset({"hf", "nhx"}))
OLDER = Schema(True, frozenset(), frozenset({"hf", "nmp"}))
WITHOUT_PLUGIN = Schema(True, frozenset(), frozenset({"hf"}))


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> DeploymentAnswers:
    """A deployment without a job."""
    monkeypatch.setattr("dd_jupyter.nemo.http._BACK_OFF", lambda state: 0.0)
    return DeploymentAnswers(status=None)


def submitted(there: DeploymentAnswers, builder: dd.DataDesignerConfigBuilder | None = None, **options: Any) -> Job:
    workload = JobWorkload(builder or builder_with(), 5, NAME, WORKSPACE)
    return background.wait_for(submit(there.deployment, workload, **options)).job


def seeded(source: Any) -> dd.DataDesignerConfigBuilder:
    return builder_with().with_seed_dataset(source)


def a_dataframe(folder: Path) -> dd.DataDesignerConfigBuilder:
    return seeded(dd.DataFrameSeedSource(df=pd.DataFrame({"a": [1]})))


def a_file(folder: Path) -> dd.DataDesignerConfigBuilder:
    (folder / "a.csv").write_text("a\n1\n")
    return seeded(dd.LocalFileSeedSource(path=str(folder / "a.csv")))


def a_folder(folder: Path) -> dd.DataDesignerConfigBuilder:
    return seeded(dd.DirectorySeedSource(path=str(folder)))


def file_contents(folder: Path) -> dd.DataDesignerConfigBuilder:
    return seeded(dd.FileContentsSeedSource(path=str(folder)))


def a_custom_column(folder: Path) -> dd.DataDesignerConfigBuilder:
    @dd.custom_column_generator()
    def shout(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "shout": row["product"].upper()}

    return builder_with().add_column(dd.CustomColumnConfig(name="shout", generator_function=shout))


def a_callable_validator(folder: Path) -> dd.DataDesignerConfigBuilder:
    def check(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(is_valid=True)

    return builder_with().add_column(
        dd.ValidationColumnConfig(
            name="checked",
            target_columns=["product"],
            validator_type="local_callable",
            validator_params=dd.LocalCallableValidatorParams(validation_function=check),
        )
    )


def tools(folder: Path) -> dd.DataDesignerConfigBuilder:
    config = dd.ToolConfig(tool_alias="search", providers=["finder"])
    return builder_with().add_tool_config(config)


# What is sent.


def test_a_job_is_made_of_the_configuration_and_the_number_of_records(there: DeploymentAnswers) -> None:
    job = submitted(there)

    (body,) = there.sent[JOBS]
    assert (job.name, job.num_records, job.status) == (NAME, 5, "created")
    assert body["name"] == NAME and body["spec"]["num_records"] == 5
    assert body["spec"]["config"] == json.loads(builder_with().build().model_dump_json())
    assert set(body) == {"name", "spec", "custom_fields"}


@pytest.mark.parametrize(("schema", "tag"), [(OLDER, "nmp"), (NEWER, "nhx")])
def test_a_fileset_seed_goes_in_the_dialect_that_the_deployment_speaks(schema: Schema, tag: str) -> None:
    builder = seeded(ddj.FilesetFileSeedSource(path="default/seeds#a.csv"))

    config = config_for(builder, schema)

    assert config["seed_config"]["source"] == {
        **json.loads(builder.build().model_dump_json())["seed_config"]["source"],
        "seed_type": tag,
        "path": "default/seeds#a.csv",
    }


def test_a_deployment_without_the_seed_plugin_is_told_of(there: DeploymentAnswers) -> None:
    there.seed_types = ("hf",)

    with pytest.raises(ResourceError, match=r"does not accept Fileset seeds.*install `dd-jupyter` beside the services"):
        submitted(there, seeded(ddj.FilesetFileSeedSource(path="default/seeds#a.csv")))

    assert there.posted() == []


def test_other_seeds_do_not_need_the_seed_plugin() -> None:
    builder = seeded(dd.HuggingFaceSeedSource(path="datasets/org/data/a.parquet"))

    assert config_for(builder, WITHOUT_PLUGIN)["seed_config"]["source"]["seed_type"] == "hf"


def test_the_persons_builder_stays_as_it_is(there: DeploymentAnswers) -> None:
    builder = seeded(ddj.FilesetFileSeedSource(path="default/seeds#a.csv"))
    before = copy.deepcopy(builder.build().model_dump())

    config_for(builder, NEWER)["columns"].clear()

    assert builder.build().model_dump() == before
    assert builder.get_seed_config().source.seed_type == before["seed_config"]["source"]["seed_type"]


def test_a_provider_is_named_as_it_was_written(there: DeploymentAnswers) -> None:
    model = dd.ModelConfig(alias="chat", model="m", provider="default/echo")
    told = {"name": "echo", "workspace": "default", "host_url": "http://model/v1"}
    there.instead["GET /apis/models/v2/workspaces/default/providers/echo"] = httpx.Response(200, json=told)

    submitted(there, with_review(builder_with(model)))

    assert there.sent[JOBS][0]["spec"]["config"]["model_configs"][0]["provider"] == "default/echo"


# What is refused.


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (a_dataframe, "The seed is a DataFrame"),
        (a_file, "The seed is a local file"),
        (a_folder, "The seed is a local folder"),
        (file_contents, "The seed is local files"),
        (a_custom_column, "Column `shout` is made by a function of this kernel"),
        (a_callable_validator, "Column `checked` is made by a function of this kernel"),
        (tools, r"Tools \(`search`\) work in this kernel only"),
    ],
)
def test_what_only_this_kernel_has_is_refused_with_a_way_on(
    there: DeploymentAnswers, tmp_path: Path, make: Callable[[Path], dd.DataDesignerConfigBuilder], named: str
) -> None:
    builder = make(tmp_path)

    with pytest.raises(ResourceError, match=named) as raised:
        submitted(there, builder)

    assert "`--submit`" in str(raised.value)
    assert there.posted() == []


def test_what_only_this_kernel_has_is_refused_even_where_nobody_answers(
    there: DeploymentAnswers, tmp_path: Path
) -> None:
    there.instead["GET /openapi.json"] = httpx.ConnectError("nobody")

    with pytest.raises(UnreachableError, match="1 more thing is in the way") as refused:
        submitted(there, a_dataframe(tmp_path))

    assert "a DataFrame" in str(refused.value.report)


def test_a_deployment_without_the_data_designer_api_is_told_of(there: DeploymentAnswers) -> None:
    there.seed_types = None

    with pytest.raises(RefusedError, match=r"has no Data Designer API. `%dd_connect`"):
        submitted(there)


@pytest.mark.parametrize("name", ["../../etc", "Reviews", "a b", "x", "é-1", "a--b", "1st", "a" * 52, "a-", "a\nb"])
def test_a_name_that_the_services_would_not_take_is_refused_before_it_is_sent(
    there: DeploymentAnswers, name: str
) -> None:
    workload = JobWorkload(builder_with(), 5, name, WORKSPACE)

    with pytest.raises(RefusedError, match="cannot be a job's name"):
        background.wait_for(submit(there.deployment, workload))

    assert there.posted() == []


def test_a_name_that_is_taken_says_so(there: DeploymentAnswers) -> None:
    there.status = "active"

    with pytest.raises(ConflictError, match=f"A job `{NAME}` exists already"):
        submitted(there)


def test_an_answer_that_was_lost_makes_no_second_job(there: DeploymentAnswers) -> None:
    there.faults = []
    answers = iter([httpx.ReadTimeout("late")])
    create = there._create

    def create_and_lose(body: dict[str, Any]) -> httpx.Response:
        answer = create(body)
        for error in answers:
            raise error
        return answer

    there._create = create_and_lose  # type: ignore[method-assign]

    job = submitted(there)

    assert job.name == NAME
    assert len(there.created) == 1 and len(there.sent[JOBS]) == 2


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("request_", ["GET /openapi.json", f"POST {JOBS}"])
def test_who_may_not_submit_is_told_so(there: DeploymentAnswers, request_: str, status: int) -> None:
    there.instead[request_] = refused(status, "Not you.")

    with pytest.raises(DeniedError, match="Not you"):
        submitted(there)

    assert there.created == []


# Profile and options.


@pytest.mark.parametrize(
    ("field", "value"), [("profile", "gpu/large"), ("options", {"docker": {"cpus": "2", "memory": "4g"}})]
)
def test_what_the_deployment_takes_is_sent(there: DeploymentAnswers, field: str, value: Any) -> None:
    there.fields = (*JOB_FIELDS, "profile", "options")

    submitted(there, **{field: value})

    (body,) = there.sent[JOBS]
    assert body[field] == value
    assert set(body) & {"profile", "options"} == {field}


@pytest.mark.parametrize(
    ("given", "option"), [({"profile": "gpu/large"}, "--profile"), ({"options": {"a": {"b": "c"}}}, "--option")]
)
def test_what_the_deployment_would_drop_is_refused_and_the_profiles_that_it_has_are_named(
    there: DeploymentAnswers, given: dict[str, Any], option: str
) -> None:
    there.profiles = ("default", "large")

    with pytest.raises(RefusedError) as raised:
        submitted(there, **given)

    assert f"would ignore `{option}`" in str(raised.value)
    assert "it offers: cpu/default, cpu/large" in str(raised.value)
    assert there.posted() == []


def test_a_deployment_that_offers_nothing_says_so(there: DeploymentAnswers) -> None:
    there.profiles = ()

    with pytest.raises(RefusedError, match="it offers: nothing"):
        submitted(there, profile="gpu/large")


@pytest.mark.parametrize("status", [403, 404, 500])
def test_profiles_that_cannot_be_listed_do_not_hide_what_is_wrong(there: DeploymentAnswers, status: int) -> None:
    there.instead["GET /apis/jobs/v2/execution-profiles"] = refused(status, "Not you.")

    with pytest.raises(RefusedError, match="would ignore `--profile`"):
        submitted(there, profile="gpu/large")


def test_nobody_there_is_said(there: DeploymentAnswers) -> None:
    there.instead["GET /openapi.json"] = httpx.ConnectError("nobody")

    with pytest.raises(UnreachableError, match="No NeMo Services answer at http://double"):
        submitted(there)


# Columns.


def test_columns_are_told_with_what_they_need_and_bring(there: DeploymentAnswers) -> None:
    model = dd.ModelConfig(alias="chat", model="m", provider="p")
    builder = with_review(builder_with(model))
    builder.add_column(name="hidden", column_type="expression", expr="x", drop=True)

    product, review, hidden = columns_of(builder)

    assert (product.name, product.type, product.aliases) == ("product", "sampler", ())
    assert (review.name, review.aliases) == ("review", ("chat",))
    assert (product.kept, hidden.kept) == (True, False)
