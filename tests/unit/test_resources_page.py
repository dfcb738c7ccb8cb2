"""The page on resources says what the tests carry out."""

from __future__ import annotations

from typing import get_args

from dd_jupyter.resources.report import LOCATIONS, Status
from scripts.truth_table import PAGE, STATUSES, page
from tests.support.truth_table import CASES, TABLE


def test_the_page_is_the_one_that_the_cases_make() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "Run `make docs`."


def test_every_row_of_the_table_has_a_case_for_both_places() -> None:
    for row in TABLE:
        cases = [case for case in CASES if case.row == row.resource]
        for location in LOCATIONS:
            statuses = {getattr(case, location) for case in cases}
            assert statuses - {None} or (location == "run" and row.resource.startswith("NeMo Services")), row.resource


def test_every_case_is_of_a_row_and_has_a_name_of_its_own() -> None:
    assert {case.row for case in CASES} == {row.resource for row in TABLE}
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_status_is_reached() -> None:
    assert {status for case in CASES for status in (case.run, case.submit) if status} == set(get_args(Status))
    assert set(STATUSES) == set(get_args(Status))
