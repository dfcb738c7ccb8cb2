"""The Files API: filesets and files, read and written in part and in streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest

from dd_jupyter.errors import NotFoundError, RefusedError, ServicesError, UnreachableError
from dd_jupyter.nemo.files import CHUNK_BYTES, FileReference, Files
from dd_jupyter.nemo.http import Http
from tests.support.file_server import FILESET, WORKSPACE, FileServer, Generated, serving

T = TypeVar("T")
MIB = 1 << 20


async def nobody() -> None:
    return None


def ask(server: FileServer | httpx.MockTransport, work: Callable[[Files], Awaitable[T]]) -> T:
    async def run() -> T:
        if isinstance(server, FileServer):
            http = Http(server.url, nobody)
        else:
            http = Http("http://services.test", nobody, transport=server)
        try:
            return await work(Files(http))
        finally:
            await http.aclose()

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("text", "workspace", "fileset", "path"),
    [
        ("reviews#data.csv", None, "reviews", "data.csv"),
        ("default/job-fileset-x#results/a-1/artifacts", "default", "job-fileset-x", "results/a-1/artifacts"),
        ("ws/f#a#b.csv", "ws", "f", "a#b.csv"),
        ("ws/f#data/*.parquet", "ws", "f", "data/*.parquet"),
    ],
)
def test_a_reference_names_workspace_fileset_and_path(
    text: str, workspace: str | None, fileset: str, path: str
) -> None:
    reference = FileReference.parse(text)

    assert reference == FileReference(workspace, fileset, path)
    assert str(reference) == text


@pytest.mark.parametrize(
    "text", ["", "reviews", "reviews#", "reviews#/", "#a.csv", "/f#a", "ws/#a", "a/b/c#d", "w s/f#a"]
)
def test_anything_else_is_refused_with_the_form_that_is_meant(text: str) -> None:
    with pytest.raises(RefusedError, match=r"workspace/fileset#path"):
        FileReference.parse(text)


def test_files_are_listed_by_path_and_only_those_inside_a_folder() -> None:
    with serving(files={"b/2": b"22", "a": b"1", "b/1": b"", "bc/3": b"333"}) as server:
        every = ask(server, lambda files: files.list_files(WORKSPACE, FILESET))
        inside = ask(server, lambda files: files.list_files(WORKSPACE, FILESET, "b/"))

    assert [(file.path, file.size) for file in every] == [("a", 1), ("b/1", 0), ("b/2", 2), ("bc/3", 3)]
    assert [file.path for file in inside] == ["b/1", "b/2"]


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, None, b"0123456789"), (3, None, b"3456789"), (2, 5, b"234")]
)
@pytest.mark.parametrize("ignores_ranges", [False, True])
def test_a_part_of_a_file_is_that_part_even_where_the_server_sends_all(
    start: int, end: int | None, expected: bytes, ignores_ranges: bool
) -> None:
    with serving(files={"a b/ü%#.txt": b"0123456789"}, ignores_ranges=ignores_ranges) as server:
        assert ask(server, lambda files: files.read(WORKSPACE, FILESET, "a b/ü%#.txt", start, end)) == expected


def test_no_bytes_are_read_without_asking() -> None:
    with serving() as server:
        assert ask(server, lambda files: files.read(WORKSPACE, FILESET, "not there", 4, 4)) == b""


def test_a_part_beyond_the_file_is_an_error_with_its_status() -> None:
    with serving(files={"a": b"0123"}) as server, pytest.raises(ServicesError) as caught:
        ask(server, lambda files: files.read(WORKSPACE, FILESET, "a", 2, 5))

    assert caught.value.status == 416


def test_a_stream_comes_in_bounded_pieces_and_tells_the_whole_size() -> None:
    async def read(files: Files) -> tuple[int, int | None, list[int]]:
        async with files.stream(WORKSPACE, FILESET, "big", MIB) as file:
            return file.start, file.size, [len(chunk) async for chunk in file.chunks()]

    with serving(files={"big": Generated(5 * MIB + 1)}) as server:
        start, size, pieces = ask(server, read)

    assert (start, size, sum(pieces)) == (MIB, 5 * MIB + 1, 4 * MIB + 1)
    assert max(pieces) <= CHUNK_BYTES


def test_a_stream_that_breaks_says_so() -> None:
    with serving(files={"big": Generated(MIB)}, cuts={"big": [1000]}) as server, pytest.raises(UnreachableError):
        ask(server, lambda files: files.read(WORKSPACE, FILESET, "big"))


@pytest.mark.parametrize("path", ["../secrets", "a/../../b", "a//b", "", "./a"])
def test_a_path_that_would_be_another_address_is_not_asked_for(path: str) -> None:
    with serving() as server, pytest.raises(RefusedError, match="no path of a file"):
        ask(server, lambda files: files.read(WORKSPACE, FILESET, path))

    assert server.requests == []


def test_what_is_uploaded_piece_by_piece_is_there_and_can_be_deleted() -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"abc"
        yield b"def"

    async def work(files: Files) -> int:
        stored = await files.upload(WORKSPACE, FILESET, "data/a.txt", pieces(), size=6)
        assert await files.read(WORKSPACE, FILESET, "data/a.txt") == b"abcdef"
        assert (await files.head(WORKSPACE, FILESET, "data/a.txt")).size == 6
        await files.delete_file(WORKSPACE, FILESET, "data/a.txt")
        return stored.size

    with serving() as server:
        assert ask(server, work) == 6
        assert server.files == {}


def test_an_upload_of_which_only_a_part_arrived_is_an_error_with_both_sizes() -> None:
    with serving(told={"a": 3}) as server, pytest.raises(RefusedError, match=r"3 of 6 bytes"):
        ask(server, lambda files: files.upload(WORKSPACE, FILESET, "a", b"abcdef"))


def test_a_file_that_is_not_there_is_not_found() -> None:
    with serving() as server, pytest.raises(NotFoundError):
        ask(server, lambda files: files.read(WORKSPACE, FILESET, "nope"))


def test_filesets_of_all_pages_are_listed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        data = [fileset(f"f{page}")]
        return httpx.Response(200, json={"data": data, "pagination": {"page": page, "total_pages": 3}})

    found = ask(httpx.MockTransport(answer), lambda files: files.filesets("default"))

    assert [entry.name for entry in found] == ["f1", "f2", "f3"]


def test_a_fileset_is_made_asked_for_and_deleted() -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append((request.method, request.url.raw_path.decode(), request.content))
        return httpx.Response(200, json=fileset("new") | {"what_a_newer_server_adds": 1})

    async def work(files: Files) -> tuple[str, str]:
        made = await files.create_fileset("w s", "new", purpose="dataset")
        told = await files.fileset("w s", "new")
        await files.delete_fileset("w s", "new")
        return made.id, told.id

    assert ask(httpx.MockTransport(answer), work) == ("fileset-1", "fileset-1")
    base = "/apis/files/v2/workspaces/w%20s/filesets"
    assert [(method, path) for method, path, _ in seen] == [
        ("POST", base),
        ("GET", f"{base}/new"),
        ("DELETE", f"{base}/new"),
    ]
    assert b'"purpose":"dataset"' in seen[0][2].replace(b" ", b"")


def fileset(name: str) -> dict[str, Any]:
    return {"id": "fileset-1", "name": name, "workspace": "default", "description": "", "purpose": "generic"}
