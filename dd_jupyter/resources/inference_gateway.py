"""Providers of the Inference Gateway: found in NeMo Services by `workspace/name`, and asked through them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dd_jupyter.errors import DeniedError, NotFoundError, ResourceError, ServicesError, UnreachableError
from dd_jupyter.resources.local_providers import LocalProviders
from dd_jupyter.resources.providers import ProviderReference, listed

if TYPE_CHECKING:
    from data_designer.config.models import ModelProvider

    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.nemo.models import Provider

# As the services check the names of providers; a workspace's is checked more narrowly by them.
_REFERENCE = re.compile(r"(?:([a-z][a-z0-9@.+_-]{1,62})/)?([\w.-]{1,255})", re.ASCII)


@dataclass(frozen=True, slots=True)
class GatewayReference:
    """A provider that is not a local one, as it is looked for in NeMo Services.

    Attributes:
        reference: As the configuration has it.
        workspace: None where it names none.
        name: Its name there.
    """

    reference: ProviderReference
    workspace: str | None
    name: str

    @classmethod
    def of(cls, reference: ProviderReference, local: LocalProviders) -> GatewayReference:
        """Read a provider's name as ``[workspace/]name``.

        Raises:
            ResourceError: When it has another form: no provider can have that name.
        """
        match = _REFERENCE.fullmatch(reference.name)
        if match is None:
            raise ResourceError(
                f"Provider `{reference.name}` of model alias `{reference.alias}` is not in {local}. Correct the name "
                "in the model configuration: providers in NeMo Services are called `workspace/name`."
            )
        return cls(reference, match.group(1), match.group(2))

    def for_library(self, provider: Provider, deployment: Deployment) -> ModelProvider:
        """The provider for the library: asked through the gateway, which adds the key."""
        from data_designer.config.models import ModelProvider

        return ModelProvider(
            name=self.reference.name,
            endpoint=deployment.models.gateway_url(self.workspace or deployment.workspace, provider),
            api_key=None,
        )

    def missing_model(self, provider: Provider, workspace: str) -> str | None:
        """What is wrong with a model that the provider does not serve; None if it serves all that are asked."""
        for alias, model in self.reference.models.items():
            if not provider.serves(model):
                return (
                    f"Model `{model}` of alias `{alias}` is not enabled at provider `{workspace}/{self.name}`, which "
                    f"has {listed(provider.enabled_models or ())}. Choose one of those in the model configuration, or "
                    "have it enabled there."
                )
        return None

    def trouble(self, error: ServicesError, workspace: str, base_url: str, local: LocalProviders) -> str:
        """What it means that NeMo Services at `base_url` answered with an error, or not at all."""
        workspace = self.workspace or workspace
        who = f"Provider `{self.reference.name}` of model alias `{self.reference.alias}`"
        place = f"workspace `{workspace}` of {base_url}"
        way_on = (
            f"Check the name in the model configuration `{self.reference.alias}`, or add it with "
            f"`%dd_services setup --provider {self.name}`."
        )
        if self.workspace is None:  # it may have been meant as a local one
            match error:
                case NotFoundError():
                    return f"{who} is in neither {place} nor {local}. {way_on}"
                case UnreachableError():
                    return f"{who} is not in {local}. No NeMo Services answer at {base_url} either. {way_on}"
        match error:
            case NotFoundError():
                return f"{who} is not in {place}. {way_on}"
            case DeniedError():
                return f"{who} may not be used: {error}"
        return f"{who} cannot be looked up: {error}"
