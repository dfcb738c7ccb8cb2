"""The lines of a job's log: taken apart, and what they say of a failure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dd_jupyter.execution.events import Log
from dd_jupyter.nemo.jobs import LogLine, Status
from dd_jupyter.nemo.refusals import of_body
from dd_jupyter.resources.secrets import redact

RUNNER = "nemo_data_designer_plugin"
"""The logger of what runs the library inside a job: it has the last word, and says why a job failed."""

JOB_FAILED = "Data Designer job failed: "
"""How the runner begins to say why."""

REASON_CHARACTERS = 500

_LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
_STREAM = re.compile(r"^\[(?:stderr|stdout)\] ?")
_COLOUR = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_PLAIN = re.compile(r"^\[\d\d:\d\d:\d\d\] \[(?P<level>[A-Z]+)\] (?P<message>.*)$", re.DOTALL)  # the library's own
_RAISED = re.compile(r"^(?:Traceback \(most recent call last\):|[\w.]*(?:Error|Exception)(?::|$))")

RECORD_FAILED = re.compile(
    r"(?:Non-retryable|Unexpected fatal Non-retryable|Unexpected Non-retryable) failure on "
    r"(?P<column>.+?)\[rg=(?P<group>\d+), row=(?P<row>\d+|None)\]: (?P<reason>.*)",
    re.DOTALL,
)
"""Why the library gives one record up, or with `row=None` a whole batch; its counts are from 0."""

_LAST_RAISED = re.compile(r"^[\w.]*(?:Error|Exception): (.+)$", re.MULTILINE)
_PART = re.compile(r"^\s*\|\s*(Cause|Solution|Provider message):\s*(.+)$", re.MULTILINE)
_ERROR_PREFIX = re.compile(r"^Error generating (?:preview )?dataset:\s*")
_PYTHON_PLACE = re.compile(r"\s+At: /.*", re.DOTALL)  # duckdb adds the stack of a Python file system
_SIGNS = re.compile(r"^[^\w`'\"(]+")
NO_RECORDS = re.compile(r"produced zero records|Dataset is empty")
"""What the library says when every record was given up on; why, its log says."""

_EXIT = re.compile(r"^Job exited with code -?\d+$")  # of every job that failed; says nothing


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a job's log, taken apart.

    Attributes:
        level: Name of the level, as in `logging`; INFO where the line has none.
        message: Its text, without the stream it was written to and without keys.
        time: Seconds since the epoch, by the clock of the services.
        logger: Whose it is; "" for a line that no logger wrote.
    """

    level: str
    message: str
    time: float
    logger: str = ""

    @property
    def log(self) -> Log:
        """The line as an event."""
        return Log(self.level, self.message, self.time)


def parse(line: LogLine) -> Entry:
    """Take a line of the Jobs API apart: JSON of a logger, the library's own format, or any text."""
    text = _STREAM.sub("", line.message, count=1)
    level, message, logger = "INFO", text, ""
    if text.startswith("{") and (record := _record(text)) is not None:
        level, logger = str(record.get("levelname", "")).upper(), str(record.get("name", ""))
        said = record["message"]
        message = said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
    elif (plain := _PLAIN.match(text)) is not None:
        level, message = plain["level"], plain["message"]
    elif _RAISED.match(text):
        level = "ERROR"
    message = redact(_whole_characters(_COLOUR.sub("", message)))
    return Entry(level if level in _LEVELS else "INFO", message, line.timestamp.timestamp(), logger)


def read_line(line: LogLine) -> Log:
    """A line of the Jobs API as a line of the engine's log."""
    return parse(line).log


def reason(status: Status | None, entries: Iterable[Entry]) -> str:
    """Why a job failed, in one sentence.

    The runner inside the job says it best; what its process wrote last comes next; of a job that never ran
    the services know why. With no record made, the reason is that of the last record.

    Args:
        status: What the services say of the job; None if they were not asked.
        entries: Its log, oldest first; the end of it suffices.
    """
    runner = last_error = lost = ""
    for entry in entries:
        if entry.logger.startswith(RUNNER) and entry.message.startswith(JOB_FAILED):
            runner = entry.message.removeprefix(JOB_FAILED)
        elif (found := RECORD_FAILED.match(entry.message)) is not None:
            lost = f"No record could be made. Column `{found['column']}` failed: {why(found['reason'])}"
        elif entry.level in {"ERROR", "CRITICAL"} and not entry.message.startswith("Traceback"):
            last_error = entry.message
    if lost and NO_RECORDS.search(runner):
        return lost
    steps = status.steps if status else ()
    stacks = [_last_raised(task.error_stack or "") for step in steps for task in step.tasks]
    told = [stage.message for stage in (status, *steps) if stage]
    informative = [message for message in told if not _EXIT.match(message)]
    candidates = (runner, last_error, *stacks, *informative, *told)
    return next((sentence for text in candidates if (sentence := why(text))), "The services give no reason.")


def why(text: str) -> str:
    """The sentence in a message of the library: what a provider answered, or the cause and the way on."""
    parts = dict(_PART.findall(text))
    if "Provider message" in parts:
        said = parts["Provider message"]
        if said.startswith("{") and (record := _record(said, needs_message=False)) is not None:
            said = of_body(record)
    elif parts:
        said = " ".join(parts[part] for part in ("Cause", "Solution") if part in parts)
    else:
        said = text
    said = _SIGNS.sub("", " ".join(_PYTHON_PLACE.sub("", said).split()))
    said = redact(_SIGNS.sub("", _ERROR_PREFIX.sub("", said)))
    if len(said) > REASON_CHARACTERS:
        return said[: REASON_CHARACTERS - 1] + "…"
    return said if not said or said[-1] in ".!?…" else f"{said}."


def _last_raised(stack: str) -> str:
    """The last error in a task's error stack, which comes as JSON inside JSON, cut off at the front."""
    text = re.sub(r"\\+n", "\n", stack)
    text = re.sub(r"\\+u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    if (cause := text.rfind("| Cause:")) >= 0:
        return text[text.rfind("\n", 0, cause) + 1 :]
    raised = _LAST_RAISED.findall(_whole_characters(text))
    return raised[-1].rstrip('"{}\\ ') if raised else ""


def _record(text: str, *, needs_message: bool = True) -> dict[str, Any] | None:
    """The JSON object in a text; None if it is none, or none that a logger wrote."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or (needs_message and "message" not in record):
        return None
    return record


def _whole_characters(text: str) -> str:
    """The text with halves of characters joined, or replaced where the other half is missing."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
