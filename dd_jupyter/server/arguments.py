"""What may be given with a request, by the signature of what answers it; and what was given, checked."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dd_jupyter.config_refusal import problem
from dd_jupyter.display.requests.request import SHORT
from dd_jupyter.errors import ConfigError
from dd_jupyter.server.routes import Route

ASK_CHARACTERS = 32_000
"""A request with all the filters that it may have, of the length that people type."""

NAME = r"^[A-Za-z0-9][A-Za-z0-9@._+-]{0,99}$"
"""Wider than what NeMo Services take, and nothing that would lead elsewhere in an address."""

DeploymentUrl = Annotated[
    str | None,
    Field(max_length=SHORT, description="The base URL of one of `deployments`; the one that is chosen if left out."),
]
Workspace = Annotated[str | None, Field(pattern=NAME, description="A workspace; that of the deployment if left out.")]
WorkspaceName = Annotated[str, Field(pattern=NAME, description="The job's workspace.")]
JobName = Annotated[str, Field(pattern=NAME, description="The job's name.")]
RunId = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,100}$", description="The id of a run of this machine.")]
Ask = Annotated[
    str, Field(max_length=ASK_CHARACTERS, description='What is asked, as JSON: `{"op": "log", "after": 0}`.')
]
Limit = Annotated[int, Field(ge=1, le=500, description="The most runs and jobs in the answer.")]
TutorialName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.ipynb$", description="Its file.")]


class DownloadAsked(BaseModel):
    """Where a job is downloaded to.

    Attributes:
        folder: Below the server's own folder; "" for ``artifacts/<job>``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    folder: Annotated[str, Field(max_length=SHORT)] = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that may be given with a request.

    Attributes:
        place: Where it stands.
        kind: Checks it, and describes it.
        required: Whether there is no request without it.
        default: What it is without.
    """

    name: str
    place: Literal["path", "query", "body"]
    kind: TypeAdapter[Any]
    required: bool
    default: Any


@functools.cache
def parameters(route: Route) -> tuple[Parameter, ...]:
    """What may be given with a request."""
    from dd_jupyter.server.answering import Answering

    answer = getattr(Answering, route.answer)
    hints = get_type_hints(answer, include_extras=True)
    return tuple(
        Parameter(
            name,
            "path" if name in route.names else "body" if name == "body" else "query",
            TypeAdapter(hints[name]),
            taken.default is inspect.Parameter.empty and name != "body",
            None if taken.default is inspect.Parameter.empty else taken.default,
        )
        for name, taken in inspect.signature(answer).parameters.items()
        if name != "self"
    )


def arguments(route: Route, names: Mapping[str, str], query: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """What was given with a request, for what answers it. What nobody asks for is passed over.

    Raises:
        ConfigError: When something is missing, or cannot be.
    """
    given: dict[str, Any] = {}
    for parameter in parameters(route):
        if parameter.place == "body":
            given[parameter.name] = _checked(parameter, _json(body))
            continue
        found = (names if parameter.place == "path" else query).get(parameter.name)
        if found is None or (found == "" and not parameter.required):
            if parameter.required:
                raise ConfigError(f"The request lacks `{parameter.name}`.")
            given[parameter.name] = parameter.default
        else:
            given[parameter.name] = _checked(parameter, found)
    return given


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body.strip() else {}
    except (ValueError, RecursionError):
        pass
    raise ConfigError("The body of the request is not JSON.")


def _checked(parameter: Parameter, value: Any) -> Any:
    try:
        return parameter.kind.validate_python(value)
    except ValidationError as error:
        location, what = problem(error)
    path = ".".join(map(str, (parameter.name, *location) if parameter.place != "body" else location or ("body",)))
    raise ConfigError(f"The request cannot be understood: `{path}`: {what}")
