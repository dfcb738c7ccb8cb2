"""What a job leaves, read and downloaded through everything that can go wrong on the way."""

from __future__ import annotations

import errno
import io
import json
import os
import random
import tarfile
import threading
import tracemalloc
from collections.abc import Coroutine, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import pandas as pd
import pytest
from tenacity import wait_none

from dd_jupyter.engine import Column
from dd_jupyter.errors import DDJupyterError, DeniedError, NotReadyError, ServicesError, UnreachableError
from dd_jupyter.execution import archive, dataset, part_file, transfer
from dd_jupyter.execution.artifacts import ArtifactFile, JobArtifacts, Transferred
from dd_jupyter.nemo import background
from dd_jupyter.nemo.http import Http
from tests.support.file_server import ARTIFACTS, DATASET, JOB, RESULTS, WORKSPACE, FileServer, Generated, serving
from tests.support.waiting import wait_until

T = TypeVar("T")
MIB = 1 << 20
BIG = f"{DATASET}/parquet-files/batch_00000.parquet"
NEVER = [0] * transfer.FRUITLESS_TRIES
BIG_CONTENT = random.Random(0).randbytes(6 * MIB)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "PAUSE", wait_none())
    monkeypatch.setattr(archive, "PAUSE", wait_none())


@pytest.fixture
def server() -> Iterator[FileServer]:
    with serving(files={BIG: BIG_CONTENT}) as server:
        yield server


def artifacts(server: FileServer) -> JobArtifacts:
    async def nobody() -> None:
        return None

    deployment: Any = SimpleNamespace(http=Http(server.url, nobody))
    return JobArtifacts(deployment, WORKSPACE, JOB)


def ask(work: Coroutine[Any, Any, T]) -> T:
    return background.wait_for(work, timeout=60)


def download(server: FileServer, folder: Path, **options: Any) -> Path:
    return ask(artifacts(server).download(folder, **options))


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def batch(*values: int, **more: list[Any]) -> bytes:
    output = io.BytesIO()
    pd.DataFrame({"n": list(values), **more}).to_parquet(output)
    return output.getvalue()


def batches(*contents: bytes) -> dict[str, bytes | Generated]:
    return {f"{DATASET}/parquet-files/batch_{number:05}.parquet": content for number, content in enumerate(contents)}


# A connection that breaks.


@pytest.mark.parametrize("cuts", [[2 * MIB], [MIB, MIB, MIB], [MIB, 0, 0, 0, 0]])
def test_a_file_that_breaks_off_is_gone_on_with_where_it_broke(
    server: FileServer, tmp_path: Path, cuts: list[int]
) -> None:
    server.cuts[BIG] = list(cuts)

    download(server, tmp_path / "d")

    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == BIG_CONTENT
    starts = [int(asked[6:].partition("-")[0]) for asked in server.reads(BIG) if asked and asked.endswith("-")]
    assert starts == [sum(cuts[:broken]) for broken in range(1, len(cuts) + 1)]


def test_a_connection_that_breaks_for_ever_is_an_error_that_says_how_far_it_got(
    server: FileServer, tmp_path: Path
) -> None:
    server.cuts[BIG] = [MIB, *NEVER]

    with pytest.raises(UnreachableError, match=r"batch_00000.parquet` broke off at 1,048,576 of 6,291,456 bytes"):
        download(server, tmp_path / "d")

    assert "parquet-files/batch_00000.parquet.part" in names(tmp_path / "d")
    assert "parquet-files/batch_00000.parquet" not in names(tmp_path / "d")


def test_a_connection_that_breaks_again_and_again_but_brings_something_reaches_the_end(
    server: FileServer, tmp_path: Path
) -> None:
    server.cuts[BIG] = [256 << 10] * 20

    download(server, tmp_path / "d")

    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == BIG_CONTENT


def test_the_next_download_goes_on_with_what_an_interrupted_one_left(server: FileServer, tmp_path: Path) -> None:
    server.cuts[BIG] = [4 * MIB, *NEVER]
    with pytest.raises(UnreachableError):
        download(server, tmp_path / "d")
    server.requests.clear()

    download(server, tmp_path / "d")

    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == BIG_CONTENT
    assert server.reads(BIG)[-1] == f"bytes={4 * MIB}-"
    assert not [name for name in names(tmp_path / "d") if ".part" in name]


def test_a_small_file_that_breaks_off_is_fetched_anew(tmp_path: Path) -> None:
    small = random.Random(1).randbytes(200_000)
    with serving(files={BIG: small}, cuts={BIG: [100_000]}) as server:
        download(server, tmp_path / "d")

    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == small
    assert server.reads(BIG) == [None, None]


@pytest.mark.parametrize("cuts", [[2 * MIB], [4 * MIB, 2 * MIB]])
def test_a_server_that_cannot_skip_sends_the_file_anew_and_nothing_is_appended(
    server: FileServer, tmp_path: Path, cuts: list[int]
) -> None:
    server.ignores_ranges, server.cuts[BIG] = True, [10, *cuts]

    download(server, tmp_path / "d")

    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == BIG_CONTENT


def test_a_server_that_suddenly_cannot_skip_is_noticed(server: FileServer, tmp_path: Path) -> None:
    server.cuts[BIG] = [4 * MIB, *NEVER]
    with pytest.raises(UnreachableError):
        download(server, tmp_path / "d")
    server.ignores_ranges = True

    download(server, tmp_path / "d")

    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == BIG_CONTENT


def test_what_is_left_of_a_file_that_was_replaced_is_thrown_away(server: FileServer, tmp_path: Path) -> None:
    other = random.Random(2).randbytes(len(BIG_CONTENT))
    server.cuts[BIG], server.instead[BIG] = [3 * MIB], other

    download(server, tmp_path / "d")

    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == other


def test_a_validator_that_changed_is_a_file_that_changed(server: FileServer, tmp_path: Path) -> None:
    server.etag, server.cuts[BIG] = '"one"', [3 * MIB, *NEVER]
    with pytest.raises(UnreachableError):
        download(server, tmp_path / "d")
    server.etag = '"two"'
    server.requests.clear()

    download(server, tmp_path / "d")

    assert server.reads(BIG)[-1] is None


def test_what_another_job_left_in_the_middle_of_a_file_is_not_gone_on_with(server: FileServer, tmp_path: Path) -> None:
    server.cuts[BIG] = [3 * MIB, *NEVER]
    with pytest.raises(UnreachableError):
        download(server, tmp_path / "d")
    note = tmp_path / "d/parquet-files/batch_00000.parquet.part.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"owner": "job-id-2"}))
    server.requests.clear()

    download(server, tmp_path / "d")

    assert server.reads(BIG)[-1] is None


def test_cancelling_leaves_nothing_of_small_files(tmp_path: Path) -> None:
    small = {f"{DATASET}/images/{number}.png": bytes(100) for number in range(8)}
    with serving(files={**small}) as server:
        server.gate.clear()
        future = background.start(artifacts(server).download(tmp_path / "d"))
        server.wait_for_readers(4)

        future.cancel()
        wait_until(lambda: names(tmp_path / "d") == ["dd_jupyter-download.json"])


def test_a_cancelled_download_ends_its_requests_and_keeps_the_large_part(tmp_path: Path) -> None:
    arrived = threading.Event()

    def watch(state: Transferred) -> None:
        if state.bytes_done >= 8 * MIB:
            arrived.set()

    with serving(files={BIG: Generated(4096 * MIB)}) as server:
        server.told[BIG] = 4096 * MIB
        future = background.start(artifacts(server).download(tmp_path / "d", watch))
        assert arrived.wait(20)

        future.cancel()
        with server.reading:
            assert server.reading.wait_for(lambda: server.at_once == 0, timeout=10)

    part = tmp_path / "d/parquet-files/batch_00000.parquet.part"
    assert part.stat().st_size >= 8 * MIB
    assert not part.with_name("batch_00000.parquet").exists()


# Sizes.


@pytest.mark.parametrize(("told", "has"), [(6 * MIB + 1, "6,291,456"), (6 * MIB - 1, "6,291,456")])
def test_a_file_of_another_size_than_listed_is_an_error_with_both(
    server: FileServer, tmp_path: Path, told: int, has: str
) -> None:
    server.told[BIG] = told

    with pytest.raises(ServicesError, match=rf"batch_00000.parquet` has {has} bytes, where .* says {told:,}"):
        download(server, tmp_path / "d")

    assert names(tmp_path / "d") == ["dd_jupyter-download.json"]


@pytest.mark.parametrize(("told", "found"), [(6 * MIB - 1, "more"), (6 * MIB + 1, "6,291,456")])
def test_a_size_that_shows_only_at_the_end_is_checked_too_and_nothing_is_kept(
    server: FileServer, tmp_path: Path, told: int, found: str
) -> None:
    server.told[BIG], server.tells_no_length = told, True

    with pytest.raises(ServicesError, match=rf"has {found} bytes, where .* says {told:,}"):
        download(server, tmp_path / "d")

    assert names(tmp_path / "d") == ["dd_jupyter-download.json"]


def test_a_file_that_an_active_job_rewrites_meanwhile_is_taken_as_it_is_now(server: FileServer, tmp_path: Path) -> None:
    server.told[BIG], server.status = 6 * MIB - 1, "active"
    seen: list[Transferred] = []

    download(server, tmp_path / "d", progress=seen.append)

    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == BIG_CONTENT
    assert (seen[-1].bytes_done, seen[-1].bytes) == (6 * MIB, 6 * MIB)


def test_an_empty_file_is_downloaded_too(tmp_path: Path) -> None:
    with serving(files={f"{DATASET}/empty.txt": b"", **batches(batch(1))}) as server:
        download(server, tmp_path / "d")

    assert (tmp_path / "d/empty.txt").read_bytes() == b""


# Side by side, in little memory.


def test_four_files_are_fetched_at_once_and_never_more(tmp_path: Path) -> None:
    many = {f"{DATASET}/images/{number}.png": bytes([number]) * 100 for number in range(20)}
    with serving(files={**many}) as server:
        server.gate.clear()
        future = background.start(artifacts(server).download(tmp_path / "d"))
        server.wait_for_readers(4)
        server.gate.set()
        future.result(20)

    assert server.most_at_once == 4
    assert all((tmp_path / f"d/images/{number}.png").read_bytes() == bytes([number]) * 100 for number in range(20))


def test_a_download_of_any_size_takes_little_memory(tmp_path: Path) -> None:
    with serving(files={f"{DATASET}/images/{number}.bin": Generated(25 * MIB) for number in range(4)}) as server:
        download(server, tmp_path / "warm")
        tracemalloc.start()
        try:
            download(server, tmp_path / "d")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert sum(file.stat().st_size for file in (tmp_path / "d/images").iterdir()) == 100 * MIB
    assert peak < 32 * MIB


def test_progress_begins_at_nothing_and_ends_at_everything(tmp_path: Path) -> None:
    files = {BIG: BIG_CONTENT, f"{DATASET}/metadata.json": b"{}", f"{RESULTS}/analysis": b"{}"}
    seen: list[Transferred] = []
    with serving(files={**files}, cuts={BIG: [2 * MIB]}) as server:
        download(server, tmp_path / "d", progress=seen.append)

    total = len(BIG_CONTENT) + 4
    assert seen[0] == Transferred(0, 3, 0, total)
    assert seen[-1] == Transferred(3, 3, total, total)
    assert [state.bytes_done for state in seen] == sorted(state.bytes_done for state in seen)


# Paths that a server should not tell.


@pytest.mark.parametrize(
    "path",
    [
        "../outside.txt",
        "images/../../outside.txt",
        "/etc/outside.txt",
        "images//double.txt",
        "./dot.txt",
        "back\\slash.txt",
        "C:drive.txt",
        "nul\0.txt",
        "line\nbreak.txt",
        "dd_jupyter-download.json",
        "parquet-files/x.part",
    ],
)
def test_a_path_that_leaves_the_folder_or_means_something_else_stops_all_before_a_byte_is_written(
    server: FileServer, tmp_path: Path, path: str
) -> None:
    server.files[f"{DATASET}/{path}"] = b"hostile"

    with pytest.raises(ServicesError, match="list a file"):
        download(server, tmp_path / "d")

    assert names(tmp_path) == ["d/dd_jupyter-download.json"]
    assert server.times_read == {}


@pytest.mark.parametrize("link", ["parquet-files", "parquet-files/batch_00000.parquet"])
def test_a_link_that_is_in_the_folder_is_never_followed(server: FileServer, tmp_path: Path, link: str) -> None:
    server.cuts[BIG] = [*NEVER]
    with pytest.raises(UnreachableError):
        download(server, tmp_path / "d")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    place = tmp_path / "d" / link
    if place.is_dir():
        place.rmdir()
    place.symlink_to(elsewhere / "x" if link.endswith("parquet") else elsewhere)

    with pytest.raises(DDJupyterError, match="symbolic link"):
        download(server, tmp_path / "d")

    assert names(elsewhere) == []


def test_a_link_in_the_place_of_a_part_is_replaced_and_not_written_through(server: FileServer, tmp_path: Path) -> None:
    server.cuts[BIG] = [*NEVER]
    with pytest.raises(UnreachableError):
        download(server, tmp_path / "d")
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    for suffix in (".part", ".part.json"):
        (tmp_path / f"d/parquet-files/batch_00000.parquet{suffix}").symlink_to(mine)

    download(server, tmp_path / "d")

    assert mine.read_text() == "mine"
    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == BIG_CONTENT


# A disk that is full.


def test_a_disk_that_gets_full_is_an_error_with_the_file_and_the_part_is_kept(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = part_file.PartFile.open

    def open_on_a_small_disk(part: part_file.PartFile) -> Any:
        output = opened(part)

        class Small(io.BufferedRandom):
            def write(self, content: Any) -> int:
                if self.tell() + len(content) > 3 * MIB:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return super().write(content)

        return Small(output.detach())  # type: ignore[attr-defined]

    monkeypatch.setattr(part_file.PartFile, "open", open_on_a_small_disk)
    with pytest.raises(DDJupyterError, match=r"batch_00000.parquet` could not be written: No space left on device"):
        download(server, tmp_path / "d")
    monkeypatch.setattr(part_file.PartFile, "open", opened)
    kept = (tmp_path / "d/parquet-files/batch_00000.parquet.part").stat().st_size

    download(server, tmp_path / "d")

    assert 0 < kept <= 3 * MIB
    assert server.reads(BIG)[-1] == f"bytes={kept}-"


def test_a_download_that_cannot_fit_is_refused_before_it_begins(tmp_path: Path) -> None:
    with serving(files={BIG: Generated(1 << 60)}) as server, pytest.raises(DDJupyterError, match="MB are free"):
        download(server, tmp_path / "d")

    assert server.times_read == {}


# Folders.


def test_the_folder_is_a_dataset_of_the_library_with_the_analysis_beside(tmp_path: Path) -> None:
    files = {
        **batches(batch(1, 2), batch(3)),
        f"{DATASET}/metadata.json": b"{}",
        f"{DATASET}/processors-files/chat/batch_00000.parquet": batch(9),
        f"{RESULTS}/analysis": b'{"num_records": 3}',
        f"{ARTIFACTS}/other.txt": b"",
    }
    with serving(files={**files}) as server:
        folder = download(server, tmp_path / "d")

    assert folder == tmp_path / "d"
    assert dataset.count(folder) == 3
    assert dataset.read(folder, ())["n"].tolist() == [1, 2, 3]
    assert names(folder) == [
        "analysis.json",
        "dd_jupyter-download.json",
        "metadata.json",
        "parquet-files/batch_00000.parquet",
        "parquet-files/batch_00001.parquet",
        "processors-files/chat/batch_00000.parquet",
    ]


def test_without_a_folder_it_is_artifacts_and_the_jobs_name(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert ask(artifacts(server).download()) == tmp_path / "artifacts" / JOB


def test_files_of_an_ended_job_that_are_there_are_not_fetched_again(server: FileServer, tmp_path: Path) -> None:
    download(server, tmp_path / "d")
    server.requests.clear()

    download(server, tmp_path / "d")

    assert server.times_read == {}


def test_a_file_that_is_there_with_another_size_is_fetched_again(server: FileServer, tmp_path: Path) -> None:
    download(server, tmp_path / "d")
    (tmp_path / "d/parquet-files/batch_00000.parquet").write_bytes(b"broken")

    download(server, tmp_path / "d")

    assert (tmp_path / "d/parquet-files/batch_00000.parquet").read_bytes() == BIG_CONTENT


def test_what_an_active_job_rewrote_in_the_same_size_is_fetched_again_and_the_rest_is_not(tmp_path: Path) -> None:
    metadata = f"{DATASET}/metadata.json"
    with serving(files={BIG: BIG_CONTENT, metadata: b'{"a": 1}'}, status="active") as server:
        download(server, tmp_path / "d")
        server.files[metadata], server.status = b'{"a": 2}', "completed"
        server.requests.clear()

        download(server, tmp_path / "d")

    assert (tmp_path / "d/metadata.json").read_bytes() == b'{"a": 2}'
    assert None not in server.reads(BIG)


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_with_something_else_is_never_touched(server: FileServer, tmp_path: Path, overwrite: bool) -> None:
    (tmp_path / "thesis.tex").write_text("years")

    with pytest.raises(DDJupyterError, match=r"no dataset\. Choose another folder"):
        download(server, tmp_path, overwrite=overwrite)

    assert names(tmp_path) == ["thesis.tex"]


def test_a_folder_with_another_dataset_is_replaced_only_when_told_to(server: FileServer, tmp_path: Path) -> None:
    (tmp_path / "parquet-files").mkdir()
    (tmp_path / "parquet-files/batch_00007.parquet").write_bytes(batch(7))

    with pytest.raises(DDJupyterError, match=r"another dataset.*overwrite=True"):
        download(server, tmp_path)
    assert names(tmp_path) == ["parquet-files/batch_00007.parquet"]
    download(server, tmp_path, overwrite=True)

    assert names(tmp_path) == ["dd_jupyter-download.json", "parquet-files/batch_00000.parquet"]


def test_an_empty_folder_and_one_that_is_to_be_made_are_taken(server: FileServer, tmp_path: Path) -> None:
    assert dataset.record_files(download(server, tmp_path / "a/b/c"))
    (tmp_path / "empty").mkdir()
    assert dataset.record_files(download(server, tmp_path / "empty"))


# Looking at a job.


def test_before_the_first_batch_there_is_nothing_to_read_and_the_error_says_why() -> None:
    with serving(status="active", results=()) as server:
        job = artifacts(server)
        assert ask(job.files()) == []
        for question in (job.head(3), job.load_dataset(), job.download(), job.load_analysis()):
            with pytest.raises(NotReadyError, match="Job `reviews-1` is active and has no artifacts yet"):
                ask(question)


def test_a_job_that_ended_without_records_says_so() -> None:
    with serving(status="error", results=()) as server, pytest.raises(NotReadyError, match="ended without"):
        ask(artifacts(server).head())


def test_the_head_of_an_active_job_without_a_result_yet_reads_one_batch_only() -> None:
    with serving(files=batches(batch(1, 2, 3), batch(4, 5)), status="active", results=()) as server:
        head = ask(artifacts(server).head(2))

    assert head["n"].tolist() == [1, 2]
    assert server.times_read == {BIG: 1}


def test_the_head_goes_on_with_the_next_batch_where_the_first_is_too_short() -> None:
    with serving(files=batches(batch(1, 2), batch(3, 4), batch(5))) as server:
        head = ask(artifacts(server).head(3))

    assert head["n"].tolist() == [1, 2, 3]
    assert set(server.times_read) == set(list(server.files)[:2])


def test_the_head_has_the_columns_in_the_configurations_order() -> None:
    with serving(files=batches(batch(1, a=["x"], z=[0.5]))) as server:
        head = ask(artifacts(server).head(5, (Column("z", "sampler"), Column("n", "sampler"))))

    assert list(head.columns) == ["z", "n", "a"]


def test_batches_of_before_a_resume_that_the_metadata_does_not_count_are_left_out(tmp_path: Path) -> None:
    metadata = {"file_paths": {"parquet-files": ["parquet-files/batch_00000.parquet"]}}
    files = {**batches(batch(1), batch(99)), f"{DATASET}/metadata.json": json.dumps(metadata).encode()}
    with serving(files=files, status="active") as server:
        job = artifacts(server)
        assert ask(job.load_dataset())["n"].tolist() == [1]
        assert [file.path for file in ask(job.files())] == [
            "dataset/metadata.json",
            "dataset/parquet-files/batch_00000.parquet",
        ]


def test_batches_that_were_downloaded_before_a_resume_do_not_stay_among_the_records(tmp_path: Path) -> None:
    with serving(files=batches(batch(1), batch(99)), status="active") as server:
        download(server, tmp_path / "d")
        metadata = {"file_paths": {"parquet-files": ["parquet-files/batch_00000.parquet"]}}
        server.files[f"{DATASET}/metadata.json"] = json.dumps(metadata).encode()

        download(server, tmp_path / "d")

    assert dataset.read(tmp_path / "d", ())["n"].tolist() == [1]


@pytest.mark.parametrize("metadata", [b"no json", b"[]", b'{"file_paths": 7}', b'{"file_paths": {"parquet-files": 7}}'])
def test_metadata_that_cannot_be_read_hides_no_records(metadata: bytes) -> None:
    with serving(files={**batches(batch(1)), f"{DATASET}/metadata.json": metadata}) as server:
        assert ask(artifacts(server).head())["n"].tolist() == [1]


def test_a_file_that_is_still_being_uploaded_is_not_listed() -> None:
    files = {**batches(batch(1)), f"{DATASET}/parquet-files/batch_00001.parquet.tmp.0a1b2c3d": b"half"}
    with serving(files=files, status="active") as server:
        listed = ask(artifacts(server).files())

    assert listed == [ArtifactFile("dataset/parquet-files/batch_00000.parquet", len(files[BIG]))]


# Loading.


def test_what_was_fetched_to_be_loaded_is_not_fetched_twice() -> None:
    with serving(files=batches(batch(2, 1), batch(3))) as server:
        job = artifacts(server)
        first, second = ask(job.load_dataset()), ask(job.load_dataset())

    assert first["n"].tolist() == second["n"].tolist() == [2, 1, 3]
    assert set(server.times_read.values()) == {1}


def test_what_was_downloaded_is_not_fetched_to_be_loaded(tmp_path: Path) -> None:
    with serving(files=batches(batch(2, 1), batch(3))) as server:
        job = artifacts(server)
        ask(job.download(tmp_path / "d"))
        server.requests.clear()

        assert ask(job.load_dataset(()))["n"].tolist() == [2, 1, 3]

    assert server.times_read == {}


def test_the_records_of_a_processor_are_loaded_alone() -> None:
    made = f"{DATASET}/processors-files/chat/batch_00000.parquet"
    with serving(files={**batches(batch(1)), made: batch(7, 8)}) as server:
        job = artifacts(server)
        assert ask(job.load_processor_dataset("chat"))["n"].tolist() == [7, 8]
        assert server.times_read == {made: 1}
        with pytest.raises(NotReadyError, match="`talk`; those that have: chat"):
            ask(job.load_processor_dataset("talk"))


def test_an_analysis_that_the_library_here_cannot_read_is_one_sentence() -> None:
    files = {**batches(batch(1)), f"{RESULTS}/analysis": b'{"from": "the future"}'}
    with serving(files=files) as server, pytest.raises(DDJupyterError, match="another data-designer"):
        ask(artifacts(server).load_analysis())


# Where the fileset cannot be read.


def packed(members: dict[str, bytes], link: str | None = None) -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        if link is not None:
            info = tarfile.TarInfo("artifacts/dataset/link")
            info.type, info.linkname = tarfile.SYMTYPE, link
            tar.addfile(info)
    return output.getvalue()


@pytest.mark.parametrize("status", [403, 404])
def test_where_the_fileset_cannot_be_read_the_archive_is_unpacked_to_the_same_folder(
    tmp_path: Path, status: int
) -> None:
    members = {"artifacts/dataset/parquet-files/batch_00000.parquet": batch(1, 2), "artifacts/dataset/a.json": b"{}"}
    with serving(fileset_status=status, archive=packed(members), analysis=b'{"num_records": 2}') as server:
        job = artifacts(server)
        ask(job.download(tmp_path / "d"))
        assert ask(job.load_dataset())["n"].tolist() == [1, 2]
        assert ask(job.head(1))["n"].tolist() == [1]

    assert names(tmp_path / "d") == [
        "a.json",
        "analysis.json",
        "dd_jupyter-download.json",
        "parquet-files/batch_00000.parquet",
    ]
    assert [request.path for request in server.requests] == ["archive", "analysis"]


def test_an_archive_that_breaks_off_is_begun_again(tmp_path: Path) -> None:
    noise = random.Random(4).randbytes(300_000)
    members = {"artifacts/dataset/parquet-files/batch_00000.parquet": batch(1), "artifacts/dataset/n.bin": noise}
    with serving(fileset_status=403, archive=packed(members), cuts={"archive": [200_000]}) as server:
        download(server, tmp_path / "d")

    assert (tmp_path / "d/n.bin").read_bytes() == noise
    assert server.reads("archive") == [None, None]
    assert not [name for name in names(tmp_path / "d") if ".part" in name]


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("artifacts/dataset/../../../outside.txt", None),
        ("artifacts/dataset/ok.txt", "/etc/passwd"),
        ("artifacts/dataset/ok.txt", "a.txt"),
    ],
)
def test_an_archive_that_reaches_outside_leaves_nothing(tmp_path: Path, name: str, link: str | None) -> None:
    with (
        serving(fileset_status=403, archive=packed({name: b"hostile"}, link)) as server,
        pytest.raises(ServicesError),
    ):
        download(server, tmp_path / "d")

    assert names(tmp_path) == ["d/dd_jupyter-download.json"]


def test_what_is_no_archive_is_one_sentence(tmp_path: Path) -> None:
    with (
        serving(fileset_status=403, archive=b"<html>") as server,
        pytest.raises(ServicesError, match="no archive that can be unpacked"),
    ):
        download(server, tmp_path / "d")


def test_a_fileset_that_is_denied_is_told_to_whoever_asks_for_its_files() -> None:
    with serving(fileset_status=403) as server, pytest.raises(DeniedError):
        ask(artifacts(server).files())
