"""A fault of the library does not cost a person records."""

from __future__ import annotations

from typing import Any

import pandas as pd
from data_designer.engine.column_generators.generators.samplers import SamplerColumnGenerator  # noqa: TID251

from dd_jupyter.engine.repairs import keep_samplers_aligned

# The third of four records was given up before the samplers had their turn.
LEFT = pd.DataFrame({"number": [0, 1, 3]}, index=[0, 1, 3])


def sampler() -> Any:
    """The library's own, which draws 0, 1, 2 and so on."""
    made: Any = SamplerColumnGenerator.__new__(SamplerColumnGenerator)
    made.generate_from_scratch = lambda records: pd.DataFrame({"drawn": range(records)})
    return made


def test_samplers_draw_for_the_records_that_are_left() -> None:
    generator = sampler()

    keep_samplers_aligned([generator])
    made = generator.generate(LEFT)

    assert made.to_dict(orient="list") == {"number": [0, 1, 3], "drawn": [0, 1, 2]}
    assert list(made.index) == [0, 1, 3]


def test_the_library_still_gets_it_wrong_so_the_repair_is_needed() -> None:
    assert len(sampler().generate(LEFT)) == 4
