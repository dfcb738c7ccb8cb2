"""A view -> what an output keeps of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from dd_jupyter.display.answers.answer import Answer
from dd_jupyter.display.profile import PROFILED_RECORDS
from dd_jupyter.display.report_model import ReportView
from dd_jupyter.display.requests.report import ResourcesView
from dd_jupyter.display.requests.request import Request
from dd_jupyter.display.requests.run import FailuresView, LogView
from dd_jupyter.display.requests.table import ProfileView, Record, RecordFieldsView, Rows, RowsView
from dd_jupyter.display.saved_model import SavedAnswers
from dd_jupyter.display.view_model import RecordsView, RunView

MOST_CHARACTERS = 256_000
"""What one output may add to a notebook, as JSON; of a larger sample fewer records are kept."""


def answers_of_run(view: RunView, logged: int) -> SavedAnswers:
    """What an output keeps of a run.

    Args:
        view: The run as it was drawn.
        logged: Lines of its log, of which the view has the last.
    """
    total = 0 if view.records is None else view.records.total or len(view.records.rows)
    return in_bounds(
        SavedAnswers(
            rows=None if view.records is None else _rows(view.records),
            records=() if view.records is None else _records(view.records),
            profile=_profile(view, total),
            failures=FailuresView(total=view.failed_records, failures=view.failures) if view.failures else None,
            resources=None if view.resources is None else ResourcesView(report=view.resources),
            log=LogView(first=max(0, logged - len(view.log)), next=logged, lines=view.log) if view.log else None,
        )
    )


def answers_of_report(view: ReportView) -> SavedAnswers:
    """What an output keeps of a resolution report: all of it."""
    return SavedAnswers(resources=ResourcesView(report=view))


def first_records(answers: Mapping[type[Request], Answer], number: int) -> SavedAnswers:
    """What an output keeps of a table: its first rows, and these records in full."""
    rows = answers[Rows](Rows(start=0, end=number))
    records = (answers[Record](Record(number=each)) for each in range(number))
    if not isinstance(rows, RowsView):
        return SavedAnswers()
    found = tuple(record for record in records if isinstance(record, RecordFieldsView))
    return in_bounds(SavedAnswers(rows=rows.model_copy(update={"total": number}), records=found))


def in_bounds(answers: SavedAnswers) -> SavedAnswers:
    """The answers with as many records as an output may hold; a long one leaves room for none behind it."""
    room = MOST_CHARACTERS - _size(answers.model_copy(update={"rows": None, "records": ()}))
    rows, records = answers.rows, answers.records
    kept = 0
    if rows is not None:
        for row in rows.to_wire()["rows"]:
            room -= len(json.dumps(row))
            if room < 0:
                break
            kept += 1
        rows = rows.model_copy(
            update={"rows": rows.rows[:kept], "numbers": rows.numbers[:kept], "total": min(rows.total, kept)}
        )
    whole = 0
    for record in records:
        room -= _size(record)
        if room < 0:
            break
        whole += 1
    return answers.model_copy(update={"rows": rows, "records": records[:whole]})


def _rows(records: RecordsView) -> RowsView:
    numbers = tuple(range(len(records.rows)))
    return RowsView(version=1, start=0, total=len(records.rows), numbers=numbers, rows=records.rows)


def _records(records: RecordsView) -> tuple[RecordFieldsView, ...]:
    return tuple(RecordFieldsView(number=record.number - 1, fields=record.fields) for record in records.full)


def _profile(view: RunView, total: int) -> ProfileView | None:
    if not view.columns:
        return None
    return ProfileView(records=total, drawn=min(total, PROFILED_RECORDS), columns=view.columns)


def _size(part: SavedAnswers | RecordFieldsView) -> int:
    return len(json.dumps(part.to_wire()))
