"""What a migration makes has names that NeMo Services take, and that a second plan finds again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_jupyter.nemo.names import NAME, content_name, entity_name
from dd_jupyter.resources.migration.visible_keys import holds_key


@given(name=st.text(max_size=300), suffix=st.sampled_from(["", "-api-key"]))
def test_any_name_becomes_one_that_a_secret_can_have(name: str, suffix: str) -> None:
    made = entity_name(name, suffix, stem="key")

    assert NAME.fullmatch(made) and made.endswith(suffix)
    assert made == entity_name(name, suffix, stem="key")


@pytest.mark.parametrize("name", ["openai", "my_provider", "gpt-4.1", "ab"])
def test_a_name_that_a_secret_can_have_is_kept(name: str) -> None:
    assert entity_name(name, stem="key") == name
    assert entity_name(name, "-api-key", stem="key") == f"{name}-api-key"  # as `nemo setup` names it


@given(names=st.sets(st.sampled_from(["a b", "a-b", "A-b", "a--b", "-a-b", "a/b", "ä-b", "a" * 70, "a" * 71, ""])))
def test_names_that_look_alike_stay_apart(names: set[str]) -> None:
    assert len({entity_name(name, "-api-key", stem="key") for name in names}) == len(names)


def test_the_name_of_content_is_that_of_its_digest() -> None:
    assert content_name("openai", "https://api.openai.com/v1") == "openai-d96171"
    assert content_name("openai", "https://other/v1") != content_name("openai", "https://api.openai.com/v1")


@pytest.mark.parametrize("name", ["Authorization", "x-api-key", "api_key", "X-Goog-Api-Key", "Cookie", "X-Auth-Token"])
def test_headers_that_hold_keys_are_told_by_their_names(name: str) -> None:
    assert holds_key(name)


@pytest.mark.parametrize("name", ["x-team", "anthropic-version", "max_tokens", "seed", "keyboard", "X-Title"])
def test_others_are_not(name: str) -> None:
    assert not holds_key(name, "blue")
    assert holds_key(name, "nvapi-0123456789abcdefghij")
