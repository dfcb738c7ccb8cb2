"""What was found for the submit form, and the form where it cannot be filled in -> what there is to see."""

from __future__ import annotations

from collections.abc import Iterable

from dd_jupyter.display import submit_fields, words
from dd_jupyter.display.panel import EntryView, PanelView
from dd_jupyter.display.report_view import report_view
from dd_jupyter.display.requests.form import Fields
from dd_jupyter.display.submit_fields import Spelling
from dd_jupyter.display.submit_model import LiveSubmitView, LookUpView
from dd_jupyter.display.view_parts import NoticeView, StatusView, WayOnView
from dd_jupyter.resources.report import Backend, Location, ResolutionReport

_BACKENDS: dict[Location, Backend] = {"run": "local", "submit": "services"}


def look_up_view(report: ResolutionReport, location: Location) -> LookUpView:
    """The report of one location, and how that is in all."""
    view = report_view(report)
    here = sum(row.at(location) is not None for row in report.rows)
    stopping = len(report.problems(location))
    moves = 0 if _unasked(report, location) else len(report.to_move(_BACKENDS[location]))
    others = stopping - moves
    if not stopping or _unasked(report, location):
        status = next(one.status for one in view.locations if one.location == location)
        if not stopping and status.tone == "completed":
            there = f"All {here:,} are there" if here > 1 else "All is there"
            status = status.model_copy(update={"text": there})
    else:
        status = StatusView(mark="✕", text=_in_the_way(here, moves, others), tone="failed")
    return LookUpView(report=view, status=status, moves=moves, others=others)


def panel(live: LiveSubmitView, spelling: Spelling) -> PanelView:
    """The form for where nothing can be filled in: what it holds, and the line that does the same."""
    fields = Fields(**{name: getattr(live, name) for name in Fields.model_fields})
    chosen, _ = submit_fields.read(fields)
    ways_on: tuple[WayOnView, ...] = ()
    notices: tuple[NoticeView, ...] = ()
    if live.state != "done" and chosen is not None:
        instead = "Submit it" if live.location == "submit" else "Create it"
        if not spelling.source and not spelling.python:
            instead += " with this as the cell's first line"
        ways_on = (WayOnView(text=instead, code=submit_fields.code(chosen, spelling)),)
        instead_of = "This is a form, which cannot be filled in here. The line below does the same."
        notices = (NoticeView(level="info", text=instead_of),)
    return PanelView(
        title="Create", name=words.cut(live.name, 200), notices=notices, entries=tuple(_entries(live)), way_on=ways_on
    )


def _entries(live: LiveSubmitView) -> Iterable[EntryView]:
    if live.state == "done":
        yield EntryView(term="Chosen", text=live.chosen)
        return
    yield EntryView(term="Where", text="Submit to NeMo Services" if live.location == "submit" else "Run in this kernel")
    yield EntryView(term="Records", text=live.records)
    if live.location == "submit":
        workspace = f"in workspace `{live.workspace}`" if live.workspace else "in the workspace of the connection"
        yield EntryView(term="Job name", text=f"`{live.job_name}`", note=workspace)
    else:
        yield EntryView(term="Dataset", text=f"`{live.dataset_name}`", note=f"in `{live.artifact_path}`")


def _in_the_way(here: int, moves: int, others: int) -> str:
    """``3 of 5 need to move first, 1 is in the way``."""
    parts = []
    if moves:
        parts.append(f"{moves:,} of {here:,} {'needs' if moves == 1 else 'need'} to move first")
    if others:
        of_all = "" if moves else f" of {here:,}"
        parts.append(f"{others:,}{of_all} {'is' if others == 1 else 'are'} in the way")
    return ", ".join(parts)


def _unasked(report: ResolutionReport, location: Location) -> bool:
    """Whether NeMo Services could not be asked, which says nothing of all the rest."""
    if location == "run":
        return False
    services = next((row.submit for row in report.rows if row.kind == "services"), None)
    return services is not None and services.status in {"unreachable", "not checked"}
