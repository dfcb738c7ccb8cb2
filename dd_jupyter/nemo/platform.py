"""What a deployment is, how it is, and what its own schema says that it accepts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pydantic import Field

from dd_jupyter.errors import DeniedError, NotFoundError
from dd_jupyter.nemo.answers import Answer, read, unknown_form
from dd_jupyter.nemo.http import Http

_CREATE_JOB = "/apis/data-designer/v2/workspaces/{workspace}/jobs/create"
_PREVIEW = "/apis/data-designer/v2/workspaces/{workspace}/preview"


class ServicesReady(Answer):
    """The services by name."""

    ready: tuple[str, ...] = ()
    not_ready: tuple[str, ...] = ()


class Controllers(Answer):
    """The control loops by name, and whether each is healthy; jobs need theirs."""

    healthy: bool = True
    status: dict[str, bool] = Field(default_factory=dict)


class Status(Answer):
    """How a deployment is.

    Attributes:
        status: "healthy", "degraded" or "unhealthy".
    """

    status: str
    services: ServicesReady = ServicesReady()
    controllers: Controllers = Controllers()

    @property
    def runs_jobs(self) -> bool:
        """Whether the control loops that start and watch jobs are there and healthy."""
        loops = [healthy for name, healthy in self.controllers.status.items() if name.startswith("job")]
        return bool(loops) and all(loops) and "jobs" in self.services.ready


class Discovery(Answer):
    """Whether a deployment asks who one is."""

    auth_enabled: bool = False


class _ClusterInfo(Answer):
    platform_version: str = ""


class _Workspace(Answer):
    name: str


class _Workspaces(Answer):
    data: tuple[_Workspace, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """What a deployment's own OpenAPI says of the Data Designer API.

    Attributes:
        has_data_designer: Whether it has that API at all.
        job_fields: Fields of a request that creates a job; others would be dropped without a word.
        seed_types: Values of `seed_type` that its configuration accepts; not all of them run there.
        components: The schemas of everything that it takes and gives, by name.
    """

    has_data_designer: bool = False
    job_fields: frozenset[str] = field(default_factory=frozenset)
    seed_types: frozenset[str] = field(default_factory=frozenset)
    components: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def fileset_seed_type(self) -> str | None:
        """The tag of Fileset seeds in this deployment's dialect; None if it accepts none."""
        return next((tag for tag in ("nhx", "nmp") if tag in self.seed_types), None)


class Platform:
    """The APIs that belong to no service."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._schema: Schema | None = None

    async def status(self) -> Status:
        """How it is, service by service."""
        return read(Status, await self._http.get("/status"))

    async def status_at_once(self) -> Status:
        """The same, asked once and never again: whether anybody is there is not to be waited for.

        Raises:
            UnreachableError: When nobody is.
        """
        async with self._http.stream("GET", "/status") as response:
            body = b"".join([chunk async for chunk in self._http.chunks(response)])
        try:
            return read(Status, json.loads(body))
        except ValueError as error:
            raise unknown_form("/status") from error

    async def version(self) -> str:
        """The platform's version, "0.3.0" for one; "" where it does not say."""
        try:
            return read(_ClusterInfo, await self._http.get("/cluster-info")).platform_version
        except (NotFoundError, DeniedError):
            return ""

    async def discovery(self) -> Discovery:
        """Whether it asks who one is; one that does not say does not ask."""
        try:
            return read(Discovery, await self._http.get("/apis/auth/discovery"))
        except (NotFoundError, DeniedError):
            return Discovery()

    async def workspaces(self) -> list[str]:
        """Names of the workspaces that one may see, at most 1,000."""
        page = await self._http.get("/apis/entities/v2/workspaces", params={"page_size": 1000})
        return sorted(workspace.name for workspace in read(_Workspaces, page).data)

    async def check_workspace(self, name: str) -> None:
        """Check that a workspace is there; the Data Designer API does not, and makes previews in any.

        Raises:
            NotFoundError: When it is not.
        """
        try:
            await self._http.get(f"/apis/entities/v2/workspaces/{quote(name, safe='')}")
        except NotFoundError as error:
            raise NotFoundError(
                f"There is no workspace `{name}` in this deployment. Choose another with `-w WORKSPACE`; `%dd_connect` "
                "shows the one that is meant without.",
                status=error.status,
                request_id=error.request_id,
            ) from error
        except DeniedError:
            pass  # whoever may not look at workspaces may work in them all the same

    @property
    def knows_schema(self) -> bool:
        """Whether `schema` asks nobody."""
        return self._schema is not None

    async def schema(self) -> Schema:
        """What it accepts, read once: half a megabyte."""
        if self._schema is None:
            openapi = await self._http.get("/openapi.json")
            try:
                self._schema = read_schema(openapi)
            except (AttributeError, TypeError) as error:
                raise unknown_form("openapi.json") from error
        return self._schema


def read_schema(openapi: Mapping[str, Any]) -> Schema:
    """What an OpenAPI description says of the Data Designer API."""
    paths, schemas = openapi.get("paths", {}), openapi.get("components", {}).get("schemas", {})
    if _PREVIEW not in paths and _CREATE_JOB not in paths:
        return Schema()
    body = paths.get(_CREATE_JOB, {}).get("post", {}).get("requestBody", {})
    reference = body.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "")
    request = schemas.get(reference.rpartition("/")[2], {})
    source = schemas.get("SeedConfig", {}).get("properties", {}).get("source", {})
    return Schema(
        has_data_designer=True,
        job_fields=frozenset(request.get("properties", {})),
        seed_types=frozenset(source.get("discriminator", {}).get("mapping", {})),
        components=schemas,
    )
