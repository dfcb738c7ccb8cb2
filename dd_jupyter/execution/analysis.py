"""The library's profile of a dataset, read back from what NeMo Services wrote of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from dd_jupyter.errors import DDJupyterError

if TYPE_CHECKING:
    from data_designer.config.analysis.dataset_profiler import DatasetProfilerResults


def read_analysis(written: Mapping[str, Any]) -> DatasetProfilerResults:
    """The profile that another process wrote as JSON.

    The library writes a figure that it could not calculate as "--", and refuses to read that back where
    it wants a number (0.7.0 and 0.9.6): one tokenizer without its vocabulary would cost the whole profile.

    Raises:
        DDJupyterError: When the library here cannot read what the one there wrote.
    """
    from data_designer.config.analysis.column_statistics import MissingValue
    from data_designer.config.analysis.dataset_profiler import DatasetProfilerResults

    missing = {marker.value: marker for marker in MissingValue}

    def restored(statistics: Mapping[str, Any]) -> dict[str, Any]:
        # Names and types of columns are no figures, whatever they are called.
        return {
            key: missing.get(value, value) if isinstance(value, str) and not key.startswith("column_") else value
            for key, value in statistics.items()
        }

    try:
        return DatasetProfilerResults.model_validate(
            {**written, "column_statistics": [restored(one) for one in written.get("column_statistics") or ()]}
        )
    except (ValidationError, AttributeError) as error:
        raise DDJupyterError(
            "The profile of the columns was written by another data-designer than this one, which cannot read it. "
            "Install the deployment's version here, or read `analysis.json` in a download."
        ) from error
