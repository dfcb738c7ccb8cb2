"""The notebooks to learn from, which come with this package."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from dd_jupyter.display import words
from dd_jupyter.errors import NotFoundError
from dd_jupyter.server.model import TutorialsView, TutorialView

_HEADING = re.compile(r"^#\s+(.+)$", re.MULTILINE)
_SENTENCE = re.compile(r"^(.+?[.!?])(?:\s|$)", re.DOTALL)
_LINK = re.compile(r"\[([^]]*)\]\([^)]*\)")


def tutorials() -> TutorialsView:
    """All of them, in the order to read them."""
    return TutorialsView(tutorials=tuple(_described(file) for file in _files()))


def tutorial(name: str) -> dict[str, Any]:
    """A notebook as it is before anything in it has run.

    Raises:
        NotFoundError: When there is none of that name.
    """
    file = next((file for file in _files() if file.name == name), None)
    if file is None:
        raise NotFoundError(f"There is no tutorial `{words.cut(name, 100)}` in this version of dd_jupyter.")
    notebook = _read(file)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        cell["metadata"] = {}
    # The kernel is that of whoever opens it.
    language = notebook["metadata"].get("language_info", {}).get("name", "python")
    notebook["metadata"] = {"language_info": {"name": language}}
    return notebook


def folder() -> Path:
    """Where they are: inside the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "tutorials"
    return inside if inside.is_dir() else package.parent / "notebooks"


def _files() -> list[Path]:
    return sorted(folder().glob("[0-9]*.ipynb"))


def _read(file: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return notebook


def _described(file: Path) -> TutorialView:
    notebook = _read(file)
    first = next((cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"), {"source": ""})
    text = first["source"] if isinstance(first["source"], str) else "".join(first["source"])
    heading = _HEADING.search(text)
    rest = text[heading.end() :] if heading else text
    sentence = _SENTENCE.match(_plain(rest))
    return TutorialView(
        name=file.name,
        title=_plain(heading[1]) if heading else file.stem,
        summary=notebook.get("metadata", {}).get("description") or (sentence[1] if sentence else ""),
    )


def _plain(markdown: str) -> str:
    """The words alone."""
    return words.one_line(re.sub(r"[`*_]{1,2}(?=\S)|(?<=\S)[`*_]{1,2}", "", _LINK.sub(r"\1", markdown)))
