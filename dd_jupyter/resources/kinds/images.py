"""Pictures that are sent to models, from the values of a column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dd_jupyter.resources.kind import Inquiry, Reference, named
from dd_jupyter.resources.report import Finding, Kind, Move


@dataclass(frozen=True, slots=True)
class ImagesReference(Reference):
    """A column with pictures.

    Attributes:
        data_type: "url", "base64", or "" where each value tells.
    """

    data_type: str


class Images:
    """Columns that give a prompt its pictures."""

    kind: Kind = "images"

    def references(self, inquiry: Inquiry) -> Iterable[ImagesReference]:
        """Each column once."""
        users: dict[tuple[str, str], list[str]] = {}
        for column in inquiry.builder.get_column_configs():
            for context in getattr(column, "multi_modal_context", None) or ():
                data_type = getattr(context, "data_type", None)
                kind = str(getattr(data_type, "value", data_type) or "")  # an enum that prints as its member's name
                users.setdefault((context.column_name, kind), []).append(column.name)
        return [ImagesReference(name, named(columns), data_type) for (name, data_type), columns in users.items()]

    async def resolve_run(self, reference: ImagesReference, inquiry: Inquiry) -> Finding:
        """They are values of records, wherever it runs."""
        return _finding(reference)

    async def resolve_submit(self, reference: ImagesReference, inquiry: Inquiry) -> Finding:
        """They are values of records, wherever it runs."""
        return _finding(reference)

    def moves(self, reference: ImagesReference, inquiry: Inquiry) -> tuple[Move, ...]:
        """None: they go where the records go."""
        return ()


def _finding(reference: ImagesReference) -> Finding:
    if reference.data_type == "base64":
        return Finding(status="ok", sentence="Part of the records.")
    if reference.data_type == "url":
        return Finding(status="not checked", sentence="The model's provider has to reach their addresses.")
    return Finding(
        status="not checked",
        sentence="Part of the records, or addresses that the model's provider has to reach; a path to a file of this "
        "machine is neither.",
    )
