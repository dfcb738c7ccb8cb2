"""What a person types to work with jobs, in a real kernel and with real services."""

from __future__ import annotations

import re
import uuid

import pytest

from tests.support.config_cell import llm_config
from tests.support.kernel import Kernel
from tests.support.nemo_services import GatewayModel, NemoServices
from tests.support.seen import seen, value


@pytest.fixture
def name() -> str:
    """A name that no other job has."""
    return f"m-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def kernel(kernel: Kernel) -> Kernel:
    """A kernel with the magics."""
    kernel.run("%load_ext dd_jupyter")
    return kernel


def test_submitting_shows_the_job_and_returns_while_it_works(kernel: Kernel, model: GatewayModel, name: str) -> None:
    model.hold()

    outcome = kernel.run(f"%%dd_create reviews --submit -n 4 --name {name}\n" + llm_config(model))

    assert outcome.status == "ok"
    assert name in seen(outcome) and "NeMo Services · workspace default" in seen(outcome)
    assert value(kernel, "reviews.state") == "'running'"
    model.wait_for(1, timeout=40)
    model.release()
    kernel.run("reviews.wait(60)")
    assert value(kernel, "reviews.dataset.shape[0]") == "4"


def test_waiting_ends_with_the_job(kernel: Kernel, model: GatewayModel, name: str) -> None:
    outcome = kernel.run(f"%%dd_create reviews --submit --wait -n 3 --name {name}\n" + llm_config(model), timeout=90)

    assert outcome.status == "ok"
    assert "Completed" in seen(outcome)
    assert value(kernel, "reviews.status") == "'completed'"


def test_a_job_that_fails_fails_the_cell_that_waits(kernel: Kernel, model: GatewayModel, name: str) -> None:
    model.fail_every(1, status=400)

    outcome = kernel.run(f"%%dd_create reviews --submit --wait -n 2 --name {name}\n" + llm_config(model), timeout=90)

    assert outcome.ename == "JobError"
    assert len(outcome.traceback) == 1 and name in outcome.error


def test_an_interrupt_asks_the_services_to_cancel_and_says_so(kernel: Kernel, model: GatewayModel, name: str) -> None:
    model.hold()
    kernel.start(f"%%dd_create reviews --submit --wait -n 5 --name {name}\n" + llm_config(model))
    model.wait_for(1, timeout=40)

    kernel.interrupt()
    outcome = kernel.wait(timeout=60)

    assert outcome.ename == "KeyboardInterrupt"
    assert f"job `{name}` was cancelled" in outcome.error
    assert value(kernel, "reviews.status") == "'cancelled'"


def test_a_second_interrupt_does_not_wait_for_the_services(kernel: Kernel, model: GatewayModel, name: str) -> None:
    model.hold()
    asked = kernel.work / "asked"
    kernel.run(  # services that take their time
        "import pathlib, dd_jupyter.execution.job as module\n"
        "module.Job.cancel = lambda job: pathlib.Path('asked').touch()"
    )
    kernel.start(f"%%dd_create reviews --submit --wait -n 5 --name {name}\n" + llm_config(model))
    model.wait_for(1, timeout=40)

    kernel.interrupt()
    kernel.wait_until(lambda: bool(asked.exists()))
    kernel.interrupt()
    outcome = kernel.wait(timeout=20)

    assert outcome.ename == "KeyboardInterrupt"
    assert value(kernel, "reviews.state") == "'running'"
    model.release()


def test_a_restarted_kernel_finds_the_job_again(kernel: Kernel, model: GatewayModel, name: str) -> None:
    model.hold()
    kernel.run(f"%%dd_create reviews --submit -n 3 --name {name}\n" + llm_config(model))
    model.wait_for(1, timeout=40)

    kernel.restart()
    kernel.run("%load_ext dd_jupyter")
    outcome = kernel.run(f"%dd_attach {name} again")

    assert name in seen(outcome)
    assert value(kernel, "again.builder.get_column_configs()[-1].name") == "'text'"
    model.release()
    kernel.run("again.wait(60)")
    assert value(kernel, "len(again.dataset)") == "3"


def test_jobs_are_listed(kernel: Kernel, name: str) -> None:
    kernel.run(SAMPLER + f"%dd_create job -c builder --submit --wait -n 2 --name {name}", timeout=60)

    listed = seen(kernel.run("%dd_jobs"))
    failed = seen(kernel.run("%dd_jobs --status error"))

    assert name in listed and name not in failed


def test_cancel_takes_a_job_by_name_or_variable(kernel: Kernel, model: GatewayModel, name: str) -> None:
    model.hold()
    kernel.run(f"%%dd_create one --submit -n 3 --name {name}-1\n" + llm_config(model))
    kernel.run(f"%%dd_create two --submit -n 3 --name {name}-2\n" + llm_config(model))

    kernel.run("%dd_cancel one")
    kernel.run(f"%dd_cancel default/{name}-2")
    kernel.run("one.wait(60); two.wait(60)")

    assert value(kernel, "one.status, two.status") == "('cancelled', 'cancelled')"


def test_a_download_says_where_it_is(kernel: Kernel, name: str) -> None:
    made = kernel.run(SAMPLER + f"%dd_create job -c builder --submit --wait -n 2 --name {name}", timeout=60)
    assert made.status == "ok", made

    outcome = kernel.run(f"%dd_download {name}")

    assert outcome.status == "ok", outcome
    assert f"artifacts/{name}" in seen(outcome)
    assert value(kernel, f"__import__('pandas').read_parquet('artifacts/{name}/parquet-files').shape[0]") == "2"


def test_the_connection_is_shown(kernel: Kernel, services: NemoServices) -> None:
    shown = seen(kernel.run("%dd_connect"))

    assert services.base_url in shown and "default" in shown
    assert re.search("no authentication", shown, re.IGNORECASE)


def test_nobody_there_is_one_line_with_the_way_on(kernel: Kernel) -> None:
    outcome = kernel.run("%dd_connect --base-url http://127.0.0.1:9")

    assert outcome.ename == "UnreachableError"
    assert len(outcome.traceback) == 1 and "%dd_services start" in outcome.error


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--submit --resume", "`resume` is for a run in this kernel"),
        ("--submit --background", "`background` is for a run in this kernel"),
        ("--wait", "`wait` is for a job"),
        ("--submit --option cpus", "BACKEND.KEY=VALUE"),
        ("--submit --profile gpu", "would ignore `--profile`"),
    ],
)
def test_options_that_do_not_belong_together_are_refused_by_name(kernel: Kernel, line: str, words: str) -> None:
    kernel.run(SAMPLER)

    outcome = kernel.run(f"%dd_create job -c builder {line}")

    assert outcome.status == "error"
    assert words in outcome.error + outcome.stderr


SAMPLER = """\
import data_designer.config as dd
builder = dd.DataDesignerConfigBuilder()
builder.add_column(name="stars", column_type="sampler", sampler_type="category", params={"values": [1, 2, 3]})
"""
