"""The magic that shows the submit form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments

from dd_jupyter.magics.arguments import LAST_RESULT, base_url, parsed, source_arguments, workspace

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from dd_jupyter.magics.runs import DataDesigner


@magics_class
class SubmitMagics(Magics):
    """The magic that lets a person choose before anything is made."""

    def __init__(self, shell: InteractiveShell, designer: DataDesigner) -> None:
        super().__init__(shell)
        self._shell = shell
        self._designer = designer

    @no_var_expand
    @line_cell_magic
    @magic_arguments()
    @source_arguments
    @argument("-n", "--num-records", type=int, metavar="N", help="Records to begin with. Default: 100.")
    @argument(
        "--name",
        dest="dataset_name",
        metavar="NAME",
        help="Name of the job, or of the dataset. Default: for a job one with the time in it, else dataset.",
    )
    @workspace
    @base_url
    def dd_submit(self, line: str, cell: str | None = None) -> None:
        """Show a form that makes a dataset: where, how many records, under which name.

        It says what the configuration depends on in the place that is chosen, plans the moves that are needed first,
        and tells how long it is likely to take, if there is a preview of the same configuration. Nothing is made or
        moved before its button is pressed. The job, or the run in this kernel, appears beneath, and NAME holds it.

        Without widgets the line is shown that does the same, ``%dd_create`` with the values.

        Examples: ``%dd_submit reviews -c builder -n 5000``; ``%%dd_submit reviews`` above a configuration.
        """
        from dd_jupyter.display.live import Live
        from dd_jupyter.display.place import Place
        from dd_jupyter.display.submit_fields import Spelling
        from dd_jupyter.forms import submit_form

        args = parsed(self.dd_submit, line)
        source = self._designer.source(args, cell, live_name="dd_submit")
        wanted = args.workspace or self._designer.workspace or None
        self._designer.connect_first(args.base_url, wanted)
        num_records = args.num_records if args.num_records is not None else self._designer.create_records
        name = args.name or LAST_RESULT
        live = Live("Create", name)
        form = submit_form(
            source,
            num_records=num_records,
            dataset_name=args.dataset_name,
            artifact_path=self._designer.artifact_path,
            workspace=wanted,
            name=name,
            settings=self._designer.settings(),
            previews=self._shell.user_ns.values(),
            keep=lambda run: self._designer.keep(name, run),
            watch=live,
            spelling=Spelling(args.config or "", args.name or "", args.base_url or ""),
        )
        place = form.place = Place()
        place.widget = form
        place.draw(form.static())
        live.reserve()
