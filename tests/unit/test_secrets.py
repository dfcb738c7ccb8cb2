"""A key is told from what only looks like one, and is nowhere to be seen."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Callable

import httpx
import pytest

from dd_jupyter.errors import ResourceError, ServicesError
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.credentials import NoCredentials
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.secrets import (
    REDACTED,
    RememberingResolver,
    SecretReference,
    StrictResolver,
    find_key,
    names_variable,
    redact,
)

KEYS = {
    "OpenAI": "sk-aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7bC9dE1fG3",
    "OpenAI, of a project": "sk-proj-Zk3_x9Tq-7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks_Aa2Bb",
    "Anthropic": "sk-ant-api03-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks-AA",
    "OpenRouter": "sk-or-v1-0123456789abcdef0123456789abcdef",
    "NVIDIA": "nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0Ks_Aa2Bb-Cc3",
    "Groq": "gsk_Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0KsAa2Bb",
    "xAI": "xai-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0KsAa2Bb",
    "GitHub": "ghp_Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0KsAa2",
    "GitHub, of an app": "ghs_Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0KsAa2",
    "GitHub, fine-grained": "github_pat_11AAAZk3x9Tq7Lm2Vb8Rn4_Wc6Yd1Fh5Jg0KsAa2Bb3Cc4",
    "GitLab": "glpat-Zk3x9Tq7Lm2Vb8Rn4Wc6",
    "Stripe": "sk_live_Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1F",
    "Hugging Face": "hf_ZkxTqLmVbRnWcYdFhJgKsAaBbCcDdEeFfGg",
    "Google": "AIzaSyZk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0KsAa",
    "AWS": "AKIAIOSFODNN7EXAMPLE",
}
HARMLESS = {
    "a library": "sk-learn is great",
    "a long name in words": "sk-learn-compatible-estimators-and-pipelines",
    "a surrogate key": "SELECT sk_customer_dimension, pk_orders_fact_table FROM sales",
    "a hub": "hf_hub",
    "a long variable": "hf_dataset_for_training_and_validation = 1",
    "a word that ends so": "the risk-management-department-2024-report and task-1234567890123456",
    "a UUID": str(uuid.UUID(int=0x1234567890ABCDEF1234567890ABCDEF)),
    "a hash": hashlib.sha256(b"x").hexdigest(),
    "a commit": hashlib.sha1(b"x").hexdigest(),
    "the name of a variable": "OPENAI_API_KEY",
    "an image": "data:image/png;base64," + base64.b64encode(bytes(range(256)) * 40).decode(),
    "a URL": "https://huggingface.co/datasets/nvidia/Nemotron-Personas/resolve/main/data.parquet",
    "a short placeholder": "sk-...",
    "a prompt": "Write a basic introduction to the bearer of bad news.",
}


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("around", ["{}", 'api_key="{}"', "key: {}\n", "({}, 3)", "https://host/?key={}&x=1"])
def test_a_key_is_found_wherever_it_stands_and_only_its_beginning_is_named(key: str, around: str) -> None:
    found = find_key(around.format(key))

    assert found is not None
    assert found.removesuffix("…") == key[:6]


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
def test_a_key_is_taken_out_of_a_text_whole(key: str) -> None:
    assert redact(f"Refused: {key}, try again.") == f"Refused: {REDACTED}, try again."


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_only_looks_like_a_key_is_left_alone(text: str) -> None:
    assert find_key(text) is None
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("postgres://admin:hunter2@db.example/x", f"postgres://{REDACTED}@db.example/x"),
        ("http://token@proxy:8080 failed", f"http://{REDACTED}@proxy:8080 failed"),
        ("https://user:p@ss@host/x", f"https://{REDACTED}@host/x"),
        ("see https://host/path?mail=a@b.example", "see https://host/path?mail=a@b.example"),
        ("https://host?mail=a@b.example", "https://host?mail=a@b.example"),
        ("write to someone@example.com", "write to someone@example.com"),
    ],
)
def test_a_password_is_taken_out_of_a_url(text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc", f"Authorization: Bearer {REDACTED}"),
        ("authorization: bearer 0123456789abcdef", f"authorization: bearer {REDACTED}"),
        ("Authorization: Basic dXNlcjpwYXNz", f"Authorization: Basic {REDACTED}"),
        ("a basic understanding of it", "a basic understanding of it"),
        ("BASIC INFORMATION", "BASIC INFORMATION"),
        ("the bearer certificate", "the bearer certificate"),
    ],
)
def test_a_credential_is_taken_out_of_a_header_and_words_are_not(text: str, left: str) -> None:
    assert redact(text) == left


@pytest.mark.parametrize(
    ("reference", "is_name"),
    [
        ("NVIDIA_API_KEY", True),
        ("KEY_2", True),
        ("EMPTY", False),
        ("none", False),
        ("my_key", False),
        ("nvapi-Abc_1", False),
        ("", False),
        ("1234_5678", False),
    ],
)
def test_a_reference_names_a_variable_when_it_is_capitals_with_an_underscore(reference: str, is_name: bool) -> None:
    assert names_variable(reference) is is_name


def test_a_set_variable_wins_over_the_reference_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "its value")
    monkeypatch.setenv("lower", "another value")

    resolver = StrictResolver()

    assert resolver.resolve("MY_KEY") == "its value"
    assert resolver.resolve("lower") == "another value"
    assert resolver.resolve("EMPTY") == "EMPTY"


@pytest.mark.parametrize("value", [None, ""])
def test_a_variable_that_is_not_set_is_an_error_with_the_way_to_set_it(
    value: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("MY_KEY", value)

    with pytest.raises(ResourceError, match=r"`MY_KEY`.*is not set.*os\.environ\['MY_KEY'\] = getpass"):
        StrictResolver().resolve("MY_KEY")


@pytest.fixture
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dd_jupyter.resources.secrets._found", set())


@pytest.mark.usefixtures("nothing_remembered")
def test_a_key_that_was_used_is_taken_out_whatever_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "correct horse")
    resolver = RememberingResolver(StrictResolver())

    before, value, after = redact("correct horse"), resolver.resolve("MY_KEY"), redact("It was: correct horse.")

    assert (before, value, after) == ("correct horse", "correct horse", f"It was: {REDACTED}.")


@pytest.mark.usefixtures("nothing_remembered")
def test_a_longer_key_is_taken_out_before_one_that_it_begins_with() -> None:
    resolver = RememberingResolver(StrictResolver())
    resolver.resolve("first-key")
    resolver.resolve("first-key-and-more")

    assert redact("<first-key-and-more>") == f"<{REDACTED}>"


@pytest.mark.usefixtures("nothing_remembered")
@pytest.mark.parametrize("word", ["EMPTY", "none", "x"])
def test_a_placeholder_stays_a_word(word: str) -> None:
    RememberingResolver(StrictResolver()).resolve(word)

    assert redact(f"The dataset is {word}.") == f"The dataset is {word}."


def services(answer: Callable[[httpx.Request], httpx.Response]) -> Callable[[], Deployment]:
    """NeMo Services that answer so."""
    context = NemoContext("http://services.test", "default", "", "nmp", NoCredentials())
    return lambda: Deployment(context, transport=httpx.MockTransport(answer))


def not_to_be_asked() -> Deployment:
    raise AssertionError("The services were asked.")


def answering(status: int) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status, json={"detail": "No."})


def with_values(request: httpx.Request) -> httpx.Response:
    workspace, _, name, *access = request.url.path.removeprefix("/apis/secrets/v2/workspaces/").split("/")
    value = {"value": f"the value of {workspace}/{name}"} if access == ["access"] else {}
    return httpx.Response(200, json={"name": name, "workspace": workspace, **value})


@pytest.mark.parametrize("text", ["default/hf-token", "ml-team/key_2.old", "a1/B", f"default/{'x' * 255}"])
def test_a_workspace_and_a_name_is_a_secret_in_the_services(text: str) -> None:
    reference = SecretReference.parse(text)

    assert str(reference) == text


@pytest.mark.parametrize(
    "text",
    [
        *KEYS.values(),
        *(f"default/{key}" for key in KEYS.values()),
        "plain-key", "EMPTY", "OPENAI_API_KEY", "a/b/c", "/name", "default/", "Default/name", "1st/name", "a--b/name",
        "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "default/na me", "default/näme", "default/name\n",
    ],
)  # fmt: skip
def test_what_has_another_shape_or_looks_like_a_key_is_no_secret_in_the_services(text: str) -> None:
    assert SecretReference.parse(text) is None


@pytest.mark.parametrize("text", ["plain-key", "EMPTY", "a/b/c", KEYS["Hugging Face"], f"default/{KEYS['NVIDIA']}"])
def test_what_is_no_reference_is_a_key_and_never_sent_to_the_services(text: str) -> None:
    assert StrictResolver(not_to_be_asked).resolve(text) == text


def test_a_set_variable_wins_over_a_secret_of_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("default/key", "of the variable")

    assert StrictResolver(not_to_be_asked).resolve("default/key") == "of the variable"


@pytest.mark.usefixtures("nothing_remembered")
def test_the_value_of_a_secret_is_found_and_taken_out_from_then_on() -> None:
    resolver = RememberingResolver(StrictResolver(services(with_values)))

    assert resolver.resolve("ml-team/key") == "the value of ml-team/key"
    assert redact("It was: the value of ml-team/key.") == f"It was: {REDACTED}."


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (404, r"`default/key`, .* is not in NeMo Services at http://services\.test\. .*environment variable"),
        (403, r"`default/key`, .* services only\. .*environment variable.*`--submit`"),
        (401, r"`default/key`, .* cannot be looked up: .*nemo auth login"),
        (400, r"`default/key`, .* cannot be looked up: "),
    ],
)
def test_a_secret_that_cannot_be_read_is_an_error_and_never_a_key(status: int, sentence: str) -> None:
    resolver = StrictResolver(services(answering(status)))

    with pytest.raises(ResourceError, match=sentence):
        resolver.resolve("default/key")


def test_a_value_is_in_no_repr() -> None:
    value = wait_for(services(with_values)().secrets.value("default", "key"))

    assert value.get_secret_value() == "the value of default/key"
    assert "the value of" not in f"{value} {value!r}"


def test_a_malformed_answer_does_not_show_the_value() -> None:
    malformed = services(lambda request: httpx.Response(200, json={"value": ["the value"]}))

    with pytest.raises(ServicesError, match="value") as raised:
        wait_for(malformed().secrets.value("default", "key"))

    assert "the value" not in str(raised.value)
