"""What was said to a model, and by it: the messages of a trace."""

from __future__ import annotations

import json
from typing import Any

from dd_jupyter.display.view_model import MessageView

MESSAGES = 200
"""A longer conversation is cut."""

MESSAGE_CHARACTERS = 20_000
"""A longer message is cut."""


def messages_of(plain: Any) -> tuple[MessageView, ...]:
    """The messages of a trace; () if it is none.

    What a model thought has the role "reasoning", and a tool that it asked for "tool call".

    Args:
        plain: As the library writes it: a list of ``{"role": ..., "content": ...}``, in JSON's own types.
    """
    if not isinstance(plain, list) or not all(isinstance(item, dict) and item.get("role") for item in plain):
        return ()
    messages: list[MessageView] = []
    for item in plain:
        role = str(item["role"])[:40]
        if item.get("reasoning_content"):
            messages.append(_message("reasoning", str(item["reasoning_content"])))
        text = _content(item.get("content"))
        calls = item.get("tool_calls")
        calls = calls if isinstance(calls, list) else []
        if text or not (calls or item.get("reasoning_content")):
            messages.append(_message(role, text))
        messages += (_message("tool call", _call(call)) for call in calls)
    return tuple(messages[:MESSAGES])


def transcript(messages: tuple[MessageView, ...]) -> str:
    """The messages as one text."""
    return "\n\n".join(f"{message.role}: {message.text}" for message in messages)


def _message(role: str, text: str) -> MessageView:
    return MessageView(role=role, text=text[:MESSAGE_CHARACTERS], cut=max(0, len(text) - MESSAGE_CHARACTERS))


def _content(content: Any) -> str:
    parts = content if isinstance(content, list) else [content]
    return "\n".join(part for part in map(_part, parts) if part)


def _part(part: Any) -> str:
    if part is None or isinstance(part, str):
        return part or ""
    if isinstance(part, dict):
        # Read back from Parquet, a part has the fields of all parts, empty where they are another one's.
        given = {key: value for key, value in part.items() if value is not None}
        if isinstance(given.get("text"), str):
            return str(given["text"])
        kind = str(given.get("type") or "")
        if kind and kind != "text" and _is_long(given):
            return f"[{kind.removesuffix('_url')}]"  # a picture's bytes tell a reader nothing
        part = given
    return json.dumps(part, ensure_ascii=False, default=str)


def _is_long(part: dict[str, Any]) -> bool:
    return "data:" in (text := json.dumps(part, default=str)) or len(text) > MESSAGE_CHARACTERS


def _call(call: Any) -> str:
    function = call.get("function") if isinstance(call, dict) else None
    if not isinstance(function, dict) or not function.get("name"):
        return json.dumps(call, ensure_ascii=False, default=str)
    arguments = function.get("arguments")
    written = arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False, default=str)
    return f"{function['name']}({written if arguments is not None else ''})"
