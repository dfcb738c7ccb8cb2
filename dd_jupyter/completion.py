"""Tab completion of what is typed behind a magic: options, and what this machine knows of their values."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from dd_jupyter.errors import DDJupyterError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dd_jupyter.execution.runs import RunEntry
    from dd_jupyter.nemo.context import NemoContext

_LINE = re.compile(r"^\s*%{1,2}(?P<magic>dd_\w+)(?P<words>\s.*)$")
LISTED_RUNS = 100
"""Run records that are read for the names of jobs: as many as are read in a few milliseconds."""

_FILES = (".py", ".yaml", ".yml", ".json")
_COMPARED = ("Preview", "Creation", "Job", "DataFrame")


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
        place = _Place.of(parsers[line["magic"]], [text for text in before if text], word)
        found = list(dict(_completions(place, shell.user_ns)).items())
        return {
            "completions": [SimpleCompletion(text=text, type=kind) for text, kind in found],
            "matched_fragment": place.word,
            "suppress": bool(found),
        }

    matches: Callable[..., Any] = dd_jupyter_matcher
    return matches


@dataclass(frozen=True, slots=True)
class _Place:
    """What can stand at the cursor.

    Attributes:
        word: What is typed of it.
        asking: The option or the argument of which this is the value; None where an option begins.
        options: Options that may begin here.
    """

    word: str
    asking: argparse.Action | None
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, parser: argparse.ArgumentParser, before: list[str], word: str) -> _Place:
        options = {option: action for action in parser._actions for option in action.option_strings}
        arguments = [action for action in parser._actions if not action.option_strings]
        given: list[argparse.Action] = []
        asking: argparse.Action | None = None
        for text in before:
            if asking is not None:
                asking = None  # this is its value
            elif (option := options.get(text.partition("=")[0])) is not None:
                given.append(option)
                asking = option if option.nargs is None and "=" not in text else None
            elif arguments:
                arguments.pop(0)
        name, equals, value = word.partition("=")
        if asking is None and equals and name in options and options[name].nargs is None:
            return cls(value, options[name])
        if asking is None and word.startswith("-"):
            left = (option for option, action in options.items() if action not in given or _is_repeatable(action))
            return cls(word, None, tuple(sorted(option for option in left if option.startswith("--"))))
        return cls(word, asking or (arguments[0] if arguments else None))


def _is_repeatable(action: argparse.Action) -> bool:
    return isinstance(action, argparse._AppendAction)


def _completions(place: _Place, namespace: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What begins like the word, each with the word for what it is."""
    if place.asking is None:
        yield from ((option, "option") for option in place.options if option.startswith(place.word))
        return
    if place.asking.choices:
        values: Iterable[tuple[str, str]] = ((str(choice), "value") for choice in place.asking.choices)
    else:
        values = _values(place.asking.dest, place.word, namespace)
    yield from ((text, kind) for text, kind in values if text.startswith(place.word))


def _values(asked: str, word: str, namespace: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """What this machine knows of that a value can be; nobody else is asked while a person types."""
    match asked:
        case "config":
            yield from ((name, "variable") for name in _of_class(namespace, "DataDesignerConfigBuilder"))
            yield from ((name, "file") for name in _files(word))
        case "folder" | "artifact_path":
            yield from ((name, "file") for name in _files(word) if name.endswith("/"))
        case "job":
            yield from ((name, "variable") for name in _of_class(namespace, "Job"))
            yield from ((entry.name, "job") for entry in _run_entries() if entry.kind == "job")
        case "before" | "after":
            yield from ((name, "variable") for name in _of_class(namespace, *_COMPARED))
        case "workspace":
            yield from ((entry.workspace, "workspace") for entry in _run_entries() if entry.workspace)
            yield from ((context.workspace, "workspace") for context in _contexts())
        case "base_url":
            yield from ((entry.base_url, "deployment") for entry in _run_entries() if entry.base_url)
            yield from ((context.base_url, "deployment") for context in _contexts())
        case "context":
            yield from ((context.name, "context") for context in _contexts() if context.name)
        case "key_env" | "api_key_env_var":
            yield from ((name, "variable") for name in sorted(os.environ) if name.isupper())


def _run_entries() -> Sequence[RunEntry]:
    from dd_jupyter.execution.runs import entries

    return entries(LISTED_RUNS)


def _contexts() -> Sequence[NemoContext]:
    from dd_jupyter.nemo.context import stored_contexts

    try:
        return stored_contexts()
    except DDJupyterError:
        return []  # a config file that cannot be read is told of by what needs it


def _of_class(namespace: Mapping[str, Any], *kinds: str) -> list[str]:
    # By the class's name: an import here would keep the person waiting.
    return sorted(
        name for name, value in namespace.items() if type(value).__name__ in kinds and not name.startswith("_")
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
