"""A login provider and the discovery of a deployment that names it, on loopback, with refresh tokens that rotate."""

from __future__ import annotations

import base64
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

CLIENT_ID = "the-nemo-command"


def jwt(*, seconds: float | None = 3600, **claims: Any) -> str:
    """A JWT that ends in so many seconds; its signature is none that anyone checks."""
    ends = {} if seconds is None else {"exp": int(time.time() + seconds)}
    parts = ({"alg": "RS256"}, {"sub": "7f3a"} | ends | claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join((*encoded, "c2lnbmF0dXJl"))


class OidcDouble:
    """Renews a login as long as it gets the refresh token that it gave last.

    Attributes:
        grants: The form of each request for a token, refused ones too.
        discoveries: How often discovery was asked for.
        refresh_token: The one that is accepted now.
        rotates: Whether a grant gives a new refresh token.
        error: An OAuth error code that all grants are refused with.
        status: The status of such a refusal.
        auth_enabled: What discovery says.
        oidc: What discovery says beside the token endpoint and the client.
        asked: Set when a token is asked for.
        answers: Cleared, grants wait until it is set.
        issued: The access tokens that it gave.
    """

    def __init__(self, refresh_token: str = "refresh-0", *, email: str = "ada@example.com") -> None:
        self.grants: list[dict[str, str]] = []
        self.discoveries = 0
        self.refresh_token = refresh_token
        self.rotates = True
        self.error = ""
        self.status = 400
        self.auth_enabled = True
        self.oidc: dict[str, Any] = {}
        self.asked = threading.Event()
        self.answers = threading.Event()
        self.answers.set()
        self.issued: list[str] = []
        self._email = email
        self._lock = threading.Lock()
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = self.path == "/apis/auth/discovery"
                self._answer(200 if found else 404, double.discovery() if found else {"detail": "Not Found"})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                self._answer(*double.grant({name: values[0] for name, values in parse_qs(body).items()}))

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def discovery(self) -> dict[str, Any]:
        self.discoveries += 1
        named = {"token_endpoint": f"{self.base_url}/token", "client_id": CLIENT_ID, "issuer": self.base_url}
        return {"auth_enabled": self.auth_enabled, "oidc": named | self.oidc if self.auth_enabled else None}

    def grant(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        with self._lock:
            self.grants.append(form)
            self.asked.set()
        self.answers.wait(30)
        with self._lock:
            if self.error:
                return self.status, {"error": self.error, "error_description": f"not with {form.get('refresh_token')}"}
            if form.get("refresh_token") != self.refresh_token:
                return 400, {"error": "invalid_grant", "error_description": "used before"}
            self.issued.append(jwt(email=self._email, nth=len(self.issued)))
            answer = {"access_token": self.issued[-1], "token_type": "Bearer", "expires_in": 3600}
            if self.rotates:
                self.refresh_token = f"refresh-{len(self.issued)}"
                answer["refresh_token"] = self.refresh_token
            return 200, answer

    def stop(self) -> None:
        self.answers.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
