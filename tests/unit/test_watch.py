"""What the engine tells of a run is counted right, however it cuts the work."""

from __future__ import annotations

import logging

from dd_jupyter.engine import Model
from dd_jupyter.execution.events import Log, Progress, RecordFailed, Records, Step
from dd_jupyter.execution.watch import SAMPLE_RECORDS, Watch
from tests.unit.engine_at_work import COLUMNS, Engine

MODEL = Model("chat", "m", "near", "http://near")


def test_cells_and_whole_row_groups_count_the_same() -> None:
    engine = Engine({0: 4, 1: 3})

    engine.make("size")
    engine.make("review", rows=[0, 2])
    engine.make("size", group=1)

    assert engine.counts == {"size": (7, 0), "review": (2, 0), "label": (0, 0)}


def test_a_generator_of_several_columns_counts_for_each_of_them() -> None:
    engine = Engine({0: 4})

    engine.make("size", "label")
    engine.make("review", "unknown", rows=[1])

    assert engine.counts == {"size": (4, 0), "review": (1, 0), "label": (4, 0)}


def test_a_column_made_cell_by_cell_and_then_as_a_whole_is_counted_once() -> None:
    engine = Engine({0: 4})

    engine.make("review", rows=[0, 1])
    engine.make("review")

    assert engine.counts["review"] == (4, 0)


def test_records_of_an_earlier_run_are_done_from_the_start() -> None:
    engine = Engine({2: 5}, records_before=20)

    (first, *_) = engine.news(Progress)

    assert (first.done, first.total) == (20, 25)


def test_a_dropped_record_is_done_everywhere_and_failed_in_its_column_only() -> None:
    engine = Engine({0: 4})
    engine.make("size")

    engine.fail("review", row=1)

    assert engine.counts == {"size": (4, 0), "review": (1, 1), "label": (1, 0)}


def test_a_record_dropped_twice_counts_once() -> None:
    engine = Engine({0: 4})

    engine.fail("review", row=1)
    engine.fail("label", row=1)

    assert [failed.column for failed in engine.news(RecordFailed)] == ["review"]
    assert engine.counts == {"size": (1, 0), "review": (1, 1), "label": (1, 0)}


def test_a_late_cell_of_a_dropped_record_is_not_counted_again() -> None:
    engine = Engine({0: 4})
    engine.make("review", rows=[1])

    engine.fail("label", row=1)
    engine.make("review", rows=[1])
    engine.make("size")
    engine.make("review", rows=[0, 2, 3])
    engine.make("label", rows=[0, 2, 3])

    assert engine.counts == {"size": (4, 0), "review": (4, 0), "label": (4, 1)}
    assert engine.complete == 3


def test_a_failure_says_which_record_of_the_whole_and_why() -> None:
    engine = Engine({0: 4, 1: 3})

    engine.fail("review", row=2, group=1, why="Not\n today.")

    assert engine.news(RecordFailed) == [RecordFailed(7, "review", "Not today.")]
    assert engine.watch.last_failed == RecordFailed(7, "review", "Not today.")


def test_a_failure_of_a_whole_row_group_is_the_reason_of_each_of_its_records() -> None:
    engine = Engine({0: 2})
    engine.watch.failed("review", 0, None, ValueError("All at once."))

    engine.watch.dropped("review", 0, 0)
    engine.watch.dropped("review", 0, 1)

    assert [failed.reason for failed in engine.news(RecordFailed)] == ["All at once."] * 2


def test_a_drop_without_a_known_reason_points_to_the_log() -> None:
    engine = Engine({0: 2})

    engine.watch.dropped(None, 0, 0)

    (failed,) = engine.news(RecordFailed)
    assert failed.column == "" and "the log says more" in failed.reason


def test_a_failed_try_is_no_failure_until_the_record_is_dropped() -> None:
    engine = Engine({0: 2})

    engine.watch.failed("review", 0, 0, ValueError("once"))
    engine.make("review", rows=[0, 1])

    assert engine.counts["review"] == (2, 0)
    assert engine.news(RecordFailed) == []


def test_complete_records_have_all_columns() -> None:
    engine = Engine({0: 3, 1: 3})
    engine.make("size", "label")
    engine.make("review", rows=[0, 1])

    assert engine.complete == 2
    assert [row["size"] for row in engine.watch.complete_rows()] == ["0.0", "0.1"]


def test_a_row_group_on_disk_keeps_its_counts_and_its_sample() -> None:
    engine = Engine({0: 2, 1: 2})
    engine.make(*COLUMNS)
    engine.finish()

    engine.make(*COLUMNS, group=1)

    assert engine.counts == dict.fromkeys(COLUMNS, (4, 0))
    (records,) = engine.news(Records)
    assert [row["size"] for row in records.rows] == ["0.0", "0.1", "1.0", "1.1"]
    assert records.complete == 4


def test_the_sample_is_the_start_of_the_dataset_without_dropped_records() -> None:
    engine = Engine({0: 30})
    engine.fail("review", row=0)

    engine.make("size")

    (records,) = engine.news(Records)
    assert [row["size"] for row in records.rows] == [f"0.{n}" for n in range(1, SAMPLE_RECORDS + 1)]


def test_what_happened_is_told_once_and_in_order() -> None:
    engine = Engine({0: 2})
    engine.watch.checking([MODEL])
    engine.watch.checking([])
    engine.watch.logged(logging.LogRecord("x", logging.WARNING, "", 1, "Key %s", ("hf_" + "a1" * 15,), None))
    engine.watch.profiling()

    first, second = list(engine.watch.news()), list(engine.watch.news())

    told = [event.text for event in first if isinstance(event, Step)]
    assert told == ["Making records", "Checking `m` at provider `near`", "Profiling columns"]
    assert [(event.level, event.message) for event in first if isinstance(event, Log)] == [
        ("WARNING", "Key [key removed]")
    ]
    assert not any(isinstance(event, Step | Log) for event in second)


def test_before_the_engine_makes_records_nothing_is_counted() -> None:
    watch = Watch()

    watch.made(["size"], 0, 0, 0.0)
    watch.dropped("size", 0, 0)
    watch.finishing(0)

    assert list(watch.news()) == []
    assert (watch.complete_rows(), watch.columns) == ([], ())
