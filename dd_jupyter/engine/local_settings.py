"""The library's settings on this machine: providers on disk, telemetry, version."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from dd_jupyter.errors import ConfigError

if TYPE_CHECKING:
    from data_designer.config.models import ModelProvider

_TELEMETRY_VARIABLE = "NEMO_TELEMETRY_ENABLED"


def library_version() -> str:
    """Version of the installed data-designer, "0.9.6" for one."""
    from importlib.metadata import version

    return version("data-designer")


def write_default_settings() -> None:
    """Write the library's default model and provider settings where there are none yet.

    A config builder made before that has no model aliases, because the library writes them only
    when the first `DataDesigner` is made.
    """
    from data_designer.config.default_model_settings import resolve_seed_default_model_settings

    resolve_seed_default_model_settings()


def local_providers() -> list[ModelProvider]:
    """The local provider settings as they are on disk now (the library reads them once a process).

    Raises:
        ConfigError: When they cannot be read.
    """
    from data_designer.config import default_model_settings

    write_default_settings()
    default_model_settings._get_default_providers_file_content.cache_clear()
    try:
        providers: list[ModelProvider] = default_model_settings.get_default_providers()
        return providers
    except Exception as error:  # the library's own, pydantic's, the system's
        kind = type(error).__name__
    # Out of the handler: what the others say has lines of the file in it, and so perhaps a key.
    raise ConfigError(
        f"Your local provider settings, {settings_file()}, cannot be read ({kind}). Correct the file, or delete it to "
        "have the defaults again."
    )


def settings_file() -> Path:
    """The file that `local_providers` reads."""
    from data_designer.config.utils.constants import MODEL_PROVIDERS_FILE_PATH

    return Path(MODEL_PROVIDERS_FILE_PATH)


def refuse_telemetry_unless_asked_for() -> None:
    """Keep the library from reporting token counts, unless NEMO_TELEMETRY_ENABLED says so.

    The library reads the variable at import, so a module that is there already is corrected too.
    """
    if os.environ.setdefault(_TELEMETRY_VARIABLE, "false").lower() in {"1", "true", "yes"}:
        return
    for name in ("data_designer.engine.models.telemetry", "data_designer.engine.models.facade"):
        module = sys.modules.get(name)
        if module is not None:
            module.TELEMETRY_ENABLED = False  # type: ignore[attr-defined]
