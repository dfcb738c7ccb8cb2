"""Loading the extension and running a cell at once is safe."""

from __future__ import annotations

import subprocess
import sys

LOAD_WITHOUT_WARMING = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for name in [name for name in sys.modules if name.startswith(("pygments.lexers", "pygments.formatters"))]:
    del sys.modules[name]
from dd_jupyter import extension
extension._warm_up = lambda: None
extension.load(shell)
print(*(name in sys.modules for name in ("pygments.lexers", "pygments.formatters")))
"""


def test_modules_that_replace_themselves_are_there_before_a_second_thread_imports_them() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOAD_WITHOUT_WARMING], capture_output=True, text=True, check=True)

    assert loaded.stdout.split() == ["True", "True"]
