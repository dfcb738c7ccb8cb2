"""A Fileset whose names and sizes are not to be trusted is downloaded into its folder, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pytest

import dd_jupyter as ddj
from dd_jupyter.errors import DDJupyterError, ResourceError, UnreachableError
from dd_jupyter.nemo.background import wait_for
from dd_jupyter.resources.migration import seed_download
from dd_jupyter.resources.migration.seed_download import plan_seed_download
from dd_jupyter.resources.migration.steps import Means, Step
from dd_jupyter.resources.places import Here
from tests.support.deployment_double import DeploymentDouble

CSV = b"animal,legs\ncat,4\nhen,2\n"


@pytest.fixture
def double() -> Iterator[DeploymentDouble]:
    with DeploymentDouble() as double:
        yield double


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "inside" / "seeds"


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seed_download, "PAUSE_SECONDS", 0.0)


def planned(double: DeploymentDouble, path: str, folder: Path) -> tuple[Step, Any]:
    builder = dd.DataDesignerConfigBuilder(model_configs=[])
    builder.with_seed_dataset(ddj.FilesetFileSeedSource(path=f"seeds#{path}"))
    [step], rewrites = wait_for(plan_seed_download(builder, Here(), double.deployment()(), folder))
    return step, rewrites.seed


def apply(step: Step, double: DeploymentDouble) -> None:
    wait_for(step.carry_out(double.deployment()(), Means()))


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "name",
    ["../out.csv", "a/../../out.csv", "/etc//out.csv", "a/./out.csv", "..\\out.csv", "a\x00.csv", "a/.."],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str, double: DeploymentDouble, folder: Path) -> None:
    double.files = {name: CSV, "ok.csv": CSV}

    step, seed = planned(double, "**", folder)

    assert (step.plan.state, seed) == ("impossible", None)
    assert "\n" not in step.plan.sentence and "\x00" not in step.plan.sentence
    assert not folder.exists()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a[1]*?.csv", "a_1___.csv"),
        ("it's; DROP.csv", "it_s_ DROP.csv"),
        ("C:evil.csv", "C_evil.csv"),
        (".hidden.csv", "_hidden.csv"),
        ("~/a.csv", "_/a.csv"),
        ("Größe 日本.CSV", "Größe 日本.csv"),
        ("line\nbreak.csv", "line_break.csv"),
    ],
)
def test_a_name_that_duckdb_or_a_disk_would_read_otherwise_is_changed(
    name: str, expected: str, double: DeploymentDouble, folder: Path
) -> None:
    double.files = {name: CSV}

    step, seed = planned(double, name, folder)
    apply(step, double)

    assert files_in(folder) == [expected]
    assert seed().path == (folder / expected).as_posix()


def test_names_that_become_the_same_are_refused(double: DeploymentDouble, folder: Path) -> None:
    double.files = {"d/a?.csv": CSV, "d/a!.csv": CSV}

    step, _ = planned(double, "d/*.csv", folder)

    assert step.plan.state == "impossible"
    assert "same name" in step.plan.sentence


def test_files_of_several_folders_keep_their_order(double: DeploymentDouble, folder: Path) -> None:
    double.files = {"d/z.csv": CSV, "d/b/a.csv": CSV, "d/c/a.csv": CSV}

    step, seed = planned(double, "d/**", folder)
    apply(step, double)

    assert files_in(folder) == ["d-files/00000-a.csv", "d-files/00001-a.csv", "d-files/00002-z.csv"]
    assert seed().path == f"{folder.as_posix()}/d-files/*.csv"


@pytest.mark.parametrize("told", [len(CSV) - 5, len(CSV) + 5])
def test_a_file_of_another_size_than_told_is_not_kept(told: int, double: DeploymentDouble, folder: Path) -> None:
    double.files, double.told_sizes = {"a.csv": CSV}, {"a.csv": told}
    step, _ = planned(double, "a.csv", folder)

    with pytest.raises(ResourceError, match="changed while it was downloaded"):
        apply(step, double)

    assert files_in(folder) == []


def test_breaks_are_gone_over_even_where_the_server_cannot_skip(double: DeploymentDouble, folder: Path) -> None:
    double.files, double.break_reads = {"a.csv": CSV * 1000}, 3
    step, _ = planned(double, "a.csv", folder)

    apply(step, double)

    assert (folder / "a.csv").read_bytes() == CSV * 1000


def test_a_file_that_always_breaks_leaves_nothing_and_can_be_fetched_later(
    double: DeploymentDouble, folder: Path
) -> None:
    double.files, double.break_reads = {"d/a.csv": CSV, "d/b.csv": CSV}, 50
    step, _ = planned(double, "d/*.csv", folder)

    with pytest.raises(UnreachableError, match="Migrate again"):
        apply(step, double)
    assert files_in(folder) == []

    double.break_reads = 0
    apply(step, double)
    assert files_in(folder) == ["d/a.csv", "d/b.csv"]


def test_files_that_are_whole_are_not_fetched_twice(double: DeploymentDouble, folder: Path) -> None:
    double.files = {"d/a.csv": CSV, "d/b.csv": CSV}
    (folder / "d").mkdir(parents=True)
    (folder / "d" / "a.csv").write_bytes(CSV)
    step, _ = planned(double, "d/*.csv", folder)
    before = double.bytes_read

    apply(step, double)

    assert double.bytes_read - before == len(CSV)


def test_a_file_that_came_to_be_there_is_not_overwritten(double: DeploymentDouble, folder: Path) -> None:
    double.files = {"a.csv": CSV}
    step, _ = planned(double, "a.csv", folder)
    folder.mkdir(parents=True)
    (folder / "a.csv").write_text("mine")

    with pytest.raises(ResourceError, match="left as it is"):
        apply(step, double)

    assert (folder / "a.csv").read_text() == "mine"


@pytest.mark.parametrize("in_the_way", ["file", "folder", "link"])
def test_what_is_in_the_way_is_said(in_the_way: str, double: DeploymentDouble, folder: Path, tmp_path: Path) -> None:
    double.files = {"d/a.csv": CSV}
    folder.mkdir(parents=True)
    match in_the_way:
        case "file":
            (folder / "d").write_text("mine")
        case "folder":
            (folder / "d" / "a.csv").mkdir(parents=True)
        case "link":
            (tmp_path / "elsewhere.csv").write_bytes(CSV)
            (folder / "d").mkdir()
            (folder / "d" / "a.csv").symlink_to(tmp_path / "elsewhere.csv")

    step, _ = planned(double, "d/a.csv", folder)

    assert step.plan.state == "impossible"
    assert str(folder / "d") in step.plan.sentence


def test_a_disk_that_is_too_full_is_said_before_anything_is_fetched(double: DeploymentDouble, folder: Path) -> None:
    double.files, double.told_sizes = {"a.csv": CSV}, {"a.csv": 10**18}
    step, _ = planned(double, "a.csv", folder)

    with pytest.raises(DDJupyterError, match="MB are free"):
        apply(step, double)

    assert double.bytes_read == 0
