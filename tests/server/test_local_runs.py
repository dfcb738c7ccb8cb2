"""A run of this machine is seen, read and stopped by its record, whatever its kernel does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dd_jupyter.execution.runs import RunEntry, folder
from tests.server.conftest import Answer, Ask
from tests.server.records import batch, logged, recorded, running
from tests.unit.run_records_at_hand import a_process_that_is_no_more


async def view(ask: Ask, entry: RunEntry) -> dict[str, Any]:
    answer = await ask("runs", entry.id)
    assert answer.status == 200, answer
    return dict(answer.json)


async def asked(ask: Ask, entry: RunEntry, op: str, **arguments: Any) -> Answer:
    return await ask("runs", entry.id, "answer", ask=json.dumps({"op": op, **arguments}))


def notices(live: dict[str, Any]) -> str:
    return " ".join(notice["text"] for notice in live["notices"])


async def test_a_create_that_has_ended_is_told_by_its_record(ask: Ask, tmp_path: Path) -> None:
    batch(tmp_path / "made", 0, 4)
    entry = recorded(artifact_path=str(tmp_path / "made"), failed=3, done=37)

    live = await view(ask, entry)

    assert (live["title"], live["name"], live["where"]) == ("Create", "reviews-0", "in a kernel of this machine")
    assert (live["state"], live["stop"], live["elapsed_seconds"]) == ("completed", "none", 30.0)
    assert (live["expected"], live["failed_records"]) == (40, 3)
    assert (live["table"]["rows"], live["table"]["told"]) == (4, False)
    assert [column["name"] for column in live["table"]["columns"]] == ["id", "stars"]
    assert live["job"] is None


async def test_a_dataset_in_the_making_shows_the_batches_that_are_finished(ask: Ask, tmp_path: Path) -> None:
    entry = running(artifact_path=str(tmp_path / "made"))
    before = await view(ask, entry)
    batch(tmp_path / "made", 0, 10)
    first = await view(ask, entry)
    batch(tmp_path / "made", 1, 10)
    second = await view(ask, entry)
    rows = await asked(ask, entry, "rows", start=8, end=12)

    assert before["table"] is None
    assert (first["table"]["rows"], second["table"]["rows"]) == (10, 20)
    assert second["table"]["version"] > first["table"]["version"]
    assert (before["state"], before["stop"]) == ("running", "stop")
    assert before["progress"][0] | {"rate": None} == {
        "name": "Records", "kind": "", "done": 10, "total": 40, "failed": 0, "rate": None, "seconds_left": None
    }  # fmt: skip
    assert rows.json["version"] == second["table"]["version"]
    assert [row[0]["text"] for row in rows.json["rows"]] == ["record 8", "record 9", "record 10", "record 11"]


async def test_records_are_sorted_read_and_profiled(ask: Ask, tmp_path: Path) -> None:
    batch(tmp_path / "made", 0, 10)
    entry = recorded(artifact_path=str(tmp_path / "made"))

    rows = await asked(
        ask,
        entry,
        "rows",
        start=0,
        end=3,
        sort=[{"column": "stars", "descending": True}],
        filters=[{"column": "id", "test": "contains", "value": "RECORD"}],
    )
    record = await asked(ask, entry, "record", number=7)
    text = await asked(ask, entry, "text", number=7, column="id", start=3)
    profile = await asked(ask, entry, "profile")

    assert rows.json["numbers"] == [4, 9, 3]
    assert [field["text"] for field in record.json["fields"]] == ["record 7", "2"]
    assert text.json == {"text": "ord 7", "cut": 0}
    assert [column["name"] for column in profile.json["columns"]] == ["id", "stars"]


async def test_its_log_is_read_from_where_one_was(ask: Ask) -> None:
    entry = running()
    logged(entry, "one", "two", "three")

    live = await view(ask, entry)
    whole = await asked(ask, entry, "log")
    rest = await asked(ask, entry, "log", after=2)
    beyond = await asked(ask, entry, "log", after=70)

    assert live["log_lines"] == 3
    assert [line["text"] for line in whole.json["lines"]] == ["one", "two", "three"]
    assert (rest.json["first"], rest.json["next"], [line["text"] for line in rest.json["lines"]]) == (2, 3, ["three"])
    assert (beyond.json["first"], beyond.json["next"], beyond.json["lines"]) == (3, 3, [])


async def test_of_a_long_log_the_newest_lines_come(ask: Ask) -> None:
    entry = running()
    logged(entry, *(f"line {number}" for number in range(1_000)))

    log = await asked(ask, entry, "log")

    assert (log.json["first"], log.json["next"], len(log.json["lines"])) == (600, 1_000, 400)
    assert log.json["lines"][-1]["text"] == "line 999"


async def test_what_a_record_does_not_tell_is_said(ask: Ask) -> None:
    entry = recorded(failed=2)

    failures = await asked(ask, entry, "failures")
    resources = await asked(ask, entry, "resources")

    assert failures.json == {"total": 2, "failures": []}
    assert resources.json == {"report": None}


async def test_a_dataset_beside_its_configuration_tells_what_makes_its_columns(ask: Ask, tmp_path: Path) -> None:
    batch(tmp_path / "made", 0, 4)
    stars = {"name": "stars", "column_type": "sampler", "sampler_type": "category", "params": {"values": [1, 2]}}
    label = {"name": "id", "column_type": "expression", "expr": "record {{ stars }}"}
    _write(tmp_path / "made" / "builder_config.json", json.dumps({"data_designer": {"columns": [stars, label]}}))
    entry = recorded(artifact_path=str(tmp_path / "made"))

    live = await view(ask, entry)
    generator = await asked(ask, entry, "generator", column="id")

    assert [(one["name"], one["kind"]) for one in live["table"]["columns"]] == [
        ("stars", "sampler"),
        ("id", "expression"),
    ]
    assert "record {{ stars }}" in json.dumps(generator.json)


@pytest.mark.parametrize(
    "content", [None, "{", '{"data_designer": {"columns": [{"column_type": "of tomorrow"}]}}', "\x00"]
)
async def test_without_a_configuration_that_can_be_read_the_records_are_there(
    content: str | None, ask: Ask, tmp_path: Path
) -> None:
    batch(tmp_path / "made", 0, 4)
    if content is not None:
        _write(tmp_path / "made" / "builder_config.json", content)
    entry = recorded(artifact_path=str(tmp_path / "made"))

    live = await view(ask, entry)
    generator = await asked(ask, entry, "generator", column="id")

    assert live["table"]["rows"] == 4
    assert generator.status == 409
    assert "not beside its records" in generator.json["message"]


async def test_of_a_preview_it_is_said_where_its_records_are(ask: Ask) -> None:
    entry = recorded(kind="preview", name="sample")

    live = await view(ask, entry)
    rows = await asked(ask, entry, "rows", start=0, end=10)

    assert (live["title"], live["table"]) == ("Preview", None)
    assert "in its kernel and in its notebook, not on disk" in notices(live)
    assert rows.status == 409
    assert "not on disk" in rows.json["message"]


async def test_a_run_whose_kernel_is_gone_says_so_and_keeps_its_batches(ask: Ask, tmp_path: Path) -> None:
    batch(tmp_path / "made", 0, 10)
    entry = running(artifact_path=str(tmp_path / "made"), process=a_process_that_is_no_more())

    live = await view(ask, entry)

    assert (live["state"], live["status"]["text"], live["stop"]) == ("failed", "Lost", "none")
    assert "The kernel that it ran in is gone" in notices(live)
    assert live["table"]["rows"] == 10


async def test_a_dataset_that_was_removed_is_said_to_be_gone(ask: Ask, jp_root_dir: Path) -> None:
    entry = recorded(artifact_path=str(jp_root_dir / "artifacts" / "made"))

    live = await view(ask, entry)

    assert "no longer at `artifacts/made`" in notices(live)
    assert live["table"] is None


async def test_a_file_that_is_no_parquet_leaves_the_rest_of_the_view(ask: Ask, tmp_path: Path) -> None:
    batch(tmp_path / "made", 0, 4)
    _write(tmp_path / "made" / "parquet-files" / "batch_00000.parquet", "no parquet")
    entry = recorded(artifact_path=str(tmp_path / "made"))

    live = await view(ask, entry)
    rows = await asked(ask, entry, "rows", start=0, end=4)

    assert (live["state"], live["table"]) == ("completed", None)
    assert rows.status == 400
    assert "cannot be read as Parquet" in rows.json["message"]


# Bad input.


@pytest.mark.parametrize(
    "run_id", ["20991231T000000000000-abcdef", "..", "%2e%2e%2fsettings", "a b", "x" * 101, "*", "nope.json"]
)
async def test_a_run_that_is_not_there_is_not_found_or_no_name(run_id: str, ask: Ask, send: Ask) -> None:
    for answer in (await ask("runs", run_id), await send("runs", run_id, "cancel")):
        assert answer.status in {400, 404}
        assert list(answer.json) == ["message"]


async def test_a_job_is_no_run_of_this_machine(ask: Ask) -> None:
    entry = recorded(kind="job", base_url="http://services.test", workspace="default")

    assert (await ask("runs", entry.id)).status == 404


@pytest.mark.parametrize(
    "question",
    [
        "",
        "rows",
        "[]",
        "null",
        "{",
        "[" * 20_000,
        '{"op": "stop"}',
        '{"op": "download"}',
        '{"op": "load", "variable": "x"}',
        '{"op": "sample"}',
        '{"op": "submit"}',
        '{"op": "apply", "plan": 1}',
        '{"op": "hello"}',
        '{"op": "nothing"}',
        '{"op": ["rows"]}',
        '{"op": "rows", "start": 0, "end": 501}',
        '{"op": "rows", "start": -1, "end": 4}',
        '{"op": "rows", "start": "0", "end": 4}',
        '{"op": "rows", "start": 0, "end": 4, "more": 1}',
        '{"op": "record", "number": 1e400}',
        '{"op": "log", "after": 99999999999999999999}',
        '{"op": "text", "number": 0, "column": "' + "x" * 1_001 + '", "start": 0}',
        "x" * 32_001,
    ],
    ids=lambda question: question[:40] or "nothing",
)
async def test_what_changes_something_or_is_no_question_is_refused(question: str, ask: Ask, tmp_path: Path) -> None:
    batch(tmp_path / "made", 0, 4)
    entry = running(artifact_path=str(tmp_path / "made"))

    answer = await ask("runs", entry.id, "answer", ask=question)

    assert answer.status == 400
    assert list(answer.json) == ["message"]
    assert not list(folder().glob("*.stop"))


@pytest.mark.parametrize(
    ("op", "arguments", "status"),
    [
        ("record", {"number": 4}, 409),
        ("text", {"number": 0, "column": "gone", "start": 0}, 409),
        ("rows", {"start": 0, "end": 4, "sort": [{"column": "gone"}]}, 400),
        ("rows", {"start": 0, "end": 4, "filters": [{"column": "stars", "test": "at least", "value": "x"}]}, 400),
    ],
)
async def test_a_question_about_what_is_not_there_is_answered_with_a_sentence(
    op: str, arguments: dict[str, Any], status: int, ask: Ask, tmp_path: Path
) -> None:
    batch(tmp_path / "made", 0, 4)
    entry = recorded(artifact_path=str(tmp_path / "made"))

    answer = await asked(ask, entry, op, **arguments)

    assert answer.status == status
    assert answer.json["message"]


async def test_a_page_behind_the_last_record_is_empty(ask: Ask, tmp_path: Path) -> None:
    batch(tmp_path / "made", 0, 4)
    entry = recorded(artifact_path=str(tmp_path / "made"))

    answer = await asked(ask, entry, "rows", start=100, end=200)

    assert (answer.json["total"], answer.json["rows"]) == (4, [])


# Stopping.


async def test_a_run_is_asked_to_stop(send: Ask) -> None:
    entry = running()

    answer = await send("runs", entry.id, "cancel")

    assert (answer.status, answer.json) == (200, {"text": "Its kernel was asked to stop it."})
    assert [file.name for file in folder().glob("*.stop")] == [f"{entry.id}.stop"]


async def test_a_run_that_has_ended_or_is_lost_cannot_be_stopped(send: Ask) -> None:
    ended = await send("runs", recorded(1).id, "cancel")
    lost = await send("runs", running(2, process=a_process_that_is_no_more()).id, "cancel")

    assert (ended.status, lost.status) == (409, 409)
    assert "has ended already" in ended.json["message"]
    assert "its kernel has ended" in lost.json["message"]


async def test_looking_changes_nothing(ask: Ask, tmp_path: Path) -> None:
    batch(tmp_path / "made", 0, 4)
    entry = running(artifact_path=str(tmp_path / "made"))
    before = _state_of(folder(), tmp_path / "made")

    await view(ask, entry)
    await asked(ask, entry, "rows", start=0, end=4)
    await ask("runs")

    assert _state_of(folder(), tmp_path / "made") == before


def _state_of(*folders: Path) -> dict[str, int]:
    return {str(file): file.stat().st_mtime_ns for one in folders for file in one.rglob("*")}


def _write(file: Path, content: str) -> None:
    file.write_text(content)
