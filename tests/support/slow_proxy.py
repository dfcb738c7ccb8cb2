"""A TCP proxy on loopback that is as far away as a data centre: what passes it arrives later, in either direction."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

BUFFER = 64 << 10
STOP_SECONDS = 5

_REQUEST = re.compile(rb"([A-Z]+) (\S+) HTTP/1\.1\r\n")


class SlowProxy:
    """Passes bytes on to a server and back, each a while after it came; connections stay as long as both ends wish.

    Nothing is made slower but the way: pieces that follow each other arrive as close together as they were
    sent. A new connection costs a round trip more, as its handshake would.

    Attributes:
        requests: Method and path of each request, in the order in which they came.
        connections: How many were made.
    """

    def __init__(self, target: str, seconds_each_way: float) -> None:
        address = urlsplit(target)
        self._target = (address.hostname or "127.0.0.1", address.port or 80)
        self._delay = seconds_each_way
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self.requests: list[str] = []
        self.connections = 0
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._accept, "127.0.0.1", 0), self._loop)
        self._server = started.result()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        """Break all connections, and take no more."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(STOP_SECONDS)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = self._loop.create_task(self._connect(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        try:
            handshake = 2 * self._delay
            await asyncio.gather(
                self._pass_on(reader, far_writer, self._noted, at_first=handshake),
                self._pass_on(far_reader, writer, lambda _: None),
            )
        finally:
            for each in (writer, far_writer):
                each.close()

    def _noted(self, piece: bytes) -> None:
        request = _REQUEST.match(piece)
        if request is not None:
            self.requests.append(b" ".join(request.groups()).decode())

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        note: Callable[[bytes], object],
        at_first: float = 0.0,
    ) -> None:
        pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        now = asyncio.get_running_loop().time
        earliest = now() + at_first

        async def take() -> None:
            piece = b"-"
            while piece:
                with suppress(OSError):
                    piece = b""
                    piece = await reader.read(BUFFER)
                note(piece)
                pieces.put_nowait((max(now(), earliest) + self._delay, piece))

        async def hand_on() -> None:
            with suppress(OSError):
                while True:
                    due, piece = await pieces.get()
                    await asyncio.sleep(due - now())
                    if not piece:
                        writer.write_eof()
                        return
                    writer.write(piece)
                    await writer.drain()

        taking = asyncio.create_task(take())
        try:
            await hand_on()
        finally:
            taking.cancel()


@contextmanager
def slow(target: str, seconds_each_way: float = 0.025) -> Iterator[SlowProxy]:
    """A proxy for the length of a block; by default a round trip through it takes 50 ms."""
    proxy = SlowProxy(target, seconds_each_way)
    try:
        yield proxy
    finally:
        proxy.stop()
