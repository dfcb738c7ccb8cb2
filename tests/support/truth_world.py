"""What the cases of the truth table are made in: real NeMo Services, a model provider, a hub, and this machine."""

from __future__ import annotations

import io
import json
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import data_designer.config as dd
import httpx
import pandas as pd
import pytest

from dd_jupyter import FilesetFileSeedSource, Settings
from dd_jupyter.engine.local_settings import settings_file, write_default_settings
from dd_jupyter.nemo import deployment as deployments
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.nemo.context import NemoContext
from dd_jupyter.nemo.credentials import NoCredentials
from dd_jupyter.nemo.deployment import Deployment
from tests.support import mcp_server
from tests.support.builders import provider_of
from tests.support.deployment_answers import DONE, METADATA, PREVIEW, DeploymentAnswers
from tests.support.hub_double import TOKEN, HubDouble
from tests.support.jobs_double import refused
from tests.support.model_double import ModelDouble
from tests.support.nemo_services import WORKSPACE, NemoServices
from tests.support.personas import persona_table

CITIES = b"city,people\nBonn,330\nOslo,710\nGraz,290\n"
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
NOBODY = "http://127.0.0.1:9"
"""An address where nothing listens."""


@dataclass(frozen=True)
class Situation:
    """A configuration and what surrounds it.

    Attributes:
        artifact_path: Where a create writes; None for a preview.
    """

    builder: dd.DataDesignerConfigBuilder
    settings: Settings | None = None
    artifact_path: Path | None = None


@dataclass
class World:
    """Where a case is made; what it makes is gone when `made_in` ends.

    Attributes:
        services: Real ones, with the provider `default/echo`.
        folder: An empty one of this machine.
        patch: For environment variables.
    """

    services: NemoServices
    folder: Path
    patch: pytest.MonkeyPatch
    _at_the_end: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def deployment(self) -> Deployment:
        """What the case itself asks the services with."""
        deployment = self.services.deployment()
        self._at_the_end.callback(deployment.close)
        return deployment

    # This machine.

    def file(self, name: str, content: bytes = CITIES) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    @cached_property
    def near(self) -> ModelDouble:
        """A model provider of this machine; nobody knows it yet."""
        return self._at_the_end.enter_context(ModelDouble("near"))

    def key(self, value: str = "the-key-of-near-0123") -> str:
        """An environment variable that is set."""
        self.patch.setenv("NEAR_API_KEY", value)
        return "NEAR_API_KEY"

    def knows(self, name: str = "near", api_key: str | None = None) -> Settings:
        """Settings in which `near` has a name."""
        return Settings(model_providers=[provider_of(self.near, name=name, api_key=api_key)])

    def in_local_settings(self, name: str = "near") -> None:
        """Add `near` to the file of local settings."""
        write_default_settings()
        file = settings_file()
        before = file.read_text()
        self._at_the_end.callback(file.write_text, before)
        provider = {"name": name, "endpoint": self.near.url, "provider_type": "openai", "api_key": "EMPTY"}
        file.write_text(json.dumps({"providers": [provider]}))

    def personas_here(self, locale: str = "en_US") -> Settings:
        """Settings with a dataset of personas."""
        self.file(f"assets/datasets/{locale}.parquet", persona_table())
        return Settings(managed_assets_path=self.folder / "assets")

    @property
    def no_personas_here(self) -> Settings:
        return Settings(managed_assets_path=self.folder / "assets")

    @cached_property
    def shop(self) -> dd.LocalStdioMCPProvider:
        """An MCP server."""
        return dd.LocalStdioMCPProvider(name="shop", command=sys.executable, args=[mcp_server.__file__])

    @cached_property
    def validator(self) -> str:
        """The address of a validator that finds everything right."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _Validator)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self._at_the_end.callback(server.server_close)
        self._at_the_end.callback(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}/check"

    # The hub.

    @cached_property
    def hub(self) -> HubDouble:
        """Has `ada/cities` for everybody and `ada/private` for its token, each with `data/all.csv`."""
        files = {"data/all.csv": CITIES}
        return self._at_the_end.enter_context(
            HubDouble({"ada/cities": files, "ada/private": files}, private=("ada/private",))
        )

    @property
    def hub_token(self) -> str:
        return TOKEN

    # NeMo Services.

    def fileset(self, files: Mapping[str, bytes]) -> str:
        """A new Fileset of workspace `default`; its name."""
        name = f"truth-{uuid.uuid4().hex}"
        wait_for(self.deployment.files.create_fileset(WORKSPACE, name))
        for path, content in files.items():
            wait_for(self.deployment.files.upload(WORKSPACE, name, path, content))
        return name

    def secret(self, value: str) -> str:
        """A new secret of workspace `default`; its name."""
        name = f"truth-{uuid.uuid4().hex}"
        wait_for(self.deployment.secrets.create(WORKSPACE, name, value))
        return name

    def provider(self, *enabled_models: str) -> str:
        """A new provider of workspace `default` with these models only; its name."""
        name = f"truth-{uuid.uuid4().hex}"
        url = self.services.model.url
        wait_for(self.deployment.models.create_provider(WORKSPACE, name, url, enabled_models=enabled_models))
        return name

    def personas_there(self, locale: str = "en_US") -> None:
        """The Fileset that the services look for."""
        files, name = self.deployment.files, f"nemotron-personas-dataset-{locale.lower()}"
        wait_for(files.create_fileset("system", name))
        self._at_the_end.callback(lambda: wait_for(files.delete_fileset("system", name)))
        wait_for(files.upload("system", name, f"{locale}.parquet", persona_table()))

    # Other services than the real ones.

    def connect_to_nobody(self) -> None:
        """From now on NeMo Services are where nothing listens."""
        self._connect(Deployment(NemoContext(NOBODY, WORKSPACE, "", "nmp", NoCredentials())))

    def connect_to_guarded(
        self, *denied: str, spared: bool = False, known: Mapping[str, Any] | None = None
    ) -> DeploymentAnswers:
        """From now on NeMo Services are a double with authentication on.

        Args:
            denied: Paths that are forbidden, to its own previews too.
            spared: Whether its own previews can do without them.
            known: What it answers, by path.
        """
        answers = {"/apis/auth/discovery": {"auth_enabled": True}, **(known or {})}
        double = DeploymentAnswers(frames=[METADATA, *_FRAMES, DONE])
        double.instead |= {f"GET {path}": httpx.Response(200, json=answer) for path, answer in answers.items()}
        for path in denied:
            double.instead[f"GET {path}"] = refused(403, "Access denied")
        if denied and not spared:
            double.instead[PREVIEW] = refused(403, "Access denied")
        self._connect(double.deployment)
        return double

    def connect_to_older(self, column_type: str) -> None:
        """From now on NeMo Services are a double whose version does not know a type of columns."""
        openapi = self.services.request("GET", "/openapi.json").json()
        columns = openapi["components"]["schemas"]["DataDesignerConfig"]["properties"]["columns"]
        del columns["items"]["discriminator"]["mapping"][column_type]
        double = DeploymentAnswers()
        double.instead["GET /openapi.json"] = httpx.Response(200, json=openapi)
        double.instead[PREVIEW] = refused(422, f"Input tag '{column_type}' does not match any of the expected tags")
        self._connect(double.deployment)

    def _connect(self, deployment: Deployment) -> None:
        self._at_the_end.callback(deployments.use, None)
        self._at_the_end.callback(deployment.close)
        deployments.use(deployment)


@contextmanager
def made_in(services: NemoServices, folder: Path, patch: pytest.MonkeyPatch) -> Iterator[World]:
    """A world to the end of the block."""
    world = World(services, folder, patch)
    with world._at_the_end:
        yield world


_FRAMES: Sequence[Mapping[str, Any]] = (
    {"kind": "dataset", "records": [{"product": "travel mug"}, {"product": "desk lamp"}]},
)


# ------------------------------------------------------------------------------------- configurations


def plain() -> dd.DataDesignerConfigBuilder:
    """One that depends on nothing: the column `product`."""
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    return builder.add_column(
        name="product", column_type="sampler", sampler_type="category", params={"values": ["travel mug", "desk lamp"]}
    )


def seeded(source: Any, made: str = "in {{ city }}") -> dd.DataDesignerConfigBuilder:
    """One with a seed, and a column made of it."""
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(source)
    return builder.add_column(name="made", column_type="expression", expr=made)


def on_fileset(path: str, made: str = "in {{ city }}") -> dd.DataDesignerConfigBuilder:
    """One whose seed is in a Fileset."""
    return seeded(FilesetFileSeedSource(path=path), made)


def asking(
    provider: str, model: str = "double-chat", *, alias: str = "chat", tool_configs: Any = None, **column: Any
) -> dd.DataDesignerConfigBuilder:
    """One with the LLM column `review`."""
    config = dd.ModelConfig(alias="chat", model=model, provider=provider, skip_health_check=True)
    builder = dd.DataDesignerConfigBuilder(model_configs=[config], tool_configs=tool_configs)
    builder.add_column(name="product", column_type="sampler", sampler_type="category", params={"values": ["mug"]})
    prompt = column.pop("prompt", "Write a review of a {{ product }}.")
    return builder.add_column(name="review", column_type="llm-text", model_alias=alias, prompt=prompt, **column)


def showing(data_type: dd.ModalityDataType, value: str) -> dd.DataDesignerConfigBuilder:
    """One with an LLM column that is shown a picture."""
    image = dd.ImageContext(column_name="photo", data_type=data_type, image_format=dd.ImageFormat.PNG)
    builder = asking(f"{WORKSPACE}/echo", multi_modal_context=[image])
    return builder.add_column(name="photo", column_type="sampler", sampler_type="category", params={"values": [value]})


def person(locale: str = "en_US") -> dd.DataDesignerConfigBuilder:
    """One with a person of a locale."""
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    return builder.add_column(name="who", column_type="sampler", sampler_type="person", params={"locale": locale})


def judged(validator_type: str, params: Any) -> dd.DataDesignerConfigBuilder:
    """One whose `product` is checked."""
    return plain().add_column(
        name="checked",
        column_type="validation",
        target_columns=["product"],
        validator_type=validator_type,
        validator_params=params,
    )


def with_own_column() -> dd.DataDesignerConfigBuilder:
    """One with a column that is made by a function."""

    @dd.custom_column_generator(required_columns=["product"])
    def shout(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "loud": row["product"].upper()}

    return plain().add_column(name="loud", column_type="custom", generator_function=shout)


def finds_right(frame: pd.DataFrame) -> pd.DataFrame:
    """A validator."""
    return pd.DataFrame({"is_valid": [True] * len(frame)})


def garbage() -> bytes:
    return b"This is no Parquet file. " * 10


def parquet(frame: pd.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.to_parquet(file, index=False)
    return file.getvalue()


class _Validator(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        body = json.dumps({"data": [{"is_valid": True} for _ in asked["data"]]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""
