"""A model provider on loopback that speaks the OpenAI dialect and does what a test tells it to.

As a process it prints its URL and serves until it is ended: `python -m tests.support.model_double --port 0`.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.support import model_answers
from tests.support.model_request import CHAT, EMBEDDINGS, IMAGES, Request, Which, every_request, work
from tests.support.model_server import Answer, HasLeft, ModelServer

USUAL: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    CHAT: model_answers.chat_completion,
    EMBEDDINGS: model_answers.embeddings,
    IMAGES: model_answers.images,
}
LOOK_AT_CLIENT = 0.05  # seconds between looks at whether a waiting client has left


class ModelDouble:
    """A model provider whose answers are plausible, valid and the same for the same request.

    It serves from when it is made to the end of the `with` block. Health checks are answered at once and
    well, unless `answer_with`, or the `for_requests` of another setting, includes them.
    Of several settings that fit a request the newest holds.

    Attributes:
        name: What configurations call the provider.
        key_variable: Environment variable meant for its API key; any key is accepted.
        delay: Seconds that each answer takes; may be changed at any time.
    """

    def __init__(self, name: str = "double", port: int = 0) -> None:
        self.name = name
        self.key_variable = f"{name.upper()}_API_KEY"
        self.delay = 0.0
        self._changed = threading.Condition()
        self._requests: list[Request] = []
        self._rules: list[_Rule] = []
        self._held: Which | None = None
        self._let_go = 0
        self._stopping = False
        self._server = ModelServer(port, self._respond)

    def __enter__(self) -> ModelDouble:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The endpoint to give to a `ModelProvider`."""
        return f"http://127.0.0.1:{self._server.port}/v1"

    def stop(self) -> None:
        """Close all connections, pending ones too, and free the port."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._server.stop()

    # What it does

    def answers(
        self, text: str | Callable[[Request], str], *, times: int | None = None, for_requests: Which = work
    ) -> None:
        """Give chat answers with this text, or with what the function makes of the request."""

        def answer(request: Request) -> Answer:
            return Answer(model_answers.completion_of(text(request) if callable(text) else text, request.body))

        self._add(_Rule(lambda request: request.is_chat and for_requests(request), answer, times))

    def answer_with(
        self,
        *,
        status: int,
        message: str = "The model double was told to fail.",
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
        for_requests: Which = every_request,
    ) -> None:
        """Answer with an error, health checks too: always, or the next so many times."""
        error = _error(status, message, headers or {})
        self._add(_Rule(for_requests, lambda request: error, times))

    def fail_every(
        self, nth: int, *, status: int = 500, message: str = "Every nth request fails.", for_requests: Which = work
    ) -> None:
        """Answer each nth request from now with an error."""
        error = _error(status, message, {})
        self._add(_Rule(for_requests, lambda request: error, every=nth))

    def hold(self, *, for_requests: Which = work) -> None:
        """Keep requests pending from now on."""
        with self._changed:
            self._held, self._let_go = for_requests, 0

    def release(self, requests: int | None = None) -> None:
        """Answer what is held and hold no longer; or let so many requests pass and go on holding."""
        with self._changed:
            if requests is None:
                self._held = None
            else:
                self._let_go += requests
            self._changed.notify_all()

    def behave(self) -> None:
        """Forget all settings: answer everything at once and well."""
        with self._changed:
            self._rules.clear()
            self.delay = 0.0
        self.release()

    # What it saw

    @property
    def requests(self) -> list[Request]:
        """Everything that came in, in order of arrival."""
        with self._changed:
            return list(self._requests)

    def chat_requests(self) -> list[Request]:
        """Chat completions, health checks left out."""
        return [request for request in self.requests if request.is_chat and work(request)]

    def pending(self) -> list[Request]:
        """Requests that have no answer yet and whose client still waits."""
        return [request for request in self.requests if request.pending]

    def forget(self) -> None:
        """Empty the list of requests; settings stay."""
        with self._changed:
            self._requests.clear()

    def wait_for(self, requests: int, timeout: float = 10) -> list[Request]:
        """Wait until so many requests have come, health checks left out, and return them.

        Raises:
            TimeoutError: They did not come within `timeout` seconds.
        """
        return self._wait_for(requests, work, "requests came", timeout)

    def wait_for_answers(self, answers: int, timeout: float = 10) -> list[Request]:
        """Wait until so many requests have been answered, health checks left out, and return them."""
        return self._wait_for(answers, lambda each: work(each) and each.status is not None, "were answered", timeout)

    def wait_until_quiet(self, timeout: float = 10) -> None:
        """Wait until no request is pending: each has its answer, or its client has left."""
        with self._changed:
            if not self._changed.wait_for(lambda: not any(each.pending for each in self._requests), timeout):
                raise TimeoutError(f"{len(self.pending())} requests are still pending after {timeout} s.")

    def requests_in_the_next(self, seconds: float) -> int:
        """Watch for so long and count what comes in, health checks included."""
        before = len(self.requests)
        time.sleep(seconds)
        return len(self.requests) - before

    # How it works

    def _respond(self, request: Request, has_left: HasLeft) -> Answer | None:
        with self._changed:
            self._requests.append(request)
            rule = next((rule for rule in reversed(self._rules) if rule.takes(request)), None)
            self._changed.notify_all()
            patient = self._wait(lambda: self._may_pass(request), has_left)
            ready = time.monotonic() + (self.delay if work(request) else 0)
            patient = patient and self._wait(lambda: time.monotonic() >= ready, has_left, until=ready)
        answer = rule.answer(request) if rule else _usual_answer(request)
        with self._changed:
            if patient and not self._stopping:
                request.status = answer.status
            else:
                request.abandoned = True
            self._changed.notify_all()
        return None if request.abandoned else answer

    def _wait(self, done: Callable[[], bool], has_left: HasLeft, until: float = float("inf")) -> bool:
        """Whether the client stayed until it was done; `until` is when to look again at the latest."""
        while not self._stopping and not done():
            self._changed.wait(min(LOOK_AT_CLIENT, max(0, until - time.monotonic())))
            if has_left():
                return False
        return True

    def _may_pass(self, request: Request) -> bool:
        if self._held is None or not self._held(request):
            return True
        if self._let_go:
            self._let_go -= 1
            return True
        return False

    def _add(self, rule: _Rule) -> None:
        with self._changed:
            self._rules.append(rule)

    def _wait_for(self, count: int, which: Which, what: str, timeout: float) -> list[Request]:
        def found() -> list[Request]:
            return [request for request in self._requests if which(request)]

        with self._changed:
            if not self._changed.wait_for(lambda: len(found()) >= count, timeout):
                raise TimeoutError(f"{len(found())} {what} in {timeout} s; {count} were expected.")
            return found()


@dataclass
class _Rule:
    """Which requests get another answer than the usual one, and which answer."""

    which: Which
    answer: Callable[[Request], Answer]
    times: int | None = None
    every: int = 1
    seen: int = 0

    def takes(self, request: Request) -> bool:
        if self.times == 0 or not self.which(request):
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        if self.times is not None:
            self.times -= 1
        return True


def _usual_answer(request: Request) -> Answer:
    if request.path not in USUAL:
        return _error(404, f"There is nothing at {request.path}.", {})
    return Answer(USUAL[request.path](request.body))


def _error(status: int, message: str, headers: Mapping[str, str]) -> Answer:
    kind = "rate_limit_error" if status == 429 else "server_error" if status >= 500 else "invalid_request_error"
    return Answer({"error": {"message": message, "type": kind, "code": status}}, status, headers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds that each answer takes")
    arguments = parser.parse_args()
    with ModelDouble(port=arguments.port) as model, suppress(KeyboardInterrupt):
        model.delay = arguments.delay
        print(model.url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
