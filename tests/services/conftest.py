"""Real NeMo Services, started once, for tests that never see the settings of whoever runs them.

| fixture | is |
|---|---|
| `services` | a deployment with the provider `default/echo`, shared by the whole session |
| `own_services` | one of a single test's own, which it may stop and start again; takes ten seconds |
| `model` | the model provider behind `services`, as if nobody had told it anything |
| `kernel` | a fresh kernel whose `NMP_BASE_URL` is `services` |
| `home` | a home of the test's own, and `NMP_BASE_URL` of this process; every test has it |
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dd_jupyter.nemo import deployment
from tests.support.config_cell import write_home
from tests.support.kernel import Kernel
from tests.support.nemo_services import (
    PYTHON,
    GatewayModel,
    NemoServices,
    nemo_services,
    own_home,
    services_variables,
)


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NemoServices]:
    """A deployment for all tests: name what you make in it after your test."""
    _refuse_without_environment()
    with nemo_services(tmp_path_factory.mktemp("services")) as services:
        yield services


@pytest.fixture
def own_services(tmp_path: Path) -> Iterator[NemoServices]:
    """A deployment that a test may stop and start again."""
    _refuse_without_environment()
    with nemo_services(tmp_path / "own-services") as services:
        yield services


@pytest.fixture
def model(services: NemoServices) -> Iterator[GatewayModel]:
    """The model provider behind `default/echo`; it forgets afterwards what the test told it."""
    services.model.forget()
    yield services.model
    services.model.behave()


@pytest.fixture(autouse=True)
def home(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home and no settings but the address of `services`, where the test uses them."""
    for name in services_variables():
        monkeypatch.delenv(name)
    for name, value in own_home(tmp_path).items():
        monkeypatch.setenv(name, value)
    if "services" in request.fixturenames:
        services: NemoServices = request.getfixturevalue("services")
        for name, value in services.env.items():
            monkeypatch.setenv(name, value)
    return tmp_path / "home"


@pytest.fixture
def kernel(services: NemoServices, model: GatewayModel, tmp_path: Path) -> Iterator[Kernel]:
    """A fresh kernel that has not loaded `dd_jupyter`; no model provider is in its local settings."""
    settings = write_home(tmp_path / "data-designer")
    with Kernel.start_new(env={"DATA_DESIGNER_HOME": str(settings), **services.env}) as kernel:
        yield kernel


def _refuse_without_environment() -> None:
    if not PYTHON.exists():
        pytest.fail("There is no environment for the services: make it with `make .venv-services/.ready`.")


@pytest.fixture(autouse=True)
def by_the_environment() -> Iterator[None]:
    """No test goes on with the deployment that another one connected to."""
    yield
    deployment.use(None)
