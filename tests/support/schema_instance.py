"""A valid instance of a JSON schema: the same one for the same schema and seed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from tests.support.pattern_instance import matching

Schema = dict[str, Any]

DEEPEST = 4  # from here on only what the schema requires, so that recursive schemas come to an end
UNIQUE_TRIES = 100
FIRST_DAY = datetime.fromisoformat("2024-01-01T09:30:00+00:00")

FIRST_NAMES = ("Ada", "Jonas", "Mei", "Priya", "Omar", "Lucía", "Noah", "Amara")
LAST_NAMES = ("Berg", "Okafor", "Silva", "Tanaka", "Moreau", "Patel", "Novak", "Reyes")
THINGS = ("travel mug", "desk lamp", "rain jacket", "bread knife", "headphones", "garden hose", "notebook")
SENTENCES = (
    "It does what it promises, with no surprises.",
    "The first impression is good, and it held for a month.",
    "The details are clear and the order makes sense.",
    "One point is missing, the rest is well explained.",
    "It follows the request closely and stays on the subject.",
    "The tone fits, though the ending could be shorter.",
)
CITIES = ("Lyon", "Nagoya", "Porto", "Accra", "Leeds", "Tampere")
WORDS = ("clear", "sturdy", "light", "quiet", "warm", "compact", "honest", "fresh")

FORMATS: dict[str, Callable[[Random], str]] = {
    "date": lambda random: _day(random).isoformat(),
    "date-time": lambda random: _moment(random).isoformat(),
    "time": lambda random: _moment(random).timetz().isoformat(),
    "duration": lambda random: f"PT{random.randint(5, 90)}M",
    "email": lambda random: f"{random.choice(WORDS)}.{random.randint(1, 99)}@example.com",
    "hostname": lambda random: f"{random.choice(WORDS)}.example.com",
    "ipv4": lambda random: f"192.0.2.{random.randint(1, 254)}",
    "ipv6": lambda random: f"2001:db8::{random.randint(1, 9999):x}",
    "uri": lambda random: f"https://example.com/{random.choice(WORDS)}/{random.randint(1, 99)}",
    "uuid": lambda random: str(UUID(int=random.getrandbits(128), version=4)),
}

NAMED: tuple[tuple[tuple[str, ...], Callable[[Random], str]], ...] = (
    (("email",), FORMATS["email"]),
    (("url", "link", "website"), FORMATS["uri"]),
    (("date", "day"), FORMATS["date"]),
    (("first_name",), lambda random: random.choice(FIRST_NAMES)),
    (("last_name", "surname"), lambda random: random.choice(LAST_NAMES)),
    (("product", "item", "title", "subject"), lambda random: random.choice(THINGS).capitalize()),
    (("name", "author", "customer", "user"), lambda random: _person(random)),
    (("city", "place", "location"), lambda random: random.choice(CITIES)),
    (("country",), lambda random: random.choice(("France", "Japan", "Ghana", "Finland"))),
    (("phone",), lambda random: f"+1 555 01{random.randint(10, 99)}"),
    (("id", "code", "sku"), lambda random: f"{random.choice('ABCDEF')}-{random.randint(100, 999)}"),
    (("tag", "tags", "keyword", "keywords", "category", "label", "tone"), lambda random: random.choice(WORDS)),
)


def instance(schema: Schema | bool, seed: str = "") -> Any:
    """Make a valid instance of a schema.

    Understood: `$ref` within the document, `enum`, `const`, `anyOf`, `oneOf`, `allOf`, every `type`
    and lists of types, properties, arrays with bounds, tuples and uniqueness, numbers with bounds and
    `multipleOf`, strings with lengths, formats and simple patterns. Conditions (`if`, `not`) are not.
    A property's name chooses between plausible texts.

    Args:
        schema: A JSON schema, as pydantic and Data Designer write it.
        seed: Another seed gives another instance.
    """
    root = schema if isinstance(schema, dict) else {}
    random = Random(json.dumps(schema, sort_keys=True) + seed)
    return _Maker(root, random).value(schema, name="", depth=0)


class _Maker:
    def __init__(self, root: Schema, random: Random) -> None:
        self.root = root
        self.random = random

    def value(self, schema: Schema | bool, name: str, depth: int) -> Any:
        if isinstance(schema, bool):
            return self.text({}, name)
        schema = self.flat(schema, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        match self.type_of(schema):
            case "object":
                return self.object(schema, depth)
            case "array":
                return self.array(schema, name, depth)
            case "integer":
                return self.integer(schema, name)
            case "number":
                return self.number(schema, name)
            case "boolean":
                return self.random.random() < 0.5
            case "null":
                return None
        return self.text(schema, name)

    def flat(self, schema: Schema, depth: int) -> Schema:
        """The schema with its references followed, its parts merged and its alternatives decided."""
        schema = dict(schema)
        while parts := self.parts(schema, depth):
            for part in parts:
                schema = _merged(schema, {} if isinstance(part, bool) else part)
        return schema

    def parts(self, schema: Schema, depth: int) -> list[Schema | bool]:
        """What else has to hold, taken out of the schema."""
        if "$ref" in schema:
            return [self.referred(schema.pop("$ref"))]
        if "allOf" in schema:
            return list(schema.pop("allOf"))
        for alternatives in ("anyOf", "oneOf"):
            if alternatives in schema:
                return [self.chosen(schema.pop(alternatives), depth)]
        return []

    def chosen(self, branches: list[Schema | bool], depth: int) -> Schema | bool:
        values = [branch for branch in branches if branch != {"type": "null"}]
        if depth < DEEPEST and values:
            return self.random.choice(values)
        return min(branches, key=lambda branch: (branch != {"type": "null"}, "$ref" in json.dumps(branch)))

    def referred(self, reference: str) -> Any:
        found: Any = self.root
        for step in reference.removeprefix("#").strip("/").split("/"):
            key = step.replace("~1", "/").replace("~0", "~")
            found = (found[int(key)] if isinstance(found, list) else found[key]) if key else found
        return found

    def type_of(self, schema: Schema) -> str:
        kind = schema.get("type")
        if isinstance(kind, list):
            return str(self.random.choice([one for one in kind if one != "null"] or ["null"]))
        if kind:
            return str(kind)
        if schema.keys() & {"properties", "required", "additionalProperties"}:
            return "object"
        if schema.keys() & {"items", "prefixItems", "minItems", "maxItems"}:
            return "array"
        if schema.keys() & {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}:
            return "number"
        return "string"

    def object(self, schema: Schema, depth: int) -> dict[str, Any]:
        properties: dict[str, Schema | bool] = schema.get("properties", {})
        required = schema.get("required", [])
        names = required if depth >= DEEPEST else [*properties, *(name for name in required if name not in properties)]
        made = {name: self.value(properties.get(name, {}), name, depth + 1) for name in names}
        others = schema.get("additionalProperties", False)
        least = max(schema.get("minProperties", 0), 2 if others and not properties and depth < DEEPEST else 0)
        for number in range(least - len(made)):
            word = WORDS[number] if number < len(WORDS) else f"key_{number}"
            made[word] = self.value(others, word, depth + 1)
        return made

    def array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        first: list[Schema] = schema.get("prefixItems", [])
        items = schema.get("items", True)
        least = schema.get("minItems", len(first))
        most = schema.get("maxItems", max(least, len(first) + (0 if items is False else 3)))
        usual = least if depth >= DEEPEST else max(least, min(2, most))
        length = self.random.randint(usual, max(usual, min(most, usual + 1)))
        made: list[Any] = []
        for position in range(max(length, min(len(first), most))):
            each = first[position] if position < len(first) else items
            value = self.value(each, name, depth + 1)
            for _ in range(UNIQUE_TRIES if schema.get("uniqueItems") else 0):
                if value not in made:
                    break
                value = self.value(each, name, depth + 1)
            if not (schema.get("uniqueItems") and value in made and len(made) >= least):
                made.append(value)
        return made

    def integer(self, schema: Schema, name: str) -> int:
        low, high = _bounds(schema, name, step=1)
        step = schema.get("multipleOf", 1)
        return int(self.random.randint(math.ceil(low / step), math.floor(high / step)) * step)

    def number(self, schema: Schema, name: str) -> float:
        low, high = _bounds(schema, name, step=0)
        if step := schema.get("multipleOf"):
            return float(self.random.randint(math.ceil(low / step), math.floor(high / step)) * step)
        inside = low + (high - low) * self.random.uniform(0.05, 0.95)
        rounded = round(inside, 2)
        return rounded if low < rounded < high else inside

    def text(self, schema: Schema, name: str) -> str:
        if "pattern" in schema:
            return matching(schema["pattern"], self.random)
        if make := FORMATS.get(schema.get("format", "")):
            return make(self.random)
        text = _plausible(name, self.random)
        while len(text) < schema.get("minLength", 0):
            text += " " + self.random.choice(SENTENCES)
        return text[: schema["maxLength"]] if "maxLength" in schema else text


def _merged(schema: Schema, part: Schema) -> Schema:
    """Both at once; where both speak, properties and requirements add up and the outer schema wins."""
    merged = {**part, **schema}
    if "properties" in part and "properties" in schema:
        merged["properties"] = {**part["properties"], **schema["properties"]}
    if "required" in part and "required" in schema:
        merged["required"] = [*part["required"], *(name for name in schema["required"] if name not in part["required"])]
    return merged


def _bounds(schema: Schema, name: str, step: int) -> tuple[float, float]:
    """The lowest and highest value; a bound that is missing comes from what the name suggests."""
    low = schema.get("minimum")
    high = schema.get("maximum")
    if "exclusiveMinimum" in schema:
        low = math.floor(schema["exclusiveMinimum"]) + 1 if step else schema["exclusiveMinimum"]
    if "exclusiveMaximum" in schema:
        high = math.ceil(schema["exclusiveMaximum"]) - 1 if step else schema["exclusiveMaximum"]
    usual_low, usual_high = {"rating": (1, 5), "stars": (1, 5), "age": (18, 80), "year": (2015, 2026)}.get(
        name, (1, 100)
    )
    width = max(usual_high - usual_low, schema.get("multipleOf", 0))
    if low is None:
        low = usual_low if high is None or high > usual_low else high - width
    if high is None:
        high = usual_high if usual_high > low else low + width
    return low, high


def _plausible(name: str, random: Random) -> str:
    words = name.lower().split("_")
    for names, make in NAMED:
        if name.lower() in names or not set(words).isdisjoint(names):
            return make(random)
    return random.choice(SENTENCES)


def _person(random: Random) -> str:
    return f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"


def _moment(random: Random) -> datetime:
    return FIRST_DAY + timedelta(minutes=random.randint(0, 600_000))


def _day(random: Random) -> date:
    return _moment(random).date()
