"""What a report says of a resource is what happens when the configuration is really run and really submitted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dd_jupyter as ddj
from dd_jupyter.execution import local
from dd_jupyter.execution import services as submitted
from dd_jupyter.nemo import http
from dd_jupyter.nemo.data_designer import DataDesignerApi
from dd_jupyter.resources.report import LOCATIONS, Finding, Location, ResolutionReport
from tests.support.nemo_services import GatewayModel, NemoServices
from tests.support.truth_table import (
    ARTIFACTS,
    CASES,
    FILESET,
    GATEWAY,
    LOCAL_SEED,
    MAY_WRITE_EVERYWHERE,
    Case,
)
from tests.support.truth_world import Situation, World, made_in

RECORDS = 2


@pytest.fixture
def world(
    services: NemoServices, model: GatewayModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    monkeypatch.setattr(http, "_BACK_OFF", lambda state: 0.0)
    with made_in(services, tmp_path / "world", monkeypatch) as world:
        yield world


@pytest.fixture
def previews(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The configurations that are sent for a preview."""
    sent: list[Any] = []
    preview = DataDesignerApi.preview

    def counted(self: DataDesignerApi, workspace: str, config: Any, num_records: int) -> Any:
        sent.append(config)
        return preview(self, workspace, config, num_records)

    monkeypatch.setattr(DataDesignerApi, "preview", counted)
    return sent


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_report_says_what_happens(
    case: Case, world: World, model: GatewayModel, previews: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    if case.run == "denied" and case.row == ARTIFACTS and MAY_WRITE_EVERYWHERE:
        pytest.skip("Whoever tests may write everywhere.")
    situation = case.make(world)

    report = look(situation)

    found = {location: in_report(case, report, location) for location in LOCATIONS}
    statuses = {location: finding and finding.status for location, finding in found.items()}
    assert statuses == {"run": case.run, "submit": case.submit}, report
    assert tuple(at for at, finding in found.items() if finding is not None and finding.warning) == case.warned
    assert model.requests == [] and world.near.requests == [] and previews == []
    for location in LOCATIONS:
        if not report.ok_for(location):
            with pytest.raises(ddj.DDJupyterError) as refused:
                carry_out(situation, location, check=True)
            assert refused.value.report is not None, "it was refused for another reason than what the report says"
            assert model.requests == [] and world.near.requests == [] and previews == []
    trust_nobody(monkeypatch)
    for location in LOCATIONS:
        if not report.ok_for(location) and location == "run" and case.in_vain is not None:
            assert [verdict["is_valid"] for verdict in carry_out(situation, location, check=False)[case.in_vain]] == [
                None
            ] * RECORDS
        elif not report.ok_for(location):
            with pytest.raises(Exception) as raised:  # noqa: PT011 - the library and the services raise all sorts
                carry_out(situation, location, check=False)
            assert not isinstance(raised.value, AssertionError)
        elif all(finding.status == "ok" for row in report.rows if (finding := row.at(location)) is not None):
            assert len(carry_out(situation, location, check=False)) == RECORDS


def look(situation: Situation) -> ResolutionReport:
    if situation.artifact_path is None:
        return ddj.check(situation.builder, operation="preview", settings=situation.settings)
    return ddj.check(situation.builder, operation="create", artifact_path=situation.artifact_path)


def in_report(case: Case, report: ResolutionReport, location: Location) -> Finding | None:
    """What the report says of what a case is about: what is in the way, if there are several of that kind."""
    found = [finding for row in report.rows if row.kind == case.kind and (finding := row.at(location)) is not None]
    return next((finding for finding in found if finding.stops), found[0] if found else None)


def carry_out(situation: Situation, location: Location, *, check: bool) -> Any:
    """The records that are made."""
    builder, settings = situation.builder, situation.settings
    if location == "submit":
        return ddj.preview(builder, num_records=RECORDS, submit=True, check=check).dataset
    if situation.artifact_path is not None:
        return ddj.create(
            builder, num_records=RECORDS, artifact_path=situation.artifact_path, settings=settings, check=check
        ).dataset
    return ddj.preview(builder, num_records=RECORDS, settings=settings, check=check).dataset


def trust_nobody(patch: pytest.MonkeyPatch) -> None:
    """From now on reality decides: what this package would refuse goes to the library and to the services."""
    for executor in (local, submitted):
        patch.setattr(executor, "refusal", lambda report, location: None)


def test_a_job_and_a_dataset_on_disk_keep_the_promise_too(world: World, model: GatewayModel) -> None:
    cases = [
        case
        for case in CASES
        if (case.row, case.title)
        in {(LOCAL_SEED, "a file"), (FILESET, "with its workspace"), (GATEWAY, "without a workspace")}
    ]
    jobs: list[ddj.Job] = []
    for case in cases:
        situation = case.make(world)
        report = ddj.check(situation.builder, operation="create", num_records=RECORDS)
        made = ddj.create(situation.builder, num_records=RECORDS, artifact_path=world.folder / "made")

        assert report.ok_for("run") and len(made.dataset) == RECORDS, case.name
        if report.ok_for("submit"):
            jobs.append(ddj.create(situation.builder, num_records=RECORDS, submit=True))
        else:
            with pytest.raises(ddj.ResourceError):
                ddj.create(situation.builder, num_records=RECORDS, submit=True)
    assert (len(cases), len(jobs)) == (3, 2)
    for job in jobs:
        assert len(job.wait().dataset) == RECORDS, job.name
