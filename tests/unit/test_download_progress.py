"""A download shows how far it is, and at its end where the files are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher

from dd_jupyter.display.transfer import REFRESH_SECONDS, DownloadProgress
from dd_jupyter.errors import UnreachableError
from dd_jupyter.execution.transfer import Transferred

MB = 1_000_000


@pytest.fixture
def shown(publisher: CapturingDisplayPublisher) -> Callable[[], list[str]]:
    """The plain text of each picture so far."""
    return lambda: [" ".join(message["data"]["text/plain"].split()) for message in publisher.outputs]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000.0]
    monkeypatch.setattr("dd_jupyter.display.transfer.time.monotonic", lambda: now[0])
    return now


def broken_off_by(error: BaseException) -> None:
    """A download that had three files when this happened."""
    with DownloadProgress("reviews-1") as progress:
        progress(far(3, 32))
        raise error


def far(files: int, megabytes: float) -> Transferred:
    return Transferred(files_done=files, files=8, bytes_done=int(megabytes * MB), bytes=96 * MB)


def test_it_shows_bytes_files_rate_and_time_left(shown, clock) -> None:
    progress = DownloadProgress("reviews-1")

    progress(far(0, 0))
    clock[0] += 2
    progress(far(3, 32))

    assert shown()[0].endswith("[--------------------] 0 bytes of 96.0 MB 0/8 files")
    assert shown()[1].startswith("Download reviews-1 · 0:02 · ● Downloading")
    assert shown()[1].endswith("[######--------------] 32.0 MB of 96.0 MB 3/8 files 16.0 MB/s 4 s left")


def test_it_is_one_display_drawn_four_times_a_second_at_most(publisher, clock) -> None:
    progress = DownloadProgress("reviews-1")

    for step in range(100):
        progress(far(0, step / 10))
        clock[0] += 0.01

    assert REFRESH_SECONDS == 0.25
    assert [message["update"] for message in publisher.outputs] == [False, True, True, True]
    assert len({message["transient"]["display_id"] for message in publisher.outputs}) == 1


def test_the_rate_forgets_what_was_long_ago(shown, clock) -> None:
    progress = DownloadProgress("reviews-1")

    for megabytes in (0, 50, 51, 52, 53, 54, 55, 56):
        progress(far(0, megabytes))
        clock[0] += 1

    assert "1.0 MB/s" in shown()[-1]


def test_a_stalled_download_promises_nothing(shown, clock) -> None:
    progress = DownloadProgress("reviews-1")

    for _ in range(3):
        progress(far(1, 10))
        clock[0] += 1

    assert "/s" not in shown()[-1] and "left" not in shown()[-1]


def test_at_the_end_it_says_where_the_files_are_and_how_to_read_them(shown, clock, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)

    with DownloadProgress("reviews-1") as progress:
        progress(far(0, 0))
        clock[0] += 0.01
        progress(far(8, 96))
        clock[0] += 63
        progress.finish(tmp_path / "artifacts" / "reviews-1")

    assert shown()[-1] == (
        "Download reviews-1 · artifacts/reviews-1 · 1:03 · ✓ Downloaded 8 files · 96.0 MB "
        "The records pd.read_parquet('artifacts/reviews-1/parquet-files')"
    )


@pytest.mark.parametrize(("megabytes", "words"), [(96, "everything was there already"), (32, "32.0 MB of it were")])
def test_what_an_earlier_download_brought_is_told(shown, tmp_path, megabytes: int, words: str) -> None:
    progress = DownloadProgress("reviews-1")

    progress(far(3, megabytes))
    progress.finish(tmp_path)

    assert words in shown()[-1]


def test_a_download_with_nothing_to_bring_is_shown_too(shown, tmp_path: Path) -> None:
    DownloadProgress("reviews-1").finish(tmp_path)

    assert "✓ Downloaded" in shown()[0]


def test_an_interrupt_says_what_stays_and_how_to_go_on(shown) -> None:
    with pytest.raises(KeyboardInterrupt):
        broken_off_by(KeyboardInterrupt())

    assert "■ Stopped" in shown()[-1]
    assert "3 of 8 files had come and stay. `%dd_download reviews-1` goes on from there." in shown()[-1]


def test_an_error_ends_the_picture_and_goes_on_its_way(shown) -> None:
    with pytest.raises(UnreachableError):
        broken_off_by(UnreachableError("Nobody answers."))

    assert "✕ Broken off" in shown()[-1]
    assert "[" not in shown()[-1]


def test_an_error_before_anything_came_stands_for_itself(shown) -> None:
    with pytest.raises(UnreachableError), DownloadProgress("reviews-1"):
        raise UnreachableError("Nobody answers.")

    assert shown() == []


def test_what_is_told_after_the_end_changes_nothing(shown, tmp_path: Path) -> None:
    progress = DownloadProgress("reviews-1")

    progress.finish(tmp_path)
    progress(far(1, 1))
    progress.finish(tmp_path)

    assert len(shown()) == 1


def test_it_is_told_from_another_thread(shown) -> None:
    progress = DownloadProgress("reviews-1")

    thread = threading.Thread(target=progress, args=(far(3, 32),))
    thread.start()
    thread.join()

    assert "3/8 files" in shown()[0]
