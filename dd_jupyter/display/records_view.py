"""Records of a run -> a table of the first ones, and some of them in full."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter.display import values
from dd_jupyter.display.view_model import ColumnHeadView, RecordsView, RecordView
from dd_jupyter.execution.results import Creation
from dd_jupyter.execution.run import Run

if TYPE_CHECKING:
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


def records_of(
    run: Run[Any], names: Sequence[str], rows: Sequence[dict[str, Any]], total: int | None, *, full: int = 0
) -> RecordsView:
    """The table of `rows`, with `names` as its columns.

    Args:
        run: Whose they are.
        names: Columns in their order, those that are not made yet too.
        rows: The first records.
        total: Records there are in all; None where that is not known.
        full: How many of the rows to show in full too.
    """
    kinds, types, languages = kinds_of(run.columns), _types(run.columns), _languages(run)
    scales = _scales(run)
    folder: Path | None = run.path if isinstance(run, Creation) else None
    heads = tuple(
        ColumnHeadView(
            name=name,
            kind=kinds.get(name, ("", ""))[0],
            detail=kinds.get(name, ("", ""))[1],
            numeric=any(values.is_number(row.get(name)) for row in rows),
        )
        for name in names
    )
    cells = tuple(
        tuple(
            values.cell(row[name], types.get(name, ""), scale=scales.get(name)) if name in row else values.PENDING
            for name in names
        )
        for row in rows
    )
    details = tuple(
        RecordView(
            number=number,
            fields=tuple(
                field
                for name in names
                for field in values.fields(
                    name, row.get(name), types.get(name, ""), kinds.get(name, ("", ""))[0],
                    language=languages.get(name, ""), scale=scales.get(name), folder=folder,
                )
            ),
        )
        for number, row in enumerate(rows[:full], start=1)
    )  # fmt: skip
    return RecordsView(columns=heads, rows=cells, total=total, expected=run.workload.num_records, full=details)


def kinds_of(columns: Sequence[Column]) -> dict[str, tuple[str, str]]:
    """What makes each column and by which model, for the columns and what they bring along."""
    kinds: dict[str, tuple[str, str]] = {}
    for column in columns:
        kinds[column.name] = (KINDS.get(column.type, column.type), ", ".join(column.aliases))
        for extra in column.side_effects:
            kinds[extra] = (f"from {column.name}", "")
    return kinds


def _types(columns: Sequence[Column]) -> dict[str, str]:
    return {column.name: column.type for column in columns}


def _languages(run: Run[Any]) -> dict[str, str]:
    configs = run.workload.builder.get_column_configs()
    return {config.name: str(config.code_lang) for config in configs if config.column_type == "llm-code"}


def _scales(run: Run[Any]) -> dict[str, int]:
    """The best score of each judge column whose answers are numbers, where it has one score."""
    scales: dict[str, int] = {}
    for config in run.workload.builder.get_column_configs():
        if config.column_type == "llm-judge" and len(config.scores) == 1:
            answers = [str(answer) for answer in config.scores[0].options]
            if answers and all(answer.isdecimal() for answer in answers):
                scales[config.name] = max(map(int, answers))
    return scales
