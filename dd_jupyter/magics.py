"""The magics: each parses what was typed, calls the function of the same purpose, and shows what comes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from traitlets import Instance, Int, List, Unicode

from dd_jupyter import cell_source
from dd_jupyter.errors import ConfigError

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dd_jupyter.display.live import Live
    from dd_jupyter.engine import Settings

LAST_RESULT = "_dd"
"""The variable of a result that was given no name."""

_F = TypeVar("_F", bound=Callable[..., Any])


def _shared(*arguments: Callable[[Any], Any]) -> Callable[[_F], _F]:
    def add(function: _F) -> _F:
        for one in reversed(arguments):
            function = one(function)
        return function

    return add


source_arguments = _shared(
    argument("name", nargs="?", metavar="NAME", help=f"Variable that holds the result. Without it: {LAST_RESULT}."),
    argument(
        "-c",
        "--config",
        metavar="SOURCE",
        help="In place of a cell: the name of a variable that holds a config builder, or the path of a Python module "
        "with load_config_builder(), of a YAML or of a JSON file.",
    ),
    argument(
        "--format",
        choices=["python", "yaml", "json"],
        default="python",
        help="Language of the cell. Default: python.",
    ),
)


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
    run_config = Instance(object, allow_none=True, help="A data_designer RunConfig for every run.").tag(config=True)

    @no_var_expand
    @line_cell_magic
    @magic_arguments()
    @source_arguments
    @argument("-n", "--num-records", type=int, metavar="N", help="Records to make. Default: 10.")
    def dd_preview(self, line: str, cell: str | None = None) -> None:
        """Show a sample of the records that a configuration makes.

        Runs in this kernel. Nothing is kept on disk. The cell holds the configuration: it ends with a config
        builder, defines load_config_builder(), or assigns config_builder or builder. An interrupt of the kernel
        stops all requests, and NAME keeps the records that were finished.

        NAME.dataset is the DataFrame, NAME.analysis the profile, NAME.failures what failed and why.

        Examples: ``%%dd_preview sample -n 5`` above a configuration; ``%dd_preview sample -c builder``.
        """
        from dd_jupyter import api

        args = self._arguments(self.dd_preview, line)
        num_records = args.num_records if args.num_records is not None else self.preview_records
        self._shown(
            args,
            "Preview",
            lambda live: api.preview(
                self._source(args, cell, live_name="dd_preview"),
                num_records=num_records,
                name=args.name or LAST_RESULT,
                settings=self._settings(),
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
        metavar="DATASET",
        default="dataset",
        help="Name of the dataset, which is its folder. Default: dataset.",
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
    def dd_create(self, line: str, cell: str | None = None) -> None:
        """Make a dataset on disk.

        Runs in this kernel. The cell holds the configuration, as for %%dd_preview. An interrupt of the kernel stops
        all requests; finished batches are on disk, and the same cell with --resume goes on from there.

        NAME.path is the dataset's folder, NAME.dataset the DataFrame, NAME.analysis the profile, NAME.failures what
        failed and why, NAME.files the files.

        Examples: ``%%dd_create reviews -n 1000 --name reviews`` above a configuration;
        ``%dd_create reviews -c builder -n 1000 --background``.
        """
        from dd_jupyter import api

        args = self._arguments(self.dd_create, line)
        num_records = args.num_records if args.num_records is not None else self.create_records
        self._shown(
            args,
            "Create",
            lambda live: api.create(
                self._source(args, cell, live_name="dd_create"),
                num_records=num_records,
                dataset_name=args.dataset_name,
                artifact_path=args.artifact_path or self.artifact_path,
                resume=args.resume,
                background=args.background,
                name=args.name or LAST_RESULT,
                settings=self._settings(),
                watch=live,
            ),
        )

    def _arguments(self, magic: Any, line: str) -> argparse.Namespace:
        args: argparse.Namespace = parse_argstring(magic, line)
        for name, value in vars(args).items():
            if isinstance(value, str) and len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
                setattr(args, name, value[1:-1])  # IPython keeps the quotes around a path with spaces
        if args.name is not None and not args.name.isidentifier():
            raise UsageError(f"`{args.name}` cannot be the name of a variable.")
        return args

    def _source(self, args: argparse.Namespace, cell: str | None, *, live_name: str) -> Any:
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
        except KeyboardInterrupt as interrupt:
            _without_traceback(interrupt, "stopped; no request is sent any more")
            raise
        finally:
            if live.run is not None:
                self._namespace[args.name or LAST_RESULT] = live.run

    def _settings(self) -> Settings:
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


def _without_traceback(error: BaseException, words: str) -> None:
    """Have IPython show the error as one line; its class stays what it is."""
    error._render_traceback_ = lambda: [f"{type(error).__name__}: {words}"]  # type: ignore[attr-defined]
