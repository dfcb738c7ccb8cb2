"""A model provider and its key, registered with a deployment so that submitted configurations can name it."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from dd_jupyter.errors import ConfigError, ConflictError, NotFoundError, ServicesError
from dd_jupyter.nemo import background
from dd_jupyter.nemo.deployment import Deployment
from dd_jupyter.nemo.models import Provider, same_endpoint, shown_endpoint
from dd_jupyter.nemo.names import NAME

ROUTE_SECONDS = 15.0
"""The Inference Gateway looks for new providers every 3 s."""

_LOOK_SECONDS = 0.3
_SHOWN_MODELS = 12  # a hosted provider lists hundreds
_KEY_IS_REFUSED = re.compile(r"Backend returned 40[13]")  # the gateway's words for the provider's answer


@dataclass(frozen=True, slots=True)
class ProviderPlan:
    """A provider to register.

    Attributes:
        name: Its name in the workspace.
        host_url: Its OpenAI-compatible endpoint.
        key_variable: Environment variable that by custom holds its key; "" if there is no such custom.
        needs_key: Whether it answers nobody without a key.
        details: More arguments of `create_provider`, where it wants its key in another way than as a bearer token.
    """

    name: str
    host_url: str
    key_variable: str = ""
    needs_key: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def secret_name(self) -> str:
        """The secret that holds its key, named as `nemo setup` does."""
        return f"{self.name}-api-key"


# Names, endpoints and variables are those of `nemo setup` in nemo-platform 0.3.0, so that both find the
# same provider.
KNOWN = {
    plan.name: plan
    for plan in (
        ProviderPlan("nvidia-build", "https://integrate.api.nvidia.com", "NVIDIA_API_KEY", needs_key=True),
        ProviderPlan("openai", "https://api.openai.com/v1", "OPENAI_API_KEY", needs_key=True),
        ProviderPlan(
            "anthropic",
            "https://api.anthropic.com",
            "ANTHROPIC_API_KEY",
            needs_key=True,
            details={
                "auth_header_format": "X-Api-Key: {{ auth_secret }}",
                "default_extra_headers": {"anthropic-version": "2023-06-01"},
            },
        ),
        ProviderPlan(
            "google-gemini",
            "https://generativelanguage.googleapis.com/v1beta/openai",
            "GEMINI_API_KEY",
            needs_key=True,
        ),
        ProviderPlan("ollama", "http://localhost:11434/v1"),
    )
}


@dataclass(frozen=True, slots=True, repr=False)
class ProviderSetup:
    """What a configuration can name after a setup.

    Attributes:
        provider: The provider, "workspace/name".
        models: What it lists that it serves.
        base_url: The deployment.
        reused: Whether the provider was there already.
        secret: The secret with its key; "" for none.
        problem: Why its models could not be listed, as a sentence; "" if they were.
        others: The other providers of the workspace.
    """

    provider: str
    models: tuple[str, ...]
    base_url: str
    reused: bool
    secret: str
    problem: str
    others: tuple[str, ...]

    def __repr__(self) -> str:
        what = "was there already, and is kept as it is" if self.reused else "is registered"
        key = f", its key in secret `{self.secret}`" if self.secret else ", without a key"
        lines = [f"Provider `{self.provider}` {what}{key}, in NeMo Services at {self.base_url}."]
        if self.problem:
            lines.append(f"Its models could not be listed: {self.problem}")
        else:
            lines.append(f"A configuration can name provider `{self.provider}` with {_listed(self.models)}.")
        if self.others:
            lines.append(f"Other providers there: {', '.join(f'`{name}`' for name in self.others)}.")
        return "\n".join(lines)


def plan_for(provider: str, name: str | None = None) -> ProviderPlan:
    """What to register for a name that `nemo setup` knows, or for a URL.

    Args:
        provider: `nvidia-build` and the like, or the URL of an OpenAI-compatible server.
        name: Its name in the workspace; by default the known name, or the URL's host with "-" for dots.

    Raises:
        ConfigError: The name is not known, the URL is none to register, or the name is none.
    """
    known = KNOWN.get(provider)
    plan = replace(known, name=name or known.name) if known else _plan_for_url(provider, name)
    if not NAME.fullmatch(plan.name):
        raise ConfigError(
            f"A provider cannot be called `{plan.name}`. Give it a name of lower-case letters, digits, `_`, `-` and "
            "dots, which begins with a letter, with `--name NAME`."
        )
    return plan


def set_up(
    deployment: Deployment,
    plan: ProviderPlan,
    ask_key: Callable[[], SecretStr | None],
    *,
    replace_key: bool = False,
    tell: Callable[[str], object] = lambda sentence: None,
) -> ProviderSetup:
    """Register a provider and its key in the workspace of a deployment, and wait until it can be used.

    A provider of that name and endpoint is kept as it is, and so is its key unless it is to be replaced.

    Args:
        deployment: Where.
        plan: What.
        ask_key: Gives the key, None for a provider without one; not called where none is needed.
        replace_key: Put another key into the secret that is there.
        tell: Is called with what happens, in short sentences.

    Raises:
        ConflictError: There is another provider of that name, or a secret that holds another's key.
        ServicesError: The services refused something, or the provider refused the key.
    """
    existing = background.wait_for(_existing(deployment, plan))
    if existing is not None and not same_endpoint(existing.host_url, plan.host_url):
        raise ConflictError(
            f"Provider `{deployment.workspace}/{plan.name}` is there already, for another endpoint "
            f"({shown_endpoint(existing.host_url)}). Choose another name with `--name NAME`."
        )
    if existing is None or replace_key:
        key = ask_key()
        tell(f"Registering `{deployment.workspace}/{plan.name}` at {deployment.base_url}")
        if existing is None:
            existing = background.wait_for(_register(deployment, plan, key, replace_key))
            reused = False
        else:
            background.wait_for(_replace_key(deployment, existing, key))
            reused = True
    else:
        reused = True
    try:
        models, problem = background.wait_for(models_once_routed(deployment, existing))
    except NotFoundError as error:
        models, problem = [], str(error)
    others = background.wait_for(deployment.models.providers(deployment.workspace))
    return ProviderSetup(
        provider=f"{deployment.workspace}/{plan.name}",
        models=tuple(models),
        base_url=deployment.base_url,
        reused=reused,
        secret=existing.api_key_secret_name or "",
        problem=problem,
        others=tuple(f"{each.workspace}/{each.name}" for each in others if each.name != plan.name),
    )


async def models_once_routed(deployment: Deployment, provider: Provider) -> tuple[list[str], str]:
    """The models of a provider as soon as the gateway knows it, or why it does not list them.

    Raises:
        NotFoundError: When the gateway does not come to know it.
        ServicesError: When the provider refuses its key.
    """
    end = time.monotonic() + ROUTE_SECONDS
    while True:
        try:
            return await deployment.models.gateway_models(provider.workspace, provider.name), ""
        except NotFoundError:  # an answer 404 of the provider itself comes as 502
            if time.monotonic() > end:
                raise
        except ServicesError as error:
            if _KEY_IS_REFUSED.search(str(error)):
                raise ServicesError(
                    f"Provider `{provider.workspace}/{provider.name}` is registered, but "
                    f"{shown_endpoint(provider.host_url)} refuses its key. Set it up again with the right one and "
                    "`--replace-key`.",
                    status=error.status,
                    request_id=error.request_id,
                ) from error
            return [], str(error)
        except (KeyError, TypeError):
            return [], f"{shown_endpoint(provider.host_url)} does not list models as OpenAI does."
        await asyncio.sleep(_LOOK_SECONDS)


def _plan_for_url(provider: str, name: str | None) -> ProviderPlan:
    try:
        parts = urlsplit(provider)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or parts.scheme not in {"http", "https"}:
        known = ", ".join(KNOWN)
        raise ConfigError(f"`{provider}` is no provider that is known here ({known}). Give one of them, or a URL.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ConfigError(
            "The provider's URL has a user name, a password or a query in it. Give its endpoint alone, and its key "
            "with `--key-env VAR`."
        )
    at_host = host.replace(".", "-").replace(":", "-")
    usual = at_host if at_host[:1].isalpha() else f"provider-{at_host.strip('-')}"
    return ProviderPlan(name or usual, provider.rstrip("/"))


async def _existing(deployment: Deployment, plan: ProviderPlan) -> Provider | None:
    try:
        return await deployment.models.provider(deployment.workspace, plan.name)
    except NotFoundError:
        return None


async def _register(deployment: Deployment, plan: ProviderPlan, key: SecretStr | None, replace_key: bool) -> Provider:
    workspace = deployment.workspace
    made = key is not None and await _keep(deployment, plan.secret_name, key, replace_key)
    secret = None if key is None else plan.secret_name
    try:
        return await deployment.models.create_provider(
            workspace, plan.name, plan.host_url, api_key_secret_name=secret, **plan.details
        )
    except BaseException:
        if made:
            await deployment.secrets.delete(workspace, plan.secret_name)
        raise


async def _keep(deployment: Deployment, name: str, key: SecretStr, replace_key: bool) -> bool:
    """Keep a key as a secret; whether the secret is new."""
    try:
        await deployment.secrets.create(deployment.workspace, name, key)
    except ConflictError as error:
        if not replace_key:
            raise ConflictError(
                f"Secret `{deployment.workspace}/{name}` is there already, perhaps with another key. Replace its "
                "value with `--replace-key`, or choose another name with `--name NAME`.",
                status=error.status,
                request_id=error.request_id,
            ) from error
        await deployment.secrets.change(deployment.workspace, name, key)
        return False
    return True


async def _replace_key(deployment: Deployment, provider: Provider, key: SecretStr | None) -> None:
    name = f"{deployment.workspace}/{provider.name}"
    if provider.api_key_secret_name is None:
        raise ConflictError(f"Provider `{name}` was registered without a key. Register it anew with `--name NAME`.")
    if key is None:
        raise ConfigError(
            f"There is no key to put in place of that of provider `{name}`. Name it with `--key-env VAR`."
        )
    await deployment.secrets.change(deployment.workspace, provider.api_key_secret_name, key)


def _listed(models: tuple[str, ...]) -> str:
    if not models:
        return "any model that it serves: it lists none"
    shown = ", ".join(f"`{name}`" for name in models[:_SHOWN_MODELS])
    more = len(models) - _SHOWN_MODELS
    return f"the model{'s' if len(models) > 1 else ''} {shown}" + (f" and {more} more" if more > 0 else "")
