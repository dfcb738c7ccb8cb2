"""What a person types to see and move what a configuration depends on, in a real kernel with real services."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.config_cell import write_home
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble
from tests.support.nemo_services import NemoServices
from tests.support.outputs import Outcome
from tests.support.seen import seen, value
from tests.support.waiting import wait_until

KEY = "sk-of-the-near-provider-2c81"

CONFIG = """\
import data_designer.config as dd, pandas as pd

near = pd.DataFrame({{"product": ["travel mug {salt}", "desk lamp {salt}"], "price": [9.5, 24.0]}})
builder = dd.DataDesignerConfigBuilder(
    model_configs=[dd.ModelConfig(alias="chat", model="double-chat", provider="{provider}", skip_health_check=True)]
)
builder.with_seed_dataset(dd.DataFrameSeedSource(df=near))
builder.add_column(
    name="review", column_type="llm-text", prompt="Write a short review of a {{{{ product }}}}.", model_alias="chat"
)
builder
"""


@pytest.fixture
def near(services: NemoServices) -> Iterator[ModelDouble]:
    """A provider that only the local settings know."""
    with ModelDouble(f"near-{uuid.uuid4().hex[:8]}") as provider:
        yield provider


@pytest.fixture
def kernel(services: NemoServices, near: ModelDouble, tmp_path: Path) -> Iterator[Kernel]:
    home = write_home(tmp_path / "data-designer", near)
    env = {"DATA_DESIGNER_HOME": str(home), near.key_variable: KEY, **services.env}
    with Kernel.start_new(env=env) as kernel:
        kernel.run("%load_ext dd_jupyter")
        kernel.run(f"%cd -q {tmp_path}")
        yield kernel


def config(near: ModelDouble) -> str:
    return CONFIG.format(provider=near.name, salt=uuid.uuid4().hex[:6])


def shown(outcome: Outcome) -> str:
    """All that a cell shows, as text."""
    return "\n".join(str(display.get("text/plain", "")) for display in outcome.displays)


def test_from_this_kernel_to_the_services_and_back(kernel: Kernel, near: ModelDouble) -> None:
    cell = config(near)

    checked = kernel.run("%%dd_check report\n" + cell)
    assert checked.status == "ok", checked
    assert "Runs in this kernel" in seen(checked) and "Cannot be submitted yet: 3 moves" in seen(checked)
    assert value(kernel, 'report.ok_for("run"), report.ok_for("submit")') == "(True, False)"

    planned = kernel.run("%dd_migrate moved -c builder")
    assert planned.status == "ok", planned
    assert "Planned: 3 to do" in seen(planned) and f"default/{near.name}" in seen(planned)
    assert value(kernel, '"moved" in globals()') == "False"

    applied = kernel.run("%dd_migrate moved -c builder --apply")
    assert applied.status == "ok", applied
    assert "Done" in seen(applied)
    assert value(kernel, "builder.model_configs[0].provider, builder.get_seed_config().source.seed_type") == (
        f"('{near.name}', 'df')"
    )
    again = kernel.run("%dd_migrate moved -c builder")
    assert "Nothing to do" in seen(again), again

    kernel.run("%dd_check report -c moved")
    assert value(kernel, 'report.ok_for("run"), report.ok_for("submit")') == "(True, True)"
    made = kernel.run("%dd_create reviews -c moved --submit --wait -n 4", timeout=90)
    assert made.status == "ok", made
    assert value(kernel, "len(reviews.load_dataset()), reviews.report.ok_for('submit')") == "(4, True)"

    back = kernel.run("%dd_migrate mine -c moved --to local --apply")
    assert back.status == "ok", back
    ran = kernel.run("%dd_preview sample -c mine -n 2")
    assert ran.status == "ok", ran
    assert value(kernel, "sorted(sample.dataset.columns), len(sample.dataset)") == (
        "(['price', 'product', 'review'], 2)"
    )
    everything = "\n".join(str(each) for each in (checked, planned, applied, again, made, back, ran))
    assert KEY not in everything


def test_what_only_this_kernel_has_is_moved_on_the_way_to_a_job(kernel: Kernel, near: ModelDouble) -> None:
    refused = kernel.run("%%dd_create reviews --submit -n 2\n" + config(near))
    assert refused.ename == "ResourceError"
    assert "`--migrate`" in refused.error and "2 more things are in the way" in refused.error
    assert "Resources" in shown(refused) and near.requests_in_the_next(seconds=0.5) == 0

    made = kernel.run("%dd_create reviews -c builder --submit --migrate --wait -n 2", timeout=90)

    assert made.status == "ok", made
    assert value(kernel, "len(reviews.load_dataset())") == "2"


def test_an_interrupted_migration_goes_on_where_it_stopped(kernel: Kernel, near: ModelDouble) -> None:
    cell = kernel.start("%%dd_migrate moved --apply\n" + config(near))
    wait_until(lambda: "step 3 of 3" in seen(cell), timeout=60)  # the gateway takes seconds to learn of a provider

    kernel.interrupt()

    stopped = kernel.wait()
    assert stopped.ename == "KeyboardInterrupt" and "goes on from there" in stopped.error
    assert "Stopped: 1 to do" in seen(stopped)
    again = kernel.run("%dd_migrate moved -c builder --apply")
    assert again.status == "ok", again
    assert value(kernel, "moved.model_configs[0].provider") == f"'default/{near.name}'"
    kernel.run("%dd_check report -c moved")
    assert value(kernel, 'report.ok_for("submit")') == "True"


def test_a_dry_run_stops_after_the_report(kernel: Kernel, near: ModelDouble) -> None:
    here = kernel.run("%%dd_preview report --dry-run\n" + config(near))
    there = kernel.run("%dd_create report -c builder --dry-run --submit")

    assert (here.status, there.status) == ("ok", "ok")
    assert "Runs in this kernel" in seen(here) and "Submit" not in seen(here)
    assert "Cannot be submitted yet: 3 moves" in seen(there)
    assert near.requests == []


def test_a_run_stops_on_what_is_not_there_before_a_token_is_spent(kernel: Kernel, near: ModelDouble) -> None:
    kernel.run(f"import os; del os.environ['{near.key_variable}']")

    stopped = kernel.run("%%dd_preview sample -n 2\n" + config(near))

    assert stopped.ename == "ResourceError" and near.key_variable in stopped.error
    assert "Resources" in seen(stopped)
    assert near.requests == []
    assert value(kernel, "sample.report.ok_for('run')") == "False"
