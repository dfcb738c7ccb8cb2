"""The magics that run a configuration, here or in NeMo Services, and the settings of all magics."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments
from IPython.display import display
from traitlets import Instance, Int, List, Unicode

from dd_jupyter import cell_source
from dd_jupyter.errors import ConfigError, DDJupyterError
from dd_jupyter.magics.arguments import LAST_RESULT, location, parsed, source_arguments, without_traceback
from dd_jupyter.magics.output import Output

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dd_jupyter.display.live import Live
    from dd_jupyter.engine import Settings
    from dd_jupyter.execution.run import Run
    from dd_jupyter.resources.kind import Operation
    from dd_jupyter.resources.migration.migration import Migration
    from dd_jupyter.resources.report import Location, ResolutionReport


@magics_class
class DataDesigner(Magics):
    """Magics for NeMo Data Designer. Defaults are set with ``%config DataDesigner.OPTION = VALUE``."""

    preview_records = Int(10, min=1, help="Records of a preview without -n.").tag(config=True)
    create_records = Int(100, min=1, help="Records of a create without -n.").tag(config=True)
    artifact_path = Unicode("artifacts", help="Folder for datasets, for a create without -o.").tag(config=True)
    model_providers = Instance(
        list, allow_none=True, help="ModelProvider objects to use in place of the local provider settings."
    ).tag(config=True)
    mcp_providers: List[Any] = List(
        [], help="MCPProvider and LocalStdioMCPProvider objects for columns with tools."
    ).tag(config=True)
    secret_resolver = Instance(object, allow_none=True, help="Finds the values of keys.").tag(config=True)
    base_url = Unicode("", help="NeMo Services to connect to; empty for environment and config file.").tag(config=True)
    workspace = Unicode("", help="Workspace without -w; empty for the connection's.").tag(config=True)
    run_config = Instance(object, allow_none=True, help="A data_designer RunConfig for every run.").tag(config=True)

    @no_var_expand
    @line_cell_magic
    @magic_arguments()
    @source_arguments
    @argument("-n", "--num-records", type=int, metavar="N", help="Records to make. Default: 10.")
    @location
    def dd_preview(self, line: str, cell: str | None = None) -> None:
        """Show a sample of the records that a configuration makes.

        Runs in this kernel, or with --submit in NeMo Services. Nothing is kept on disk. The cell holds the
        configuration: it ends with a config builder, defines load_config_builder(), or assigns config_builder or
        builder. An interrupt of the kernel stops all requests, and NAME keeps the records that were finished.

        NAME.dataset is the DataFrame, NAME.analysis the profile, NAME.failures what failed and why.

        Examples: ``%%dd_preview sample -n 5`` above a configuration; ``%dd_preview sample -c builder``.
        """
        args = parsed(self.dd_preview, line)
        num_records = args.num_records if args.num_records is not None else self.preview_records
        if args.dry_run:
            self._dry_run(args, cell, "preview", num_records)
            return
        self._shown(
            args,
            "Preview",
            lambda live: _api().preview(
                self.source(args, cell, live_name="dd_preview"),
                num_records=num_records,
                submit=args.submit,
                workspace=self.in_workspace(args),
                check=not args.no_check,
                name=args.name or LAST_RESULT,
                settings=None if args.submit else self.settings(),
                watch=live,
            ),
        )

    @no_var_expand
    @line_cell_magic
    @magic_arguments()
    @source_arguments
    @argument("-n", "--num-records", type=int, metavar="N", help="Records to make. Default: 100.")
    @argument(
        "--name",
        dest="dataset_name",
        metavar="NAME",
        help="Name of the dataset, which is its folder; with --submit, of the job. Default: dataset; of a job, one "
        "with the time in it.",
    )
    @argument("-o", "--artifact-path", metavar="DIR", help="Folder that holds datasets. Default: ./artifacts.")
    @argument(
        "--resume",
        action="store_true",
        help="Go on with the dataset of that name: make what is missing, or more records. Refused, with the reason, "
        "when the configuration or the seed changed.",
    )
    @argument(
        "--background",
        action="store_true",
        help="Return at once. NAME.cancel() stops it, NAME.wait() waits, NAME.head() shows what is finished.",
    )
    @location
    @argument(
        "--migrate",
        action="store_true",
        help="With --submit: first move what this machine alone has, as %%dd_migrate --apply does.",
    )
    @argument("--wait", action="store_true", help="With --submit: wait for the job's end; an interrupt cancels it.")
    @argument("--profile", metavar="PROFILE", help="With --submit: the execution profile, where one can be chosen.")
    @argument(
        "--option",
        action="append",
        default=[],
        metavar="BACKEND.KEY=VALUE",
        help="With --submit: an option of the job's backend, where the deployment takes them. Several are allowed; "
        "with a space in it, put quotes around the whole.",
    )
    def dd_create(self, line: str, cell: str | None = None) -> None:
        """Make a dataset: on disk, or with --submit in a job.

        Runs in this kernel, or in NeMo Services: then it returns at once, and NAME.progress, NAME.logs(),
        NAME.head(), NAME.cancel(), NAME.wait() and NAME.download() are there. The cell holds the configuration, as
        for %%dd_preview. An interrupt of the kernel stops all requests of a run in this kernel; finished batches are
        on disk, and the same cell with --resume goes on from there. A job goes on, whatever the kernel does.

        NAME.path is the dataset's folder, NAME.dataset the DataFrame, NAME.analysis the profile, NAME.failures what
        failed and why, NAME.files the files.

        Examples: ``%%dd_create reviews -n 1000 --name reviews`` above a configuration;
        ``%dd_create reviews -c builder -n 1000 --background``; ``%dd_create reviews -c builder --submit -n 5000``.
        """
        args = parsed(self.dd_create, line)
        num_records = args.num_records if args.num_records is not None else self.create_records
        if args.dry_run:
            self._dry_run(args, cell, "create", num_records)
            return
        if args.migrate and not args.submit:
            raise UsageError("--migrate is for NeMo Services: add --submit, or leave it out.")
        place: dict[str, Any] = {"artifact_path": args.artifact_path} if args.artifact_path else {}
        if not args.submit:
            place = {"artifact_path": args.artifact_path or self.artifact_path, "settings": self.settings()}
        self._shown(
            args,
            "Create",
            lambda live: _api().create(
                self._migrated(args, cell) if args.migrate else self.source(args, cell, live_name="dd_create"),
                num_records=num_records,
                dataset_name=args.dataset_name,
                resume=args.resume,
                background=args.background,
                submit=args.submit,
                wait=args.wait,
                workspace=self.in_workspace(args),
                profile=args.profile,
                options=backend_options(args.option),
                check=not args.no_check,
                name=args.name or LAST_RESULT,
                watch=live,
                **place,
            ),
        )

    def in_workspace(self, args: argparse.Namespace) -> str | None:
        """The workspace that a line asks for, or else the settings, after connecting where they say.

        Without --submit, what the line says of services is given on, to be refused.
        """
        if not args.submit:
            if args.base_url:
                raise UsageError("--base-url says where to submit to: add --submit, or leave it out.")
            return args.workspace or None
        workspace: str | None = args.workspace or self.workspace or None
        self.connect_first(args.base_url, workspace)
        return workspace

    def connect_first(self, base_url: str | None = None, workspace: str | None = None) -> None:
        """Connect to the deployment that a line or the settings name, unless that is so already."""
        wanted = (base_url or self.base_url).rstrip("/")
        if not wanted:
            return
        from dd_jupyter.nemo import deployment

        if deployment.current().base_url != wanted:
            _api().connect(base_url=wanted, workspace=workspace or self.workspace or None)

    def checked(
        self,
        args: argparse.Namespace,
        cell: str | None,
        *,
        live_name: str,
        locations: tuple[Location, ...] = ("run", "submit"),
        operation: Operation | None = None,
        num_records: int | None = None,
    ) -> ResolutionReport:
        """Look up what a configuration depends on, and show it."""
        source, output = self.source(args, cell, live_name=live_name), Output()
        output.tell("Looking up what the configuration depends on")

        def look_up(builder: Any) -> ResolutionReport:
            report: ResolutionReport = _api().check(
                builder,
                locations=locations,
                operation=operation,
                num_records=num_records,
                artifact_path=getattr(args, "artifact_path", None) or self.artifact_path,
                workspace=args.workspace or self.workspace or None,
                settings=self.settings(),
            )
            return report

        def plan(builder: Any, **what: Any) -> Migration:
            workspace = args.workspace or self.workspace or None
            migration: Migration = _api().migrate(builder, **what, workspace=workspace, settings=self.settings())
            return migration

        report = look_up(source)
        from dd_jupyter.magics.report import report_bundle_of

        output.draw(
            report_bundle_of(
                report,
                source,
                check=look_up,
                plan=plan,
                namespace=self._namespace,
                name=args.name or "",
                source=args.config,
            )
        )
        return report

    def planned(
        self, source: Any, output: Output, *, to: str = "services", folder: str | None = None, workspace: str | None
    ) -> Migration:
        """Plan a migration under the settings of the magics."""
        output.tell("Reading the seed, and looking up what is there already")
        migration: Migration = _api().migrate(
            source, to=to, folder=folder, workspace=workspace or self.workspace or None, settings=self.settings()
        )
        self.keep("_dd_migration", migration)
        return migration

    def keep(self, name: str | None, value: Any) -> None:
        """Give a value to the variable of that name."""
        self._namespace[name or LAST_RESULT] = value

    def _dry_run(self, args: argparse.Namespace, cell: str | None, operation: Operation, num_records: int) -> None:
        """Stop after the report; the variable keeps what it holds, a dataset perhaps."""
        self.in_workspace(args)
        report = self.checked(
            args,
            cell,
            live_name=f"dd_{operation}",
            locations=("submit",) if args.submit else ("run",),
            operation=operation,
            num_records=num_records,
        )
        self.keep(LAST_RESULT, report)

    def _migrated(self, args: argparse.Namespace, cell: str | None) -> Any:
        """The configuration with what it depends on in NeMo Services, brought there now."""
        from dd_jupyter.magics.resources import carry_out

        source, workspace, output = self.source(args, cell, live_name="dd_create"), self.in_workspace(args), Output()
        migration = self.planned(source, output, workspace=workspace)
        carry_out(migration, args.name or LAST_RESULT, output, args.config)
        return migration.builder

    def source(self, args: argparse.Namespace, cell: str | None, *, live_name: str) -> Any:
        """The configuration: a builder of the cell or of a variable, or a path."""
        if cell is None:
            if not args.config:
                raise UsageError(
                    f"%{live_name} needs a configuration: write it below %%{live_name}, or name it with -c SOURCE."
                )
            return cell_source.named(self._shell, args.config)
        if args.config:
            raise UsageError(f"Two configurations: the cell's and -c {args.config}. Use %{live_name} for the latter.")
        return cell_source.of_cell(self._shell, cell, args.format)

    def _shown(self, args: argparse.Namespace, title: str, start: Callable[[Live], Any]) -> None:
        """Carry a run out with its live view, and keep it whatever comes of it."""
        from dd_jupyter.display.live import Live

        live = Live(title, args.name or LAST_RESULT)
        try:
            with live:
                start(live)
        except DDJupyterError as error:
            if error.report is not None and live.run is None:  # else it is part of what is shown of the run
                display(error.report)
            raise
        except KeyboardInterrupt as interrupt:
            without_traceback(interrupt, str(interrupt) or _what_was_stopped(live.run))
            raise
        finally:
            if live.run is not None:
                self._namespace[args.name or LAST_RESULT] = live.run

    def settings(self) -> Settings:
        """Providers and the like for this kernel, as ``%config`` has them."""
        from dd_jupyter.engine import Settings

        return Settings(
            model_providers=self.model_providers,
            mcp_providers=tuple(self.mcp_providers),
            secret_resolver=self.secret_resolver,
            run_config=self.run_config,
        )

    @property
    def _shell(self) -> InteractiveShell:
        if self.shell is None:
            raise ConfigError("The magics need an IPython shell. In a script, call the functions of dd_jupyter.")
        return self.shell

    @property
    def _namespace(self) -> dict[str, Any]:
        namespace: dict[str, Any] = self._shell.user_ns
        return namespace


def _api() -> ModuleType:
    """The functions, imported when a view is there already: they bring the HTTP client along, which takes 0.2 s."""
    return import_module("dd_jupyter.api")


def backend_options(given: list[str]) -> dict[str, dict[str, str]]:
    """``backend.key=value``, several times, as options by backend and key."""
    options: dict[str, dict[str, str]] = {}
    for option in given:
        place, equals, value = option.partition("=")
        backend, dot, key = place.partition(".")
        if not (equals and dot and backend and key):
            raise UsageError(f"`--option {option}` is none: write it as BACKEND.KEY=VALUE, `docker.cpus=2` for one.")
        options.setdefault(backend, {})[key] = value
    return options


def _what_was_stopped(run: Run[Any] | None) -> str:
    from dd_jupyter.execution.job import Job

    if not isinstance(run, Job):
        return "stopped; no request is sent any more"
    if run.state == "running":
        return f"job `{run.job_name}` was asked to end and is not waited for any more: it is {run.status}"
    return f"job `{run.job_name}` was {run.state}"
