"""Loading the extension and running a cell at once is safe."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import dd_jupyter

LOAD_WITHOUT_WARMING = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for name in [name for name in sys.modules if name.startswith(("pygments.lexers", "pygments.formatters"))]:
    del sys.modules[name]
import dd_jupyter
from dd_jupyter import extension
extension._warm_up = lambda: None
extension.load(shell)
print(*(name in sys.modules for name in ("pygments.lexers", "pygments.formatters")))
"""


def test_modules_that_replace_themselves_are_there_before_a_second_thread_imports_them() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOAD_WITHOUT_WARMING], capture_output=True, text=True, check=True)

    assert loaded.stdout.split() == ["True", "True"]


def test_no_package_that_two_threads_may_import_imports_its_own_modules() -> None:
    """The warm-up imports in a thread, while a first cell does.

    Of two threads, one that imports ``package.module`` and one whose ``package`` imports that module, Python gives one
    a half-made module. Those that may were imported before the thread starts (`engine`, `magics`), or come first
    wherever they are used (`api`).
    """
    root = Path(dd_jupyter.__file__).parent
    before_the_thread = {root, root / "engine", root / "magics", root / "api"}

    eager = {
        init.parent
        for init in root.rglob("__init__.py")
        for node in ast.parse(init.read_text()).body
        if isinstance(node, ast.Import | ast.ImportFrom) and "dd_jupyter" in ast.dump(node)
    }

    assert eager <= before_the_thread
