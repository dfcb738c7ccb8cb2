"""Moving persona datasets: from NGC, or from this machine, to Filesets of NeMo Services, and back to files."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

from dd_jupyter.errors import NotFoundError, ResourceError, ServicesError, UnreachableError
from dd_jupyter.nemo.files import CHUNK_BYTES
from dd_jupyter.resources.kinds.personas import WORKSPACE, dataset_path, fileset_name, locale_references
from dd_jupyter.resources.migration.chosen import ALL, Chosen
from dd_jupyter.resources.migration.persona_filesets import (
    NGC_VARIABLE,
    OWN_SECRET,
    locale_sizes,
    made,
    make_from_ngc,
    make_persona_fileset,
    ngc_secret,
)
from dd_jupyter.resources.migration.secrets import key_in_variable, plan_secret
from dd_jupyter.resources.migration.steps import Means, Moves, NothingToDo, PlannedStep, Rewrites, Step
from dd_jupyter.resources.secrets import SecretReference, redact

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.resources.kind import Reference
    from dd_jupyter.resources.places import Here

__all__ = ["make_persona_fileset", "plan_personas_to_local", "plan_personas_to_services"]

_WHAT_FOR = "the key for the persona datasets at NGC"


async def plan_personas_to_services(
    builder: DataDesignerConfigBuilder, here: Here, deployment: Deployment, chosen: Chosen = ALL
) -> Moves:
    """Make a Fileset for each locale that persons are sampled from.

    Of NGC, as the command line does; without a key for that, of the file on this machine if there is one.

    Raises:
        UnreachableError: When NeMo Services do not answer.
    """
    steps: list[Step] = []
    from_ngc: list[PlannedStep] = []
    for reference in _chosen(builder, chosen):
        locale = reference.name
        plan = PlannedStep(
            action="Make persona Fileset", kind="personas", name=locale, target=f"{WORKSPACE}/{fileset_name(locale)}"
        )
        try:
            there = await made(deployment, locale)
        except UnreachableError:
            raise
        except ServicesError as error:
            steps.append(_impossible(plan, f"Fileset `{plan.target}` cannot be looked up: {error}"))
            continue
        file = dataset_path(locale, here.settings)
        size = await asyncio.to_thread(_size, file)
        upload = plan.model_copy(update={"source": f"`{file}`", "bytes": size})
        if there == "whole":
            steps.append(NothingToDo(plan.model_copy(update={"state": "there already"})))
        elif there == "empty" and size is None:
            why = f"Fileset `{plan.target}` has no file `{locale}.parquet`. Upload it, or delete the Fileset."
            steps.append(_impossible(plan, why))
        elif there == "empty" or (size is not None and not await _has_key(deployment)):
            steps.append(UploadPersonas(upload, locale, file))
        else:
            known = f", {locale_sizes()[locale]}" if locale in locale_sizes() else ""
            ngc = {
                "source": f"the dataset at NGC{known}",
                "sentence": "NeMo Services fetch it when it is first used.",
            }
            from_ngc.append(plan.model_copy(update=ngc))
    if from_ngc:
        steps += await _from_ngc(from_ngc, deployment)
    return steps, Rewrites()


async def plan_personas_to_local(
    builder: DataDesignerConfigBuilder, here: Here, deployment: Deployment, chosen: Chosen = ALL
) -> Moves:
    """Download the dataset of each locale that persons are sampled from, to where the library looks for it.

    Raises:
        UnreachableError: When NeMo Services do not answer.
    """
    if here.settings.person_reader is not None:  # it finds them in its own way
        return [], Rewrites()
    steps: list[Step] = []
    for reference in _chosen(builder, chosen):
        locale, file = reference.name, dataset_path(reference.name, here.settings)
        fileset, path = fileset_name(locale), f"{locale}.parquet"
        plan = PlannedStep(
            action="Download", kind="personas", name=locale, target=str(file), source=f"`{WORKSPACE}/{fileset}#{path}`"
        )
        size = await asyncio.to_thread(_size, file)
        if size is not None:
            steps.append(NothingToDo(plan.model_copy(update={"state": "there already", "bytes": size})))
            continue
        try:
            there = await deployment.files.head(WORKSPACE, fileset, path)
        except UnreachableError:
            raise
        except NotFoundError:
            way_on = f"Get it with `data-designer download personas --locale {locale}`."
            steps.append(_impossible(plan, f"`{WORKSPACE}/{fileset}#{path}` is not in NeMo Services. {way_on}"))
        except ServicesError as error:
            steps.append(_impossible(plan, f"`{WORKSPACE}/{fileset}#{path}` cannot be read: {redact(str(error))}"))
        else:
            steps.append(DownloadPersonas(plan.model_copy(update={"bytes": there.size}), locale, file, there.size))
    return steps, Rewrites()


class MakeFromNgc(Step):
    """Makes the Fileset of a locale whose content is at NGC."""

    def __init__(self, plan: PlannedStep, secret: SecretReference) -> None:
        self.plan = plan
        self._secret = secret

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Make it, unless somebody did in between."""
        await make_from_ngc(deployment, self.plan.name, self._secret)


class UploadPersonas(Step):
    """Makes the Fileset of a locale of a file on this machine."""

    def __init__(self, plan: PlannedStep, locale: str, file: Path) -> None:
        self.plan = plan
        self._locale = locale
        self._file = file

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Make the Fileset where it is not there, and upload the file where that is not."""
        there = await made(deployment, self._locale)
        if there == "whole":
            return
        name = fileset_name(self._locale)
        if there == "none":
            description = f"Persona dataset of locale {self._locale}"
            await deployment.files.create_fileset(WORKSPACE, name, description=description, purpose="dataset")
        size = await asyncio.to_thread(_size, self._file)
        if size is None:
            raise ResourceError(f"{self._file} is no longer there. Plan the migration anew.")
        content = _read(self._file, size, means)
        await deployment.files.upload(WORKSPACE, name, f"{self._locale}.parquet", content, size=size)


class DownloadPersonas(Step):
    """Puts the dataset of a locale where the library looks for it."""

    def __init__(self, plan: PlannedStep, locale: str, file: Path, size: int) -> None:
        self.plan = plan
        self._locale = locale
        self._file = file
        self._size = size

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Download it beside its place, and move it there when it is whole."""
        if await asyncio.to_thread(_size, self._file) is not None:
            return
        part = self._file.with_name(f".{self._file.name}-{os.getpid()}.part")
        try:
            await asyncio.to_thread(_make_room, self._file.parent, self._size)
            written = await self._download(deployment, part, means)
            if written != self._size:
                raise ResourceError(
                    f"Of the personas of locale `{self._locale}` {written:,} of {self._size:,} bytes arrived. Apply "
                    "the migration again."
                )
            await asyncio.to_thread(part.replace, self._file)
        except OSError as error:
            raise ResourceError(
                f"The personas of locale `{self._locale}` cannot be written to {self._file}: {error.strerror}. Free "
                "the place, or choose another folder with DATA_DESIGNER_MANAGED_ASSETS_PATH."
            ) from error
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)

    async def _download(self, deployment: Deployment, part: Path, means: Means) -> int:
        files, path = deployment.files, f"{self._locale}.parquet"
        written = 0
        with await asyncio.to_thread(part.open, "wb", CHUNK_BYTES) as output:
            async with files.stream(WORKSPACE, fileset_name(self._locale), path) as file:
                async for chunk in file.chunks():
                    await asyncio.to_thread(output.write, chunk)
                    written += len(chunk)
                    means.progress(written, self._size)
        return written


def _chosen(builder: DataDesignerConfigBuilder, chosen: Chosen) -> list[Reference]:
    return [reference for reference in locale_references(builder) if chosen.has("personas", reference.name)]


async def _from_ngc(plans: list[PlannedStep], deployment: Deployment) -> list[Step]:
    """The steps for Filesets of NGC, with that for its key first where there is none."""
    secret = await ngc_secret(deployment)
    if secret is not None:
        return [MakeFromNgc(plan, secret) for plan in plans]
    key = await plan_secret(deployment, OWN_SECRET, key_in_variable(NGC_VARIABLE, _WHAT_FOR))
    if key.plan.state == "impossible":
        sentence = f"There is no key for NGC: {key.plan.sentence}"
        return [key, *(_impossible(plan, sentence) for plan in plans)]
    return [key, *(MakeFromNgc(plan, OWN_SECRET) for plan in plans)]


async def _has_key(deployment: Deployment) -> bool:
    """Whether nobody needs to be asked for a key for NGC."""
    return bool(os.environ.get(NGC_VARIABLE)) or await ngc_secret(deployment) is not None


async def _read(file: Path, size: int, means: Means) -> AsyncIterator[bytes]:
    done = 0
    with await asyncio.to_thread(file.open, "rb") as content:
        while chunk := await asyncio.to_thread(content.read, CHUNK_BYTES):
            yield chunk
            done += len(chunk)
            means.progress(done, size)


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None


def _make_room(folder: Path, size: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < size:
        raise ResourceError(
            f"The personas need {size:,} bytes in {folder}, which has {free:,} left. Free the place, or choose another "
            "folder with DATA_DESIGNER_MANAGED_ASSETS_PATH."
        )


def _impossible(plan: PlannedStep, sentence: str) -> Step:
    return NothingToDo(plan.model_copy(update={"state": "impossible", "sentence": sentence}))
