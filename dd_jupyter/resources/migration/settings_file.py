"""The local provider settings, which a person may have written by hand: reading them, and adding a provider.

To add one, the file is not written anew from what was read of it: that would lose comments, order and form. Text is
put in at one place, and only if the result reads as what was there and the provider at the end.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import yaml

from dd_jupyter.errors import ResourceError

T = TypeVar("T")

_LIST = "providers"
_DASH = re.compile(r"( *)-( +)")


def add_to_file(path: Path, provider: Mapping[str, Any]) -> None:
    """Put a provider at the end of the settings in a file, which is replaced at once or not at all.

    Args:
        path: The file; a link stays one, and what it leads to is changed. Its mode stays.
        provider: Its fields, as the library reads them.

    Raises:
        ResourceError: When it cannot be read or written, or has a form that cannot be added to.
    """
    file = path.resolve()
    try:
        before = file.read_bytes()
        text = _decoded(before)
        _replace(file, before, add_to_text(text, provider).encode())
    except _NotUnderstoodError as error:
        raise _refusal(path, str(error), provider) from None
    except OSError as error:
        raise _refusal(path, error.strerror or type(error).__name__, provider) from error


def add_to_text(text: str, provider: Mapping[str, Any]) -> str:
    """The settings with a provider at the end; every other character is as it was.

    Raises:
        ResourceError: When it would read as anything else than before, with that provider.
    """
    before = _read(text)
    now = _read(after := _with_provider(text, dict(provider))) if isinstance(before, dict) else None
    if now is None or now != {**before, _LIST: [*(before.get(_LIST) or ()), dict(provider)]}:
        raise _NotUnderstoodError("it has a form that is not known here")
    return after


class _NotUnderstoodError(ResourceError):
    """A text that is left alone."""


def _read(text: str) -> Any:
    """What a text says; None for what is no YAML. The library's error has lines of it, and so perhaps a key."""
    with suppress(yaml.YAMLError, RecursionError):
        return yaml.safe_load(text)
    return None


def _decoded(content: bytes) -> str:
    with suppress(UnicodeDecodeError):  # whose error has all of it
        return content.decode()
    raise _NotUnderstoodError("it is no UTF-8")


def _with_provider(text: str, provider: dict[str, Any]) -> str:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)  # noqa: S101 - it was read as a dict
    listed = next((value for key, value in reversed(root.value) if key.value == _LIST), None)
    newline = "\r\n" if "\r\n" in text else "\n"
    if listed is None and not root.flow_style:
        end = "" if text.endswith("\n") else newline
        return text + end + _lines(f"{_LIST}:\n", provider, "", " ").replace("\n", newline)
    if not isinstance(listed, yaml.SequenceNode):
        raise _NotUnderstoodError(f"its `{_LIST}` are no list")
    if listed.flow_style:
        place, addition = _in_brackets(text, listed, provider)
    else:
        place, addition = _below(text, listed, provider)
    return text[:place] + addition.replace("\n", newline) + text[place:]


def _in_brackets(text: str, listed: yaml.SequenceNode, provider: dict[str, Any]) -> tuple[int, str]:
    """``[…]``, as JSON has it too: behind the last item, on a line of its own if that has one."""
    written = json.dumps(provider, ensure_ascii=False)
    if not listed.value:
        return listed.end_mark.index - 1, written
    last = listed.value[-1]
    indent = text[text.rfind("\n", 0, last.start_mark.index) + 1 : last.start_mark.index]
    return last.end_mark.index, f",{' ' if indent.strip() else chr(10) + indent}{written}"


def _below(text: str, listed: yaml.SequenceNode, provider: dict[str, Any]) -> tuple[int, str]:
    """``- …``: below the last line of the last item and the comments that belong to it, in its form."""
    last = listed.value[-1]
    line_start = text.rfind("\n", 0, last.start_mark.index) + 1
    dash = _DASH.match(text[line_start : last.start_mark.index] + " ")
    indent, gap = (dash.group(1), " " * (last.start_mark.column - len(dash.group(1)) - 1)) if dash else ("", " ")
    if not dash:  # the dash has a line of its own
        indent = " " * listed.start_mark.column
    place = _end_of_line(text, _end_of(last))
    while (line := text[place : _end_of_line(text, place)]).startswith(f"{indent} ") and line.lstrip()[:1] == "#":
        place += len(line)
    end = "" if text[:place].endswith("\n") else "\n"
    return place, _lines(end, provider, indent, gap or " ")


def _lines(before: str, provider: dict[str, Any], indent: str, gap: str) -> str:
    written = yaml.safe_dump(provider, sort_keys=False, allow_unicode=True, width=1_000_000).splitlines()
    deeper = f"{indent} {gap}"
    return before + f"{indent}-{gap}" + "".join(f"{deeper if i else ''}{line}\n" for i, line in enumerate(written))


def _end_of(node: yaml.Node) -> int:
    """Where the last thing in a node ends: a block's own end is where the next thing begins."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, yaml.MappingNode) else last
    end: int = node.end_mark.index
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        return end - 1  # it takes the end of its last line too
    return end


def _end_of_line(text: str, index: int) -> int:
    newline = text.find("\n", index)
    return len(text) if newline < 0 else newline + 1


def _replace(file: Path, before: bytes, after: bytes) -> None:
    status = file.stat()
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as output:
            output.write(after)
            output.flush()
            os.fsync(output.fileno())
        new.chmod(status.st_mode & 0o7777)
        with suppress(OSError, AttributeError):  # only root may give files away
            os.chown(new, status.st_uid, status.st_gid)
        if file.read_bytes() != before:
            raise _NotUnderstoodError("somebody else is writing it")
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _refusal(path: Path, why: str, provider: Mapping[str, Any]) -> ResourceError:
    return ResourceError(
        f"Provider `{provider['name']}` cannot be added to {path}: {why}. The file is as it was. Add the provider by "
        "hand, or with `data-designer config providers`."
    )
