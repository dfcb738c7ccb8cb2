"""A preview's stream from NeMo Services, frame by frame, whole and cut off at any point."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from typing import Any

import data_designer.config as dd
import httpx
import pandas as pd
import pytest

from dd_jupyter.errors import DDJupyterError, DeniedError, NotFoundError, RefusedError, ResourceError, RunError
from dd_jupyter.execution.cancel import Cancel
from dd_jupyter.execution.events import (
    Done,
    Event,
    Failed,
    Heartbeat,
    Step,
)
from dd_jupyter.execution.results import Preview
from dd_jupyter.execution.services import preview_in
from dd_jupyter.execution.workload import PreviewWorkload
from tests.support.builders import builder_with
from tests.support.deployment_answers import DONE, METADATA, PREVIEW, DeploymentAnswers
from tests.support.jobs_double import refused
from tests.unit.test_job import PROFILE

PATH = PREVIEW.removeprefix("POST ")
CHECK = "GET /apis/entities/v2/workspaces/default"


def log(message: str, level: str = "info") -> dict[str, Any]:
    return {"kind": "log", "level": level, "message": message}


def dataset(*rows: Any) -> dict[str, Any]:
    return {"kind": "dataset", "records": list(rows)}


MUG, LAMP = {"product": "travel mug"}, {"product": "desk lamp"}
WHOLE = [
    log("🩺 Checking"),
    METADATA,
    log("Dispatching"),
    dataset(MUG, LAMP),
    {"kind": "processor_output", "processor_name": "flat", "records": [{"text": "x"}]},
    {"kind": "analysis", "analysis": PROFILE},
    DONE,
]


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> DeploymentAnswers:
    monkeypatch.setattr("dd_jupyter.nemo.http._BACK_OFF", lambda state: 0.0)
    return DeploymentAnswers()


def told(there: DeploymentAnswers, num_records: int = 2, builder: Any = None) -> list[Event]:
    """What happens, but for the signs of life of a view."""
    workload = PreviewWorkload(builder or builder_with(), num_records)
    events = preview_in(there.deployment)(workload, Cancel())
    return [event for event in events if event != Heartbeat()]


def previewed(there: DeploymentAnswers, num_records: int = 2, builder: Any = None) -> Preview:
    """The preview after its end, however that came."""
    workload = PreviewWorkload(builder or builder_with(), num_records)
    preview = Preview(workload, preview_in(there.deployment), name="sample")
    preview.follow(lambda run: None)
    return preview


def kinds(events: list[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


# A whole stream.


def test_what_the_services_tell_comes_in_their_order(there: DeploymentAnswers) -> None:
    there.frames = WHOLE

    events = told(there)

    told_kinds = [kind for kind in kinds(events) if kind not in {"Step", "Progress"}]
    assert told_kinds == ["Resolved", "Log", "Columns", "Log", "Dataset", "ProcessorOutput", "Analysis", "Done"]
    assert isinstance(events[0], Step)
    assert isinstance(events[-1], Done) and events[-1].num_records == 2


def test_a_preview_holds_what_came(there: DeploymentAnswers) -> None:
    there.frames = WHOLE

    sample = previewed(there)

    assert sample.state == "completed" and sample.complete == 2
    assert list(sample.dataset["product"]) == ["travel mug", "desk lamp"]
    assert sample.analysis.num_records == 2
    assert sample.processor_outputs == {"flat": [{"text": "x"}]}
    assert [(line.level, line.message) for line in sample.log] == [("INFO", "🩺 Checking"), ("INFO", "Dispatching")]


def test_the_request_holds_configuration_and_number_of_records(there: DeploymentAnswers) -> None:
    there.frames = WHOLE

    told(there)

    assert there.sent[PATH] == [{"config": json.loads(builder_with().build().model_dump_json()), "num_records": 2}]


def test_columns_of_the_seed_come_first(there: DeploymentAnswers) -> None:
    seed = {"kind": "dataset_metadata", "metadata": {"seed_column_names": ["animal", "legs"]}}
    there.frames = [seed, dataset({"product": "mug", "legs": 4, "animal": "cat"}), DONE]

    sample = previewed(there)

    assert list(sample.dataset.columns) == ["animal", "legs", "product"]
    assert [(column.name, column.type) for column in sample.columns] == [
        ("animal", "seed-dataset"),
        ("legs", "seed-dataset"),
        ("product", "sampler"),
    ]


def test_columns_that_are_to_be_dropped_are_not_shown(there: DeploymentAnswers) -> None:
    builder = builder_with().add_column(name="hidden", column_type="expression", expr="x", drop=True)
    there.frames = [METADATA, dataset({"hidden": "x", "product": "mug"}), DONE]

    assert list(previewed(there, builder=builder).dataset.columns) == ["product"]


def test_missing_values_and_numbers_that_are_none_come_through(there: DeploymentAnswers) -> None:
    there.frames = [METADATA, dataset({"product": None, "price": math.nan}, {"product": "mug", "price": 2.5}), DONE]

    frame = previewed(there).dataset

    assert list(frame["product"].isna()) == [True, False]
    assert list(frame["price"].isna()) == [True, False]


def test_heartbeats_of_the_services_are_counted(there: DeploymentAnswers) -> None:
    there.frames = [{"kind": "heartbeat"}, {"kind": "heartbeat"}, *WHOLE]

    assert previewed(there).heartbeats == 2


@pytest.mark.parametrize(
    "frame",
    [
        {"kind": "of a later version", "data": 1},
        {"kind": "log"},
        {"kind": "log", "message": 3},
        {"kind": "dataset_metadata", "metadata": None},
        {"kind": "dataset_metadata", "metadata": {"seed_column_names": None}},
        {"kind": "processor_output", "processor_name": "flat", "records": None},
        {"kind": "analysis", "analysis": None},
    ],
)
def test_a_frame_that_is_not_known_is_passed_over(there: DeploymentAnswers, frame: dict[str, Any]) -> None:
    there.frames = [frame, *WHOLE]

    assert previewed(there).state == "completed"


def test_empty_lines_are_no_frames(there: DeploymentAnswers) -> None:
    there.frames = [b"\n", b"\r\n", *WHOLE]

    assert previewed(there).state == "completed"


def test_a_key_in_a_line_is_not_shown(there: DeploymentAnswers) -> None:
    key = "nvapi-Zk3x9Tq7Lm2Vb8Rn4Wc6Yd1Fh5Jg0KsPq8"
    there.frames = [log(f"Authorization: Bearer {key}"), {"kind": "error", "message": f"401 for Bearer {key}"}]

    sample = previewed(there)

    assert key not in repr(list(sample.log)) and key not in str(sample.error)


def test_a_profile_that_cannot_be_read_costs_no_more_than_itself(there: DeploymentAnswers) -> None:
    there.frames = [METADATA, dataset(MUG), {"kind": "analysis", "analysis": {"written": "by another version"}}, DONE]

    sample = previewed(there)

    assert sample.state == "completed" and len(sample.dataset) == 1
    assert any("another data-designer" in line.message for line in sample.log)


# A stream that is cut off.


@pytest.mark.parametrize("broken", [True, False], ids=["broken", "ended early"])
@pytest.mark.parametrize("frames", range(len(WHOLE)))
def test_a_stream_cut_off_anywhere_keeps_what_came_and_says_where(
    there: DeploymentAnswers, frames: int, broken: bool
) -> None:
    there.frames = [*WHOLE[:frames], *([httpx.ReadError("cut")] if broken else [])]

    sample = previewed(there)

    sentence = str(sample.error)
    assert sample.state == "failed" and isinstance(sample.error, RunError)
    assert ("broke" if broken else "ended before it was complete") in sentence and "Run the cell again" in sentence
    assert ("before anything was made" in sentence) == (frames == 0)
    last = "Dispatching" if frames > 2 else "🩺 Checking"
    assert (f"after the line “{last}”" in sentence) == (frames > 0)
    if frames > 3:
        assert "its 2 records are kept" in sentence and len(sample.dataset) == 2
    else:
        assert "no record had come" in sentence
    assert ("flat" in sample.processor_outputs) == (frames > 4)


def test_a_stream_cut_off_in_the_middle_of_a_line_says_where(there: DeploymentAnswers) -> None:
    there.frames = [log("Dispatching"), METADATA, dataset(MUG), b'{"kind": "proces']

    error = previewed(there).error

    assert "after the line “Dispatching”" in str(error) and "its 1 records are kept" in str(error)


def test_a_line_that_is_no_frame_fails_with_a_sentence(there: DeploymentAnswers) -> None:
    there.frames = [b"<html>502</html>\n"]

    error = previewed(there).error

    assert isinstance(error, RunError) and "Run the cell again" in str(error)
    assert isinstance(error.__cause__, DDJupyterError)


def test_what_comes_after_the_end_is_not_read(there: DeploymentAnswers) -> None:
    there.frames = [*WHOLE, dataset(MUG, MUG, MUG), {"kind": "error", "message": "late"}]

    sample = previewed(there)

    assert (sample.state, len(sample.dataset)) == ("completed", 2)


def test_stopping_closes_the_request(there: DeploymentAnswers) -> None:
    waiting = threading.Event()

    async def for_ever() -> None:
        waiting.set()
        await asyncio.Event().wait()

    there.frames = [log("Dispatching"), for_ever]
    preview = Preview(PreviewWorkload(builder_with(), 2), preview_in(there.deployment))
    thread = threading.Thread(target=preview.follow, args=(lambda run: None,))
    thread.start()
    assert waiting.wait(10)

    preview.cancel()

    thread.join(10)
    assert there.closed.wait(10)
    assert preview.state == "cancelled" and len(preview.log) == 1


def test_an_interrupt_closes_the_request_and_keeps_what_came(there: DeploymentAnswers) -> None:
    async def for_ever() -> None:
        await asyncio.Event().wait()

    there.frames = [METADATA, dataset(MUG), log("last"), for_ever]
    preview = Preview(PreviewWorkload(builder_with(), 2), preview_in(there.deployment))

    def interrupt_at_the_last(run: Preview) -> None:
        if run.log and run.state == "running":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        preview.follow(interrupt_at_the_last)

    assert there.closed.wait(10)
    assert preview.state == "cancelled" and len(preview.dataset) == 1


# What the services say of a failure.


def test_an_error_of_the_services_is_the_previews(there: DeploymentAnswers) -> None:
    there.frames = [log("Dispatching"), {"kind": "error", "message": "🛑 Error generating preview dataset: No disk"}]

    (failed,) = [event for event in told(there) if isinstance(event, Failed)]

    assert str(failed.error) == "NeMo Services could not make the preview: No disk."


def test_where_no_record_was_made_the_reason_is_that_of_the_last_record(there: DeploymentAnswers) -> None:
    lost = "⚠️ Non-retryable failure on review[rg=0, row=1]: The key is not valid"
    lost = lost.removeprefix("⚠️ ")
    there.frames = [log(lost, "warning"), {"kind": "error", "message": "Generation produced zero records"}]

    assert "no record could be made. Column `review` failed: The key is not valid." in str(previewed(there).error)


@pytest.mark.parametrize("frame", [{"kind": "error"}, {"kind": "error", "message": None}])
def test_an_error_without_a_reason_does_not_make_one_up(there: DeploymentAnswers, frame: dict[str, Any]) -> None:
    there.frames = [frame]

    assert "None" not in str(previewed(there).error)


def test_a_stream_that_is_done_without_records_is_no_success(there: DeploymentAnswers) -> None:
    there.frames = [log("Dispatching"), DONE]

    assert previewed(there).state == "failed"


# What is checked before anything is sent.


def test_an_unknown_workspace_is_told_before_the_configuration_is_sent(there: DeploymentAnswers) -> None:
    there.instead[CHECK] = refused(404, "no")

    error = previewed(there).error

    assert isinstance(error, NotFoundError) and "There is no workspace `default`" in str(error)
    assert there.posted() == []


def test_whoever_may_not_look_at_workspaces_may_preview_all_the_same(there: DeploymentAnswers) -> None:
    there.instead[CHECK] = refused(403, "no")
    there.frames = WHOLE

    assert previewed(there).state == "completed"


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("request_", ["GET /openapi.json", PREVIEW])
def test_who_may_not_preview_is_told_so(there: DeploymentAnswers, request_: str, status: int) -> None:
    there.instead[request_] = refused(status, "Not you.")

    error = previewed(there).error

    assert isinstance(error, DeniedError) and "Not you" in str(error)


def test_a_configuration_that_is_refused_says_why(there: DeploymentAnswers) -> None:
    there.instead[PREVIEW] = refused(422, "Provider `default/nobody` is not there.")

    error = previewed(there).error

    assert isinstance(error, RefusedError) and "default/nobody" in str(error)


@pytest.mark.parametrize("num_records", [1, 10])
def test_up_to_ten_records_nobody_asks_for_the_limit(there: DeploymentAnswers, num_records: int) -> None:
    there.frames = WHOLE

    told(there, num_records)

    assert there.posted() == [PATH]


def test_more_records_than_allowed_are_told_before_the_configuration_is_sent(there: DeploymentAnswers) -> None:
    error = previewed(there, 11).error

    assert isinstance(error, RefusedError)
    assert "at most 10 records, and 11 were asked for; nothing was sent" in str(error) and "`-n 10`" in str(error)
    assert "product" not in json.dumps(there.sent)


def test_a_higher_limit_is_made_use_of_and_learnt_once(there: DeploymentAnswers) -> None:
    there.limit, there.frames = 50, WHOLE

    told(there, 50)
    told(there, 40)

    assert len(there.sent[PATH]) == 3


def test_without_a_limit_any_number_is_asked_for(there: DeploymentAnswers) -> None:
    there.limit, there.frames = None, WHOLE

    assert isinstance(told(there, 500)[-1], Done)


def test_what_only_this_kernel_has_is_told_and_nothing_is_sent(there: DeploymentAnswers) -> None:
    builder = builder_with().with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"a": [1]})))

    error = previewed(there, builder=builder).error

    assert isinstance(error, ResourceError)
    assert there.posted() == []


def test_what_only_this_kernel_has_is_not_sent(there: DeploymentAnswers) -> None:
    builder = builder_with().with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"a": [1]})))

    error = previewed(there, builder=builder).error

    assert isinstance(error, ResourceError) and "a DataFrame, which NeMo Services cannot read" in str(error)
    assert there.posted() == []


def test_nobody_there_is_said(there: DeploymentAnswers) -> None:
    there.instead["GET /openapi.json"] = there.instead[CHECK] = httpx.ConnectError("nobody")

    assert "No NeMo Services answer at http://double" in str(previewed(there).error)


def test_every_end_is_an_error_of_ours(there: DeploymentAnswers) -> None:
    there.instead["GET /openapi.json"] = httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"})

    assert isinstance(previewed(there).error, DDJupyterError)
