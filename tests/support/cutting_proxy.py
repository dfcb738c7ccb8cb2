"""A TCP proxy on loopback that cuts connections, to break a download from services that never break one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

BUFFER = 64 << 10


class CuttingProxy:
    """Passes bytes on to a server, and back until a connection has had its share.

    Attributes:
        cuts: After how many bytes of answers to cut a connection that gets so far; one entry a cut.
        made: How many connections were cut.
        passed: Bytes of answers that were passed on.
    """

    def __init__(self, target: str, cuts: Sequence[int]) -> None:
        address = urlsplit(target)
        self._target = (address.hostname or "127.0.0.1", address.port or 80)
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.cuts = list(cuts)
        self.made = 0
        self.passed = 0
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def stop(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def break_off(self) -> None:
        """Cut all connections that there are, whatever is under way; new ones are taken."""
        connections, self._open = self._open, []
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            self._open += [client, server]
            threading.Thread(target=self._ask, args=(client, server), daemon=True).start()
            threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _ask(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while content := client.recv(BUFFER):
                server.sendall(content)
            server.shutdown(socket.SHUT_WR)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        had = 0
        with server, client, suppress(OSError):
            while content := server.recv(BUFFER):
                had += len(content)
                client.sendall(content)
                with self._lock:
                    self.passed += len(content)
                    cut = bool(self.cuts) and had >= self.cuts[0]
                    if cut:
                        self.cuts.pop(0)
                        self.made += 1
                if cut:
                    client.shutdown(socket.SHUT_RDWR)
                    return


@contextmanager
def cutting(target: str, cuts: Sequence[int]) -> Iterator[CuttingProxy]:
    """A proxy for the length of a block."""
    proxy = CuttingProxy(target, cuts)
    try:
        yield proxy
    finally:
        proxy.stop()
