"""The config file of the `nemo` command: its contexts, and the tokens of their users.

The format is that of nemo-platform 0.3 (``current_context``, ``clusters``, ``users``, ``contexts``),
unchanged in its successor. Only what a context needs is read, so that a mistake elsewhere in the file
does no harm.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dd_jupyter.errors import ConfigError, ServicesError
from dd_jupyter.nemo.tokens import Tokens, unsigned

LOCK_SECONDS = 60.0
"""Longer than a renewal in another process takes by its timeouts (10 and 30 s). One that was stopped
in the middle must not stop this one for ever."""

_LOCK_LOOK_SECONDS = 0.05

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class StoredContext:
    """One context, with what it names.

    Attributes:
        name: Its name.
        base_url: That of its cluster, as written.
        cluster: The cluster's name.
        workspace: Its workspace; "" if it names none.
        user: The user's name.
        tokens: The user's; None for a user without authentication.
    """

    name: str
    base_url: str
    cluster: str
    workspace: str
    user: str
    tokens: Tokens | None = field(repr=False)


class ConfigFile:
    """A config file as it was when it was read.

    Attributes:
        path: Where it is.
        stamp: Changes when the file does.
        contexts: The names of its contexts, in its order.
        current: The name of its current context; "" if it names none.
    """

    def __init__(self, path: Path, stamp: Stamp, content: dict[str, Any]) -> None:
        self.path = path
        self.stamp = stamp
        self._content = content
        self.contexts = [self._text(entry, "name", "A context") for entry in self._entries("contexts")]
        self.current = self._text(content, "current_context", "It", optional=True)

    @classmethod
    def read(cls, path: Path) -> ConfigFile | None:
        """Read a file; None if there is none.

        Raises:
            ConfigError: It cannot be read, or is not what the `nemo` command writes.
        """
        try:
            text, seen = _read(path)
        except FileNotFoundError:
            return None
        return cls(path, seen, _parse(path, text))

    def context(self, name: str) -> StoredContext:
        """One of its contexts.

        Raises:
            ConfigError: There is none of that name, or what it names is not in the file.
        """
        entry = self._named("contexts", name)
        if entry is None:
            known = ", ".join(f"`{known}`" for known in self.contexts) or "none"
            raise ConfigError(
                f"Context `{name}` is not in {shown(self.path)}. It has {known}; choose one of them, or add it with "
                f"`nemo --context {name} config set --base-url URL`."
            )
        what = f"Context `{name}`"
        cluster_name, user_name = self._text(entry, "cluster", what), self._text(entry, "user", what)
        cluster = self._named("clusters", cluster_name)
        if cluster is None:
            raise self._wrong(
                f"{what} names cluster `{cluster_name}`, which is not in it. Set its URL with `nemo config set`."
            )
        return StoredContext(
            name=name,
            base_url=self._text(cluster, "base_url", f"Cluster `{cluster_name}`"),
            cluster=cluster_name,
            workspace=self._text(entry, "workspace", what, optional=True),
            user=user_name,
            tokens=self._tokens(self.user(user_name), user_name),
        )

    def user(self, name: str) -> dict[str, Any]:
        """The entry of one of its users, as written.

        Raises:
            ConfigError: There is none of that name.
        """
        entry = self._named("users", name)
        if entry is None:
            raise self._wrong(f"It has no user `{name}`. Log in with `nemo auth login`.")
        return entry

    def _tokens(self, user: dict[str, Any], name: str) -> Tokens | None:
        kind = user.get("type", "no-auth")
        access, refresh = user.get("token"), user.get("refresh_token") or None
        if kind == "api-key" or "api_key" in user:  # of before OAuth; the `nemo` command converts it so
            key = user.get("api_key")
            if not isinstance(key, str) or not key.strip():
                return None
            access, refresh = unsigned(key.strip()) if "@" in key else key.strip(), None
        elif kind == "no-auth":
            return None
        elif kind != "oauth":
            raise self._wrong(f"User `{name}` logs in by {kind!r}, which is not known here. Give a token instead.")
        try:
            return Tokens.of(access, refresh)
        except ValueError as error:
            reason = str(error)
        raise self._wrong(f"The token of user `{name}` is none: {reason}. Log in again with `nemo auth login`.")

    def _entries(self, section: str) -> list[dict[str, Any]]:
        entries = self._content.get(section) or []
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._wrong(f"Its `{section}` is not a list of entries with a name.")
        return entries

    def _named(self, section: str, name: str) -> dict[str, Any] | None:
        return next((entry for entry in self._entries(section) if entry.get("name") == name), None)

    def _text(self, entry: dict[str, Any], key: str, what: str, *, optional: bool = False) -> str:
        value = entry.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if optional and value in (None, ""):
            return ""
        raise self._wrong(f"{what} has no `{key}` that is a text.")

    def _wrong(self, what: str) -> ConfigError:
        return ConfigError(f"The config file {shown(self.path)} cannot be used. {what}")


def stamp(path: Path) -> Stamp:
    """Changes when a file does, whether it is written anew or replaced."""
    state = path.stat()
    return state.st_mtime_ns, state.st_size, state.st_ino


def shown(path: Path) -> str:
    """A path as a person writes it."""
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)


@contextmanager
def refresh_lock(path: Path, context: str) -> Iterator[None]:
    """Keep other processes, the `nemo` command among them, from renewing the tokens of a context meanwhile.

    Blocks until it is this one's turn. The lock is that of the `nemo` command: a file beside the config
    file. Where none can be made, as in a folder that cannot be written, or on Windows, it does nothing.

    Raises:
        ServicesError: Another process has held it for longer than a renewal takes.
    """
    try:
        import fcntl

        safe = context.replace(os.sep, "_")
        lock = os.open(path.with_name(f"{path.name}.{safe}.oauth-refresh.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except (ImportError, OSError):
        yield
        return
    try:
        end = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    raise ServicesError(
                        f"Another process has been renewing the login of context `{context}` for {LOCK_SECONDS:.0f} s; "
                        "end it, or log in again with `nemo auth login`."
                    ) from None
                time.sleep(_LOCK_LOOK_SECONDS)
            except OSError:  # a file system without locks
                break
            else:
                break
        yield
    finally:
        os.close(lock)  # releases it


def write_tokens(path: Path, user: str, tokens: Tokens) -> None:
    """Put new tokens of a user into the file, whole or not at all, readable by its owner only.

    All else stays as it is, comments and unknown entries included.

    Raises:
        ConfigError: The file is not what it was, or the user is no longer in it.
        OSError: It cannot be written.
    """
    path = path.resolve()  # a link into a folder of settings stays a link
    text, seen = _read(path)
    content = _parse(path, text)
    entry = ConfigFile(path, seen, content).user(user)
    new = {"token": tokens.access} | ({"refresh_token": tokens.refresh} if tokens.refresh else {})
    entry.update(new)
    edited = _with_scalars(text, user, new)
    if edited is None or not _says(edited, content):
        import yaml

        edited = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
    _replace(path, edited)


def _with_scalars(text: str, user: str, new: dict[str, str]) -> str | None:
    """The text with other values of some entries of a user; None where they are not plain to see."""
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    users = _node_of(root, "users")
    for entry in users.value if isinstance(users, yaml.SequenceNode) else ():
        name = _node_of(entry, "name")
        if not isinstance(name, yaml.ScalarNode) or name.value != user:
            continue
        places = []
        for key, value in new.items():
            node = _node_of(entry, key)
            if not isinstance(node, yaml.ScalarNode):
                return None
            places.append((node.start_mark.index, node.end_mark.index, json.dumps(value)))
        for start, end, value in sorted(places, reverse=True):
            text = text[:start] + value + text[end:]
        return text
    return None


def _says(text: str, content: dict[str, Any]) -> bool:
    import yaml

    try:
        return bool(yaml.safe_load(text) == content)
    except yaml.YAMLError:
        return False


def _node_of(mapping: Any, key: str) -> Any:
    import yaml

    if not isinstance(mapping, yaml.MappingNode):
        return None
    return next((value for name, value in mapping.value if name.value == key), None)


def _read(path: Path) -> tuple[str, Stamp]:
    """Its text, and the stamp from before: a change in between is seen the next time."""
    try:
        seen = stamp(path)
        return path.read_bytes().decode(), seen
    except FileNotFoundError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(f"The config file {shown(path)} cannot be read: {reason}. Make it readable.") from error
    except UnicodeDecodeError:
        pass
    # Raised out here: the decoder's error holds the bytes.
    raise ConfigError(f"The config file {shown(path)} is not text in UTF-8. Mend or remove it.")


def _parse(path: Path, text: str) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 1}" if error.problem_mark else ""
    except (yaml.YAMLError, ValueError, RecursionError):
        line = ""
    else:
        if content is None:
            return {}
        if isinstance(content, dict):
            return content
        line = ""
    # Raised out here, and in other words: the parser's error shows the line, which may hold a token.
    raise ConfigError(f"The config file {shown(path)} is not the YAML of a config file{line}. Mend or remove it.")


def _replace(path: Path, text: str) -> None:
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
