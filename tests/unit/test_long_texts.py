"""However long an error, a reason or a name is, what a notebook keeps of a run stays small and still tells it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dd_jupyter.display import words
from dd_jupyter.display.live_view import live_run
from dd_jupyter.display.records_view import fields_of, heads_of
from dd_jupyter.display.run_table import table_of
from dd_jupyter.display.run_view import failures_of, outline, view_of
from dd_jupyter.display.table.description import Description
from dd_jupyter.display.table.frames import frame_of
from dd_jupyter.display.text import to_text
from dd_jupyter.display.view_model import RunView
from dd_jupyter.display.view_parts import NoticeView
from dd_jupyter.errors import DDJupyterError
from dd_jupyter.execution.events import Failed, Progress, RecordFailed, Usage, Waiting
from tests.unit.jobs_at_hand import job_in, job_of
from tests.unit.runs import creation_of, notices, preview_of, previewed, telling, while_running

LONG = "very long " * 100_000
WORD = "x" * 1_000_000
MOST_BYTES = 30_000


def size(view: Any) -> int:
    return len(json.dumps(view.to_wire()))


def test_a_long_error_tells_its_beginning_and_how_much_there_is_more() -> None:
    run = previewed(Failed(DDJupyterError(LONG)))

    ((level, text),) = notices(view_of(run))

    assert level == "error"
    assert text.startswith("very long very long")
    assert text.endswith("… (998,000 more characters)")
    assert size(live_run(run, None)) < MOST_BYTES


def test_an_error_that_is_not_long_stays_as_it_is_lines_and_all() -> None:
    text = "Refused.\n\n    at line 3"

    assert words.shortened(text) == text
    assert words.shortened("ab", 1) == "a… (1 more character)"


def test_a_provider_with_a_long_reason_still_says_how_to_stop() -> None:
    waiting = Waiting(WORD, LONG, time.time() - 65, 3)

    ((_, of_run),) = notices(while_running(preview_of(telling(), name=WORD, background=True), waiting))
    ((_, of_job),) = notices(job_in("active", waiting))

    assert of_run.endswith("….cancel()` stops the run.")
    assert of_job.endswith("`job.cancel()` stops the job.")
    assert len(of_run) < words.SENTENCE_CHARACTERS


def test_a_long_reason_of_a_failed_record_is_cut_and_counted() -> None:
    (failure,) = failures_of(previewed(RecordFailed(1, WORD, LONG)), 10)

    assert failure.reason.endswith("… (999,000 more characters)")
    assert failure.column == "x" * 299 + "…"


@pytest.mark.parametrize("kind", ["preview", "create", "job"])
def test_what_the_browser_holds_of_a_run_is_small_whatever_it_is_called(kind: str, tmp_path: Path) -> None:
    run: Any = {
        "preview": lambda: preview_of(telling(), name=WORD),
        "create": lambda: creation_of(telling(), tmp_path, dataset_name=WORD),
        "job": lambda: job_of(job_name=WORD, workspace=WORD, name=WORD),
    }[kind]()
    views: list[tuple[int, RunView]] = []
    run._execute = telling(
        Progress(WORD, 1, 10),
        Usage(WORD, WORD, WORD, 1, 1, 1, 0),
        Waiting(WORD, WORD, 0.0, 2),
        Failed(DDJupyterError(WORD)),
    )
    run.follow(lambda run: views.append((size(live_run(run, None)), outline(run))))

    *_, (_, last) = views
    assert notices(last)[0][0] == "error"
    assert max(bytes_held for bytes_held, _ in views) < MOST_BYTES
    assert {bar.name for _, view in views for bar in view.progress} == {"x" * 299 + "…"}


def test_columns_that_differ_only_far_behind_keep_heads_bars_and_fields_of_their_own() -> None:
    names = ["x" * 400 + "a", "x" * 400 + "b", "short"]
    run = preview_of(telling())
    row = dict.fromkeys(names, "text")

    heads = [head.name for head in heads_of(names, Description(), set())]
    fields = [field.column for field in fields_of(row, names, Description())]
    bars = while_running(run, *(Progress(name, 1, 10) for name in names)).progress

    assert heads == ["x" * 299 + "…", "x" * 299 + "… (2)", "short"]
    assert fields == heads
    assert [bar.name for bar in bars] == heads


def test_a_table_is_still_asked_by_the_names_that_its_heads_have() -> None:
    frame = pd.DataFrame({"x" * 400 + "a": ["mug"], "x" * 400 + "b": ["lamp"]})
    table = table_of(previewed(frame=frame), 1)
    assert table is not None

    names = [head.name for head in table.view.columns]

    assert names == list(frame_of(frame).names)
    assert [profile.name for profile in table.profile(None).columns] == names  # type: ignore[arg-type]


def test_a_long_name_keeps_what_is_known_of_its_column() -> None:
    known = Description(kinds={WORD: ("LLM text", WORD)})

    (head,) = heads_of([WORD], known, {WORD})

    assert (head.kind, len(head.detail), head.numeric) == ("LLM text", 200, True)


def test_plain_text_says_a_control_character_nowhere() -> None:
    view = RunView(
        title="Create\x1b[2J",
        name="reviews",
        where="run\u202e in this kernel",
        state="failed",
        notices=(NoticeView(level="error", text="Refused\x07.\tTry again."),),
    )

    text = to_text(view)

    assert not {"\x1b", "\u202e", "\x07", "\t"} & set(text)
    assert "Refused. Try again." in text
