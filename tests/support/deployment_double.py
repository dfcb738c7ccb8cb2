"""A loopback server in the place of NeMo Services, for what the real ones cannot be made to do."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.deployment import Deployment
from tests.support import model_answers

FILES = "/apis/files/v2/workspaces/default/filesets/seeds"
PROVIDERS = "/apis/models/v2/workspaces/default/providers"
GATEWAY = "/apis/inference-gateway/v2/workspaces/default/provider"
SECRETS = "/apis/secrets/v2/workspaces/default/secrets"


class Login:
    """Credentials whose header is what a function says."""

    identity = "ada"
    expires = None

    def __init__(self, header: Callable[[], str | None]) -> None:
        self._header = header

    async def authorization(self) -> str | None:
        return self._header()


class DeploymentDouble:
    """Has workspace `default` with the Fileset `seeds`, any provider, any secret, and a model that answers.

    Attributes:
        accepted: The only Authorization header that it accepts; None to ask for none.
        renew_after: Chat requests after which another one is accepted; None for never.
        secret: The status that the value of a secret is answered with.
        requests: Method, path and Authorization header of what came in.
        files: The Fileset.
        told_sizes: Sizes that the listing tells in place of the true ones.
        bytes_read: Bytes of files that were sent.
        break_reads: So many reads of files break off in the middle, from now on.
        gone: Reads of files are refused with 404, from now on.
        before_provider: Called before a provider is told.
    """

    def __init__(self) -> None:
        self.accepted: str | None = None
        self.renew_after: int | None = None
        self.secret = 200
        self.requests: list[tuple[str, str, str | None]] = []
        self.files: dict[str, bytes] = {}
        self.told_sizes: dict[str, int] = {}
        self.bytes_read = 0
        self.break_reads = 0
        self.gone = False
        self.before_provider: Callable[[], object] = lambda: None
        self._chats = 0
        self._lock = threading.Lock()
        handler = type("_DoubleHandler", (_Handler,), {"double": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self._deployments: list[Deployment] = []

    def __enter__(self) -> DeploymentDouble:
        return self

    def __exit__(self, *error: object) -> None:
        for deployment in self._deployments:
            deployment.close()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def deployment(self, header: Callable[[], str | None] = lambda: None) -> Callable[[], Deployment]:
        """Gives a client that asks with this Authorization header."""
        client = Deployment(NemoContext(self.url, "default", "", "nmp", Login(header)))
        self._deployments.append(client)
        return lambda: client

    @property
    def chats(self) -> list[str | None]:
        """The Authorization headers of the requests to the model."""
        return [header for method, path, header in list(self.requests) if path.endswith("/chat/completions")]

    def answer(self, method: str, path: str, header: str | None, body: dict[str, Any]) -> tuple[int, Any]:
        with self._lock:
            self.requests.append((method, path, header))
            if self.accepted is not None and header != self.accepted:
                return 401, {"detail": "The token is not valid."}
        if path.startswith(f"{PROVIDERS}/"):
            self.before_provider()
            name = path.rsplit("/", 1)[1]
            return 200, {"name": name, "workspace": "default", "host_url": "http://model.test/v1"}
        if path.startswith(GATEWAY):
            with self._lock:
                self._chats += 1
                if self.renew_after is not None and self._chats % self.renew_after == 0:
                    self.accepted = f"Bearer token-{self._chats // self.renew_after}"
            return 200, model_answers.chat_completion(body)
        if path.startswith(SECRETS):
            name = path.removeprefix(f"{SECRETS}/").split("/")[0]
            if not path.endswith("/access"):
                return 200, {"name": name, "workspace": "default"}
            value = {"name": name, "workspace": "default", "value": f"the value of {name}"}
            return (200, value) if self.secret == 200 else (self.secret, {"detail": "Access denied"})
        if path == f"{FILES}/files":
            return 200, {
                "data": [
                    {"path": name, "size": self.told_sizes.get(name, len(data))} for name, data in self.files.items()
                ]
            }
        return 404, {"detail": f"There is nothing at {path}."}

    def read(self, name: str, span: str) -> tuple[int, bytes, str, int]:
        """Status, bytes, where in the file they are, and how many are sent before the connection breaks."""
        with self._lock:
            if self.gone:
                return 404, b'{"detail": "File not found"}', "", -1
            whole = self.files[name]
            match = re.fullmatch(r"bytes=(\d*)-(\d+)", span)
            start, end = 0, len(whole)
            if match:
                start, end = (int(match[1]), int(match[2]) + 1) if match[1] else (max(end - int(match[2]), 0), end)
            data = whole[start:end]
            self.bytes_read += len(data)
            sent = -1
            if self.break_reads:
                self.break_reads -= 1
                sent = len(data) // 2
            return 206, data, f"bytes {start}-{start + len(data) - 1}/{len(whole)}", sent


class _Handler(BaseHTTPRequestHandler):
    double: DeploymentDouble
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_GET(self) -> None:
        path, header = urlsplit(self.path).path, self.headers.get("Authorization")
        if path.startswith(f"{FILES}/-/"):
            self.double.requests.append(("GET", path, header))
            self._send(*self.double.read(unquote(path.removeprefix(f"{FILES}/-/")), self.headers.get("Range", "")))
        else:
            self._send_json(*self.double.answer("GET", path, header, {}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        self._send_json(*self.double.answer("POST", self.path, self.headers.get("Authorization"), body))

    def log_message(self, format: str, *args: object) -> None:
        """Tests look at the requests, not at a log."""

    def _send_json(self, status: int, content: Any) -> None:
        self._send(status, json.dumps(content).encode())

    def _send(self, status: int, data: bytes, place: str = "", sent: int = -1) -> None:
        self.send_response(status)
        if place:
            self.send_header("Content-Range", place)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(data if sent < 0 else data[:sent])
            self.wfile.flush()
            if sent >= 0:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
