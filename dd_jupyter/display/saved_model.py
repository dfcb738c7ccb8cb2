"""What an output of a notebook keeps of a view, so that it can be drawn again without a kernel.

It is what a view in the browser holds all the time, and the answers to the questions that it would put to a kernel.
Whoever reads it has it from a file that anybody may have written.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from dd_jupyter.display.live_model import LiveCompareView, LiveReportView, LiveRunView, LiveTableView
from dd_jupyter.display.requests.comparison import ChangesView
from dd_jupyter.display.requests.report import ResourcesView
from dd_jupyter.display.requests.run import FailuresView, LogView
from dd_jupyter.display.requests.table import ProfileView, RecordFieldsView, RowsView
from dd_jupyter.display.view_parts import View

MIME_TYPE = "application/vnd.dd-jupyter.v1+json"
"""What JupyterLab and Notebook 7 draw with our extension, and others pass over."""


class SavedAnswers(View):
    """What a view would be answered; None for what it would not ask, or what is not kept.

    Attributes:
        rows: The first rows of the table.
        records: The first records in full.
        log: The last lines of the log.
    """

    rows: RowsView | None = None
    records: tuple[RecordFieldsView, ...] = ()
    profile: ProfileView | None = None
    failures: FailuresView | None = None
    resources: ResourcesView | None = None
    log: LogView | None = None
    changes: ChangesView | None = None

    def to_wire(self) -> dict[str, Any]:
        """As it is kept; what there is nothing of is left out."""
        parts = {name: getattr(self, name) for name in type(self).model_fields if name != "records"}
        wire = {name: part.to_wire() for name, part in parts.items() if part is not None}
        return {**wire, "records": [record.to_wire() for record in self.records]}


class SavedView(View):
    """A view as an output keeps it.

    Attributes:
        version: Of this form, to be told from later ones.
        key: The view's own, by which the kernel that has it takes its place in the page.
        live: What it showed.
        answers: What it would be answered.
    """

    version: Literal[1] = 1
    key: str
    live: Annotated[LiveRunView | LiveTableView | LiveReportView | LiveCompareView, Field(discriminator="view")]
    answers: SavedAnswers

    def to_wire(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "version": self.version,
            "key": self.key,
            "live": self.live.to_wire(),
            "answers": self.answers.to_wire(),
        }
