"""What is to be run: a configuration, how many records, and where they go."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from dd_jupyter.engine import Settings
from dd_jupyter.resources.kind import Operation
from dd_jupyter.resources.places import Here

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder


@dataclass(frozen=True, slots=True)
class PreviewWorkload:
    """A sample that is kept in memory only.

    Attributes:
        num_records: Records to make, at least 1.
        check: Whether everything that it depends on is looked up first.
    """

    builder: DataDesignerConfigBuilder
    num_records: int
    settings: Settings = field(default_factory=Settings)
    check: bool = True
    operation: ClassVar[Operation] = "preview"

    @property
    def here(self) -> Here:
        """This kernel, as the workload would find it."""
        return Here(self.settings, num_records=self.num_records)


@dataclass(frozen=True, slots=True)
class CreateWorkload:
    """A dataset on disk.

    Attributes:
        num_records: Records to make, at least 1; with `resume`, records the dataset is to have.
        dataset_name: Folder of the dataset below `artifact_path`.
        artifact_path: Folder that holds datasets.
        resume: Go on with the dataset of that name instead of starting another.
        check: Whether everything that it depends on is looked up first.
    """

    builder: DataDesignerConfigBuilder
    num_records: int
    dataset_name: str
    artifact_path: Path
    resume: bool = False
    settings: Settings = field(default_factory=Settings)
    check: bool = True
    operation: ClassVar[Operation] = "create"

    @property
    def here(self) -> Here:
        """This kernel, as the workload would find it."""
        return Here(self.settings, self.artifact_path, self.num_records)

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
        check: Whether everything that it depends on is looked up first.
    """

    builder: DataDesignerConfigBuilder
    num_records: int
    job_name: str
    workspace: str
    check: bool = True
    operation: ClassVar[Operation] = "create"

    @property
    def here(self) -> Here:
        """This kernel, of which a job knows nothing but what is on disk."""
        return Here(num_records=self.num_records)


LocalWorkload = PreviewWorkload | CreateWorkload
Workload = LocalWorkload | JobWorkload
