"""The loop on which NeMo Services are spoken to, used from threads and from other loops."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator

import pytest

from dd_jupyter.nemo import background


class Source:
    """An asynchronous generator that says whether it was closed."""

    def __init__(self, *items: object) -> None:
        self.closed = threading.Event()
        self._items = items

    async def __call__(self) -> AsyncGenerator[object]:
        try:
            for item in self._items:
                if isinstance(item, Exception):
                    raise item
                yield item
            await asyncio.sleep(60)
        finally:
            self.closed.set()


async def a_number() -> int:
    return 3


def test_a_coroutine_runs_in_one_and_the_same_thread() -> None:
    async def thread() -> int:
        return threading.get_ident()

    there = {background.wait_for(thread()) for _ in range(3)}

    assert len(there) == 1
    assert threading.get_ident() not in there


def test_a_running_loop_of_ones_own_is_no_hindrance() -> None:
    async def cell() -> int:
        return background.wait_for(a_number()) + await background.hand_over(a_number())

    assert asyncio.run(cell()) == 6


def test_a_timeout_cancels() -> None:
    cancelled = threading.Event()

    async def long() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    with pytest.raises(TimeoutError):
        background.wait_for(long(), timeout=0.05)

    assert cancelled.wait(2)


def test_waiting_for_itself_is_an_error_and_no_deadlock() -> None:
    async def inner() -> None:
        background.wait_for(a_number())

    with pytest.raises(RuntimeError, match="await it"):
        background.wait_for(inner(), timeout=5)


def test_items_come_as_they_are_made() -> None:
    items = background.iterate(Source(1, 2)())

    assert [next(items), next(items)] == [1, 2]


def test_closing_the_iteration_closes_the_source() -> None:
    source = Source(1)
    items = background.iterate(source())
    next(items)

    items.close()

    assert source.closed.is_set()


def test_an_error_in_the_source_reaches_the_reader() -> None:
    items = background.iterate(Source(1, ValueError("broken"))())

    next(items)

    with pytest.raises(ValueError, match="broken"):
        next(items)


def test_there_is_a_sign_of_life_while_nothing_comes() -> None:
    items = background.iterate(Source(1)(), tick=0.02)

    assert [next(items), next(items), next(items)] == [1, None, None]


def test_a_wish_to_stop_ends_the_iteration_at_once() -> None:
    source = Source(1)
    wishes: list[object] = []
    items = background.iterate(source(), when_asked_to_stop=wishes.append)
    next(items)
    began = time.monotonic()

    threading.Timer(0.05, wishes[0]).start()  # type: ignore[arg-type]

    assert list(items) == []
    assert time.monotonic() - began < 1
    assert source.closed.is_set()
