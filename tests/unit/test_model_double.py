"""The model double does what tests rely on."""

from __future__ import annotations

import base64
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import jsonschema
import pytest

from tests.support.kernel import REPOSITORY
from tests.support.model_double import ModelDouble
from tests.support.model_request import health_checks
from tests.support.schema_instance import instance

CUSTOMER = {
    "$defs": {"Tier": {"enum": ["gold", "silver"]}},
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 3},
        "age": {"type": "integer", "minimum": 18, "maximum": 20},
        "tier": {"$ref": "#/$defs/Tier"},
        "email": {"anyOf": [{"type": "string", "format": "email"}, {"type": "null"}]},
        "orders": {
            "type": "array",
            "minItems": 2,
            "items": {
                "type": "object",
                "properties": {
                    "sku": {"type": "string", "pattern": r"^[A-Z]{2}-\d{4}$"},
                    "price": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
                },
                "required": ["sku", "price"],
            },
        },
    },
    "required": ["name", "age", "tier", "orders"],
}
REVIEW = "Write a review of a travel mug that you gave 5 stars."


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(headers={"Authorization": "Bearer sk-test"}, trust_env=False) as client:
        yield client


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(50) as pool:
        yield pool


def ask(client: httpx.Client, model: ModelDouble, prompt: str, /, **more: Any) -> httpx.Response:
    messages = [{"role": "user", "content": [{"type": "text", "text": prompt}]}]
    return client.post(f"{model.url}/chat/completions", json={"model": "double-chat", "messages": messages, **more})


def said(response: httpx.Response) -> str:
    return str(response.json()["choices"][0]["message"]["content"])


def for_schema(schema: dict[str, Any], prompt: str = "Make one up.") -> str:
    told = "* The JSON format is given as a JSON Schema description within <response_schema> markup tags."
    return f"{prompt}\n{told}\n\n<response_schema>\n{json.dumps(schema)}\n</response_schema>"


def unfenced(text: str, language: str) -> str:
    assert text.startswith(f"```{language}\n") and text.endswith("\n```")
    return text.removeprefix(f"```{language}\n").removesuffix("\n```")


def test_a_review_prompt_gets_a_review_and_the_same_one_each_time(model: ModelDouble, client: httpx.Client) -> None:
    first, second = ask(client, model, REVIEW), ask(client, model, REVIEW)

    assert "travel mug" in said(first)
    assert first.json() == second.json()
    assert first.json()["usage"]["completion_tokens"] > 0


def test_a_schema_in_the_prompt_gets_a_valid_instance(model: ModelDouble, client: httpx.Client) -> None:
    for number in range(20):
        answer = ask(client, model, for_schema(CUSTOMER, f"Customer {number}"))

        jsonschema.validate(json.loads(unfenced(said(answer), "json")), CUSTOMER)


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    tree = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}}},
        "required": ["name"],
    }

    jsonschema.validate(instance(tree), tree)


def test_a_judge_gives_a_score_and_its_reason(model: ModelDouble, client: httpx.Client) -> None:
    score = {"type": "object", "properties": {"reasoning": {"type": "string"}, "score": {"enum": ["1", "2"]}}}
    schema = {"type": "object", "properties": {"Clarity": {"$ref": "#/$defs/Clarity"}}, "$defs": {"Clarity": score}}

    answer = json.loads(unfenced(said(ask(client, model, for_schema(schema))), "json"))

    assert answer["Clarity"]["score"] in ("1", "2")
    assert answer["Clarity"]["reasoning"].endswith(".")


@pytest.mark.parametrize("language", ["python", "sql", "rust", "csharp"])
def test_code_comes_in_a_fence_of_its_language(language: str, model: ModelDouble, client: httpx.Client) -> None:
    answer = ask(client, model, f"Count words.\n\n* Your response must be code written in {language}.\n* Be brief.")

    assert unfenced(said(answer), language)


def test_embeddings_depend_on_the_text_alone(model: ModelDouble, client: httpx.Client) -> None:
    def embed(*texts: str) -> list[list[float]]:
        answer = client.post(f"{model.url}/embeddings", json={"model": "e", "input": list(texts), "dimensions": 4})
        return [each["embedding"] for each in answer.json()["data"]]

    mug, lamp = embed("mug", "lamp")

    assert [lamp] == embed("lamp")
    assert len(mug) == 4 and math.hypot(*mug) == pytest.approx(1)
    assert mug != lamp


def test_images_are_png_on_both_routes(model: ModelDouble, client: httpx.Client) -> None:
    direct = client.post(f"{model.url}/images/generations", json={"model": "gpt-image-1", "prompt": "a mug"}).json()
    chat = ask(client, model, "a mug", model="double-image").json()

    url = chat["choices"][0]["message"]["images"][0]["image_url"]["url"]
    assert url == f"data:image/png;base64,{direct['data'][0]['b64_json']}"
    assert base64.b64decode(direct["data"][0]["b64_json"]).startswith(b"\x89PNG\r\n")


def test_a_tool_is_called_once_before_the_answer(model: ModelDouble, client: httpx.Client) -> None:
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    tools = [{"type": "function", "function": {"name": "weather", "parameters": parameters}}]
    question = {"role": "user", "content": "What about the weather?"}

    call = ask(client, model, "", messages=[question], tools=tools).json()["choices"][0]["message"]
    result = {"role": "tool", "tool_call_id": call["tool_calls"][0]["id"], "content": "sunny"}
    answer = ask(client, model, "", messages=[question, call, result], tools=tools)

    assert json.loads(call["tool_calls"][0]["function"]["arguments"]).keys() == {"city"}
    assert "weather" in said(answer)


def test_answers_can_be_dictated(model: ModelDouble, client: httpx.Client) -> None:
    model.answers(lambda request: request.prompt.upper())
    model.answers("just once", times=1)

    assert [said(ask(client, model, "loud")) for _ in range(2)] == ["just once", "LOUD"]


def test_a_rate_limit_holds_for_as_many_requests_as_it_was_told(model: ModelDouble, client: httpx.Client) -> None:
    model.answer_with(status=429, headers={"Retry-After": "1"}, times=2)

    answers = [ask(client, model, REVIEW) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "1"
    assert answers[0].json()["error"]["message"]


def test_some_requests_fail_and_the_others_do_not(model: ModelDouble, client: httpx.Client) -> None:
    model.answer_with(status=404, message="No such model.", for_requests=lambda request: request.model == "gone")

    assert ask(client, model, REVIEW, model="gone").json()["error"]["message"] == "No such model."
    assert ask(client, model, REVIEW).status_code == 200


def test_every_third_request_fails_and_health_checks_do_not_count(model: ModelDouble, client: httpx.Client) -> None:
    model.fail_every(3, status=400)

    answers = [ask(client, model, prompt) for prompt in ("a", "Hello!", "b", "Hello!", "c", "d")]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 400, 200]


def test_held_requests_wait_until_they_are_released(
    model: ModelDouble, client: httpx.Client, pool: ThreadPoolExecutor
) -> None:
    model.hold()
    answers = [pool.submit(ask, client, model, f"Text {number}") for number in range(3)]
    model.wait_for(requests=3)
    assert len(model.pending()) == 3 and not any(map(Future.done, answers))

    model.release(1)
    model.wait_for_answers(1)
    assert len(model.pending()) == 2

    model.release()
    assert [answer.result().status_code for answer in answers] == [200, 200, 200]


def test_health_checks_are_recorded_but_are_no_work(model: ModelDouble, client: httpx.Client) -> None:
    model.hold()
    model.delay = 60

    ask(client, model, "Hello!")
    model.answer_with(status=401, for_requests=health_checks)
    refused = ask(client, model, "Hello!")

    assert refused.status_code == 401
    assert len(model.requests) == 2 and not model.chat_requests()
    with pytest.raises(TimeoutError, match="0 requests came"):
        model.wait_for(requests=1, timeout=0.05)


def test_a_request_is_kept_with_its_body_and_key(model: ModelDouble, client: httpx.Client) -> None:
    ask(client, model, REVIEW, temperature=0.5)

    (request,) = model.requests
    assert (request.path, request.key, request.prompt, request.status) == ("/chat/completions", "sk-test", REVIEW, 200)
    assert request.body["temperature"] == 0.5


def test_requests_that_come_while_one_watches_are_counted(
    model: ModelDouble, client: httpx.Client, pool: ThreadPoolExecutor
) -> None:
    ask(client, model, REVIEW)
    assert model.requests_in_the_next(seconds=0.05) == 0

    count = pool.submit(model.requests_in_the_next, seconds=0.2)
    sent = 0
    while not count.done():
        sent += ask(client, model, REVIEW).is_success

    assert 0 < count.result() <= sent


def test_a_client_that_leaves_is_noticed_and_makes_no_noise(
    model: ModelDouble, client: httpx.Client, capfd: pytest.CaptureFixture[str]
) -> None:
    model.hold()
    client.timeout = 0.1
    with pytest.raises(httpx.ReadTimeout):
        ask(client, model, REVIEW)

    model.wait_until_quiet()

    assert model.requests[0].abandoned
    assert capfd.readouterr().err == ""


def test_fifty_connections_are_served_at_once(model: ModelDouble, pool: ThreadPoolExecutor) -> None:
    model.hold()

    def alone(number: int) -> int:
        with httpx.Client(trust_env=False) as client:
            return ask(client, model, f"Text {number}").status_code

    answers = [pool.submit(alone, number) for number in range(50)]
    model.wait_for(requests=50)
    model.release()

    assert {answer.result() for answer in answers} == {200}


def test_stopping_does_not_wait_for_held_requests(pool: ThreadPoolExecutor, client: httpx.Client) -> None:
    with ModelDouble() as model:
        model.hold()
        answer = pool.submit(ask, client, model, REVIEW)
        model.wait_for(requests=1)

    assert isinstance(answer.exception(timeout=5), httpx.TransportError)


def test_it_serves_as_a_process_too(client: httpx.Client) -> None:
    command = [sys.executable, "-m", "tests.support.model_double", "--port", "0"]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        url = process.stdout.readline().strip()
        answer = client.post(f"{url}/chat/completions", json={"model": "m", "messages": []})
    finally:
        process.terminate()
        process.communicate(timeout=5)

    assert answer.status_code == 200
