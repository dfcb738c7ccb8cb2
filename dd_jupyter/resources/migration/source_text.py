"""A configuration as text to paste, without keys: YAML, Python, and what changed between two of them."""

from __future__ import annotations

import difflib
import keyword
from collections.abc import Iterator
from enum import Enum
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel

from dd_jupyter.resources.migration.python_text import WIDTH, Bracketed, Node, call, laid_out, literal, quoted
from dd_jupyter.resources.migration.redaction import without_keys
from dd_jupyter.resources.migration.rewriting import constraints_of

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from yaml import SafeDumper

CONTEXT_LINES = 2
"""Lines around a change, in a diff."""

_BUILDER = "config_builder"
_FRAME = "df"


def as_python(builder: DataDesignerConfigBuilder) -> str:
    """The configuration as code that makes the variable `config_builder`; what is as it is by default is left out.

    Functions and DataFrames stand there by name, with a comment that says so. A configuration without models
    gets the default ones, which a builder cannot be made without.
    """
    return _PythonText(builder).text


def as_yaml(builder: DataDesignerConfigBuilder) -> str:
    """The configuration as YAML; what is as it is by default is left out.

    What YAML cannot hold, functions and DataFrames, is named in comments at the top.
    """
    lines = [f"# {_one_line(text)}" for text in _not_in_yaml(builder)]
    return "".join(f"{line}\n" for line in lines) + _yaml(builder)


def diff(before: DataDesignerConfigBuilder, after: DataDesignerConfigBuilder) -> str:
    """What changed, line by line of the YAML; "" for nothing."""
    old, new = _yaml(before).splitlines(), _yaml(after).splitlines()
    return "\n".join(difflib.unified_diff(old, new, "before", "after", n=CONTEXT_LINES, lineterm=""))


def _yaml(builder: DataDesignerConfigBuilder) -> str:
    import yaml

    content = without_keys({name: _plain(part) for name, part in _parts(builder) if part or name == "columns"})
    return str(yaml.dump(content, Dumper=_dumper(), sort_keys=False, allow_unicode=True, width=WIDTH))


def _parts(builder: DataDesignerConfigBuilder) -> Iterator[tuple[str, Any]]:
    """The parts of a configuration, in the order in which it is read."""
    yield "model_configs", builder.model_configs
    yield "tool_configs", builder.tool_configs
    yield "seed_config", builder.get_seed_config()
    yield "columns", builder.get_column_configs()
    yield "constraints", constraints_of(builder)
    yield "processors", builder.get_processor_configs()
    yield "profilers", builder.get_profilers()


def _not_in_yaml(builder: DataDesignerConfigBuilder) -> Iterator[str]:
    seed = builder.get_seed_config()
    if seed is not None and seed.source.seed_type == "df":
        rows, columns = seed.source.df.shape
        yield (
            f"The seed is a DataFrame of {rows:,} × {columns:,}, which YAML cannot hold: write it to a file, with "
            "`LocalFileSeedSource.from_dataframe(df, path)`."
        )
    for column in builder.get_column_configs():
        for field in ("generator_function", "validation_function"):
            function = getattr(getattr(column, "validator_params", column), field, None)
            if function is not None:
                yield f"Column `{column.name}` needs the function `{_name_of(function)}`, which YAML cannot hold."


def _plain(value: Any) -> Any:
    """What JSON knows; of models the fields that differ from their defaults, and those that tell their type."""
    match value:
        case BaseModel():
            told = {name: getattr(value, name) for name in _told(value, with_type=True)}
            return {name: _plain(part) for name, part in told.items()}
        case Enum():
            return value.value
        case dict():
            return {_plain(key): _plain(part) for key, part in value.items()}
        case list() | tuple() | set():
            return [_plain(part) for part in value]
        case None | bool():
            return value
        case int() | float() | str():  # not what only looks like them: YAML knows no numbers of numpy
            return next(kind(value) for kind in (int, float, str) if isinstance(value, kind))
    if type(value).__module__ == "numpy":
        return _plain(value.tolist())
    if callable(value):
        return _name_of(value)
    return f"[{type(value).__name__}]" if type(value).__module__.startswith("pandas") else str(value)


@cache
def _dumper() -> type[SafeDumper]:
    """Writes strings of several lines as such."""
    from yaml import SafeDumper

    class Dumper(SafeDumper):
        def represent_text(self, text: str) -> Any:
            return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)

        def ignore_aliases(self, data: Any) -> bool:
            return True

    Dumper.add_representer(str, Dumper.represent_text)
    return Dumper


def _told(model: BaseModel, *, with_type: bool) -> list[str]:
    """The fields that must be told for the model to be made again."""
    told = []
    for name, field in type(model).model_fields.items():
        is_type = (
            get_origin(field.annotation) is Literal and len(get_args(field.annotation)) == 1 and not field.is_required()
        )
        if is_type:
            if with_type:
                told.append(name)
        elif field.is_required() or not _same(getattr(model, name), field.get_default(call_default_factory=True)):
            told.append(name)
    return told + [name for name in (model.model_extra or {}) if name not in told]


def _same(one: Any, other: Any) -> bool:
    try:
        return (type(one) is type(other) and bool(one == other)) or (isinstance(other, Enum) and one == other.value)
    except Exception:  # what is compared may be anything, arrays among them
        return False


def _name_of(function: Any) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


def _one_line(text: str) -> str:
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


class _PythonText:
    """One configuration being written."""

    def __init__(self, builder: DataDesignerConfigBuilder) -> None:
        self._builder = builder
        self._imports = {"import data_designer.config as dd": None}
        self._comments: list[str] = []

    @cached_property
    def text(self) -> str:
        """The whole."""
        statements = [self._constructor(), *self._calls()]
        body = [laid_out(node, before) for before, node in statements]
        comments = [f"# {_one_line(comment)}" for comment in dict.fromkeys(self._comments)]
        blocks = ["\n".join(self._imports), *(["\n".join(comments)] if comments else []), "\n".join(body)]
        return "\n\n".join(blocks) + "\n"

    def _constructor(self) -> tuple[str, Node]:
        from data_designer.config.default_model_settings import get_default_model_configs

        models, tools = self._builder.model_configs, self._builder.tool_configs
        named: dict[str, Node] = {}
        if models and models != get_default_model_configs():
            named["model_configs"] = self._node(models)
        if tools:
            named["tool_configs"] = self._node(tools)
        return f"{_BUILDER} = ", call("dd.DataDesignerConfigBuilder", [], named)

    def _calls(self) -> Iterator[tuple[str, Node]]:
        builder = self._builder
        if (seed := builder.get_seed_config()) is not None:
            how = {
                name: self._node(getattr(seed, name), name) for name in _told(seed, with_type=False) if name != "source"
            }
            yield "", call(f"{_BUILDER}.with_seed_dataset", [self._node(seed.source)], how)
        for method, parts in (
            ("add_column", builder.get_column_configs()),
            ("add_constraint", constraints_of(builder)),
            ("add_processor", builder.get_processor_configs()),
            ("add_profiler", builder.get_profilers()),
        ):
            for part in parts:
                yield "", call(f"{_BUILDER}.{method}", [self._node(part)], {})

    def _node(self, value: Any, name: str = "") -> Node:
        if isinstance(value, BaseModel):
            fields = {name: self._node(getattr(value, name), name) for name in _told(value, with_type=False)}
            return call(self._class(type(value)), [], fields)
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, list) and any(isinstance(one, BaseModel) for one in value):
            return Bracketed("[", [("", self._node(one)) for one in value], "]")
        if isinstance(value, dict) and any(isinstance(one, BaseModel) for one in value.values()):
            return Bracketed("{", [(f"{quoted(str(key))}: ", self._node(one)) for key, one in value.items()], "}")
        written = literal(without_keys(_values(value), name))
        return self._by_name(value, name) if written is None else written

    def _class(self, kind: type[BaseModel]) -> str:
        """The name of a class, and the import that it needs."""
        import data_designer.config as dd

        from dd_jupyter.resources.fileset_seed import FilesetFileSeedSource

        if getattr(dd, kind.__name__, None) is kind:
            return f"dd.{kind.__name__}"
        if kind is FilesetFileSeedSource:
            self._imports["import dd_jupyter as ddj"] = None
            return f"ddj.{kind.__name__}"
        if kind.__module__ in ("__main__", "builtins") or not kind.__qualname__.isidentifier():
            self._comments.append(f"`{kind.__name__}` is a class of your own: define it first.")
        else:
            self._imports[f"from {kind.__module__} import {kind.__name__}"] = None
        return kind.__name__

    def _by_name(self, value: Any, name: str) -> str:
        """A name for what only the kernel has."""
        if name == _FRAME:
            rows, columns = value.shape
            self._comments.append(f"`{_FRAME}` is the DataFrame of the seed, {rows:,} × {columns:,}: make it first.")
            return _FRAME
        own = _name_of(value) if callable(value) else name
        identifier = own if own.isidentifier() and not keyword.iskeyword(own) else name
        what = "a function" if callable(value) else f"a value of type {type(value).__name__}"
        self._comments.append(f"`{identifier}` is {what} of your own: define it first.")
        return identifier


def _values(value: Any) -> Any:
    """Enums and numbers of numpy inside of lists and dicts as their values."""
    match value:
        case Enum():
            return value.value
        case dict():
            return {_values(key): _values(part) for key, part in value.items()}
        case list():
            return [_values(part) for part in value]
    return value.tolist() if type(value).__module__ == "numpy" else value
