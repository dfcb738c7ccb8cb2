"""What is to be run: a configuration, how many records, and where they go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dd_jupyter.engine import Settings

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder


@dataclass(frozen=True, slots=True)
class PreviewWorkload:
    """A sample that is kept in memory only.

    Attributes:
        num_records: Records to make, at least 1.
    """

    builder: DataDesignerConfigBuilder
    num_records: int
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class CreateWorkload:
    """A dataset on disk.

    Attributes:
        num_records: Records to make, at least 1; with `resume`, records the dataset is to have.
        dataset_name: Folder of the dataset below `artifact_path`.
        artifact_path: Folder that holds datasets.
        resume: Go on with the dataset of that name instead of starting another.
    """

    builder: DataDesignerConfigBuilder
    num_records: int
    dataset_name: str
    artifact_path: Path
    resume: bool = False
    settings: Settings = field(default_factory=Settings)

    @property
    def dataset_path(self) -> Path:
        """The folder the dataset is to have; the engine takes another if it is taken already."""
        return self.artifact_path / self.dataset_name


@dataclass(frozen=True, slots=True)
class JobWorkload:
    """A dataset that NeMo Services make.

    Attributes:
        num_records: Records to make, at least 1.
        job_name: The job's name in its workspace.
        workspace: The workspace that the job is in.
    """

    builder: DataDesignerConfigBuilder
    num_records: int
    job_name: str
    workspace: str


LocalWorkload = PreviewWorkload | CreateWorkload
Workload = LocalWorkload | JobWorkload
