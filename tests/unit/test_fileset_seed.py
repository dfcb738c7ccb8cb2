"""A seed in a Fileset is named as NeMo Services name it, and its files are found and read as they are needed."""

from __future__ import annotations

import asyncio
import functools
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import data_designer.config as dd
import pytest
from data_designer.plugins.plugin import Plugin

from dd_jupyter.engine import fileset_files
from dd_jupyter.engine.fileset_files import (
    BLOCK_BYTES,
    FOOTER_BYTES,
    End,
    FilesetFiles,
    FilesetPath,
    find_files,
    read_end,
)
from dd_jupyter.errors import DeniedError, NotFoundError, ResourceError, ServicesError, UnreachableError
from dd_jupyter.nemo.files import FileInfo
from dd_jupyter.resources import fileset_plugins
from dd_jupyter.resources.fileset_seed import FilesetFileSeedSource, NhxFilesetFileSeedSource


class Files:
    """The Files API on a Fileset in memory; tells which ranges it was asked for."""

    def __init__(self, contents: dict[str, bytes], error: ServicesError | None = None) -> None:
        self.contents = contents
        self.error = error
        self.failures: list[ServicesError] = []
        self.ranges: list[tuple[int, int]] = []
        self.ends: list[str] = []

    async def list_files(self, workspace: str, fileset: str, prefix: str = "") -> list[FileInfo]:
        if self.error is not None:
            raise self.error
        return [FileInfo(path=path, size=len(data)) for path, data in self.contents.items()]

    async def read_end(self, workspace: str, fileset: str, path: str, length: int) -> tuple[int, bytes] | None:
        self.ends.append(path)
        if self.error is not None:
            raise self.error
        start = max(len(self.contents[path]) - length, 0)
        return start, self.contents[path][start:]

    async def read(self, workspace: str, fileset: str, path: str, start: int, end: int) -> bytes:
        self.ranges.append((start, end))
        if self.failures:
            raise self.failures.pop()
        return self.contents[path][start:end]


@dataclass
class Services:
    files: Any
    base_url: str = "http://services.test"
    workspace: str = "default"


def found(path: str, *names: str) -> list[str]:
    files = Files(dict.fromkeys(names, b"x"))
    return list(asyncio.run(find_files(Services(files), FilesetPath.parse(path, "default"))))  # type: ignore[arg-type]


def opened(data: bytes, name: str = "a.csv", end: End | None = None) -> tuple[Files, Any]:
    files = Files({name: data})
    place = FilesetPath("default", "seeds", name)
    system = FilesetFiles(Services(files), place, {name: len(data)}, end)  # type: ignore[arg-type]
    return files, system.open(system.uri)


@pytest.mark.parametrize("path", ["seeds#a.csv", "default/seeds#data/*.parquet", "default/seeds#a#b.csv"])
@pytest.mark.parametrize("source", [FilesetFileSeedSource, NhxFilesetFileSeedSource])
def test_a_path_names_a_fileset_and_a_file(source: Any, path: str) -> None:
    assert source(path=path).path == path


@pytest.mark.parametrize("path", ["", "seeds", "seeds#", "#a.csv", "a/b/c#d.csv", "/seeds#a.csv", "default/#a.csv"])
def test_a_path_of_another_form_is_refused_with_an_example(path: str) -> None:
    with pytest.raises(ValueError, match=r"workspace/\]?fileset"):
        FilesetFileSeedSource(path=path)


def test_the_plugins_are_what_the_library_takes_for_both_tags() -> None:
    plugins = [plugin for plugin in (fileset_plugins.nmp, fileset_plugins.nhx) if plugin is not None]

    assert all(isinstance(plugin, Plugin) for plugin in plugins)
    assert {plugin.name for plugin in plugins} <= {"nmp", "nhx"}
    assert all(plugin.impl_cls().get_seed_type() == plugin.name for plugin in plugins)


def test_the_entry_points_lead_to_the_plugins() -> None:
    from importlib.metadata import entry_points

    ours = {entry.name: entry.load() for entry in entry_points(group="data_designer.plugins", name="fileset-seed-nmp")}

    assert ours == {"fileset-seed-nmp": fileset_plugins.nmp}


@pytest.mark.parametrize("tag", ["nmp", "nhx"])
def test_a_configuration_with_a_fileset_is_loaded_and_submitted_as_it_is_written(tag: str) -> None:
    seed = {"seed_type": tag, "path": "default/seeds#cities.csv"}
    column = {"name": "made", "column_type": "expression", "expr": "in {{ city }}"}

    builder = dd.DataDesignerConfigBuilder.from_config(
        {"data_designer": {"columns": [column], "seed_config": {"source": seed}}}
    )

    assert builder.build().to_dict()["seed_config"]["source"] == seed


@pytest.mark.parametrize("first", ["import dd_jupyter.resources.fileset_seed", "import data_designer.config"])
def test_whatever_is_imported_first_the_seed_is_known_and_nothing_heavy_comes_with_it(first: str) -> None:
    script = f"""
{first}
import sys
from dd_jupyter.resources.fileset_seed import FilesetFileSeedSource
import data_designer.config as dd
builder = dd.DataDesignerConfigBuilder(model_configs=[])
builder.with_seed_dataset(FilesetFileSeedSource(path="default/seeds#a.csv"))
print(*sys.modules)
"""
    heavy = {"IPython", "httpx", "pandas", "duckdb", "fsspec", "tenacity", "data_designer.engine"}

    assert modules_after(script) & heavy <= modules_after(LIBRARY_ALONE)


LIBRARY_ALONE = """
import os, sys
os.environ["DISABLE_DATA_DESIGNER_PLUGINS"] = "true"
import data_designer.config as dd
dd.DataDesignerConfigBuilder(model_configs=[]).with_seed_dataset(dd.HuggingFaceSeedSource(path="datasets/a/b/c.csv"))
print(*sys.modules)
"""


@functools.cache
def modules_after(script: str) -> set[str]:
    return set(
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    )


def test_without_a_workspace_the_connected_one_is_meant() -> None:
    assert FilesetPath.parse("seeds#a.csv", "mine") == FilesetPath("mine", "seeds", "a.csv")
    assert FilesetPath.parse("other/seeds#a.csv", "mine") == FilesetPath("other", "seeds", "a.csv")


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("seeds#a.csv", ["a.csv"]),
        ("seeds#*.csv", ["a.csv", "b.csv"]),
        ("seeds#data/*.csv", ["data/c.csv"]),
        ("seeds#**/*.csv", ["a.csv", "b.csv", "data/c.csv", "data/deep/d.csv"]),
        ("seeds#[bc].csv", ["b.csv"]),
        ("seeds#what?.csv", ["what?.csv"]),
    ],
)
def test_a_pattern_means_the_files_that_fit(path: str, meant: list[str]) -> None:
    names = ["b.csv", "a.csv", "data/c.csv", "data/deep/d.csv", "what?.csv", "notes.md"]
    expected = meant if path != "seeds#*.csv" else [*meant, "what?.csv"]
    expected = expected if path != "seeds#**/*.csv" else [*meant, "what?.csv"]

    assert found(path, *names) == sorted(expected)


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (
            ["data/cities.csv", "x.csv"],
            r"`data/citys\.csv`, the seed, is not in .*`default/seeds`, .*`data/cities\.csv`",
        ),
        ([f"{n}.bin" for n in range(20)], r"which has `0\.bin`.* and 15 more"),
        ([], "which has no files"),
    ],
)
def test_a_file_that_is_not_there_is_told_with_those_that_are(names: list[str], sentence: str) -> None:
    with pytest.raises(ResourceError, match=sentence):
        found("seeds#data/citys.csv", *names)


@pytest.mark.parametrize("name", ["cities.txt", "cities", "csv", "cities.csv.bak"])
def test_a_file_of_no_known_format_is_told(name: str) -> None:
    with pytest.raises(ResourceError, match="no Parquet, CSV, JSON or JSON Lines file"):
        found(f"seeds#{name}", name)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (NotFoundError("no"), r"`default/seeds`, .* is not in NeMo Services at http://services\.test\."),
        (DeniedError("Log in."), r"`default/seeds`, .* may not be read: Log in\."),
        (UnreachableError("No NeMo Services."), r"`default/seeds`, .* cannot be looked up: No NeMo Services\."),
    ],
)
def test_a_fileset_that_cannot_be_used_is_told_in_one_sentence(error: ServicesError, sentence: str) -> None:
    with pytest.raises(ResourceError, match=sentence):
        asyncio.run(find_files(Services(Files({}, error)), FilesetPath.parse("seeds#a.csv", "default")))  # type: ignore[arg-type]


def test_any_part_of_a_file_is_read_as_it_is() -> None:
    data = bytes(range(256)) * 1000
    _, file = opened(data)

    parts = []
    for start, size in [(100_000, 50), (0, 10), (99_990, 100), (250_000, 100_000), (255_999, 1), (256_000, 5)]:
        file.seek(start)
        parts.append(file.read(size) == data[start : start + size])

    assert all(parts)


def test_nothing_is_fetched_twice() -> None:
    files, file = opened(b"x" * 1_000_000)

    for _ in range(3):
        file.seek(0)
        file.read()

    assert sum(end - start for start, end in files.ranges) == 1_000_000


def test_a_little_of_a_large_file_is_a_little_fetched() -> None:
    files, file = opened(b"x" * 10_000_000)

    file.seek(-100, 2)
    file.read(100)

    assert sum(end - start for start, end in files.ranges) <= 2 * BLOCK_BYTES


def test_the_footer_of_a_parquet_file_is_fetched_at_once() -> None:
    files, file = opened(b"x" * 10_000_000, "a.parquet")

    for length in (8, 40_000):
        file.seek(-length, 2)
        assert len(file.read(length)) == length

    assert len(files.ranges) == 1
    assert sum(end - start for start, end in files.ranges) <= FOOTER_BYTES + BLOCK_BYTES


@pytest.mark.parametrize("size", [10, BLOCK_BYTES, FOOTER_BYTES, FOOTER_BYTES + 1, 1_000_000])
def test_what_was_fetched_of_the_end_is_not_fetched_again(size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"end" * (size % 256)
    data = data[:size]
    kept = max(size - FOOTER_BYTES, 0)
    files, file = opened(data, "a.parquet", End(kept, data[kept:]))

    file.seek(-8, 2)
    last = file.read(8)
    of_the_end = len(files.ranges)
    file.seek(0)

    assert (last, of_the_end) == (data[-8:], 0)
    assert file.read() == data
    assert sum(end - start for start, end in files.ranges) <= kept + BLOCK_BYTES


def test_the_end_of_a_file_that_has_changed_since_is_fetched_again() -> None:
    files, file = opened(b"x" * 1_000_000, "a.parquet", End(900_000, b"y" * 50_000))

    file.seek(-8, 2)

    assert file.read(8) == b"x" * 8 and files.ranges


@pytest.mark.parametrize(
    ("path", "asked"), [("a.parquet", True), ("A.PARQUET", True), ("*.parquet", False), ("a.csv", False)]
)
def test_the_end_is_fetched_of_one_parquet_file_only(path: str, asked: bool) -> None:
    files = Files({path: b"x" * 100_000})

    end = asyncio.run(read_end(Services(files), FilesetPath("default", "seeds", path)))  # type: ignore[arg-type]

    assert files.ends == [path] * asked
    assert (end == End(100_000 - FOOTER_BYTES, b"x" * FOOTER_BYTES)) is asked


def test_an_end_that_cannot_be_had_is_none() -> None:
    files = Files({}, NotFoundError("no", status=404))

    assert asyncio.run(read_end(Services(files), FilesetPath("default", "seeds", "a.parquet"))) is None  # type: ignore[arg-type]


def test_small_pieces_in_a_row_are_fetched_together() -> None:
    files, file = opened(b"x" * 10_000_000)

    while file.read(10_000):
        pass

    assert sum(end - start for start, end in files.ranges) == 10_000_000
    assert len(files.ranges) < 20


def test_a_connection_that_breaks_is_tried_again_and_a_refusal_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenacity import wait_none

    monkeypatch.setattr(fileset_files, "_BACK_OFF", wait_none())
    files, file = opened(b"city\nBonn\n")

    files.failures = [UnreachableError("broke"), ServicesError("busy", status=503)]
    assert file.read() == b"city\nBonn\n"

    files, file = opened(b"city\nBonn\n")
    files.failures = [DeniedError("no", status=403)] * 2
    with pytest.raises(ResourceError, match=r"`default/seeds#a\.csv`, cannot be read: no"):
        file.read()
    assert len(files.ranges) == 1
