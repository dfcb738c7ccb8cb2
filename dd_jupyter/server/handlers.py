"""Where requests of the browser arrive: who asks is checked here, and everything else is done in a thread."""

from __future__ import annotations

import asyncio
import json
import threading
import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from dd_jupyter.resources.secrets import redact
from dd_jupyter.server.routes import BASE, ROUTES, Method, Route
from dd_jupyter.server.settings import Settings

if TYPE_CHECKING:
    from dd_jupyter.server.answering import Answering

THREADS = 4
"""As many requests are answered at once that need nobody else."""

WAITING_THREADS = 16
"""The same of those that wait for NeMo Services; a deployment that is slow holds one of them for some seconds."""

BODY_BYTES = 16_384
"""More than any request needs."""

WENT_WRONG = "Something went wrong in the server extension of dd_jupyter. The log of the Jupyter server says what."

_SENTENCES = {
    403: "This Jupyter server does not let you do that. Reload the page, and log in if it asks you to.",
    404: "There is nothing at this address.",
    405: "This address is asked in another way.",
}


class Reply(NamedTuple):
    """What a request is answered with."""

    status: int
    body: bytes


class Asked:
    """Answers requests, in threads of its own. What that needs is imported with the first one.

    Attributes:
        handlers: The handlers, for Jupyter's server.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._threads = {
            waits: ThreadPoolExecutor(most, thread_name_prefix="dd_jupyter-server")
            for waits, most in ((False, THREADS), (True, WAITING_THREADS))
        }
        self._lock = threading.Lock()
        self._answering: Answering | None = None
        paths: dict[str, dict[Method, Route]] = {}
        for route in ROUTES:
            paths.setdefault(route.pattern, {})[route.method] = route
        self.handlers: list[tuple[str, type[APIHandler], dict[str, Any]]] = [
            *((pattern, RouteHandler, {"routes": routes, "asked": self}) for pattern, routes in paths.items()),
            (f"/{BASE}(?:/.*)?", NothingHandler, {}),
        ]

    async def answer(
        self, route: Route, names: Mapping[str, str], query: Mapping[str, str], body: bytes, forgotten: threading.Event
    ) -> Reply:
        """What a request is answered with; `forgotten` is set when nobody waits any more."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads[route.waits], self._answer, route, names, query, body, forgotten
        )

    async def stop(self) -> None:
        """Let go of everything."""
        for threads in self._threads.values():
            threads.shutdown(wait=False, cancel_futures=True)
        if self._answering is not None:
            await asyncio.get_running_loop().run_in_executor(None, self._answering.stop)

    def _answer(
        self, route: Route, names: Mapping[str, str], query: Mapping[str, str], body: bytes, forgotten: threading.Event
    ) -> Reply:
        from dd_jupyter.server.reply import replied

        with self._lock:
            if self._answering is None:
                from dd_jupyter.server.answering import Answering

                self._answering = Answering(self._settings)
        return replied(self._answering, route, names, query, body, forgotten)


class _Handler(APIHandler):
    auth_resource = BASE

    def write_error(self, status_code: int, **_kwargs: Any) -> None:
        """An error of Jupyter's server as a sentence."""
        self.finish(_message(_SENTENCES.get(status_code, WENT_WRONG)))


class RouteHandler(_Handler):
    """Takes the requests of a path."""

    def initialize(self, routes: Mapping[Method, Route], asked: Asked) -> None:
        """Take what the table says of the path."""
        self._routes = routes
        self._asked = asked
        self._forgotten = threading.Event()

    @web.authenticated
    @authorized
    async def get(self, **names: str) -> None:
        """Answer what changes nothing."""
        # A panel that looks every few seconds would keep a server up that nobody uses.
        self._track_activity = False
        await self._answer("GET", names)

    @web.authenticated
    @authorized
    async def post(self, **names: str) -> None:
        """Do what is asked."""
        await self._answer("POST", names)

    def on_connection_close(self) -> None:
        """Nobody waits any more."""
        self._forgotten.set()
        super().on_connection_close()

    async def _answer(self, method: Method, names: Mapping[str, str]) -> None:
        route = self._routes.get(method)
        if route is None:
            self.set_header("Allow", ", ".join(self._routes))
            raise web.HTTPError(405)
        if len(self.request.body) > BODY_BYTES:
            self.set_status(413)
            await self.finish(_message(f"The request has more than {BODY_BYTES:,} bytes, which none needs."))
            return
        query = {name: values[-1].decode("utf-8", "replace") for name, values in self.request.query_arguments.items()}
        try:
            reply = await self._asked.answer(route, names, query, self.request.body, self._forgotten)
        except Exception:
            self.log.error("%s %s could not be answered.\n%s", method, route.path, redact(traceback.format_exc()))
            reply = Reply(500, _message(WENT_WRONG))
        if self._forgotten.is_set():
            return
        self.set_status(reply.status)
        self.set_header("Cache-Control", "no-store")
        await self.finish(reply.body)


class NothingHandler(_Handler):
    """Says that there is nothing, to those who may ask."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """There is nothing here."""
        raise web.HTTPError(404)

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Nor is there for this."""
        raise web.HTTPError(404)


def _message(sentence: str) -> bytes:
    return json.dumps({"message": sentence}).encode()
