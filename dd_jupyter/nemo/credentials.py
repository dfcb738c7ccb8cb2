"""Who is asking: nobody, a token that was given, or a user of the config file whose login is kept fresh."""

from __future__ import annotations

import asyncio
import copy
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from dd_jupyter.errors import ConfigError, DeniedError, ServicesError
from dd_jupyter.nemo.config_file import ConfigFile, Stamp, StoredContext, refresh_lock, shown, stamp, write_tokens
from dd_jupyter.nemo.tokens import LOG_IN_AGAIN, RefusedGrantError, Renewal, Tokens

REFRESH_SECONDS = 60
"""A token with less left is renewed first. The `nemo` command's number, so that both act alike."""

PAUSE_SECONDS = 10.0
"""After a renewal that failed, the token that still holds is sent for so long before the next try, else
each request of that minute would wait for a login provider that does not answer."""

_log = logging.getLogger(__name__)


class Credentials(Protocol):
    """Who is asking. Equal ones ask as the same person in the same way; none shows a token."""

    @property
    def identity(self) -> str:
        """In words, for people: the principal where the token names one (not verified)."""
        ...

    @property
    def expires(self) -> datetime | None:
        """When the present token ends; None if there is none or it does not say."""
        ...

    async def authorization(self) -> str | None:
        """The value of the Authorization header as of now; None for no header.

        Raises:
            ConfigError: The config file can no longer be used.
            DeniedError: The login has ended, or is now one for another deployment.
            ServicesError: The token has ended and could not be renewed; `UnreachableError` where nobody
                answered.
        """
        ...


class NoCredentials:
    """Nobody."""

    identity = "no authentication"
    expires: datetime | None = None

    async def authorization(self) -> str | None:
        """No header."""
        return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NoCredentials)

    def __hash__(self) -> int:
        return hash(NoCredentials)

    def __repr__(self) -> str:
        return "<NoCredentials>"


class StaticToken:
    """A token that was given; who gave it sees to it that it holds.

    One that says it has ended is sent all the same: the deployment's clock decides, and a deployment
    without authentication does not mind.
    """

    def __init__(self, token: str, origin: str) -> None:
        """Take a token.

        Args:
            token: Without the word "Bearer".
            origin: Where it came from, in words.

        Raises:
            ConfigError: It cannot be a token.
        """
        try:
            self._tokens = Tokens.of(token.strip())
        except ValueError as error:
            raise ConfigError(f"The token from {origin} is none: {error}. Give the token alone.") from None
        self._origin = origin

    @property
    def identity(self) -> str:
        """The principal where it names one, and where it came from."""
        what = f"a token from {self._origin}"
        return f"{who}, by {what}" if (who := self._tokens.principal) else what

    @property
    def expires(self) -> datetime | None:
        """When it ends, by what it says."""
        return self._tokens.expires

    async def authorization(self) -> str | None:
        """The token."""
        return _header(self._tokens)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StaticToken) and (self._tokens, self._origin) == (other._tokens, other._origin)

    def __hash__(self) -> int:
        return hash((self._tokens, self._origin))

    def __repr__(self) -> str:
        return f"<StaticToken from {self._origin}>"


class OAuthTokens:
    """The tokens of a context's user in the config file of the `nemo` command.

    They are read again when the file has changed: ``nemo auth login`` in a terminal takes effect at the
    next request, logging out too. A token that is about to end is renewed as the `nemo` command does it,
    under the same lock, and written back, so that a login provider that rotates refresh tokens has one
    line of them. May be used from several event loops and threads.
    """

    def __init__(self, file: ConfigFile, context: StoredContext, *, certificate: Path | None = None) -> None:
        """Take the tokens of a context.

        Args:
            file: Where they were read and are written back.
            context: Whose they are. They are for its base URL only.
            certificate: Certificates to trust when renewing them, a file; None for the usual ones.
        """
        self._path = file.path
        self._context = context.name
        self._base_url = context.base_url.rstrip("/")
        self._user = context.user
        self._certificate = certificate
        self._stamp: Stamp | None = file.stamp
        self._stored = self._tokens = context.tokens
        self._changing = threading.Lock()  # the four above; held for moments only
        # Renewing has a thread of its own: whoever waits for its turn there takes none of the event loop's,
        # and an interrupt cannot end it between the provider's answer and the file, which would lose the login.
        self._renewing = ThreadPoolExecutor(1, thread_name_prefix="dd-jupyter-login")
        self._as_is_until = 0.0
        self._refused: Tokens | None = None
        self._failure: tuple[float, ServicesError] | None = None

    @property
    def identity(self) -> str:
        """The principal where the token names one, else the user's name in the file."""
        tokens = self._tokens
        return (tokens.principal or f"user `{self._user}` of {shown(self._path)}") if tokens else NoCredentials.identity

    @property
    def expires(self) -> datetime | None:
        """When the present access token ends; it is renewed before."""
        return self._tokens.expires if self._tokens else None

    async def authorization(self) -> str | None:
        """The token as of now, renewed where it is about to end."""
        asked = time.monotonic()
        tokens = await asyncio.to_thread(self._current)
        if tokens is not None and tokens.seconds_left < REFRESH_SECONDS:
            loop = asyncio.get_running_loop()
            tokens = await loop.run_in_executor(self._renewing, self._renewed, asked)
        return _header(tokens)

    def _current(self) -> Tokens | None:
        """The tokens as the file has them now."""
        try:
            if stamp(self._path) != self._stamp:
                return self._read_again()
        except (ConfigError, OSError) as error:
            # The `nemo` command writes in place: this may be half a file. There will be the next request.
            tokens = self._tokens
            if tokens is None or tokens.seconds_left < REFRESH_SECONDS:
                raise _unusable(self._path, error) from error
            _log.debug("%s cannot be read now; the token from before is used.", self._path)
        return self._tokens

    def _read_again(self) -> Tokens | None:
        file = ConfigFile.read(self._path)
        if file is None:
            raise FileNotFoundError(self._path)
        context = file.context(self._context)
        if not same_place(context.base_url, self._base_url):
            raise DeniedError(
                f"The login of context `{self._context}` in {shown(self._path)} is no longer one for {self._base_url}. "
                "Connect again with `%dd_connect`."
            )
        with self._changing:
            self._user = context.user
            self._stamp = file.stamp
            if context.tokens != self._stored:  # else those in memory may be newer: the file could not be written
                self._stored = self._tokens = context.tokens
            return self._tokens

    def _renewed(self, asked: float) -> Tokens | None:
        """Tokens that hold; `asked` is when they were asked for, on the monotonic clock."""
        tokens = self._tokens
        if tokens is not None and asked < self._as_is_until:
            return tokens
        if self._failure is not None and asked <= self._failure[0]:
            raise copy.copy(self._failure[1])  # who waited while it failed does not try the same once more
        try:
            with refresh_lock(self._path, self._context):
                return self._renewed_alone()
        except ServicesError as error:
            self._failure = time.monotonic(), error
            left = self._tokens.seconds_left if self._tokens else 0
            if left <= 0 or isinstance(error, DeniedError):
                raise
            _log.debug("The token could not be renewed and holds for %.0f s more: %s", left, error)
            self._as_is_until = time.monotonic() + min(PAUSE_SECONDS, left)
            return self._tokens

    def _renewed_alone(self) -> Tokens | None:
        """Renew them while no other process does."""
        tokens = self._read_surely()  # another process may have renewed them meanwhile
        if tokens is None or tokens.seconds_left >= REFRESH_SECONDS:
            return tokens
        if tokens == self._refused:
            raise RefusedGrantError(f"The login of {self.identity} has ended. {LOG_IN_AGAIN}")
        if tokens.refresh is None and tokens.seconds_left > 0:
            return tokens
        renewal = Renewal(self._base_url, self._certificate)
        try:
            renewed = renewal.renewed(tokens)
        except RefusedGrantError as error:
            if not error.final:
                raise
            self._refused = tokens
            now = self._read_surely()  # `nemo auth refresh` takes no lock: it may have been first
            if now is None or now == tokens:
                raise
            if now.seconds_left >= REFRESH_SECONDS:
                return now
            tokens, renewed = now, renewal.renewed(now)
        if renewed is None:  # authentication is off: whatever is sent is not looked at
            self._as_is_until = time.monotonic() + REFRESH_SECONDS
            return tokens
        return self._kept(renewed, tokens)

    def _kept(self, renewed: Tokens, ended: Tokens) -> Tokens | None:
        """Write renewed tokens to the file, then use them: who gets one here finds it there too."""
        stored: Tokens | None = renewed
        try:
            now = self._read_again()
            if now != ended:  # `nemo auth login` and `logout` take no lock either, and what they say counts
                return now
            write_tokens(self._path, self._user, renewed)
        except (ConfigError, OSError) as error:
            stored = self._stored
            _log.warning(
                "The renewed login could not be written to %s (%s). This process goes on with it; others may have to "
                "log in again with `nemo auth login`.",
                shown(self._path),
                error,
            )
        with self._changing:
            self._tokens, self._stored = renewed, stored
        return renewed

    def _read_surely(self) -> Tokens | None:
        try:
            return self._read_again()
        except (ConfigError, OSError) as error:
            raise _unusable(self._path, error) from error

    def _key(self) -> tuple[object, ...]:
        return self._path, self._context, self._base_url, self._certificate

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OAuthTokens) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"<OAuthTokens of context {self._context} in {shown(self._path)}>"


def same_place(base_url: str, other: str) -> bool:
    """Whether two base URLs are one: a login for the one may be sent to the other."""
    try:
        (mine, theirs) = (urlsplit(url) for url in (base_url, other))
        ports = [place.port or {"http": 80, "https": 443}.get(place.scheme) for place in (mine, theirs)]
    except ValueError:
        return False
    return (mine.scheme, mine.hostname, mine.path.rstrip("/")) == (
        theirs.scheme,
        theirs.hostname,
        theirs.path.rstrip("/"),
    ) and ports[0] == ports[1]


def _header(tokens: Tokens | None) -> str | None:
    return f"Bearer {tokens.access}" if tokens else None


def _unusable(path: Path, error: Exception) -> ConfigError:
    if isinstance(error, ConfigError):
        return ConfigError(str(error))
    return ConfigError(f"The config file {shown(path)} cannot be read any more. {LOG_IN_AGAIN}")
