"""What the form that submits may ask."""

from __future__ import annotations

from typing import Literal

from dd_jupyter.display.requests.request import Request, Short
from dd_jupyter.resources.report import Location


class Fields(Request):
    """What stands in the fields of the form, as a person typed it."""

    location: Location
    records: Short
    job_name: Short
    workspace: Short
    dataset_name: Short
    artifact_path: Short


class Draft(Request):
    """Say what the form would do as it stands, and what is wrong with it.

    Attributes:
        migrate: Whether something has to be moved first.
    """

    op: Literal["draft"] = "draft"
    fields: Fields
    migrate: bool = False


class LookUp(Request):
    """Look up what the configuration depends on, in the place that the form says."""

    op: Literal["look up"] = "look up"
    fields: Fields


class Workspaces(Request):
    """Say which workspaces there are to choose from."""

    op: Literal["workspaces"] = "workspaces"


class Submit(Request):
    """Make the dataset, or have NeMo Services make it; of one form, once.

    Attributes:
        plan: The plan to carry out before, as `PlanView` told; None for none.
    """

    op: Literal["submit"] = "submit"
    fields: Fields
    plan: int | None = None
