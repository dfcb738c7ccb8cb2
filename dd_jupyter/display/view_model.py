"""What there is to see of a run: plain, small, JSON-serialisable values that every renderer draws.

A view holds no live object and no whole dataset: a page of records with shortened cells, and
numbers. It is what travels to the browser and what the TypeScript types are made from, so a value
here is text to be shown as text, never markup.
"""

from __future__ import annotations

from typing import Literal

from dd_jupyter.display.report_model import ReportView
from dd_jupyter.display.view_parts import FactView, NoticeView, StatusView, View, WayOnView

RunState = Literal["running", "completed", "cancelled", "failed"]
Stop = Literal["stop", "cancel", "none"]
ValueForm = Literal["pending", "null", "number", "text", "json", "code", "image", "judge", "trace"]
TokenKind = Literal["text", "keyword", "name", "string", "number", "comment", "operator", "error"]
NodeTag = Literal[
    "text", "paragraph", "heading", "strong", "emphasis", "strike", "code", "code block", "quote", "bullets",
    "numbers", "item", "line", "break", "link", "table", "row", "head cell", "cell",
]  # fmt: skip


class ColumnProgressView(View):
    """A progress bar.

    Attributes:
        name: The column's name.
        kind: What makes it, in words: "sampler", "LLM text".
        rate: Records per second, None while unknown.
        seconds_left: None while unknown and once it is done.
    """

    name: str
    kind: str
    done: int
    total: int
    failed: int = 0
    rate: float | None = None
    seconds_left: float | None = None


class ColumnHeadView(View):
    """Head of one column of the table of records.

    Attributes:
        kind: What makes the column, "seed" and "LLM text" for two.
        detail: What more there is to say in a word, the model alias of an LLM column; else "".
        numeric: Whether its values align to the right.
    """

    name: str
    kind: str
    detail: str = ""
    numeric: bool = False


class CellView(View):
    """One value in the table, cut to a line.

    Attributes:
        text: The value in at most `CELL_CHARACTERS` characters on one line.
        form: What sort of value it is; "pending" if it is still to be made, with an empty text.
        note: A quiet word behind it, "of 5" of a judge's score; else "".
        before: In a comparison, what it was in the earlier preview, where that differs; else None.
    """

    text: str
    form: ValueForm = "text"
    note: str = ""
    before: str | None = None


class TokenView(View):
    """A piece of code, to be coloured."""

    kind: TokenKind
    text: str


class NodeView(View):
    """A part of a Markdown text. What is no such part, HTML for one, is text.

    Attributes:
        text: Of "text", "code" and "code block"; else "".
        level: Of a heading, 1 to 6; else 0.
        href: Of a link, its address: http, https or mailto only; else "".
        children: What is in it.
    """

    tag: NodeTag
    text: str = ""
    level: int = 0
    href: str = ""
    children: tuple[NodeView, ...] = ()


class MessageView(View):
    """A message of the conversation with a model.

    Attributes:
        role: "system", "user", "assistant", "tool".
        text: What was said; in what is no text, as JSON.
    """

    role: str
    text: str
    cut: int = 0


class FieldView(View):
    """One value of a record shown in full.

    Attributes:
        column: The column's name.
        kind: What makes the column.
        form: How to show it: "text" wrapped, "json" and "code" as preformatted text, "image" as a
            picture, "judge" by its `scores`, "trace" by its `messages`.
        text: The value; of an image a ``data:`` URI of a raster type, or where it cannot be shown, why.
        cut: Characters left out at the end of `text`.
        language: Of code, its language; else "".
        scores: Of a judge's answer, its scores.
        tokens: Of code that can be coloured, `text` in pieces.
        markdown: Of a text that looks like Markdown, what it is as such.
        messages: Of a trace, its messages.
        differs: In a comparison, whether the other preview has another value.
    """

    column: str
    kind: str
    form: ValueForm
    text: str
    cut: int = 0
    language: str = ""
    scores: tuple[ScoreView, ...] = ()
    tokens: tuple[TokenView, ...] = ()
    markdown: tuple[NodeView, ...] = ()
    messages: tuple[MessageView, ...] = ()
    differs: bool = False


class ScoreView(View):
    """One score of a judge column.

    Attributes:
        best: The best score that could be given, 0 where scores are no numbers.
    """

    name: str
    score: str
    reasoning: str
    best: int = 0


class RecordView(View):
    """One record in full. `number` counts from 1."""

    number: int
    fields: tuple[FieldView, ...]


class RecordsView(View):
    """The first records as a table; every row has a cell for each column.

    Attributes:
        total: Records there are in all; None where that is not known.
        expected: Records that were asked for.
        full: Some of the records in full, for reading.
    """

    columns: tuple[ColumnHeadView, ...]
    rows: tuple[tuple[CellView, ...], ...]
    total: int | None
    expected: int
    full: tuple[RecordView, ...] = ()


class BarView(View):
    """A bar of a distribution. `share` is its height or length, 0 to 1, against the largest one."""

    label: str
    count: int
    share: float


class ColumnProfileView(View):
    """What a column's values are like.

    Attributes:
        dtype: Type of the values, in the library's simple words.
        nulls: Records without a value.
        unique: Different values; None where they cannot be counted.
        summary: The values in a line: "12.5 to 99.0, mean 48.1".
        distribution: Bars of a histogram (`ordered`) or of the most frequent values.
        ordered: Whether the bars follow the values' own order.
        tokens: Of what a model wrote, tokens a record in words: "in 210 ± 12, out 54 ± 9"; else "".
    """

    name: str
    kind: str
    dtype: str
    nulls: int
    unique: int | None
    summary: str = ""
    distribution: tuple[BarView, ...] = ()
    ordered: bool = False
    tokens: str = ""


class FailureView(View):
    """A record that is missing from the dataset.

    Attributes:
        record: Its position in the dataset as asked for, from 1.
        reason: Why, a sentence of ours or the provider's own words.
    """

    record: int
    column: str
    reason: str


class LogLineView(View):
    """A line of the log.

    Attributes:
        time: "14:02:11", in local time.
        cut: Characters left out at the end of `text`.
    """

    time: str
    level: Literal["debug", "info", "warning", "error"]
    text: str
    cut: int = 0


class RunHeadView(View):
    """What there is to say of a run beside its records.

    Attributes:
        title: "Preview", "Create" or "Job".
        name: The variable, dataset or job it is for; "" where there is none.
        where: "run in this kernel" or "NeMo Services · workspace default".
        state: Where it stands.
        status: Of a job, what NeMo Services say of it, which is more than `state` tells; else None.
        stop: Whether there is a button that stops it, and whether that asks first.
        step: What it is busy with now; "" once it ended.
        elapsed_seconds: Since its start; final once it ended.
        progress: A bar a column, in the configuration's order.
        failed_records: Records given up on.
        facts: For the foot, left: tokens, records failed, seconds.
        forecast: For the foot, right: "1,000 records: about 9 min, 0.5 M tokens"; "" while unknown.
        way_on: For the foot: code to type next, each with its words.
    """

    title: str
    name: str
    where: str
    state: RunState
    status: StatusView | None = None
    stop: Stop = "stop"
    step: str = ""
    elapsed_seconds: float = 0.0
    notices: tuple[NoticeView, ...] = ()
    progress: tuple[ColumnProgressView, ...] = ()
    failed_records: int = 0
    facts: tuple[FactView, ...] = ()
    forecast: str = ""
    way_on: tuple[WayOnView, ...] = ()


class RunView(RunHeadView):
    """A run, whole.

    Attributes:
        failures: Records given up on, which may be fewer than `failed_records` counts.
        resources: What the configuration depends on, as it was found before the run; None where it was not looked up.
    """

    records: RecordsView | None = None
    columns: tuple[ColumnProfileView, ...] = ()
    failures: tuple[FailureView, ...] = ()
    log: tuple[LogLineView, ...] = ()
    resources: ReportView | None = None


CELL_CHARACTERS = 200
FIELD_CHARACTERS = 4_000
