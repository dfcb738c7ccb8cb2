"""The Secrets API: secrets by name, and their values where it gives them."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote

from pydantic import SecretStr

from dd_jupyter.nemo.answers import Answer, read, read_page
from dd_jupyter.nemo.http import Http

_PAGE = 100


class Secret(Answer):
    """A secret without its value.

    Attributes:
        name: Its name in the workspace.
        workspace: The workspace that it is in.
        description: What a person wrote about it.
        created_at: When it was made.
        updated_at: When it was changed last.
    """

    name: str
    workspace: str
    description: str | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class _Access(Answer):
    value: SecretStr


class Secrets:
    """Secrets of a deployment. All methods raise a `ServicesError`, `NotFoundError` for what is not there."""

    def __init__(self, http: Http) -> None:
        self._http = http

    async def secret(self, workspace: str, name: str) -> Secret:
        """What is known of a secret; its value is not read."""
        return read(Secret, await self._http.get(f"{_secrets(workspace)}/{quote(name, safe='')}"))

    async def value(self, workspace: str, name: str) -> SecretStr:
        """The value of a secret.

        Raises:
            DeniedError: With authentication on, for every person: only services may read values.
        """
        answer = await self._http.get(f"{_secrets(workspace)}/{quote(name, safe='')}/access")
        return read(_Access, answer).value

    async def create(self, workspace: str, name: str, value: SecretStr | str, *, description: str = "") -> Secret:
        """Keep a value under a name of letters, digits, ``_``, ``-`` and dots.

        Raises:
            ConflictError: When there is a secret of that name.
        """
        body = {"name": name, "value": value.get_secret_value() if isinstance(value, SecretStr) else value}
        if description:
            body["description"] = description
        return read(Secret, await self._http.post(_secrets(workspace), body))

    async def change(self, workspace: str, name: str, value: SecretStr | str) -> Secret:
        """Give a secret another value."""
        body = {"value": value.get_secret_value() if isinstance(value, SecretStr) else value}
        return read(Secret, await self._http.patch(f"{_secrets(workspace)}/{quote(name, safe='')}", body))

    async def delete(self, workspace: str, name: str) -> None:
        """Remove a secret."""
        await self._http.delete(f"{_secrets(workspace)}/{quote(name, safe='')}")

    async def secrets(self, workspace: str) -> list[Secret]:
        """All secrets of a workspace, without their values."""
        found: list[Secret] = []
        page = pages = 1
        while page <= pages:
            answer = await self._http.get(_secrets(workspace), params={"page": page, "page_size": _PAGE})
            entries, pages = read_page(Secret, answer)
            found += entries
            page += 1
        return found


def _secrets(workspace: str) -> str:
    return f"/apis/secrets/v2/workspaces/{quote(workspace, safe='')}/secrets"
