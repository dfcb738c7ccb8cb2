"""The one HTTP client: a connection pool to a deployment, retries, and errors as sentences."""

from __future__ import annotations

import ssl
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    stop_any,
    wait_exponential,
    wait_random,
)
from tenacity.stop import stop_base

from dd_jupyter.errors import ServicesError, UnreachableError
from dd_jupyter.nemo.refusals import refusal, silence

CONNECT_SECONDS = 5.0
"""A deployment is near or nowhere."""

READ_SECONDS = 60.0
"""Compiling a job asks the provider of each model first."""

TRIES = 4
FIRST_PAUSE_SECONDS = 0.3
LONGEST_PAUSE_SECONDS = 10.0
"""A person waits: whoever asks for more patience with Retry-After is reported instead."""

_NO_PROXY = {f"all://{host}": None for host in ("localhost", "127.0.0.1", "[::1]")}
"""A proxy of the environment knows nothing of this machine's own ports, and is not to see what goes there."""

_BUSY = {429, 502, 503, 504}
_BACK_OFF = wait_exponential(FIRST_PAUSE_SECONDS, max=LONGEST_PAUSE_SECONDS) + wait_random(0, FIRST_PAUSE_SECONDS)


class Http:
    """Requests to one deployment. Use it on the background loop only, which its connections belong to.

    All methods raise a `ServicesError`: `UnreachableError` when nobody answers or the connection
    breaks, `DeniedError`, `NotFoundError`, `ConflictError`, `RefusedError` for what the answer says.

    A request that can be made twice is tried four times, with growing and jittered pauses or the
    server's Retry-After, when the connection fails or the answer is 429, 502, 503 or 504. One that
    cannot, a POST, is tried again only where it cannot have been accepted.

    Attributes:
        base_url: Where the deployment is, without a slash at the end.
    """

    def __init__(
        self,
        base_url: str,
        authorization: Callable[[], Awaitable[str | None]],
        *,
        certificate: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Make a client; nothing is sent and no connection made.

        Args:
            base_url: Where the deployment is.
            authorization: Gives the value of the Authorization header as of now, None for none.
            certificate: Certificates to trust, a file; None for the usual ones.
            transport: Takes the place of the network in tests.
        """
        self.base_url = base_url.rstrip("/")
        self._authorization = authorization
        self._certificate = certificate
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    async def get(self, path: str, *, params: Mapping[str, Any] | None = None, timeout: float | None = None) -> Any:
        """The decoded JSON of an answer."""
        return await self._ask("GET", path, params=params, timeout=timeout)

    async def post(self, path: str, json: Any = None, *, repeatable: bool = False, timeout: float | None = None) -> Any:
        """Send JSON; `repeatable` where the server answers a repetition with a conflict."""
        return await self._ask("POST", path, json=json, timeout=timeout, repeatable=repeatable)

    async def put(self, path: str, json: Any = None) -> Any:
        """Put JSON."""
        return await self._ask("PUT", path, json=json)

    async def patch(self, path: str, json: Any = None) -> Any:
        """Change something by JSON; made again only where it cannot have been accepted."""
        return await self._ask("PATCH", path, json=json, repeatable=False)

    async def delete(self, path: str) -> Any:
        """Delete something."""
        return await self._ask("DELETE", path)

    async def head(self, path: str) -> httpx.Headers:
        """The headers of an answer without its body."""
        response = await self._tried("HEAD", path)
        return response.headers

    async def upload(
        self,
        path: str,
        content: AsyncIterator[bytes] | bytes,
        *,
        content_type: str = "application/octet-stream",
        timeout: float | None = None,
    ) -> Any:
        """Put bytes; made again only if they are given at once, since an iterator is used up."""
        headers = {"content-type": content_type}
        repeatable = isinstance(content, bytes)
        return await self._ask("PUT", path, content=content, headers=headers, timeout=timeout, repeatable=repeatable)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """An answer whose body is read as it comes, with `chunks` or `lines`; made once, never again."""
        request = await self._request(method, path, json=json, params=params, headers=headers, timeout=timeout)
        with self._as_sentences():
            response = await self._connections.send(request, stream=True)
        try:
            if response.is_error:
                with self._as_sentences():
                    await response.aread()
                raise refusal(response)
            yield response
        finally:
            await response.aclose()

    async def chunks(self, response: httpx.Response, size: int | None = None) -> AsyncIterator[bytes]:
        """The body of a streamed answer, in pieces of at most `size` bytes."""
        with self._as_sentences():
            async for chunk in response.aiter_bytes(size):
                yield chunk

    async def lines(self, response: httpx.Response) -> AsyncIterator[str]:
        """The body of a streamed answer, line by line; the last one may have been cut off."""
        with self._as_sentences():
            async for line in response.aiter_lines():
                yield line

    async def aclose(self) -> None:
        """Close the connections; the next request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    # Carrying it out.

    @property
    def _connections(self) -> httpx.AsyncClient:
        if self._client is None:
            # Reading the certificates takes 50 ms, which a deployment of this machine needs none of.
            verify: ssl.SSLContext | bool = self.base_url.startswith("https:")
            if verify and self._certificate is not None:
                verify = ssl.create_default_context(cafile=str(self._certificate))
            self._client = httpx.AsyncClient(
                base_url=self.base_url,
                timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
                transport=self._transport,
                mounts=None if self._transport is not None else _NO_PROXY,
                verify=verify,
                follow_redirects=False,  # a token is for this deployment only
            )
        return self._client

    async def _ask(self, method: str, path: str, **options: Any) -> Any:
        response = await self._tried(method, path, **options)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as error:
            kind = response.headers.get("content-type", "no type")
            raise ServicesError(
                f"{self.base_url} answered with something that is no JSON ({kind}). Check that this is the base URL "
                "of NeMo Services, and not of a page in front of them.",
                status=response.status_code,
            ) from error

    async def _tried(
        self, method: str, path: str, *, repeatable: bool | None = None, timeout: float | None = None, **parts: Any
    ) -> httpx.Response:
        twice = method not in {"POST", "PATCH"} if repeatable is None else repeatable
        tries = AsyncRetrying(
            retry=retry_if_exception(_can_be_repeated if twice else _cannot_have_been_accepted),
            wait=_pause,
            stop=stop_any(stop_after_attempt(TRIES), _AskedToWaitTooLong()),
            reraise=True,
        )
        response: httpx.Response | None = None
        async for attempt in tries:
            with attempt, self._as_sentences():
                request = await self._request(method, path, timeout=timeout, **parts)
                response = await self._connections.send(request)
                if response.is_error:
                    raise refusal(response)
        assert response is not None  # noqa: S101 - the last attempt raised otherwise
        if response.is_redirect:
            raise ServicesError(
                f"{self.base_url} redirects to another place. Give the base URL of NeMo Services themselves.",
                status=response.status_code,
            )
        return response

    async def _request(self, method: str, path: str, *, timeout: float | None = None, **parts: Any) -> httpx.Request:
        headers = {"x-request-id": uuid.uuid4().hex[:16], **(parts.pop("headers", None) or {})}
        authorization = await self._authorization()
        if authorization is not None:
            headers["authorization"] = authorization
        limit = httpx.Timeout(timeout or READ_SECONDS, connect=CONNECT_SECONDS)
        return self._connections.build_request(method, path, headers=headers, timeout=limit, **parts)

    def _as_sentences(self) -> _Sentences:
        return _Sentences(self.base_url)


class _Sentences:
    """Turns what httpx raises into what this package raises."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, httpx.HTTPError):
            raise silence(error, self._base_url) from error


def _can_be_repeated(error: BaseException) -> bool:
    return isinstance(error, UnreachableError) or (isinstance(error, ServicesError) and error.status in _BUSY)


def _cannot_have_been_accepted(error: BaseException) -> bool:
    """Whether the request never arrived, or was turned away at the door."""
    never_sent = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return never_sent or (isinstance(error, ServicesError) and error.status == httpx.codes.TOO_MANY_REQUESTS)


def _pause(state: RetryCallState) -> float:
    return _asked_to_wait(state) or _BACK_OFF(state)


class _AskedToWaitTooLong(stop_base):
    def __call__(self, retry_state: RetryCallState) -> bool:
        return _asked_to_wait(retry_state) > LONGEST_PAUSE_SECONDS


def _asked_to_wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome is not None else None
    return (error.retry_after or 0.0) if isinstance(error, ServicesError) else 0.0
