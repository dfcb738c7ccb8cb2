"""How long the texts of a run may be where it is shown.

Models, providers and configurations write what they like, and a notebook keeps what its outputs and widgets hold.
"""

from __future__ import annotations

from dd_jupyter.display import words
from dd_jupyter.display.view_model import RunView
from dd_jupyter.display.view_parts import FactView, NoticeView, WayOnView

NAME_CHARACTERS = 200
"""A longer name is cut where it is a heading, or stands in a sentence."""

REASON_CHARACTERS = 1_000
"""A longer reason is cut where it is one of many, or a sentence goes on behind it."""

_FACT_CHARACTERS = 500
_HINT_CHARACTERS = 1_000
_CODE_CHARACTERS = 500


def in_bounds(view: RunView) -> RunView:
    """The view with all that is said of the run cut to a length that can be read."""
    return view.model_copy(
        update={
            "name": words.clipped(view.name, NAME_CHARACTERS),
            "where": words.clipped(view.where, NAME_CHARACTERS),
            "step": words.clipped(view.step, NAME_CHARACTERS),
            "notices": tuple(map(_notice, view.notices)),
            "facts": tuple(map(_fact, view.facts)),
            "way_on": tuple(map(_way_on, view.way_on)),
        }
    )


def _notice(notice: NoticeView) -> NoticeView:
    return NoticeView(level=notice.level, text=words.shortened(notice.text))


def _fact(fact: FactView) -> FactView:
    return FactView(text=words.clipped(fact.text, _FACT_CHARACTERS), hint=words.shortened(fact.hint, _HINT_CHARACTERS))


def _way_on(way_on: WayOnView) -> WayOnView:
    return WayOnView(text=way_on.text, code=words.clipped(way_on.code, _CODE_CHARACTERS))
