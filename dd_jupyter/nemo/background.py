"""One event loop in a thread of its own, on which everything that talks to NeMo Services runs.

A kernel's main thread runs cells, and has a loop of its own that must not be blocked or nested; a
connection pool belongs to one loop. So the pool lives here, and whoever needs an answer waits for it
from outside, in a thread or in another loop.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")

CLOSING_SECONDS = 1.0
"""How long the end of what was cancelled is waited for: closing a connection takes milliseconds."""


class _Background:
    """The loop and its thread, made at first use."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="dd_jupyter-services", daemon=True)
        self.thread.start()


_lock = threading.Lock()
_background: _Background | None = None


def start(coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
    """Begin a coroutine on the background loop and return at once."""
    return asyncio.run_coroutine_threadsafe(coroutine, _running().loop)


def wait_for(coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
    """Run a coroutine on the background loop and wait for its result; an interrupt cancels it.

    Args:
        coroutine: What to run.
        timeout: Seconds to wait at most; None for as long as it takes.

    Raises:
        TimeoutError: When it takes longer; it is cancelled then.
    """
    if threading.current_thread() is _running().thread:
        coroutine.close()
        raise RuntimeError("A coroutine of the background loop cannot wait for another one: await it.")
    future = start(coroutine)
    try:
        return future.result(timeout)
    except BaseException:
        future.cancel()
        raise


async def hand_over(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on the background loop and await its result in any other; cancelling cancels it."""
    return await asyncio.wrap_future(start(coroutine))


def iterate(
    items: AsyncGenerator[T],
    *,
    tick: float | None = None,
    when_asked_to_stop: Callable[[Callable[[], None]], object] | None = None,
) -> Generator[T | None]:
    """What an asynchronous generator gives on the background loop, for a thread.

    Closing this generator, or an interrupt while it waits, closes the other: what that holds open is
    closed when this returns, or a second later at most.

    Args:
        items: The asynchronous generator.
        tick: Give None after so many seconds without an item, so that the thread can do something else.
        when_asked_to_stop: Is handed a function that ends the iteration from any thread.
    """
    arrived: queue.SimpleQueue[tuple[T] | BaseException | None] = queue.SimpleQueue()
    ended = threading.Event()

    async def drain() -> None:
        try:
            async for item in items:
                arrived.put((item,))
            arrived.put(None)
        except Exception as error:
            arrived.put(error)
        finally:
            await items.aclose()
            ended.set()

    future = start(drain())

    def stop() -> None:
        future.cancel()
        arrived.put(None)

    try:
        if when_asked_to_stop is not None:
            when_asked_to_stop(stop)
        while True:
            try:
                item = arrived.get(timeout=tick)
            except queue.Empty:
                yield None
                continue
            if item is None:
                return
            if isinstance(item, BaseException):
                raise item
            yield item[0]
    finally:
        future.cancel()
        ended.wait(CLOSING_SECONDS)


def _running() -> _Background:
    global _background
    with _lock:
        if _background is None:
            _background = _Background()
        return _background
