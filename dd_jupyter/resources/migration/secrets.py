"""Moving keys: from this kernel to secrets of NeMo Services, and back to environment variables.

A step knows where a key is, never the key: its value exists only while the step is carried out.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pydantic import SecretStr

from dd_jupyter.errors import (
    ConflictError,
    DeniedError,
    NotFoundError,
    ResourceError,
    ServicesError,
    UnreachableError,
)
from dd_jupyter.nemo.names import entity_name
from dd_jupyter.resources.kinds.secrets import IN_PLAIN_TEXT, is_plain
from dd_jupyter.resources.migration.chosen import ALL, Chosen
from dd_jupyter.resources.migration.steps import Means, Moves, NothingToDo, PlannedStep, Rewrites, Step
from dd_jupyter.resources.secrets import REDACTED, SecretReference, find_key, missing_variable, names_variable

if TYPE_CHECKING:
    from data_designer.config.config_builder import DataDesignerConfigBuilder

    from dd_jupyter.engine import Settings
    from dd_jupyter.nemo.deployment import Deployment
    from dd_jupyter.resources.places import Here

TOKEN_VARIABLE = "HF_TOKEN"  # noqa: S105 - the name of one
NOT_COMPARED = "It is used as it is: its value is not compared."

_TOKEN = "the token of the seed"  # noqa: S105 - words


@dataclass(frozen=True, slots=True)
class Key:
    """A key that is somewhere.

    Attributes:
        name: As a report has it: a variable's name, a secret's, or "in plain text".
        source: Where it is, in words.
        note: What to know of it; "" for nothing.
        asks: Whether it is nowhere at hand, so that a person has to give it.
        read: Gives its value when it is needed. Raises a `DDJupyterError` where it cannot.
    """

    name: str
    source: str
    read: Callable[[Deployment, Means], Awaitable[SecretStr]] = field(repr=False)
    note: str = ""
    asks: bool = False


def name_of(given: str) -> str:
    """How a key is called, in a report too: never by what it is."""
    return IN_PLAIN_TEXT if is_plain(given) else given


def key_in(text: Callable[[], str], what_for: str, place: str, settings: Settings) -> Key:
    """A key as a configuration or a provider has it: a variable's name, a secret's, or written out.

    Args:
        text: Gives what stands there, which may be the key itself and so is not kept.
        what_for: What it is, in words.
        place: Where it stands, in words.
        settings: May have a resolver that finds it in its own way.
    """
    given, resolver = text(), settings.secret_resolver
    name = name_of(given)
    if resolver is not None:

        async def resolved(deployment: Deployment, means: Means) -> SecretStr:
            return SecretStr(await asyncio.to_thread(resolver.resolve, text()))

        return Key(name, "what your own secret resolver finds", resolved)
    secret = None if os.environ.get(given) else SecretReference.parse(given)
    if secret is not None:
        return key_in_services(secret, what_for)
    if os.environ.get(given) or names_variable(given):
        return key_in_variable(given, what_for)
    return written_out(text, place)


def written_out(text: Callable[[], str], place: str) -> Key:
    """A key that stands somewhere for everybody to read."""

    async def read(deployment: Deployment, means: Means) -> SecretStr:
        return SecretStr(text())

    return Key(IN_PLAIN_TEXT, f"the key in {place}", read)


def key_in_variable(variable: str, what_for: str) -> Key:
    """A key in an environment variable; a person is asked for it if that is not set."""

    async def read(deployment: Deployment, means: Means) -> SecretStr:
        value = os.environ.get(variable)
        if value:
            return SecretStr(value)
        return await ask(means, f"`{variable}`, {what_for}", missing_variable(variable, what_for))

    asks = not os.environ.get(variable)
    note = f"`{variable}` is not set in this kernel: its value is asked for." if asks else ""
    return Key(variable, f"environment variable `{variable}`", read, note, asks)


def key_in_services(secret: SecretReference, what_for: str) -> Key:
    """A key in the Secrets API; a person is asked for it where that does not give it."""

    async def read(deployment: Deployment, means: Means) -> SecretStr:
        try:
            value = await deployment.secrets.value(secret.workspace, secret.name)
        except (DeniedError, NotFoundError) as error:
            trouble = secret.trouble(error, what_for, deployment.base_url)
            return await ask(means, f"{what_for}, which secret `{secret}` holds", trouble)
        return value

    note = "Its value is asked for if NeMo Services do not give it, as with authentication on."
    return Key(str(secret), f"secret `{secret}`", read, note)


async def ask(means: Means, words: str, otherwise: str) -> SecretStr:
    """What a person gives.

    Raises:
        ResourceError: `otherwise`, when it is nothing.
    """
    value = await asyncio.to_thread(means.ask, words)  # a person takes time, and the loop is everybody's
    if value is None or not value.get_secret_value():
        raise ResourceError(otherwise)
    return value


class CreateSecret(Step):
    """Keeps a key in the Secrets API, unless somebody did in between; nothing there is overwritten."""

    def __init__(self, plan: PlannedStep, secret: SecretReference, key: Key) -> None:
        self.plan = plan
        self._secret = secret
        self._key = key

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Read the key and send it."""
        if await is_there(deployment, self._secret):
            return
        value = await self._key.read(deployment, means)
        await keep_secret(deployment, self._secret, value)


class SetVariable(Step):
    """Sets an environment variable of this kernel, unless somebody did in between."""

    def __init__(self, plan: PlannedStep, variable: str, key: Key) -> None:
        self.plan = plan
        self._variable = variable
        self._key = key

    async def carry_out(self, deployment: Deployment, means: Means) -> None:
        """Read the key and set the variable."""
        if not os.environ.get(self._variable):
            os.environ[self._variable] = (await self._key.read(deployment, means)).get_secret_value()


async def keep_secret(deployment: Deployment, secret: SecretReference, value: SecretStr) -> None:
    """Create a secret, unless there is one of that name."""
    try:
        await deployment.secrets.create(secret.workspace, secret.name, value)
    except ConflictError:
        return
    except ServicesError as error:
        said, told = str(error), value.get_secret_value()
        if told not in said:
            raise
        kind, status = type(error), error.status
    else:
        return
    raise kind(said.replace(told, REDACTED), status=status)  # out of the handler: the other one knows the key


async def is_there(deployment: Deployment, secret: SecretReference) -> bool:
    """Whether there is a secret of that name.

    Raises:
        ServicesError: When that cannot be known.
    """
    try:
        await deployment.secrets.secret(secret.workspace, secret.name)
    except NotFoundError:
        return False
    return True


async def plan_secret(deployment: Deployment, secret: SecretReference, key: Key) -> Step:
    """The step that has a key in a secret.

    Raises:
        UnreachableError: When NeMo Services do not answer.
    """
    plan = PlannedStep(action="Create secret", kind="secret", name=key.name, target=str(secret), source=key.source)
    try:
        there = await is_there(deployment, secret)
    except UnreachableError:
        raise
    except ServicesError as error:
        sentence = f"Secret `{secret}` cannot be looked up: {error}"
        return NothingToDo(plan.model_copy(update={"state": "impossible", "sentence": sentence}))
    if there:
        return NothingToDo(plan.model_copy(update={"state": "there already", "sentence": NOT_COMPARED}))
    return CreateSecret(plan.model_copy(update={"sentence": key.note, "asks": key.asks}), secret, key)


def plan_variable(variable: str, key: Key) -> Step:
    """The step that has a key in an environment variable of this kernel."""
    plan = PlannedStep(action="Set variable", kind="secret", name=key.name, target=variable, source=key.source)
    if os.environ.get(variable):
        return NothingToDo(plan.model_copy(update={"state": "there already", "sentence": NOT_COMPARED}))
    keep = f"It is set for this kernel only. To keep it, set `{variable}` where you start Jupyter."
    sentence = " ".join(filter(None, (keep, key.note)))
    return SetVariable(plan.model_copy(update={"sentence": sentence, "asks": key.asks}), variable, key)


async def plan_token_to_services(
    builder: DataDesignerConfigBuilder, here: Here, deployment: Deployment, chosen: Chosen = ALL
) -> Moves:
    """Have the token of a seed in the Secrets API.

    Raises:
        UnreachableError: When NeMo Services do not answer.
    """
    seed = builder.get_seed_config()
    token: str | None = getattr(seed.source, "token", None) if seed is not None else None
    if seed is None or not token or not chosen.has("secret", name_of(token)):
        return [], Rewrites()
    secret = await _as_secret(token, deployment)
    if secret is not None:
        steps = [] if "/" in token else [await plan_secret(deployment, secret, key_in_services(secret, _TOKEN))]
        return list(steps), _token(seed.source, str(secret)) if steps else Rewrites()
    key = key_in(lambda: str(seed.source.token), _TOKEN, "the configuration", here.settings)
    variable = TOKEN_VARIABLE if key.name == IN_PLAIN_TEXT else key.name
    target = SecretReference(deployment.workspace, entity_name(variable.lower().replace("_", "-"), stem="key"))
    step = await plan_secret(deployment, target, key)
    return [step], Rewrites() if step.plan.state == "impossible" else _token(seed.source, str(target))


async def plan_token_to_local(
    builder: DataDesignerConfigBuilder, here: Here, deployment: Deployment, chosen: Chosen = ALL
) -> Moves:
    """Have the token of a seed in an environment variable of this kernel.

    Raises:
        UnreachableError: When NeMo Services do not answer.
    """
    seed = builder.get_seed_config()
    token: str | None = getattr(seed.source, "token", None) if seed is not None else None
    wanted = token is not None and chosen.has("secret", name_of(token))
    secret = await _as_secret(token, deployment) if token and wanted else None
    if seed is None or secret is None:
        return [], Rewrites()
    return [plan_variable(TOKEN_VARIABLE, key_in_services(secret, _TOKEN))], _token(seed.source, TOKEN_VARIABLE)


async def _as_secret(token: str, deployment: Deployment) -> SecretReference | None:
    """The secret that a token is the name of; a bare name is looked for among those that are there, not asked for."""
    if os.environ.get(token):
        return None
    secret = SecretReference.parse(token)
    if secret is not None or names_variable(token) or find_key(token) is not None or "/" in token:
        return secret
    names = {each.name for each in await deployment.secrets.secrets(deployment.workspace)}
    return SecretReference(deployment.workspace, token) if token in names else None


def _token(source: object, token: str) -> Rewrites:
    return Rewrites(seed=source.model_copy(update={"token": token}))  # type: ignore[attr-defined]
