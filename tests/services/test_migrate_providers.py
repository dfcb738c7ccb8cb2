"""Providers and keys move to NeMo Services and back, and what names them then works there."""

from __future__ import annotations

import logging
import os
import re
import traceback
import uuid
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest
import yaml
from data_designer.config import default_model_settings
from data_designer.config.utils import constants
from pydantic import SecretStr

import dd_jupyter as ddj
from dd_jupyter.errors import ConfigError, DDJupyterError, ResourceError, ServicesError
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.migration.gateway_providers import plan_providers_to_services
from dd_jupyter.resources.migration.local_providers import plan_providers_to_local
from dd_jupyter.resources.migration.rewriting import rewritten
from dd_jupyter.resources.migration.secrets import plan_token_to_local, plan_token_to_services
from dd_jupyter.resources.migration.steps import Means, Moves, PlannedStep, Rewrites, Step
from dd_jupyter.resources.places import Here
from tests.support.builders import builder_with, with_review
from tests.support.model_double import ModelDouble
from tests.support.nemo_services import GatewayModel, NemoServices

KEY = "nvapi-key-that-is-moved-0123456789"
VARIABLE = "KEY_OF_THE_MOVED"

Planner = Callable[[dd.DataDesignerConfigBuilder, Here, Deployment], Coroutine[Any, Any, Moves]]


@pytest.fixture
def deployment(services: NemoServices) -> Iterator[Deployment]:
    """What plans and carries out."""
    deployment = services.deployment()
    yield deployment
    deployment.close()


@pytest.fixture
def near(monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayModel]:
    """A model provider of this machine, which answers nobody without the key in `VARIABLE`."""
    monkeypatch.setenv(VARIABLE, KEY)
    with GatewayModel(f"near-{uuid.uuid4().hex[:8]}", KEY) as model:
        yield model


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Local settings of the test's own; the library fixed where they are when it was imported."""
    file = tmp_path / "data-designer" / "model_providers.yaml"
    file.parent.mkdir()
    file.write_text("# Mine.\nproviders:\n  - name: mine\n    endpoint: http://127.0.0.1:9/v1   # nobody\n")
    monkeypatch.setattr(constants, "MODEL_PROVIDERS_FILE_PATH", file)
    monkeypatch.setattr(default_model_settings, "MODEL_PROVIDERS_FILE_PATH", file)
    return file


@dataclass
class Migration:
    """A plan that is carried out as a person would have it done; remembers what it asked for."""

    deployment: Deployment
    plan: Moves
    answer: str | None = None
    asked: list[str] = field(default_factory=list)

    @property
    def steps(self) -> list[PlannedStep]:
        return [step.plan for step in self.plan[0]]

    @property
    def rewrites(self) -> Rewrites:
        return self.plan[1]

    @property
    def states(self) -> dict[str, str]:
        return {step.action: step.state for step in self.steps}

    def apply(self) -> Migration:
        for step in self.plan[0]:
            self.carry_out(step)
        return self

    def carry_out(self, step: Step) -> None:
        wait_for(step.carry_out(self.deployment, Means(ask=self._ask)))

    def _ask(self, words: str) -> SecretStr | None:
        self.asked.append(words)
        return SecretStr(self.answer) if self.answer is not None else None


@pytest.fixture
def plan(deployment: Deployment) -> Callable[..., Migration]:
    def plan(planner: Planner, builder: dd.DataDesignerConfigBuilder, *providers: dd.ModelProvider, **more: Any) -> Any:
        settings = ddj.Settings(model_providers=list(providers) if providers else None)
        return Migration(deployment, wait_for(planner(builder, Here(settings), deployment)), **more)

    return plan


def provider(model: ModelDouble, **changed: Any) -> dd.ModelProvider:
    return dd.ModelProvider(**{"name": model.name, "endpoint": model.url, "api_key": VARIABLE, **changed})


def on(name: str, model: str = "double-chat") -> dd.DataDesignerConfigBuilder:
    return with_review(builder_with(dd.ModelConfig(alias="chat", model=model, provider=name, skip_health_check=True)))


def submitted(migration: Migration, builder: dd.DataDesignerConfigBuilder) -> Any:
    return ddj.preview(rewritten(builder, migration.rewrites), num_records=2, submit=True)


# ------------------------------------------------------------------------------------------- to services


def test_a_local_provider_with_its_key_in_a_variable_serves_a_submitted_preview(plan, near, deployment):
    builder = on(near.name)

    migration = plan(plan_providers_to_services, builder, provider(near))

    assert [(step.action, step.target, step.state) for step in migration.steps] == [
        ("Create secret", f"default/{near.name}-api-key", "to do"),
        ("Register provider", f"default/{near.name}", "to do"),
    ]
    assert migration.rewrites.providers == {near.name: f"default/{near.name}"}
    assert migration.steps[0].source == f"environment variable `{VARIABLE}`"

    sample = submitted(migration.apply(), builder)

    assert len(sample.dataset) == 2 and sample.dataset["review"].notna().all()
    assert {request.key for request in near.chat_requests()} == {KEY}
    assert not migration.asked
    assert wait_for(deployment.secrets.value("default", f"{near.name}-api-key")).get_secret_value() == KEY


def test_a_second_plan_finds_all_there_and_makes_nothing(plan, near, deployment):
    builder = on(near.name)
    first = plan(plan_providers_to_services, builder, provider(near)).apply()
    before = wait_for(deployment.models.providers("default"))

    second = plan(plan_providers_to_services, builder, provider(near))

    assert second.states == {"Register provider": "there already"}
    assert "whose value is not compared" in second.steps[0].sentence
    assert second.rewrites == first.rewrites
    second.apply()
    first.apply()  # what was planned before does nothing either
    assert wait_for(deployment.models.providers("default")) == before


def test_a_key_that_is_written_out_is_in_the_secret_and_nowhere_else(plan, near, deployment, caplog, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    caplog.set_level(logging.DEBUG)
    builder = on(near.name)

    migration = plan(plan_providers_to_services, builder, provider(near, api_key=KEY))

    assert submitted(migration.apply(), builder).dataset["review"].notna().all()
    shown = [
        repr(migration.plan),
        *(step.model_dump_json() for step in migration.steps),
        *(repr(vars(step)) for step in migration.plan[0]),
        caplog.text,
    ]
    assert migration.steps[0].name == "in plain text"
    assert not any(KEY in text for text in shown)


def test_a_variable_that_is_not_set_is_asked_for(plan, near, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    builder = on(near.name)

    migration = plan(plan_providers_to_services, builder, provider(near), answer=KEY)

    assert "is not set in this kernel: its value is asked for" in migration.steps[0].sentence
    assert submitted(migration.apply(), builder).dataset["review"].notna().all()
    assert len(migration.asked) == 1 and VARIABLE in migration.asked[0]


def test_without_an_answer_nothing_is_made_and_it_can_be_applied_again(plan, near, deployment, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    migration = plan(plan_providers_to_services, on(near.name), provider(near))

    with pytest.raises(ResourceError, match=f"`{VARIABLE}`, which holds the key .* is not set"):
        migration.apply()

    assert f"{near.name}-api-key" not in names_of(wait_for(deployment.secrets.secrets("default")))
    monkeypatch.setenv(VARIABLE, KEY)
    migration.apply()
    assert wait_for(deployment.models.gateway_models("default", near.name))


def test_a_provider_without_a_key_needs_no_secret(plan, deployment):
    with ModelDouble(f"open-{uuid.uuid4().hex[:8]}") as model:
        builder = on(model.name)

        migration = plan(plan_providers_to_services, builder, provider(model, api_key=None))

        assert migration.states == {"Register provider": "to do"}
        assert submitted(migration.apply(), builder).dataset["review"].notna().all()


def test_a_secret_of_the_same_workspace_is_used_as_it_is(plan, near, deployment):
    secret = f"given-{near.name}"
    wait_for(deployment.secrets.create("default", secret, KEY))
    builder = on(near.name)

    migration = plan(plan_providers_to_services, builder, provider(near, api_key=f"default/{secret}"))

    assert migration.states == {"Create secret": "there already", "Register provider": "to do"}
    assert "its value is not compared" in migration.steps[0].sentence
    assert submitted(migration.apply(), builder).dataset["review"].notna().all()
    assert wait_for(deployment.models.provider("default", near.name)).api_key_secret_name == secret


def test_a_secret_of_another_workspace_is_copied(plan, near, deployment):
    wait_for(deployment.secrets.create("system", f"far-{near.name}", KEY))

    migration = plan(plan_providers_to_services, on(near.name), provider(near, api_key=f"system/far-{near.name}"))

    assert migration.steps[0].source == f"secret `system/far-{near.name}`"
    migration.apply()
    assert wait_for(deployment.models.gateway_models("default", near.name))


def test_a_secret_that_is_there_is_never_overwritten(plan, near, deployment):
    wait_for(deployment.secrets.create("default", f"{near.name}-api-key", "of somebody else"))

    migration = plan(plan_providers_to_services, on(near.name), provider(near))

    assert migration.states["Create secret"] == "there already"
    with pytest.raises(ServicesError, match=r"is registered, but .* refuses its key"):
        migration.apply()
    assert wait_for(deployment.secrets.value("default", f"{near.name}-api-key")).get_secret_value() == (
        "of somebody else"
    )


def test_another_provider_of_that_name_is_kept_and_the_new_one_gets_a_name_of_its_content(plan, near, deployment):
    wait_for(deployment.models.create_provider("default", near.name, "http://127.0.0.1:9/v1"))
    builder = on(near.name)

    migration = plan(plan_providers_to_services, builder, provider(near))

    name = migration.rewrites.providers[near.name]
    assert name.startswith(f"default/{near.name}-") and len(name) == len(f"default/{near.name}-") + 6
    assert submitted(migration.apply(), builder).dataset["review"].notna().all()
    assert wait_for(deployment.models.provider("default", near.name)).host_url == "http://127.0.0.1:9/v1"
    again = plan(plan_providers_to_services, builder, provider(near))
    assert again.states == {"Register provider": "there already"} and again.rewrites == migration.rewrites


@pytest.mark.parametrize("existing", [{"enabled_models": ["other"]}, {}])
def test_one_that_cannot_serve_the_configuration_is_another_one(plan, near, deployment, existing):
    """It does not enable the model, or was registered without a key."""
    if existing:
        wait_for(deployment.secrets.create("default", f"{near.name}-api-key", KEY))
        existing = {**existing, "api_key_secret_name": f"{near.name}-api-key"}
    wait_for(deployment.models.create_provider("default", near.name, near.url, **existing))
    builder = on(near.name)

    migration = plan(plan_providers_to_services, builder, provider(near))

    assert migration.rewrites.providers[near.name] != f"default/{near.name}"
    assert submitted(migration.apply(), builder).dataset["review"].notna().all()


def test_names_that_services_do_not_take_are_changed(plan, near, deployment):
    one, other = f"my {near.name}!", f"my-{near.name}"
    models = [dd.ModelConfig(alias=f"m{i}", model="m", provider=name) for i, name in enumerate((one, other))]
    builder = builder_with(*models)
    for i in range(2):
        builder.add_column(name=f"t{i}", column_type="llm-text", model_alias=f"m{i}", prompt="{{ product }}")

    migration = plan(plan_providers_to_services, builder, provider(near, name=one), provider(near, name=other)).apply()

    targets = list(migration.rewrites.providers.values())
    assert len(set(targets)) == 2 and f"default/{other}" in targets
    assert plan(plan_providers_to_services, builder, provider(near, name=one), provider(near, name=other)).rewrites == (
        migration.rewrites
    )


def test_a_failure_after_the_secret_can_be_applied_again(plan, near, deployment, monkeypatch):
    migration = plan(plan_providers_to_services, on(near.name), provider(near))
    secret, register = migration.plan[0]
    migration.carry_out(secret)

    async def fails(*args: object, **more: object) -> None:
        raise ServicesError("It fell over.")

    with monkeypatch.context() as patch:
        patch.setattr(deployment.models, "create_provider", fails)
        with pytest.raises(ServicesError, match="It fell over"):
            migration.carry_out(register)

    again = plan(plan_providers_to_services, on(near.name), provider(near))
    assert again.states == {"Create secret": "there already", "Register provider": "to do"}
    again.apply()
    assert wait_for(deployment.models.gateway_models("default", near.name))


def test_extra_headers_and_body_come_along(plan, near, deployment):
    builder = on(near.name)
    more = {"extra_headers": {"x-team": "blue"}, "extra_body": {"seed": 7}}

    submitted(plan(plan_providers_to_services, builder, provider(near, **more)).apply(), builder)

    request = near.chat_requests()[0]
    assert request.headers["x-team"] == "blue" and request.body["seed"] == 7
    again = plan(plan_providers_to_services, builder, provider(near))
    assert "other headers or fields" in again.steps[0].sentence


def test_a_key_in_a_header_becomes_a_secret_that_is_sent_in_that_header(plan, deployment):
    with ModelDouble(f"header-{uuid.uuid4().hex[:8]}") as model:
        builder = on(model.name)
        here = provider(model, api_key=None, extra_headers={"X-Goog-Api-Key": KEY, "x-team": "blue"})

        migration = plan(plan_providers_to_services, builder, here)
        submitted(migration.apply(), builder)

        request = model.chat_requests()[0]
        assert request.headers["x-goog-api-key"] == KEY and request.headers["x-team"] == "blue"
        registered = wait_for(deployment.models.provider("default", model.name))
        assert registered.default_extra_headers == {"x-team": "blue"}
        assert KEY not in repr(migration.plan) + repr([vars(step) for step in migration.plan[0]])


def test_a_bearer_token_in_a_header_becomes_the_key(plan, near):
    builder = on(near.name)
    here = provider(near, api_key=None, extra_headers={"Authorization": f"Bearer {KEY}"})

    assert submitted(plan(plan_providers_to_services, builder, here).apply(), builder).dataset["review"].notna().all()


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"extra_headers": {"x-api-key": KEY}}, "a key in its headers .* another beside it"),
        ({"api_key": None, "extra_headers": {"x-api-key": KEY, "cookie": "a=b"}}, "a key in its headers"),
        ({"extra_body": {"api_key": "short"}}, "seems to have a key among the fields"),
        ({"extra_body": {"nested": {"x": KEY}}}, "seems to have a key among the fields"),
        ({"endpoint": f"http://me:{KEY}@127.0.0.1:9/v1"}, "a user name, a password or a query in its endpoint"),
    ],
)
def test_a_key_that_would_be_visible_is_not_moved(plan, near, changed, why):
    migration = plan(plan_providers_to_services, on(near.name), provider(near, **changed))

    [step] = migration.steps
    assert step.state == "impossible" and not migration.rewrites.providers
    assert re.search(why, step.sentence)
    assert KEY not in step.model_dump_json()


def test_anthropic_is_registered_as_its_gateway_wants_it(plan, near, deployment):
    with ModelDouble(f"claude-{uuid.uuid4().hex[:8]}") as model:
        builder = on(model.name)

        migration = plan(plan_providers_to_services, builder, provider(model, provider_type="anthropic")).apply()

        assert "as an OpenAI server" in migration.steps[-1].sentence
        submitted(migration, builder)
        request = model.chat_requests()[0]
        assert request.headers["x-api-key"] == KEY and request.headers["anthropic-version"] == "2023-06-01"


def test_a_provider_of_the_gateway_is_left_alone(plan, model):
    migration = plan(plan_providers_to_services, on(model.name), provider(model, name="other"))

    assert not migration.steps and not migration.rewrites.providers


def test_an_endpoint_on_this_machine_is_told_when_services_are_elsewhere(near, services):
    class Elsewhere(Deployment):
        base_url = "https://nemo.example"  # type: ignore[assignment]

    deployment = Elsewhere(services.deployment().context)
    here = Here(ddj.Settings(model_providers=[provider(near)]))

    steps, _ = wait_for(plan_providers_to_services(on(near.name), here, deployment))

    deployment.close()
    assert "on this machine, where services elsewhere cannot reach it" in steps[-1].plan.sentence
    assert steps[-1].plan.state == "to do"


# ---------------------------------------------------------------------------------------------- to local


def test_a_provider_of_the_gateway_serves_a_run_from_the_local_settings(
    plan, near, deployment, settings_file, monkeypatch
):
    at_home = on(near.name)
    there = plan(plan_providers_to_services, at_home, provider(near, extra_body={"seed": 7})).apply()
    builder = rewritten(at_home, there.rewrites)
    variable = f"{near.name.upper().replace('-', '_')}_API_KEY"
    monkeypatch.delenv(variable, raising=False)
    before = settings_file.read_text()

    migration = plan(plan_providers_to_local, builder)

    assert migration.states == {"Set variable": "to do", "Write provider settings": "to do"}
    assert migration.rewrites.providers == {f"default/{near.name}": near.name}
    assert "for this kernel only" in migration.steps[0].sentence and KEY not in repr(migration.steps)
    try:
        migration.apply()

        sample = ddj.preview(rewritten(builder, migration.rewrites), num_records=2)
        assert len(sample.dataset) == 2 and near.chat_requests()[-1].body["seed"] == 7
        assert near.chat_requests()[-1].key == KEY
        assert settings_file.read_text().startswith(before) and KEY not in settings_file.read_text()
        assert yaml.safe_load(settings_file.read_text())["providers"][1] == {
            "name": near.name,
            "endpoint": near.url,
            "provider_type": "openai",
            "api_key": variable,
            "extra_body": {"seed": 7},
        }
        once = settings_file.read_text()
        migration.apply()
        assert settings_file.read_text() == once
        assert not plan(plan_providers_to_local, rewritten(builder, migration.rewrites)).steps
        again = plan(plan_providers_to_local, builder)
        assert again.rewrites == migration.rewrites
        assert again.states == {"Set variable": "there already", "Write provider settings": "there already"}
    finally:
        os.environ.pop(variable, None)


def test_another_local_provider_of_that_name_stays(plan, near, deployment, settings_file):
    wait_for(deployment.models.create_provider("default", near.name, near.url.removesuffix("/v1")))
    text = settings_file.read_text().replace("mine", near.name)
    settings_file.write_text(text)

    migration = plan(plan_providers_to_local, on(f"default/{near.name}")).apply()

    name = migration.rewrites.providers[f"default/{near.name}"]
    assert name.startswith(f"{near.name}-")
    providers = yaml.safe_load(settings_file.read_text())["providers"]
    assert [each["name"] for each in providers] == [near.name, name]
    assert providers[1]["endpoint"] == near.url  # with the version that the gateway adds
    assert "api_key" not in providers[1]


def test_a_key_that_services_do_not_give_is_asked_for(plan, near, deployment, settings_file, monkeypatch):
    plan(plan_providers_to_services, on(near.name), provider(near)).apply()
    variable = f"{near.name.upper().replace('-', '_')}_API_KEY"
    migration = plan(plan_providers_to_local, on(f"default/{near.name}"), answer=KEY)

    async def denied(*names: str) -> None:
        from dd_jupyter.errors import DeniedError

        raise DeniedError("No.", status=403)

    monkeypatch.setattr(deployment.secrets, "value", denied)
    try:
        migration.apply()
        assert os.environ[variable] == KEY
    finally:
        os.environ.pop(variable, None)
    assert len(migration.asked) == 1

    migration.answer = None
    before = settings_file.read_text()
    with pytest.raises(ResourceError, match="may not be read in this kernel"):
        migration.apply()
    assert settings_file.read_text() == before


def test_providers_given_in_code_are_not_looked_for_in_the_settings(plan, near, deployment, settings_file):
    wait_for(deployment.models.create_provider("default", near.name, near.url))
    before = settings_file.read_text()

    migration = plan(plan_providers_to_local, on(f"default/{near.name}"), provider(near, name="x")).apply()

    assert migration.states == {"Write provider settings": "impossible"}
    assert "given in code" in migration.steps[0].sentence
    assert settings_file.read_text() == before


@pytest.mark.parametrize(
    ("registered", "why"),
    [
        ({"default_extra_headers": {"x-api-key": KEY}}, "has a key in its header `x-api-key`"),
        ({"auth_header_format": "X-Other: {{ auth_secret }}", "key": True}, "takes its key in header `X-Other`"),
        (None, "is not in workspace `default`"),
    ],
)
def test_what_local_settings_cannot_hold_is_told(plan, near, deployment, settings_file, registered, why):
    if registered is not None:
        more = dict(registered)
        if more.pop("key", False):
            wait_for(deployment.secrets.create("default", f"{near.name}-api-key", KEY))
            more["api_key_secret_name"] = f"{near.name}-api-key"
        wait_for(deployment.models.create_provider("default", near.name, near.url, **more))

    [step] = plan(plan_providers_to_local, on(f"default/{near.name}")).steps

    assert step.state == "impossible" and why in step.sentence and KEY not in step.model_dump_json()


def test_one_that_speaks_as_anthropic_does_stays_one(plan, near, deployment, settings_file, monkeypatch):
    monkeypatch.setenv(f"{near.name.upper().replace('-', '_')}_API_KEY", KEY)
    wait_for(deployment.secrets.create("default", f"{near.name}-api-key", KEY))
    details = {"auth_header_format": "X-Api-Key: {{ auth_secret }}", "api_key_secret_name": f"{near.name}-api-key"}
    headers = {"anthropic-version": "2023-06-01"}
    wait_for(
        deployment.models.create_provider("default", near.name, near.url, default_extra_headers=headers, **details)
    )

    plan(plan_providers_to_local, on(f"default/{near.name}")).apply()

    written = yaml.safe_load(settings_file.read_text())["providers"][-1]
    assert (written["provider_type"], written["extra_headers"]) == ("anthropic", headers)


def test_a_provider_that_everybody_knows_has_its_key_in_the_variable_that_everybody_uses(
    plan, near, deployment, settings_file, monkeypatch
):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    wait_for(deployment.secrets.create("default", f"{near.name}-api-key", KEY))
    wait_for(
        deployment.models.create_provider(
            "default", near.name, "https://api.openai.com", api_key_secret_name=f"{near.name}-api-key"
        )
    )

    migration = plan(plan_providers_to_local, on(f"default/{near.name}"))

    assert migration.steps[0].target == "OPENAI_API_KEY"
    assert migration.steps[1].source.endswith("https://api.openai.com/v1")


@pytest.mark.parametrize("text", [f"providers: [\n  api_key: {KEY}\n", f"providers:\n- api_key: {KEY}\n"])
@pytest.mark.parametrize("planner", [plan_providers_to_local, plan_providers_to_services])
def test_settings_that_cannot_be_read_are_told_without_what_they_say(plan, near, settings_file, planner, text):
    settings_file.write_text(text)

    with pytest.raises(ConfigError, match="cannot be read") as raised:
        plan(planner, on(near.name))

    assert KEY not in "".join(traceback.format_exception(raised.value)) and raised.value.__context__ is None
    assert settings_file.read_text() == text


# ------------------------------------------------------------------------------------------------- tokens


def seeded(token: str | None) -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    return builder.with_seed_dataset(dd.HuggingFaceSeedSource(path="datasets/a/b/c.parquet", token=token))


@pytest.mark.parametrize("form", ["variable", "written out"])
def test_the_token_of_a_seed_becomes_a_secret(plan, deployment, monkeypatch, form):
    token = "hf_aTokenOfTheTest0123456789"
    name = f"TOKEN_{uuid.uuid4().hex.upper()}" if form == "variable" else "HF_TOKEN"
    monkeypatch.setenv(name, token)
    if form == "written out":
        monkeypatch.delenv(name)
        if "hf-token" in names_of(wait_for(deployment.secrets.secrets("default"))):
            wait_for(deployment.secrets.delete("default", "hf-token"))
    builder = seeded(name if form == "variable" else token)

    migration = plan(plan_token_to_services, builder).apply()

    target = f"default/{name.lower().replace('_', '-')}"
    assert migration.steps[0].target == target and migration.states == {"Create secret": "to do"}
    assert migration.rewrites.seed.token == target
    assert builder.get_seed_config().source.token != target
    assert token not in repr(migration.plan) + repr(vars(migration.plan[0][0])) + migration.steps[0].model_dump_json()
    assert wait_for(deployment.secrets.value(*target.split("/"))).get_secret_value() == token
    again = plan(plan_token_to_services, builder)
    assert again.states == {"Create secret": "there already"} and again.rewrites.seed.token == target
    assert not plan(plan_token_to_services, seeded(target)).steps


def test_a_token_that_is_the_bare_name_of_a_secret_is_named_in_full(plan, deployment):
    name = f"bare-{uuid.uuid4().hex[:8]}"
    wait_for(deployment.secrets.create("default", name, "hf_x"))

    migration = plan(plan_token_to_services, seeded(name))

    assert migration.rewrites.seed.token == f"default/{name}"
    assert migration.states == {"Create secret": "there already"}


def test_a_token_in_services_becomes_a_variable(plan, deployment, monkeypatch):
    name = f"hf-{uuid.uuid4().hex[:8]}"
    wait_for(deployment.secrets.create("default", name, "hf_back0123456789"))
    monkeypatch.setenv("HF_TOKEN", "")

    migration = plan(plan_token_to_local, seeded(f"default/{name}")).apply()

    assert migration.rewrites.seed.token == "HF_TOKEN"
    assert os.environ["HF_TOKEN"] == "hf_back0123456789"


def test_a_seed_without_a_token_needs_nothing(plan):
    assert not plan(plan_token_to_services, seeded(None)).steps
    assert not plan(plan_token_to_local, seeded("HF_TOKEN")).steps


def test_a_value_that_services_refuse_is_in_no_error(plan, near, deployment, monkeypatch):
    """They repeat what they were sent in what they say of it."""
    from dd_jupyter.errors import RefusedError

    async def refuses(workspace: str, name: str, value: SecretStr, **more: object) -> None:
        raise RefusedError(f"NeMo Services answered 422: input: '{value.get_secret_value()}'", status=422)

    monkeypatch.setattr(deployment.secrets, "create", refuses)
    with pytest.raises(DDJupyterError) as raised:
        plan(plan_providers_to_services, on(near.name), provider(near)).apply()

    assert KEY not in "".join(traceback.format_exception(raised.value))
    assert raised.value.__context__ is None or KEY not in str(raised.value.__context__)


def names_of(secrets: Any) -> set[str]:
    return {secret.name for secret in secrets}
