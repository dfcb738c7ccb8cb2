"""Persona datasets: a file in the library's folder here, a Fileset of workspace `system` there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_jupyter.engine import Settings
from dd_jupyter.errors import ServicesError
from dd_jupyter.resources.kind import Inquiry, Reference, named
from dd_jupyter.resources.places import UNASKED, NotAskedError, status_of
from dd_jupyter.resources.report import Finding, Kind, Move

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.nemo.files import FileInfo

WORKSPACE = "system"
"""Where NeMo Services look for persona datasets."""


class Personas:
    """The locales that `person` samplers draw from; `person_from_faker` needs no dataset."""

    kind: Kind = "personas"

    def references(self, inquiry: Inquiry) -> Iterable[Reference]:
        """Each locale once."""
        return locale_references(inquiry.builder)

    async def resolve_run(self, reference: Reference, inquiry: Inquiry) -> Finding:
        """A file that somebody downloaded."""
        if inquiry.here.settings.person_reader is not None:
            return Finding(status="not checked", sentence="A person reader of your own finds it.")
        path = dataset_path(reference.name, inquiry.here.settings)
        if await asyncio.to_thread(path.is_file):
            return Finding(status="ok", sentence="Downloaded.")
        size = _size(reference.name)
        return Finding(
            status="missing",
            sentence=f"Not downloaded{f': {size}' if size else ''}. Get it with `data-designer download personas "
            f"--locale {reference.name}`, or sample from `person_from_faker`, which needs no dataset.",
        )

    async def resolve_submit(self, reference: Reference, inquiry: Inquiry) -> Finding:
        """A Fileset that somebody made."""
        name, file = fileset_name(reference.name), f"{reference.name}.parquet"
        there = inquiry.there
        files: list[FileInfo] | None
        try:
            try:
                files = await there.ask(
                    ("files", WORKSPACE, name), lambda services: services.files.list_files(WORKSPACE, name)
                )
            except ServicesError:  # one that is there has its files at NGC, which may not answer
                files = None
                await there.ask(("fileset", WORKSPACE, name), lambda services: services.files.fileset(WORKSPACE, name))
        except NotAskedError:
            return UNASKED
        except ServicesError as error:
            status = status_of(error)
            if status != "missing":
                return Finding(status=status, sentence=f"Fileset `{WORKSPACE}/{name}` cannot be looked up: {error}")
            return Finding(
                status="missing",
                sentence=f"There is no Fileset `{WORKSPACE}/{name}`. Make it with `nemo data-designer personas "
                f"make-fileset --locale {reference.name}`, or sample from `person_from_faker`.",
            )
        if files is None:
            sentence = f"Fileset `{WORKSPACE}/{name}`; its files could not be listed."
            return Finding(status="ok", warning=True, sentence=sentence)
        if file not in {one.path.lstrip("/") for one in files}:
            return Finding(status="missing", sentence=f"Fileset `{WORKSPACE}/{name}` has no file `{file}`.")
        return Finding(status="ok", sentence=f"Fileset `{WORKSPACE}/{name}`.")

    def moves(self, reference: Reference, inquiry: Inquiry) -> tuple[Move, ...]:
        """Both ways."""
        return (
            Move(to="services", text="Make its persona Fileset."),
            Move(to="local", text="Download it from its Fileset."),
        )


def locale_references(builder: DataDesignerConfigBuilder) -> list[Reference]:
    """The locales that a configuration's `person` samplers draw from, each once."""
    users: dict[str, list[str]] = {}
    for column in builder.get_column_configs():
        for parameters in _sampled_from(column):
            if getattr(parameters, "sampler_type", "") == "person":
                users.setdefault(parameters.locale, []).append(column.name)
    return [Reference(locale, named(columns)) for locale, columns in users.items()]


def fileset_name(locale: str) -> str:
    """The Fileset of a locale, by the convention of the services."""
    return f"nemotron-personas-dataset-{locale.lower()}"


def dataset_path(locale: str, settings: Settings) -> Path:
    """Where the library looks for a locale's dataset in this kernel."""
    from data_designer.config.utils.constants import MANAGED_ASSETS_PATH

    return Path(settings.managed_assets_path or MANAGED_ASSETS_PATH) / "datasets" / f"{locale}.parquet"


def _sampled_from(column: Any) -> Iterable[Any]:
    if getattr(column, "column_type", "") == "sampler":
        yield column.params
        yield from (column.conditional_params or {}).values()


def _size(locale: str) -> str:
    from data_designer.config.utils.constants import NEMOTRON_PERSONAS_DATASET_SIZES

    return str(NEMOTRON_PERSONAS_DATASET_SIZES.get(locale, ""))
