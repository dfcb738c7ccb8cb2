"""Local seeds -> Parquet in a Fileset."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import tempfile
import threading
import weakref
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from dd_jupyter.errors import ConflictError, DDJupyterError, NotFoundError, ResourceError, ServicesError
from dd_jupyter.nemo.files import CHUNK_BYTES
from dd_jupyter.resources.fileset_seed import FILESET_SEED_TYPES, FilesetFileSeedSource, NhxFilesetFileSeedSource
from dd_jupyter.resources.migration.steps import Means, Moves, NothingToDo, PlannedStep, Rewrites, Step
from dd_jupyter.resources.secrets import StrictResolver, redact
from dd_jupyter.resources.seed_columns import seed_name

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from data_designer.config.seed import SeedConfig
    from data_designer.config.seed_source import SeedSource

    from dd_jupyter.engine import Settings
    from dd_jupyter.engine.seed_data import Written
    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.resources.places import Here

THERE_ALREADY = frozenset({*FILESET_SEED_TYPES, "hf"})
"""Seeds that NeMo Services read where they are."""

DIGITS = 8
"""Of the content's hash, in the name of a Fileset: seeds of one name that differ do not meet."""

LONGEST_STEM = 40

_FOOTER_END = 8
"""A Parquet file ends with its footer's length, four bytes, and "PAR1"."""

_WILDCARD = re.compile(r"[*?\[{]")
_OTHER = re.compile(r"[^a-z0-9]+")


async def plan_seed_upload(builder: DataDesignerConfigBuilder, here: Here, deployment: Deployment) -> Moves:
    """What brings the seed to where NeMo Services read it: nothing if it is there, else a file in a Fileset.

    The seed is read and written as Parquet to a temporary file, since its size and its name come from what is in it.

    Raises:
        DDJupyterError: When NeMo Services cannot be asked.
    """
    seed = builder.get_seed_config()
    if seed is None or seed.source.seed_type in THERE_ALREADY:
        return [], Rewrites()
    plan = PlannedStep(action="Upload", kind="seed", name=seed_name(seed.source), source=_source(seed.source))
    prepared = _Prepared()
    try:
        written = await prepared.write(
            seed, replace(here.settings, deployment=here.settings.deployment or _no_other(deployment))
        )
    except ResourceError as error:
        return [NothingToDo(_impossible(plan, redact(str(error))))], Rewrites()
    stem = _stem(seed.source)
    fileset, file = f"{stem}-{written.sha256[:DIGITS]}", f"{stem}.parquet"
    target = f"{deployment.workspace}/{fileset}#{file}"
    plan = plan.model_copy(
        update={"target": target, "rows": written.rows, "bytes": written.bytes, "sentence": _note(written)}
    )
    there, schema = await asyncio.gather(_size_there(deployment, fileset, file), deployment.platform.schema())
    if there is not None and there != written.bytes:
        return [NothingToDo(_impossible(plan, _another(target, there, written.bytes)))], Rewrites()
    source = NhxFilesetFileSeedSource if schema.fileset_seed_type == "nhx" else FilesetFileSeedSource
    rewrites = Rewrites(seed=source(path=target))
    if there is not None:
        return [NothingToDo(plan.model_copy(update={"state": "there already"}))], rewrites
    return [_Upload(plan, prepared, fileset, file)], rewrites


class _Prepared:
    """The Parquet file to upload, which is gone when this is."""

    def __init__(self) -> None:
        handle, name = tempfile.mkstemp(prefix="dd_jupyter-seed-", suffix=".parquet")
        os.close(handle)
        self.path = Path(name)
        weakref.finalize(self, self.path.unlink, missing_ok=True)

    async def write(self, seed: SeedConfig, settings: Settings) -> Written:
        """Write the seed's records; ends with the coroutine.

        Raises:
            ResourceError: When they cannot be written, or a selection would mean others afterwards.
        """
        stop = threading.Event()

        def go_on(rows: int) -> None:
            if stop.is_set():
                raise ResourceError("The seed is not needed any more.")

        try:
            return await asyncio.to_thread(_write, seed, settings, self.path, go_on)
        except asyncio.CancelledError:
            stop.set()
            raise


class _Upload(Step):
    def __init__(self, plan: PlannedStep, prepared: _Prepared, fileset: str, file: str) -> None:
        self.plan = plan
        self._prepared = prepared
        self._fileset = fileset
        self._file = file

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Make the Fileset if it is not there, send the file, and look at what arrived."""
        assert self.plan.bytes is not None  # noqa: S101 - it was written
        workspace, files = deployment.workspace, deployment.files
        with contextlib.suppress(ConflictError):  # a Fileset without the file was left by an attempt before
            await files.create_fileset(workspace, self._fileset, description="Seed data", purpose="dataset")
        there = await _size_there(deployment, self._fileset, self._file)
        if there is None:
            content = self._content(means)
            try:
                await files.upload(workspace, self._fileset, self._file, content, size=self.plan.bytes)
            except ServicesError as error:
                raise _again(error, self.plan) from error
            finally:
                await content.aclose()
        elif there != self.plan.bytes:
            raise ResourceError(_another(self.plan.target, there, self.plan.bytes))
        rows = await _rows_there(deployment, self._fileset, self._file, self.plan.bytes)
        if rows != self.plan.rows:
            raise ResourceError(
                f"`{self.plan.target}` holds {rows:,} records where {self.plan.rows:,} were sent. Delete that Fileset, "
                "and migrate again."
            )

    async def _content(self, means: Means) -> AsyncGenerator[bytes]:
        size, sent = self.plan.bytes or 0, 0
        means.progress(0, size)
        with self._prepared.path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield chunk
                sent += len(chunk)
                means.progress(sent, size)


def _write(seed: SeedConfig, settings: Settings, path: Path, go_on: Callable[[int], object]) -> Written:
    from dd_jupyter.engine.seed_data import SeedData

    data = SeedData(seed.source, settings, settings.secret_resolver or StrictResolver(settings.deployment))
    try:
        written = data.write_parquet(path, go_on)
    except BaseException:
        path.unlink(missing_ok=True)  # whoever wanted it may be gone, and have removed it before it was opened
        raise
    if seed.selection_strategy is not None and (counted := data.num_records()) != written.rows:
        raise ResourceError(
            f"The seed's selection counts its {counted:,} files here, and would count the {written.rows:,} records "
            "that they hold in a Fileset. Leave `selection_strategy` out, or choose files with `file_pattern`."
        )
    return written


async def _size_there(deployment: Deployment, fileset: str, file: str) -> int | None:
    """The size of a file in a Fileset; None if it is not there."""
    try:
        listed = await deployment.files.list_files(deployment.workspace, fileset)
    except NotFoundError:
        return None
    return next((one.size for one in listed if one.path.lstrip("/") == file), None)


async def _rows_there(deployment: Deployment, fileset: str, file: str, size: int) -> int:
    """How many records a Parquet file has, of which only the end is read."""
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    read, place = deployment.files.read, (deployment.workspace, fileset, file)
    end = await read(*place, max(size - _FOOTER_END, 0), size)
    footer = int.from_bytes(end[:4], "little") + _FOOTER_END
    try:
        tail = await read(*place, max(size - footer, 0), size)
        return int(pq.read_metadata(io.BytesIO(b"PAR1" + tail)).num_rows)
    except pa.ArrowException as error:
        raise ResourceError(
            f"`{deployment.workspace}/{fileset}#{file}` is not the Parquet file that was sent. Delete that Fileset, "
            "and migrate again."
        ) from error


def _stem(source: SeedSource) -> str:
    """A name for the seed that a Fileset may have."""
    path = PurePath(str(getattr(source, "path", None) or getattr(source, "format", "") or ""))
    while _WILDCARD.search(path.name):
        path = path.parent
    name = path.stem if source.seed_type == "local" else path.name
    if source.seed_type == "df":
        name = ""
    stem = _OTHER.sub("-", name.lower())[:LONGEST_STEM].strip("-")
    return stem if stem[:1].isalpha() else f"seed-{stem}".rstrip("-")


def _source(source: SeedSource) -> str:
    return "the DataFrame" if source.seed_type == "df" else f"`{seed_name(source)}`"


def _note(written: Written) -> str:
    if not written.as_json:
        return ""
    columns = ", ".join(f"`{name}`" for name in written.as_json)
    return f"Lists and objects in {columns} become JSON text, which prompts and expressions read as what it was."


def _another(target: str, there: int, wanted: int) -> str:
    return (
        f"`{target}` is there with {there:,} bytes and not {wanted:,}; it is left as it is. Delete that Fileset if "
        "nobody needs it, and migrate again."
    )


def _again(error: ServicesError, plan: PlannedStep) -> DDJupyterError:
    return type(error)(
        f"The seed could not be uploaded to `{plan.target}`: {error} Migrate again; what is there is not sent twice.",
        status=error.status,
        request_id=error.request_id,
        retry_after=error.retry_after,
    )


def _impossible(plan: PlannedStep, sentence: str) -> PlannedStep:
    return plan.model_copy(update={"state": "impossible", "sentence": sentence})


def _no_other(deployment: Deployment) -> Callable[[], Deployment]:
    return lambda: deployment
