"""A record in full: code coloured, Markdown set, a conversation as its messages, and nothing of it markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from data_designer.config.utils.code_lang import CodeLang
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_jupyter.display.table.colouring import COLOURED_CHARACTERS, LANGUAGES, tokens_of
from dd_jupyter.display.table.markdown import DEPTH, MARKDOWN_CHARACTERS, is_safe, markdown_of
from dd_jupyter.display.traces import MESSAGE_CHARACTERS, MESSAGES, messages_of, transcript
from dd_jupyter.display.values import TRACE, cell, fields
from dd_jupyter.display.view_model import NodeTag, NodeView, TokenKind

# Code.


@pytest.mark.parametrize("language", sorted(CodeLang.supported_values()))
def test_code_of_every_language_of_the_library_is_coloured(language: str) -> None:
    code = 'SELECT "a" FROM t -- 1\n# x\ndef f(): return 1  // y\nif while class\n'

    tokens = tokens_of(code, language)

    assert "".join(token.text for token in tokens) == code
    assert len({token.kind for token in tokens}) > 1
    assert {token.kind for token in tokens} <= set(get_args(TokenKind))


def test_pieces_of_code_say_what_they_are() -> None:
    tokens = tokens_of('def f(n):\n    return "a" + 1  # why\n', "python")

    kinds = {token.text.strip(): token.kind for token in tokens}
    assert kinds["def"] == kinds["return"] == "keyword"
    assert (kinds["f"], kinds['"a"'], kinds["1"], kinds["+"]) == ("name", "string", "number", "operator")
    assert kinds["# why"] == "comment"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80), st.sampled_from(sorted(LANGUAGES)))
def test_coloured_code_is_the_code_to_the_letter(code: str, language: str) -> None:
    tokens = tokens_of(code, language)

    assert tokens == () or "".join(token.text for token in tokens) == code
    assert all(token.text for token in tokens)


def test_code_of_another_language_and_long_code_stay_plain() -> None:
    assert tokens_of("x = 1", "brainfuck") == tokens_of("x = 1", "") == ()
    assert tokens_of("x = 1\n" * COLOURED_CHARACTERS, "python") == ()


# Markdown.


def outline(nodes: tuple[NodeView, ...]) -> list[Any]:
    """The tree as lists: a text as itself, another part as its tag and what is in it."""

    def one(node: NodeView) -> Any:
        if node.tag == "text":
            return node.text
        more = [node.text] if node.text else [str(node.level)] if node.level else [node.href] if node.href else []
        return [node.tag, *more, *map(one, node.children)]

    return [one(node) for node in nodes]


def walk(nodes: tuple[NodeView, ...], depth: int = 1) -> Iterator[tuple[int, NodeView]]:
    for node in nodes:
        yield depth, node
        yield from walk(node.children, depth + 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Title", [["heading", "1", "Title"]]),
        ("a **b** *c* `d`", [["paragraph", "a ", ["strong", "b"], " ", ["emphasis", "c"], " ", ["code", "d"]]]),
        ("- a\n- b", [["bullets", ["item", "a"], ["item", "b"]]]),
        ("1. a\n2. b", [["numbers", ["item", "a"], ["item", "b"]]]),
        ("```python\nx = 1\n```", [["code block", "x = 1"]]),
        ("# a\n---\n> b", [["heading", "1", "a"], ["line"], ["quote", ["paragraph", "b"]]]),
        ("**a**  \nb\nc", [["paragraph", ["strong", "a"], ["break"], "b", "\n", "c"]]),
        ("**a** ~~b~~", [["paragraph", ["strong", "a"], " ", ["strike", "b"]]]),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |",
            [["table", ["row", ["head cell", "a"], ["head cell", "b"]], ["row", ["cell", "1"], ["cell", "2"]]]],
        ),
        (
            "[a](https://x.org) and [b](mailto:c@d.org)",
            [["paragraph", ["link", "https://x.org", "a"], " and ", ["link", "mailto:c@d.org", "b"]]],
        ),
        ("**x** ![a cat](https://x.org/c.png)", [["paragraph", ["strong", "x"], " ", "[a cat] https://x.org/c.png"]]),
    ],
)
def test_markdown_is_a_tree_of_its_parts(text: str, expected: list[Any]) -> None:
    assert outline(markdown_of(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Boils fast and pours without a drip, though the handle gets warm.",
        "It costs $5 * 3 * 2, i.e. 30 - really.",
        "snake_case_names and __init__ and 2 ** 8",
        "- said she, and left",
        "1. May was warm",
        "a > b",
        "#hashtag #another",
        "Dear Sir,\n\nI write to you.\n\nYours",
        "",
    ],
)
def test_a_plain_text_is_not_taken_for_markdown(text: str) -> None:
    assert markdown_of(text) == ()


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "//x.org",
     "/local", "#part", "", "https:", "http:x", "ftp://x.org", "blob:https://x.org/1"],
)  # fmt: skip
def test_a_link_that_leads_elsewhere_is_its_text(address: str) -> None:
    assert not is_safe(address)
    assert all(node.tag != "link" for _, node in walk(markdown_of(f"**x** [click]({address})")))


def test_an_address_that_is_none_is_not_followed() -> None:
    assert not is_safe("http://[")


@pytest.mark.parametrize(
    "text",
    [
        "**x** <script>alert(1)</script>",
        "**x** <img src=x onerror=alert(1)>",
        "# t\n\n<iframe src='https://x.org'></iframe>",
        "**x** <https://x.org><b>",
        "**x** &lt;b&gt;",
    ],
)
def test_html_in_markdown_is_text(text: str) -> None:
    texts = [node.text for _, node in walk(markdown_of(text)) if node.tag == "text"]

    assert any("<" in piece for piece in texts) or "https://x.org" in "".join(texts)
    assert {node.tag for _, node in walk(markdown_of(text))} <= set(get_args(NodeTag))


def test_a_picture_is_not_fetched_and_its_address_is_no_link() -> None:
    nodes = [node for _, node in walk(markdown_of("**x** [![pixel](https://t.org/p.gif)](https://x.org)"))]

    assert [node.href for node in nodes if node.href] == ["https://x.org"]
    assert any("[pixel] https://t.org/p.gif" in node.text for node in nodes)


@pytest.mark.parametrize(
    "text", ["> " * 500 + "deep", "- " * 500 + "deep", "**x** " + "[" * 2_000, "*" * 5_000 + "a **b**"]
)
def test_no_text_nests_deeper_than_can_be_drawn(text: str) -> None:
    nodes = markdown_of(f"# t\n\n{text}")

    assert nodes and all(depth <= DEPTH + 2 for depth, _ in walk(nodes))


def test_a_long_text_and_one_of_many_parts_are_shown_as_they_are_written() -> None:
    assert markdown_of("# t\n" + "x" * MARKDOWN_CHARACTERS) == ()
    assert markdown_of("# t\n\n" + "*a* " * 5_000) == ()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab #*_`[]()<>!|-~\n\\&;:/.1http", max_size=120))
def test_no_text_breaks_the_tree_or_loses_its_words(text: str) -> None:
    nodes = markdown_of(text)

    drawn = "".join(node.text + node.href for _, node in walk(nodes))
    assert not nodes or set(re.findall(r"\b(?:ab){2,}\b", text)) <= set(re.findall(r"\b(?:ab){2,}\b", drawn))
    assert all(is_safe(node.href) for _, node in walk(nodes) if node.tag == "link")


# Traces.

CONVERSATION: list[dict[str, Any]] = [
    {"role": "system", "content": [{"type": "text", "text": "Be brief."}]},
    {"role": "user", "content": "How warm is it?"},
    {
        "role": "assistant",
        "content": [],
        "reasoning_content": "I must look.",
        "tool_calls": [{"id": "1", "function": {"name": "weather", "arguments": '{"city": "Bonn"}'}}],
    },
    {"role": "tool", "content": [{"type": "text", "text": "21"}], "tool_call_id": "1"},
    {"role": "assistant", "content": [{"type": "text", "text": "21 degrees."}]},
]


def test_a_trace_is_its_messages() -> None:
    said = [(message.role, message.text) for message in messages_of(CONVERSATION)]

    assert said == [
        ("system", "Be brief."),
        ("user", "How warm is it?"),
        ("reasoning", "I must look."),
        ("tool call", 'weather({"city": "Bonn"})'),
        ("tool", "21"),
        ("assistant", "21 degrees."),
    ]


def test_a_trace_on_a_line_says_how_long_it_is_and_how_it_ended() -> None:
    shown = cell(CONVERSATION, TRACE)
    (full,) = fields("a__trace", CONVERSATION, TRACE, "from a")

    assert (shown.form, shown.text) == ("trace", "6 messages: 21 degrees.")
    assert (full.form, full.messages) == ("trace", messages_of(CONVERSATION))
    assert full.text == transcript(full.messages) and full.text.startswith("system: Be brief.\n\nuser: How")


def test_parts_that_are_no_text_are_named_or_written_as_json() -> None:
    content = [
        {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 50_000}, "text": None},
        {"type": "text", "text": "What is it?", "image_url": None},
        {"type": "thing", "of": [1]},
    ]

    (message,) = messages_of([{"role": "user", "content": content}])

    assert message.text == '[image]\nWhat is it?\n{"type": "thing", "of": [1]}'


@pytest.mark.parametrize("value", [None, [], "text", [1], [{"content": "x"}], {"role": "user"}, [{"role": ""}]])
def test_what_is_no_trace_is_shown_as_what_it_is(value: Any) -> None:
    assert messages_of(value) == ()
    assert cell(value, TRACE).form in {"null", "json", "text"}


def test_an_endless_conversation_is_cut() -> None:
    messages = messages_of([{"role": "user", "content": "x" * (MESSAGE_CHARACTERS + 5)}] * (MESSAGES + 5))

    assert len(messages) == MESSAGES
    assert (len(messages[0].text), messages[0].cut) == (MESSAGE_CHARACTERS, 5)


def test_a_message_without_words_is_there() -> None:
    said = messages_of([{"role": "assistant", "content": None}, {"role": "assistant", "tool_calls": ["odd"]}])

    assert [(message.role, message.text) for message in said] == [("assistant", ""), ("tool call", '"odd"')]
