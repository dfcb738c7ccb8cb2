"""What every test may ask for: a model provider on loopback, and a kernel that uses it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Data Designer reads its home when it is imported, so this comes before any import that might do so.
SESSION_HOME = tempfile.mkdtemp(prefix="data-designer-home-")
os.environ["DATA_DESIGNER_HOME"] = SESSION_HOME
# No test asks the services of the tester: nobody is there, and nobody is logged in.
OWN_HOME = Path(tempfile.mkdtemp(prefix="dd-jupyter-home-"))
(OWN_HOME / "nemo.yaml").write_text("{}")
os.environ["NMP_BASE_URL"] = "http://127.0.0.1:9"
os.environ["NMP_CONFIG_FILE"] = str(OWN_HOME / "nemo.yaml")
os.environ["DD_JUPYTER_HOME"] = str(OWN_HOME)
for home in (SESSION_HOME, OWN_HOME):
    atexit.register(shutil.rmtree, home, ignore_errors=True)

import pytest  # noqa: E402

from tests.support.config_cell import write_home  # noqa: E402
from tests.support.kernel import Kernel  # noqa: E402
from tests.support.model_double import ModelDouble  # noqa: E402

MODEL_KEY = "key-of-the-double"


@pytest.fixture
def model() -> Iterator[ModelDouble]:
    """A model provider that answers at once and well; its key is in the environment."""
    with ModelDouble() as model, pytest.MonkeyPatch.context() as patch:
        patch.setenv(model.key_variable, MODEL_KEY)
        yield model


@pytest.fixture
def data_designer_home(model: ModelDouble, tmp_path: Path) -> Path:
    """A Data Designer home for another process; in this one the home was fixed when the session began."""
    return write_home(tmp_path / "data-designer", model)


@pytest.fixture
def kernel(model: ModelDouble, data_designer_home: Path) -> Iterator[Kernel]:
    """A fresh kernel that knows `model` as a provider and has not loaded `dd_jupyter`."""
    env = {"DATA_DESIGNER_HOME": str(data_designer_home), model.key_variable: MODEL_KEY}
    with Kernel.start_new(env=env) as kernel:
        yield kernel
