"""A job's log tells what the same run in this kernel would. The lines are those of real jobs (nemo-platform 0.3.0)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dd_jupyter.execution.events import (
    Columns,
    Event,
    Log,
    Progress,
    RecordFailed,
    Resumed,
    Step,
    Usage,
    Waiting,
)
from dd_jupyter.execution.job_log import ProgressReader, parse, read_line, reason
from dd_jupyter.nemo.jobs import LogLine, Status
from tests.support.jobs_double import logged

RUNNER = "nemo_data_designer_plugin.jobs.run"

CONFIG: dict[str, Any] = {
    "columns": [
        {"name": "product", "column_type": "sampler"},
        {"name": "id", "column_type": "sampler", "drop": True},
        {"name": "greeting", "column_type": "llm-text", "model_alias": "m"},
        {"name": "reply", "column_type": "llm-text", "model_alias": "m"},
        {"name": "title", "column_type": "expression"},
    ],
    "model_configs": [{"alias": "m", "model": "echo-model", "provider": "default/echo"}],
}

TWO_BATCHES = [
    (8.1, "🩺 Running health checks for models..."),
    (8.2, "  |-- 👀 Checking 'echo-model' in provider named 'default/echo' for model alias 'm'..."),
    (8.4, "  |-- ✅ Passed!"),
    (8.5, "📝 llm-text model config for column 'greeting'"),
    (8.5, "  |-- model: 'echo-model'"),
    (8.5, "  |-- model alias: 'm'"),
    (8.5, "⚡️ Async generation: 2 column(s) (greeting, reply), 1120 tasks across 2 row group(s)"),
    (8.5, "🚀 (1/2) Dispatching with 500 records"),
    (8.5, "🚀 (2/2) Dispatching with 60 records"),
    (8.5, "🎲 (1/2) Preparing samplers to generate 500 records across 2 columns"),
    (8.6, "🎲 (2/2) Preparing samplers to generate 60 records across 2 columns"),
    (9.1, "🧩 (2/2) Generating column `title` from expression"),
    (9.3, "🧩 (1/2) Generating column `title` from expression"),
    (13.6, "📊 Progress [5.1s]:"),
    (13.6, "  |-- 😴 greeting: 60/560 (11%) 11.8 rec/s"),
    (13.6, "  |-- 🌧️ reply: 54/560 (10%) 10.6 rec/s"),
    (18.7, "📊 Progress [10.2s]:"),
    (18.7, "  |-- 🥱 greeting: 142/560 (25%) 14.0 rec/s"),
    (18.7, "  |-- 🌧️ reply: 135/560 (24%) 13.3 rec/s"),
    (38.8, "📊 Progress [30.3s]:"),
    (38.8, "  |-- 😊 greeting: 505/560 (90%) 16.7 rec/s"),
    (38.8, "  |-- 🌤️ reply: 496/560 (89%) 16.4 rec/s"),
    (42.7, "📊 Progress [34.2s]:"),
    (42.7, "  |-- 🤩 greeting: 560/560 (100%) 16.4 rec/s"),
    (42.7, "  |-- ☀️ reply: 560/560 (100%) 16.4 rec/s"),
    (42.7, "✅ Async generation complete [34.2s]: 1120 ok, 0 failed across 2 column(s)"),
    (42.7, "📊 Model usage summary:"),
    (42.7, "  |-- model: echo-model"),
    (42.7, "  |-- tokens: input=15726, output=17057, total=32783, tps=958"),
    (42.7, "  |-- requests: success=1120, failed=0, total=1120, rpm=1965"),
    (42.7, "📐 Measuring dataset column statistics:"),
    (42.7, "  |-- 🎲 column: 'product'"),
]

NOT_ALLOWED = (
    "  |----------\n"
    '  | Provider message: {"error": {"message": "The prompt is not allowed.", "type": "invalid_request_error", '
    '"code": 400}}\n'
    "  | Cause: The request for model 'echo-model' was found to be malformed or missing required parameters while "
    "running generation for column 'greeting'.\n"
    "  | Solution: Check your request parameters and try again.\n"
    "  |----------"
)


def line(message: str, seconds: float = 0.0) -> LogLine:
    timestamp = datetime(2026, 11, 21, 10, 25, tzinfo=UTC) + timedelta(seconds=seconds)
    return LogLine(timestamp=timestamp, job_step="data-designer-job", job_task="task-1", message=message)


def told(lines: Iterable[str | tuple[float, str]], reader: ProgressReader | None = None) -> list[Event]:
    reader = reader or ProgressReader(560, CONFIG)
    timed = [each if isinstance(each, tuple) else (0.0, each) for each in lines]
    entries = [parse(line(logged(message), seconds)) for seconds, message in timed]
    return [event for entry in entries for event in reader.read(entry.log, entry.logger)]


def progress(events: Iterable[Event], column: str) -> list[Progress]:
    return [event for event in events if isinstance(event, Progress) and event.column == column]


def failed_job(**details: Any) -> Status:
    stage = {"name": "s", "status": "error", "status_details": {"message": "Job exited with code 1"}}
    task = {**stage, "error_stack": details.pop("error_stack", None)}
    return Status.model_validate({**stage, "steps": [{**stage, "tasks": [task]}]} | details)


# Lines.


def test_a_line_of_the_librarys_logger_has_its_level_text_and_logger() -> None:
    raw = (
        '[stderr] {"asctime": "2026-11-21 10:27:36,006", "levelname": "WARNING", "name": '
        '"data_designer.engine.dataset_builders.dataset_builder", "message": "\\u26a0\\ufe0f Generated 48 of 60 '
        'requested records (80%). The dataset may be incomplete due to dropped rows."}'
    )

    entry = parse(line(raw, 1.5))

    assert entry.level == "WARNING" and entry.message.startswith("⚠️ Generated 48 of 60")
    assert entry.logger == "data_designer.engine.dataset_builders.dataset_builder"
    assert read_line(line(raw, 1.5)) == Log(
        "WARNING", entry.message, datetime(2026, 11, 21, 10, 25, 1, 500_000, UTC).timestamp()
    )


@pytest.mark.parametrize(
    ("raw", "level", "message"),
    [
        ("[stdout] hello", "INFO", "hello"),
        ("hello", "INFO", "hello"),
        ("[stderr]", "INFO", ""),
        ("[stderr] Traceback (most recent call last):", "ERROR", "Traceback (most recent call last):"),
        ("[stderr]     return await call", "INFO", "    return await call"),
        ("[stderr] a.b.UserTemplateError: no valid rows.", "ERROR", "a.b.UserTemplateError: no valid rows."),
        ("[stderr] [10:25:06] [WARNING] careful", "WARNING", "careful"),
        ("[stderr] \x1b[31mred\x1b[0m", "INFO", "red"),
    ],
)
def test_a_line_that_no_logger_wrote_is_shown_as_it_is(raw: str, level: str, message: str) -> None:
    assert parse(line(raw)).log == Log(level, message, line(raw).timestamp.timestamp())


@pytest.mark.parametrize(
    "hostile",
    [
        '{"levelname": "INFO", "message": "cut of',
        "{" * 100_000,
        "[" * 100_000,
        '{"a": 1}',
        '{"levelname": ["INFO"], "message": {"a": [1]}}',
        '{"levelname": "SHOUT", "message": null}',
        '{"message": "half \\ud83c of a character"}',
        '{"message": 1' + "0" * 5000 + "}",
        "null",
    ],
)
def test_no_line_can_break_the_reading(hostile: str) -> None:
    entry = parse(line(f"[stderr] {hostile}"))

    entry.message.encode()
    assert entry.level == "INFO" and entry.message
    assert list(ProgressReader().read(entry.log, entry.logger)) == []


def test_a_key_in_a_line_is_not_shown() -> None:
    key = "nvapi-" + "abc123DEF456" * 4

    assert key not in parse(line(logged(f"called with {key}"))).message


def test_bytes_of_an_emoji_become_the_emoji() -> None:
    assert parse(line('[stderr] {"message": "\\ud83c\\udfa8 Creating"}')).message == "🎨 Creating"
    assert parse(line("\ud83c\udfa8 Creating")).message == "🎨 Creating"


# Progress.


def test_a_whole_job_is_told_like_a_run_in_this_kernel() -> None:
    events = told(TWO_BATCHES)

    assert [event.text for event in events if isinstance(event, Step)] == [
        "Checking `echo-model` at provider `default/echo`",
        "Making records",
        "Profiling columns",
    ]
    (columns,) = (event for event in events if isinstance(event, Columns))
    assert [(each.name, each.kept) for each in columns.columns][:2] == [("product", True), ("id", False)]
    assert [(each.done, each.total) for each in progress(events, "product")] == [(500, 560), (560, 560)]
    assert [each.done for each in progress(events, "title")] == [60, 560]
    assert [each.done for each in progress(events, "greeting")] == [60, 142, 505, 560]
    assert [event for event in events if isinstance(event, Usage)] == [
        Usage("m", "echo-model", "default/echo", 15726, 17057, 1120, 0)
    ]


def test_the_rate_is_that_of_the_last_seconds_and_at_first_the_logs_own() -> None:
    first, second, third, *_ = progress(told(TWO_BATCHES), "greeting")

    assert first.rate == 11.8
    assert second.rate == pytest.approx((142 - 60) / 5.1)
    assert third.rate == pytest.approx((505 - 142) / 20.1)
    assert third.seconds_left == pytest.approx(55 / third.rate)


def test_later_versions_of_the_library_write_counts_differently() -> None:
    (newer,) = progress(told(["  |-- 🚀 column 'greeting': 160/560 (29%) 24.5 rec/s, 3 skipped"]), "greeting")
    (alone,) = progress(
        told(
            [
                "  |-- ⛅ LLM_TEXT column 'reply' progress: 10/560 (2%) complete, 8 ok, 2 failed, 1 skipped, "
                "0.50 rec/s, eta 9.0s"
            ]
        ),
        "reply",
    )

    assert (newer.done, newer.total, newer.rate) == (160, 560, 24.5)
    assert (alone.done, alone.failed, alone.rate) == (10, 2, 0.5)


def test_a_columns_name_may_look_like_a_count() -> None:
    (strange,) = progress(told(["  |-- 😴 a: 3/4 (5%) 6.0 rec/s: 60/560 (11%) 11.8 rec/s"]), "a: 3/4 (5%) 6.0 rec/s")

    assert strange.done == 60


def test_a_column_is_whole_when_the_job_goes_on_though_its_last_count_came_before() -> None:
    lines = [each for each in TWO_BATCHES if "560/560" not in each[1]]

    *_, last = progress(told(lines), "greeting")

    assert (last.done, last.total) == (560, 560)


def test_a_record_given_up_on_is_told_with_its_place_and_the_providers_answer() -> None:
    events = told(
        [
            *TWO_BATCHES[:13],
            f"Non-retryable failure on greeting[rg=0, row=7]: {NOT_ALLOWED}",
            f"Non-retryable failure on reply[rg=1, row=2]: {NOT_ALLOWED}",
            f"Unexpected Non-retryable failure on reply[rg=1, row=2]: {NOT_ALLOWED}",
        ]
    )

    assert [event for event in events if isinstance(event, RecordFailed)] == [
        RecordFailed(8, "greeting", "The prompt is not allowed."),
        RecordFailed(503, "reply", "The prompt is not allowed."),
    ]
    assert [each.failed for each in progress(events, "reply")] == [1, 1]


def test_a_batch_that_failed_is_every_record_of_it() -> None:
    events = told([*TWO_BATCHES[:9], "Non-retryable failure on score[rg=1, row=None]: boom"])

    failed = [event for event in events if isinstance(event, RecordFailed)]

    assert len(failed) == 60 and (failed[0].record, failed[-1].record) == (501, 560)
    assert progress(events, "score") == [Progress("score", 60, 560, 60)]


def test_expressions_that_could_not_be_rendered_are_counted() -> None:
    dropped = "Expression column 'title' dropped 20/60 rows after render: TypeCastError=20. Continuing with 40 rows."

    *_, last = progress(told([*TWO_BATCHES[:13], dropped]), "title")

    assert (last.done, last.failed) == (560, 20)


def test_the_dataset_has_as_many_records_as_the_log_says() -> None:
    reader = ProgressReader(60, CONFIG)

    told(["⚠️ Generated 48 of 60 requested records (80%). The dataset may be incomplete due to dropped rows."], reader)

    assert reader.num_records == 48


def test_a_provider_that_limits_the_rate_is_waited_for_until_records_are_made_again() -> None:
    events = told(
        [
            *TWO_BATCHES[:13],
            (
                20.0,
                "Provider showing degraded performance: 90% of last 20 task outcomes were retryable errors (rate-"
                "limit, timeout, 5xx, connection). Run may take longer than expected; salvage will retry these.",
            ),
            (25.0, "🔄 (1/2) Preserving 31 retryable task(s); records will keep retrying."),
            (30.0, "  |-- 😴 greeting: 0/560 (0%) 0.0 rec/s"),
            (35.0, "  |-- 😴 greeting: 20/560 (4%) 1.0 rec/s"),
        ]
    )

    waits = [event for event in events if isinstance(event, Waiting)]
    assert [(wait.provider, wait.tries) for wait in waits] == [("default/echo", 18), ("default/echo", 31)]
    assert waits[0].since == waits[1].since == line("", 20.0).timestamp.timestamp()
    assert events[-2] == Resumed("default/echo")


def test_without_the_configuration_the_log_alone_tells_what_it_can() -> None:
    reader = ProgressReader()

    events = told(TWO_BATCHES, reader)

    assert reader.num_records == 560
    assert progress(events, "greeting")[-1].done == 560
    assert [event.provider for event in events if isinstance(event, Usage)] == ["default/echo"]


def test_the_time_left_is_that_of_the_slowest_column() -> None:
    reader = ProgressReader(560, CONFIG)

    told(TWO_BATCHES[:19], reader)

    assert reader.seconds_left == pytest.approx((560 - 135) / ((135 - 54) / 5.1))


def test_a_resumed_job_is_counted_from_nothing_in_the_same_log() -> None:
    reader = ProgressReader(560, CONFIG)

    again = told([*TWO_BATCHES[:19], (60.0, "🎨 Creating Data Designer dataset"), *TWO_BATCHES[:16]], reader)

    first, second = (event for event in again if event == Step("Making records"))
    assert first == second
    assert [each.done for each in progress(again, "product")] == [500, 560, 500, 560]
    assert progress(again, "greeting")[-1] == Progress("greeting", 60, 560, 0, 11.8)


# Reasons.


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            "🛑 Error generating dataset: Expression column 'boom' produced no valid rows.",
            "Expression column 'boom' produced no valid rows.",
        ),
        (
            "🛑 Error generating dataset:   |----------\n  | Cause: Model 'echo-model' is currently experiencing "
            "internal server issues while running health checks.\n  | Solution: Try again in a few moments.\n"
            "  |----------",
            "Model 'echo-model' is currently experiencing internal server issues while running health checks. Try "
            "again in a few moments.",
        ),
        ("no space left", "no space left."),
    ],
)
def test_the_reason_of_a_failure_is_what_the_runner_says_without_its_ornaments(said: str, sentence: str) -> None:
    lines = [
        logged("Fatal expression failure on boom[rg=0, row=None]: ...", level="ERROR"),
        "[stderr] Traceback (most recent call last):",
        logged(f"Data Designer job failed: {said}", level="ERROR", logger=RUNNER),
        "[stderr] ValueError: at exit",
    ]

    assert reason(failed_job(), [parse(line(each)) for each in lines]) == sentence


def test_a_job_without_records_failed_for_the_reason_of_its_records() -> None:
    early = "🛑 Generation produced zero records — early shutdown was triggered. The non-retryable error rate exceeded."
    lines = [
        logged(f"Non-retryable failure on greeting[rg=0, row=0]: {NOT_ALLOWED}", level="WARNING"),
        logged(f"Data Designer job failed: {early}", level="ERROR", logger=RUNNER),
    ]

    assert reason(failed_job(), [parse(line(each)) for each in lines]) == (
        "No record could be made. Column `greeting` failed: The prompt is not allowed."
    )


def test_without_a_log_the_reason_is_at_the_end_of_the_tasks_error_stack() -> None:
    stack = json.dumps(
        json.dumps(
            'lib/data_designer.py", line 285, in create\n    raise X\ndata_designer.interface.errors.'
            "DataDesignerGenerationError: 🛑 Error generating dataset: Expression column 'boom' produced no valid rows."
        )
        + '"}'
    )

    assert reason(failed_job(error_stack=stack[30:]), []) == "Expression column 'boom' produced no valid rows."


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"error_details": {"message": "Image pull failed: not found"}}, "Image pull failed: not found."),
        ({"error_stack": '{\\"levelname\\": \\"INFO\\", \\"message\\": \\"all well\\"}'}, "Job exited with code 1."),
        ({}, "Job exited with code 1."),
    ],
)
def test_a_job_that_wrote_no_error_failed_for_the_reason_that_the_services_give(details: Any, sentence: str) -> None:
    assert reason(failed_job(**details), []) == sentence


def test_a_failure_without_any_word_is_told_as_that() -> None:
    assert reason(Status(name="x", status="error"), []) == "The services give no reason."
