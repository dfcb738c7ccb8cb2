"""What the model double says: plausible, valid, and the same for the same request."""

from __future__ import annotations

import base64
import json
import math
import re
import struct
import zlib
from random import Random
from typing import Any

from tests.support.schema_instance import instance

Body = dict[str, Any]

HEALTH_CHECK_TEXT = "Hello!"
HEALTH_CHECK_IMAGE = "Generate a simple illustration of a thumbs up sign."

CHARACTERS_PER_TOKEN = 4
TOKENS_PER_MESSAGE = 4
TOKENS_PER_IMAGE = 258
EMBEDDING_DIMENSIONS = 16
IMAGE_SIDE = 32  # pixels

SCHEMA = re.compile(r"<response_schema>\n(.*?)\n</response_schema>", re.DOTALL)  # the tag alone is named before it
CODE = re.compile(r"Your response must be code written in (\S+?)\.\s")
STARS = re.compile(r"\b([1-5])(?:[ -]stars?|\s*/\s*5|\s+out of)", re.IGNORECASE)
TOPIC = re.compile(
    r"\b(?:review|description|summary|question|story|email|article|name|title|answer)?\s*\b(?:of|about|for|on|to)\s+"
    r"(?:this |that |an? |the |our |your )?([\w'-]+(?: [\w'-]+){0,3}?)"
    r"(?=[.,;:!?\n]|$| (?:in|with|from|by|who|that|which|written|and|rated|sold|at|to|as|is)\b)",
    re.IGNORECASE,
)
NAMED = re.compile(r"\b(?:the|an?|this|your)\s+([\w'-]+)", re.IGNORECASE)
LABELLED = re.compile(r"\b(?:product|topic|subject|item|name|title)\s*:\s*([^\n.,;]{2,40})", re.IGNORECASE)

GOOD = (
    "I have used the {topic} every day for a month and it still feels new. Well worth the price.",
    "The {topic} arrived quickly and works just as described. I would buy it again.",
    "A very good {topic}: simple to set up, quiet, and better made than I expected.",
)
MIXED = (
    "The {topic} does its job, but the instructions could be clearer.",
    "A decent {topic} for the money; the finish is good, the packaging is not.",
)
BAD = (
    "The {topic} stopped working after a week, and support took five days to answer.",
    "I expected more of the {topic}. It looks nice but does not last.",
)
KINDS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("answer",), ("In most cases yes; it depends on how often it is used and on a little care.",)),
    (("question",), ("What is most worth knowing about the {topic}?", "Why does the {topic} matter so much?")),
    (("product name", "a name", "title"), ("The Everyday {topic}", "{topic}, Made Simple")),
    (
        ("email", "e-mail", "support ticket", "complaint"),
        ("Hello, I have a question about the {topic} that I ordered last week. Could you help me?",),
    ),
    (("slogan", "tagline"), ("The {topic} that keeps up with you.", "Made simple: the {topic}.")),
    (("summar",), ("In short, the {topic} is useful, easy to learn and fairly priced.",)),
    (
        ("describe", "description"),
        (
            "What stands out about the {topic} is the care for detail.",
            "At first sight the {topic} seems quite ordinary.",
        ),
    ),
    (("story",), ("On a quiet morning in March, somebody left the {topic} at the station.",)),
)
OTHERWISE = (
    "The {topic} is easier to understand once you see a small example.",
    "Most people first notice how practical the {topic} is.",
    "There are three good reasons to look closely at the {topic}.",
)

SNIPPETS = {
    "python": (
        'def average(values: list[float]) -> float:\n    """Return the mean, or zero without values."""\n'
        "    return sum(values) / len(values) if values else 0.0",
        'def count_words(text: str) -> dict[str, int]:\n    """Count how often each word occurs."""\n'
        "    counts: dict[str, int] = {}\n    for word in text.lower().split():\n"
        "        counts[word] = counts.get(word, 0) + 1\n    return counts",
    ),
    "sql": (
        "SELECT product, AVG(rating) AS mean_rating\nFROM reviews\nGROUP BY product\nORDER BY mean_rating DESC;",
        "SELECT COUNT(*) AS orders\nFROM sales\nWHERE quantity > 1;",
    ),
    "bash": ('for file in *.csv; do\n  wc -l "$file"\ndone',),
    "javascript": ("const average = (values) => values.reduce((a, b) => a + b, 0) / values.length;",),
    "typescript": ("const double = (values: number[]): number[] => values.map((value) => 2 * value);",),
    "java": ("int twice(int value) {\n    return 2 * value;\n}",),
    "kotlin": ("fun twice(value: Int): Int = 2 * value",),
    "scala": ("def twice(value: Int): Int = 2 * value",),
    "swift": ("func twice(_ value: Int) -> Int { 2 * value }",),
    "go": ("func twice(value int) int {\n\treturn 2 * value\n}",),
    "rust": ("fn twice(value: i64) -> i64 {\n    2 * value\n}",),
    "ruby": ("def twice(value)\n  2 * value\nend",),
    "cobol": ("       COMPUTE RESULT = 2 * AMOUNT.",),
}
C_LIKE = ("int twice(int value) {\n    return 2 * value;\n}",)  # c, cpp, csharp


def chat_completion(body: Body) -> Body:
    """Answer a request to `/chat/completions` with what was asked for."""
    return _completion(chat_message(body), body)


def completion_of(text: str, body: Body) -> Body:
    """Answer a request to `/chat/completions` with this text."""
    return _completion({"role": "assistant", "content": text}, body)


def chat_message(body: Body) -> Body:
    """What the assistant says next: a tool call, an image, or text of the kind that was asked for."""
    tools = body.get("tools")
    if tools and not any(message.get("role") == "tool" for message in body["messages"]):
        return {"role": "assistant", "content": None, "tool_calls": [_tool_call(tools[0], body)]}
    if "image" in body.get("model", "").lower() or "image" in body.get("modalities", []):
        url = f"data:image/png;base64,{png(prompt_of(body))}"
        return {"role": "assistant", "content": "", "images": [{"type": "image_url", "image_url": {"url": url}}]}
    return {"role": "assistant", "content": chat_text(body)}


def chat_text(body: Body) -> str:
    """The text of an answer: JSON or code in a fence if the prompt asks for it, a sentence or two otherwise."""
    prompt = prompt_of(body)
    asked = "\n".join(text_of(message.get("content")) for message in body["messages"]) + "\n"
    if schemas := SCHEMA.findall(asked):
        valid = instance(json.loads(schemas[-1]), seed=prompt)
        return f"```json\n{json.dumps(valid, ensure_ascii=False, indent=2)}\n```"
    if languages := CODE.findall(asked):
        snippets = SNIPPETS.get(languages[-1].split(":")[0], C_LIKE)
        return f"```{languages[-1]}\n{Random(prompt).choice(snippets)}\n```"
    if prompt == HEALTH_CHECK_TEXT:
        return "Hello! How can I help you today?"
    return sentence(prompt)


def sentence(prompt: str) -> str:
    """One or two plain sentences on what the prompt is about."""
    lower = prompt.lower()
    if "review" in lower:
        stars = STARS.search(prompt)
        rating = int(stars[1]) if stars else 5
        choices: tuple[str, ...] = GOOD if rating >= 4 else MIXED if rating == 3 else BAD
    else:
        choices = next((texts for words, texts in KINDS if any(word in lower for word in words)), OTHERWISE)
    return Random(prompt).choice(choices).format(topic=topic(prompt))


def topic(prompt: str) -> str:
    """What a prompt is about, in at most a few words of its own."""
    for pattern in (LABELLED, TOPIC, NAMED):
        if found := pattern.search(prompt):
            words = found[1].strip().split()[:5]
            return " ".join(words)
    return "product" if "product" in prompt.lower() else "subject"


def embeddings(body: Body) -> Body:
    """Answer a request to `/embeddings`: unit vectors that depend on the text alone."""
    inputs = body["input"] if isinstance(body["input"], list) else [body["input"]]
    size = body.get("dimensions") or EMBEDDING_DIMENSIONS
    vectors: list[Any] = [vector(str(text), size) for text in inputs]
    if body.get("encoding_format") == "base64":
        vectors = [base64.b64encode(struct.pack(f"<{size}f", *each)).decode() for each in vectors]
    data = [{"object": "embedding", "index": index, "embedding": each} for index, each in enumerate(vectors)]
    tokens = sum(_tokens(str(text)) for text in inputs)
    return {"object": "list", "model": body["model"], "data": data, "usage": _usage(tokens, 0)}


def vector(text: str, size: int) -> list[float]:
    """A vector of length one."""
    random = Random(text)
    numbers = [random.gauss(0, 1) for _ in range(size)]
    length = math.hypot(*numbers)
    return [number / length for number in numbers]


def images(body: Body) -> Body:
    """Answer a request to `/images/generations`."""
    prompt = body["prompt"]
    data = [{"b64_json": png(f"{prompt}{number or ''}")} for number in range(body.get("n") or 1)]
    return {"created": 0, "data": data, "usage": _usage(_tokens(prompt), TOKENS_PER_IMAGE * len(data))}


def png(text: str) -> str:
    """A small square in two colours that depend on the text: a PNG in base64."""
    random = Random(text)
    upper, lower = (bytes(random.randrange(64, 256) for _ in range(3)) for _ in range(2))
    rows = [b"\x00" + (upper if row < IMAGE_SIDE // 2 else lower) * IMAGE_SIDE for row in range(IMAGE_SIDE)]
    header = struct.pack(">IIBBBBB", IMAGE_SIDE, IMAGE_SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)).decode()


def prompt_of(body: Body) -> str:
    """The text of the last message of the user, or the prompt of an image."""
    for message in reversed(body.get("messages", [])):
        if message.get("role") == "user":
            return text_of(message.get("content"))
    return str(body.get("prompt", ""))


def text_of(content: Any) -> str:
    """The text of a message, which is a string or a list of blocks."""
    if isinstance(content, list):
        return "\n".join(block.get("text", "") for block in content if block.get("type") == "text")
    return content or ""


def _completion(message: Body, body: Body) -> Body:
    reason = "tool_calls" if "tool_calls" in message else "stop"
    return {
        "id": f"chatcmpl-{_fingerprint(body)}",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", ""),
        "choices": [{"index": 0, "message": message, "finish_reason": reason}],
        "usage": _usage(_input_tokens(body), _output_tokens(message)),
    }


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _tool_call(tool: Body, body: Body) -> Body:
    function = tool["function"]
    arguments = instance(function.get("parameters", {"type": "object"}), seed=prompt_of(body))
    call = {"name": function["name"], "arguments": json.dumps(arguments)}
    return {"id": f"call_{_fingerprint(body)}", "type": "function", "function": call}


def _fingerprint(body: Body) -> str:
    return f"{zlib.crc32(json.dumps(body, sort_keys=True).encode()):08x}"


def _usage(input_tokens: int, output_tokens: int) -> dict[str, int]:
    return {
        "prompt_tokens": input_tokens,
        "completion_tokens": output_tokens,
        "total_tokens": input_tokens + output_tokens,
    }


def _input_tokens(body: Body) -> int:
    messages = body.get("messages", [])
    return sum(TOKENS_PER_MESSAGE + _tokens(text_of(message.get("content"))) for message in messages)


def _output_tokens(message: Body) -> int:
    if "images" in message:
        return TOKENS_PER_IMAGE * len(message["images"])
    calls = json.dumps(message["tool_calls"]) if "tool_calls" in message else ""
    return _tokens((message["content"] or "") + calls)


def _tokens(text: str) -> int:
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)
