"""A Jupyter server with the extension, asked over HTTP; nothing of the tester's own is seen.

| fixture | is |
|---|---|
| `ask` | GET below ``dd-jupyter/``: ``await ask("runs", limit=2)`` gives status and JSON |
| `send` | POST, in the same way, with ``body={...}`` |
| `jp_serverapp` | the server; a test sets `traits` to configure the extension |
| `services` | a stand-in for NeMo Services, for what the real ones cannot be made to do |
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

# The fixtures of pytest-jupyter for the tests of this folder alone: as a plugin it gives every test an event loop.
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tornado.httpclient import HTTPClientError
from traitlets.config import Config

from tests.server.services_double import ServicesDouble

NOBODY = "http://127.0.0.1:9"


class Answer(NamedTuple):
    """What the server answered."""

    status: int
    json: Any


Ask = Callable[..., Awaitable[Answer]]


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this package for this test: no run has been written down."""
    folder = tmp_path / "dd_jupyter"
    monkeypatch.setenv("DD_JUPYTER_HOME", str(folder))
    monkeypatch.setenv("NMP_BASE_URL", NOBODY)
    for name in ("NMP_WORKSPACE", "NMP_ACCESS_TOKEN", "NMP_CURRENT_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture
def traits() -> dict[str, str]:
    """What the server's configuration says for the extension."""
    return {}


@pytest.fixture
def jp_server_config(traits: dict[str, str]) -> Config:
    """The extension is enabled, as its config file does."""
    return Config({"ServerApp": {"jpserver_extensions": {"dd_jupyter.server": True}}, "DDJupyterServer": traits})


@pytest.fixture
def ask(jp_fetch: Any) -> Ask:
    """Reads."""

    async def get(*path: str, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        return await _answered(jp_fetch("dd-jupyter", *path, params=query, headers=headers))

    return get


@pytest.fixture
def send(jp_fetch: Any) -> Ask:
    """Changes something."""

    async def post(*path: str, body: Any = None, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        written = body if isinstance(body, str) else json.dumps(body or {})
        sent = jp_fetch("dd-jupyter", *path, params=query, headers=headers, method="POST", body=written)
        return await _answered(sent)

    return post


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[ServicesDouble]:
    """The deployment that the environment says."""
    with ServicesDouble() as double:
        monkeypatch.setenv("NMP_BASE_URL", double.url)
        yield double


async def _answered(sent: Any) -> Answer:
    try:
        response = await sent
    except HTTPClientError as error:
        if error.response is None:
            raise
        response = error.response
    return Answer(response.code, json.loads(response.body))
