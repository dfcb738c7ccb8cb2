"""What NeMo Services are asked: a few things by their names, many by one listing, and their schema last."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dd_jupyter.errors import DDJupyterError, NotFoundError
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.credentials import NoCredentials
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.resources.places import FEW, There

SECRETS = "/apis/secrets/v2/workspaces/default/secrets"
NAMES = [f"key-{number}" for number in range(FEW + 1)]


class Services:
    """A deployment with the secrets `NAMES`.

    Attributes:
        asked: Paths, in the order in which they were answered.
        listing: The status of what lists the secrets.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.listing = 200
        self.deployment = Deployment(
            NemoContext("http://double", "default", "", "nmp", NoCredentials()),
            transport=httpx.MockTransport(self._answer),
        )

    def there(self) -> There:
        return There(lambda: self.deployment)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        await asyncio.sleep(0 if path == "/openapi.json" else 0.02)
        self.asked.append(path)
        if path == "/status":
            return httpx.Response(200, json={"status": "healthy"})
        if path == "/openapi.json":
            return httpx.Response(200, json={"paths": {}})
        if path == SECRETS:
            data = [{"name": name, "workspace": "default"} for name in NAMES]
            return httpx.Response(self.listing, json={"data": data, "pagination": {"total_pages": 1}})
        name = path.rpartition("/")[2]
        found = {"name": name, "workspace": "default"}
        return httpx.Response(200, json=found) if name in NAMES else httpx.Response(404, json={"detail": "no"})


@pytest.fixture
def services() -> Iterator[Services]:
    services = Services()
    yield services
    services.deployment.close()


def secret(there: There, name: str) -> Any:
    async def every(services: Deployment) -> dict[str, Any]:
        return {one.name: one for one in await services.secrets.secrets("default")}

    return there.ask_by_name(
        "secret", "default", name, lambda services: services.secrets.secret("default", name), every
    )


def secrets(services: Services, *names: str) -> list[Any]:
    async def ask() -> list[Any]:
        there = services.there()
        try:
            return await asyncio.gather(*(secret(there, name) for name in names), return_exceptions=True)
        finally:
            there.close()

    return wait_for(ask())


def test_a_few_are_asked_for_by_their_names(services: Services) -> None:
    found = secrets(services, *NAMES[:FEW])

    assert [one.name for one in found] == NAMES[:FEW]
    assert sorted(path for path in services.asked if path.startswith(SECRETS)) == [
        f"{SECRETS}/{name}" for name in NAMES[:FEW]
    ]


def test_many_are_found_in_one_listing(services: Services) -> None:
    found = secrets(services, *NAMES, *NAMES)

    assert [one.name for one in found] == NAMES * 2
    assert [path for path in services.asked if path.startswith(SECRETS)] == [SECRETS]


def test_what_is_not_in_the_listing_is_not_there(services: Services) -> None:
    *found, missing = secrets(services, *NAMES, "nope")

    assert [one.name for one in found] == NAMES
    assert isinstance(missing, NotFoundError) and "`default/nope`" in str(missing)


@pytest.mark.parametrize("status", [403, 404, 422])
def test_where_there_is_no_listing_all_are_asked_for_by_their_names(services: Services, status: int) -> None:
    services.listing = status

    *found, missing = secrets(services, *NAMES, "nope")

    assert [one.name for one in found] == NAMES
    assert isinstance(missing, NotFoundError)


def test_the_schema_is_asked_for_when_all_else_is_answered(services: Services) -> None:
    """The services answer nothing else while they make it, for seconds."""

    async def one_after_another(there: There) -> None:
        await secret(there, NAMES[0])
        await secret(there, NAMES[1])

    async def ask() -> None:
        there = services.there()
        await asyncio.gather(there.schema(), one_after_another(there), there.status())
        there.close()

    wait_for(ask())

    assert services.asked[-1] == "/openapi.json"
    assert services.asked.count("/status") == 1
    assert len(services.asked) == 4


def test_where_nobody_is_to_be_asked_nothing_is_found() -> None:
    async def ask() -> Any:
        return await asyncio.gather(*(secret(There(None), name) for name in NAMES), return_exceptions=True)

    assert all(isinstance(error, DDJupyterError) for error in wait_for(ask()))
