"""The folder of a dataset -> the table of its records, with what its configuration tells of the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter import config_source
from dd_jupyter.display.generator import generator_of
from dd_jupyter.display.table.description import Description, describe
from dd_jupyter.display.table.frames import frame_of
from dd_jupyter.display.table.table import Table
from dd_jupyter.errors import ConfigError, NotReadyError
from dd_jupyter.execution.results import Creation
from dd_jupyter.execution.workload import CreateWorkload

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.display.requests.run import GeneratorView

CONFIGURATION = "builder_config.json"
"""The file in which the library keeps what a dataset is made from."""


class DatasetTable:
    """The records of a dataset on this machine, as many as are finished.

    Attributes:
        table: Answers what is asked of the records.
    """

    def __init__(self, folder: Path, files: Sequence[Path], version: int) -> None:
        """Open the files.

        Args:
            folder: The dataset's folder.
            files: Those with records, in their order.
            version: Changes with the records.

        Raises:
            ConfigError: When one cannot be read.
        """
        self._builder = _configuration(folder)
        order, description = _known(self._builder, folder)
        self.table = Table(frame_of(list(files), order), description, version)

    def generator(self, column: str) -> GeneratorView:
        """How the configuration makes a column.

        Raises:
            NotReadyError: When the configuration is not beside the records, or of another version of the library.
        """
        if self._builder is None:
            raise NotReadyError("What the dataset was made from is not beside its records, or cannot be read here.")
        return generator_of(self._builder, column)


def _configuration(folder: Path) -> DataDesignerConfigBuilder | None:
    file = folder / CONFIGURATION
    try:
        return config_source.load(file) if file.is_file() else None
    except (ConfigError, OSError, UnicodeDecodeError):
        return None


def _known(builder: DataDesignerConfigBuilder | None, folder: Path) -> tuple[list[str], Description | None]:
    """The order of the columns, and what they are, as the run that made them told; what the values tell without."""
    if builder is None:
        return [], None
    made = Creation(CreateWorkload(builder, 0, folder.name, folder.parent), _nothing)
    order = [name for column in made.columns for name in (column.name, *column.side_effects)]
    return order, replace(describe(made), folder=folder)


def _nothing(*_run: Any) -> Any:
    """It has run already, and is only to tell of its columns."""
    yield from ()
