"""Options that several magics share, each with one help text, and how they are read."""

from __future__ import annotations

import argparse
import keyword
from collections.abc import Callable
from typing import Any, TypeVar

from IPython.core.error import UsageError
from IPython.core.magic_arguments import argument, parse_argstring

_F = TypeVar("_F", bound=Callable[..., Any])

LAST_RESULT = "_dd"
"""The variable of a result that was given no name."""


def shared(*arguments: Callable[[Any], Any]) -> Callable[[_F], _F]:
    """Several options as one decorator."""

    def add(function: _F) -> _F:
        for one in reversed(arguments):
            function = one(function)
        return function

    return add


result_name = argument(
    "name", nargs="?", metavar="NAME", help=f"Variable that holds the result. Without it: {LAST_RESULT}."
)
workspace = argument("-w", "--workspace", metavar="WORKSPACE", help="Workspace. Default: that of the connection.")

source_arguments = shared(
    result_name,
    argument(
        "-c",
        "--config",
        metavar="SOURCE",
        help="In place of a cell: the name of a variable that holds a config builder, or the path of a Python module "
        "with load_config_builder(), of a YAML or of a JSON file.",
    ),
    argument(
        "--format",
        choices=["python", "yaml", "json"],
        default="python",
        help="Language of the cell. Default: python.",
    ),
)
base_url = argument("--base-url", metavar="URL", help="Connect to this deployment first, as %%dd_connect does.")
location = shared(
    argument("--submit", action="store_true", help="Run in NeMo Services, in place of this kernel."),
    workspace,
    base_url,
    argument(
        "--dry-run",
        action="store_true",
        help="Show what the configuration depends on, and whether it would work there; run nothing.",
    ),
    argument("--no-check", action="store_true", help="Do not look up first what the configuration depends on."),
)


def parsed(magic: Any, line: str) -> argparse.Namespace:
    """The options of a line, for the magic of which it is the rest.

    Raises:
        UsageError: When they cannot be read, or the result's name is none that a variable can have.
    """
    args: argparse.Namespace = parse_argstring(magic, line)
    for name, value in vars(args).items():
        if isinstance(value, str):
            setattr(args, name, unquoted(value))
        elif isinstance(value, list):
            setattr(args, name, [unquoted(item) for item in value])
    variable = getattr(args, "name", None)
    if variable is not None and (not variable.isidentifier() or keyword.iskeyword(variable)):
        raise UsageError(f"`{variable}` cannot be the name of a variable.")
    return args


def unquoted(value: str) -> str:
    """A value without the quotes around it: IPython keeps those of a path with spaces."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def without_traceback(error: BaseException, words: str) -> None:
    """Have IPython show the error as one line; its class stays what it is."""
    error._render_traceback_ = lambda: [f"{type(error).__name__}: {words}"]  # type: ignore[attr-defined]
