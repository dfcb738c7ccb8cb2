"""Waiting for work that asks a person questions, in the thread of the person."""

from __future__ import annotations

import concurrent.futures
import queue
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from dd_jupyter.nemo import background

if TYPE_CHECKING:
    from pydantic import SecretStr

T = TypeVar("T")
Ask = Callable[[str], "SecretStr | None"]

LOOK_SECONDS = 0.1

_Answer = concurrent.futures.Future["SecretStr | None"]


def wait_answering(work: Callable[[Ask], Coroutine[Any, Any, T]], ask: Ask) -> T:
    """Run a coroutine on the background loop and wait for its result, answering what it asks meanwhile.

    A prompt of a notebook appears in the cell of the thread that asks: that has to be the one that waits.

    Args:
        work: Makes the coroutine, with what it asks from any thread but the loop's own.
        ask: Answers, in the thread that called this; an interrupt of it ends the work.
    """
    questions: queue.SimpleQueue[tuple[str, _Answer]] = queue.SimpleQueue()

    def asked(words: str) -> SecretStr | None:
        answer: _Answer = concurrent.futures.Future()
        questions.put((words, answer))
        return answer.result()

    future = background.start(work(asked))
    open_question: _Answer | None = None
    try:
        while not future.done():
            try:
                words, open_question = questions.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            open_question.set_result(ask(words))
        return future.result()
    except BaseException:
        future.cancel()
        if open_question is not None and not open_question.done():
            open_question.set_result(None)  # whoever waits for it in a thread is let go
        raise
