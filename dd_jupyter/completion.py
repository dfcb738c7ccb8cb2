"""Tab completion of what is typed behind a magic: options, their values, variables, files, jobs."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_LINE = re.compile(r"^\s*%{1,2}(?P<magic>dd_\w+)(?P<words>\s.*)$")
LISTED_RUNS = 100
"""Run records that are read for the names of jobs: as many as are read in a few milliseconds."""

_FILES = (".py", ".yaml", ".yml", ".json")


def matcher(shell: InteractiveShell, parsers: Mapping[str, argparse.ArgumentParser]) -> Callable[..., Any]:
    """A matcher for IPython's completer.

    Args:
        shell: Whose variables can be named.
        parsers: The parser of each magic, by the magic's name.
    """

    @context_matcher()  # type: ignore[untyped-decorator]
    def dd_jupyter_matcher(context: CompletionContext) -> SimpleMatcherResult:
        line = _LINE.match(context.text_until_cursor)
        if line is None or line["magic"] not in parsers:
            return {"completions": []}
        *before, word = line["words"].split(" ")
        previous = next((text for text in reversed(before) if text), "")
        found = list(_completions(parsers[line["magic"]], previous, word, shell.user_ns))
        if not found and not any(before):
            found = list(_first_words(parsers[line["magic"]], word, shell.user_ns))
        return {
            "completions": [SimpleCompletion(text=text, type=kind) for text, kind in found],
            "matched_fragment": word,
            "suppress": bool(found),
        }

    matches: Callable[..., Any] = dd_jupyter_matcher
    return matches


def _completions(
    parser: argparse.ArgumentParser, previous: str, word: str, namespace: Mapping[str, Any]
) -> Iterable[tuple[str, str]]:
    options = {option: action for action in parser._actions for option in action.option_strings}
    asking = options.get(previous)
    if asking is not None and asking.nargs is None and asking.choices:
        yield from ((str(choice), "value") for choice in asking.choices if str(choice).startswith(word))
    elif asking is not None and asking.dest == "config":
        yield from ((name, "variable") for name in _builders(namespace) if name.startswith(word))
        yield from ((name, "path") for name in _files(word))
    elif word.startswith("-"):
        long = (option for option in options if option.startswith("--"))
        yield from ((option, "option") for option in sorted(long) if option.startswith(word))


def _first_words(parser: argparse.ArgumentParser, word: str, namespace: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What may stand first: an action of the magic, or a job by its name or its variable."""
    first = next((action for action in parser._actions if not action.option_strings), None)
    if first is None or word.startswith("-"):
        return
    if first.choices:
        yield from ((str(choice), "value") for choice in first.choices if str(choice).startswith(word))
    elif first.dest == "job":
        yield from ((name, "variable") for name in _of_class(namespace, "Job") if name.startswith(word))
        yield from ((name, "job") for name in _job_names() if name.startswith(word))


def _job_names() -> list[str]:
    """Jobs that this machine knows of, the newest first; the services are not asked while a person types."""
    from dd_jupyter.execution.runs import entries

    return list(dict.fromkeys(entry.name for entry in entries(LISTED_RUNS) if entry.kind == "job"))


def _builders(namespace: Mapping[str, Any]) -> list[str]:
    return _of_class(namespace, "DataDesignerConfigBuilder")


def _of_class(namespace: Mapping[str, Any], kind: str) -> list[str]:
    # By the class's name: an import here would keep the person waiting.
    return sorted(
        name for name, value in namespace.items() if type(value).__name__ == kind and not name.startswith("_")
    )


def _files(word: str) -> list[str]:
    folder = Path(word).parent if not word.endswith("/") else Path(word)
    if not folder.is_dir():
        return []
    typed = word[: word.rfind("/") + 1]  # "./" for one, which a path would leave out
    names = (
        typed + entry.name + ("/" if entry.is_dir() else "")
        for entry in folder.iterdir()
        if not entry.name.startswith(".")
    )
    return sorted(name for name in names if name.startswith(word) and name.endswith(("/", *_FILES)))
