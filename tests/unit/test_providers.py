"""A provider or a key that is not there is told before anything is sent."""

from __future__ import annotations

import data_designer.config as dd
import pytest

from dd_jupyter.errors import ResourceError
from dd_jupyter.resources.providers import ProviderReference, check_providers, provider_references
from tests.support.builders import with_review

VARIABLE = "TEST_PROVIDER_KEY"


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

    assert provider_references(builder) == [ProviderReference("near", "chat", ("`review`", "`title`"))]


def test_a_profiler_uses_a_provider_too() -> None:
    builder = reviewing(chat(), chat("far", alias="judge"))
    builder.add_profiler(dd.JudgeScoreProfilerConfig(model_alias="judge"))

    assert ProviderReference("far", "judge", ("a profiler",)) in provider_references(builder)


def test_an_alias_that_no_model_has_is_named_with_its_columns_and_those_there_are() -> None:
    with pytest.raises(ResourceError, match=r"`chat`, used by `review`, .*\(other, third\)"):
        provider_references(reviewing(chat(alias="third"), chat(alias="other")))


def test_a_provider_that_is_not_there_is_named_with_those_that_are() -> None:
    builder = reviewing(chat("nvidia2"))

    with pytest.raises(
        ResourceError, match=r"`nvidia2` of model alias `chat` is not in the providers given.*far, near"
    ):
        check_providers(builder, [provider(), provider("far")], strict_keys=True)


def test_a_provider_that_is_not_in_the_local_settings_is_told_with_their_file() -> None:
    with pytest.raises(ResourceError, match=r"your local settings \(.*model_providers\.yaml\)"):
        check_providers(reviewing(chat("nowhere")), None, strict_keys=True)


def test_names_are_exact() -> None:
    with pytest.raises(ResourceError, match="`Near`"):
        check_providers(reviewing(chat("Near")), [provider("near")], strict_keys=True)


def test_a_key_that_is_not_set_names_variable_provider_and_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    with pytest.raises(ResourceError, match=rf"`{VARIABLE}`, which holds the key of provider `near`, used by `review`"):
        check_providers(reviewing(chat()), [provider(key=VARIABLE)], strict_keys=True)


@pytest.mark.parametrize("key", [VARIABLE, "EMPTY", "a plain key", None])
def test_a_key_that_is_there_is_fine(key: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "set")

    check_providers(reviewing(chat()), [provider(key=key)], strict_keys=True)


def test_another_resolver_speaks_for_its_keys_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    check_providers(reviewing(chat()), [provider(key=VARIABLE)], strict_keys=False)


def test_the_key_of_a_provider_that_is_not_used_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    check_providers(reviewing(chat()), [provider(), provider("far", VARIABLE)], strict_keys=True)


def test_without_models_nothing_is_asked_for() -> None:
    builder = dd.DataDesignerConfigBuilder(model_configs=[chat("nowhere")])
    builder.add_column(name="product", column_type="sampler", sampler_type="uuid", params={})

    check_providers(builder, [], strict_keys=True)
