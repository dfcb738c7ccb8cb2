"""Tab completion of what is typed behind a magic: options, their values, variables, files."""

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


def _builders(namespace: Mapping[str, Any]) -> list[str]:
    # By the class's name: an import here would keep the person waiting.
    return sorted(
        name
        for name, value in namespace.items()
        if type(value).__name__ == "DataDesignerConfigBuilder" and not name.startswith("_")
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
