"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Sizes of the benchmarks.

    Attributes:
        turns: How often each side of a comparison has its turn; figures are medians of them.
        log_lines: Lines of the log of the job that is followed.
        feed_seconds: How long that log takes to grow to them.
        artifact_files: Files to download, beside the few of a real dataset.
        file_megabytes: The size of each.
        table_rows: Rows of the table that is browsed.
    """

    turns: int
    log_lines: int
    feed_seconds: float
    artifact_files: int
    file_megabytes: int
    table_rows: int

    @property
    def megabytes(self) -> int:
        """What is downloaded in all."""
        return self.artifact_files * self.file_megabytes


FULL = Size(turns=3, log_lines=10_000, feed_seconds=45.0, artifact_files=20, file_megabytes=25, table_rows=1_000_000)
"""What the design promises, in about six minutes on two idle cores."""

SMALL = Size(turns=1, log_lines=1_000, feed_seconds=10.0, artifact_files=4, file_megabytes=10, table_rows=50_000)
