"""The HuggingFace hub: whether a dataset is there, and which files it has."""

from __future__ import annotations

from urllib.parse import quote

import httpx
from pydantic import BaseModel, SecretStr

from dd_jupyter.errors import DeniedError, NotFoundError, RefusedError, ServicesError, UnreachableError

READ_SECONDS = 5.0


class _File(BaseModel):
    rfilename: str


class _Dataset(BaseModel):
    siblings: tuple[_File, ...] = ()


async def dataset_files(
    endpoint: str, dataset: str, token: SecretStr | None = None, *, revision: str | None = None
) -> list[str]:
    """The files of a dataset, "organisation/name", by their paths.

    Args:
        endpoint: Of the hub, "https://huggingface.co".
        dataset: Its name.
        token: For datasets that are not for everybody.
        revision: A branch, a tag or a commit; None for the usual one.

    Raises:
        NotFoundError: When there is none; the hub says so too of one that is private.
        DeniedError: When the token is not good for it.
        UnreachableError: When nobody answers.
        ServicesError: When something else answers than a hub.
    """
    headers = {"authorization": f"Bearer {token.get_secret_value()}"} if token is not None else {}
    try:
        async with httpx.AsyncClient(timeout=READ_SECONDS, follow_redirects=False) as client:
            url = f"{endpoint.rstrip('/')}/api/datasets/{quote(dataset)}"
            if revision is not None:
                url += f"/revision/{quote(revision, safe='')}"
            answer = await client.get(url, headers=headers)
        if answer.is_redirect:  # renamed: the hub says where, and a token is for this hub only
            location = answer.headers.get("location", "")
            raise RefusedError(f"Dataset `{dataset}` has another name now: the hub sends on to `{location}`.")
        if answer.status_code in {401, 403}:
            raise DeniedError(f"The hub does not let this token, or nobody without one, see dataset `{dataset}`.")
        if answer.status_code == httpx.codes.NOT_FOUND:
            which = f"dataset `{dataset}`" if revision is None else f"revision `{revision}` of dataset `{dataset}`"
            raise NotFoundError(f"There is no {which} at {endpoint}.")
        if answer.is_error:
            raise ServicesError(f"{endpoint} answered with {answer.status_code}.", status=answer.status_code)
        return [file.rfilename for file in _Dataset.model_validate_json(answer.content).siblings]
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise UnreachableError(f"{endpoint} cannot be reached from here.") from error
    except ValueError as error:
        raise UnreachableError(f"{endpoint} answers with something that is no hub's.") from error
