"""The two kinds of run, and what each of them leaves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dd_jupyter.errors import NotReadyError
from dd_jupyter.execution import dataset
from dd_jupyter.execution.events import Artifacts, Dataset
from dd_jupyter.execution.run import Run, State
from dd_jupyter.execution.workload import CreateWorkload, PreviewWorkload

if TYPE_CHECKING:
    import pandas as pd


class Preview(Run[PreviewWorkload]):
    """A sample of the records that a configuration makes, kept in memory."""

    _frame: pd.DataFrame | None = None

    @property
    def dataset(self) -> pd.DataFrame:
        """The records, in the configuration's column order; of a run cut short those that it got to.

        Raises:
            NotReadyError: While it runs, and if no record was made.
        """
        if self._frame is None:
            raise self._not_ready("dataset")
        return self._frame

    def __repr__(self) -> str:
        return f"<Preview {self.name + ' ' if self.name else ''}{self.state}, {self.complete} records>"

    def _keep(self, event: Dataset | Artifacts) -> None:
        if isinstance(event, Dataset):
            self._frame = event.frame
            self.complete = len(event.frame)


class Creation(Run[CreateWorkload]):
    """A dataset on disk, made or in the making."""

    _path: Path | None = None
    _frame: pd.DataFrame | None = None

    @property
    def path(self) -> Path:
        """The dataset's folder.

        Raises:
            NotReadyError: Before the engine made the folder.
        """
        if self._path is None:
            raise self._not_ready("folder")
        return self._path

    @property
    def dataset(self) -> pd.DataFrame:
        """The records, in the configuration's column order, read from disk once and then kept.

        Raises:
            NotReadyError: While it runs; `head` shows what is finished.
        """
        if self.state == "running":
            raise NotReadyError(
                "The dataset is still being made. Wait for it with `.wait()`, or look at it with `.head()`."
            )
        if self._frame is None:
            self._frame = self.load_dataset()
        return self._frame

    @property
    def has_path(self) -> bool:
        """Whether the engine made the folder."""
        return self._path is not None

    def count_records(self) -> int:
        """How many finished records are on disk."""
        return dataset.count(self.path)

    @property
    def files(self) -> list[Path]:
        """All files of the dataset: records, dropped columns, processors' output, images, metadata."""
        return sorted(file for file in self.path.rglob("*") if file.is_file())

    def load_dataset(self) -> pd.DataFrame:
        """Read the finished records from disk anew; may be called while it runs."""
        return dataset.read(self.path, self.columns)

    def head(self, num_records: int = 10) -> pd.DataFrame:
        """The first finished records; may be called while it runs."""
        return dataset.read(self.path, self.columns, limit=num_records)

    def load_processor_dataset(self, name: str) -> pd.DataFrame:
        """What the processor called `name` made, as a DataFrame.

        Raises:
            NotReadyError: When that processor left nothing.
        """
        import pandas as pd

        folder = self.path / "processors-files" / name
        files = sorted(folder.glob("*.parquet"))
        if not files:
            made = sorted(entry.name for entry in folder.parent.glob("*")) or ["none"]
            raise NotReadyError(
                f"Processor `{name}` left no records in `{self.path}`. Those that did: {', '.join(made)}."
            )
        return pd.concat([pd.read_parquet(file, dtype_backend="pyarrow") for file in files], ignore_index=True)

    def _end(self, state: State) -> None:
        super()._end(state)
        if state != "completed" and self.has_path:
            self.complete = self.count_records()  # records of a batch that was cut off are not on disk

    def __repr__(self) -> str:
        where = f" in {self._path}" if self._path else ""
        return f"<Creation {self.workload.dataset_name} {self.state}, {self.complete} records{where}>"

    def _keep(self, event: Dataset | Artifacts) -> None:
        if isinstance(event, Artifacts):
            self._path = event.path
