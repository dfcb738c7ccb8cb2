"""Code in pieces that can be coloured, for every language that the library knows."""

from __future__ import annotations

from functools import cache
from typing import Any

from dd_jupyter.display.view_model import TokenKind, TokenView

COLOURED_CHARACTERS = 20_000
"""Longer code is shown plain: each piece is an element of the page."""

LANGUAGES = {
    "bash": "bash",
    "c": "c",
    "cobol": "cobol",
    "cpp": "cpp",
    "csharp": "csharp",
    "go": "go",
    "java": "java",
    "javascript": "javascript",
    "kotlin": "kotlin",
    "python": "python",
    "ruby": "ruby",
    "rust": "rust",
    "scala": "scala",
    "swift": "swift",
    "typescript": "typescript",
    "sql:sqlite": "sql",
    "sql:tsql": "tsql",
    "sql:bigquery": "googlesql",
    "sql:mysql": "mysql",
    "sql:postgres": "postgresql",
    "sql:ansi": "sql",
}
"""The library's languages, and what Pygments calls them."""


def tokens_of(code: str, language: str) -> tuple[TokenView, ...]:
    """The code in pieces, which together are the code; () where the language is not known or the code too long."""
    lexer = _lexer(language) if len(code) <= COLOURED_CHARACTERS else None
    if lexer is None:
        return ()
    pieces: list[tuple[TokenKind, str]] = []
    for _, token, text in lexer.get_tokens_unprocessed(code):
        kind = _kind(token)
        if pieces and pieces[-1][0] == kind:
            pieces[-1] = (kind, pieces[-1][1] + text)
        elif text:
            pieces.append((kind, text))
    # What is coloured must be what is written.
    if "".join(text for _, text in pieces) != code:
        return ()
    return tuple(TokenView(kind=kind, text=text) for kind, text in pieces)


@cache
def _lexer(language: str) -> Any:
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    name = LANGUAGES.get(language.lower())
    if name is None:
        return None
    try:
        return get_lexer_by_name(name)
    except ClassNotFound:  # an older Pygments
        return get_lexer_by_name("sql") if name == "googlesql" else None


@cache
def _kind(token: Any) -> TokenKind:
    from pygments.token import Comment, Error, Keyword, Name, Number, Operator, String

    kinds: tuple[tuple[Any, TokenKind], ...] = (
        (Comment, "comment"),
        (Operator.Word, "keyword"),
        (Keyword, "keyword"),
        (String, "string"),
        (Number, "number"),
        (Operator, "operator"),
        (Error, "error"),
        (Name.Function, "name"),
        (Name.Class, "name"),
        (Name.Builtin, "name"),
        (Name.Tag, "keyword"),
        (Name.Decorator, "name"),
    )
    return next((kind for kind_of_token, kind in kinds if token in kind_of_token), "text")
