"""Whatever stands in a record, a name, a log or an error, a live view shows it and is nothing but ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.stage import Stage
from tests.support.filled import live_views, replies
from tests.support.hostile import GROUPS, PAYLOADS

LONGEST = 2_000
"""Longer texts come to a view only cut, which tests of real records show."""

HARMLESS = ["x", "x y", "", " ", "say `x` or `y`", "x\ny"]


@pytest.fixture(scope="module")
def stage(browser) -> Iterator[Stage]:
    stage = Stage(browser)
    yield stage
    stage.close()


@pytest.fixture(autouse=True)
def nothing_happened(stage):
    yield
    assert not stage.harmed
    assert stage.strayed == []
    assert stage.complaints == []


@pytest.fixture(scope="module")
def shapes(stage) -> set[str]:
    """All that views are made of that say nothing harmful."""
    drawn = stage.sweep([view for text in HARMLESS for view in views_with(text)])
    return set().union(*(shape for _, shape in drawn))


@pytest.mark.parametrize("group", GROUPS)
def test_every_text_of_every_view_is_text_and_keeps_within_its_output(stage, shapes, group):
    payloads = [one for one in PAYLOADS if one.name.startswith(f"{group}: ") and len(one.text) <= LONGEST]
    named = [(payload.name, *view) for payload in payloads for view in views_with(payload.text)]

    drawn = stage.sweep([(live, answers) for _, live, answers in named], shapes)

    wrong = {
        f"{name}, {live['view']}{' refused' if 'error' in answers else ''}": found
        for (name, live, answers), (found, _) in zip(named, drawn, strict=True)
        if found
    }
    assert wrong == {}


def views_with(text: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Each kind of view with this text in every place, and a run whose every request is refused with it."""
    answers = replies(text)
    kinds = {live.view: live.model_dump(mode="json") for live in live_views(text)}  # of a run, the last: it has ended
    for live in kinds.values():
        yield live, answers
    yield kinds["run"], {"error": text}
