"""Everything that a configuration depends on: the kinds of resources, and the checks beside them."""

from __future__ import annotations

from typing import Any

from dd_jupyter.resources.kind import Check, ResourceKind
from dd_jupyter.resources.kinds.artifacts import Artifacts
from dd_jupyter.resources.kinds.configuration import Configuration
from dd_jupyter.resources.kinds.images import Images
from dd_jupyter.resources.kinds.own_code import OwnCode
from dd_jupyter.resources.kinds.personas import Personas
from dd_jupyter.resources.kinds.providers import Providers
from dd_jupyter.resources.kinds.secrets import Secrets
from dd_jupyter.resources.kinds.seeds import Seeds
from dd_jupyter.resources.kinds.services import Services
from dd_jupyter.resources.kinds.tools import Tools
from dd_jupyter.resources.kinds.validators import RemoteValidators

CHECKS: tuple[Check, ...] = (Services(), Configuration())
"""What is looked at beside resources."""

KINDS: tuple[ResourceKind[Any], ...] = (
    Seeds(),
    Providers(),
    Secrets(),
    Personas(),
    Tools(),
    OwnCode(),
    RemoteValidators(),
    Images(),
    Artifacts(),
)
"""Every kind of resource, in the order of a report."""
