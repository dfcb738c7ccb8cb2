"""Seed data in a Fileset of NeMo Services, as a configuration names it.

The library imports this module while it imports its own configuration, to learn of the seed type: it
must stay light, and of the library it may import `data_designer.config.seed_source` only.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import Literal

from data_designer.config.seed_source import SeedSource
from pydantic import Field, field_validator

FILESET_SEED_TYPES = ("nmp", "nhx")
"""The tags on the wire: NeMo Platform's, and that of its successor NeMo Helix."""


class _FilesetSource(SeedSource):  # type: ignore[misc]
    path: str = Field(
        ...,
        description=(
            "`[workspace/]fileset#path`: Parquet, CSV, JSON or JSON Lines in a Fileset. Wildcards are allowed in the "
            "path, as in `default/reviews#data/*.parquet`. Without a workspace the current one is meant."
        ),
    )

    @field_validator("path")
    @classmethod
    def _names_a_file_in_a_fileset(cls, path: str) -> str:
        fileset, hash_sign, file = path.partition("#")
        if not (hash_sign and fileset and file):
            raise ValueError(f"`{path}` is no `[workspace/]fileset#path`, such as `default/reviews#data/*.parquet`")
        if not all(fileset.split("/")) or fileset.count("/") > 1:
            raise ValueError(f"`{fileset}` in `{path}` is neither `fileset` nor `workspace/fileset`")
        return path


class FilesetFileSeedSource(_FilesetSource):
    """Files in a Fileset of NeMo Platform."""

    seed_type: Literal["nmp"] = "nmp"


class NhxFilesetFileSeedSource(_FilesetSource):
    """Files in a Fileset of NeMo Helix."""

    seed_type: Literal["nhx"] = "nhx"


# Where the platform is installed, configurations have its class, and take an instance of no other.
with suppress(ImportError):
    FilesetFileSeedSource = import_module(  # type: ignore[misc]
        "data_designer_nemo.fileset_file_seed_source"
    ).FilesetFileSeedSource
