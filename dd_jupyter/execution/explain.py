"""The library's errors in one sentence with a way on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from dd_jupyter.engine import Violation
from dd_jupyter.errors import ConfigError, DDJupyterError, ResumeError, RunError
from dd_jupyter.execution.events import RecordFailed
from dd_jupyter.resources.secrets import redact

_PART = re.compile(r"^\s*\|\s*(Cause|Solution|Provider message):\s*(.+)$", re.MULTILINE)
_PYTHON_PLACE = re.compile(r"\s*At: /.*$")  # duckdb adds the stack of a Python file system
_SENTENCES = re.compile(r"(?<=\.)\s+")
_SIGNS = re.compile(r"^[^\w`'\"(]+")
_REASON_CHARACTERS = 500
_NO_RECORDS = "Dataset is empty"  # all that the library says when every record was given up on
_CONFIG_ERRORS = {
    "ConfigCompilationError",
    "DAGCircularDependencyError",
    "InvalidConfigError",
    "UserJinjaTemplateSyntaxError",
}


def reason(error: BaseException) -> str:
    """Why something failed, on one line, without keys: for a failed record and a waiting provider."""
    answer = _provider_answer(error)
    if answer is not None:
        return redact(answer)[:_REASON_CHARACTERS]
    cause = dict(_PART.findall(str(error))).get("Cause")
    return redact(cause or _line(str(error)) or type(error).__name__)[:_REASON_CHARACTERS]


def _provider_answer(error: BaseException) -> str | None:
    """What a provider answered, of the error that it led to; None where no provider was asked.

    The library raises its own words ``from None``, but Python keeps what came before as the context.
    """
    for link in _chain(error, hidden=True):
        if type(link).__name__ == "ProviderError":
            status = getattr(link, "status_code", None)
            message = _line(str(link)).rstrip(".")
            return f"HTTP {status}: {message}." if status is not None else f"{message}."
    return None


def explain(
    error: BaseException,
    violations: Sequence[Violation] = (),
    endpoints: Mapping[str, str] | None = None,
    mcp_servers: Sequence[str] = (),
    seed: str = "",
    failed: RecordFailed | None = None,
) -> DDJupyterError:
    """The error to raise for one of the library's.

    Args:
        error: What the library raised, a chain of errors most often.
        violations: What the library found wrong with the configuration in this run.
        endpoints: Where the providers that were asked are, by name.
        mcp_servers: Names of the MCP servers that the run may use.
        seed: Where the seed is; "" without one.
        failed: The last record that was given up on; None if none was.
    """
    chain = list(_chain(error))
    for link in chain:
        if isinstance(link, DDJupyterError):
            return link
    errors = [violation for violation in violations if violation.is_error]
    if errors:
        found = "; ".join(_violation(violation) for violation in errors)
        return _caused(ConfigError(f"The configuration cannot run: {found}"), error)
    root = next((link for link in reversed(chain) if _line(str(link))), error)
    parts = dict(_PART.findall(str(root)))
    sentence = " ".join(part for part in (parts.get("Cause"), parts.get("Solution")) if part) or _line(str(root))
    sentence = redact(sentence or type(root).__name__)
    asked = "; ".join(f"`{name}` at {endpoint}" for name, endpoint in (endpoints or {}).items())
    asked = f" Asked: {redact(asked)}." if asked else ""
    if answer := _provider_answer(error):
        sentence = f"{sentence} It answered: {redact(answer)}{asked}"
    elif failed is not None and _NO_RECORDS in str(root):
        sentence = f"No record could be made. Column `{failed.column}` failed: {failed.reason}{asked}"
    if sentence.startswith("Cannot resume"):
        # What the library offers there instead is no option of ours.
        why = " ".join(part for part in _SENTENCES.split(sentence) if "ResumeMode" not in part)
        remedy = "Put it back as it was, or leave out `--resume` and give another `--name`."
        return _caused(ResumeError(f"{why} {remedy}"), error)
    if any(type(link).__name__ in _CONFIG_ERRORS for link in chain):
        return _caused(ConfigError(f"The configuration cannot run: {sentence}"), error)
    if seed and type(root).__module__ in {"duckdb", "_duckdb"} and _reading_seed(root):
        sentence = _PYTHON_PLACE.sub("", sentence).rstrip(".")
        return _caused(
            RunError(f"The seed, {seed}, could not be read: {sentence}. Check that it is there and can be reached."),
            error,
        )
    if type(root).__module__.startswith("mcp."):
        names = ", ".join(f"`{name}`" for name in mcp_servers)
        return _caused(
            RunError(f"An MCP server failed ({names}): {sentence}. Try its command, or its address, by itself."), error
        )
    if not parts and not type(root).__module__.startswith("data_designer"):
        sentence = f"{type(root).__name__}: {sentence}"
    return _caused(RunError(sentence), error)


def _chain(error: BaseException, *, hidden: bool = False) -> Iterator[BaseException]:
    """The error and what led to it, with `hidden` also what ``from None`` hides."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (link.__context__ if hidden else None)


def _reading_seed(error: BaseException) -> bool:
    """Whether the error was raised while the library read the seed."""
    link = error.__traceback__
    while link is not None:
        if "seed" in Path(link.tb_frame.f_code.co_filename).name:
            return True
        link = link.tb_next
    return False


def _violation(violation: Violation) -> str:
    return f"column `{violation.column}`: {_line(violation.message)}" if violation.column else _line(violation.message)


def _line(text: str) -> str:
    """The text on one line, without the signs that the library puts in front."""
    return _SIGNS.sub("", " ".join(text.split()))


def _caused(error: DDJupyterError, cause: BaseException) -> DDJupyterError:
    error.__cause__ = cause
    return error
