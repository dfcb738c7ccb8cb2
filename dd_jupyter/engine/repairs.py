"""Faults of the library that cost a person records, mended for the runs that are made here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def keep_samplers_aligned(generators: Iterable[Any]) -> None:
    """Let samplers work on records of which some were given up.

    A record may fail before the samplers of its row group had their turn: a column that uses the seed
    only does not wait for them. The library then joins ten numbered rows with nine that are numbered
    anew, gets ten, and gives all records of the row group up. Seen in 0.7.0 and 0.9.6.
    """
    for generator in generators:
        if type(generator).__name__ == "SamplerColumnGenerator":
            generator.generate = _numbered_anew(generator.generate)


def _numbered_anew(generate: Callable[[pd.DataFrame], pd.DataFrame]) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def aligned(records: pd.DataFrame) -> pd.DataFrame:
        made = generate(records.reset_index(drop=True))
        made.index = records.index
        return made

    return aligned
