"""The magics that say what a configuration depends on, and move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments
from IPython.display import display

from dd_jupyter.magics.arguments import LAST_RESULT, base_url, parsed, source_arguments, without_traceback, workspace
from dd_jupyter.magics.output import Output, Sentence
from dd_jupyter.magics.prompts import NobodyToAskError, ask_secret, refuse_key, secret_from

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell
    from pydantic import SecretStr

    from dd_jupyter.magics.runs import DataDesigner
    from dd_jupyter.resources.migration.migration import Migration


@magics_class
class ResourceMagics(Magics):
    """Magics for what configurations depend on."""

    def __init__(self, shell: InteractiveShell, designer: DataDesigner) -> None:
        super().__init__(shell)
        self._designer = designer

    @no_var_expand
    @line_cell_magic
    @magic_arguments()
    @source_arguments
    @workspace
    @base_url
    def dd_check(self, line: str, cell: str | None = None) -> None:
        """Show what a configuration depends on, and where it resolves; runs nothing.

        A row a resource: seed, model providers, keys, personas, tools, functions, the artifact folder. Each is looked
        up for a run in this kernel and for NeMo Services: what was found, what is wrong, what to do. Values of secrets
        are not read. NAME.ok_for("run"), NAME.ok_for("submit"), NAME.rows and NAME.model_dump_json() are the report.

        Examples: ``%%dd_check`` above a configuration; ``%dd_check report -c builder``.
        """
        args = parsed(self.dd_check, line)
        self._designer.connect_first(args.base_url, args.workspace)
        report = self._designer.checked(args, cell, live_name="dd_check")
        self._designer.keep(args.name, report)

    @no_var_expand
    @line_cell_magic
    @magic_arguments()
    @source_arguments
    @argument(
        "--to",
        choices=["services", "local"],
        default="services",
        help="Where the resources are to come from: NeMo Services, or this machine. Default: services.",
    )
    @argument("--apply", action="store_true", help="Carry the plan out. Without it, it is shown only.")
    @argument(
        "--leave-out",
        action="store_true",
        help="With --apply: go on without what cannot be moved, instead of not beginning.",
    )
    @argument("-o", "--folder", metavar="DIR", help="With --to local: where seed data goes. Default: seeds/FILESET.")
    @workspace
    @base_url
    def dd_migrate(self, line: str, cell: str | None = None) -> None:
        """Move what a configuration depends on to NeMo Services, or to this machine.

        Shows the plan: what is made, from what, under which name, how large, and how the configuration changes.
        --apply carries it out: uploads seed data, creates secrets, registers providers. Nothing that is there is
        overwritten or deleted; what is there already is used; after a failure the same line goes on. Keys come from
        environment variables, or are asked for without being shown.

        NAME holds the new config builder, and yours is unchanged; _dd_migration has .python() and .yaml() to paste.

        Examples: ``%dd_migrate moved -c builder``; ``%dd_migrate moved -c builder --apply``;
        ``%dd_migrate mine -c moved --to local --apply``.
        """
        from dd_jupyter.display.bundle import migration_bundle
        from dd_jupyter.display.migration_view import migration_view
        from dd_jupyter.display.words import USUAL_SOURCE

        args = parsed(self.dd_migrate, line)
        if args.folder and args.to != "local":
            raise UsageError("--folder says where seed data is downloaded to: add --to local, or leave it out.")
        self._designer.connect_first(args.base_url, args.workspace)
        source, output = self._designer.source(args, cell, live_name="dd_migrate"), Output()
        migration = self._designer.planned(source, output, to=args.to, folder=args.folder, workspace=args.workspace)
        name = args.name or LAST_RESULT
        if not args.apply:
            output.draw(migration_bundle(migration_view(migration, name, source=args.config or USUAL_SOURCE)))
            return
        carry_out(migration, name, output, args.config, leaving_out_impossible=args.leave_out)
        self._designer.keep(name, migration.builder)

    @no_var_expand
    @line_magic
    @magic_arguments()
    @argument("action", choices=["make-fileset"], help="What to do.")
    @argument("--locale", metavar="LOCALE", help="Which personas: en_US for one.")
    @argument("--api-key-env-var", metavar="VAR", help="Environment variable with an NGC API key, to be kept there.")
    @argument(
        "--api-key-secret", metavar="WORKSPACE/NAME", help="The secret that holds it. Default: the services' own."
    )
    @base_url
    def dd_personas(self, line: str) -> None:
        """Make the Fileset from which NeMo Services draw the personas of a locale, as the nemo command does.

        The dataset is fetched from NGC by the services when it is first used, with an NGC API key that is kept as a
        secret there. A Fileset that is there is kept.

        Examples: ``%dd_personas make-fileset --locale en_US --api-key-env-var NGC_API_KEY``.
        """
        from dd_jupyter import api

        refuse_key(line, "--api-key-env-var VAR")
        args = parsed(self.dd_personas, line)
        if not args.locale:
            raise UsageError("%dd_personas make-fileset needs --locale, en_US for one.")
        self._designer.connect_first(args.base_url)
        variable = args.api_key_env_var
        key = secret_from(variable, "the NGC API key") if variable else None
        fileset = api.make_persona_fileset(args.locale, key=key, key_secret=args.api_key_secret)
        display(Sentence(f"Fileset `{fileset}` is there: submitted configurations can draw `{args.locale}` personas."))


def carry_out(
    migration: Migration, name: str, output: Output, source: str | None, *, leaving_out_impossible: bool = False
) -> None:
    """Carry a migration out and show how far it is; a person is asked for keys that are nowhere else.

    Raises:
        KeyboardInterrupt: When interrupted; what is done stays, and the same again goes on.
    """
    from dd_jupyter.display.bundle import migration_bundle
    from dd_jupyter.display.migration_progress import MigrationProgress
    from dd_jupyter.display.words import USUAL_SOURCE

    try:
        with MigrationProgress(
            migration, name, lambda view: output.draw(migration_bundle(view)), source or USUAL_SOURCE
        ) as progress:
            migration.apply(_asked, progress, leaving_out_impossible=leaving_out_impossible)
    except KeyboardInterrupt as interrupt:
        without_traceback(interrupt, "stopped; what is done stays, and the same line goes on from there")
        raise


def _asked(words: str) -> SecretStr | None:
    """What a person gives; None where there is nobody, of which the error then tells what to do instead."""
    try:
        return ask_secret(words)
    except NobodyToAskError:
        return None
