"""Access tokens: what one says of itself, and how a login provider renews it."""

from __future__ import annotations

import base64
import json
import ssl
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from dd_jupyter.errors import DeniedError, ServicesError, UnreachableError

DISCOVERY_PATH = "/apis/auth/discovery"
LOG_IN_AGAIN = "Log in again with `nemo auth login`."

_DISCOVERY_TIMEOUT = httpx.Timeout(10, connect=5)
_GRANT_TIMEOUT = httpx.Timeout(30, connect=5)
_DEFAULT_SCOPES = "openid profile email offline_access"  # the `nemo` command's, where discovery names none
_LONGEST_NAME = 200
_UNSENDABLE = "it is empty, or holds blanks or other characters that no token has"


@dataclass(frozen=True, slots=True)
class Tokens:
    """An access token and what renews it. Neither shows in a repr or an error.

    Attributes:
        access: What each request carries.
        refresh: Renews the access token; None where it cannot be renewed.
        expires_at: When the access token ends, in seconds since 1970; None if it does not say.
    """

    access: str = field(repr=False)
    refresh: str | None = field(default=None, repr=False)
    expires_at: float | None = field(default=None, compare=False)

    @classmethod
    def of(cls, access: Any, refresh: Any = None, *, expires_in: Any = None) -> Tokens:
        """Tokens as a person, a file or a login provider gives them.

        Args:
            access: The token.
            refresh: What renews it.
            expires_in: Seconds until it ends, for a token that does not say so itself.

        Raises:
            ValueError: They cannot stand in a header. Its text says why, without them.
        """
        for token in (access,) if refresh is None else (access, refresh):
            if not isinstance(token, str) or not token or not all("!" <= character <= "~" for character in token):
                raise ValueError(_UNSENDABLE)
        ends = _number(claims(access).get("exp"))
        lasts = _number(expires_in)
        if ends is None and lasts is not None:
            ends = time.time() + lasts
        return cls(access, refresh, ends)

    @property
    def seconds_left(self) -> float:
        """Until the access token ends, by this machine's clock; infinite if it does not say."""
        return float("inf") if self.expires_at is None else self.expires_at - time.time()

    @property
    def expires(self) -> datetime | None:
        """When the access token ends; None if it does not say."""
        try:
            return None if self.expires_at is None else datetime.fromtimestamp(self.expires_at, UTC)
        except (ValueError, OverflowError, OSError):  # a year that no calendar has
            return None

    @property
    def principal(self) -> str:
        """Who the access token says it is for, not verified; "" if it does not say."""
        said = claims(self.access)
        for name in ("email", "preferred_username", "sub"):
            who = said.get(name)
            if isinstance(who, str) and (shown := "".join(filter(str.isprintable, who)).strip()):
                return shown[:_LONGEST_NAME]
        return ""


def claims(token: str) -> dict[str, Any]:
    """What a JWT says, not verified: for people, and to know when to renew it. Empty for another token."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        said = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def unsigned(email: str) -> str:
    """A JWT without signature, as the `nemo` command makes for a legacy ``api-key`` that is an e-mail address.

    A deployment accepts it only if it is set up to, for development.
    """
    parts: tuple[dict[str, Any], ...] = ({"alg": "none", "typ": "JWT"}, {"sub": email, "email": email})
    encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join((*encoded, ""))


class RefusedGrantError(DeniedError):
    """The login provider does not renew the login.

    Attributes:
        final: Whether it never will: the refresh token has ended, was withdrawn, or used before.
    """

    def __init__(self, message: str, *, status: int | None = None, final: bool = False) -> None:
        super().__init__(message, status=status)
        self.final = final


class Renewal:
    """Renews tokens the way a deployment says: OIDC discovery, then a ``refresh_token`` grant (RFC 6749, 6).

    It blocks; call it in a thread of its own.
    """

    def __init__(self, base_url: str, certificate: Path | None = None) -> None:
        self._base_url = base_url
        self._certificate = certificate

    def renewed(self, tokens: Tokens) -> Tokens | None:
        """New tokens; None where the deployment asks nobody who they are.

        Raises:
            DeniedError: There is no way to renew them, or the login provider refuses.
            UnreachableError: The deployment or its login provider does not answer.
            ServicesError: One of them answers, but not as it should.
        """
        with httpx.Client(verify=self._trust()) as client:
            discovered = self._discover(client)
            if not discovered.get("auth_enabled"):
                return None
            return self._grant(client, _mapping(discovered.get("oidc")), tokens)

    def _trust(self) -> ssl.SSLContext | bool:
        return ssl.create_default_context(cafile=str(self._certificate)) if self._certificate else True

    def _discover(self, client: httpx.Client) -> dict[str, Any]:
        where = f"NeMo Services at {self._base_url}"
        response = _asked(
            client.build_request("GET", f"{self._base_url}{DISCOVERY_PATH}", timeout=_DISCOVERY_TIMEOUT), client, where
        )
        discovered = _json(response)
        if response.status_code != 200 or not discovered:
            raise _odd(f"{where} do not say how a login is renewed", response)
        return discovered

    def _grant(self, client: httpx.Client, oidc: dict[str, Any], tokens: Tokens) -> Tokens:
        endpoint, client_id = oidc.get("token_endpoint"), oidc.get("client_id")
        if not tokens.refresh:
            raise RefusedGrantError(f"The login at {self._base_url} has ended. {LOG_IN_AGAIN}")
        if not isinstance(endpoint, str) or not endpoint or not isinstance(client_id, str) or not client_id:
            raise ServicesError(
                f"NeMo Services at {self._base_url} do not say where a login is renewed. {LOG_IN_AGAIN}"
            )
        if self._base_url.startswith("https:") and not endpoint.startswith("https:"):
            raise ServicesError(
                f"NeMo Services at {self._base_url} name a login provider without encryption, which no login is sent "
                "to; ask whoever runs them to name it with https."
            )
        form = {"grant_type": "refresh_token", "client_id": client_id, "refresh_token": tokens.refresh}
        if scope := _scope(oidc):
            form["scope"] = scope
        where = f"The login provider {urlsplit(endpoint).hostname or ''}"
        response = _asked(client.build_request("POST", endpoint, data=form, timeout=_GRANT_TIMEOUT), client, where)
        answer = _json(response)
        if response.status_code != 200:
            raise _refused(where, response, answer)
        try:
            return Tokens.of(
                answer.get("access_token"),
                answer.get("refresh_token") or tokens.refresh,  # kept unless the provider rotates it
                expires_in=answer.get("expires_in"),
            )
        except ValueError as error:
            raise _odd(f"{where} gave a new token that is none, since {error}", response) from None


def _asked(request: httpx.Request, client: httpx.Client, where: str) -> httpx.Response:
    """The answer. Redirects are not followed: a refresh token goes where discovery says, nowhere else."""
    try:
        return client.send(request)
    except httpx.HTTPError as error:
        reason = str(error) or type(error).__name__
    except httpx.InvalidURL:
        reason = "its URL is none"
    # Raised out here: the error of httpx holds the request, and with it the refresh token.
    raise UnreachableError(
        f"{where} could not be asked for a new token ({reason}); check the network, or log in again with "
        "`nemo auth login`."
    )


def _refused(where: str, response: httpx.Response, answer: dict[str, Any]) -> ServicesError:
    """The error for a refused grant, with the provider's error code. Its description may repeat what was sent."""
    code = answer.get("error")
    if not isinstance(code, str) or not code.replace("_", "").isalnum() or len(code) > 40:
        code = f"HTTP {response.status_code}"
    if response.status_code >= 500 or response.status_code == 429:
        return _odd(f"{where} did not renew the login", response)
    message = f"{where} refused to renew the login ({code}). {LOG_IN_AGAIN}"
    return RefusedGrantError(message, status=response.status_code, final=code == "invalid_grant")


def _odd(what: str, response: httpx.Response) -> ServicesError:
    return ServicesError(
        f"{what} (HTTP {response.status_code}); try again, or log in again with `nemo auth login`.",
        status=response.status_code,
    )


def _scope(oidc: dict[str, Any]) -> str:
    """The scopes to ask for; the platform's own get the deployment's prefix, as some providers want."""
    scopes = str(oidc.get("default_scopes") or _DEFAULT_SCOPES).split()
    prefix = str(oidc.get("scope_prefix") or "")
    if prefix and not prefix.endswith("/"):
        prefix += "/"
    return " ".join(f"{prefix}{scope}" if ":" in scope or scope.endswith(".default") else scope for scope in scopes)


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        return _mapping(response.json())
    except ValueError:
        return {}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
