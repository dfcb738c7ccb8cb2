"""Filesets with persona datasets: of NGC, where the datasets are, as the command line makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dd_jupyter.errors import ConflictError, NotFoundError, ResourceError, ServicesError, UnreachableError
from dd_jupyter.nemo.files import Fileset
from dd_jupyter.resources.kinds.personas import WORKSPACE, fileset_name
from dd_jupyter.resources.migration.secrets import is_there, keep_secret
from dd_jupyter.resources.secrets import SecretReference, redact

if TYPE_CHECKING:
    from pydantic import SecretStr

    from dd_jupyter.nemo.deployment import Deployment

NGC_VARIABLE = "NGC_API_KEY"
PLATFORM_SECRET = SecretReference(WORKSPACE, "ngc-api-key")
"""What NeMo Services make of their own NGC_API_KEY. Nobody can create it, and looking it up fails where that is not
set: with 500, in nemo-platform 0.3.0."""

OWN_SECRET = SecretReference(WORKSPACE, "nemotron-personas-ngc-api-key")
"""Where that is not set."""


async def make_persona_fileset(
    deployment: Deployment, locale: str, *, key_secret: str | None = None, key: SecretStr | None = None
) -> Fileset:
    """Make the Fileset with the personas of a locale, as `nemo data-designer personas make-fileset` does.

    NeMo Services ask NGC for it at once, and for its content when it is used. One that is there is kept.

    Args:
        deployment: Where.
        locale: "en_US" and the like.
        key_secret: The secret with an NGC key, `workspace/name`; if None the services' own if they have one, else
            `system/nemotron-personas-ngc-api-key`.
        key: Is kept in that secret, unless there is one of that name.

    Raises:
        ResourceError: When there is no such locale or no key, or NGC does not give the dataset.
        ServicesError: When NeMo Services refuse something.
    """
    known = locale_sizes()
    if locale not in known:
        raise ResourceError(f"There is no persona dataset for locale `{locale}`, but for {', '.join(sorted(known))}.")
    if key_secret is None:
        secret = OWN_SECRET if key is not None else await ngc_secret(deployment) or OWN_SECRET
    else:
        parsed = SecretReference.parse(key_secret)
        if parsed is None:
            raise ResourceError("The secret with the NGC key is not named `workspace/name`. Name it in this form.")
        secret = parsed
    if key is not None:
        await _keep(deployment, secret, key)
    return await make_from_ngc(deployment, locale, secret)


def locale_sizes() -> dict[str, str]:
    """The locales that have persona datasets, and how large these are: "1.24 GB"."""
    from data_designer.config.utils.constants import NEMOTRON_PERSONAS_DATASET_SIZES

    return dict(NEMOTRON_PERSONAS_DATASET_SIZES)


async def ngc_secret(deployment: Deployment) -> SecretReference | None:
    """The secret with a key for NGC; None if there is none."""
    for secret in (PLATFORM_SECRET, OWN_SECRET):
        try:
            if await is_there(deployment, secret):
                return secret
        except UnreachableError:
            raise
        except ServicesError:
            continue
    return None


async def make_from_ngc(deployment: Deployment, locale: str, secret: SecretReference) -> Fileset:
    """Make the Fileset of a locale with the key in a secret, unless it is there.

    Raises:
        ResourceError: When NeMo Services cannot open the dataset at NGC.
    """
    name = fileset_name(locale)
    storage: dict[str, Any] = {
        "type": "ngc",
        "org": "nvidia",
        "team": "nemotron-personas",
        "target": name,
        "target_type": "resource",
        "api_key_secret": str(secret),
    }
    try:
        return await deployment.files.create_fileset(
            WORKSPACE,
            name,
            description=f"Nemotron-Personas dataset of locale {locale}",
            purpose="dataset",
            storage=storage,
            cache=True,
        )
    except ConflictError:
        return await deployment.files.fileset(WORKSPACE, name)
    except UnreachableError:
        raise
    except ServicesError as error:
        raise ResourceError(
            f"Fileset `{WORKSPACE}/{name}` cannot be made of the dataset at NGC with the key in secret `{secret}`. "
            f"NeMo Services need a personal key of NGC, and a way to reach it. {redact(str(error))}"
        ) from error


async def made(deployment: Deployment, locale: str) -> Literal["none", "empty", "whole"]:
    """Whether there is "none", an "empty" one of the services' own storage, or a "whole" one.

    What is at NGC is not asked for: NeMo Services did that when the Fileset was made.
    """
    name = fileset_name(locale)
    try:
        fileset = await deployment.files.fileset(WORKSPACE, name)
    except NotFoundError:
        return "none"
    if fileset.storage.get("type") == "ngc":
        return "whole"
    paths = {file.path for file in await deployment.files.list_files(WORKSPACE, name)}
    return "whole" if f"{locale}.parquet" in paths else "empty"


async def _keep(deployment: Deployment, secret: SecretReference, key: SecretStr) -> None:
    if secret == PLATFORM_SECRET:
        raise ResourceError(
            f"Secret `{secret}` is that of NeMo Services themselves, which they make of their own {NGC_VARIABLE}. "
            f"Name another one, `{OWN_SECRET}` for one."
        )
    if not await is_there(deployment, secret):
        await keep_secret(deployment, secret, key)
