"""An answer that is an error, or no answer at all -> one sentence."""

from __future__ import annotations

import contextlib
import html
import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from dd_jupyter.errors import (
    ConflictError,
    DeniedError,
    NotFoundError,
    RefusedError,
    ServicesError,
    UnreachableError,
)

LONGEST_DETAIL = 600
"""Characters of a server's own words that are passed on; a configuration's errors may be several."""

_KINDS: dict[int, type[ServicesError]] = {
    400: RefusedError,
    401: DeniedError,
    403: DeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: RefusedError,
    422: RefusedError,
}
_WAYS_ON = {
    401: " Log in with `nemo auth login`, or give a token with NMP_ACCESS_TOKEN.",
    403: " Ask for access to that workspace, or choose another with `%dd_connect -w WORKSPACE`.",
}
_UNSEEN = re.compile(r"(?is)<(script|style|head)\b.*?</\1\s*>|<[^>]*>")
_BOX = re.compile(r"\|?-{5,}|(?m:^\s*\|)")  # the lines that data-designer draws around its errors
_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>")


def refusal(response: httpx.Response) -> ServicesError:
    """The error for an answer whose status is one; the body has been read.

    Bodies are FastAPI's ``{"detail": text}`` and ``{"detail": [{loc, msg, type}]}``, an error object of
    other servers, a proxy's page in HTML, or plain text.
    """
    status = response.status_code
    said = detail(response) or httpx.codes.get_reason_phrase(status) or "no reason given"
    request_id = response.headers.get("x-request-id") or response.request.headers.get("x-request-id", "")
    where = f"{response.request.method} {without_query(response.request.url)}"
    identified = f", request {request_id}" if request_id else ""
    message = f"NeMo Services answered {status}: {_sentence(said)}{_WAYS_ON.get(status, '')} ({where}{identified})"
    kind = _KINDS.get(status, ServicesError)
    return kind(message, status=status, request_id=request_id, retry_after=_retry_after(response))


def silence(error: httpx.HTTPError, base_url: str) -> UnreachableError:
    """The error for a request that was not answered, or whose answer broke off."""
    where = ""
    with contextlib.suppress(RuntimeError):  # httpx knows no request for this one
        where = f" ({error.request.method} {without_query(error.request.url)})"
    match error:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            what = f"No NeMo Services answer at {base_url}. Start them with `%dd_services start`, or say where they "
            return UnreachableError(f"{what}are with `%dd_connect --base-url URL`.{where}")
        case httpx.TimeoutException():
            what = f"NeMo Services at {base_url} did not answer in time. Try again; `%dd_connect` shows how they are"
        case _:
            what = f"The connection to NeMo Services at {base_url} broke. Try again; `%dd_connect` shows how they are"
    return UnreachableError(f"{what}.{where}")


def detail(response: httpx.Response) -> str:
    """What the server says of its error, on one line; "" if nothing."""
    text = response.text
    if "html" in response.headers.get("content-type", "") or text.lstrip()[:1] == "<":
        title = _TITLE.search(text)
        text = html.unescape(title.group(1) if title else _UNSEEN.sub(" ", text))
    else:
        with contextlib.suppress(ValueError):  # no JSON: the text as it is
            text = of_body(json.loads(text))
    line = " ".join(_BOX.sub(" ", text).split())
    return line if len(line) <= LONGEST_DETAIL else line[: LONGEST_DETAIL - 1] + "…"


def of_body(body: Any) -> str:
    """The sentence in a decoded error body."""
    match body:
        case {"detail": [*items]} if items:
            return "; ".join(_violation(item) for item in items)
        case {"detail": inner} | {"error": inner} | {"message": inner} if inner:
            return of_body(inner)
        case str():
            return body
    return json.dumps(body, ensure_ascii=False) if body else ""


def without_query(url: httpx.URL) -> str:
    """A URL as it may be shown: without query, fragment and user information."""
    return str(url.copy_with(query=None, fragment=None, username=None, password=None))


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds until the server wants to be asked again: a number, or a date."""
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _violation(item: Any) -> str:
    """One of FastAPI's list, without the input that it repeats."""
    if not isinstance(item, dict) or "msg" not in item:
        return of_body(item)
    place = ".".join(str(part) for part in item.get("loc", ()) if part != "body")
    text = str(item["msg"]).removeprefix("Value error, ")
    return f"`{place}`: {text}" if place else text


def _sentence(text: str) -> str:
    return text if text[-1:] in ".!?…" else f"{text}."
