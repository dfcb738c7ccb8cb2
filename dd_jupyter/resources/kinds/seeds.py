"""Seed data: what lies on this machine, on the HuggingFace hub, or in a Fileset."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from dd_jupyter.errors import DDJupyterError, DeniedError, NotFoundError, ResourceError, ServicesError, UnreachableError
from dd_jupyter.resources.fileset_seed import FILESET_SEED_TYPES
from dd_jupyter.resources.kind import Inquiry, Reference
from dd_jupyter.resources.places import UNASKED, NotAskedError, status_of
from dd_jupyter.resources.report import Finding, Kind, Location, Move, Status
from dd_jupyter.resources.secrets import SecretReference, names_variable, redact
from dd_jupyter.resources.seed_columns import HUB, find_in_fileset, seed_name
from dd_jupyter.resources.sent import NO_FILESET_SEEDS

if TYPE_CHECKING:
    from data_designer.config.seed_source import SeedSource
    from pydantic import SecretStr

_LOCAL = {
    "local": "a local file",
    "df": "a DataFrame",
    "directory": "a local folder",
    "file_contents": "local files",
    "agent_rollout": "local agent rollouts",
}
"""Seeds of this machine by their types, in words."""


SHOWN_COLUMNS = 5

_ON_HUB = re.compile(
    r"datasets/(?P<dataset>[^/@]+/[^/@]+)(?:@(?P<revision>refs/(?:convert/[^/]+|pr/\d+)|[^/]+))?/(?P<pattern>.+)"
)
"""As the hub's file system reads a path; a revision may have slashes if it is a reference."""

_WILDCARDS = frozenset("*?[")

_NOTHING_THERE = ("No files found", "No files matched", "does not exist")
"""What DuckDB and the library's readers say of a path with nothing behind it."""


@dataclass(frozen=True, slots=True)
class SeedReference(Reference):
    """The seed of a configuration."""

    source: SeedSource

    @property
    def is_local(self) -> bool:
        """Whether it lies on this machine."""
        return self.source.seed_type in _LOCAL

    @property
    def is_fileset(self) -> bool:
        """Whether it lies in a Fileset."""
        return self.source.seed_type in FILESET_SEED_TYPES


class Seeds:
    """The seed, if there is one."""

    kind: Kind = "seed"

    def references(self, inquiry: Inquiry) -> Iterable[SeedReference]:
        """At most one."""
        seed = inquiry.builder.get_seed_config()
        if seed is not None:
            yield SeedReference(seed_name(seed.source), ("seed columns",), seed.source)

    async def resolve_run(self, reference: SeedReference, inquiry: Inquiry) -> Finding:
        """It can be read, and its columns are known."""
        if reference.source.seed_type == HUB:
            return await inquiry.once("hub", lambda: _hub(reference.source))
        if reference.is_fileset:
            if inquiry.here.settings.seed_readers is not None:
                return Finding(status="not checked", sentence="A seed reader of your own reads it.")
            return await _fileset(reference.source, inquiry, "run")
        columns = await inquiry.seed_columns()
        if columns.names is None:
            return _unreadable(reference.name, columns.problem)
        wrong = _too_few(columns.num_records, inquiry)
        return wrong or Finding(status="ok", sentence=_columns(columns.names))

    async def resolve_submit(self, reference: SeedReference, inquiry: Inquiry) -> Finding:
        """NeMo Services read what lies on the hub or in a Fileset."""
        if reference.is_local:
            return Finding(
                status="not accepted",
                sentence=f"The seed is {_LOCAL[reference.source.seed_type]}, which NeMo Services cannot read.",
            )
        if reference.source.seed_type == HUB:
            return await inquiry.once("hub", lambda: _hub(reference.source))
        if reference.is_fileset:
            return await _fileset(reference.source, inquiry, "submit")
        return Finding(
            status="not accepted",
            sentence=f"NeMo Services do not know seeds of type `{reference.source.seed_type}`.",
        )

    def moves(self, reference: SeedReference, inquiry: Inquiry) -> tuple[Move, ...]:
        """What is here is uploaded, what is in a Fileset is downloaded; the hub is the same for all."""
        if reference.is_local:
            return (Move(to="services", text="Upload it as Parquet to a Fileset."),)
        if reference.is_fileset:
            return (Move(to="local", text="Download it to a file."),)
        return ()


async def _fileset(source: Any, inquiry: Inquiry, location: Location) -> Finding:
    try:
        if location == "submit":
            refused = await _not_accepted(source.path, inquiry)
            if refused is not None:
                return refused
        found = await find_in_fileset(source.path, inquiry)
    except NotAskedError:
        silence = inquiry.there.silence
        if location == "submit" or silence is None:
            return UNASKED
        fileset = source.path.partition("#")[0]
        sentence = f"Fileset `{fileset}`, which holds the seed, cannot be looked up: {silence}"
        return Finding(status="unreachable", sentence=sentence)
    except ResourceError as error:
        return Finding(status=_status_of_cause(error), sentence=str(error))
    except ServicesError as error:
        return Finding(status=status_of(error), sentence=f"The seed `{source.path}` cannot be looked up: {error}")
    columns = await inquiry.seed_columns()
    if columns.names is None:
        return _unreadable(source.path, columns.problem)
    wrong = _too_few(columns.num_records, inquiry)
    if wrong is not None:
        return wrong
    files = f"{len(found):,} files. " if len(found) > 1 else ""
    return Finding(status="ok", sentence=f"{files}{_columns(columns.names)}")


async def _not_accepted(path: str, inquiry: Inquiry) -> Finding | None:
    """Why a deployment does not take a seed in a Fileset; None if it does."""
    schema = await inquiry.there.schema()
    if schema.has_data_designer and schema.fileset_seed_type is None:
        return Finding(status="not accepted", sentence=NO_FILESET_SEEDS)
    file = path.partition("#")[2]
    if _WILDCARDS & set(file.strip("/").partition("/")[0]):
        return Finding(
            status="not accepted",
            sentence=f"NeMo Services find no files by the pattern `{file}` at the root of a Fileset. Name one file, "
            "or put the files into a folder of the Fileset and name `fileset#folder/*.parquet`.",
        )
    return None


def _too_few(records: int | None, inquiry: Inquiry) -> Finding | None:
    """What is wrong with a seed of so many records; None if nothing is, or if that is not known."""
    if records is None:
        return None
    if records == 0:
        return Finding(status="missing", sentence="It has no records, so there is nothing to make others from.")
    seed = inquiry.builder.get_seed_config()
    selection = seed.selection_strategy if seed is not None else None
    last, parts = getattr(selection, "end", None), getattr(selection, "num_partitions", None)
    if last is not None and last >= records:
        wrong = f"ends with number {last:,}, counted from 0"
    elif parts is not None and parts > records:
        wrong = f"makes {parts:,} parts"
    else:
        return None
    return Finding(
        status="not accepted",
        sentence=f"It has {records:,} record{'' if records == 1 else 's'}, and the selection {wrong}. Correct "
        "`selection_strategy`.",
    )


async def _hub(source: Any) -> Finding:
    """Whether the hub has the files, as far as it can be asked from here."""
    from dd_jupyter.nemo.hub import dataset_files

    place = _ON_HUB.fullmatch(str(source.path))
    if place is None:
        if str(source.path).startswith("datasets/"):
            return Finding(
                status="missing",
                sentence=f"`{source.path}` names no file. Write `datasets/organisation/name/file.parquet`; the file "
                "may have wildcards.",
            )
        return Finding(status="not checked", sentence="It is looked for on the hub when it is read.")
    dataset, revision, pattern = place["dataset"], place["revision"], place["pattern"]
    if revision is not None:
        revision = unquote(revision)
    token, asked_with = _token(source.token)
    try:
        files = await dataset_files(source.endpoint, dataset, token, revision=revision)
    except NotFoundError as error:
        return Finding(status="missing" if asked_with else "not checked", sentence=str(error))
    except DeniedError as error:
        if not asked_with:
            return Finding(status="not checked", sentence=f"Dataset `{dataset}` is seen with its token only.")
        return Finding(status="denied", sentence=str(error))
    except UnreachableError as error:
        return Finding(status="not checked", sentence=str(error))
    except ServicesError as error:
        return Finding(status="not checked", sentence=str(error))
    if not any(_matches(file, pattern) for file in files):
        return Finding(status="missing", sentence=f"Dataset `{dataset}` has no file `{pattern}`. Correct the path.")
    return Finding(status="ok", sentence=f"Dataset `{dataset}` is on the hub.")


def _matches(file: str, pattern: str) -> bool:
    from fsspec.utils import glob_translate  # type: ignore[import-untyped]

    return file == pattern or re.match(glob_translate(pattern), file) is not None


def _token(text: str | None) -> tuple[SecretStr | None, bool]:
    """The token, where this kernel has it, and whether nothing is missing for the question to be put."""
    from pydantic import SecretStr

    if not text:
        return None, True
    value = os.environ.get(text)
    if value:
        return SecretStr(value), True
    if SecretReference.parse(text) is not None or names_variable(text):
        return None, False
    return SecretStr(text), True


def _columns(names: tuple[str, ...]) -> str:
    """``Columns `product`, `price`.``, and how many more there are."""
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN_COLUMNS])
    more = len(names) - SHOWN_COLUMNS
    return f"Column{'' if len(names) == 1 else 's'} {shown}{f' and {more:,} more' if more > 0 else ''}."


def _unreadable(name: str, problem: Exception | None) -> Finding:
    if problem is None:
        return UNASKED
    status: Status = "not accepted"
    if isinstance(problem, FileNotFoundError) or any(words in str(problem) for words in _NOTHING_THERE):
        status = "missing"
    if isinstance(problem, PermissionError):
        status = "denied"
    if isinstance(problem, TimeoutError | UnreachableError):
        status = "not checked" if isinstance(problem, TimeoutError) else "unreachable"
    if isinstance(problem, DDJupyterError):
        return Finding(status=status, sentence=str(problem))
    why = redact(" ".join(str(problem).removeprefix("🛑 ").split()))
    return Finding(status=status, sentence=f"The seed `{name}` cannot be read: {why}")


def _status_of_cause(error: ResourceError) -> Status:
    cause = error.__cause__
    return status_of(cause) if isinstance(cause, ServicesError) else "missing"
