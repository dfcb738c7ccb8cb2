"""Where NeMo Services are, in which workspace one works, and who one is: as the `nemo` command has it.

Each setting comes from an argument, else from the environment, else from the config file, else it is
the default. The product has two names, and so two dialects of both: ``NMP_*`` and ``~/.config/nmp`` of
NeMo Platform, ``NHX_*`` and ``~/.config/nhx`` of NeMo Helix, its successor. One of them is read whole
and the other not at all, since a token of the one is none for the base URL of the other:

1. the one whose variables say where or who (``CONFIG_FILE``, ``CURRENT_CONTEXT``, ``BASE_URL``,
   ``ACCESS_TOKEN``),
2. else the one whose config file has the context asked for, or any if none is,
3. else the one whose config file exists, or whose ``WORKSPACE`` is set;

and wherever both do, the successor. A login from the file is sent to the base URL of its own cluster
only; a token given as an argument or variable goes to whatever base URL is given beside it.

Not read, other than by the `nemo` command: workload identity, and user names with passwords.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit

from dd_jupyter.errors import ConfigError
from dd_jupyter.nemo.config_file import ConfigFile, StoredContext, shown
from dd_jupyter.nemo.credentials import Credentials, NoCredentials, OAuthTokens, StaticToken, same_place

Dialect = Literal["nmp", "nhx"]

DEFAULT_BASE_URL = "http://localhost:8080"
DEFAULT_WORKSPACE = "default"

_DIALECTS: tuple[Dialect, ...] = ("nhx", "nmp")  # the successor first
_ARGUMENT = "the argument"
_DEFAULT = "the default"
_SAY_WHERE_OR_WHO = ("CONFIG_FILE", "CURRENT_CONTEXT", "BASE_URL", "ACCESS_TOKEN")


@dataclass(frozen=True, slots=True)
class NemoContext:
    """Where, who, and in which workspace. Equal ones can share connections.

    Attributes:
        base_url: Where NeMo Services are, without a slash at the end.
        workspace: The workspace that is meant where none is named.
        name: The context's name in the config file; "" if none is used.
        dialect: Whose variables and config file were read.
        credentials: Who is asking.
        origins: Where ``base_url``, ``workspace``, ``token`` and ``context`` came from, in words. No secrets.
        ssl_certificate: Certificates to trust, a file; None for the usual ones.
    """

    base_url: str
    workspace: str
    name: str
    dialect: Dialect
    credentials: Credentials = field(repr=False)
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)
    ssl_certificate: Path | None = None


def find_context(
    *, base_url: str | None = None, workspace: str | None = None, token: str | None = None, context: str | None = None
) -> NemoContext:
    """Find out where NeMo Services are and who is asking; nothing is sent.

    Args:
        base_url: Where they are; of the context, else ``http://localhost:8080``, if not given. Given
            without a context, the current context of the config file counts only if it is of this URL.
        workspace: The workspace; that of the context, else ``default``, if not given.
        token: An access token, which is not renewed; the login of the context if not given.
        context: The name of a context in the config file; its current one if not given.

    Raises:
        ConfigError: What was given, or the config file, cannot be used.
    """
    for name, value in {"base_url": base_url, "workspace": workspace, "token": token, "context": context}.items():
        if value is not None and not value.strip():
            raise ConfigError(f"The argument `{name}` is empty. Give it a value, or leave it out.")
    environment, file = _chosen(context)
    where = environment.setting("BASE_URL", base_url)
    if where is not None:
        where = replace(where, value=_checked(where.value, where.origin))
    stored, origin_of_context = _stored(file, environment.setting("CURRENT_CONTEXT", context), where)
    of_file = f"context `{stored.name}` of {shown(file.path)}" if stored and file else ""

    if where is None:
        where = _Setting(stored.base_url, of_file) if stored else _Setting(DEFAULT_BASE_URL, _DEFAULT)
    place = environment.setting("WORKSPACE", workspace)
    if place is None:
        place = _Setting(stored.workspace, of_file) if stored and stored.workspace else None
    place = place or _Setting(DEFAULT_WORKSPACE, _DEFAULT)

    certificate = environment.certificate()
    credentials: Credentials = NoCredentials()
    whose = "none"
    if secret := environment.setting("ACCESS_TOKEN", token):
        credentials, whose = StaticToken(secret.value, secret.origin), secret.origin
    elif stored and file and same_place(where.value, stored.base_url):
        credentials = OAuthTokens(file, stored, certificate=certificate)
        whose = of_file if stored.tokens else f"none: no login in {of_file}"
    elif stored:
        whose = f"none: the login of {of_file} is for {stored.base_url} only"

    return NemoContext(
        base_url=where.value,
        workspace=place.value,
        name=stored.name if stored else "",
        dialect=environment.dialect,
        credentials=credentials,
        origins=MappingProxyType(
            {
                "base_url": where.origin,
                "workspace": place.origin,
                "token": whose,
                "context": origin_of_context,
            }
        ),
        ssl_certificate=certificate,
    )


def stored_contexts() -> list[NemoContext]:
    """All contexts of the config file that counts, each with the place and the login that stand there.

    No variable is heeded beside the certificate's, so that a token of the environment goes nowhere but where the
    environment says. A context that cannot be used is left out.

    Raises:
        ConfigError: The config file cannot be read.
    """
    environment, file = _chosen(None)
    if file is None:
        return []
    certificate = environment.certificate()
    found: list[NemoContext] = []
    for name in file.contexts:
        try:
            stored = file.context(name)
            base_url = _checked(stored.base_url, f"cluster `{stored.cluster}`")
        except ConfigError:
            continue
        of_file = f"context `{name}` of {shown(file.path)}"
        stored = replace(stored, base_url=base_url)
        found.append(
            NemoContext(
                base_url=base_url,
                workspace=stored.workspace or DEFAULT_WORKSPACE,
                name=name,
                dialect=environment.dialect,
                credentials=OAuthTokens(file, stored, certificate=certificate),
                origins=MappingProxyType(dict.fromkeys(("base_url", "workspace", "token", "context"), of_file)),
                ssl_certificate=certificate,
            )
        )
    return found


def is_base_url(text: str) -> bool:
    """Whether NeMo Services can be there: http or https, with no password and no query in it."""
    try:
        _checked(text, "")
    except ConfigError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Setting:
    """A value, and where it came from in words."""

    value: str = field(repr=False)
    origin: str


class _Environment:
    """The variables of one dialect, and where they or the defaults say that its config file is."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect: Dialect = dialect

    def variable(self, name: str) -> str:
        """A variable's value; "" if it is not set."""
        return os.environ.get(self._full(name), "").strip()

    def setting(self, name: str, argument: str | None) -> _Setting | None:
        """An argument, else the variable."""
        if argument is not None:
            return _Setting(argument.strip(), _ARGUMENT)
        value = self.variable(name)
        return _Setting(value, f"environment variable {self._full(name)}") if value else None

    def file(self) -> ConfigFile | None:
        """Its config file; None if there is none where one need not be."""
        if named := self.variable("CONFIG_FILE"):
            path = Path(named).expanduser().absolute()
            file = ConfigFile.read(path)
            if file is None:
                variable = self._full("CONFIG_FILE")
                raise ConfigError(
                    f"There is no config file {shown(path)}, which {variable} names. Set it right, or unset it."
                )
            return file
        folder = Path(os.environ.get("XDG_CONFIG_HOME", ""), self.dialect)
        if not folder.is_absolute() or not folder.exists():  # then the `nemo` command does not look there either
            folder = Path.home() / ".config" / self.dialect
        return ConfigFile.read(folder / "config.yaml")

    def certificate(self) -> Path | None:
        """Certificates to trust."""
        named = self.variable("CLIENT_SSL_CERT_FILE")
        if not named:
            return None
        path = Path(named).expanduser().absolute()
        if not path.is_file():
            variable = self._full("CLIENT_SSL_CERT_FILE")
            raise ConfigError(f"There is no file {shown(path)}, which {variable} names. Set it right, or unset it.")
        return path

    def _full(self, name: str) -> str:
        return f"{self.dialect.upper()}_{name}"


def _chosen(context: str | None) -> tuple[_Environment, ConfigFile | None]:
    """The dialect that counts, as the module says, and its config file."""
    environments = [_Environment(dialect) for dialect in _DIALECTS]
    for environment in environments:
        if any(environment.variable(name) for name in _SAY_WHERE_OR_WHO):
            return environment, environment.file()
    both = [(environment, environment.file()) for environment in environments]
    for environment, file in both:
        if file and (context in file.contexts if context else file.contexts):
            return environment, file
    for environment, file in both:
        if file or environment.variable("WORKSPACE"):
            return environment, file
    return _Environment("nmp"), None  # of the release that is published


def _stored(
    file: ConfigFile | None, asked: _Setting | None, where: _Setting | None
) -> tuple[StoredContext | None, str]:
    """The context of the file that counts, if any, and where its name came from."""
    if file is None or not file.contexts:
        # The `nemo` command minds a variable's name no more than this where no file has contexts.
        if asked is None or (where is not None and asked.origin != _ARGUMENT):
            return None, "none"
        known = f"{shown(file.path)} has no contexts" if file else "there is no config file"
        raise ConfigError(
            f"Context `{asked.value}`, from {asked.origin}, is unknown, since {known}. Log in with `nemo auth login`, "
            "or give a base URL instead."
        )
    if asked is None and not file.current:
        raise ConfigError(
            f"The config file {shown(file.path)} has no current context. Choose one with "
            "`nemo config use-context NAME`, or name one."
        )
    stored = file.context(asked.value if asked else file.current)
    stored = replace(stored, base_url=_checked(stored.base_url, f"cluster `{stored.cluster}` of {shown(file.path)}"))
    if asked is not None:
        return stored, asked.origin
    if where is not None and where.origin == _ARGUMENT and not same_place(where.value, stored.base_url):
        return None, f"none: the current one of {shown(file.path)}, `{stored.name}`, is for another base URL"
    return stored, f"the current one of {shown(file.path)}"


def _checked(base_url: str, origin: str) -> str:
    """A base URL without a slash at the end. It is not repeated in errors: it may hold a password."""
    example = f"Write it as in {DEFAULT_BASE_URL}."
    base_url = base_url.strip()
    try:
        parts = urlsplit(base_url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    else:
        if "@" in parts.netloc:
            raise ConfigError(
                f"The base URL from {origin} has a user name or password in it. Take it out, and log in with "
                "`nemo auth login` or give a token."
            )
        if parts.query or parts.fragment:
            raise ConfigError(f"The base URL from {origin} has a query or fragment. {example}")
    if not known or any(character.isspace() for character in base_url):
        raise ConfigError(f"The base URL from {origin} is not one of http or https. {example}")
    return base_url.rstrip("/")
