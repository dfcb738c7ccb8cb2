"""Parts of plain text that a run, a panel and a report have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dd_jupyter.display import words
from dd_jupyter.display.lines import GAP, LINE, cut, wrapped
from dd_jupyter.display.panel import MeterView
from dd_jupyter.display.view_parts import FactView, NoticeView, WayOnView
from dd_jupyter.display.words import one_line

BAR = 20


def joined(blocks: Iterable[Iterable[str]]) -> str:
    """Blocks of lines, with an empty line between those that say anything.

    Every text passes here: no character of it moves a terminal's cursor or turns the writing direction.
    """
    return "\n\n".join("\n".join(map(words.plain_line, block)) for block in map(list, blocks) if block)


def heading(parts: Iterable[str]) -> Iterator[str]:
    """What it is and how it stands, in a line."""
    yield cut(" · ".join(line for part in parts if (line := one_line(part))), LINE)


def notices(all_of_them: Iterable[NoticeView]) -> Iterator[str]:
    """Sentences that matter now."""
    for notice in all_of_them:
        yield from wrapped(f"{words.LEVELS[notice.level]}: {one_line(notice.text)}")


def meter(view: MeterView | None) -> Iterator[str]:
    """A bar and what there is to say of it."""
    if view is not None:
        done = round(1_000 * min(1.0, max(0.0, view.share)))
        yield cut(GAP.join([bar(done, 0, 1_000), *map(one_line, view.parts)]), LINE)


def bar(done: int, failed: int, total: int) -> str:
    """``[############xx------]``."""
    filled = BAR * min(done, total) // total if total else 0
    crosses = min(filled, -(-BAR * failed // total)) if total else 0
    return f"[{'#' * (filled - crosses)}{'x' * crosses}{'-' * (BAR - filled)}]"


def foot(facts: Iterable[FactView], forecast: str, way_on: Iterable[WayOnView]) -> Iterator[str]:
    """What else there is to know, what to expect, and what to type next."""
    said = [one_line(fact.text) for fact in facts]
    if said:
        yield from wrapped(" · ".join(said))
    if forecast:
        yield from wrapped(one_line(forecast))
    for way in way_on:
        yield f"{one_line(way.text)} {one_line(way.code)}"
