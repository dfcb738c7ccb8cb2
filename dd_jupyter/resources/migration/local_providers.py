"""Moving model providers from the Inference Gateway to the local settings."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dd_jupyter.engine import local_providers, settings_file, write_default_settings
from dd_jupyter.errors import ResourceError, ServicesError, UnreachableError
from dd_jupyter.nemo.models import Provider, same_endpoint, shown_endpoint
from dd_jupyter.nemo.names import content_name
from dd_jupyter.nemo.provider_setup import KNOWN
from dd_jupyter.resources.inference_gateway import GatewayReference
from dd_jupyter.resources.migration.chosen import ALL, Chosen
from dd_jupyter.resources.migration.secrets import key_in_services, key_in_variable, plan_variable
from dd_jupyter.resources.migration.settings_file import add_to_file
from dd_jupyter.resources.migration.steps import Means, Moves, NothingToDo, PlannedStep, Rewrites, Step
from dd_jupyter.resources.migration.visible_keys import holds_key, refuse_visible_key
from dd_jupyter.resources.providers import ProviderReference, key_of, provider_references
from dd_jupyter.resources.secrets import SecretReference, names_variable

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from data_designer.config.models import ModelProvider

    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.resources.places import Here

_NO_VARIABLE = re.compile(r"[^A-Z0-9]+")
_KEY_HEADER = re.compile(r"x-api-key: {{ *auth_secret *}}", re.IGNORECASE)
_BEARER = re.compile(r"authorization: bearer {{ *auth_secret *}}", re.IGNORECASE)


async def plan_providers_to_local(
    builder: DataDesignerConfigBuilder, here: Here, deployment: Deployment, chosen: Chosen = ALL
) -> Moves:
    """Write the providers of the Inference Gateway that are in use to the local settings, keys to the environment.

    Raises:
        UnreachableError: When NeMo Services do not answer.
    """
    local = (await asyncio.to_thread(lambda: here.providers)).readable()
    remote = [
        reference
        for reference in provider_references(builder)
        if reference.name not in local and chosen.has("provider", reference.name)
    ]
    found = await asyncio.gather(*(_find(reference, here, deployment) for reference in remote))
    names = {name: provider.endpoint for name, provider in local.items()}
    steps: list[Step] = []
    rewrites: dict[str, str] = {}
    for reference, provider in zip(remote, found, strict=True):
        if not isinstance(provider, Provider):
            steps.append(provider)
            continue
        name = _free_name(provider, names)
        if name is None:
            steps.append(_impossible(reference, f"There are other providers of its name in {here.providers.place}."))
            continue
        is_new, names[name], rewrites[reference.name] = name not in names, provider.endpoint, name
        steps += _to_local(reference, provider, name) if is_new else _kept(reference, provider, name, local.get(name))
    return steps, Rewrites(rewrites)


class WriteSettings(Step):
    """Adds a provider to the local settings."""

    def __init__(self, plan: PlannedStep, provider: Mapping[str, Any]) -> None:
        self.plan = plan
        self._provider = provider

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Add it to the file, unless somebody did in between."""
        await asyncio.to_thread(self._add)

    def _add(self) -> None:
        write_default_settings()  # only where there are none
        for there in local_providers():
            if there.name == self._provider["name"]:
                if same_endpoint(there.endpoint, self._provider["endpoint"]):
                    return
                raise ResourceError(
                    f"Another provider `{there.name}` came into your local settings in between. Plan the migration "
                    "anew: it gets another name."
                )
        add_to_file(settings_file(), self._provider)


async def _find(reference: ProviderReference, here: Here, deployment: Deployment) -> Provider | Step:
    """The provider as NeMo Services have it, or a step that says why it cannot be written to the local settings."""
    if here.settings.model_providers is not None:
        return _impossible(
            reference,
            "The providers of a run are given in code here, so that it does not read the local settings. Give this one "
            "there too, or leave `model_providers` out of the settings.",
        )
    local = here.providers
    try:
        gateway = GatewayReference.of(reference, local)
        workspace = gateway.workspace or deployment.workspace
        provider = await deployment.models.provider(workspace, gateway.name)
    except UnreachableError:
        raise
    except ResourceError as error:
        return _impossible(reference, str(error))
    except ServicesError as error:
        return _impossible(reference, gateway.trouble(error, deployment.workspace, deployment.base_url, local))
    try:
        _refuse_what_has_no_place(provider)
    except ResourceError as error:
        return _impossible(reference, str(error))
    return provider


def _refuse_what_has_no_place(provider: Provider) -> None:
    who = f"Provider `{provider.workspace}/{provider.name}`"
    refuse_visible_key(who, "your local settings", provider.host_url, _body(provider))
    with_key = [name for name, value in _headers(provider).items() if holds_key(name, value)]
    if with_key:
        raise ResourceError(
            f"{who} has a key in its header `{with_key[0]}`, which would stand in your local settings for everybody to "
            "read. Add it to them by hand."
        )
    if provider.api_key_secret_name and _dialect(provider) is None:
        header = str(provider.auth_header_format).partition(":")[0]
        raise ResourceError(
            f"{who} takes its key in header `{header}`, which local providers can do with the key written out only. "
            "Add it by hand, or run with the one in NeMo Services."
        )


def _to_local(reference: ProviderReference, provider: Provider, name: str) -> list[Step]:
    source = f"`{provider.workspace}/{provider.name}` of the Inference Gateway: {shown_endpoint(provider.endpoint)}"
    entry: dict[str, Any] = {
        "name": name,
        "endpoint": provider.endpoint,
        "provider_type": _dialect(provider) or "openai",
    }
    steps: list[Step] = []
    if provider.api_key_secret_name:
        entry["api_key"] = _variable(name, provider)
        secret = SecretReference(provider.workspace, provider.api_key_secret_name)
        steps.append(plan_variable(entry["api_key"], key_in_services(secret, key_of(reference))))
    given = {"extra_headers": _headers(provider), "extra_body": _body(provider)}
    entry |= {field: value for field, value in given.items() if value}
    plan = PlannedStep(
        action="Write provider settings",
        kind="provider",
        name=reference.name,
        target=name,
        source=source,
        sentence=f"It is added to {settings_file()}, which stays as it is otherwise.",
    )
    return [*steps, WriteSettings(plan, entry)]


def _kept(reference: ProviderReference, provider: Provider, name: str, there: ModelProvider | None) -> list[Step]:
    """The steps for one that is in the local settings, or was written to them by another step."""
    plan = PlannedStep(
        action="Write provider settings",
        kind="provider",
        name=reference.name,
        target=name,
        source=f"`{provider.workspace}/{provider.name}` of the Inference Gateway: {shown_endpoint(provider.endpoint)}",
        state="there already",
        sentence="Your local settings have it, with the same endpoint; it is kept as it is.",
    )
    steps: list[Step] = [NothingToDo(plan)]
    if there is not None and there.api_key and names_variable(there.api_key):
        key = key_in_variable(there.api_key, key_of(reference))
        if provider.api_key_secret_name:
            secret = SecretReference(provider.workspace, provider.api_key_secret_name)
            key = key_in_services(secret, key_of(reference))
        steps.insert(0, plan_variable(there.api_key, key))
    return steps


def _impossible(reference: ProviderReference, sentence: str) -> Step:
    return NothingToDo(
        PlannedStep(
            action="Write provider settings",
            kind="provider",
            name=reference.name,
            source="the Inference Gateway",
            state="impossible",
            sentence=sentence,
        )
    )


def _free_name(provider: Provider, names: Mapping[str, str]) -> str | None:
    """A name that nobody has, or that a provider with the same endpoint has."""
    for name in (provider.name, content_name(provider.name, provider.endpoint)):
        if name not in names or same_endpoint(names[name], provider.endpoint):
            return name
    return None


def _variable(name: str, provider: Provider) -> str:
    """The variable that holds its key: by custom where there is one."""
    for known in KNOWN.values():
        if known.key_variable and same_endpoint(known.host_url, provider.host_url):
            return known.key_variable
    plain = _NO_VARIABLE.sub("_", name.upper()).strip("_")
    return f"{plain if plain[:1].isalpha() else f'PROVIDER_{plain}'}_API_KEY"


def _dialect(provider: Provider) -> str | None:
    """The type of the local provider that asks it as the gateway does; None if none does."""
    header = provider.auth_header_format
    if not header or _BEARER.fullmatch(header):
        return "openai"
    is_anthropic = "anthropic-version" in {name.lower() for name in _headers(provider)}
    return "anthropic" if is_anthropic and _KEY_HEADER.fullmatch(header) else None


def _headers(provider: Provider) -> dict[str, str]:
    return {**(provider.default_extra_headers or {}), **(provider.required_extra_headers or {})}


def _body(provider: Provider) -> dict[str, Any]:
    return {**(provider.default_extra_body or {}), **(provider.required_extra_body or {})}
