"""A server that loads the extension, or lists runs, is as light as before: what is heavy comes when it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("data_designer", "pandas", "pyarrow", "numpy", "IPython", "anywidget", "jinja2.sandbox")

LOADED = """
import json, sys
import jupyter_server.extension.application, jupyter_server.serverapp
before = set(sys.modules)
from dd_jupyter.server import _jupyter_server_extension_points
app = _jupyter_server_extension_points()[0]["app"]
{more}
print(json.dumps(sorted(set(sys.modules) - before)))
"""

LISTED = """
from pathlib import Path
from dd_jupyter.server.answering import Answering
from dd_jupyter.server.settings import Settings
answering = Answering(Settings(root=Path({root!r})))
assert answering.runs(limit=10).runs, "there is a run"
answering.deployments(), answering.connection(), answering.tutorials(), answering.run({run!r})
answering.stop()
"""


def imported(code: str) -> set[str]:
    """What is imported by that in a process of its own, beside what Jupyter's server has."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def heavy(modules: set[str]) -> set[str]:
    return {name for name in modules if name.startswith(HEAVY)}


def test_the_package_alone_imports_nothing_of_jupyters_server() -> None:
    code = "import sys, json, dd_jupyter.server\nprint(json.dumps(sorted(sys.modules)))"

    assert not {name for name in imported(code) if name.startswith(("jupyter_server", "tornado"))}


def test_loading_imports_little() -> None:
    modules = imported(LOADED.format(more=""))

    assert heavy(modules) == set()
    assert not {name for name in modules if name.partition(".")[0] in {"httpx", "pydantic", "tenacity"}}


def test_a_list_and_the_view_of_a_run_import_nothing_heavy(tmp_path: Path, own_folder: Path) -> None:
    from tests.server.records import logged, recorded

    entry = recorded()
    logged(entry, "one")
    recorded(1, kind="job", state="running", ended=None, base_url="http://127.0.0.1:9", workspace="default")

    assert heavy(imported(LOADED.format(more=LISTED.format(root=str(tmp_path), run=entry.id)))) == set()


@pytest.mark.parametrize("what", ["answering.schema()"])
def test_what_needs_the_library_imports_it(what: str, tmp_path: Path) -> None:
    from tests.server.records import recorded

    more = LISTED.format(root=str(tmp_path), run=recorded().id)

    assert "data_designer" in imported(LOADED.format(more=f"{more}\n{what}"))
