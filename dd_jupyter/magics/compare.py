"""The magic that compares two previews."""

from __future__ import annotations

from typing import Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class, no_var_expand
from IPython.core.magic_arguments import argument, magic_arguments
from IPython.display import display

from dd_jupyter.errors import ConfigError
from dd_jupyter.magics.arguments import parsed


@magics_class
class CompareMagics(Magics):
    """The magic that compares."""

    @no_var_expand
    @line_magic
    @magic_arguments()
    @argument("before", metavar="BEFORE", help="Variable that holds the earlier preview, create, job or DataFrame.")
    @argument("after", metavar="AFTER", help="Variable that holds the later one.")
    def dd_compare(self, line: str) -> None:
        """Compare two previews record by record: what changed, and how.

        Shows which settings are made otherwise, with the words of a prompt that differ, which columns differ and
        whether scores got better or worse, and the records side by side. Nothing is run. Records are compared by
        their number: with the same seed, a record of one number is made from the same values in both.

        Keep the earlier preview under a name of its own: ``%%dd_preview first``, then, with another prompt,
        ``%%dd_preview second``.

        Example: ``%dd_compare first second``.
        """
        args = parsed(self.dd_compare, line)
        before, after = self._held(args.before), self._held(args.after)
        from dd_jupyter.display.compare.comparison import compare

        display(compare(before, after, names=(args.before, args.after)))

    def _held(self, name: str) -> Any:
        """The value of a variable."""
        if self.shell is None:
            raise ConfigError("The magics need an IPython shell. In a script, call the functions of dd_jupyter.")
        if name not in self.shell.user_ns:
            raise UsageError(f"There is no variable `{name}`. Name the two variables that hold what is to be compared.")
        return self.shell.user_ns[name]
