"""Authorization headers that change while a run goes on, as those of NeMo Services do."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from dd_jupyter.nemo import background

Authorization = Callable[[], Awaitable[str | None]]
"""Gives the value of the Authorization header as of now, None for none. Awaited on the background loop."""


def authorize(registry: Any, authorizations: Mapping[str, Authorization]) -> None:
    """Have the models of a registry ask anew for the header of each request.

    The library takes a provider's headers once, when a model is made. A run may last longer than a token,
    and a request may wait for minutes until its turn comes, so the header is added when it goes out.
    """
    if registry is None or not authorizations:
        return
    make_facade = registry._get_model

    def make_authorized_facade(config: Any) -> Any:
        facade = make_facade(config)
        authorization = authorizations.get(facade.model_provider_name)
        if authorization is not None:
            client = getattr(facade._client, "_inner", facade._client)  # behind the queue for a turn
            client._apost = _authorized(client._apost, authorization)
        return facade

    registry._get_model = make_authorized_facade


def _authorized(post: Callable[..., Any], authorization: Authorization) -> Callable[..., Any]:
    @functools.wraps(post)
    async def authorized(
        route: str, payload: dict[str, Any], extra_headers: dict[str, str], *args: Any, **kwargs: Any
    ) -> Any:
        value = await background.hand_over(_of(authorization))
        headers = extra_headers if value is None else {**(extra_headers or {}), "Authorization": value}
        return await post(route, payload, headers, *args, **kwargs)

    return authorized


async def _of(authorization: Authorization) -> str | None:
    return await authorization()
