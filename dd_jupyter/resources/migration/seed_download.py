"""Seeds in Filesets -> files of this machine."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from dd_jupyter.engine.fileset_files import FilesetPath, find_files
from dd_jupyter.errors import ResourceError, UnreachableError
from dd_jupyter.resources.fileset_seed import FILESET_SEED_TYPES
from dd_jupyter.resources.migration.steps import Means, Moves, NothingToDo, PlannedStep, Rewrites, Step

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from data_designer.config.seed_source import SeedSource

    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.resources.places import Here

READABLE = (".parquet", ".csv", ".json", ".jsonl")
"""What the library reads from a file of this machine, by its name."""

BREAKS = 4
"""How often a connection may break before the download of a file fails; it goes on where it broke."""

PAUSE_SECONDS = 0.5

_Tell = Callable[[int], None]

_NO_NAME = {"", ".", ".."}
# Patterns for DuckDB, quotes that would end its SQL, separators and drives of Windows, control characters.
_UNFIT = re.compile(r"[^\w. ()+,=@-]")


async def plan_seed_download(
    builder: DataDesignerConfigBuilder, here: Here, deployment: Deployment, folder: Path | None = None
) -> Moves:
    """What brings a seed in a Fileset to this machine: nothing for other seeds.

    Args:
        builder: The configuration.
        here: This kernel.
        deployment: Has the Fileset.
        folder: Where the files go; None for ``seeds/FILESET`` in the working directory.

    Raises:
        DDJupyterError: When NeMo Services cannot be asked.
    """
    seed = builder.get_seed_config()
    if seed is None or seed.source.seed_type not in FILESET_SEED_TYPES:
        return [], Rewrites()
    place = FilesetPath.parse(seed.source.path, deployment.workspace)
    plan = PlannedStep(action="Download", kind="seed", name=seed.source.path, source=f"`{place}`")
    try:
        sizes = await find_files(deployment, place)
        target = _Target.of(place, sizes, folder or Path("seeds") / _fit(place.fileset))
        plan = plan.model_copy(update={"target": target.path, "bytes": sum(sizes.values())})
        missing = await asyncio.to_thread(target.missing)
    except ResourceError as error:
        return [NothingToDo(plan.model_copy(update={"state": "impossible", "sentence": str(error)}))], Rewrites()
    rewrites = Rewrites(seed=target.source)
    if not missing:
        return [NothingToDo(plan.model_copy(update={"state": "there already"}))], rewrites
    return [_Download(plan, place, target)], rewrites


@dataclass(frozen=True, slots=True)
class _Target:
    """Where files go.

    Attributes:
        folder: The one that nothing is written outside of.
        files: Where each goes, by its path in the Fileset.
        sizes: In bytes, by the same.
        path: What the configuration names: the file, or ``folder/*.ext``.
    """

    folder: Path
    files: Mapping[str, Path]
    sizes: Mapping[str, int]
    path: str

    @classmethod
    def of(cls, place: FilesetPath, sizes: Mapping[str, int], folder: Path) -> _Target:
        """Choose names.

        Raises:
            ResourceError: When a name cannot be one here, or the library would not read the file under it.
        """
        extensions = {PurePosixPath(name).suffix.lower() for name in sizes}
        unread = sorted(extensions.difference(READABLE))
        if unread:
            raise ResourceError(
                f"Files that end with `{unread[0]}` are read from a Fileset only: from a file of this machine the "
                f"library reads {', '.join(f'`{one}`' for one in READABLE)}. Put the seed in one of these formats."
            )
        if len(extensions) > 1:
            raise ResourceError(
                f"`{place.path}` means files of several formats ({', '.join(sorted(extensions))}), of which a seed on "
                "this machine can have one. Name those of one format."
            )
        parts = {name: _parts(name) for name in sizes}
        if list(sizes) == [place.path]:
            file = folder.joinpath(*_lower_suffix(parts[place.path]))
            return cls(folder, {place.path: file}, sizes, file.as_posix())
        inside = folder / _folder_of(place.path)
        together = len({names[:-1] for names in parts.values()}) == 1
        # From several folders: numbers keep them apart, and in the order in which the Fileset's are read.
        named = {
            name: _lower_suffix(names)[-1] if together else f"{number:05}-{_lower_suffix(names)[-1]}"
            for number, (name, names) in enumerate(sorted(parts.items()))
        }
        if len(set(named.values())) < len(named):
            raise ResourceError(
                f"Files of `{place.path}` would have the same name on this machine. Name one of them, or rename them."
            )
        files = {name: inside / file for name, file in named.items()}
        return cls(folder, files, sizes, f"{inside.as_posix()}/*{extensions.pop()}")

    def source(self) -> SeedSource:
        """The seed on this machine, where the files have to be."""
        from data_designer.config.seed_source import LocalFileSeedSource

        return LocalFileSeedSource(path=self.path)

    def missing(self) -> list[str]:
        """Files that are not there yet.

        Raises:
            ResourceError: When something else is in the way.
        """
        for name, file in self.files.items():
            self._check_way_to(file)
            size = _size(file)
            if size is not None and size != self.sizes[name]:
                raise ResourceError(
                    f"`{file}` is there with {size:,} bytes and not {self.sizes[name]:,}; it is left as it is. Choose "
                    "another folder, or move it."
                )
        if "*" in self.path:
            pattern = Path(self.path)
            others = sorted(set(pattern.parent.glob(pattern.name)).difference(self.files.values()))
            if others:
                raise ResourceError(
                    f"`{others[0]}` is not of this seed and would be read with it. Choose another folder, or move it."
                )
        return [name for name, file in self.files.items() if _size(file) is None]

    def make_room(self, names: list[str]) -> None:
        """Make the folders.

        Raises:
            ResourceError: When they cannot be made, or the disk is too full.
        """
        needed = sum(self.sizes[name] for name in names)
        for name in names:
            with _as_sentence(self.files[name]):
                self.files[name].parent.mkdir(parents=True, exist_ok=True)
            self._check_way_to(self.files[name])
        with _as_sentence(self.folder):
            free = shutil.disk_usage(self.folder).free
        if needed > free:
            raise ResourceError(
                f"The seed needs {needed / 1e6:,.0f} MB in `{self.folder}`, where {free / 1e6:,.0f} MB are free. Free "
                "some, or choose another folder."
            )

    def _check_way_to(self, file: Path) -> None:
        """Refuse links below the folder, which may lead out of it."""
        for part in (file, *file.parents):
            if part == self.folder:
                return
            if part.is_symlink():
                raise ResourceError(f"`{part}` is a symbolic link, which is not followed. Choose another folder.")


class _Download(Step):
    def __init__(self, plan: PlannedStep, place: FilesetPath, target: _Target) -> None:
        self.plan = plan
        self._place = place
        self._target = target

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Fetch the files that are missing, each whole or not at all."""
        missing = await asyncio.to_thread(self._target.missing)
        await asyncio.to_thread(self._target.make_room, missing)
        total = sum(self._target.sizes.values())
        done = total - sum(self._target.sizes[name] for name in missing)
        means.progress(done, total)
        for name in missing:
            before = done

            def tell(fetched: int, before: int = before) -> None:
                means.progress(before + fetched, total)

            await self._fetch(deployment, name, tell)
            done += self._target.sizes[name]

    async def _fetch(self, deployment: Deployment, name: str, tell: _Tell) -> None:
        file = self._target.files[name]
        with _as_sentence(file):
            handle, part = tempfile.mkstemp(prefix=f".{file.name[:80]}-", suffix=".part", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as output:
                await self._receive(deployment, name, output, tell)
            await asyncio.to_thread(_put_in_place, Path(part), file)
        finally:
            await asyncio.to_thread(Path(part).unlink, missing_ok=True)

    async def _receive(self, deployment: Deployment, name: str, output: BinaryIO, tell: _Tell) -> None:
        """All bytes of a file, going on after a break."""
        size, file = self._target.sizes[name], f"{self._place.workspace}/{self._place.fileset}#{name}"
        for breaks in range(BREAKS + 1):
            try:
                await self._stream(deployment, name, output, tell)
                break
            except UnreachableError as error:
                if breaks == BREAKS:
                    raise UnreachableError(
                        f"`{file}` could not be downloaded: {error} Migrate again; files that are whole are not "
                        "fetched twice."
                    ) from error
                await asyncio.sleep(PAUSE_SECONDS * (breaks + 1))
        if output.tell() != size:
            raise ResourceError(
                f"`{file}` changed while it was downloaded: {output.tell():,} bytes came where {size:,} were listed. "
                "Migrate again when it is complete."
            )

    async def _stream(self, deployment: Deployment, name: str, output: BinaryIO, tell: _Tell) -> None:
        """What is missing of a file, as far as it comes; not more than one byte beyond its size."""
        size, there = self._target.sizes[name], output.tell()
        if there == size > 0:
            return
        async with deployment.files.stream(self._place.workspace, self._place.fileset, name, there) as source:
            output.seek(source.start)  # before the end where a server cannot skip
            output.truncate()
            async for chunk in source.chunks():
                with _as_sentence(self._target.files[name]):
                    await asyncio.to_thread(output.write, chunk[: size + 1 - output.tell()])
                if output.tell() > size:
                    return
                tell(output.tell())


def _put_in_place(part: Path, file: Path) -> None:
    with _as_sentence(file):
        part.chmod(0o666 & ~_umask())
        if _size(file) is not None:
            raise ResourceError(f"`{file}` has come to be there meanwhile; it is left as it is. Migrate again.")
        part.replace(file)


def _parts(path: str) -> tuple[str, ...]:
    """Names for the folders and the file of a path that the server told.

    Raises:
        ResourceError: When it could lead out of a folder.
    """
    parts = path.split("/")
    if not _NO_NAME.isdisjoint(parts) or "\\" in path or "\x00" in path:
        raise ResourceError(
            f"NeMo Services list a file {path!r}, which cannot be written inside of a folder. Rename it there."
        )
    return tuple(_fit(part) for part in parts)


def _fit(name: str) -> str:
    """A name that DuckDB takes for nothing but a name; never one that is hidden or leads elsewhere."""
    return re.sub(r"^\.", "_", _UNFIT.sub("_", name))


def _lower_suffix(parts: tuple[str, ...]) -> tuple[str, ...]:
    """With the extension in small letters, as the library's patterns have it."""
    file = PurePosixPath(parts[-1])
    return (*parts[:-1], file.stem + file.suffix.lower())


def _folder_of(pattern: str) -> Path:
    """A folder for the files of a pattern and no others: ``data`` for ``data/*.parquet``."""
    parent, _, last = pattern.rpartition("/")
    if not re.search(r"[*?\[{]", parent) and re.fullmatch(r"\*\.\w+", last):
        return Path(*(_fit(part) for part in parent.split("/") if part not in _NO_NAME))
    words = re.sub(r"\.\w+$", "", pattern)
    return Path("-".join([*re.findall(r"\w+", words), "files"]))


def _size(file: Path) -> int | None:
    """The size of a file; None if nothing is there.

    Raises:
        ResourceError: When it is no file.
    """
    try:
        found = file.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ResourceError(f"`{file}` cannot be looked at: {error.strerror}. Choose another folder.") from error
    if not stat.S_ISREG(found.st_mode):
        raise ResourceError(f"`{file}` is there and is no file. Choose another folder, or move it.")
    return found.st_size


@contextmanager
def _as_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ResourceError(
            f"`{path}` could not be written: {error.strerror or error}. Make room, or choose another folder."
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
