"""Anything a person can write as a configuration -> a config builder.

A configuration source is a builder, a dict, a path to a ``.py`` module with ``load_config_builder()``,
a path to YAML or JSON, or the text of a notebook cell in Python, YAML or JSON.
"""

from __future__ import annotations

import ast
import json
import linecache
import re
import symtable
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

from dd_jupyter.config_refusal import problem, refusal
from dd_jupyter.engine import write_default_settings
from dd_jupyter.errors import ConfigError, DDJupyterError
from dd_jupyter.resources.secrets import find_key

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

TextFormat = Literal["yaml", "json"]

_LOADER = "load_config_builder"
_VARIABLES = ("config_builder", "builder")
_THREE_WAYS = (
    "End the cell with the builder as its last expression, define `load_config_builder()`, or assign the builder "
    "to `config_builder` or `builder`."
)


def load(source: Any) -> DataDesignerConfigBuilder:
    """The config builder that a source stands for.

    Args:
        source: A builder; a dict; a path (`str` or `Path`) to a Python module with
            ``load_config_builder()``, or to a YAML or JSON file.

    Raises:
        ConfigError: When there is no such file, or it holds no configuration.
    """
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    write_default_settings()
    if isinstance(source, DataDesignerConfigBuilder):
        return source
    if isinstance(source, Mapping):
        return _parsed("the dict", lambda: DataDesignerConfigBuilder.from_config(dict(source)))
    if not isinstance(source, str | Path):
        raise ConfigError(
            f"A configuration is a config builder, a dict, or a path to a file, not a {type(source).__name__}."
        )
    path = Path(source).expanduser()
    if not path.is_file():
        raise ConfigError(
            f"There is no file `{path}` (looked in `{Path.cwd()}`). Correct the path, or name a variable."
        )
    if path.suffix == ".py":
        return _from_module(path)
    if path.suffix.lower() in {".yaml", ".yml", ".json"}:
        text = path.read_text(encoding="utf-8")
        return from_text(text, "json" if path.suffix.lower() == ".json" else "yaml", place=f"`{path}`")
    raise ConfigError(f"`{path}` is no configuration: its name ends neither in .py nor in .yaml, .yml or .json.")


def from_text(
    text: str, text_format: TextFormat, *, place: str = "the cell", first_line: int = 1
) -> DataDesignerConfigBuilder:
    """The config builder in YAML or JSON text.

    Args:
        text: The configuration; the shorthand with `columns` at the top is fine.
        text_format: Its language.
        place: Where it stands, for the words of an error.
        first_line: Number of its first line in that place.

    Raises:
        ConfigError: Naming the line, when it does not parse or is no configuration.
    """
    import yaml
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    refuse_keys(text, place)
    write_default_settings()
    try:
        content = json.loads(text) if text_format == "json" else yaml.safe_load(text)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{place}, line {error.lineno + first_line - 1}: not JSON, {error.msg}.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + first_line}" if mark else ""
        raise ConfigError(f"{place}{line}: not YAML, {getattr(error, 'problem', None) or error}.") from error
    if not isinstance(content, dict):
        raise ConfigError(
            f"{place} holds no configuration but a {type(content).__name__}: it needs `columns`, one entry a column."
        )
    return _parsed(place, lambda: DataDesignerConfigBuilder.from_config(content), _line_finder(text, first_line))


def from_python(
    code: str,
    namespace: dict[str, Any],
    *,
    file_name: str = "<cell>",
    first_line: int = 1,
) -> DataDesignerConfigBuilder:
    """The config builder that Python code makes when run in `namespace`.

    That is, in this order: the value of the last expression, if it is a builder; what
    `load_config_builder()` returns, if the code defines it; the variable `config_builder` or `builder`,
    if the code assigns it.

    Args:
        code: Plain Python; magics are translated before.
        namespace: Where it runs and leaves its variables.
        file_name: Under which tracebacks find the code.
        first_line: Number of the code's first line in that file.

    Raises:
        ConfigError: When the code makes no configuration.
        Exception: Whatever the code raises.
    """
    refuse_keys(code, "The cell")
    write_default_settings()
    tree = ast.parse(code, file_name)
    ast.increment_lineno(tree, first_line - 1)
    before = {name: namespace.get(name) for name in (*_VARIABLES, _LOADER)}
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    # Not inherited: this module's `annotations` from the future would make text of a person's type hints.
    exec(compile(tree, file_name, "exec", dont_inherit=True), namespace)  # noqa: S102  the person's own cell
    value = None
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), file_name, "eval", dont_inherit=True), namespace)  # noqa: S307
    changed = {name for name, old in before.items() if name in namespace and namespace[name] is not old}
    # `builder = builder.add_column(...)` assigns the same object: the library's methods return it.
    return _chosen(value, changed | (_assigned(code, file_name) & namespace.keys()), namespace)


def refuse_keys(text: str, place: str) -> None:
    """Refuse text that carries a key, which would stay in the notebook and in the history.

    Raises:
        ConfigError: Naming the beginning of the key only.
    """
    if (key := find_key(text)) is not None:
        raise ConfigError(
            f"{place} holds what looks like a key ({key}), which would be saved with the notebook. Put it in an "
            "environment variable, `import os, getpass; os.environ['MY_API_KEY'] = getpass.getpass()`, name that "
            "variable instead, and replace the key if this notebook was shared."
        )


def _chosen(value: Any, assigned: set[str], namespace: Mapping[str, Any]) -> DataDesignerConfigBuilder:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    if isinstance(value, DataDesignerConfigBuilder):
        return value
    if _LOADER in assigned:
        return _called(namespace[_LOADER], "the cell's")
    for name in _VARIABLES:
        if name in assigned and isinstance(namespace[name], DataDesignerConfigBuilder):
            return namespace[name]
    made = "nothing" if value is None else f"a {type(value).__name__}"
    raise ConfigError(f"The cell makes no configuration: its last expression gives {made}. {_THREE_WAYS}")


def _assigned(code: str, file_name: str) -> set[str]:
    """The names that code assigns, defines or imports, outside of its functions and classes."""
    symbols = symtable.symtable(code, file_name, "exec").get_symbols()
    return {symbol.get_name() for symbol in symbols if symbol.is_assigned() or symbol.is_imported()}


def _called(loader: Any, whose: str) -> DataDesignerConfigBuilder:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    if not callable(loader):
        raise ConfigError(
            f"{whose} `{_LOADER}` is a {type(loader).__name__}, not a function that returns a config builder."
        )
    builder = loader()
    if not isinstance(builder, DataDesignerConfigBuilder):
        raise ConfigError(f"{whose} `{_LOADER}()` returns a {type(builder).__name__}, not a config builder.")
    return builder


def _from_module(path: Path) -> DataDesignerConfigBuilder:
    """Run a module anew, so that an edit is seen at the next call, and so that it can import its neighbours."""
    code = path.read_text(encoding="utf-8")
    refuse_keys(code, f"`{path}`")
    linecache.checkcache(str(path))
    module = ModuleType("_dd_config" + re.sub(r"\W", "_", str(path.resolve())))
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # where pydantic and dataclasses look up the names in type hints
    with _importable(path.resolve().parent):
        try:
            exec(compile(code, str(path), "exec", dont_inherit=True), module.__dict__)  # noqa: S102  the person's file
            if not hasattr(module, _LOADER):
                raise ConfigError(
                    f"`{path}` defines no `{_LOADER}()`. Add it: it takes nothing and returns the config builder."
                )
            return _called(getattr(module, _LOADER), f"`{path}`:")
        except Exception as error:
            if (refused := refusal(error, str(path), f"`{path}`")) is None:
                raise
            raise refused from error


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Let the modules of a folder be imported during the block, as the library's own command line does."""
    if str(folder) in sys.path:
        yield
        return
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _parsed(
    place: str,
    parse: Callable[[], DataDesignerConfigBuilder],
    find_line: Callable[[tuple[int | str, ...]], int | None] = lambda location: None,
) -> DataDesignerConfigBuilder:
    from pydantic import ValidationError

    try:
        return parse()
    except ValidationError as error:
        raise ConfigError(_validation_sentence(place, error, find_line)) from error
    except DDJupyterError:
        raise
    except Exception as error:
        raise ConfigError(f"{place} is no configuration: {' '.join(str(error).split())}") from error


def _validation_sentence(place: str, error: Any, find_line: Callable[[tuple[int | str, ...]], int | None]) -> str:
    location, what = problem(error)
    line = find_line(location)
    where = place + (f", line {line}" if line else "")
    path = ".".join(str(part) for part in location if part != "data_designer")
    return f"{where}: `{path}`: {what}"


def _line_finder(text: str, first_line: int) -> Callable[[tuple[int | str, ...]], int | None]:
    """Finds the line of a place in YAML, of which JSON is a part; pydantic knows the place but not the line."""
    import yaml

    def find(location: tuple[int | str, ...]) -> int | None:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        line = None
        for part in location:
            if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
            elif isinstance(node, yaml.MappingNode):
                found = next(((key, value) for key, value in node.value if key.value == part), None)
                if found is None:
                    continue  # "data_designer" of the shorthand, or the name of a union's member
                line, node = found[0].start_mark.line, found[1]
                continue
            else:
                continue
            line = node.start_mark.line
        return None if line is None else line + first_line

    return find
