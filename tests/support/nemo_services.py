"""Real NeMo Services for tests: a deployment of this machine, and a model double behind its Inference Gateway."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from dd_jupyter.nemo import local_services
from tests.support.model_double import ModelDouble
from tests.support.model_server import _Handler
from tests.support.waiting import wait_until

if TYPE_CHECKING:
    from dd_jupyter.nemo.deployment import Deployment

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = REPOSITORY / ".venv-services" / "bin" / "python"
WORKSPACE = "default"
PROVIDER = "echo"
SECRET = "echo-key"
KEY = "nvapi-key-of-the-gateway-0123456789"
MODELS = ("double-chat", "double-embedding", "double-image")
ROUTE_SECONDS = 10  # the gateway looks for new providers every 3 s


class GatewayModel(ModelDouble):
    """A model provider that lists its models and answers nobody without the key.

    Attributes:
        key: The key, which only the Secrets API is told.
    """

    def __init__(self, name: str = f"{WORKSPACE}/{PROVIDER}", key: str = KEY) -> None:
        super().__init__(name)
        self.key = key
        self.key_variable = "GATEWAY_MODEL_API_KEY"
        self._server.RequestHandlerClass = type("_KeyedHandler", (_KeyedHandler,), {"key": key})


class _KeyedHandler(_Handler):
    key = ""

    def do_GET(self) -> None:  # noqa: N802 - http.server's name
        if self._has_key():
            models = [{"id": name, "object": "model", "owned_by": "double"} for name in MODELS]
            found = self.path == "/v1/models"
            body = {"object": "list", "data": models} if found else {"detail": f"There is nothing at {self.path}."}
            self._answer(200 if found else 404, body)

    def do_POST(self) -> None:  # noqa: N802
        if self._has_key():
            super().do_POST()

    def _has_key(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {self.key}":
            return True
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(401, {"error": {"message": "The key is wrong.", "type": "authentication_error", "code": 401}})
        return False

    def _answer(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


class NemoServices:
    """A deployment that runs, with the provider `default/echo`.

    Attributes:
        base_url: Where it answers; the same after it was stopped and started again.
        folder: All that it keeps.
        model: The model provider behind `default/echo`; `llm_config(services.model)` names it.
    """

    workspace = WORKSPACE

    def __init__(self, folder: Path, model: GatewayModel) -> None:
        self.folder = folder
        self.model = model
        self.base_url = ""
        self.start()
        self._register()

    def start(self) -> None:
        """Start it, with what it kept; does nothing while it runs. Takes seven seconds, and three for the gateway."""
        is_new = not self.base_url
        self.base_url = local_services.start(self.folder, python=PYTHON).base_url
        if not is_new:
            self._wait_for_the_gateway()

    def stop(self) -> None:
        """Stop it, jobs and all; what it keeps stays."""
        local_services.stop(self.folder)

    @property
    def status(self) -> local_services.LocalServices:
        return local_services.status(self.folder)

    def deployment(self, workspace: str = WORKSPACE) -> Deployment:
        """A client of it, made anew."""
        from dd_jupyter.nemo.context import find_context
        from dd_jupyter.nemo.deployment import Deployment

        return Deployment(find_context(base_url=self.base_url, workspace=workspace))

    @property
    def env(self) -> dict[str, str]:
        """Variables by which another process, a kernel for one, finds it and nothing else."""
        return {"NMP_BASE_URL": self.base_url, "NMP_WORKSPACE": WORKSPACE, "NO_PROXY": "127.0.0.1,localhost"}

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Ask it something past the client under test; fails for an error status."""
        answer = httpx.request(method, f"{self.base_url}{path}", timeout=60, trust_env=False, **options)
        if answer.is_error:
            raise AssertionError(f"{method} {path} was answered {answer.status_code}: {answer.text}")
        return answer

    def _register(self) -> None:
        self.request("POST", f"/apis/secrets/v2/workspaces/{WORKSPACE}/secrets", json={"name": SECRET, "value": KEY})
        self.request(
            "POST",
            f"/apis/models/v2/workspaces/{WORKSPACE}/providers",
            json={"name": PROVIDER, "host_url": self.model.url, "api_key_secret_name": SECRET},
        )
        self._wait_for_the_gateway()

    def _wait_for_the_gateway(self) -> None:
        models = f"{self.base_url}/apis/inference-gateway/v2/workspaces/{WORKSPACE}/provider/{PROVIDER}/-/v1/models"
        wait_until(lambda: httpx.get(models, trust_env=False).is_success, timeout=ROUTE_SECONDS)


@contextmanager
def nemo_services(folder: Path) -> Iterator[NemoServices]:
    """Services with a model provider of their own, in a new folder, to the end of the block."""
    with GatewayModel() as model, _stopped_at_the_end(folder):
        yield NemoServices(folder, model)


@contextmanager
def _stopped_at_the_end(folder: Path) -> Iterator[None]:
    """Stop what runs in a folder, even when the tests are killed in the middle.

    Services outlive whoever started them. So another process stops them: as soon as its input ends, which it
    does at the end of the block and at any end of this process.
    """
    stop = "import sys; sys.stdin.read(); from dd_jupyter.nemo.local_services import stop; stop(sys.argv[1])"
    command = [sys.executable, "-c", stop, str(folder)]
    guard = subprocess.Popen(command, stdin=subprocess.PIPE, cwd=REPOSITORY, start_new_session=True)
    try:
        yield
    finally:
        guard.communicate()
        assert guard.returncode == 0, f"The services in {folder} could not be stopped."


def own_home(folder: Path) -> Mapping[str, str]:
    """Variables of a home in which the `nemo` command has never been used."""
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    return {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "NO_PROXY": "127.0.0.1,localhost",
    }


def services_variables() -> list[str]:
    """Variables of the tester's own that say where NeMo Services are, or as whom to ask them."""
    return [name for name in os.environ if name.startswith(("NMP_", "NHX_", "DD_JUPYTER_", "XDG_"))]
