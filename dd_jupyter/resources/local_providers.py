"""Model providers that are known without asking anybody: those given in code, or the local settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dd_jupyter.engine import local_providers, settings_file
from dd_jupyter.errors import ConfigError

if TYPE_CHECKING:
    from data_designer.config.models import ModelProvider

    from dd_jupyter.engine import Settings


@dataclass(frozen=True, slots=True)
class LocalProviders:
    """The providers that are known without asking anybody.

    Attributes:
        providers: By name.
        place: Where they are from, in words.
        brief: The same in two.
        problem: Why they cannot be read, as a sentence; "" if they can.
    """

    providers: Mapping[str, ModelProvider]
    place: str
    brief: str
    problem: str = ""

    @classmethod
    def of(cls, settings: Settings) -> LocalProviders:
        """Those that the settings give, else those on disk."""
        given = settings.model_providers
        if given is not None:
            return cls({one.name: one for one in given}, "the providers given", "providers given")
        file, home = settings_file(), Path.home()
        place = f"your local settings ({Path('~') / file.relative_to(home) if file.is_relative_to(home) else file})"
        try:
            return cls({one.name: one for one in local_providers()}, place, "local settings")
        except ConfigError as error:
            return cls({}, place, "local settings", str(error))

    def readable(self) -> Mapping[str, ModelProvider]:
        """The providers.

        Raises:
            ConfigError: When they cannot be read.
        """
        if self.problem:
            raise ConfigError(self.problem)
        return self.providers

    def __str__(self) -> str:
        return f"{self.place}, which have {', '.join(sorted(self.providers)) or 'none'}"
