"""The profile that NeMo Services wrote is read, even where a figure could not be calculated."""

from __future__ import annotations

from typing import Any

import pytest
from data_designer.config.analysis.column_statistics import MissingValue

from dd_jupyter.errors import DDJupyterError
from dd_jupyter.execution.analysis import read_analysis

TOKENS = {f"{side}_tokens_{figure}" for side in ("input", "output") for figure in ("mean", "median", "stddev")}


def written(**changed: Any) -> dict[str, Any]:
    """What the library writes of one LLM column whose tokens it could not count."""
    column = {
        "column_name": "--",
        "column_type": "llm-text",
        "num_records": 2,
        "num_null": 0,
        "num_unique": 2,
        "pyarrow_dtype": "string",
        "simple_dtype": "string",
        **dict.fromkeys(TOKENS, "--"),
    }
    return {
        "num_records": 2,
        "target_num_records": 2,
        "column_statistics": [column],
        "side_effect_column_names": [],
        "column_profiles": None,
        **changed,
    }


def test_a_figure_that_could_not_be_calculated_costs_nothing_else() -> None:
    profile = read_analysis(written())

    (column,) = profile.column_statistics
    assert (profile.num_records, column.num_unique) == (2, 2)
    assert column.input_tokens_mean == MissingValue.CALCULATION_FAILED


def test_a_name_is_no_figure() -> None:
    assert read_analysis(written()).column_statistics[0].column_name == "--"


@pytest.mark.parametrize("profile", [{}, written(column_statistics=[{"column_type": "of a later version"}])])
def test_what_another_version_wrote_is_told(profile: dict[str, Any]) -> None:
    with pytest.raises(DDJupyterError, match="another data-designer"):
        read_analysis(profile)
