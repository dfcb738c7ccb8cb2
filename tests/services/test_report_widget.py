"""Moving resources from the view of a report, in a real kernel with real services."""

from __future__ import annotations

import ast
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import data_designer.config as dd
import pandas as pd
import pytest

import dd_jupyter as ddj
from tests.support.config_cell import write_home
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble
from tests.support.nemo_services import NemoServices
from tests.support.seen import seen, value
from tests.support.waiting import wait_until

KEY = "sk-of-the-near-provider-2c81-7d"

CONFIG = """\
import data_designer.config as dd, pandas as pd
reviews = dd.DataDesignerConfigBuilder(
    model_configs=[dd.ModelConfig(alias="chat", model="double-chat", provider="{provider}", skip_health_check=True)]
)
reviews.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({{"product": ["mug {salt}", "lamp {salt}"]}})))
reviews.add_column(name="text", column_type="llm-text", prompt="Review a {{{{ product }}}}.", model_alias="chat")
"""

VIEW = """\
import json
from ipywidgets.widgets.widget import _instances
from dd_jupyter.display.widgets.report_widget import ReportWidget
view = [one for one in _instances.values() if isinstance(one, ReportWidget)][-1]
sent = []
view.send = sent.append
def press(op, **arguments):
    view._handle_custom_msg({"request": op, "ask": {"op": op, **arguments}}, [])
def answer(op):
    return next((one for one in reversed(sent) if one.get("request") == op), None)
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
        kernel.run(f"%load_ext dd_jupyter\n%cd -q {tmp_path}")
        kernel.run(CONFIG.format(provider=near.name, salt=uuid.uuid4().hex[:6]))
        yield kernel


def check(kernel: Kernel, line: str = "%dd_check report -c reviews") -> None:
    """Show the report, and take hold of its view as the browser does."""
    checked = kernel.run(line)
    assert checked.status == "ok", checked
    assert kernel.run(VIEW).status == "ok"


def pressed(kernel: Kernel, op: str, **arguments: Any) -> Any:
    """What the view answers."""
    kernel.run(f"sent.clear(); press({op!r}, **{arguments!r})")
    wait_until(lambda: value(kernel, f"answer({op!r}) is not None") == "True", timeout=60)
    return told(kernel, f"answer({op!r})")


def told(kernel: Kernel, expression: str) -> Any:
    """What an expression gives in a kernel, as JSON has it."""
    return json.loads(ast.literal_eval(value(kernel, f"json.dumps({expression})")))


def test_a_plan_is_shown_then_made_and_the_configuration_can_be_submitted(kernel: Kernel, near: ModelDouble) -> None:
    check(kernel)

    plan = pressed(kernel, "plan", to="services")["reply"]

    steps = [(step["action"], step["status"]["text"]) for step in plan["migration"]["steps"]]
    assert steps == [("Upload", "To do"), ("Create secret", "To do"), ("Register provider", "To do")]
    assert plan["can_apply"]
    assert value(kernel, '"reviews_moved" in globals()') == "False"

    done = pressed(kernel, "apply", plan=plan["plan"])["reply"]

    assert (done["applied"], done["migration"]["status"]["text"]) == (True, "Done")
    assert value(kernel, 'view.report.ok_for("submit"), view.live["variable"]') == "(True, 'reviews_moved')"
    assert value(kernel, 'report is view.report, report.ok_for("run")') == "(True, True)"
    kernel.run("import dd_jupyter as ddj")
    assert value(kernel, 'ddj.check(reviews_moved).ok_for("submit"), ddj.check(reviews).ok_for("submit")') == (
        "(True, False)"
    )
    made = kernel.run("%dd_preview sample -c reviews_moved --submit -n 2", timeout=90)
    assert made.status == "ok" and value(kernel, "len(sample.dataset)") == "2", made
    assert KEY not in json.dumps([plan, told(kernel, "sent")]) + seen(made)


def test_one_resource_is_moved_and_the_next_is_added(kernel: Kernel, near: ModelDouble) -> None:
    check(kernel)
    rows = told(kernel, "[row.kind for row in report.rows]")

    seed = pressed(kernel, "plan", to="services", resources=[rows.index("seed")])["reply"]
    pressed(kernel, "apply", plan=seed["plan"])

    assert [step["action"] for step in seed["migration"]["steps"]] == ["Upload"]
    assert value(kernel, "reviews_moved.model_configs[0].provider") == f"'{near.name}'"
    assert value(kernel, 'reviews_moved.get_seed_config().source.seed_type, view.report.ok_for("submit")') == (
        "('nmp', False)"
    )

    key = pressed(kernel, "plan", to="services", resources=[rows.index("secret")])["reply"]
    pressed(kernel, "apply", plan=key["plan"])

    assert [step["action"] for step in key["migration"]["steps"]] == ["Create secret", "Register provider"]
    assert value(kernel, 'view.report.ok_for("submit"), reviews_moved.model_configs[0].provider') == (
        f"(True, 'default/{near.name}')"
    )


def test_a_key_that_has_to_be_typed_is_left_to_the_magic(kernel: Kernel, near: ModelDouble) -> None:
    kernel.run(f"import os; del os.environ['{near.key_variable}']")
    check(kernel)

    plan = pressed(kernel, "plan", to="services")["reply"]

    assert not plan["can_apply"]
    refused = pressed(kernel, "apply", plan=plan["plan"])["error"]
    assert near.key_variable in refused and "`%dd_migrate reviews_moved -c reviews --apply` asks for it" in refused
    assert value(kernel, '"reviews_moved" in globals()') == "False"


def test_in_python_some_rows_of_a_report_are_moved(services: NemoServices, near: ModelDouble, monkeypatch) -> None:
    monkeypatch.setenv(near.key_variable, KEY)
    provider = dd.ModelProvider(name=near.name, endpoint=near.url, api_key=near.key_variable)
    settings = ddj.Settings(model_providers=[provider])
    builder = dd.DataDesignerConfigBuilder(
        model_configs=[dd.ModelConfig(alias="chat", model="m", provider=near.name, skip_health_check=True)]
    )
    builder.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"a": [uuid.uuid4().hex]})))
    builder.add_column(name="text", column_type="llm-text", prompt="Review {{ a }}.", model_alias="chat")
    report = ddj.check(builder, settings=settings)
    to_move = {row.kind: row for row in report.to_move("services")}

    by_kind = {
        kind: [step.action for step in ddj.migrate(builder, settings=settings, only=[row]).steps]
        for kind, row in to_move.items()
    }
    nothing = ddj.migrate(builder, settings=settings, only=[])

    assert by_kind == {
        "seed": ["Upload"],
        "provider": ["Create secret", "Register provider"],
        "secret": ["Create secret", "Register provider"],
    }
    assert (nothing.steps, nothing.diff) == ((), "")
