"""What a view may ask of two previews that are compared."""

from __future__ import annotations

from typing import Literal

from dd_jupyter.display.requests.request import Request
from dd_jupyter.display.view_parts import View


class Changes(Request):
    """How the two sides of a comparison are made otherwise, and how their numbers differ."""

    op: Literal["changes"] = "changes"


class SettingChangeView(View):
    """A setting that differs.

    Attributes:
        columns: Those that it is a setting of: of several where they have a model in common.
        name: As a person reads it: "Prompt".
        before: None where it was not set.
        after: None where it is not set any more.
        code: Whether it is code or a template, to be set as such.
    """

    columns: tuple[str, ...]
    name: str
    before: str | None
    after: str | None
    code: bool = False


class MeasureView(View):
    """The mean of a number, or of a judge's score, before and after.

    Attributes:
        name: Of the score; "" for the column's own value.
        before: Means, written out.
        up: Records in which it is higher than it was.
        down: Records in which it is lower.
        judged: Whether it is a judge's score, of which a higher one is better.
    """

    name: str
    before: str
    after: str
    up: int
    down: int
    judged: bool = False


class ColumnMeasuresView(View):
    """The means of one column."""

    column: str
    measures: tuple[MeasureView, ...]


class ChangesView(View):
    """What is made otherwise, and the means of columns that differ."""

    settings: tuple[SettingChangeView, ...]
    measures: tuple[ColumnMeasuresView, ...]
