"""Running a configuration: what happens, how far it is, and what came of it."""

from dd_jupyter.execution.job import Job
from dd_jupyter.execution.results import Creation, Preview
from dd_jupyter.execution.run import Run

__all__ = ["Creation", "Job", "Preview", "Run"]
