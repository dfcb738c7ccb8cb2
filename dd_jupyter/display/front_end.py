"""What is known of the program that shows this kernel's outputs."""

from __future__ import annotations

import os
import sys


def has_a_kernel() -> bool:
    """Whether messages reach anyone: not so in a terminal, or in a script."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    return getattr(shell, "kernel", None) is not None


def needs_widget_output() -> bool:
    """Whether a widget is drawn only where it is an output of its own: in VS Code and Colab.

    JupyterLab and Notebook 7 load the code of a widget when the kernel makes it, and the view then takes the
    place of the static HTML in the page (`js/src/widget/stand_in.ts`). That is worth much: an output that names a
    widget is "model not found" after a restart of the kernel, and blank in what nbconvert makes of it.
    """
    # Set by VS Code and by Colab for their kernels.
    return has_a_kernel() and any(name in os.environ for name in ("VSCODE_PID", "VSCODE_CWD", "COLAB_RELEASE_TAG"))
