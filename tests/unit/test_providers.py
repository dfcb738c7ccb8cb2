"""A provider or a key that is not there is told before anything is sent."""

from __future__ import annotations

import data_designer.config as dd
import httpx
import pytest

from dd_jupyter import Settings
from dd_jupyter.errors import NotFoundError, ResourceError
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.credentials import NoCredentials
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.local_run import resolve_for_run
from dd_jupyter.resources.places import Here
from dd_jupyter.resources.providers import ProviderReference, provider_references
from dd_jupyter.resources.resolution import refusal
from tests.support.builders import with_review

VARIABLE = "TEST_PROVIDER_KEY"
GATEWAY = "http://services.test/apis/inference-gateway/v2/workspaces"


class Services:
    """NeMo Services with the providers of workspace `default` that a test names; counts what it is asked."""

    def __init__(self, **providers: object) -> None:
        self.asked: list[str] = []
        self._providers = {name.replace("_", "-"): told for name, told in providers.items()}

    def __call__(self) -> Deployment:
        context = NemoContext("http://services.test", "default", "", "nmp", NoCredentials())
        return Deployment(context, transport=httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path == "/status":
            return httpx.Response(200, json={"status": "healthy"})
        workspace, _, name = request.url.path.removeprefix("/apis/models/v2/workspaces/").split("/")
        if workspace != "default" or name not in self._providers:
            return httpx.Response(404, json={"detail": f"Model provider not found: {workspace}/{name}"})
        told = {"name": name, "workspace": workspace, "host_url": "http://model.test/v1", "unknown": 1}
        return httpx.Response(200, json=told | dict(self._providers[name]))  # type: ignore[call-overload]


def run_on(
    builder: dd.DataDesignerConfigBuilder, *given: dd.ModelProvider, services: Services | None = None
) -> Settings:
    """The settings of a run whose local providers are those given."""
    return resolved(builder, Settings(model_providers=list(given), deployment=services or Services()))


def resolved(builder: dd.DataDesignerConfigBuilder, settings: Settings) -> Settings:
    """The settings of a run under others."""
    found = resolve_for_run(builder, Here(settings), operation="preview")
    error = refusal(found.report, "run")
    if error is not None:
        raise error
    return found.settings


def chat(provider: str = "near", alias: str = "chat") -> dd.ModelConfig:
    return dd.ModelConfig(alias=alias, model="m", provider=provider)


def reviewing(*models: dd.ModelConfig) -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(model_configs=list(models))
    builder.add_column(name="product", column_type="sampler", sampler_type="uuid", params={})
    return with_review(builder)


def provider(name: str = "near", key: str | None = None) -> dd.ModelProvider:
    return dd.ModelProvider(name=name, endpoint="http://localhost:1/v1", api_key=key)


def test_only_the_providers_behind_aliases_in_use_count() -> None:
    builder = reviewing(chat(), chat("far", alias="unused"))
    builder.add_column(name="title", column_type="llm-text", model_alias="chat", prompt="Title {{ review }}")

    assert provider_references(builder) == [ProviderReference("near", ("`review`", "`title`"), {"chat": "m"})]


def test_a_provider_has_all_models_and_columns_that_lead_to_it() -> None:
    builder = reviewing(chat(), chat(alias="other"))
    builder.add_column(name="title", column_type="llm-text", model_alias="other", prompt="Title {{ review }}")

    assert provider_references(builder) == [
        ProviderReference("near", ("`review`", "`title`"), {"chat": "m", "other": "m"})
    ]


def test_a_profiler_uses_a_provider_too() -> None:
    builder = reviewing(chat(), chat("far", alias="judge"))
    builder.add_profiler(dd.JudgeScoreProfilerConfig(model_alias="judge"))

    assert ProviderReference("far", ("a profiler",), {"judge": "m"}) in provider_references(builder)


def test_an_alias_that_no_model_has_is_named_with_its_columns_and_those_there_are() -> None:
    with pytest.raises(ResourceError, match=r"`chat`, used by `review`, .*\(other, third\)"):
        run_on(reviewing(chat(alias="third"), chat(alias="other")), provider())


def test_a_bare_name_that_is_nowhere_is_told_with_both_places_and_those_that_are_there() -> None:
    services = Services()

    with pytest.raises(
        ResourceError,
        match=r"`nvidia2` of model alias `chat` is in neither workspace `default` of http://services\.test nor the "
        r"providers given, which have far, near\. .*configuration `chat`.*--provider nvidia2`",
    ):
        run_on(reviewing(chat("nvidia2")), provider(), provider("far"), services=services)

    assert services.asked[-1] == "/apis/models/v2/workspaces/default/providers/nvidia2"


def test_a_provider_that_is_not_in_the_local_settings_is_told_with_their_file() -> None:
    with pytest.raises(ResourceError, match=r"your local settings \(.*model_providers\.yaml\)"):
        resolved(reviewing(chat("nowhere")), Settings(deployment=Services()))


def test_names_are_exact() -> None:
    with pytest.raises(ResourceError, match="`Near`"):
        run_on(reviewing(chat("Near")), provider("near"))


@pytest.mark.parametrize("name", ["default/echo", "echo"])
def test_a_provider_in_the_services_is_asked_through_their_gateway(name: str) -> None:
    settings = run_on(reviewing(chat(name)), provider(), services=Services(echo={}))

    found = {provider.name: provider for provider in settings.model_providers or ()}
    assert set(found) == {"near", name}
    assert found[name].endpoint == f"{GATEWAY}/default/provider/echo/-"
    assert found[name].api_key is None
    assert set(settings.authorizations) == {name}


def test_the_gateway_adds_the_version_that_the_host_has_not() -> None:
    services = Services(echo={"host_url": "http://model.test"})

    (found,) = run_on(reviewing(chat("default/echo")), services=services).model_providers or ()

    assert found.endpoint == f"{GATEWAY}/default/provider/echo/-/v1"


def test_a_workspace_and_name_is_a_local_provider_only_if_that_is_its_very_name() -> None:
    services = Services()

    settings = run_on(reviewing(chat("default/echo")), provider("default/echo"), services=services)

    assert [one.endpoint for one in settings.model_providers or ()] == ["http://localhost:1/v1"]
    assert services.asked == []


def test_a_workspace_and_name_is_not_looked_for_under_its_last_part() -> None:
    services = Services(echo={})

    with pytest.raises(ResourceError, match=r"`other/echo` of model alias `chat` is not in workspace `other` of"):
        run_on(reviewing(chat("other/echo")), provider("echo"), services=services)

    assert sorted(services.asked) == ["/apis/models/v2/workspaces/other/providers/echo", "/status"]


@pytest.mark.parametrize("name", ["a/b/c", "../x", "Default/echo", "my provider", "default/echo?x=1"])
def test_what_can_be_no_name_is_never_part_of_a_request(name: str) -> None:
    services = Services()

    with pytest.raises(ResourceError, match="is not in the providers given"):
        run_on(reviewing(chat(name)), provider(), services=services)

    assert services.asked == []


def test_a_model_that_is_not_enabled_is_told_with_those_that_are() -> None:
    services = Services(echo={"enabled_models": ["large", "small"]})

    with pytest.raises(ResourceError, match=r"`m` of alias `chat` is not enabled at .*`default/echo`, .* large, small"):
        run_on(reviewing(chat("default/echo")), services=services)


def test_a_key_that_is_not_set_names_variable_provider_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    with pytest.raises(ResourceError, match=rf"`{VARIABLE}`, which holds the key of provider `near`, used by `review`"):
        run_on(reviewing(chat()), provider(key=VARIABLE))


@pytest.mark.parametrize("key", [VARIABLE, "EMPTY", "a plain key", None])
def test_a_key_that_is_there_is_fine_and_the_services_are_not_asked(
    key: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "set")
    services = Services()

    run_on(reviewing(chat()), provider(key=key), services=services)

    assert services.asked == []


def test_another_resolver_speaks_for_its_keys_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    class Vault:
        def resolve(self, secret: str) -> str:
            return f"key-for-{secret}"

    monkeypatch.delenv(VARIABLE, raising=False)
    services = Services()
    keys = [provider(key=VARIABLE), provider("far", "default/key")]

    settings = resolved(reviewing(chat()), Settings(model_providers=keys, secret_resolver=Vault(), deployment=services))

    assert settings.secret_resolver is not None
    assert settings.secret_resolver.resolve("x") == "key-for-x"
    assert services.asked == []


def test_the_key_of_a_provider_that_is_not_used_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    services = Services()

    run_on(
        reviewing(chat()), provider(), provider("far", VARIABLE), provider("farther", "default/k"), services=services
    )

    assert services.asked == []


def test_without_models_nothing_is_asked_for() -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=[chat("nowhere")])
    builder.add_column(name="product", column_type="sampler", sampler_type="uuid", params={})
    services = Services()

    run_on(builder, services=services)

    assert services.asked == []


def test_all_pages_of_the_providers_are_read() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        told = {"name": f"p{page}", "workspace": "default", "host_url": "http://ada:hunter2@model.test"}
        return httpx.Response(200, json={"data": [told], "pagination": {"page": page, "total_pages": 3}})

    context = NemoContext("http://services.test", "default", "", "nmp", NoCredentials())
    deployment = Deployment(context, transport=httpx.MockTransport(answer))

    found = wait_for(deployment.models.providers("default"))

    assert [one.name for one in found] == ["p1", "p2", "p3"]
    assert "hunter2" not in repr(found)


def test_a_provider_that_is_not_there_is_an_error_of_its_own_kind() -> None:
    with pytest.raises(NotFoundError, match="default/nope"):
        wait_for(Services()().models.provider("default", "nope"))
