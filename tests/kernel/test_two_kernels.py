"""Two notebooks at once do not get in each other's way."""

from __future__ import annotations

from pathlib import Path

from tests.support.config_cell import llm_config, write_home
from tests.support.kernel import Kernel
from tests.support.model_double import ModelDouble
from tests.support.seen import seen, value


def test_two_kernels_create_at_once_without_a_word(model: ModelDouble, tmp_path: Path) -> None:
    home = write_home(tmp_path / "home", model)
    env = {"DATA_DESIGNER_HOME": str(home), model.key_variable: "key-of-the-double"}
    create = f"%%dd_create made -n 10 --name shared -o {tmp_path}/{{}}\n" + llm_config(model)
    model.hold()

    with Kernel.start_new(env=env) as first, Kernel.start_new(env=env) as second:
        for kernel, folder in ((first, "first"), (second, "second")):
            kernel.run("%load_ext dd_jupyter")
            kernel.start(create.replace("{}", folder, 1))
        model.wait_for(requests=6, timeout=40)
        model.release()
        outcomes = [kernel.wait() for kernel in (first, second)]
        numbers = [value(kernel, "len(made.dataset)") for kernel in (first, second)]
        logs = [value(kernel, "[each.message for each in made.log]") for kernel in (first, second)]

    for outcome in outcomes:
        assert outcome.status == "ok", outcome.error
        assert (outcome.stdout, outcome.stderr) == ("", "")
        assert "✓ Completed" in seen(outcome)
    assert numbers == ["10", "10"]
    assert not any("9464" in log or "etrics" in log for log in logs)
