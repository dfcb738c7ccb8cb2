"""Moving model providers from the local settings to the Inference Gateway."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dd_jupyter.errors import ConflictError, NotFoundError, ResourceError, ServicesError, UnreachableError
from dd_jupyter.nemo.models import Provider, same_endpoint, shown_endpoint
from dd_jupyter.nemo.names import content_name, entity_name
from dd_jupyter.nemo.provider_setup import KNOWN, ROUTE_SECONDS, models_once_routed
from dd_jupyter.resources.migration.chosen import ALL, Chosen
from dd_jupyter.resources.migration.secrets import Key, key_in, name_of, plan_secret, written_out
from dd_jupyter.resources.migration.steps import Means, Moves, NothingToDo, PlannedStep, Rewrites, Step
from dd_jupyter.resources.migration.visible_keys import holds_key, refuse_visible_key
from dd_jupyter.resources.providers import ProviderReference, key_of, provider_references
from dd_jupyter.resources.secrets import SecretReference

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder
    from data_designer.config.models import ModelProvider

    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.resources.places import Here

_HEADER = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_BEARER = re.compile(r"(?i)bearer\s+")
_LOOPBACK = re.compile(r"localhost|127\.[\d.]+|::1|0\.0\.0\.0")


async def plan_providers_to_services(
    builder: DataDesignerConfigBuilder, here: Here, deployment: Deployment, chosen: Chosen = ALL
) -> Moves:
    """Register the local providers in use with the Inference Gateway, each with its key as a secret.

    Raises:
        UnreachableError: When NeMo Services do not answer.
    """
    local = (await asyncio.to_thread(lambda: here.providers)).readable()
    candidates: list[_Candidate] = []
    for reference in provider_references(builder):
        if reference.name in local:
            taken = {candidate.names[0] for candidate in candidates}
            candidates.append(_Candidate.of(reference, local[reference.name], taken))
    # After all have their names: a part of a plan makes the same as the whole.
    wanted = [candidate for candidate in candidates if _is_chosen(candidate, chosen)]
    plans = await asyncio.gather(*(_to_services(candidate, here, deployment) for candidate in wanted))
    rewrites = Rewrites({old: new for _, names in plans for old, new in names})
    return [step for steps, _ in plans for step in steps], rewrites


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A local provider, and the names that it may have there, the best one first."""

    reference: ProviderReference
    provider: ModelProvider = field(repr=False)
    names: tuple[str, ...]

    @classmethod
    def of(cls, reference: ProviderReference, provider: ModelProvider, taken: set[str]) -> _Candidate:
        name = entity_name(reference.name, stem="provider")
        content = provider.endpoint if name == reference.name else f"{reference.name}\n{provider.endpoint}"
        names = (name, entity_name(content_name(name, content), stem="provider"))
        return cls(reference, provider, names[1:] if name in taken else names)


@dataclass(frozen=True, slots=True)
class _Authorization:
    """How a provider takes its key, and what else is sent along.

    Attributes:
        key: None for a provider without one.
        header_format: None for a bearer token.
        headers: Without a key.
    """

    key: Key | None
    header_format: str | None
    headers: Mapping[str, str]


def _is_chosen(candidate: _Candidate, chosen: Chosen) -> bool:
    """Whether it is to be moved, or its key, which is of no use there without it."""
    key = candidate.provider.api_key
    key_is_chosen = bool(key) and chosen.has("secret", name_of(str(key)))
    return chosen.has("provider", candidate.reference.name) or key_is_chosen


async def _to_services(
    candidate: _Candidate, here: Here, deployment: Deployment
) -> tuple[list[Step], list[tuple[str, str]]]:
    reference, provider = candidate.reference, candidate.provider
    plan = PlannedStep(action="Register provider", kind="provider", name=reference.name, source=here.providers.brief)
    try:
        refuse_visible_key(f"Provider `{reference.name}`", "NeMo Services", provider.endpoint, provider.extra_body)
        plan = plan.model_copy(update={"source": f"{plan.source}: {shown_endpoint(provider.endpoint)}"})
        authorization = _authorization(candidate, here)
        name, existing = await _free_name(candidate, authorization, deployment)
    except UnreachableError:
        raise
    except (ResourceError, ServicesError) as error:
        return [NothingToDo(plan.model_copy(update={"state": "impossible", "sentence": str(error)}))], []
    plan = plan.model_copy(update={"target": f"{deployment.workspace}/{name}"})
    rewritten = [(reference.name, plan.target)]
    if existing is not None:
        sentence = _kept(existing, authorization, provider)
        return [NothingToDo(plan.model_copy(update={"state": "there already", "sentence": sentence}))], rewritten

    steps: list[Step] = []
    secret = None
    if authorization.key is not None:
        key = authorization.key
        given = SecretReference.parse(key.name)
        if given is None or given.workspace != deployment.workspace:
            given = SecretReference(deployment.workspace, entity_name(name, "-api-key", stem="key"))
        secret = given.name
        step = await plan_secret(deployment, given, key)
        steps.append(step)
        if str(given) == key.name and step.plan.state == "to do":  # it is named, and is not there
            step.plan = step.plan.model_copy(update={"source": f"you: secret `{given}` is not there", "asks": True})
        if step.plan.state == "impossible":
            sentence = f"Its key cannot be kept: {step.plan.sentence}"
            return [*steps, NothingToDo(plan.model_copy(update={"state": "impossible", "sentence": sentence}))], []
    steps.append(
        RegisterProvider(
            plan.model_copy(update={"sentence": _notes(provider, deployment)}),
            name=name,
            host_url=provider.endpoint,
            secret=secret,
            header_format=authorization.header_format,
            headers=authorization.headers,
            body=provider.extra_body or {},
        )
    )
    return steps, rewritten


class RegisterProvider(Step):
    """Registers a provider, and waits until the Inference Gateway knows it."""

    def __init__(
        self,
        plan: PlannedStep,
        *,
        name: str,
        host_url: str,
        secret: str | None,
        header_format: str | None,
        headers: Mapping[str, str],
        body: Mapping[str, Any],
    ) -> None:
        self.plan = plan
        self._name = name
        self._host_url = host_url
        self._optional = {
            "api_key_secret_name": secret,
            "auth_header_format": header_format,
            "default_extra_headers": headers,
            "default_extra_body": body,
        }

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Register it, unless somebody did in between."""
        models, workspace = deployment.models, deployment.workspace
        try:
            provider = await models.create_provider(
                workspace,
                self._name,
                self._host_url,
                **self._optional,  # type: ignore[arg-type]
            )
        except ConflictError:
            provider = await models.provider(workspace, self._name)
            if not same_endpoint(provider.host_url, self._host_url):
                raise ConflictError(
                    f"Provider `{self.plan.target}` was registered by somebody else in between, for another endpoint "
                    f"({shown_endpoint(provider.host_url)}). Plan the migration anew: it gets another name."
                ) from None
        try:
            await models_once_routed(deployment, provider)
        except NotFoundError as error:
            raise ServicesError(
                f"Provider `{self.plan.target}` is registered, but the Inference Gateway does not know it after "
                f"{ROUTE_SECONDS:.0f} s. See with `%dd_connect` how it is."
            ) from error


def _authorization(candidate: _Candidate, here: Here) -> _Authorization:
    """How a local provider's key is handed over.

    Raises:
        ResourceError: When it has keys that the gateway has no place for.
    """
    provider, who = candidate.provider, f"Provider `{candidate.reference.name}`"
    headers = dict(provider.extra_headers or {})
    with_key = [name for name, value in headers.items() if holds_key(name, value)]
    details = KNOWN["anthropic"].details if provider.provider_type == "anthropic" else {}
    there = {name.lower() for name in headers}
    headers |= {name: value for name, value in details.get("default_extra_headers", {}).items() if name not in there}
    if not with_key:
        if not provider.api_key:
            return _Authorization(None, None, headers)
        place, settings = here.providers.place, here.settings
        key = key_in(lambda: str(provider.api_key), key_of(candidate.reference), place, settings)
        return _Authorization(key, details.get("auth_header_format"), headers)
    if len(with_key) > 1 or provider.api_key or not _HEADER.fullmatch(with_key[0]):
        shown = ", ".join(f"`{name}`" for name in with_key)
        raise ResourceError(
            f"{who} has a key in its headers ({shown}) and {'more' if len(with_key) > 1 else 'another'} beside it: "
            "the Inference Gateway keeps one key a provider, and everybody can read the headers. Leave one of them in "
            "the local settings, or register it by hand."
        )
    header = with_key.pop()
    value = headers.pop(header)
    scheme = _BEARER.match(value) if header.lower() == "authorization" else None
    key = written_out(lambda: value[scheme.end() if scheme else 0 :], f"header `{header}` in {here.providers.place}")
    return _Authorization(key, None if scheme else f"{header}: {{{{ auth_secret }}}}", headers)


async def _free_name(
    candidate: _Candidate, authorization: _Authorization, deployment: Deployment
) -> tuple[str, Provider | None]:
    """The first name that nobody has, or that has what serves as well, which is given too."""
    for name in candidate.names:
        try:
            existing = await deployment.models.provider(deployment.workspace, name)
        except NotFoundError:
            return name, None
        if _serves(existing, candidate, authorization):
            return name, existing
    shown = " and ".join(f"`{deployment.workspace}/{name}`" for name in candidate.names)
    raise ResourceError(
        f"Provider `{candidate.reference.name}` cannot be registered: {shown} are there already, for other endpoints, "
        "models or without a key. Give it another name in your local settings."
    )


def _serves(existing: Provider, candidate: _Candidate, authorization: _Authorization) -> bool:
    """Whether a provider that is there does what the local one does."""
    return (
        same_endpoint(existing.host_url, candidate.provider.endpoint)
        and all(existing.serves(model) for model in candidate.reference.models.values())
        and (authorization.key is None or existing.api_key_secret_name is not None)
    )


def _kept(existing: Provider, authorization: _Authorization, provider: ModelProvider) -> str:
    key = f"its key is secret `{existing.workspace}/{existing.api_key_secret_name}`, whose value is not compared"
    kept = "It is kept as it is" + (f": {key}." if existing.api_key_secret_name else ".")
    same = dict(existing.default_extra_headers or {}) == dict(authorization.headers) and (
        dict(existing.default_extra_body or {}) == dict(provider.extra_body or {})
    )
    return kept if same else f"{kept} It sends other headers or fields along than the local one."


def _notes(provider: ModelProvider, deployment: Deployment) -> str:
    notes = []
    if _is_loopback(provider.endpoint) and not _is_loopback(deployment.base_url):
        notes.append(
            "Its endpoint is on this machine, where services elsewhere cannot reach it: give it an address that they "
            "can reach."
        )
    if provider.provider_type == "anthropic":
        notes.append("NeMo Services ask it as an OpenAI server, not with Anthropic's own messages.")
    return " ".join(notes)


def _is_loopback(url: str) -> bool:
    return _LOOPBACK.fullmatch(urlsplit(url).hostname or "") is not None
