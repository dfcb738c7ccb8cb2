"""The library's errors in one sentence with a way on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
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


@dataclass(frozen=True)
class Circumstances:
    """What is known of a run that the library's error does not say.

    Attributes:
        violations: What the library found wrong with the configuration.
        endpoints: Where the providers that were asked are, by name.
        mcp_servers: Names of the MCP servers that the run may use.
        seed: Where the seed is; "" without one.
        last_failed: The last record that was given up on; None if none was.
    """

    violations: Sequence[Violation] = ()
    endpoints: Mapping[str, str] = field(default_factory=dict)
    mcp_servers: Sequence[str] = ()
    seed: str = ""
    last_failed: RecordFailed | None = None

    @property
    def asked(self) -> str:
        """The providers that were asked, as a sentence; "" if none was."""
        where = "; ".join(f"`{name}` at {endpoint}" for name, endpoint in self.endpoints.items())
        return f" Asked: {redact(where)}." if where else ""


def reason(error: BaseException) -> str:
    """Why something failed, on one line, without keys: for a failed record and a waiting provider."""
    text = _provider_answer(error) or dict(_PART.findall(str(error))).get("Cause") or _line(str(error))
    return redact(text or type(error).__name__)[:_REASON_CHARACTERS]


def explain(error: BaseException, circumstances: Circumstances | None = None) -> DDJupyterError:
    """The error to raise for one of the library's, a chain of errors most often, which becomes its cause."""
    trouble = _Trouble(error, circumstances or Circumstances())
    for link in trouble.chain:
        if isinstance(link, DDJupyterError):
            return link
    explained = next(explained for explanation in _EXPLANATIONS if (explained := explanation(trouble)) is not None)
    explained.__cause__ = error
    return explained


class _Trouble:
    """An error of the library with what is known about it."""

    def __init__(self, error: BaseException, about: Circumstances) -> None:
        self.error = error
        self.about = about
        self.chain = list(_chain(error))
        self.root = next((link for link in reversed(self.chain) if _line(str(link))), error)

    @property
    def kinds(self) -> set[str]:
        return {type(link).__name__ for link in self.chain}

    @property
    def module(self) -> str:
        return type(self.root).__module__

    @cached_property
    def parts(self) -> dict[str, str]:
        """The cause and the solution that the library gives for a model's errors."""
        return dict(_PART.findall(str(self.root)))

    @cached_property
    def sentence(self) -> str:
        told = " ".join(self.parts[part] for part in ("Cause", "Solution") if part in self.parts)
        return redact(told or _line(str(self.root)) or type(self.root).__name__)


def _violated(trouble: _Trouble) -> DDJupyterError | None:
    found = "; ".join(_violation(violation) for violation in trouble.about.violations if violation.is_error)
    return ConfigError(f"The configuration cannot run: {found}") if found else None


def _unresumable(trouble: _Trouble) -> DDJupyterError | None:
    if not trouble.sentence.startswith("Cannot resume"):
        return None
    # What the library offers there instead is no option of ours.
    why = " ".join(part for part in _SENTENCES.split(trouble.sentence) if "ResumeMode" not in part)
    return ResumeError(f"{why} Put it back as it was, or leave out `--resume` and give another `--name`.")


def _refused(trouble: _Trouble) -> DDJupyterError | None:
    if trouble.kinds & _CONFIG_ERRORS:
        return ConfigError(f"The configuration cannot run: {trouble.sentence}")
    return None


def _answered(trouble: _Trouble) -> DDJupyterError | None:
    answer = _provider_answer(trouble.error)
    if answer is None:
        return None
    return RunError(f"{trouble.sentence} It answered: {redact(answer)}{trouble.about.asked}")


def _all_failed(trouble: _Trouble) -> DDJupyterError | None:
    failed = trouble.about.last_failed
    if failed is None or _NO_RECORDS not in str(trouble.root):
        return None
    return RunError(f"No record could be made. Column `{failed.column}` failed: {failed.reason}{trouble.about.asked}")


def _unread_seed(trouble: _Trouble) -> DDJupyterError | None:
    if not trouble.about.seed or trouble.module not in {"duckdb", "_duckdb"} or not _reading_seed(trouble.root):
        return None
    why = _PYTHON_PLACE.sub("", trouble.sentence).rstrip(".")
    return RunError(
        f"The seed, {trouble.about.seed}, could not be read: {why}. Check that it is there and can be reached."
    )


def _failed_server(trouble: _Trouble) -> DDJupyterError | None:
    said = trouble.module.startswith("mcp.")
    # One that ends while it is written to gives an error of the pipe, which has no words.
    cut_off = any(type(link).__module__.partition(".")[0] == "anyio" for link in trouble.chain)
    if not said and not cut_off:
        return None
    names = ", ".join(f"`{name}`" for name in trouble.about.mcp_servers)
    why = trouble.sentence if said else "it closed the connection"
    return RunError(f"An MCP server failed ({names}): {why}. Try its command, or its address, by itself.")


def _anything(trouble: _Trouble) -> DDJupyterError:
    if trouble.parts or trouble.module.startswith("data_designer"):
        return RunError(trouble.sentence)
    return RunError(f"{type(trouble.root).__name__}: {trouble.sentence}")


_EXPLANATIONS: tuple[Callable[[_Trouble], DDJupyterError | None], ...] = (
    _violated,
    _unresumable,
    _refused,
    _answered,
    _all_failed,
    _unread_seed,
    _failed_server,
    _anything,
)
"""The first one that knows the trouble explains it."""


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
