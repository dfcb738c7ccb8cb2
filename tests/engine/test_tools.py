"""Columns with tools reach a real MCP server."""

from __future__ import annotations

import sys
from pathlib import Path

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from tests.support import mcp_server
from tests.support.builders import chat_model, settings_for
from tests.support.model_answers import text_of
from tests.support.model_double import ModelDouble

SHOP = dd.LocalStdioMCPProvider(name="shop", command=sys.executable, args=[mcp_server.__file__])


def with_tools(model: ModelDouble, provider: str = "shop") -> dd.DataDesignerConfigBuilder:
    builder = dd.DataDesignerConfigBuilder(
        model_configs=[chat_model(model)], tool_configs=[dd.ToolConfig(tool_alias="stock", providers=[provider])]
    )
    builder.add_column(
        name="product", column_type="sampler", sampler_type="category", params={"values": ["travel mug"]}
    )
    return builder.add_column(
        name="answer",
        column_type="llm-text",
        model_alias="chat",
        tool_alias="stock",
        prompt="Answer: how many pieces of a {{ product }} are there?",
    )


def test_a_model_gets_the_answer_of_the_tool_that_it_called(model: ModelDouble) -> None:
    sample = ddj.preview(with_tools(model), num_records=2, settings=settings_for(model, mcp_providers=[SHOP]))

    assert len(sample.dataset) == 2 and sample.failures.empty
    results = [
        text_of(message["content"])
        for request in model.chat_requests()
        for message in request.body["messages"]
        if message["role"] == "tool"
    ]
    assert len(results) == 2
    assert all("42 pieces of" in result for result in results)


def test_tools_work_in_a_create(model: ModelDouble, tmp_path: Path) -> None:
    settings = settings_for(model, mcp_providers=[SHOP])

    made = ddj.create(with_tools(model), num_records=2, artifact_path=tmp_path, settings=settings)

    assert len(made.dataset) == 2


def test_a_tool_server_that_nobody_gave_is_named(model: ModelDouble) -> None:
    with pytest.raises(ddj.DDJupyterError, match="warehouse") as raised:
        ddj.preview(with_tools(model, "warehouse"), num_records=1, settings=settings_for(model, mcp_providers=[SHOP]))

    assert "\n" not in str(raised.value)
    assert model.chat_requests() == []


def test_a_tool_server_that_does_not_start_fails_in_a_sentence(model: ModelDouble) -> None:
    broken = dd.LocalStdioMCPProvider(name="shop", command=sys.executable, args=["-c", "raise SystemExit(3)"])

    with pytest.raises(ddj.RunError, match=r"MCP server .*`shop`") as raised:
        ddj.preview(with_tools(model), num_records=1, settings=settings_for(model, mcp_providers=[broken]))

    assert "\n" not in str(raised.value)
    assert model.chat_requests() == []
