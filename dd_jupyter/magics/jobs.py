"""The magics for a connection to NeMo Services and for the jobs there."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments
from IPython.display import display

from dd_jupyter.errors import ConfigError
from dd_jupyter.magics.arguments import LAST_RESULT, parsed, result_name, workspace

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dd_jupyter.execution.job import Job
    from dd_jupyter.magics.runs import DataDesigner

job_name = argument("job", metavar="JOB", help="Name of the job, of a variable that holds it, or workspace/name.")


@magics_class
class JobMagics(Magics):
    """Magics for NeMo Services and the jobs there."""

    def __init__(self, shell: InteractiveShell, designer: DataDesigner) -> None:
        super().__init__(shell)
        self._designer = designer

    @no_var_expand
    @line_magic
    @magic_arguments()
    @argument("--base-url", metavar="URL", help="Where the deployment is. Default: environment, then config file.")
    @workspace
    @argument("--context", metavar="CONTEXT", help="A context of the `nemo` command's config file.")
    def dd_connect(self, line: str) -> None:
        """Choose the deployment of NeMo Services that this kernel speaks to, and show how it is.

        Shows the deployment, the workspace, as whom one is known, which services are ready, whether jobs can run, and
        which seeds a submitted configuration may have. Without options it stays the one that it is: at first, what
        environment and config file say.

        Examples: ``%dd_connect``; ``%dd_connect --base-url http://localhost:8080 -w research``.
        """
        from dd_jupyter import api

        args = parsed(self.dd_connect, line)
        display(
            api.connect(
                base_url=args.base_url or self._designer.base_url or None,
                workspace=args.workspace or self._designer.workspace or None,
                context=args.context,
            )
        )

    @no_var_expand
    @line_magic
    @magic_arguments()
    @argument(
        "--status",
        metavar="STATUS",
        help="Only jobs in this status: created, pending, active, paused, cancelled, error, completed.",
    )
    @workspace
    @argument("--page", type=int, default=1, metavar="N", help="Which page. Default: 1.")
    @argument("-n", "--page-size", type=int, default=20, metavar="N", help="Jobs on a page. Default: 20.")
    @argument("--oldest", action="store_true", help="Oldest first. Default: newest first.")
    def dd_jobs(self, line: str) -> None:
        """List the jobs of a workspace.

        Examples: ``%dd_jobs``; ``%dd_jobs --status active``; ``%dd_jobs -n 50 --page 2``.
        """
        from dd_jupyter import api

        args = parsed(self.dd_jobs, line)
        self._designer.connect_first()
        display(
            api.jobs(
                status=args.status,
                workspace=self._workspace(args),
                page=args.page,
                page_size=args.page_size,
                oldest=args.oldest,
            )
        )

    @no_var_expand
    @line_magic
    @magic_arguments()
    @job_name
    @result_name
    @workspace
    def dd_attach(self, line: str) -> None:
        """Find a job again, from another notebook or after a restart, and show it.

        NAME holds it, with the configuration that it was made from: NAME.progress, NAME.logs(), NAME.head(),
        NAME.builder, NAME.cancel(), NAME.wait(), NAME.download().

        Examples: ``%dd_attach reviews-1 job``; ``%dd_attach research/reviews-1``.
        """
        from dd_jupyter.display.live import Live

        args = parsed(self.dd_attach, line)
        name = args.name or LAST_RESULT
        with Live("Job", name) as live:
            from dd_jupyter import api

            self._designer.connect_first()
            job = api.attach(self._name(args), workspace=self._workspace_of(args), name=name, watch=live)
        self._shell.user_ns[name] = job

    @no_var_expand
    @line_magic
    @magic_arguments()
    @job_name
    @workspace
    def dd_cancel(self, line: str) -> None:
        """Ask NeMo Services to stop a job. Batches that are finished stay.

        Example: ``%dd_cancel reviews-1``.
        """
        from dd_jupyter import api

        args = parsed(self.dd_cancel, line)
        held = self._held(args)
        if held is not None:
            held.cancel()
        else:
            self._designer.connect_first()
            api.cancel(self._name(args), workspace=self._workspace_of(args))
        name = held.job_name if held is not None else self._name(args)
        print(f"Job `{name}` was asked to stop. What it has finished stays: `%dd_download {name}`.")  # noqa: T201

    @no_var_expand
    @line_magic
    @magic_arguments()
    @job_name
    @argument("-o", "--folder", metavar="DIR", help="Where to. Default: ./artifacts/JOB.")
    @argument("--overwrite", action="store_true", help="Fill the folder even if it holds something else.")
    @workspace
    def dd_download(self, line: str) -> None:
        """Bring what a job has made to this machine: records, processors' output, analysis.

        May be called while the job is at work; called again it brings what is new, and goes on where it broke off.

        Examples: ``%dd_download reviews-1``; ``%dd_download reviews-1 -o data/reviews``.
        """
        from dd_jupyter import api
        from dd_jupyter.display.transfer import DownloadProgress

        args = parsed(self.dd_download, line)
        held = self._held(args)
        with DownloadProgress(held.job_name if held is not None else args.job) as progress:
            if held is not None:
                folder = held.download(args.folder, progress=progress, overwrite=args.overwrite)
            else:
                self._designer.connect_first()
                folder = api.download(
                    self._name(args),
                    args.folder,
                    workspace=self._workspace_of(args),
                    progress=progress,
                    overwrite=args.overwrite,
                )
            progress.finish(folder)

    def _name(self, args: argparse.Namespace) -> str:
        """The name that was typed, or that a variable of that name holds."""
        held: Any = self._shell.user_ns.get(args.job)
        if isinstance(held, str):
            return held
        job = self._held(args)
        return args.job if job is None else f"{job.workspace}/{job.job_name}"

    def _held(self, args: argparse.Namespace) -> Job | None:
        """The job in a variable of that name; None if there is none."""
        from dd_jupyter.execution.job import Job

        held: Any = self._shell.user_ns.get(args.job)
        if isinstance(held, Job):
            if args.workspace not in {None, held.workspace}:
                raise UsageError(f"`{args.job}` holds a job of workspace {held.workspace}: leave out -w.")
            return held
        return None

    def _workspace_of(self, args: argparse.Namespace) -> str | None:
        """The workspace of a job, which its name may say itself."""
        return args.workspace if "/" in self._name(args) else self._workspace(args)

    def _workspace(self, args: argparse.Namespace) -> str | None:
        return args.workspace or self._designer.workspace or None

    @property
    def _shell(self) -> InteractiveShell:
        if self.shell is None:
            raise ConfigError("The magics need an IPython shell. In a script, call the functions of dd_jupyter.")
        return self.shell
