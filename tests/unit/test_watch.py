"""What the engine tells of a run is counted right, however it cuts the work."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from dd_jupyter.engine import Column, Generation, Model
from dd_jupyter.execution.events import Log, Progress, RecordFailed, Records, Resumed, Step, Waiting
from dd_jupyter.execution.watch import FIRST_PATIENCE_SECONDS, PATIENCE_SECONDS, RATE_SECONDS, SAMPLE_RECORDS, Watch

COLUMNS = ("size", "review", "label")
MODEL = Model("chat", "m", "near", "http://near")


class Clock:
    """The time, as the test has it."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.time", clock)
    monkeypatch.setattr("time.monotonic", clock)
    return clock


class Buffers:
    """What the engine keeps of each row group until it is on disk."""

    def __init__(self, row_groups: dict[int, int]) -> None:
        self._buffers: dict[int, list[dict[str, Any]]] = {
            group: [{} for _ in range(size)] for group, size in row_groups.items()
        }
        self._dropped: dict[int, set[int]] = {}


class Engine:
    """Tells a watch of its work as the real one does."""

    def __init__(self, row_groups: dict[int, int], records_before: int = 0) -> None:
        self.buffers = Buffers(row_groups)
        self.watch = Watch()
        columns = tuple(Column(name, "sampler") for name in COLUMNS)
        self.watch.generating(
            Generation(columns, dict(row_groups), records_before, max(row_groups.values()), Path(), self.buffers)
        )

    def make(self, *columns: str, group: int = 0, rows: Any = None) -> None:
        """Make cells one by one, or the whole row group at once without `rows`."""
        for row in [None] if rows is None else rows:
            for index, record in enumerate(self.buffers._buffers[group]):
                if row in (None, index):
                    record.update(dict.fromkeys(columns, f"{group}.{index}"))
            self.watch.made(columns, group, row)

    def fail(self, column: str, row: int, group: int = 0, why: str = "It broke.") -> None:
        """Fail to make one cell, and give its record up."""
        self.watch.failed(column, group, row, ValueError(why))
        self.watch.dropped(column, group, row)
        self.buffers._dropped.setdefault(group, set()).add(row)

    def finish(self, group: int = 0) -> None:
        """Write a row group to disk."""
        self.watch.finishing(group)
        del self.buffers._buffers[group]

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Done and failed of each column."""
        self.news(Progress)
        return {name: (count.done, count.failed) for name, count in self.watch._columns.items()}

    def news(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.watch.news() if isinstance(event, kind)]

    @property
    def complete(self) -> int:
        (records,) = self.news(Records)
        return int(records.complete)


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

    watch.made(["size"], 0, 0)
    watch.dropped("size", 0, 0)
    watch.finishing(0)

    assert list(watch.news()) == []
    assert (watch.complete_rows(), watch.columns) == ([], ())


# Rates.


def rate(engine: Engine, column: str = "review") -> float | None:
    return next((event.rate for event in engine.news(Progress) if event.column == column), None)


def test_a_rate_needs_two_records_and_looks_back_ten_seconds(clock: Clock) -> None:
    engine = Engine({0: 1_000})
    clock.wait(1)
    engine.make("review", rows=[0])
    assert rate(engine) is None

    engine.make("review", rows=range(1, 10))
    assert rate(engine) == 10.0

    for second in range(1, 21):
        clock.wait(1)
        engine.make("review", rows=range(10 + 2 * second, 12 + 2 * second))
        steady = rate(engine)

    assert steady == pytest.approx(2.0, rel=0.2)
    assert len(engine.watch._columns["review"]._track) <= RATE_SECONDS + 3


def test_a_rate_falls_while_nothing_is_made(clock: Clock) -> None:
    engine = Engine({0: 100})
    clock.wait(1)
    engine.make("review", rows=range(10))
    busy = rate(engine)

    clock.wait(30)

    assert (rate(engine) or 0) < (busy or 0) / 10


def test_a_column_that_is_done_is_told_no_more() -> None:
    engine = Engine({0: 2})
    engine.make("size")
    first = [event.column for event in engine.news(Progress)]

    second = [event.column for event in engine.news(Progress)]

    assert "size" in first and "size" not in second


def test_the_clock_of_the_run_goes_from_the_first_cell_to_the_profile(clock: Clock) -> None:
    engine = Engine({0: 2})
    clock.wait(5)
    engine.make("size")
    clock.wait(3)
    engine.watch.profiling()
    clock.wait(7)
    engine.watch.profiling()

    assert engine.watch.generated_seconds == 3


# Providers that keep us waiting.


class ProviderError(Exception):
    """A provider's answer, told by the name of its class as the library's own is."""

    status_code = 429


def refusal() -> Exception:
    return ProviderError("Slow down")


def test_a_refused_request_keeps_us_waiting_since_the_first_refusal(clock: Clock) -> None:
    watch = Watch()
    for _ in range(3):
        watch.asked(MODEL)
        watch.answered(MODEL, 0.5, refusal())
        clock.wait(10)

    assert list(watch.news()) == [Waiting("near", "HTTP 429: Slow down.", 1_000.0, 3)]


def test_an_answer_ends_the_waiting_and_is_told_once(clock: Clock) -> None:
    watch = Watch()
    watch.asked(MODEL)
    watch.answered(MODEL, 0.5, refusal())
    list(watch.news())

    for _ in range(2):
        watch.asked(MODEL)
        watch.answered(MODEL, 0.5, None)

    assert list(watch.news()) == [Resumed("near")]
    clock.wait(100)
    assert list(watch.news()) == []


def test_a_refusal_that_was_over_before_anyone_looked_is_no_news() -> None:
    watch = Watch()
    for error in (refusal(), None):
        watch.asked(MODEL)
        watch.answered(MODEL, 0.5, error)

    assert list(watch.news()) == []


@pytest.mark.parametrize(("answered_before", "patience"), [(False, FIRST_PATIENCE_SECONDS), (True, PATIENCE_SECONDS)])
def test_silence_is_told_after_a_while_longer_once_it_has_answered(
    clock: Clock, answered_before: bool, patience: float
) -> None:
    watch = Watch()
    if answered_before:
        watch.asked(MODEL)
        watch.answered(MODEL, 0.5, None)
    watch.asked(MODEL)
    clock.wait(patience)
    assert list(watch.news()) == []

    clock.wait(0.1)

    assert list(watch.news()) == [Waiting("near", "no answer yet.", 1_000.0, 0)]


def test_without_a_request_under_way_silence_is_nothing(clock: Clock) -> None:
    watch = Watch()
    watch.asked(MODEL)
    watch.answered(MODEL, 0.5, KeyboardInterrupt())

    clock.wait(1_000)

    assert list(watch.news()) == []


def test_requests_side_by_side_add_up_by_model() -> None:
    watch = Watch()
    judge = Model("judge", "m2", "near", "http://near")

    for model, seconds in ((MODEL, 1.0), (judge, 0.5), (MODEL, 2.0)):
        watch.asked(model)
        watch.answered(model, seconds, None)

    assert watch.busy_seconds == {"chat": 3.0, "judge": 0.5}
    assert watch.endpoints == {"near": "http://near"}
