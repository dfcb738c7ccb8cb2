"""What the library, or pydantic, says of a part of a configuration: one line with its place."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from dd_jupyter.errors import ConfigError


def refusal(error: Exception, file_name: str, place: str) -> ConfigError | None:
    """The error to raise where Python code made a part that is refused; None if the code itself is wrong.

    Args:
        error: What the code raised.
        file_name: Under which the code was compiled, to find the line in its traceback.
        place: What a person calls that file: "The cell".
    """
    sentence = _sentence(error)
    if sentence is None:
        return None
    refused = ConfigError(f"{place}, line {last_line(error.__traceback__, file_name)}: {sentence}")
    refused.__cause__ = error
    return refused


def problem(error: Any) -> tuple[tuple[int | str, ...], str]:
    """Where pydantic found the first problem, and what it is; how many more there are stands behind."""
    problems = error.errors(include_url=False, include_input=False)
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return problems[0]["loc"], f"{problems[0]['msg']}{more}."


def last_line(traceback: TracebackType | None, file_name: str) -> int:
    """The line of a file that an error came through last; 0 if it did not."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == file_name:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _sentence(error: Exception) -> str | None:
    pydantic = sys.modules.get("pydantic")
    if pydantic is not None and isinstance(error, pydantic.ValidationError):
        location, what = problem(error)
        path = ".".join(str(part) for part in location)
        return f"{error.title}, `{path}`: {what}" if path else f"{error.title}: {what}"
    if any(kind.__module__.startswith("data_designer.") for kind in type(error).__mro__):
        return " ".join(str(error).split()).removeprefix("🛑 ")
    return None
