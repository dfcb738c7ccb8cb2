"""What coding agents wrote down of their sessions can be a seed, in each format that the library reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest

import dd_jupyter as ddj

QUESTION, ANSWER = "Why does the test fail?", "The fixture closes the file too early."
AT = "2026-11-20T09:00:00.000Z"


def lines(*entries: dict[str, Any]) -> str:
    return "\n".join(map(json.dumps, entries)) + "\n"


CLAUDE_CODE = lines(
    {
        "type": "user",
        "sessionId": "session-1",
        "cwd": "/srv/shop",
        "gitBranch": "main",
        "version": "2.0.1",
        "timestamp": AT,
        "message": {"role": "user", "content": QUESTION},
    },
    {
        "type": "assistant",
        "sessionId": "session-1",
        "timestamp": AT,
        "message": {
            "role": "assistant",
            "content": [
                {"type": "tool_use", "id": "call-1", "name": "Read", "input": {"file_path": "tests/conftest.py"}}
            ],
        },
    },
    {
        "type": "user",
        "sessionId": "session-1",
        "timestamp": AT,
        "message": {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "call-1", "content": "def fixture(): ..."}],
        },
    },
    {
        "type": "assistant",
        "sessionId": "session-1",
        "timestamp": AT,
        "message": {"role": "assistant", "content": [{"type": "text", "text": ANSWER}]},
    },
)
CODEX = lines(
    {"type": "session_meta", "timestamp": AT, "payload": {"id": "session-1", "cwd": "/srv/shop", "timestamp": AT}},
    {
        "type": "response_item",
        "timestamp": AT,
        "payload": {"type": "message", "role": "user", "content": [{"type": "input_text", "text": QUESTION}]},
    },
    {
        "type": "response_item",
        "timestamp": AT,
        "payload": {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": ANSWER}]},
    },
)
PI = lines(
    {"type": "session", "id": "session-1", "version": 3, "timestamp": AT, "cwd": "/srv/shop"},
    {
        "type": "message",
        "id": "1",
        "parentId": None,
        "timestamp": AT,
        "message": {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
    },
    {
        "type": "message",
        "id": "2",
        "parentId": "1",
        "timestamp": AT,
        "message": {"role": "assistant", "content": [{"type": "text", "text": ANSWER}], "stopReason": "stop"},
    },
)
HERMES = json.dumps(
    {
        "session_id": "session-1",
        "session_start": AT,
        "messages": [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": ANSWER}],
    }
)
ATIF = json.dumps(
    {
        "schema_version": "ATIF-v1.2",
        "session_id": "session-1",
        "agent": {"name": "helper", "version": "1.0", "model_name": "double-chat"},
        "steps": [
            {"step_id": 1, "timestamp": AT, "source": "user", "message": QUESTION},
            {"step_id": 2, "timestamp": AT, "source": "agent", "message": ANSWER},
        ],
    }
)
FILES = {
    "claude_code": ("session-1.jsonl", CLAUDE_CODE),
    "codex": ("rollout-2026-11-20.jsonl", CODEX),
    "pi_coding_agent": ("session-1.jsonl", PI),
    "hermes_agent": ("session_1.json", HERMES),
    "atif": ("trajectory.json", ATIF),
}


@pytest.mark.parametrize("rollout_format", list(FILES))
def test_a_session_becomes_a_record(rollout_format: str, tmp_path: Path) -> None:
    name, text = FILES[rollout_format]
    (tmp_path / name).write_text(text)
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(dd.AgentRolloutSeedSource(format=rollout_format, path=str(tmp_path)))
    builder.add_column(name="made", column_type="expression", expr="It said: {{ final_assistant_message }}")

    sample = ddj.preview(builder, num_records=1)

    (record,) = sample.dataset.to_dict(orient="records")
    assert record["made"] == f"It said: {ANSWER}"
    assert record["trace_id"] == "session-1"
    assert record["message_count"] >= 2


def test_a_session_that_cannot_be_read_fails_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "trajectory.json").write_text("{not JSON")
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(dd.AgentRolloutSeedSource(format="atif", path=str(tmp_path)))
    builder.add_column(name="made", column_type="expression", expr="{{ final_assistant_message }}")

    with pytest.raises(ddj.DDJupyterError) as raised:
        ddj.preview(builder, num_records=1)

    assert str(tmp_path) in str(raised.value)
    assert "\n" not in str(raised.value)
