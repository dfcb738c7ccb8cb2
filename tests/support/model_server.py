"""The wire of the model double: HTTP/1.1 on loopback, one thread a connection."""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.model_request import Request

STOP_POLL = 0.02  # seconds; the standard library's half a second would be paid by every test
BACKLOG = 512  # connections that may wait to be accepted: more than any test opens at once


@dataclass(frozen=True)
class Answer:
    """What goes back over the wire."""

    body: dict[str, Any]
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


HasLeft = Callable[[], bool]
Responder = Callable[[Request, HasLeft], Answer | None]


class ModelServer(ThreadingHTTPServer):
    """Listens from when it is made; `respond` is called in the thread of the connection.

    `respond` gets the request and a function that tells whether the client has closed the connection.
    It returns None to close the connection without an answer.
    """

    request_queue_size = BACKLOG

    def __init__(self, port: int, respond: Responder) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.respond = respond
        self._connections: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(STOP_POLL,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def stop(self) -> None:
        """Close all connections and free the port."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client may leave whenever it likes
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.path.removeprefix("/v1"), json.loads(raw), headers)
        answer = self.server.respond(request, self._has_left)
        if answer is None:
            self.close_connection = True
            return
        try:
            self._send(answer)
        except ConnectionError:
            request.abandoned = True
            raise

    def log_message(self, format: str, *args: object) -> None:
        """Tests look at the requests, not at a log."""

    def _send(self, answer: Answer) -> None:
        body = json.dumps(answer.body).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _has_left(self) -> bool:
        try:
            return not self.connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except ConnectionError:
            return True
