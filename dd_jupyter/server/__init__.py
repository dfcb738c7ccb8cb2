"""The Jupyter server extension: jobs and local runs for JupyterLab and Notebook 7, whatever the kernels do.

Nothing of Jupyter's server is imported before a server loads this, so that the package works where there is none.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Where Jupyter's server finds the extension."""
    from dd_jupyter.server.application import DDJupyterServer

    return [{"module": "dd_jupyter.server", "app": DDJupyterServer}]
