"""The configuration in a notebook cell, or in what a line names."""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from dd_jupyter import config_source
from dd_jupyter.config_refusal import last_line, refusal
from dd_jupyter.errors import ConfigError, DDJupyterError

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from IPython.core.interactiveshell import InteractiveShell

_LEADING_EMPTY_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_FIRST_LINE = 2
"""The magic's own line is the first one of the cell that a person sees."""


def of_cell(
    shell: InteractiveShell, cell: str, language: Literal["python", "yaml", "json"]
) -> DataDesignerConfigBuilder:
    """The config builder that the body of a cell makes.

    Raises:
        ConfigError: When it makes none, or what it makes is no valid configuration; with the line.
        Exception: Whatever the person's own code raises, shown with the person's lines only.
    """
    if language != "python":
        return config_source.from_text(cell, language, place="The cell", first_line=_FIRST_LINE)
    body = _LEADING_EMPTY_LINES.sub("", cell)
    # Lines count from the magic's own; IPython drops the empty ones at the start.
    before = "\n" * (1 + cell.count("\n") - body.count("\n"))
    code = before + shell.transform_cell(body)
    file_name = shell.compile.cache(code, shell.execution_count, raw_code=before + body)
    try:
        return config_source.from_python(code, shell.user_ns, file_name=file_name)
    except DDJupyterError:
        raise
    except Exception as error:
        seen = _as_its_author_sees_it(shell, error, file_name, place="The cell")
        raise seen from seen.__cause__


def named(shell: InteractiveShell, name_or_path: str) -> DataDesignerConfigBuilder:
    """The config builder in the variable of that name, or in the file.

    Raises:
        ConfigError: When there is neither, or it is no valid configuration; with the line.
        Exception: Whatever the code of a Python module raises, shown with the module's lines only.
    """
    if name_or_path in shell.user_ns:
        return config_source.load(shell.user_ns[name_or_path])
    path = Path(name_or_path).expanduser()
    if name_or_path.isidentifier() and not path.exists():
        raise ConfigError(
            f"There is neither a variable nor a file `{name_or_path}`. Run the cell that makes it, or correct the name."
        )
    try:
        return config_source.load(path)
    except DDJupyterError:
        raise
    except Exception as error:
        seen = _as_its_author_sees_it(shell, error, str(path), place=f"`{path}`")
        raise seen from seen.__cause__


def _as_its_author_sees_it(shell: InteractiveShell, error: Exception, file_name: str, *, place: str) -> Exception:
    """A configuration's error as one line with its place; any other with the traceback from its file on."""
    if (refused := refusal(error, file_name, place)) is not None:
        return refused
    own = _from_file(error.__traceback__, file_name)
    error.__traceback__ = own
    if not isinstance(error, SyntaxError):
        _rendered_as(error, shell.InteractiveTB.structured_traceback(type(error), error, own, tb_offset=0))
        return error
    # IPython draws a SyntaxError in its own way, with our frames; so it travels in an error of ours.
    line = error.lineno if error.filename == file_name else last_line(own, file_name)
    converted = ConfigError(f"{place}, line {line}: {error.msg}.")
    converted.__cause__ = error
    _rendered_as(converted, shell.SyntaxTB.structured_traceback(type(error), error, None))
    return converted


def _rendered_as(error: Exception, lines: list[str]) -> None:
    error._render_traceback_ = lambda: lines  # type: ignore[attr-defined]


def _from_file(traceback: TracebackType | None, file_name: str) -> TracebackType | None:
    """The traceback from its first frame in a file on; the whole if none is there."""
    link = traceback
    while link is not None and link.tb_frame.f_code.co_filename != file_name:
        link = link.tb_next
    return link or traceback
