"""A Markdown text as a tree of a few kinds of parts; HTML in it, pictures and odd links are text."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dd_jupyter.display.view_model import NodeTag, NodeView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MARKDOWN_CHARACTERS = 50_000
"""A longer text is shown as it is written."""

NODES = 5_000
"""A text of more parts is shown as it is written."""

DEPTH = 12
"""What is deeper is shown as its text."""

_SCHEMES = {"http", "https", "mailto"}

# What hardly anybody writes by chance; and two of those that one may.
_SURE = re.compile(
    r"^#{1,6} \S|^```|^\|? ?:?-{3,}:? ?\||\*\*\S[^*\n]*\*\*|\[[^\]\n]+\]\((?:https?:|mailto:)", re.MULTILINE
)
_LIST = re.compile(r"^ {0,3}(?:[-*+]|\d{1,3}[.)]) \S", re.MULTILINE)
_PERHAPS = re.compile(r"^> \S|(?<!`)`[^`\n]+`(?!`)|~~\S[^~\n]*~~", re.MULTILINE)

_TAGS: dict[str, NodeTag] = {
    "paragraph": "paragraph",
    "heading": "heading",
    "strong": "strong",
    "em": "emphasis",
    "s": "strike",
    "blockquote": "quote",
    "bullet_list": "bullets",
    "ordered_list": "numbers",
    "list_item": "item",
    "link": "link",
    "table": "table",
    "tr": "row",
    "th": "head cell",
    "td": "cell",
}
_THROUGH = {"thead", "tbody"}


def markdown_of(text: str) -> tuple[NodeView, ...]:
    """The parts of a text that looks like Markdown; () of another one, and of one that is too long."""
    if len(text) > MARKDOWN_CHARACTERS or not looks_like_markdown(text):
        return ()
    tokens = _parser().parse(text)
    if sum(1 + len(token.children or ()) for token in tokens) > NODES:
        return ()
    return _Tree(tokens).nodes


def looks_like_markdown(text: str) -> bool:
    """Whether someone meant to write Markdown: one sure sign, a list, or two signs that may be by chance."""
    if _SURE.search(text):
        return True
    return len(_LIST.findall(text)) > 1 or len(_PERHAPS.findall(text)) > 1


def is_safe(address: str) -> bool:
    """Whether a link may lead to this address."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in _SCHEMES and bool(parts.netloc or parts.scheme == "mailto")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Nesting that no person writes takes the parser long, hence the limit.
    return MarkdownIt("commonmark", {"html": False, "maxNesting": 4 * DEPTH}).enable(["table", "strikethrough"])


class _Tree:
    """Builds the tree: a token opens a part, closes it, or is one."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._open: list[tuple[Token | None, list[NodeView]]] = [(None, [])]
        for token in tokens:
            self._take(token)
        while len(self._open) > 1:
            self._close()
        self.nodes = tuple(self._open[0][1])

    def _take(self, token: Token) -> None:
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if kind in _THROUGH:
            return
        if token.type == "inline":
            for child in token.children or ():
                self._take(child)
        elif token.nesting == 1:
            self._open.append((token, []))
        elif token.nesting == -1:
            if len(self._open) > 1:
                self._close()
        else:
            self._open[-1][1].extend(_leaf(token))

    def _close(self) -> None:
        token, children = self._open.pop()
        assert token is not None  # noqa: S101  the first one is never closed
        self._open[-1][1].extend(_node(token, children, len(self._open)))


def _node(token: Token, children: list[NodeView], depth: int) -> list[NodeView]:
    tag = _TAGS.get(token.type.removesuffix("_open"))
    if tag is None or depth > DEPTH:
        return children if depth <= DEPTH else [NodeView(tag="text", text=_text(children))]
    if tag == "paragraph" and token.hidden:  # of a list without empty lines
        return children
    if tag == "link":
        address = str(token.attrGet("href") or "")
        return [NodeView(tag="link", href=address, children=tuple(children))] if is_safe(address) else children
    level = int(token.tag[1:]) if tag == "heading" else 0
    return [NodeView(tag=tag, level=level, children=tuple(children))]


def _leaf(token: Token) -> list[NodeView]:
    match token.type:
        case "hardbreak" | "softbreak":
            return [NodeView(tag="break")] if token.type == "hardbreak" else [NodeView(tag="text", text="\n")]
        case "code_inline":
            return [NodeView(tag="code", text=token.content)]
        case "fence" | "code_block":
            return [NodeView(tag="code block", text=token.content.removesuffix("\n"))]
        case "hr":
            return [NodeView(tag="line")]
        case "image":
            # Fetching it would tell someone that this text is read.
            return [NodeView(tag="text", text=f"[{token.content or 'image'}] {_start(token.attrGet('src'))}".rstrip())]
        case _:
            return [NodeView(tag="text", text=token.content)] if token.content else []


def _text(nodes: list[NodeView]) -> str:
    return " ".join(node.text or _text(list(node.children)) for node in nodes)


def _start(address: Any) -> str:
    written = str(address or "")
    return written if len(written) <= 200 else f"{written[:200]}…"
