"""The folder of a local deployment: its configuration, its data, its log, and who runs it."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from dd_jupyter.errors import ServicesError
from dd_jupyter.folders import own_folder
from dd_jupyter.nemo.local_environment import ServicesEnvironment
from dd_jupyter.nemo.local_process import Process

HOST = "127.0.0.1"

_LOCK_LOOK_SECONDS = 0.1
FORGOTTEN_AFTER_SECONDS = 15
"""When the services forget the process of a job that ended: until then, an hour if nothing is said, they ask
themselves for it each second. After 60 jobs in an hour that took a whole core, of nemo-platform 0.3.0."""

_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
_INHERITED = (
    *("LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *_PROXIES,
)
"""What the services need of this process's environment; keys and tokens in it are none of their business."""


@dataclass(frozen=True, slots=True)
class Record:
    """What was written down of a deployment at its last start.

    Attributes:
        port: Where it listens; asked for again at the next start, so that its base URL stays.
        python: The interpreter that ran it.
        process: The services; None once they were stopped.
        since: When they were started, in seconds since 1970.
    """

    port: int
    python: str
    process: Process | None
    since: float

    @property
    def base_url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    @property
    def stopped(self) -> Record:
        """The same, after it was stopped."""
        return replace(self, process=None)


@dataclass(frozen=True, slots=True)
class Folder:
    """The places in the folder of a deployment. Its owner alone may look: the key of all secrets is in it.

    Attributes:
        path: The folder.
    """

    path: Path

    @classmethod
    def of(cls, path: str | Path | None) -> Self:
        """The folder that was named, or `services` in this package's own."""
        return cls(Path(path).expanduser().absolute() if path else own_folder() / "services")

    @property
    def config(self) -> Path:
        """The platform's configuration, written anew at each start."""
        return self.path / "platform.yaml"

    @property
    def log(self) -> Path:
        """What the services wrote since the last start."""
        return self.path / "services.log"

    @property
    def home(self) -> Path:
        """The services' own home. Their database, and the key of the secrets in it, are in `.local/share/nemo`."""
        return self.path / "home"

    @property
    def files(self) -> Path:
        """The contents of filesets."""
        return self.path / "files"

    @property
    def jobs(self) -> Path:
        """Working folders of jobs."""
        return self.path / "jobs"

    def make(self) -> None:
        """Make the folder and its parts.

        Raises:
            ServicesError: They cannot be made or written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            for part in (self.home, self.files, self.jobs):
                part.mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise self._unusable(error) from error

    def write_config(self, port: int) -> None:
        """Write a configuration that runs jobs as processes of this machine, without Docker.

        Raises:
            ServicesError: It cannot be written.
        """
        self._write(self.config, json.dumps(self._configuration(port), indent=2))  # JSON is YAML

    def environment(self, services: ServicesEnvironment) -> dict[str, str]:
        """The variables of the services' process."""
        path = os.pathsep.join(part for part in (str(services.python.parent), os.environ.get("PATH", "")) if part)
        return {**self._common(), "PATH": path, "VIRTUAL_ENV": str(services.folder), "NO_COLOR": "1"}

    def read(self) -> Record | None:
        """What the last start wrote down; None if there was none.

        Raises:
            ServicesError: It cannot be read.
        """
        try:
            content = json.loads(self._record.read_bytes())
            process = Process(**content["process"]) if content["process"] else None
            return Record(int(content["port"]), str(content["python"]), process, float(content["since"]))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(error) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ServicesError(
                f"{self._record} is not what was written into it. Remove it, after ending the services by hand if "
                "they run."
            ) from error

    def write(self, record: Record) -> None:
        """Write down a start, or that it is over.

        Raises:
            ServicesError: It cannot be written.
        """
        self._write(self._record, json.dumps(asdict(record), indent=2))

    @contextmanager
    def lock(self, seconds: float, tell: Callable[[str], object]) -> Iterator[None]:
        """Keep other processes from starting and stopping meanwhile; waits until it is this one's turn.

        Raises:
            ServicesError: Another one held it for so many seconds, or this system has no such locks.
        """
        try:
            import fcntl
        except ImportError as error:
            raise ServicesError("NeMo Services run on Linux and macOS; on Windows use them inside WSL.") from error
        try:
            lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise self._unusable(error) from error
        try:
            end = time.monotonic() + seconds
            told = False
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    pass
                if time.monotonic() > end:
                    raise ServicesError(
                        f"Another process has been starting or stopping the services in {self.path} for "
                        f"{seconds:.0f} s. Look at their log with `%dd_services logs`, or end that process."
                    )
                if not told:
                    tell("Another process is starting or stopping them; waiting for it")
                    told = True
                time.sleep(_LOCK_LOOK_SECONDS)
            yield
        finally:
            os.close(lock)  # releases it, as the end of this process does

    @property
    def _record(self) -> Path:
        return self.path / "deployment.json"

    def _common(self) -> dict[str, str]:
        """Variables of the services and of their jobs alike."""
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        # The services call each other by their base URL, which no proxy of the user's knows.
        said = os.environ.get("NO_PROXY") or os.environ.get("no_proxy") or ""
        direct = ",".join(part for part in (said, HOST, "localhost") if part)
        return {
            **inherited,
            "HOME": str(self.home),
            "NO_PROXY": direct,
            "no_proxy": direct,
            "NEMO_TELEMETRY_ENABLED": os.environ.get("NEMO_TELEMETRY_ENABLED", "false"),
            "PYTHONUNBUFFERED": "1",
        }

    def _configuration(self, port: int) -> dict[str, Any]:
        # A job gets PATH and VIRTUAL_ENV of the services and what stands here, no HOME: without this one
        # it would use the user's. A proxy with a password is not written down.
        common = {name: value for name, value in self._common().items() if name not in _PROXIES or "@" not in value}
        return {
            "platform": {"runtime": "none", "base_url": f"http://{HOST}:{port}"},
            "service": {},
            "auth": {"enabled": False},
            "entities": {},
            "jobs": {
                "executors": [
                    {
                        "provider": "subprocess",
                        "profile": "default",
                        "backend": "subprocess",
                        "config": {
                            "working_directory": str(self.jobs),
                            "env": common,
                            "ttl_seconds_after_finished": FORGOTTEN_AFTER_SECONDS,
                        },
                    }
                ],
                "executor_defaults": {"subprocess": {"working_directory": str(self.jobs)}},
                # Seconds. The platform's own 5 and 2 are for a cluster: a person here waits for each.
                "schedule_interval_seconds": 1,
                "reconcile_interval_seconds": 1,
            },
            "inference_gateway": {},
            "secrets": {"allow_key_creation": True},
            "files": {"default_storage_config": {"type": "local", "path": str(self.files)}},
        }

    def _write(self, path: Path, text: str) -> None:
        """Write a file whole or not at all, for its owner's eyes."""
        try:
            handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    file.write(text)
                Path(unfinished).replace(path)
            except BaseException:
                Path(unfinished).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: OSError) -> ServicesError:
        reason = error.strerror or type(error).__name__
        return ServicesError(
            f"The folder {self.path} of the local NeMo Services cannot be used: {reason} ({error.filename}). Make it "
            "yours, or choose another with `--folder DIR`."
        )
