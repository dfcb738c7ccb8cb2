"""Functions of this kernel that make or check columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dd_jupyter.resources.kind import Inquiry, Reference
from dd_jupyter.resources.report import Finding, Kind, Move


@dataclass(frozen=True, slots=True)
class FunctionReference(Reference):
    """A function.

    Attributes:
        column: The column that it makes or checks.
    """

    column: str


class OwnCode:
    """Custom columns and validators that are functions."""

    kind: Kind = "custom code"

    def references(self, inquiry: Inquiry) -> Iterable[FunctionReference]:
        """The function of each such column."""
        for column in inquiry.builder.get_column_configs():
            function = _function(column)
            if function is not None:
                name = getattr(function, "__name__", None) or type(function).__name__
                yield FunctionReference(str(name), (f"`{column.name}`",), column.name)

    async def resolve_run(self, reference: FunctionReference, inquiry: Inquiry) -> Finding:
        """Always: it is there, or the configuration would not be."""
        return Finding(status="ok", sentence="A function of this kernel.")

    async def resolve_submit(self, reference: FunctionReference, inquiry: Inquiry) -> Finding:
        """Never."""
        return Finding(
            status="not accepted",
            sentence=f"Column `{reference.column}` is made by a function of this kernel, which NeMo Services do not "
            "run. Leave it out, or run in this kernel without `--submit`.",
        )

    def moves(self, reference: FunctionReference, inquiry: Inquiry) -> tuple[Move, ...]:
        """None."""
        return ()


def _function(column: Any) -> Any:
    if column.column_type == "custom":
        return column.generator_function
    if getattr(column, "validator_type", "") == "local_callable":
        return column.validator_params.validation_function
    return None
