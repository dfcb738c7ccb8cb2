"""The extension as Jupyter's server loads it: its settings, and its address."""

from __future__ import annotations

from pathlib import Path

from jupyter_server.extension.application import ExtensionApp
from traitlets import Unicode

from dd_jupyter.server.handlers import Asked
from dd_jupyter.server.settings import Settings


class DDJupyterServer(ExtensionApp):
    """Jobs in NeMo Services, and the runs of this machine, for the browser."""

    name = "dd_jupyter"
    _asked: Asked | None = None

    base_url = Unicode(
        "",
        help="""Where NeMo Services are: "https://nemo.example.com". Those that the environment and the config file of
        the `nemo` command name can be asked too. Empty for the one that these say.""",
    ).tag(config=True)

    workspace = Unicode(
        "",
        help="""The workspace of NeMo Services that is meant where none is named. Empty for the one that the
        environment or the config file of the `nemo` command says.""",
    ).tag(config=True)

    context = Unicode(
        "",
        help="""The context in the config file of the `nemo` command that says where NeMo Services are and who one is.
        Empty for its current one.""",
    ).tag(config=True)

    def initialize_handlers(self) -> None:
        """Add what answers below ``dd-jupyter/``; what it needs is imported when it is first asked."""
        self._asked = Asked(
            Settings(self.base_url, self.workspace, self.context, Path(self.serverapp.root_dir))  # type: ignore[union-attr]
        )
        self.handlers.extend(self._asked.handlers)

    async def stop_extension(self) -> None:
        """Let go of the jobs that are followed."""
        if self._asked is not None:
            await self._asked.stop()
