"""What is known of the columns of a table beyond their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import values
from dd_jupyter.execution.results import Creation
from dd_jupyter.execution.run import Run

if TYPE_CHECKING:
    from dd_jupyter.display.table.frames import Frame
    from dd_jupyter.engine import Column

KINDS = {
    "seed-dataset": "seed",
    "sampler": "sampler",
    "expression": "expression",
    "llm-text": "LLM text",
    "llm-code": "LLM code",
    "llm-structured": "LLM structured",
    "llm-judge": "LLM judge",
    "validation": "validation",
    "embedding": "embedding",
    "image": "image",
    "custom": "custom",
}
"""The library's column types in a person's words; a plugin's type is shown as it is."""

_TRACE = "__trace"
_WORDS = {"llm-judge": "judge", values.TRACE: "trace"}
_LOOKED_AT = 20
"""So many records tell what the columns of a DataFrame are that no run of ours made."""


@dataclass(frozen=True)
class Description:
    """What is known of the columns, each by its name.

    Attributes:
        kinds: What makes it, and by which model.
        types: The library's type, or `values.TRACE`.
        languages: Of code.
        scales: The best score of a judge that gives numbers.
        scored: Judges that give one number, whatever its best may be.
        folder: Where the relative paths of a dataset's images start.
    """

    kinds: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    scales: Mapping[str, int] = field(default_factory=dict)
    scored: frozenset[str] = frozenset()
    folder: Path | None = None

    def kind(self, name: str) -> str:
        """What makes a column, in words; "" where that is not known."""
        return self.kinds.get(name, ("", ""))[0]

    def detail(self, name: str) -> str:
        """By which model a column is made; "" where there is none."""
        return self.kinds.get(name, ("", ""))[1]

    def type(self, name: str) -> str:
        """The library's type of a column; "" where that is not known."""
        return self.types.get(name, "")


def describe(run: Run[Any]) -> Description:
    """What a run knows of its columns."""
    configs = run.workload.builder.get_column_configs()
    scales = {config.name: best for config in configs if (best := _scale(config)) is not None}
    return Description(
        kinds=kinds_of(run.columns),
        types=_types(run.columns),
        languages={config.name: _word(config.code_lang) for config in configs if config.column_type == "llm-code"},
        scales=scales,
        scored=frozenset(scales),
        folder=run.path if isinstance(run, Creation) and run.has_path else None,
    )


def guess(frame: Frame) -> Description:
    """What the values themselves tell: traces and judges' answers, in a dataset that was loaded from somewhere."""
    rows = frame.rows(range(min(len(frame), _LOOKED_AT)))
    samples = {name: [row[name] for row in rows] for name in frame.names}
    types = {name: found for name, sample in samples.items() if (found := _guessed(name, sample))}
    return Description(
        # Nothing makes them that one could ask for: what they are is a detail.
        kinds={name: ("", _WORDS.get(types.get(name, ""), _short(frame.dtype(name)))) for name in frame.names},
        types=types,
        scored=frozenset(name for name, found in types.items() if found == "llm-judge" and _is_scored(samples[name])),
    )


def kinds_of(columns: Sequence[Column]) -> dict[str, tuple[str, str]]:
    """What makes each column and by which model, for the columns and what they bring along."""
    kinds: dict[str, tuple[str, str]] = {}
    for column in columns:
        kinds[column.name] = (KINDS.get(column.type, column.type), ", ".join(column.aliases))
        for extra in column.side_effects:
            kinds[extra] = (f"from {column.name}", "")
    return kinds


def _types(columns: Sequence[Column]) -> dict[str, str]:
    types = {column.name: column.type for column in columns}
    traces = (extra for column in columns for extra in column.side_effects if extra.endswith(_TRACE))
    return types | dict.fromkeys(traces, values.TRACE)


def _scale(config: Any) -> int | None:
    """The best score of a judge column whose answers are numbers, where it has one score."""
    if config.column_type != "llm-judge" or len(config.scores) != 1:
        return None
    answers = [str(answer) for answer in config.scores[0].options]
    return max(map(int, answers)) if answers and all(answer.isdecimal() for answer in answers) else None


def _short(dtype: str) -> str:
    """A type without what it is made of, which may be pages."""
    return dtype.partition("<")[0].partition("{")[0][:40]


def _is_scored(sample: Sequence[Any]) -> bool:
    scores = [score for value in sample if (score := values.score(value)) is not None]
    return bool(scores) and all(values.number(score) is not None for score in scores)


def _word(language: Any) -> str:
    return str(getattr(language, "value", language))


def _guessed(name: str, sample: Sequence[Any]) -> str:
    present = [value for value in sample if values.written(value) is not None]
    if name.endswith(_TRACE):
        return values.TRACE
    if present and all(len(values.scores_of(value)) == len(value) > 0 for value in present if isinstance(value, dict)):
        return "llm-judge" if all(isinstance(value, dict) for value in present) else ""
    return ""
