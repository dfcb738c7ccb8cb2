"""What a configuration's seed is called, and its columns, read as the library reads them."""

from __future__ import annotations

import asyncio
import glob
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter.resources.fileset_seed import FILESET_SEED_TYPES
from dd_jupyter.resources.kind import SeedColumns
from dd_jupyter.resources.places import NotAskedError
from dd_jupyter.resources.secrets import redact

if TYPE_CHECKING:
    import duckdb
    from data_designer.config.seed_source import SeedSource

    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.resources.kind import Inquiry

READ_SECONDS = 10.0
"""How long reading columns may take: of text files the library's reader looks at the first lines."""

HUB = "hf"

COUNTED_BYTES = 20_000_000
"""Text files of this machine up to this size are counted, which takes a tenth of a second."""

AT_HAND_BYTES = 1_000_000
"""A text file of a Fileset up to this size has been read for its columns, and is counted too."""


def seed_name(source: Any) -> str:
    """A seed as a person knows it: its path, or how large a DataFrame it is."""
    if source.seed_type == "df":
        rows, columns = source.df.shape
        return f"DataFrame {rows:,} × {columns:,}"
    path = getattr(source, "path", None)
    return redact(str(path)) if path else str(source.seed_type)


async def read_columns(inquiry: Inquiry) -> SeedColumns:
    """The columns of the seed; none without a seed. Never raises: what went wrong is part of the answer."""
    seed = inquiry.builder.get_seed_config()
    if seed is None:
        return SeedColumns(())
    if seed.source.seed_type == HUB:
        return SeedColumns(None)  # whatever the hub has, reading it takes seconds and may cost traffic
    try:
        async with asyncio.timeout(READ_SECONDS):
            if seed.source.seed_type in FILESET_SEED_TYPES and inquiry.here.settings.seed_readers is None:
                return await _of_fileset(seed.source, inquiry)
            return await asyncio.to_thread(_of_source, seed.source, inquiry)
    except NotAskedError:
        return SeedColumns(None)
    except TimeoutError:
        return SeedColumns(None, TimeoutError(f"reading its columns took longer than {READ_SECONDS:.0f} s"))
    except Exception as error:  # the library, DuckDB and pandas raise all sorts for a file that is none
        return SeedColumns(None, error)


async def _of_fileset(source: SeedSource, inquiry: Inquiry) -> SeedColumns:
    """Found before it is read, so that nobody waits in a thread for who is silent; the rest is made ready meanwhile."""
    from dd_jupyter.engine.fileset_files import FilesetPath, read_end

    there = inquiry.there
    place = FilesetPath.parse(source.path, there.workspace)
    sizes, end, connection = await asyncio.gather(
        find_in_fileset(source.path, inquiry),
        there.ask(("end", str(place)), lambda deployment: read_end(deployment, place)),
        asyncio.to_thread(_connect),
    )

    def read(deployment: Deployment) -> SeedColumns:
        from dd_jupyter.engine.fileset_files import FilesetFiles
        from dd_jupyter.engine.fileset_seed_reader import columns, columns_and_size

        files = FilesetFiles(deployment, place, sizes, end)
        if not _is_at_hand(sizes):
            return SeedColumns(tuple(columns(source, files, connection)))
        names, num_records = columns_and_size(source, files, connection)
        return SeedColumns(tuple(names), num_records=num_records)

    return await there.ask(("columns", source.path), lambda deployment: asyncio.to_thread(read, deployment))


async def find_in_fileset(path: str, inquiry: Inquiry) -> dict[str, int]:
    """The files that the path of a seed in a Fileset means, with their sizes; looked up once.

    Raises:
        NotAskedError: When NeMo Services were not asked.
        ResourceError: When they are not there.
        ServicesError: When that cannot be known.
    """
    from dd_jupyter.engine.fileset_files import FilesetPath, find_files

    there = inquiry.there
    place = FilesetPath.parse(path, there.workspace)
    return await there.ask(("seed", str(place)), lambda deployment: find_files(deployment, place))


def _connect() -> duckdb.DuckDBPyConnection:
    from dd_jupyter.engine.fileset_seed_reader import connect

    return connect()


def _of_source(source: SeedSource, inquiry: Inquiry) -> SeedColumns:
    from dd_jupyter.engine.seed_data import SeedData

    data = SeedData(source, inquiry.here.settings)
    names = tuple(data.columns())
    if source.seed_type == "local" and _takes_long(source.path):
        return SeedColumns(names)
    return SeedColumns(names, num_records=data.num_records())


def _takes_long(path: str) -> bool:
    """Whether files have to be read to be counted, and are large; of Parquet the end is enough."""
    files = glob.glob(path, recursive=True)  # noqa: PTH207 - the pattern may begin anywhere
    return sum(Path(file).stat().st_size for file in files if not file.endswith(".parquet")) > COUNTED_BYTES


def _is_at_hand(sizes: Mapping[str, int]) -> bool:
    """Whether the records of files in a Fileset can be counted without asking for more of them."""
    if len(sizes) == 1 and next(iter(sizes)).endswith(".parquet"):
        return True
    return sum(sizes.values()) <= AT_HAND_BYTES and not any(name.endswith(".parquet") for name in sizes)
