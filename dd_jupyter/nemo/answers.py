"""Answers of NeMo Services, read tolerantly: what a newer server adds is left out."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from dd_jupyter.errors import ServicesError


class Answer(BaseModel):
    """Base of everything that a server says."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


A = TypeVar("A", bound=Answer)


def read(kind: type[A], answer: Any) -> A:
    """An answer in the form that is expected of it.

    Raises:
        ServicesError: When it has another form.
    """
    try:
        return kind.model_validate(answer)
    except ValidationError as error:
        places = (".".join(map(str, each["loc"])) or "all of it" for each in error.errors())
        raise unknown_form(", ".join(places)) from None


def read_page(kind: type[A], answer: Any) -> tuple[list[A], int]:
    """The entries of a page of a listing, and how many pages there are.

    Raises:
        ServicesError: When it has another form.
    """
    try:
        entries, pages = list(answer["data"]), int((answer.get("pagination") or {}).get("total_pages", 1))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise unknown_form("data") from None
    return [read(kind, entry) for entry in entries], pages


def unknown_form(places: str) -> ServicesError:
    """The error for an answer in another form, without the answer, which may hold anything."""
    return ServicesError(
        f"NeMo Services answered in a form that this version of dd_jupyter does not know ({places}). Upgrade "
        "dd_jupyter, or check with `%dd_connect` that the base URL is that of NeMo Services."
    )
