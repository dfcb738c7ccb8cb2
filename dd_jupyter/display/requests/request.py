"""What all requests of a view have in common, and those of any view."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dd_jupyter.display.view_parts import View

SHORT = 1_000
"""The most characters of a name, a folder or a value to compare with."""

Short = Annotated[str, Field(max_length=SHORT)]
Index = Annotated[int, Field(ge=0, le=2**53)]


class Request(BaseModel):
    """Base of all requests: immutable, no unknown fields, nothing converted from another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Hello(Request):
    """The browser has drawn this view, and hears what it is told from now on."""

    op: Literal["hello"] = "hello"


class Code(Request):
    """The page has no code of the views yet, at least none of this version. JupyterLab's extension brings it along."""

    op: Literal["code"] = "code"


class Forget(Request):
    """An answer is no longer waited for."""

    op: Literal["forget"] = "forget"
    forgotten: Short


class SayView(View):
    """What came of it, in a sentence; in backticks what is code. "" where the view itself shows it."""

    text: str = ""
