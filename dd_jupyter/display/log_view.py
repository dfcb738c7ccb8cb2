"""A line of a log -> what there is to see of it."""

from __future__ import annotations

import re
import time
from typing import Any

from dd_jupyter.display.view_model import LogLineView
from dd_jupyter.execution.events import Log
from dd_jupyter.resources.secrets import redact

# The library begins its lines with pictures, many of them chosen at random.
_EMOJI = re.compile("[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+ ?")

LOG_CHARACTERS = 2_000
"""A line is cut here: an answer of a model, quoted in an error, would stay in the notebook whole."""


def log_line(line: Log) -> LogLineView:
    """The line with the time in local time, without what was secret."""
    text = redact(_EMOJI.sub("", line.message))
    return LogLineView(
        time=time.strftime("%H:%M:%S", time.localtime(line.time)),
        level=_level(line.level),
        text=text[:LOG_CHARACTERS],
        cut=max(0, len(text) - LOG_CHARACTERS),
    )


def _level(name: str) -> Any:
    level = name.lower()
    return level if level in {"debug", "info", "warning"} else "error"
