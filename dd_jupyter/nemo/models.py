"""The Models API: model providers, and where the Inference Gateway serves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import Field

from dd_jupyter.nemo.answers import Answer, read, read_page
from dd_jupyter.nemo.http import Http

_PAGE = 100


class Provider(Answer):
    """A model provider of a workspace. Its key stays with the deployment, which adds it to requests.

    Attributes:
        name: Its name in the workspace.
        workspace: The workspace that it is in.
        host_url: Where the gateway sends requests on to.
        api_key_secret_name: The secret that holds its key; None for a provider without one.
        enabled_models: The only models that may be asked for; empty for all.
        description: What a person wrote about it.
        status: "CREATED", "READY" and the like; None where the deployment says none.
        auth_header_format: The header that takes its key, "X-Api-Key: {{ auth_secret }}" for one; None for a bearer
            token.
        default_extra_headers: Sent along, unless a request has others.
        default_extra_body: The same for fields of the body.
        required_extra_headers: Sent along whatever a request has.
        required_extra_body: The same for fields of the body.
    """

    name: str
    workspace: str
    host_url: str = Field(repr=False)  # may have a password in it
    api_key_secret_name: str | None = None
    enabled_models: tuple[str, ...] | None = None
    description: str | None = None
    status: str | None = None
    auth_header_format: str | None = None
    default_extra_headers: Mapping[str, str] | None = Field(default=None, repr=False)  # may have a key in them
    default_extra_body: Mapping[str, Any] | None = Field(default=None, repr=False)
    required_extra_headers: Mapping[str, str] | None = Field(default=None, repr=False)
    required_extra_body: Mapping[str, Any] | None = Field(default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """Where an OpenAI client would ask it without the gateway, which adds the version where the host has none."""
        return self.host_url.rstrip("/") + _version(self.host_url)

    def serves(self, model: str) -> bool:
        """Whether a model may be asked for; without a list all may."""
        return not self.enabled_models or model in self.enabled_models


class Models:
    """Model providers of a deployment. All methods raise a `ServicesError`, `NotFoundError` for what is not there."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def provider(self, workspace: str, name: str) -> Provider:
        """One provider."""
        return read(Provider, await self._http.get(f"{_providers(workspace)}/{quote(name, safe='')}"))

    async def providers(self, workspace: str) -> list[Provider]:
        """All providers of a workspace."""
        found: list[Provider] = []
        page = pages = 1
        while page <= pages:
            answer = await self._http.get(_providers(workspace), params={"page": page, "page_size": _PAGE})
            entries, pages = read_page(Provider, answer)
            found += entries
            page += 1
        return found

    async def create_provider(
        self,
        workspace: str,
        name: str,
        host_url: str,
        *,
        api_key_secret_name: str | None = None,
        enabled_models: Sequence[str] | None = None,
        description: str = "",
        auth_header_format: str | None = None,
        default_extra_headers: Mapping[str, str] | None = None,
        default_extra_body: Mapping[str, Any] | None = None,
    ) -> Provider:
        """Register a provider; the Inference Gateway knows it three seconds later at most.

        Args:
            workspace: Where.
            name: Letters, digits, ``_``, ``-`` and dots.
            host_url: Its endpoint, most often ending in ``/v1``.
            api_key_secret_name: A secret of the same workspace, which must be there already.
            enabled_models: The only models that may be asked for; None for all.
            description: For people.
            auth_header_format: The header that takes the key; None for a bearer token.
            default_extra_headers: To be sent along, unless a request has others. Everybody can read them: no keys.
            default_extra_body: The same for fields of the body.

        Raises:
            ConflictError: When there is a provider of that name.
        """
        optional = {
            "api_key_secret_name": api_key_secret_name,
            "enabled_models": None if enabled_models is None else list(enabled_models),
            "description": description or None,
            "auth_header_format": auth_header_format,
            "default_extra_headers": None if not default_extra_headers else dict(default_extra_headers),
            "default_extra_body": None if not default_extra_body else dict(default_extra_body),
        }
        given = {field: value for field, value in optional.items() if value is not None}
        body = {"name": name, "host_url": host_url, **given}
        return read(Provider, await self._http.post(_providers(workspace), body))

    async def delete_provider(self, workspace: str, name: str) -> None:
        """Remove a provider; its secret stays."""
        await self._http.delete(f"{_providers(workspace)}/{quote(name, safe='')}")

    async def gateway_models(self, workspace: str, name: str) -> list[str]:
        """The models that a provider itself lists, asked through the gateway."""
        provider = await self.provider(workspace, name)
        answer = await self._http.get(f"{_route(workspace, provider)}/models")
        return [item["id"] for item in answer["data"]]

    def gateway_url(self, workspace: str, provider: Provider) -> str:
        """The endpoint under which the Inference Gateway serves a provider to OpenAI clients."""
        return f"{self._http.base_url}{_route(workspace, provider)}"


def same_endpoint(one: str, other: str) -> bool:
    """Whether two endpoints are the same; the gateway takes them with and without ``/v1``."""
    return _plain(one) == _plain(other)


def shown_endpoint(url: str) -> str:
    """Where an endpoint is, without a password or a query that somebody may have put in."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _plain(url: str) -> str:
    return url.rstrip("/").removesuffix("/v1").rstrip("/").lower()


def _version(host_url: str) -> str:
    return "" if host_url.rstrip("/").endswith("/v1") else "/v1"


def _providers(workspace: str) -> str:
    return f"/apis/models/v2/workspaces/{quote(workspace, safe='')}/providers"


def _route(workspace: str, provider: Provider) -> str:
    """The gateway puts what follows ``-`` behind the host's URL, which may have the version already."""
    place = f"workspaces/{quote(workspace, safe='')}/provider/{quote(provider.name, safe='')}"
    return f"/apis/inference-gateway/v2/{place}/-{_version(provider.host_url)}"
