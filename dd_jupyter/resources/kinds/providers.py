"""Model providers: local settings by their exact name first, else the Inference Gateway by `workspace/name`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from dd_jupyter.errors import ResourceError, ServicesError
from dd_jupyter.nemo.models import same_endpoint
from dd_jupyter.resources.inference_gateway import GatewayReference
from dd_jupyter.resources.kind import Inquiry
from dd_jupyter.resources.places import UNASKED, NotAskedError, There, status_of
from dd_jupyter.resources.providers import ProviderReference, provider_references
from dd_jupyter.resources.report import Finding, Kind, Move

if TYPE_CHECKING:
    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.nemo.models import Provider


class Providers:
    """The providers behind the model aliases in use."""

    kind: Kind = "provider"

    def references(self, inquiry: Inquiry) -> Iterable[ProviderReference]:
        """Each once, with all that use it."""
        return provider_references(inquiry.builder)

    async def resolve_run(self, reference: ProviderReference, inquiry: Inquiry) -> Finding:
        """A local one, or one that is asked through the gateway, with the models that are asked of it."""
        local, there = inquiry.here.providers, inquiry.there
        if reference.name in local.providers:
            return Finding(status="ok", sentence=f"In the {local.brief}.")
        if local.problem and "/" not in reference.name:
            return Finding(status="not accepted", sentence=local.problem)
        try:
            gateway = GatewayReference.of(reference, local)
            provider = await ask_for(gateway, there)
        except NotAskedError:
            return _unasked_run(reference, inquiry)
        except ResourceError as error:
            return Finding(status="missing", sentence=str(error))
        except ServicesError as error:
            trouble = gateway.trouble(error, there.workspace, there.base_url, local)
            return Finding(status=status_of(error), sentence=trouble)
        there.providers[reference.name] = gateway.for_library(provider, _deployment(there))
        return _found(gateway, provider, there, "")

    async def resolve_submit(self, reference: ProviderReference, inquiry: Inquiry) -> Finding:
        """One of the gateway; a bare name is one of the current workspace."""
        local, there = inquiry.here.providers, inquiry.there
        is_local = reference.name in local.providers
        try:
            gateway = GatewayReference.of(reference, local)
            provider = await ask_for(gateway, there)
        except NotAskedError:
            silent = there.silence is not None  # where nobody was to be asked, they may know the name too
            return _local_only(reference, inquiry) if is_local and silent and "/" not in reference.name else UNASKED
        except ResourceError as error:
            return _local_only(reference, inquiry) if is_local else Finding(status="missing", sentence=str(error))
        except ServicesError as error:
            status = status_of(error)
            if is_local and status == "missing":
                return _local_only(reference, inquiry)
            return Finding(status=status, sentence=gateway.trouble(error, there.workspace, there.base_url, local))
        another = ""
        if is_local and not same_endpoint(local.providers[reference.name].endpoint, provider.host_url):
            another = " In this kernel that name is a local provider's, which is another one."
        return _found(gateway, provider, there, another)

    def moves(self, reference: ProviderReference, inquiry: Inquiry) -> tuple[Move, ...]:
        """A local one is registered with the gateway, one of the gateway is written to the local settings."""
        if reference.name in inquiry.here.providers.providers:
            return (Move(to="services", text="Register it with the Inference Gateway, its key as a secret."),)
        return (Move(to="local", text="Write it to the local settings."),)


async def found_there(reference: ProviderReference, inquiry: Inquiry) -> bool:
    """Whether NeMo Services have a provider that they take this one for."""
    try:
        await ask_for(GatewayReference.of(reference, inquiry.here.providers), inquiry.there)
    except (NotAskedError, ResourceError, ServicesError):
        return False
    return True


async def ask_for(gateway: GatewayReference, there: There) -> Provider:
    """The provider as NeMo Services know it.

    Raises:
        NotAskedError: When they were not asked.
        ServicesError: When they have none, or do not say.
    """
    workspace = gateway.workspace or there.workspace
    return await there.ask_by_name(
        "provider",
        workspace,
        gateway.name,
        lambda deployment: deployment.models.provider(workspace, gateway.name),
        lambda deployment: _all(deployment, workspace),
    )


async def _all(deployment: Deployment, workspace: str) -> Mapping[str, Provider]:
    return {provider.name: provider for provider in await deployment.models.providers(workspace)}


def _found(gateway: GatewayReference, provider: Provider, there: There, another: str) -> Finding:
    workspace = gateway.workspace or there.workspace
    missing = gateway.missing_model(provider, workspace)
    if missing is not None:
        return Finding(status="missing", sentence=missing)
    models = ", ".join(f"`{model}`" for model in dict.fromkeys(gateway.reference.models.values()))
    meant = f"Found as `{workspace}/{gateway.name}` in" if gateway.workspace is None else "In"
    sentence = f"{meant} the Inference Gateway, with {models}.{another}"
    return Finding(status="ok", sentence=sentence, warning=bool(another))


def _unasked_run(reference: ProviderReference, inquiry: Inquiry) -> Finding:
    silence = inquiry.there.silence
    if silence is None:
        return UNASKED
    local = inquiry.here.providers
    gateway = GatewayReference.of(reference, local)
    there = inquiry.there
    sentence = gateway.trouble(silence, there.workspace, there.base_url, local) if there.base_url else str(silence)
    return Finding(status="unreachable", sentence=sentence)


def _local_only(reference: ProviderReference, inquiry: Inquiry) -> Finding:
    return Finding(
        status="not accepted",
        sentence=f"In the {inquiry.here.providers.brief} only: NeMo Services take providers of the Inference Gateway, "
        "named `workspace/name`.",
    )


def _deployment(there: There) -> Deployment:
    assert there.deployment is not None  # noqa: S101 - somebody was asked
    return there.deployment
