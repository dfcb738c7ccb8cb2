"""What a view may ask of a run or a job."""

from __future__ import annotations

from typing import Literal

from dd_jupyter.display.requests.request import Index, Request, Short
from dd_jupyter.display.view_model import FailureView, LogLineView
from dd_jupyter.display.view_parts import View


class Generator(Request):
    """How the configuration makes a column."""

    op: Literal["generator"] = "generator"
    column: Short


class SettingView(View):
    """One setting of a column.

    Attributes:
        name: As a person reads it: "Prompt".
        text: Its value; a template of several lines, perhaps.
        code: Whether it is code or a template, to be set as such.
    """

    name: str
    text: str
    code: bool = False


class GeneratorView(View):
    """How the configuration makes a column; `settings` is empty for one that it does not make."""

    column: str
    kind: str
    settings: tuple[SettingView, ...]


class Failures(Request):
    """The records that are missing from the dataset."""

    op: Literal["failures"] = "failures"


class FailuresView(View):
    """The records that are missing; the first ones of `total`."""

    total: int
    failures: tuple[FailureView, ...]


class Log(Request):
    """The log, from a line on.

    Attributes:
        after: Lines that the browser has, as `LogView.next` told it.
    """

    op: Literal["log"] = "log"
    after: Index = 0


class LogView(View):
    """Lines of the log.

    Attributes:
        first: Number of the first of `lines`, from 0; larger than what was asked for where older ones are gone.
        next: Number of the line that comes next.
    """

    first: int
    next: int
    lines: tuple[LogLineView, ...]


class Stop(Request):
    """Stop the run; ask NeMo Services to cancel the job. Answered when that was heard, not when it has ended."""

    op: Literal["stop"] = "stop"


class Load(Request):
    """Keep the dataset in a variable of the notebook."""

    op: Literal["load"] = "load"
    variable: Short


class Sample(Request):
    """Fetch the records that a job has made so far; the table has them then."""

    op: Literal["sample"] = "sample"


class Download(Request):
    """Bring what a job has made to this machine.

    Attributes:
        folder: Where to; "" for the usual one.
    """

    op: Literal["download"] = "download"
    folder: Short = ""


class LogTold(LogView):
    """New lines of the log."""

    tell: Literal["log"] = "log"
