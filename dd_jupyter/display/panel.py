"""What there is to see beside runs: a list of jobs, a connection, services on this machine, a download."""

from __future__ import annotations

from dd_jupyter.display.view_parts import FactView, NoticeView, StatusView, View, WayOnView


class EntryView(View):
    """Something to know, with its name before it.

    Attributes:
        text: A value or a sentence; in backticks what is code.
        note: Said quietly behind it: where a setting comes from.
        chips: Parts with their states, in place of a text or behind it.
    """

    term: str
    text: str = ""
    note: str = ""
    chips: tuple[StatusView, ...] = ()


class JobRowView(View):
    """A job in a list.

    Attributes:
        records: Records asked for; "" where that is not known.
        made: When, in words: "2 h ago".
        made_at: When exactly, in local time.
        columns: Names of its columns, in a line.
    """

    name: str
    status: StatusView
    records: str
    made: str
    made_at: str
    columns: str


class MeterView(View):
    """A bar that fills.

    Attributes:
        share: How far, 0 to 1.
        parts: What there is to say of it: how much, how fast, how long still.
    """

    share: float
    parts: tuple[str, ...]


class PanelView(View):
    """Anything with a heading, what there is to know, and what to do next.

    Attributes:
        title: What it is.
        name: Its name, set as code; "" without one.
        where: Said quietly behind it.
        time: A clock or a moment, before the chip.
        status: How it stands; None where that is no question.
        entries: What there is to know.
        jobs: Jobs in a list; None where there is none.
        meter: How far it is.
        empty: What is said in place of a list that is empty.
        facts: For the foot.
        way_on: For the foot: code to type next, each with its words.
    """

    title: str
    name: str = ""
    where: str = ""
    time: str = ""
    status: StatusView | None = None
    notices: tuple[NoticeView, ...] = ()
    entries: tuple[EntryView, ...] = ()
    jobs: tuple[JobRowView, ...] | None = None
    meter: MeterView | None = None
    empty: str = ""
    facts: tuple[FactView, ...] = ()
    way_on: tuple[WayOnView, ...] = ()
